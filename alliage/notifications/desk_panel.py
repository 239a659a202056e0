"""The part of « mon espace » that says what is new."""

from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest

from alliage.notifications import queries

SHOWN = 3


def build_panel(request: HttpRequest) -> dict[str, Any]:
    """The newest unread notifications, and whether there are more: one query, which also tells `count_unread`."""
    found = queries.list_of(request.user, unread_only=True)  # type: ignore[arg-type]
    unread = list(found.annotate(total=Window(Count("pk")))[:SHOWN])
    total = unread[0].total if unread else 0
    request.unread_count = total  # type: ignore[attr-defined]
    return {"unread": unread, "more": total > SHOWN}


def count_unread(request: HttpRequest) -> int:
    """The number in the header."""
    known = getattr(request, "unread_count", None)
    return queries.unread_count(request.user) if known is None else known
