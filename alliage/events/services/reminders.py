"""Reminders: a week, a day, an hour before the first sequence that someone has on a day; one mail says them all.

A reminder that could not leave in time is not sent late, and one who has just had a seat is not reminded of what was just said.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events import registration_links as links
from alliage.events.enums import EventState, ReminderStep, SeatState
from alliage.events.models import Attendee, Seat, SentReminder
from alliage.events.queries.registrations import Place
from alliage.events.services import moves
from alliage.events.services.words import at_the_clock_of, line_of, write
from alliage.notifications.services import notify

KIND, SOON = "events.reminder", "events.reminder_soon"
# What is reminded, how long before, and until when before.
STEPS = (
    (ReminderStep.WEEK, timedelta(days=7), timedelta(days=2)),
    (ReminderStep.DAY, timedelta(days=1), timedelta(hours=3)),
    (ReminderStep.HOUR, timedelta(hours=1), timedelta()),
)
AT_ONCE = 50


@dataclass
class Day:
    """What one person holds on one day of an event, at the clock of the event."""

    attendee: Attendee
    day: date
    seats: list[Seat] = field(default_factory=list)


def remind(now: datetime) -> int:
    """Send what is due; answers how many people were reminded. Doing it twice sends it once."""
    due = [(day, step) for day in _days(now) if (step := _due(day, now=now))]
    if not due:
        return 0
    people = {day.attendee.pk for day, _step in due}
    sent = set(SentReminder.objects.filter(attendee__in=people).values_list("attendee", "step", "day"))
    left = [(day, step) for day, step in due if (day.attendee.pk, step, day.day) not in sent]
    for rank in range(0, len(left), AT_ONCE):
        _send(left[rank : rank + AT_ONCE], now=now)
    return len(left)


def _days(now: datetime) -> list[Day]:
    """Seats of confirmed people in the week to come, by person and day; one query."""
    rows = Seat.objects.filter(
        state=SeatState.SEATED,
        sequence__starts_at__gt=now,
        sequence__starts_at__lte=now + STEPS[0][1],
        sequence__is_cancelled=False,
        sequence__event__state=EventState.PUBLISHED,
        sequence__event__is_hidden=False,
        attendee__confirmed_at__isnull=False,
        attendee__forgotten_at=None,
    )
    found: dict[tuple[int, date], Day] = {}
    for seat in rows.select_related("sequence__event", "attendee__event", "attendee__member").order_by(
        "sequence__starts_at", "pk"
    ):
        day = seat.sequence.starts_at.astimezone(seat.sequence.event.clock).date()
        found.setdefault((seat.attendee_id, day), Day(seat.attendee, day)).seats.append(seat)
    return list(found.values())


def _due(day: Day, *, now: datetime) -> str:
    first = day.seats[0].sequence.starts_at
    since = min(seat.seated_at or seat.asked_at for seat in day.seats)
    left = first - now
    for step, before, until in STEPS:
        if until < left <= before and since <= first - before:
            return step
    return ""


@transaction.atomic
def _send(some: list[tuple[Day, str]], *, now: datetime) -> None:
    SentReminder.objects.bulk_create(
        (SentReminder(attendee=day.attendee, step=step, day=day.day, sent_at=now) for day, step in some),
        ignore_conflicts=True,
    )
    for day, step in some:
        with at_the_clock_of(day.attendee):
            _send_one(day, step, now=now)
    moves.told_otherwise(day.attendee.pk for day, _step in some)


def _send_one(day: Day, step: str, *, now: datetime) -> None:
    attendee = day.attendee
    lines = [line_of(Place(seat.sequence, seat.state)) for seat in day.seats]
    key = f"{step}|{day.day.isoformat()}"
    if attendee.member is not None:
        attendee.reminded = lines  # type: ignore[attr-defined]
        notify(attendee.member, SOON if step == ReminderStep.HOUR else KIND, attendee, by=None, now=now, key=key)
        return
    context: dict[str, Any] = {
        "title": title_of(attendee),
        "event": attendee.event,
        "lines": lines,
        "url": settings.ORIGIN + links.path_of(attendee),
    }
    write(attendee, "events/mail/reminder.html", context, key=f"reminder|{attendee.pk}|{key}", now=now, about=KIND)


def title_of(attendee: Attendee) -> str:
    return _("Rappel\u00a0: %(event)s") % {"event": attendee.event.title}
