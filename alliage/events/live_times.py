"""When the door of a sequence opens and closes, what its run sheet may last: the clock alone, no database."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.events.enums import EventKind, ItemKind, SequenceKind
from alliage.events.live_enums import DoorState
from alliage.events.models import Sequence
from alliage.rooms.phases import Sheet

# The door opens before the start, and stays open a while after the end announced: people overrun.
OPENS_BEFORE = timedelta(minutes=15)
OVERRUN = timedelta(minutes=30)
# Whoever waits for a seat enters in the place of those who did not come, after …
FREED_AFTER = timedelta(minutes=5)
# One writes in the days that follow: those who slept while it happened are twelve hours away.
CONTRIBUTIONS = timedelta(days=7)
# Kinds of sequences that are held in a room.
HELD_IN_A_ROOM = frozenset({SequenceKind.PLENARY, SequenceKind.WORKSHOPS, SequenceKind.WORKSHOP})


def has_room(sequence: Sequence) -> bool:
    return sequence.kind in HELD_IN_A_ROOM


def opens_at(sequence: Sequence) -> datetime:
    return sequence.starts_at - OPENS_BEFORE


def closes_at(sequence: Sequence) -> datetime:
    return sequence.ends_at + OVERRUN


def contributions_until(sequence: Sequence) -> datetime:
    return sequence.ends_at + CONTRIBUTIONS


def door_by_clock(sequence: Sequence, *, now: datetime) -> DoorState:
    """Without looking at its room: right but for a room that its facilitation closed early."""
    if sequence.is_cancelled or sequence.event.is_cancelled:
        return DoorState.CANCELLED
    if now >= closes_at(sequence):
        return DoorState.OVER
    return DoorState.OPEN if now >= opens_at(sequence) else DoorState.BEFORE


def door(sequence: Sequence, *, now: datetime) -> DoorState:
    """Reads `sequence.event` and `sequence.room` as the caller loaded them."""
    found = door_by_clock(sequence, now=now)
    is_closed = sequence.room is not None and sequence.room.is_closed
    return DoorState.OVER if is_closed and found != DoorState.CANCELLED else found


def takes_contributions(sequence: Sequence, *, now: datetime) -> bool:
    return door(sequence, now=now) == DoorState.OVER and now < contributions_until(sequence)


def until(moment: datetime, *, now: datetime) -> str:
    """« dans 2 jours et 3 heures », « dans 12 minutes »: what is left, for a page without script."""
    minutes = max(0, -(-int((moment - now).total_seconds()) // 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        said = ngettext("%(count)s jour", "%(count)s jours", days) % {"count": days}
        return _("dans %s") % (f"{said} {_and_hours(hours)}" if hours and days < 7 else said)
    if hours:
        said = ngettext("%(count)s heure", "%(count)s heures", hours) % {"count": hours}
        rest = minutes % 60
        more = ngettext("et %(count)s minute", "et %(count)s minutes", rest) % {"count": rest} if rest else ""
        return _("dans %s") % f"{said} {more}".strip()
    if minutes <= 1:
        return _("dans moins d’une minute")
    return _("dans %(count)s minutes") % {"count": minutes}


def _and_hours(hours: int) -> str:
    return ngettext("et %(count)s heure", "et %(count)s heures", hours) % {"count": hours}


def usual_sheet(sequence: Sequence, items: list[str]) -> str:
    """The run sheet of the platform that fits what the sequence is."""
    if sequence.kind in {SequenceKind.WORKSHOP, SequenceKind.WORKSHOPS} or sequence.event.kind == EventKind.WORKSHOP:
        return "atelier_2020"
    if sequence.event.kind == EventKind.CODEV:
        return "codev"
    crossed = {ItemKind.CROSSED, ItemKind.CROSSING, ItemKind.DEBATE, ItemKind.EXCHANGE}
    return "regards_croises" if crossed & set(items) else "webinaire"


def lengths(sheet: Sheet, minutes: int) -> dict[str, int]:
    """The same phases in the time that the sequence has, each in proportion, none under a minute."""
    if minutes < len(sheet.phases):
        return {}
    whole, left, found = sheet.length, minutes, {}
    for rank, phase in enumerate(sheet.phases):
        after = len(sheet.phases) - rank - 1
        share = left if not after else max(1, min(left - after, round(phase.length * minutes / whole)))
        found[phase.code] = share
        left -= share
    return found
