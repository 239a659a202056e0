"""Rooms that the page table names."""

from typing import Any

from alliage.rooms.enums import Role
from alliage.rooms.queries import notes
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import Entry
from alliage.rooms.services import clock, people, rooms
from alliage.rooms.services.run_sheets import of_platform
from alliage.writing import services


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
    # The last one is held at a step whose notes have begun.
    person = room.participants.get(member=member)
    rooms.open_room(room, by=person, now=now)
    clock.go_to(room, 1, seen=0, by=person, now=now)
    begun = notes.of_room(room).present
    assert begun is not None
    services.write(begun, "# Le fil\nUn mot.", by=notes.writer(room, person, "expose"), now=now)
    return found | {"room_note": begun.pk}
