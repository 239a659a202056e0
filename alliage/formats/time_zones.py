"""VTIMEZONE (RFC 5545): the rules of a time zone, for calendars that do not know it by its name.

Told for ever where one rule a year does (the European one, the American one) or where clocks never move: a reader that keeps the first
description it meets of a zone reads the next file right.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

SINCE = 2008  # every present rule of clocks is older
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """Clocks move, at `local` (before they do)."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str

    def weeks(self) -> set[int]:
        """Which of its month this day of the week is: the second, and perhaps the last (-1)."""
        last = self.local.day + 7 > monthrange(self.local.year, self.local.month)[1]
        return {(self.local.day - 1) // 7 + 1, *([-1] if last else [])}


def component(zone: ZoneInfo, years: tuple[int, int]) -> Any:
    """The zone for these years and beyond; None for one whose clocks follow no simple rule since `SINCE`."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    made = Timezone()
    made.add("tzid", zone.key)
    changes = _changes(zone, max(years[1], SINCE) + 1)
    if years[0] <= SINCE or changes is None:
        return None
    for month, found in changes.items():
        week = set.intersection(*(each.weeks() for each in found))
        first = found[0]
        part = TimezoneDaylight() if first.after > first.before else TimezoneStandard()
        day = f"{min(week)}{_DAYS[first.local.weekday()]}"
        _told(part, first)
        part.add("rrule", {"freq": "YEARLY", "bymonth": month, "byday": day})
        made.add_component(part)
    if not changes:
        start = datetime(SINCE, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta()
        part = TimezoneStandard()
        _told(part, Change(start.replace(tzinfo=None), offset, offset, start.tzname() or ""))
        made.add_component(part)
    return made


def _told(part: Any, change: Change) -> None:
    part.add("dtstart", change.local)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)


@lru_cache(maxsize=64)
def _changes(zone: ZoneInfo, until: int) -> dict[int, list[Change]] | None:
    """By month, the change of each year since `SINCE`; None where years are not alike."""
    found: dict[int, list[Change]] = defaultdict(list)
    for year in range(SINCE, until + 1):
        for change in _of_year(zone, year):
            found[change.local.month].append(change)
    for changes in found.values():
        alike = {(each.local.weekday(), each.local.time(), each.before, each.after) for each in changes}
        same_week = set.intersection(*(each.weeks() for each in changes))
        if len(alike) > 1 or not same_week or len(changes) != until - SINCE + 1:
            return None
    return dict(found)


def _of_year(zone: ZoneInfo, year: int) -> list[Change]:
    found = []
    for month in range(1, 13):
        low = datetime(year, month, 1, tzinfo=UTC)
        high = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        before, after = _offset(low, zone), _offset(high, zone)
        if before == after:
            continue
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
        at = high.replace(second=0, microsecond=0)
        found.append(Change((at + before).replace(tzinfo=None), before, after, high.astimezone(zone).tzname() or ""))
    return found


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
