"""Rooms for themselves: a member prepares one, whoever has the link enters."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.registry import Entry, Purpose, purposes

FREE = "rooms.free"


def entry(user: Any, room: Room) -> Entry | None:
    """Whoever prepared it facilitates; other members come by the link, as anyone."""
    if user.is_authenticated and room.created_by_id == user.pk:
        return Entry(Role.FACILITATOR, may_facilitate=True)
    return None


purposes.add(Purpose(FREE, _("Salle d’un membre"), entry, by_link=True))
