"""An event in one line, the same in every list: what, when at the reader's clock and in Paris, where."""

from datetime import datetime
from typing import Any

from alliage.events import moments
from alliage.events.enums import EventKind
from alliage.events.models import Event
from alliage.events.queries import coming, events


def line(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "url": event.get_absolute_url(),
        "kind": EventKind(event.kind).label,
        "when": moments.said(event.starts_at, event.ends_at, event.zone),
        "where": events.where_words(event),
    }


def next_lines(*, now: datetime, limit: int = 3) -> list[dict[str, Any]]:
    """The very next ones, for the home page."""
    return [line(each) for each in coming.next_ones(now=now, limit=limit)]
