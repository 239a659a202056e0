"""Rooms whose phases last days: they follow one another by themselves, each at its date. Nobody has to be there."""

from datetime import datetime

from alliage.rooms.enums import Pace, RoomState
from alliage.rooms.models import Room
from alliage.rooms.registry import purpose_of
from alliage.rooms.services import rooms
from alliage.rooms.services.clock import start_phase
from alliage.rooms.services.log import acting


def move_on(*, now: datetime) -> int:
    """Move every such room whose phase is over; answer how many moved. A room late by several phases moves by one at each call."""
    moved = 0
    for room in Room.objects.filter(state=RoomState.OPEN, ends_at__lte=now):
        if room.sheet.pace == Pace.SPREAD:
            moved += _move(room, now=now)
    return moved


def _move(room: Room, *, now: datetime) -> bool:
    is_last = room.phase + 1 >= len(room.sheet.phases)
    if is_last:
        rooms.close_room(room, by=None, now=now)
        return True
    with acting(room, by=None, now=now) as act:
        # Someone may have moved it since it was read.
        if not act.room.is_open or act.room.ends_at is None or act.room.ends_at > now:
            return False
        start_phase(act, act.room.phase + 1)
        purpose = purpose_of(act.room)
        if purpose is not None:
            purpose.moved(act.room, now=now)
    return True
