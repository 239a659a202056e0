"""Reads of a territory's plan: its lines, filtered and in order; what is next and what is late; a month; dates of a person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from alliage.learning import things
from alliage.learning.enums import PENDING, WRITERS, ActionState
from alliage.learning.models import Action, FileMember, TerritoryFile

BY_DATE, BY_LEVER, BY_STATE = "date", "levier", "etat"
ORDERS = (BY_DATE, BY_LEVER, BY_STATE)
NEXT = 3
SOON = timedelta(days=7)
# What belongs to nobody comes last.
_LAST = date(9999, 12, 31)
_STATES = (ActionState.STUCK, ActionState.DOING, ActionState.TO_DO, ActionState.DONE, ActionState.DROPPED)


@dataclass(frozen=True)
class Filters:
    """What the address asks: a state, a lever's code, late ones only, an order."""

    state: str = ""
    lever: str = ""
    late: bool = False
    order: str = BY_DATE


@dataclass(frozen=True)
class Line:
    """An action as a page says it, on a day."""

    action: Action
    today: date
    helps: list[things.Thing] = field(default_factory=list)

    @property
    def is_pending(self) -> bool:
        return self.action.state in PENDING

    @property
    def is_late(self) -> bool:
        due = self.action.due_on
        return self.is_pending and due is not None and due < self.today

    @property
    def is_soon(self) -> bool:
        due = self.action.due_on
        return self.is_pending and due is not None and self.today <= due <= self.today + SOON

    @property
    def owner(self) -> str:
        """Whoever carries it; empty when nobody does."""
        member = self.action.owner
        return member.get_full_name() if member is not None else self.action.owner_name


def _whole(found: QuerySet[Action]) -> QuerySet[Action]:
    return found.select_related("lever", "owner", *things.LINKED)


def lines(file: TerritoryFile, filters: Filters | None = None, *, now: datetime) -> list[Line]:
    """One query."""
    asked, today = filters or Filters(), timezone.localdate(now)
    found = Action.objects.filter(file=file)
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.lever:
        found = found.filter(lever__code=asked.lever)
    if asked.late:
        found = found.filter(state__in=PENDING, due_on__lt=today)
    rows = [Line(each, today, things.of(each)) for each in _whole(found)]
    return sorted(rows, key=lambda line: _rank(line, asked.order))


def _rank(line: Line, order: str) -> tuple[Any, ...]:
    """What still has to be done first; then by date, by lever or by state."""
    action = line.action
    dated = (not line.is_pending, action.due_on or _LAST, action.pk)
    if order == BY_LEVER:
        return (action.lever.position if action.lever is not None else 99, *dated)
    return (_STATES.index(ActionState(action.state)), *dated) if order == BY_STATE else dated


def action(file: TerritoryFile, pk: int) -> Action | None:
    """Of this file, with all that its page says; one query."""
    found = _whole(Action.objects.filter(file=file, pk=pk)).select_related(
        "file__territory", "created_by", "diagnostic"
    )
    return found.select_related("advice__sender").first()


def people(file: TerritoryFile) -> list[FileMember]:
    """Who may carry an action."""
    return list(FileMember.objects.filter(file=file).select_related("member").order_by("member__name", "pk"))


@dataclass(frozen=True)
class Summary:
    """For the file's page: the next ones, and how many there are."""

    next: list[Line]
    late: int
    pending: int
    done: int


def summary(file: TerritoryFile, *, now: datetime) -> Summary:
    """One query."""
    rows = lines(file, now=now)
    pending = [row for row in rows if row.is_pending]
    done = sum(row.action.state == ActionState.DONE for row in rows)
    return Summary(pending[:NEXT], sum(row.is_late for row in pending), len(pending), done)


# --- A month ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    day: date
    is_in_month: bool
    is_today: bool
    lines: list[Line]


@dataclass(frozen=True)
class Month:
    """Whole weeks, from Monday. `undated`: what has no day."""

    first: date
    days: list[Day]
    undated: list[Line]

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return _next_month(self.first)

    @property
    def is_empty(self) -> bool:
        return not any(day.lines for day in self.days)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def month(rows: Iterable[Line], first: date, *, today: date) -> Month:
    """`first` is the first day of a month."""
    by_day: dict[date | None, list[Line]] = defaultdict(list)
    for row in rows:
        by_day[row.action.due_on].append(row)
    start, last = first - timedelta(days=first.weekday()), _next_month(first) - timedelta(days=1)
    count = (last + timedelta(days=6 - last.weekday()) - start).days + 1
    found = [start + timedelta(days=rank) for rank in range(count)]
    days = [Day(day, day.month == first.month, day == today, by_day[day]) for day in found]
    return Month(first, days, [row for row in by_day[None] if row.is_pending])


# --- Of a person -----------------------------------------------------------------------------------------------------


def _in_files_of(member: Any, **named: Any) -> Any:
    return FileMember.objects.filter(member=member.pk, **named).values("file")


def due_for(member: Any, *, since: date) -> QuerySet[Action]:
    """What a date of their agenda says: what still waits in the plans of their teams, and what they carry elsewhere."""
    team = Q(file__in=_in_files_of(member, role__in=WRITERS))
    carried = Q(owner=member.pk, file__in=_in_files_of(member))
    found = Action.objects.filter(team | carried, state__in=PENDING, due_on__gte=since)
    return found.select_related("file__territory").order_by("due_on", "pk")


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy: what they carry."""
    return [
        {"action": row.title, "pour_le": row.due_on, "etat": row.get_state_display(), "obstacle": row.obstacle}
        for row in Action.objects.filter(owner=member).order_by("pk")
    ]
