"""The clock of a room: the server's own. Clients count down to `ends_at`; nothing depends on theirs."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from alliage.rooms.enums import EventKind, Pace
from alliage.rooms.models import Participant, Room, Turn
from alliage.rooms.registry import purpose_of
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

LONGEST_ADDED = 60


def start_phase(act: Act, rank: int) -> None:
    """Enter a phase, inside an act: its time runs, hands of the phase before are lowered.

    Whoever presses the button or the calendar: where phases last days nobody is there to see it, and the room's function tells people.
    """
    room = act.room
    if not 0 <= rank < len(room.sheet.phases):
        raise RoomRefused(_("Il n’y a pas d’étape de ce côté\u00a0: vous pouvez terminer la séance."))
    room.phase = rank
    room.phase_began_at = act.now
    room.ends_at, room.left_seconds = act.now + duration(room), None
    Turn.objects.filter(participant__room=room, ended_at=None).update(ended_at=act.now)
    act.tell(EventKind.PHASE, rank=rank)
    purpose = purpose_of(room)
    if room.sheet.pace == Pace.SPREAD and purpose is not None and not room.is_rehearsal:
        purpose.moved(room, now=act.now)


def duration(room: Room) -> timedelta:
    """Of the present phase."""
    length = room.sheet.phases[room.phase].length
    return timedelta(days=length) if room.sheet.pace == Pace.SPREAD else timedelta(minutes=length)


def go_to(room: Room, rank: int, *, seen: int, by: Participant, now: datetime, act: Any = None) -> int:
    """Move to a phase. `seen` is the one the facilitator was looking at: two facilitators who press « suivante » at once move by one."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            if done.room.phase != seen:
                raise RoomRefused(_("L’étape vient de changer\u00a0: regardez où vous en êtes avant de continuer."))
            start_phase(done, rank)

        return once(done, do)


def pause(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Stop the clock. Twice is once."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            if done.room.ends_at is not None:
                done.room.left_seconds = round((done.room.ends_at - now).total_seconds())
                done.room.ends_at = None
                done.tell(EventKind.CLOCK)

        return once(done, do)


def resume(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Let it run again from where it stopped. Twice is once."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            if done.room.left_seconds is not None:
                done.room.ends_at = now + timedelta(seconds=done.room.left_seconds)
                done.room.left_seconds = None
                done.tell(EventKind.CLOCK)

        return once(done, do)


def add_time(room: Room, minutes: int, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Give the present phase more minutes (or fewer, when negative). What is over begins again from now."""
    if not 0 < abs(minutes) <= LONGEST_ADDED:
        raise RoomRefused(_("Ajoutez de 1 à %(most)s minutes.") % {"most": LONGEST_ADDED})
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            more = timedelta(minutes=minutes)
            if done.room.left_seconds is not None:
                done.room.left_seconds = max(0, done.room.left_seconds) + int(more.total_seconds())
            else:
                ends_at = done.room.ends_at or now
                done.room.ends_at = (max(ends_at, now) if minutes > 0 else ends_at) + more
            done.tell(EventKind.CLOCK)

        return once(done, do)
