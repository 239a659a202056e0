"""Co-written notes: a phase that takes notes has a document, begun with it; who writes there changes with the phase and the roles."""

from datetime import datetime
from typing import Any

from alliage.rooms.enums import EventKind
from alliage.rooms.models import Room
from alliage.writing import queries, services
from alliage.writing.registry import purposes

SCOPE = "rooms.notes"
# After these, what people may write is no longer what it was.
MATTERS = {EventKind.OPENED, EventKind.PHASE, EventKind.CLOSED, EventKind.ROLE}


def scope_id(room: Room, phase: str) -> str:
    return f"{room.code}:{phase}"


def places(room: Room) -> list[str]:
    """Where the notes of a room are, in the order of its phases."""
    return [scope_id(room, phase.code) for phase in room.sheet.phases if phase.has_notes]


def follow(room: Room, kind: str, *, now: datetime) -> None:
    """What an event of a room does to its notes, in the transaction of the event."""
    if kind == EventKind.ERASED:
        services.erase_in(SCOPE, *places(room))
    elif kind in MATTERS and (there := places(room)):
        if kind == EventKind.PHASE:
            _begin(room, now=now)
        if kind == EventKind.CLOSED:
            _settle(there, now=now)
        services.changed_rights_in(SCOPE, *there)


def _begin(room: Room, *, now: datetime) -> None:
    """The notes of the present phase, unless it was there before."""
    phase, purpose = room.current, purposes.get(SCOPE)
    if phase is None or purpose is None or not phase.has_notes:
        return
    place = scope_id(room, phase.code)
    if not queries.of_scope(SCOPE, place).exists():
        services.create(purpose, place, phase.title, by=None, now=now)


def _settle(there: list[str], *, now: datetime) -> None:
    """Keep the texts, and let go of what was typed then taken out of them."""
    for document in queries.of_scope(SCOPE, *there):
        services.compact(document, now=now)


def ask_again(rooms: Any) -> None:
    """Who may enter these rooms has changed: those who are connected to their notes are asked again."""
    for room in rooms:
        services.changed_rights_in(SCOPE, *places(room))
