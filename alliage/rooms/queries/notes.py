"""The co-written notes of a room, as a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.urls import reverse

from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.rooms.phases import Phase
from alliage.rooms.services.notes import SCOPE, places, scope_id
from alliage.writing import queries
from alliage.writing.exports import LABELS
from alliage.writing.models import Document
from alliage.writing.presenting import Link, Shown
from alliage.writing.registry import Writer

# Of the headings of the notes: below that of their part of the page.
LEVEL = 4


@dataclass(frozen=True)
class Notes:
    """`present`: of the phase of now; `others`: of the phases where something was written, in their order."""

    present: Document | None = None
    others: list[Document] = field(default_factory=list)
    takers: list[str] = field(default_factory=list)


def of_room(room: Room) -> Notes:
    """One query; none when no phase takes notes."""
    there = places(room)
    if not there or room.erased_at is not None:
        return Notes()
    found = {each.scope_id: each for each in queries.of_scope(SCOPE, *there)}
    now = room.current
    here = scope_id(room, now.code) if now is not None else ""
    others = [found[each] for each in there if each != here and each in found and found[each].last_number > 0]
    return Notes(found.get(here), others, takers(now, room.sheet.roles) if now is not None else [])


def may_take(room: Room) -> bool:
    """Whether its notes are had as files. Those of a confidential room are not: its function says who has them, and how."""
    return not room.is_confidential


def writer(room: Room, person: Participant, phase: str) -> Writer:
    """What someone who is in the room may do with the notes of a phase: they are written during it, and read before and after."""
    now = room.current
    return Writer(
        f"member:{person.member_id}" if person.member_id else f"participant:{person.pk}",
        person.name,
        can_write=now is not None and now.code == phase and now.takes_notes(person.role),
        can_manage=person.facilitates,
        can_take=may_take(room),
    )


def shown(room: Room, person: Participant, document: Document) -> Shown:
    """The notes of now, for the page of someone who is in the room, which names who is there: one query."""
    mine = writer(room, person, document.scope_id.partition(":")[2])
    if not document.is_open:
        mine = replace(mine, can_write=False)
    return Shown(document, mine, queries.text_of(document), [], LEVEL, is_signed=False)


def takers(phase: Phase, used: Iterable[str]) -> list[str]:
    """The roles that write in the notes of a phase, in words, those that the run sheet uses only."""
    roles = set(used) or set(Role.values)
    return [str(Role(role).label) for role in Role.values if role in roles and phase.takes_notes(role)]


def exports(room: Room) -> list[Link]:
    """All the notes of a room, in each format; none of a confidential one."""
    if not may_take(room):
        return []
    return [Link(label, reverse("rooms:notes", args=[room.code, extension])) for extension, label in LABELS.items()]


def written(*rooms: Room) -> list[queries.Written]:
    """Every text of these rooms that is not empty, with its authors, in the order of their phases; four queries."""
    there = [place for room in rooms if room.erased_at is None for place in places(room)]
    found = {each.scope_id: each for each in queries.of_scope(SCOPE, *there)}
    documents = [found[place] for place in there if place in found]
    return [each for each in queries.written(documents) if each.text.strip()]
