"""Reuse: « nous l’avons adapté », the lineage, « utile », what readers ask of authors."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.library import drawing, permissions
from alliage.library.enums import SuggestionState, UseKind
from alliage.library.forms import reuse as forms
from alliage.library.models import Adaptation, Resource
from alliage.library.queries import resources as reads
from alliage.library.queries import reuse as queries
from alliage.library.services import lineage as licences
from alliage.library.services import reuse as services
from alliage.library.views.resources import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "30/1h"
CLICKS_PER_PERSON = "120/10m"
OF_THE_DESK, PER_PAGE = "equipe", 30


def shown_or_404(pk: int) -> Resource:
    """A resource that everyone reads: the only ones that are reused."""
    resource = reads.by_number(pk)
    if resource is None or not resource.is_shown:
        raise Http404(f"No resource {pk} is shown.")
    return resource


def _sent(request: HttpRequest) -> str:
    """The mark of one display of the form."""
    return request.POST.get("sent", "").replace("\0", "")[:64] or secrets.token_hex(16)


# --- Adapt ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.adapt", per_person=PER_PERSON)
def adapt(request: HttpRequest, pk: int) -> HttpResponse:
    """Said in a few lines; a draft of one's own begins with the original's text when its licence allows."""
    resource = shown_or_404(pk)
    entries = {str(entry.pk): entry for entry in queries.own_entries(request.user)}
    others = {str(each.pk): each for each in queries.own_resources(request.user, but=resource)}
    form = forms.AdaptForm(
        request.POST if request.method == "POST" else None,
        entries=[(code, entry.name) for code, entry in entries.items()],
        resources=[(code, _("C’est « %(title)s », déjà publiée") % {"title": each.title}) for code, each in others.items()],
        may_copy=licences.may_copy(resource),
        initial={"year": timezone.localdate().year, "entry": next(iter(entries), "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            told = _told(request, resource, form.cleaned_data, entries, others)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _after(request, told, began=form.cleaned_data["own"] == forms.BEGIN)
    context = {
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("Nous l’avons adapté"), "")),
        "resource": resource,
        "form": form,
        "sent": _sent(request),
        "reserved": licences.why_not_copied(resource),
        "shares_alike": licences.shares_alike(resource),
    }
    return render(request, "library/reuse_adapt.html", context, status=422 if form.errors else 200)


def _told(request: HttpRequest, resource: Resource, said: dict[str, Any], entries: Any, others: Any) -> Adaptation:
    told = services.Told(
        said["changes"], said["result"], said["territory"], said["year"], entries.get(said["entry"])
    )  # fmt: skip
    return services.tell_adaptation(
        resource,
        told,
        sent=_sent(request),
        by=request.user,
        now=timezone.now(),
        own=others.get(said["own"]),
        begins_own=said["own"] == forms.BEGIN,
    )


def _after(request: HttpRequest, told: Adaptation, *, began: bool) -> HttpResponse:
    if began and told.resource_id:
        messages.success(request, _("C’est dit, merci. Voici votre brouillon : vous seul le voyez."))
        return redirect("library:edit", told.resource_id)
    messages.success(request, _("C’est dit, merci. Votre adaptation est dans la lignée, et ses auteurs sont prévenus."))
    return redirect(told)


@require_safe
def lineage(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a resource comes from and what it became, drawn and told."""
    resource = shown_or_404(pk)
    tree = queries.lineage(resource)
    context = {
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("Lignée"), "")),
        "resource": resource,
        "tree": tree,
        "drawing": drawing.draw(tree) if tree else None,
        "may_take_back": request.user.pk,
        "is_animator": is_animator(request.user),
    }
    return render(request, "library/lineage.html", context)


@require_POST
@login_required
def take_back_adaptation(request: HttpRequest, pk: int) -> HttpResponse:
    """Who said it says it no more."""
    told = queries.adaptation_by_number(pk)
    if told is None:
        raise Http404(f"No adaptation {pk}.")
    if told.by_id != request.user.pk and not is_animator(request.user):
        raise PermissionDenied
    original = told.original
    services.take_back_adaptation(told, by=request.user, now=timezone.now())
    messages.success(request, _("Cette adaptation n’est plus dite."))
    return redirect(original)


# --- Useful, used --------------------------------------------------------------------------------------------------


@require_POST
@login_required
@limits.limit("library.use", per_person=CLICKS_PER_PERSON)
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """One gesture, taken back by the same."""
    resource = shown_or_404(pk)
    kind = request.POST.get("avis", "")
    if kind in UseKind.values:
        act = services.take_back_use if request.POST.get("retirer") else services.say_use
        act(resource, kind, by=request.user, now=timezone.now())
    return redirect(f"{resource.get_absolute_url()}#avis")


# --- What readers ask ------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.suggest", per_person=PER_PERSON)
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """A few words to its authors, that nobody else reads."""
    resource = shown_or_404(pk)
    form = forms.SuggestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.suggest(resource, form.cleaned_data["text"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est transmis. Vous serez prévenu de la réponse."))
            return redirect("library:suggestions")
    context = {
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("Proposer un changement"), "")),
        "resource": resource,
        "form": form,
    }
    return render(request, "library/reuse_suggest.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """What readers ask of one's resources, and what one asked of others; for animators, what nobody else would answer."""
    if request.GET.get("vue") == OF_THE_DESK:
        return _suggestions_of_the_desk(request)
    received = list(queries.for_me(request.user)[: queries.LISTED])
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Retours de lecteurs"), "")],
        "waiting": [each for each in received if each.state == SuggestionState.OPEN],
        "answered": [each for each in received if each.state != SuggestionState.OPEN],
        "mine": list(queries.by_me(request.user)[: queries.LISTED]),
    }
    return render(request, "library/reuse_suggestions.html", context)


def _suggestions_of_the_desk(request: HttpRequest) -> HttpResponse:
    if not is_animator(request.user):
        raise PermissionDenied
    found = queries.for_the_desk(timezone.now())
    context = {
        "crumbs": [
            (_("Mon espace"), "/mon-espace/"),
            (_("Bureau"), reverse("moderation:desk")),
            (_("Changements proposés par des lecteurs"), ""),
        ],
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"vue={OF_THE_DESK}",
    }
    return render(request, "library/reuse_suggestions_desk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, or declined with a word."""
    found = queries.suggestion_by_number(pk)
    if found is None or not queries.can_read_suggestion(request.user, found):
        raise Http404(f"No suggestion {pk} for this person.")
    if not queries.can_answer(request.user, found):
        raise PermissionDenied
    form = forms.AnswerForm(request.POST if request.method == "POST" else None, initial={"state": SuggestionState.DONE})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_suggestion(found, **form.cleaned_data, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est noté, et la personne est prévenue."))
            is_theirs = permissions.is_author(request.user, found.resource)
            return redirect(reverse("library:suggestions") + ("" if is_theirs else f"?vue={OF_THE_DESK}"))
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Retours de lecteurs"), reverse("library:suggestions")), (_("Répondre"), "")],
        "suggestion": found,
        "may_edit": permissions.can_edit(request.user, found.resource),
        "form": form,
    }  # fmt: skip
    return render(request, "library/reuse_answer.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def take_back_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asked asks it no more."""
    found = queries.suggestion_by_number(pk)
    if found is None or found.by_id != request.user.pk:
        raise Http404(f"No suggestion {pk} of this person.")
    services.take_back_suggestion(found, by=request.user, now=timezone.now())
    messages.success(request, _("Votre proposition est retirée."))
    return redirect("library:suggestions")
