"""Rooms that the page table names."""

from typing import Any

from alliage.rooms.enums import Role
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import Entry
from alliage.rooms.services import people, rooms
from alliage.rooms.services.run_sheets import of_platform


def ids(member: Any, *, now: Any) -> dict[str, Any]:
    """A room open to whoever has its link, and a confidential one, both held by this member."""
    found = {}
    for name, is_confidential in (("room", False), ("confidential_room", True)):
        wanted = rooms.Prepared(
            title="Une séance", sheet=of_platform("codev"), purpose=FREE, is_confidential=is_confidential
        )
        room = rooms.prepare(wanted, by=member, now=now)
        people.join(room, Entry(Role.FACILITATOR), name=str(member), member=member, now=now)
        found[name] = room.code
    return found
