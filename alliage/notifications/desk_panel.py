"""The part of « mon espace » that says what is new."""

from typing import Any

from django.http import HttpRequest

from alliage.notifications import queries

SHOWN = 3


def build_panel(request: HttpRequest) -> dict[str, Any]:
    """The newest unread notifications, and whether there are more: one query."""
    unread = list(queries.list_of(request.user, unread_only=True)[: SHOWN + 1])  # type: ignore[arg-type]
    return {"unread": unread[:SHOWN], "more": len(unread) > SHOWN}


def count_unread(request: HttpRequest) -> int:
    """The number in the header."""
    return queries.unread_count(request.user)
