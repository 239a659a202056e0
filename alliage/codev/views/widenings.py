"""A question of a group goes to the network: said again by who asked it, reread once; each answer by its author alone."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.codev import permissions
from alliage.codev.forms.answers import AnswerForm
from alliage.codev.forms.questions import WidenForm, about_typed
from alliage.codev.help_enums import QuestionKind, Readers, Reuse
from alliage.codev.models import Message, Thread, Widening
from alliage.codev.queries import widenings as queries
from alliage.codev.services import messages as message_services
from alliage.codev.services import widenings as services
from alliage.codev.thread_texts import ReadyText
from alliage.codev.views.thread_drafts import mark_of, message_or_404, thread_or_404
from alliage.codev.views.threads import crumbs
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PERSON = "30/10m"
KINDS = {
    ReadyText.FEEDBACK.value: QuestionKind.STORY,
    ReadyText.NEWS.value: QuestionKind.NOTICE,
    ReadyText.MINUTES.value: QuestionKind.MINUTES,
    ReadyText.SUBJECT.value: QuestionKind.SUBJECT,
}


def _thread(request: HttpRequest, pk: int, number: int) -> Thread:
    thread, found = thread_or_404(request, pk, number)
    if not permissions.can_widen(request.user, found, thread):
        raise Http404(f"Thread {number} is not widened by this person.")
    return thread


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("codev.widen", per_person=PER_PERSON)
def widen(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Rewrite, reread, send. Once it is sent, whose answers may follow."""
    thread = _thread(request, pk, number)
    widening = queries.of_thread(thread)
    if widening is not None:
        return _widened(request, thread, widening)
    opening = thread.messages.get(position=1)
    names = queries.names_of(thread.group, but=request.user)
    if request.method != "POST":
        text = queries.begun(opening.text, names)
        initial = {"text": text, "readers": Readers.MEMBERS, "kind": KINDS.get(thread.kind, QuestionKind.HELP)}
        return _page(request, thread, opening, WidenForm(initial=initial))
    form = WidenForm(request.POST)
    text = request.POST.get("text", "").replace("\0", "")
    looked = mark_of(request, "looked") == message_services.mark(text)
    valid = form.is_valid()
    if not looked or request.POST.get("act") == "look":
        # Read again first, whatever was ticked: the words changed.
        form.errors.pop("reread", None)
        return _page(request, thread, opening, form, names=names if text.strip() and not form.errors else None)
    if valid:
        try:
            said = form.said(about_typed(request.POST, text))
            services.widen(thread, said, by=request.user, now=timezone.now(), sent=mark_of(request, "sent"))
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Votre question est posée au réseau. Les réponses du groupe restent ici."))
            return redirect(request.path)
    return _page(request, thread, opening, form, names=names)


def _page(
    request: HttpRequest, thread: Thread, opening: Message, form: WidenForm, *, names: Any = None
) -> HttpResponse:
    """`names`: once it was read again, those that the text still bears."""
    text = str(form["text"].value() or "").replace("\0", "")
    context = {
        "crumbs": crumbs(thread.group, (_("L’échange"), thread.get_absolute_url()), (_("Demander au réseau"), "")),
        "thread": thread,
        "group": thread.group,
        "opening": opening,
        "form": form,
        "is_reread": names is not None,
        "named": queries.still_named(text, names) if names is not None else [],
        "about": about_typed(request.POST, text) if names is not None else None,
        "looked": message_services.mark(text) if names is not None else "",
        "sent": mark_of(request, "sent") or secrets.token_hex(8),
    }
    return render(request, "codev/thread_widen.html", context, status=422 if form.errors else 200)


def _widened(request: HttpRequest, thread: Thread, widening: Widening) -> HttpResponse:
    context = {
        "crumbs": crumbs(thread.group, (_("L’échange"), thread.get_absolute_url()), (_("Demander au réseau"), "")),
        "thread": thread,
        "group": thread.group,
        "widening": widening,
        "may_ask": queries.may_ask(widening),
        "was_asked": widening.carryings.exists(),
    }
    return render(request, "codev/thread_widened.html", context)


@never_cache
@login_required
@require_POST
@limit("codev.widen", per_person=PER_PERSON)
def ask(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask those who answered in the group whether they would answer the network too."""
    thread = _thread(request, pk, number)
    widening = queries.of_thread(thread)
    if widening is None:
        raise Http404(f"Thread {number} was not widened.")
    try:
        count = services.ask_answers(widening, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        said = ngettext(
            "C’est demandé à une personne. Elle décide seule.",
            "C’est demandé à %(count)d personnes. Chacune décide seule.",
            count,
        )
        if count:
            messages.success(request, said % {"count": count})
    return redirect("codev:thread_widen", pk, number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("codev.widen", per_person=PER_PERSON)
def carry(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The author of an answer says it again for the network, or keeps it in the group."""
    message, _found = message_or_404(request, pk, number)
    carrying = queries.carrying_of(message)
    if carrying is None or message.author_id != request.user.pk or message.removed_at is not None:
        raise Http404(f"Message {number} is not asked of this person.")
    if request.method != "POST":
        form = AnswerForm(initial={"text": queries.begun(message.text, _names(request, message)), "reuse": Reuse.ASK})
        return _carry_page(request, message, carrying, form)
    if request.POST.get("act") == "keep":
        services.keep_inside(carrying, by=request.user, now=timezone.now())
        messages.success(request, _("Votre réponse reste dans le groupe. Personne n’en est prévenu."))
        return redirect(message)
    form = AnswerForm(request.POST)
    if form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            services.carry(
                carrying,
                said["text"],
                by=request.user,
                now=now,
                reuse=said["reuse"] or Reuse.ASK,
                sent=mark_of(request, "sent"),
                readers=mark_of(request, "readers"),
            )
        except Refusal as refusal:
            carrying.widening.question.refresh_from_db(fields=["readers"])
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Votre réponse est publiée. Vous pouvez la modifier ou l’effacer ici."))
            return redirect(carrying.widening.question)
    return _carry_page(request, message, carrying, form)


def _names(request: HttpRequest, message: Message) -> Any:
    return queries.names_of(message.thread.group, but=request.user)


def _carry_page(request: HttpRequest, message: Message, carrying: Any, form: AnswerForm) -> HttpResponse:
    text = str(form["text"].value() or "").replace("\0", "")
    context = {
        "crumbs": crumbs(message.thread.group, (_("L’échange"), message.get_absolute_url()), (_("Ma réponse"), "")),
        "group": message.thread.group,
        "message": message,
        "question": carrying.widening.question,
        "answer": carrying.answer,
        "form": form,
        "named": queries.still_named(text, _names(request, message)),
        "sent": mark_of(request, "sent") or secrets.token_hex(8),
    }
    return render(request, "codev/message_carry.html", context, status=422 if form.errors else 200)
