"""Reads of the exhibition: its panels in order, one and its neighbours, what an organiser or an author sees of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from alliage.accounts.models import Member
from alliage.directory.enums import Visibility
from alliage.events.enums import ItemKind, SequenceKind
from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Event, Panel, Sequence

# Words that programs say of themselves in their name: what they open is no visit.
ROBOTS = ("bot", "crawl", "spider", "slurp", "preview", "externalhit", "curl", "wget", "python", "http")


@dataclass(frozen=True)
class Walk:
    """A panel among the others: what is before and after it, its place, how many there are."""

    panel: Panel
    before: Panel | None
    after: Panel | None
    place: int
    count: int


def shown(event: Event) -> QuerySet[Panel]:
    """What everyone walks through, in order."""
    found = Panel.objects.filter(event=event, state=PanelState.SHOWN, is_hidden=False)
    return found.select_related("event", "territory", "image").order_by("rank", "pk")


def count(event: Event) -> int:
    return Panel.objects.filter(event=event, state=PanelState.SHOWN, is_hidden=False).count()


def of(event: Event) -> QuerySet[Panel]:
    """Everything that was proposed, for those who organise: what waits first."""
    found = Panel.objects.filter(event=event).select_related("event", "territory", "author")
    return found.order_by(Case(When(state=PanelState.PROPOSED, then=0), default=1), "state", "rank", "pk")


def mine(event: Event, member: Any) -> list[Panel]:
    return list(Panel.objects.filter(event=event, author=member).order_by("pk")) if member.is_authenticated else []


def by_number(event: Event, pk: int) -> Panel | None:
    found = Panel.objects.filter(event=event, pk=pk)
    return found.select_related("event", "territory", "entry", "author", "image").first()


def walk(panel: Panel) -> Walk:
    """One query whatever the number of panels: their numbers, titles and places."""
    rows = list(
        Panel.objects.filter(event=panel.event_id, state=PanelState.SHOWN, is_hidden=False)
        .order_by("rank", "pk")
        .only("pk", "title", "event")
    )
    for row in rows:
        row.event = panel.event
    numbers = [row.pk for row in rows]
    if panel.pk not in numbers:
        return Walk(panel, None, None, 0, len(rows))
    place = numbers.index(panel.pk)
    before = rows[place - 1] if place else None
    after = rows[place + 1] if place + 1 < len(rows) else None
    return Walk(panel, before, after, place + 1, len(rows))


def contact_url(panel: Panel) -> str:
    """The page of who answers for it, where one writes to them without seeing their address; "" when nobody may read it."""
    entry = panel.entry
    return entry.get_absolute_url() if entry and entry.visibility == Visibility.PUBLIC and not entry.is_hidden else ""


def lunch(event: Event) -> Sequence | None:
    """The moment of the day that is kept for the visit, if the programme says so."""
    is_visit = Q(kind=SequenceKind.EXHIBITION) | Q(items__kind=ItemKind.EXHIBITION)
    return Sequence.objects.filter(is_visit, event=event, is_cancelled=False).order_by("starts_at").first()


def is_robot(agent: str) -> bool:
    """Whether a browser says that nobody looks through it."""
    said = agent.lower()
    return not said or any(word in said for word in ROBOTS)


def export_of(member: Member) -> list[dict[str, Any]]:
    """Panels that a member proposed, for their own copy."""
    return [
        {
            "event": row.event.title,
            "title": row.title,
            "text": row.text,
            "state": row.state,
            "link": row.link,
            "created_at": row.created_at,
        }
        for row in Panel.objects.filter(author=member).select_related("event").order_by("pk")
    ]


def is_open_at(event: Event, now: datetime) -> bool:
    """Whether a panel may still be proposed by anyone."""
    return event.ends_at > now and not event.is_cancelled
