"""The co-written notes, in the page of a room."""

from typing import Any

from django import template

from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import notes

register = template.Library()


@register.inclusion_tag("rooms/_notes.html")
def room_notes(room: Room, viewer: Participant) -> dict[str, Any]:
    """Those of the present phase to be written or read, those of before to be read, all of them to be taken away."""
    found = notes.of_room(room)
    return {
        "notes": found,
        "shown": notes.shown(room, viewer, found.present) if found.present is not None else None,
        "exports": notes.exports(room),
    }
