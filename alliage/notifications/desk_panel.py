"""The part of « mon espace » that says what is new."""

from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest

from alliage.accounts.models import Member
from alliage.notifications import queries
from alliage.prepared import Prepared

SHOWN = 3


_UNREAD = Prepared(
    lambda pk: queries.list_of(Member(pk=pk), unread_only=True).annotate(total=Window(Count("pk")))[:SHOWN]
)


def build_panel(request: HttpRequest) -> dict[str, Any]:
    """The newest unread notifications, and whether there are more: one query, which also tells `count_unread`."""
    member: Any = request.user
    unread = _UNREAD(member.pk)
    total = unread[0].total if unread else 0
    request.unread_count = total  # type: ignore[attr-defined]
    return {"unread": unread, "more": total > SHOWN}


def count_unread(request: HttpRequest) -> int:
    """The number in the header."""
    known = getattr(request, "unread_count", None)
    return queries.unread_count(request.user) if known is None else known
