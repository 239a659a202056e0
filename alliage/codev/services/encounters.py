"""Writes of encounters: fix a date, change it, cancel it, say whether one comes; remind; one's own calendar."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage import days
from alliage.accounts.models import Member
from alliage.codev import calendars
from alliage.codev.enums import Coming, EncounterState, Reminder
from alliage.codev.models import CalendarLink, Encounter, Group, Presence
from alliage.codev.services import session_dates
from alliage.codev.services.encounter_notices import by_zone, call_off, reminded, tell
from alliage.codev.services.groups import GroupRefused, locked_active
from alliage.notifications.services import notify_many

REMINDER, SOON = "codev.reminder", "codev.reminder_soon"
LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_PHONE = 60
# What is reminded, how long before, and until when before: a reminder that could not leave in time is not sent late.
REMINDERS = (
    (Reminder.WEEK, timedelta(days=7), timedelta(days=2)),
    (Reminder.DAY, timedelta(days=1), timedelta(hours=3)),
    (Reminder.HOUR, timedelta(hours=1), timedelta()),
)


class EncounterRefused(GroupRefused):
    """The rules of encounters say no."""


@dataclass(frozen=True)
class Fixed:
    """What is said of an encounter. Without a title it bears the usual one of its group."""

    starts_at: datetime
    minutes: int = 90
    title: str = ""
    text: str = ""
    video_url: str = ""
    phone: str = ""


@transaction.atomic
def plan(group: Group, said: Fixed, *, by: Any, now: datetime) -> Encounter:
    """Fix an encounter; the members are told. The same moment twice is one encounter."""
    group = locked_active(group)
    _check(said, now=now)
    same = Encounter.objects.filter(group=group, starts_at=said.starts_at, state=EncounterState.PLANNED).first()
    if same is not None:
        return same
    row = Encounter(group=group, created_by=by, created_at=now)
    _write(row, said, now=now)
    row.save()
    tell(row, by=by, now=now)
    return row


@transaction.atomic
def change(encounter: Encounter, said: Fixed, *, by: Any, now: datetime) -> Encounter:
    """Another moment asks again who comes, and reminds again; another text does not."""
    locked_active(encounter.group)
    row = _planned(encounter)
    was = (row.starts_at, row.minutes)
    ways = (row.video_url, row.phone)
    if said.starts_at != row.starts_at:
        _check(said, now=now)
    _write(row, said, now=now)
    row.sequence += 1
    if (row.starts_at, row.minutes) != was:
        row.reminded = Reminder.NONE
        Presence.objects.filter(encounter=row).delete()
        row.save()
        session_dates.moved(row, now=now)
        tell(row, by=by, now=now)
    row.save()
    if (row.video_url, row.phone) != ways:
        session_dates.joined_otherwise(row)
    return row


@transaction.atomic
def cancel(encounter: Encounter, *, by: Any, now: datetime) -> Encounter:
    """It will not take place; the members are told. Twice is once."""
    locked_active(encounter.group)
    row = Encounter.objects.select_for_update(of=("self",)).select_related("group").get(pk=encounter.pk)
    if not row.is_planned:
        return row
    if row.ends_at <= now:
        raise EncounterRefused(_("Cette rencontre a déjà eu lieu\u00a0: elle reste dans l’histoire du groupe."))
    call_off(row, by=by, now=now)
    return row


def _planned(encounter: Encounter) -> Encounter:
    row = Encounter.objects.select_for_update(of=("self",)).select_related("group").get(pk=encounter.pk)
    if not row.is_planned:
        raise EncounterRefused(_("Cette rencontre est annulée\u00a0: fixez-en une autre."))
    return row


def _check(said: Fixed, *, now: datetime) -> None:
    if said.starts_at <= now:
        raise EncounterRefused(_("Ce moment est déjà passé\u00a0: choisissez une date à venir."))
    if not days.is_near(said.starts_at):
        raise EncounterRefused(days.TOO_FAR)


def _write(row: Encounter, said: Fixed, *, now: datetime) -> None:
    title = " ".join(said.title.replace("\x00", "").split())[:LONGEST_TITLE].strip()
    row.title = title or calendars.neutral_title(row.group)
    row.text = said.text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    row.starts_at, row.minutes, row.video_url, row.changed_at = said.starts_at, said.minutes, said.video_url, now
    row.phone = " ".join(said.phone.replace("\x00", "").split())[:LONGEST_PHONE]


@transaction.atomic
def say_presence(encounter: Encounter, coming: str, *, by: Member, now: datetime) -> Presence:
    """« Je viens » or « je ne peux pas », as long as it is not over."""
    row = _planned(encounter)
    if row.ends_at <= now:
        raise EncounterRefused(_("Cette rencontre est passée."))
    said, _made = Presence.objects.update_or_create(
        encounter=row, member=by, defaults={"coming": Coming(coming), "answered_at": now}
    )
    return said


# --- Remind ----------------------------------------------------------------------------------------------------------


def remind(now: datetime) -> int:
    """Send the reminders that are due; answers for how many encounters. Each leaves once, and again when it moves."""
    soon = Encounter.objects.filter(
        state=EncounterState.PLANNED, starts_at__gt=now, starts_at__lte=now + REMINDERS[0][1]
    )
    return sum(_remind(pk, now=now) for pk in list(soon.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, *, now: datetime) -> bool:
    row = Encounter.objects.select_for_update(of=("self",)).select_related("group").get(pk=pk)
    step = _due(row, now=now)
    if not row.is_planned or step == row.reminded or not step:
        return False
    row.reminded = step
    row.save(update_fields=["reminded"])
    kind = SOON if step == Reminder.HOUR else REMINDER
    for zone, people in by_zone(reminded(row)):
        with timezone.override(zone):
            notify_many(people, kind, row, by=None, now=now, key=f"{step}|{row.starts_at.isoformat()}")
    return True


def _due(encounter: Encounter, *, now: datetime) -> str:
    """The reminder whose time it is; nothing between two. One just fixed needs none for what was just said."""
    left = encounter.starts_at - now
    for step, before, until in REMINDERS:
        if until < left <= before and encounter.changed_at <= encounter.starts_at - before:
            return step
    return ""


# --- One's own calendar --------------------------------------------------------------------------------------------


def make_link(*, by: Member, now: datetime) -> str:
    """A secret link to one's own calendar; the one before opens nothing any more. Answers its token."""
    seed = secrets.token_urlsafe(32)
    token = calendars.token_of(seed)
    CalendarLink.objects.update_or_create(
        member=by, defaults={"seed": seed, "token_digest": calendars.digest(token), "created_at": now}
    )
    return token


def revoke_link(*, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    CalendarLink.objects.filter(member=by).delete()


def forget_member(member: Member) -> None:
    CalendarLink.objects.filter(member=member).delete()
    Presence.objects.filter(member=member).delete()
