"""Invitations and reminders of speakers and partners: one gesture for one person or for all, never twice the same day."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.events import speaker_links
from alliage.events.enums import Standing
from alliage.events.models import Event, Partner, Sheet, Speaker
from alliage.events.organising_enums import Missing
from alliage.events.services import sheets
from alliage.events.services.programme import ProgrammeRefused, lock
from alliage.notifications.services import send_mail_to_address

SCOPE = "events.speakers"


def address(sheet: Sheet) -> str:
    return sheet.speaker.email if sheet.speaker is not None else sheet.contact


@transaction.atomic
def invite(event: Event, people: Iterable[Speaker | Partner], *, by: Any, now: datetime) -> int:
    """Send their link to those who have an address and were not invited yet; answers how many. Twice is once."""
    row = lock(event.pk)
    _refuse_over(row, now)
    sent = 0
    for who in people:
        sheet = sheets.ensure(who)
        if sheet.invited_at is not None or not address(sheet):
            continue
        Sheet.objects.filter(pk=sheet.pk).update(invited_at=now, reminded_on=_today(row, now))
        _write(row, sheet, "events/mail/speaker_invited.html", [], by=by, key="invite", now=now)
        sent += 1
    return sent


@transaction.atomic
def remind(event: Event, people: Iterable[tuple[Sheet, list[Missing]]], *, by: Any, now: datetime) -> tuple[int, int]:
    """Say again what is missing; answers how many were written to, and how many already were today."""
    row = lock(event.pk)
    _refuse_over(row, now)
    today, sent, already = _today(row, now), 0, 0
    for sheet, missing in people:
        if not address(sheet) or not missing or sheet.answer == Standing.DECLINED:
            continue
        fresh = Sheet.objects.filter(pk=sheet.pk).filter(Q(reminded_on=None) | Q(reminded_on__lt=today))
        if not fresh.update(reminded_on=today, invited_at=sheet.invited_at or now):
            already += 1
            continue
        _write(row, sheet, "events/mail/speaker_reminded.html", missing, by=by, key=f"remind-{today}", now=now)
        sent += 1
    return sent, already


def set_contact(partner: Partner, contact: str, *, by: Any, now: datetime) -> Sheet:
    """The address of a partner, kept on its sheet. Another address ends the link of the first."""
    sheet = sheets.ensure(partner)
    if sheet.contact and sheet.contact.lower() != contact.strip().lower():
        sheets.renew_link(partner)
    Sheet.objects.filter(pk=sheet.pk).update(contact=contact.strip())
    sheet.refresh_from_db()
    return sheet


def _today(event: Event, now: datetime) -> date:
    return now.astimezone(event.clock).date()


def _refuse_over(event: Event, now: datetime) -> None:
    if event.is_cancelled:
        raise ProgrammeRefused(_("Cette Rencontre est annulée\u00a0: aucun courriel n’est parti."))
    if event.ends_at <= now:
        raise ProgrammeRefused(_("Cette Rencontre est passée\u00a0: aucun courriel n’est parti."))


def _write(
    event: Event, sheet: Sheet, template: str, missing: list[Missing], *, by: Any, key: str, now: datetime
) -> None:
    who: Any = sheet.speaker or sheet.partner
    context = {
        "event": event,
        "who": who,
        "is_partner": sheet.partner is not None,
        "sender": by.get_full_name(),
        "missing": [str(each.label) for each in missing],
        "path": speaker_links.path_of(sheet),
        "appearances": _doing(sheet),
    }
    send_mail_to_address(
        address(sheet),
        template,
        context,
        key=f"speaker|{sheet.pk}|{sheet.token_digest[:12]}|{key}",
        scope=SCOPE,
        label=_("Invitations à intervenir"),
        now=now,
    )


def _doing(sheet: Sheet) -> list[Any]:
    if sheet.speaker is None:
        return []
    return list(sheet.speaker.appearances.select_related("item__sequence").order_by("item__sequence__starts_at", "pk"))
