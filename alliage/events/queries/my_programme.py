"""« Mon programme »: what one starred, what one registered to, in the order of the days; the calendar behind its secret link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from alliage.events.enums import EventState, SeatState
from alliage.events.models import Attendee, ProgrammeLink, Seat, Sequence, Star
from alliage.events.services.seats import HELD

# A calendar keeps what is over this long.
KEPT = timedelta(days=60)
MOST = 300


@dataclass(frozen=True)
class Line:
    """A sequence of one's own programme. `state` is empty when it is starred only."""

    sequence: Sequence
    state: str = ""
    is_starred: bool = False
    attendee: Attendee | None = None

    @property
    def is_seated(self) -> bool:
        return self.state == SeatState.SEATED

    @property
    def is_waiting(self) -> bool:
        return self.state == SeatState.WAITING


def _shown() -> QuerySet[Sequence]:
    return (
        Sequence.objects.filter(event__is_hidden=False).exclude(event__state=EventState.DRAFT).select_related("event")
    )


def of_member(member: Any, *, since: datetime) -> list[Line]:
    """Two queries, then one."""
    seats = {
        seat.sequence_id: seat
        for seat in Seat.objects.filter(attendee__member=member.pk, state__in=HELD, sequence__ends_at__gte=since)
        .select_related("attendee")
        .order_by("pk")
    }
    starred = set(Star.objects.filter(member=member.pk).values_list("sequence", flat=True))
    return _lines(seats, starred, since=since)


def of_browser(stars: Iterable[int], attendees: Iterable[int], *, since: datetime) -> list[Line]:
    """Without an account: what is starred in this browser, and the registrations that it opened by their links."""
    seats = {
        seat.sequence_id: seat
        for seat in Seat.objects.filter(
            attendee__in=list(attendees), attendee__forgotten_at=None, state__in=HELD, sequence__ends_at__gte=since
        )
        .select_related("attendee")
        .order_by("pk")
    }
    return _lines(seats, set(stars), since=since)


def _lines(seats: dict[int, Seat], starred: set[int], *, since: datetime) -> list[Line]:
    if not seats and not starred:
        return []
    wanted = Q(pk__in=set(seats) | starred)
    rows = _shown().filter(wanted, ends_at__gte=since).order_by("starts_at", "rank", "pk")[:MOST]
    return [
        Line(
            row,
            seats[row.pk].state if row.pk in seats else "",
            row.pk in starred,
            seats[row.pk].attendee if row.pk in seats else None,
        )
        for row in rows
    ]


def by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """At the clock of who reads."""
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line.sequence.starts_at).date(), []).append(line)
    return list(days.items())


def starred_by(member: Any, cookies_kept: Iterable[int], pks: Iterable[int]) -> set[int]:
    """Among these sequences, those starred: one query for a member, none for a visitor."""
    wanted = set(pks)
    if member.is_authenticated:
        return set(Star.objects.filter(member=member.pk, sequence__in=wanted).values_list("sequence", flat=True))
    return wanted & set(cookies_kept)


def link_of(member: Any) -> ProgrammeLink | None:
    return ProgrammeLink.objects.filter(member=member.pk).first()


def export_of(member: Any) -> dict[str, Any]:
    stars = Star.objects.filter(member=member).select_related("sequence__event").order_by("pk")
    link = link_of(member)
    return {
        "etoiles": [
            {"evenement": row.sequence.event.title, "sequence": row.sequence.title, "le": row.created_at}
            for row in stars
        ],
        "lien_d_agenda_fait_le": link.created_at if link else None,
    }
