"""Answer, complete, thank, say which answer served, begin a resource."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.codev import help_permissions as permissions
from alliage.codev.forms.answers import AnswerForm, ComplementForm, EditAnswerForm, ReuseForm
from alliage.codev.models import Answer, Complement, Question
from alliage.codev.queries import answers as reads
from alliage.codev.queries import questions
from alliage.codev.services import answers as services
from alliage.codev.services import births
from alliage.codev.views.asking import crumbs, line_of, sent
from alliage.codev.views.questions import page
from alliage.refusals import Refusal
from alliage.ui import limits

SAID_PER_PERSON, CLICKS_PER_PERSON = "30/10m", "120/10m"


def _question(request: HttpRequest, pk: int) -> Question:
    found = questions.question(pk, request.user)
    if found is None:
        raise Http404(f"No question {pk} for this person.")
    return found


def _answer(request: HttpRequest, pk: int) -> Answer:
    """An answer that this person reads."""
    found = reads.answer(pk)
    if found is None:
        raise Http404(f"No answer {pk}.")
    found.question = _question(request, found.question_id)
    if found.is_hidden and not permissions.wrote(request.user, found):
        raise Http404(f"Answer {pk} is hidden.")
    return found


@login_required
@require_POST
@limits.limit("codev.answer", per_person=SAID_PER_PERSON)
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer; a refused text stays in its box."""
    found = _question(request, pk)
    if not permissions.can_post(request.user):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = services.give(
                found,
                said["text"],
                reuse=said["reuse"] or "ask",
                by=request.user,
                now=timezone.now(),
                sent=sent(request),
                tab=line_of(request, "tab"),
                readers=line_of(request, "readers"),
            )
        except Refusal as refusal:
            found.refresh_from_db(fields=["readers"])
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Votre réponse est publiée. Merci."))
            return redirect(made)
    return page(request, found, form)


@login_required
@require_POST
@limits.limit("codev.complement", per_person=SAID_PER_PERSON)
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _answer(request, pk)
    form = ComplementForm(request.POST)
    if form.is_valid():
        try:
            made = services.complete(
                found, form.cleaned_data["text"], by=request.user, now=timezone.now(), sent=sent(request)
            )
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("C’est ajouté."))
            return redirect(made)
    return page(request, found.question, complement=(found.pk, form))


@login_required
@require_POST
def withdraw_complement(request: HttpRequest, pk: int) -> HttpResponse:
    found = Complement.objects.select_related("answer__question").filter(pk=pk).first()
    if found is None:
        raise Http404(f"No complement {pk}.")
    if not permissions.wrote(request.user, found):
        raise PermissionDenied
    services.withdraw_complement(found, now=timezone.now())
    messages.success(request, _("C’est effacé."))
    return redirect(found.answer)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("codev.answer_edit", per_person=SAID_PER_PERSON)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _answer(request, pk)
    if not permissions.wrote(request.user, found):
        raise PermissionDenied
    form = EditAnswerForm(request.POST if request.method == "POST" else None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(found, form.cleaned_data["text"], now=timezone.now())
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("C’est changé. Le texte d’avant reste lisible."))
            return redirect(found)
    question = found.question
    context = {
        "crumbs": crumbs((question.title, question.get_absolute_url()), (_("Modifier ma réponse"), "")),
        "answer": found,
        "form": form,
    }
    return render(request, "codev/question_answer_edit.html", context, status=422 if form.errors else 200)


# --- One gesture ---------------------------------------------------------------------------------------------------


@login_required
@require_POST
@limits.limit("codev.answer_act", per_person=CLICKS_PER_PERSON)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Thank, say that it served, say who may reuse it, withdraw it."""
    found = _answer(request, pk)
    what = request.POST.get("acte", "")
    allowed = _ALLOWED.get(what)
    if allowed is None:
        return redirect(found)
    if not allowed(request.user, found):
        raise PermissionDenied
    try:
        said = _ACTS[what](request, found)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if said:
            messages.success(request, said)
    return redirect(found.question if what == "effacer" else found)


def _thank(request: HttpRequest, found: Answer) -> str:
    services.thank(found, by=request.user, now=timezone.now())
    return ""


def _take_thanks_back(request: HttpRequest, found: Answer) -> str:
    services.take_thanks_back(found, by=request.user)
    return ""


def _accept(request: HttpRequest, found: Answer) -> str:
    services.accept(found, by=request.user, now=timezone.now())
    return _("C’est dit\u00a0: cette réponse est en tête.")


def _no_longer(_request: HttpRequest, found: Answer) -> str:
    services.no_longer_accept(found.question, now=timezone.now())
    return _("Aucune réponse n’est plus retenue.")


def _reuse(request: HttpRequest, found: Answer) -> str:
    form = ReuseForm(request.POST)
    if not form.is_valid():
        return ""
    joined = births.say_reuse(found, form.cleaned_data["reuse"], now=timezone.now())
    return (
        _("C’est noté\u00a0: votre texte a rejoint la ressource en cours d’écriture.") if joined else _("C’est noté.")
    )


def _withdraw(_request: HttpRequest, found: Answer) -> str:
    services.withdraw(found, now=timezone.now())
    return _("Votre réponse est effacée.")


_ACTS: dict[str, Callable[[HttpRequest, Answer], str]] = {
    "merci": _thank,
    "plus-merci": _take_thanks_back,
    "retenir": _accept,
    "ne-plus-retenir": _no_longer,
    "usage": _reuse,
    "effacer": _withdraw,
}
_ALLOWED: dict[str, Callable[[Any, Answer], bool]] = {
    "merci": lambda user, _found: permissions.can_post(user),
    "plus-merci": lambda user, _found: permissions.can_post(user),
    "retenir": lambda user, found: permissions.can_accept(user, found.question, now=timezone.now()),
    "ne-plus-retenir": lambda user, found: permissions.can_take_acceptance_back(user, found.question),
    "usage": permissions.wrote,
    "effacer": permissions.wrote,
}


# --- A resource ----------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("codev.resource", per_person="10/10m")
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be in it and who would be named, then a draft of one's own."""
    found = _answer(request, pk)
    if not permissions.can_make_resource(request.user, found):
        raise PermissionDenied
    born = reads.born_of(found)
    if request.method == "POST" and born is None:
        made = births.begin(found, by=request.user, now=timezone.now())
        messages.success(
            request, _("Voici votre brouillon\u00a0: vous seul le voyez tant que vous ne le proposez pas.")
        )
        return redirect("library:edit", made.resource_id)
    question = found.question
    context = {
        "crumbs": crumbs((question.title, question.get_absolute_url()), (_("En faire une ressource"), "")),
        "answer": found,
        "born": born if born is not None and (born.is_shown or born.owner_id == request.user.pk) else None,
        "is_born": born is not None,
        "parts": births.foreseen(found, by=request.user),
    }
    return render(request, "codev/question_resource.html", context)
