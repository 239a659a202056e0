"""The dates of a cycle, from its rule. Pure: no database, no clock.

Days are counted in the calendar, then each is given its hour at the clock of its zone: 13:00 in Paris stays 13:00 in Paris on both sides
of a change of hour, and a date near midnight is the date of that zone.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, takewhile
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.events.enums import Repeats

# No cycle is longer: five years of monthly appointments, more than a year of weekly ones.
MOST = 60
LAST = -1
WEEKDAYS = (
    gettext_lazy("lundi"), gettext_lazy("mardi"), gettext_lazy("mercredi"), gettext_lazy("jeudi"),
    gettext_lazy("vendredi"), gettext_lazy("samedi"), gettext_lazy("dimanche"),
)  # fmt: skip
RANKS = {
    1: gettext_lazy("1er"), 2: gettext_lazy("2e"), 3: gettext_lazy("3e"), 4: gettext_lazy("4e"),
    LAST: gettext_lazy("dernier"),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """How a cycle comes back: `every` so many weeks or months from `starts_on`, until a day or so many times."""

    repeats: str
    starts_on: date
    every: int = 1
    weekday: int | None = None
    nth: int | None = None
    day: int | None = None
    until: date | None = None
    times: int | None = None


def from_first(
    first: date, repeats: str, *, every: int = 1, until: date | None = None, times: int | None = None
) -> Rule:
    """The rule that a first date tells: a third Thursday, a 15th. The fifth of a weekday is the last one: not every month has five."""
    weekday, nth, day = None, None, None
    if repeats == Repeats.DATE:
        day = first.day
    else:
        weekday = first.weekday()
        if repeats == Repeats.WEEKDAY:
            rank = (first.day + 6) // 7
            nth = rank if rank < 5 else LAST
    return Rule(repeats, first, every, weekday, nth, day, until, times)


def days(rule: Rule) -> list[date]:
    """The dates of a cycle, in order, MOST at most."""
    found = _endless(rule)
    if rule.until is not None:
        until = rule.until
        found = takewhile(lambda each: each <= until, found)
    return list(islice(found, min(rule.times or MOST, MOST)))


def _endless(rule: Rule) -> Iterator[date]:
    if rule.repeats == Repeats.WEEKS:
        first = rule.starts_on + timedelta(days=((rule.weekday or 0) - rule.starts_on.weekday()) % 7)
        return (first + timedelta(weeks=rule.every * rank) for rank in count())
    month = rule.starts_on.year * 12 + rule.starts_on.month - 1
    if _in_month(rule, *divmod(month, 12)) < rule.starts_on:
        month += 1
    return (_in_month(rule, *divmod(each, 12)) for each in count(month, rule.every))


def _in_month(rule: Rule, year: int, month: int) -> date:
    """`month` from 0. The date of this month that the rule says."""
    first_weekday, length = monthrange(year, month + 1)
    if rule.repeats == Repeats.DATE:
        return date(year, month + 1, min(rule.day or 1, length))
    first = 1 + ((rule.weekday or 0) - first_weekday) % 7
    if rule.nth == LAST:
        return date(year, month + 1, first + (length - first) // 7 * 7)
    return date(year, month + 1, first + 7 * ((rule.nth or 1) - 1))


def moment(day: date, hour: time, zone: str) -> datetime:
    """This hour of this day at the clock of a zone, in UTC. An hour that a change of clocks skips is the one after it.

    `hour` may be read from a date on which it came twice: that it was the second says nothing of this day.
    """
    return datetime.combine(day, hour.replace(fold=0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def words(rule: Rule) -> str:
    """« chaque mois, le 3e jeudi », « toutes les 2 semaines, le mardi », « chaque mois, le 15 »."""
    if rule.repeats == Repeats.WEEKS:
        often = ngettext("chaque semaine", "toutes les %(every)d semaines", rule.every) % {"every": rule.every}
    else:
        often = ngettext("chaque mois", "tous les %(every)d mois", rule.every) % {"every": rule.every}
    if rule.repeats == Repeats.DATE:
        return _("%(often)s, le %(day)s") % {"often": often, "day": "1er" if rule.day == 1 else rule.day}
    name = WEEKDAYS[rule.weekday or 0]
    if rule.repeats == Repeats.WEEKDAY:
        return _("%(often)s, le %(rank)s %(weekday)s") % {"often": often, "rank": RANKS[rule.nth or 1], "weekday": name}
    return _("%(often)s, le %(weekday)s") % {"often": often, "weekday": name}
