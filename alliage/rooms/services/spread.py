"""Rooms whose phases last days: they follow one another by themselves, each at its date. Nobody has to be there."""

import logging
from datetime import datetime

from alliage.refusals import Refusal
from alliage.rooms.enums import Pace, RoomState
from alliage.rooms.models import Room
from alliage.rooms.services import rooms
from alliage.rooms.services.clock import start_phase
from alliage.rooms.services.log import acting

logger = logging.getLogger(__name__)


def move_on(*, now: datetime) -> int:
    """Move every such room whose phase is over; answer how many moved. A room late by several phases moves by one at each call."""
    moved = 0
    for room in Room.objects.filter(state=RoomState.OPEN, ends_at__lte=now, erased_at=None):
        if room.sheet.pace == Pace.SPREAD:
            try:
                moved += _move(room, now=now)
            except Refusal as refusal:
                # One room that refuses keeps no other waiting.
                logger.warning("%s does not move: %s", room, type(refusal).__name__)
    return moved


def _move(room: Room, *, now: datetime) -> bool:
    with acting(room, by=None, now=now) as act:
        # Someone may have moved it since it was read.
        if act.room.current is None or act.room.ends_at is None or act.room.ends_at > now:
            return False
        if act.room.phase + 1 >= len(act.room.sheet.phases):
            rooms.end(act)
            return True
        start_phase(act, act.room.phase + 1)
    return True
