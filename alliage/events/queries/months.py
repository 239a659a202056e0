"""The agenda as a month: which days hold what, at the clock of who reads; one query, and one more where nothing happens."""

import re
from calendar import Calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from alliage.events import moments
from alliage.events.models import Event
from alliage.events.queries import agenda
from alliage.events.queries.agenda import Filters
from alliage.events.queries.coming import LINE, public

# Before and after, nobody looks; machines that follow links come to an end.
FIRST_YEAR, LAST_YEAR = 2015, 2099
MOST = 500
_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """An event on one day. `is_first`, `is_last`: of the days that it covers."""

    event: Event
    is_first: bool
    is_last: bool

    @property
    def hours(self) -> list[tuple[str, str]]:
        """(hour, clock) of what begins this day, else of what ends it."""
        if not self.is_first and not self.is_last:
            return []
        return moments.hours(self.event.starts_at if self.is_first else self.event.ends_at, self.event.zone)


@dataclass
class Day:
    """A cell: `day` is None before the first of the month and after its last."""

    day: date | None
    is_today: bool = False
    shown: list[Shown] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """`next_one`: where nothing happens, the first day, later, on which something begins."""

    first: date
    weeks: list[list[Day]]
    count: int
    next_one: date | None = None

    @property
    def previous(self) -> date | None:
        before = (self.first - timedelta(days=1)).replace(day=1)
        return before if before.year >= FIRST_YEAR else None

    @property
    def following(self) -> date | None:
        after = following(self.first)
        return after if after.year <= LAST_YEAR else None


def read(written: str, *, today: date) -> tuple[date, bool]:
    """« 2026-12 » as its first day; this month, and False, when that names no month we show."""
    found = _WRITTEN.fullmatch(written)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return date(int(found[1]), int(found[2]), 1), True
    return today.replace(day=1), not written


def following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def month(filters: Filters, first: date, *, now: datetime) -> Month:
    """What the filters leave of a month, over or to come, day by day; what lasts is on each of its days."""
    starts_at, ends_at = _midnight(first), _midnight(following(first))
    found = list(
        _asked(filters, now)
        .filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
        .select_related("territory")
        .only(*LINE)
        .order_by("starts_at", "pk")[:MOST]
    )
    weeks = _weeks(first, timezone.localtime(now).date())
    cells = {cell.day: cell for week in weeks for cell in week if cell.day}
    told = {event.pk for event in found if _put(event, cells)}
    return Month(first, weeks, len(told), None if told else _next_one(filters, ends_at, now))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _asked(filters: Filters, now: datetime) -> QuerySet[Event]:
    found = public()
    for name, condition in agenda.conditions(filters, now).items():
        if name != "quand":
            found = found.filter(condition)
    return found


def _weeks(first: date, today: date) -> list[list[Day]]:
    """From Monday to Sunday."""
    rows = Calendar().monthdatescalendar(first.year, first.month)
    return [[Day(day if day.month == first.month else None, day == today) for day in row] for row in rows]


def _put(event: Event, cells: dict[Any, Day]) -> bool:
    """On each day that it covers; what runs a little past midnight belongs to the evening when it began, as the lists say it."""
    first = timezone.localtime(event.starts_at).date()
    last = timezone.localtime(event.ends_at - timedelta(microseconds=1)).date()
    if event.ends_at - event.starts_at < moments.MORE_THAN_A_DAY:
        last = first
    covered = [first + timedelta(days=rank) for rank in range((last - first).days + 1)]
    here = [day for day in covered if day in cells]
    for day in here:
        cells[day].shown.append(Shown(event, day == first, day == last))
    return bool(here)


def _next_one(filters: Filters, since: datetime, now: datetime) -> date | None:
    found = _asked(filters, now).filter(starts_at__gte=since).order_by("starts_at").values_list("starts_at", flat=True)
    first = found.first()
    return timezone.localtime(first).date() if first else None
