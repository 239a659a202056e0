"""Polls of rooms: those who facilitate hold them, on paper too."""

from typing import Any

from alliage.questionnaires.registry import ScopeKind, scopes
from alliage.rooms.models import Room
from alliage.rooms.permissions import can_hold_polls
from alliage.rooms.services.polls import SCOPE


def can_hold(user: Any, scope_id: str) -> bool:
    room = Room.objects.filter(pk=scope_id).first()
    return room is not None and can_hold_polls(user, room)


scopes.add(ScopeKind(SCOPE, can_hold))
