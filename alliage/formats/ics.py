"""iCalendar (RFC 5545): what calendars read. The caller decides the titles, and who is given the link that one joins by.

Moments are written in the time zone of who reads, with the rules of that zone (`time_zones`): a calendar that knows no zone by its name
still shows the right hour on both sides of a change of clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse

from alliage.formats import time_zones
from alliage.formats.documents import writable

MEDIA = "text/calendar; charset=utf-8"
# In a mail: programs that read mails want the method of the calendar beside its type (RFC 6047).
MAIL_MEDIA = "text/calendar; method=PUBLISH"
_AROUND = timedelta(days=366)


@dataclass(frozen=True)
class Entry:
    """One thing that happens. `uid` is kept for ever and unique in this site: our host is added. `sequence` grows when the hours change.

    `url` is its page, `location` where one goes or the link that one joins by. `private`: shown as busy where a calendar is shared.
    `all_day`: the days of these moments are kept, their hours are not; the day of `ends_at` is the last one.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    url: str = ""
    location: str = ""
    description: str = ""
    sequence: int = 0
    cancelled: bool = False
    private: bool = False
    categories: tuple[str, ...] = ()
    all_day: bool = False


def calendar(entries: Iterable[Entry], *, zone: ZoneInfo, name: str = "") -> bytes:
    """Write a calendar, whose moments are those of `zone`. `name` is how the calendar calls itself."""
    written: bytes = component(entries, zone=zone, name=name).to_ical()
    return written


def component(entries: Iterable[Entry], *, zone: ZoneInfo, name: str = "") -> Any:
    """The calendar before it is written in one format or another."""
    from icalendar import Calendar  # 60 ms to import: only where a calendar is made

    made = Calendar()
    made.add("prodid", "-//Alliage//FR")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name:
        made.add("x-wr-calname", writable(name))
    rows = list(entries)
    rules = _rules(rows, zone) if rows else None
    if rules is not None:
        made.add_component(rules)
    for row in rows:
        made.add_component(_component(row, zone))
    if rows and rules is None:
        first, last = _span(rows)
        made.add_missing_timezones(first_date=(first - _AROUND).date(), last_date=(last + _AROUND).date())
    return made


def _span(rows: list[Entry]) -> tuple[datetime, datetime]:
    return min(row.starts_at for row in rows), max(row.ends_at for row in rows)


def _rules(rows: list[Entry], zone: ZoneInfo) -> Any:
    first, last = _span(rows)
    return time_zones.component(zone, (first.year, last.year)) if zone.key != "UTC" else None


def _component(row: Entry, zone: ZoneInfo) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{row.uid}@{host()}")
    event.add("summary", writable(row.title))
    if row.all_day:
        event.add("dtstart", row.starts_at.date())
        event.add("dtend", row.ends_at.date() + timedelta(days=1))  # RFC 5545: the end is not part of it
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", row.starts_at.astimezone(zone))
        event.add("dtend", row.ends_at.astimezone(zone))
    event.add("dtstamp", row.changed_at)
    event.add("last-modified", row.changed_at)
    event.add("sequence", row.sequence)
    event.add("status", "CANCELLED" if row.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE" if row.private else "PUBLIC")
    if row.url:
        event.add("url", row.url)
    if row.location:
        event.add("location", writable(row.location))
    if row.description:
        event.add("description", writable(row.description))
    if row.categories:
        event.add("categories", [writable(each) for each in row.categories])
    return event


def response(entries: Iterable[Entry], *, zone: ZoneInfo, name: str = "", filename: str = "") -> HttpResponse:
    """Answer a calendar: to take away under `filename`, or to follow when there is none."""
    answer = HttpResponse(calendar(entries, zone=zone, name=name), content_type=MEDIA)
    if filename:
        answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def host() -> str:
    """Our own name in what is kept for ever by others."""
    return settings.ORIGIN.partition("://")[2].partition("/")[0].partition(":")[0]
