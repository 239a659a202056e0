"""A room from its preparation to its end, then to nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.rooms import phases
from alliage.rooms.enums import MOVES, EventKind, RoomState
from alliage.rooms.models import Caption, Card, CardVote, Event, Message, Participant, Reaction, Relay, Room, Turn
from alliage.rooms.phases import Sheet
from alliage.rooms.registry import purpose_of
from alliage.rooms.services import captions, polls
from alliage.rooms.services.clock import start_phase
from alliage.rooms.services.log import Act, RoomRefused, acting, must_facilitate, once

LONGEST_TITLE = 160
# How long the words of a room are kept after its end, when the function that holds it does not say otherwise.
KEPT = timedelta(days=90)
REHEARSAL_KEPT = timedelta(days=1)
# A room that nobody ends: so long after its last phase began, or after its preparation when it was never opened.
LEFT_ALONE = timedelta(days=365)
# A rehearsal that nobody opens.
REHEARSAL_WAITS = timedelta(days=30)


@dataclass(frozen=True)
class Prepared:
    """What a room is made of. `lengths`: of phases, by code, when this session's are not those of the run sheet."""

    title: str
    sheet: Sheet
    purpose: str
    purpose_id: str = ""
    is_confidential: bool = False
    is_rehearsal: bool = False
    video_url: str = ""
    phone: str = ""
    lengths: Mapping[str, int] = field(default_factory=dict)
    purge_on: date | None = None


def prepare(wanted: Prepared, *, by: Any, now: datetime) -> Room:
    """A room with its own copy of the phases; `by` is a member, or None for what the platform prepares by itself."""
    title = " ".join(wanted.title.replace("\x00", "").split())[:LONGEST_TITLE]
    if not title:
        raise RoomRefused(_("Donnez un titre à cette salle."))
    sheet = phases.read(phases.written(wanted.sheet.with_lengths(wanted.lengths)))
    return Room.objects.create(
        title=title,
        content=phases.written(sheet),
        purpose=wanted.purpose,
        purpose_id=wanted.purpose_id,
        is_confidential=wanted.is_confidential,
        is_rehearsal=wanted.is_rehearsal,
        video_url=wanted.video_url,
        phone=wanted.phone,
        purge_on=(now + REHEARSAL_WAITS).date() if wanted.is_rehearsal else wanted.purge_on,
        created_by=by,
        created_at=now,
    )


def set_lengths(room: Room, lengths: Mapping[str, int], *, by: Participant, now: datetime) -> None:
    """Change the durations of the phases that are not begun yet."""
    with acting(room, by=by, now=now) as act:
        must_facilitate(act.room, by)
        coming = {phase.code for phase in act.room.sheet.phases[act.room.phase + 1 :]}
        wanted = {code: length for code, length in lengths.items() if code in coming}
        sheet = phases.read(phases.written(act.room.sheet.with_lengths(wanted)))
        act.room.content = phases.written(sheet)
        act.tell(EventKind.CLOCK)


def open_room(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Let everybody act: the first phase begins, and its clock with it."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            _must_move(done.room, RoomState.OPEN)
            done.room.state = RoomState.OPEN
            done.room.opened_at = now
            if done.room.is_rehearsal:
                done.room.purge_on = (now + REHEARSAL_KEPT).date()
            done.tell(EventKind.OPENED)
            start_phase(done, 0)

        return once(done, do)


def tell_beside(room: Room, *, now: datetime) -> None:
    """What the function that holds the room shows in it changed: pages are read again. It happened elsewhere; no word of it is kept here."""
    with acting(room, by=None, now=now) as act:
        act.tell(EventKind.BESIDE)


def close_room(room: Room, *, by: Participant | None, now: datetime, act: Any = None) -> int:
    """End it for everybody. What follows is said by the function that holds the room. `by` is None when the calendar ends it."""
    with acting(room, by=by, now=now, act=act) as done:
        if by is not None:
            must_facilitate(done.room, by)
        return once(done, lambda: end(done))


def end(act: Act) -> None:
    """The end itself, inside an act: nobody speaks nor types any more, the day of erasing is set, the function is told."""
    room = act.room
    _must_move(room, RoomState.CLOSED)
    _stop(act)
    Turn.objects.filter(participant__room=room, ended_at=None).update(ended_at=act.now)
    captions.end_relay(room, now=act.now)
    if room.is_rehearsal:
        room.purge_on = (act.now + REHEARSAL_KEPT).date()
    elif room.purge_on is None:
        room.purge_on = (act.now + KEPT).date()
    act.tell(EventKind.CLOSED)
    purpose = purpose_of(room)
    if purpose is not None and not room.is_rehearsal:
        purpose.closed(room, now=act.now)


def _stop(act: Act) -> None:
    act.room.state, act.room.closed_at = RoomState.CLOSED, act.now
    act.room.ends_at = act.room.left_seconds = None


def _must_move(room: Room, state: str) -> None:
    if state not in MOVES[RoomState(room.state)]:
        raise RoomRefused(_("Cette salle est déjà ouverte.") if room.is_open else _("Cette salle est terminée."))


@transaction.atomic
def erase(room: Room, *, now: datetime) -> None:
    """Take away every word and every name; how long it lasted and how many came remain. Nothing follows its end any more."""
    locked = Room.objects.select_for_update().get(pk=room.pk)
    CardVote.objects.filter(card__room=locked).delete()
    Card.objects.filter(room=locked).delete()
    Message.objects.filter(room=locked).delete()
    Reaction.objects.filter(room=locked).delete()
    Caption.objects.filter(room=locked).delete()
    Relay.objects.filter(room=locked).delete()
    Turn.objects.filter(participant__room=locked).delete()
    Event.objects.filter(room=locked).update(participant=None, data={})
    Participant.objects.filter(room=locked).delete()
    polls.forget(locked)
    act = Act(locked, None, now)
    if not locked.is_closed:
        _stop(act)
    act.tell(EventKind.ERASED)
    locked.title = str(_("Salle effacée"))
    locked.video_url = locked.phone = ""
    locked.erased_at = now
    locked.save()
    room.refresh_from_db()


def erase_due(*, now: datetime) -> int:
    """Erase the rooms whose day has come, and those that nobody ended for a year; answer how many."""
    left = Room.objects.alias(last=Coalesce("phase_began_at", "created_at")).filter(erased_at=None)
    due = list(left.filter(Q(purge_on__lte=localdate(now)) | Q(purge_on=None, last__lte=now - LEFT_ALONE)))
    for room in due:
        erase(room, now=now)
    return len(due)
