"""Reads of the watch: the weeks to come and who took them, the questions that wait for too long."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from alliage.codev.models import Question, WatchWeek
from alliage.codev.queries import questions
from alliage.codev.services.watch import mondays


@dataclass(frozen=True)
class Week:
    """`name` of who watches; empty while nobody does."""

    monday: date
    sunday: date
    name: str
    is_mine: bool
    is_now: bool


def weeks(now: datetime, viewer: Any) -> list[Week]:
    """This week and those that follow; one query."""
    days = mondays(now)
    taken = {each.monday: each for each in WatchWeek.objects.filter(monday__in=days).select_related("member")}
    return [_week(day, taken.get(day), viewer, is_now=day == days[0]) for day in days]


def _week(day: date, taken: WatchWeek | None, viewer: Any, *, is_now: bool) -> Week:
    name = taken.member.get_full_name() if taken is not None else ""
    mine = taken is not None and taken.member_id == viewer.pk
    return Week(day, day + timedelta(days=6), name, is_mine=mine, is_now=is_now)


def late(now: datetime, limit: int) -> list[Question]:
    """Those that wait for longer than the watch allows, the oldest first."""
    return list(questions.with_details(questions.late(now)).order_by("watch_at", "pk")[:limit])
