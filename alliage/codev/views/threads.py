"""Threads of a group: the list and its search, a new one, the page where they are read and answered, the mails."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import permissions, thread_texts
from alliage.codev.forms.threads import MailsForm, MessageForm, OpeningForm, without_nul
from alliage.codev.models import Group
from alliage.codev.permissions import Standing
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import threads as queries
from alliage.codev.queries import widenings as widening_queries
from alliage.codev.services import messages as message_services
from alliage.codev.services import threads as services
from alliage.codev.services.threads import Place
from alliage.codev.thread_texts import ReadyText
from alliage.codev.views.thread_drafts import (
    Typing,
    group_or_404,
    keep_by_button,
    mark_of,
    place_in,
    thread_or_404,
    typing,
)
from alliage.directory.views.lists import CountedPaginator
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PAGE, MESSAGES_PER_PAGE = 30, 50
PER_PERSON = "120/1h"


def crumbs(group: Group, *more: tuple[str, str]) -> list[tuple[str, str]]:
    start = [(_("Codéveloppement"), "/codev/"), (group.name, group.get_absolute_url())]
    return [*start, (_("Échanges"), reverse("codev:threads", args=[group.pk]) if more else ""), *more]


# --- List ----------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """All the threads of a group; `q` looks in what is written there, for its members alone."""
    group, found = group_or_404(request, pk)
    words, kind = request.GET.get("q", "").replace("\0", "").strip()[:120], request.GET.get("sorte", "")
    kind = kind if kind in ReadyText.values else ""
    rows = queries.listed(group, request.user, kind=kind, words=words)
    page = CountedPaginator(PER_PAGE, count=rows.count()).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    asked = {name: value for name, value in (("q", words), ("sorte", kind)) if value}
    context = {
        "crumbs": crumbs(group),
        "group": group,
        "lines": [queries.line_of(row, found, request.user) for row in rows[start : start + PER_PAGE]],
        "page": page,
        "query": urlencode(asked),
        "words": words,
        "kind": kind,
        "tabs": _tabs(kind, words),
        "may_open": permissions.can_open_thread(found, group),
        "mails": queries.mail_choice(group, request.user),
    }
    return render(request, "codev/threads.html", context)


def _tabs(kind: str, words: str) -> list[dict[str, Any]]:
    def url(code: str) -> str:
        return "?" + urlencode({name: value for name, value in (("q", words), ("sorte", code)) if value})

    tabs = [{"label": _("Tout"), "url": url(""), "current": not kind}]
    return tabs + [
        {"label": capfirst(str(each.label)), "url": url(each.value), "current": kind == each.value}
        for each in ReadyText
    ]


# --- New -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("codev.thread", per_person=PER_PERSON)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """One box is enough; five ready texts to begin from."""
    group, found = group_or_404(request, pk)
    if not permissions.can_open_thread(found, group):
        messages.info(request, _("Ce groupe est terminé\u00a0: on y lit encore, on n’y écrit plus."))
        return redirect("codev:threads", group.pk)
    place = Place(group)
    members = queries.others_in(group, request.user)
    if request.method == "POST":
        return _posted_opening(request, place, members)
    state = typing(request, place)
    typed = state.data or _ready(request.GET.get("sorte", ""))
    return _opening_page(request, place, OpeningForm(members=members, typed=typed), state)


def _ready(code: str) -> dict[str, list[str]]:
    return {"kind": [code], "text": [thread_texts.body_of(code)]} if code in ReadyText.values else {}


def _posted_opening(request: HttpRequest, place: Place, members: list[Any]) -> HttpResponse:
    data = without_nul(request.POST)
    act, _colon, code = data.get("act", "send").partition(":")
    if act == "ready" and code in ReadyText.values:
        data["text"], data["kind"] = thread_texts.with_ready(data.get("text", ""), code), code
        shown = OpeningForm(members=members, typed=dict(data.lists()))
        return _opening_page(request, place, shown, typing(request, place))
    if act == "draft":
        seen = keep_by_button(request, place)
        if seen is None:
            return redirect(request.path)
        shown = OpeningForm(members=members, typed=dict(data.lists()))
        return _opening_page(request, place, shown, typing(request, place, seen=seen))
    form = OpeningForm(data, members=members)
    if form.is_valid():
        try:
            now = timezone.now()
            opening = form.opening(request.FILES.getlist("files"))
            posted = services.open_thread(place.group, opening, by=request.user, now=now, sent=mark_of(request, "sent"))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            services.draft_sent(place, tab=mark_of(request, "tab"), by=request.user, now=now)
            say_files(request, posted)
            return redirect(posted.message.thread)
    return _opening_page(request, place, form, typing(request, place))


def _opening_page(request: HttpRequest, place: Place, form: OpeningForm, state: Typing) -> HttpResponse:
    context = {
        "crumbs": crumbs(place.group, (_("Écrire au groupe"), "")),
        "group": place.group,
        "form": form,
        "typing": state,
        "sent": mark_of(request, "sent") or secrets.token_hex(8),
        "ready": [(each.value, capfirst(str(each.label))) for each in ReadyText],
        "kind": form["kind"].value() or "",
    }
    return render(request, "codev/thread_new.html", context, status=422 if form.errors else 200)


def say_files(request: HttpRequest, posted: message_services.Posted) -> None:
    """The message went; the files that did not, and why."""
    for refused in posted.refused_files:
        messages.warning(request, _("Votre message est parti, sans ce fichier\u00a0: %(file)s") % {"file": refused})


# --- One thread ----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("codev.thread", per_person=PER_PERSON)
def thread(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was said, and the box to answer."""
    row, found = thread_or_404(request, pk, number)
    may_reply = permissions.can_reply(found, row)
    members = queries.others_in(row.group, request.user) if may_reply else []
    place = place_in(row)
    if request.method != "POST":
        state = typing(request, place) if may_reply else None
        form = MessageForm(members=members, typed=state.data) if state is not None else None
        return _thread_page(request, row, found, form, state)
    if not may_reply:
        messages.error(request, _("Cet échange est clos\u00a0: votre message n’est pas parti. Ouvrez-en un autre."))
        return _thread_page(request, row, found, None, None, left=request.POST.get("text", ""))
    return _posted_reply(request, row, found, place, members)


def _posted_reply(request: HttpRequest, row: Any, found: Standing, place: Place, members: list[Any]) -> HttpResponse:
    data = without_nul(request.POST)
    if data.get("act") == "draft":
        seen = keep_by_button(request, place)
        if seen is None:
            return redirect(row.get_absolute_url() + "#repondre")
        shown = MessageForm(members=members, typed=dict(data.lists()))
        return _thread_page(request, row, found, shown, typing(request, place, seen=seen))
    form = MessageForm(data, members=members)
    if form.is_valid():
        try:
            now = timezone.now()
            said = form.said(request.FILES.getlist("files"))
            posted = message_services.reply(row, said, by=request.user, now=now, sent=mark_of(request, "sent"))
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            services.draft_sent(place, tab=mark_of(request, "tab"), by=request.user, now=now)
            say_files(request, posted)
            return redirect(posted.message)
    return _thread_page(request, row, found, form, typing(request, place))


def _thread_page(
    request: HttpRequest, row: Any, found: Standing, form: MessageForm | None, state: Typing | None, left: str = ""
) -> HttpResponse:
    page = CountedPaginator(MESSAGES_PER_PAGE, count=row.message_count).get_page(_page_asked(request, row))
    start, end = page.start_index(), page.end_index()
    shown = message_queries.of_thread(row).filter(position__range=(start, end))
    lines = message_queries.lines(row, shown, found, request.user, read=row.read_position)
    title = queries.title_for(row, found, request.user)
    if end > row.read_position:
        message_services.read_to(row, end, by=request.user, now=timezone.now())
    widened = widening_queries.seen(row, found, request.user)
    context = {
        "crumbs": crumbs(row.group, (title, "")),
        "widened": widened,
        "may_widen": widened is None and permissions.can_widen(request.user, found, row),
        "group": row.group,
        "thread": row,
        "title": title,
        "kind": capfirst(str(ReadyText(row.kind).label)) if row.kind else "",
        "lines": lines,
        "first_new": next((line.message.position for line in lines if line.is_new), 0),
        "answer": next((line.message for line in lines if line.message.is_answer), None),
        "page": page,
        "form": form,
        "typing": state,
        "left": left,
        "sent": mark_of(request, "sent") or secrets.token_hex(8),
        "hides_me": row.is_pseudonymous and row.author_id == request.user.pk,
        "may_close": permissions.can_close_thread(request.user, found, row) and row.group.is_active,
        "facilitates": found.facilitates,
    }
    return render(request, "codev/thread.html", context, status=422 if left or (form and form.errors) else 200)


def _page_asked(request: HttpRequest, row: Any) -> str | int:
    """The page asked for; that of a message; else where one stopped reading."""
    if "page" in request.GET:
        return request.GET["page"]
    asked = request.GET.get("message", "")
    position = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    if request.method == "POST":
        position = row.message_count
    position = position or min(row.read_position + 1, row.message_count)
    return max(position - 1, 0) // MESSAGES_PER_PAGE + 1


@never_cache
@login_required
@require_POST
def act(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Close, open again, keep on top, or no longer."""
    row, found = thread_or_404(request, pk, number)
    asked, now = request.POST.get("act", ""), timezone.now()
    if asked in ("close", "open"):
        if not permissions.can_close_thread(request.user, found, row):
            raise PermissionDenied
        services.set_open(row, is_open=asked == "open", by=request.user, now=now)
        said = _("Cet échange est rouvert.") if asked == "open" else _("Cet échange est clos. Il reste lisible.")
        messages.success(request, said)
    elif asked in ("pin", "unpin"):
        if not found.facilitates:
            raise PermissionDenied
        services.pin(row, on=asked == "pin", by=request.user, now=now)
    return redirect(row)


# --- Mails ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mails(request: HttpRequest, pk: int) -> HttpResponse:
    """How often the mails of this group come to me."""
    group, _found = group_or_404(request, pk)
    choice = queries.mail_choice(group, request.user)
    form = MailsForm(request.POST if request.method == "POST" else None, initial={"frequency": choice.frequency})
    if request.method == "POST" and form.is_valid():
        services.choose_mails(group, form.cleaned_data["frequency"], by=request.user, now=timezone.now())
        messages.success(request, _("Votre choix pour ce groupe est enregistré."))
        return redirect("codev:threads", group.pk)
    context = {
        "crumbs": crumbs(group, (_("Mes courriels"), "")),
        "group": group,
        "form": form,
        "is_silenced": choice.is_silenced,
    }
    return render(request, "codev/thread_mails.html", context, status=422 if form.errors else 200)
