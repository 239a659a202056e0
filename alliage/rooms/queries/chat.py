"""The chat of a room as one person sees it, and what people react with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from alliage.rooms.enums import Reacts, Tool
from alliage.rooms.models import Event, Message, Participant, Reaction, Room

# The last lines: who wants more reads slowly, and this is beside what is said.
SHOWN = 60


@dataclass(frozen=True)
class Chat:
    """`is_there`: the run sheet has one, or something was said."""

    is_there: bool = False
    is_open: bool = False
    lines: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Reactions:
    is_there: bool = False
    is_open: bool = False
    counts: list[tuple[str, int]] = field(default_factory=list)

    @property
    def buttons(self) -> list[tuple[str, Any]]:
        return [(each.value, each.label) for each in Reacts]


def of_room(room: Room, viewer: Participant | None) -> Chat:
    """One query, none for a run sheet without chat."""
    if not room.has(Tool.CHAT):
        return Chat()
    found = Message.objects.filter(room=room).select_related("author")
    if viewer is None or not viewer.facilitates:
        found = found.filter(is_hidden=False)
    return Chat(is_there=True, is_open=room.opens(Tool.CHAT), lines=list(found.order_by("-number")[:SHOWN])[::-1])


def reactions_of(room: Room) -> Reactions:
    """Those of the present phase. One query, none for a run sheet without reactions."""
    if not room.has(Tool.REACTIONS) or room.current is None:
        return Reactions()
    return Reactions(is_there=True, is_open=room.opens(Tool.REACTIONS), counts=counts(room))


def counts(room: Room) -> list[tuple[str, int]]:
    """What was reacted in the present phase, in the order of the buttons, with its words."""
    phase = room.current
    if phase is None:
        return []
    found = dict(Reaction.objects.filter(room=room, phase=phase.code).values_list("kind", "count"))
    return [(str(each.label), found[each.value]) for each in Reacts if found.get(each.value)]


def all_counts(rooms: Iterable[Any]) -> dict[Any, int]:
    """How many reactions there were in each of these rooms: one query, whatever their number."""
    found: dict[Any, int] = {}
    for room, count in Reaction.objects.filter(room__in=list(rooms)).values_list("room", "count"):
        found[room] = found.get(room, 0) + count
    return found


def with_messages(events: list[Event]) -> dict[int, Message]:
    """The lines that these events name, those that are still there."""
    ids = {event.data["message"] for event in events if "message" in event.data}
    return {each.pk: each for each in Message.objects.filter(pk__in=ids).select_related("author")} if ids else {}
