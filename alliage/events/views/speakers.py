"""The page of a speaker or a partner, by their personal link: no account, on a phone, without script."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.secret_links import private
from alliage.events import moments, speaker_links
from alliage.events.enums import Standing
from alliage.events.forms.speakers import SheetForm
from alliage.events.models import Event, Sheet
from alliage.events.services import sheets as services
from alliage.events.services.programme import ChangedMeanwhile
from alliage.files.views import answer
from alliage.refusals import Refusal
from alliage.ui import drafts, honeypot, limits
from alliage.ui.drafts import Mark

PER_PERSON, DRAFTS_PER_PERSON = "60/10m", "600/10m"
MARKS = frozenset({"csrfmiddlewaretoken", "seen", "version", "tab", "act", "force", honeypot.TRAP})


def sheet_or_404(token: str) -> tuple[Sheet, Event]:
    """What the link opens, with its event: nothing of a hidden event."""
    sheet = speaker_links.by_token(token)
    if sheet is None:
        raise Http404("No speaker has this link, or no longer.")
    event = _event(sheet)
    if event.is_hidden:
        raise Http404("The event is hidden.")
    return sheet, event


def _event(sheet: Sheet) -> Event:
    if sheet.speaker is not None:
        return sheet.speaker.event
    partner: Any = sheet.partner
    held = partner.event or (partner.temps or partner.sequence).event
    assert isinstance(held, Event)
    return held


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("events.speaker", per_person=PER_PERSON)
def speaker(request: HttpRequest, token: str) -> HttpResponse:
    """When one is expected, and everything one may give."""
    sheet, event = sheet_or_404(token)
    now = timezone.now()
    draft = drafts.draft_of(sheet.drafts, sheet)
    version, tab = str(sheet.change), secrets.token_hex(8)
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES, sheet=sheet, event=event, now=now)
        tab = request.POST.get("tab", "")[:32].replace("\0", "")
        if honeypot.is_sprung(request.POST):
            form.add_error(None, honeypot.ROBOT)
        if form.is_valid() and _saved(request, sheet, form, tab):
            messages.success(
                request, _("C’est enregistré, merci. Vous pouvez revenir sur cette page quand vous voulez.")
            )
            return private(redirect("events:speaker", token))
        sheet.refresh_from_db()
        version = str(sheet.change)
    else:
        services.opened(sheet, now=now)
        form = SheetForm(sheet=sheet, event=event, now=now, draft=draft)
    context = {
        "event": event,
        "sheet": sheet,
        "who": sheet.speaker or sheet.partner,
        "is_partner": sheet.partner_id is not None,
        "form": form,
        "token": token,
        "version": version,
        "tab": tab,
        "seen": draft["at"] if draft else "",
        "draft_at": parse_datetime(draft["at"]) if draft and request.method != "POST" else None,
        "doing": _doing(sheet),
        "when": moments.said(event.starts_at, event.ends_at, event.zone),
        "consent": services.recording_words(),
        "is_over": event.ends_at <= now,
        "declined": sheet.answer == Standing.DECLINED,
    }
    return private(render(request, "events/speaker.html", context, status=422 if form.is_bound else 200))


def _doing(sheet: Sheet) -> list[dict[str, Any]]:
    """What one does, in the order of the day, at the clock of who reads and at that of Paris."""
    if sheet.speaker is None:
        return []
    found = sheet.speaker.appearances.select_related("item__sequence__event").order_by(
        "item__sequence__starts_at", "pk"
    )
    return [
        {
            "appearance": each,
            "sequence": each.item.sequence,
            "item": each.item,
            "when": moments.said(
                each.item.sequence.starts_at, each.item.sequence.ends_at, each.item.sequence.event.zone
            ),
        }
        for each in found
    ]


def _saved(request: HttpRequest, sheet: Sheet, form: SheetForm, tab: str) -> bool:
    version = request.POST.get("version", "")[:20]
    try:
        services.save(sheet, form.said(), now=timezone.now(), version=version, tab=tab)
    except ChangedMeanwhile as refusal:
        form.add_error(None, refusal.message)
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@never_cache
@require_POST
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Sent by `ui/autosave.js` while one types: says when it was kept, or why not. `drop` forgets the draft."""
    sheet, _found = sheet_or_404(token)
    if "drop" in request.POST:
        services.drop_draft(sheet)
        messages.success(request, _("Le brouillon est effacé\u00a0: voici ce qui était enregistré."))
        return private(redirect("events:speaker", token))
    excess = limits.count(request, "events.speaker_draft", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    if "answer" not in request.POST and "bio" not in request.POST:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    given = {name: request.POST.get(name, "")[:64].replace("\0", "") for name in ("version", "tab", "seen")}
    data = {
        name: [value.replace("\0", "") for value in values]
        for name, values in request.POST.lists()
        if name not in MARKS and name in SheetForm.base_fields
    }
    mark = Mark(given["version"], given["tab"], given["seen"], force="force" in request.POST)
    try:
        at = services.keep_draft(sheet, data, mark=mark, now=timezone.now())
    except drafts.DraftTaken as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.at}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    hour = timezone.localtime(parse_datetime(at)).strftime("%H:%M") if at else ""
    told = _("Brouillon gardé à %(hour)s. Enregistrez pour que l’organisation le lise.") % {"hour": hour}
    return JsonResponse({"seen": at, "version": given["version"], "message": told})


@never_cache
@require_safe
def kept(request: HttpRequest, token: str, what: str) -> HttpResponseBase:
    """One's own picture or slides, for whoever holds the link."""
    sheet, _found = sheet_or_404(token)
    stored = sheet.photo if what == "photo" else sheet.slides
    if stored is None:
        raise Http404("Nothing was given.")
    response: HttpResponseBase = private(answer(request, stored))
    return response
