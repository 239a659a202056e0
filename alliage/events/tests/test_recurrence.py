"""Cycles: which dates they give, in every zone, across changes of hour."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekdays
from hypothesis import example, given
from hypothesis import strategies as some

from alliage.accounts.time_zones import KNOWN
from alliage.events import recurrence
from alliage.events.enums import Repeats
from alliage.events.recurrence import LAST, MOST, Rule, from_first

FIRST = some.dates(date(2020, 1, 1), date(2040, 12, 31))
EVERY = some.integers(1, 12)
TIMES = some.integers(2, MOST)
ZONES = some.sampled_from(sorted(KNOWN))
PARIS = "Europe/Paris"


@given(first=FIRST, every=EVERY, times=TIMES)
def test_weeks_are_those_of_another_library(first, every, times):
    rule = from_first(first, Repeats.WEEKS, every=every, times=times)
    start = datetime.combine(first, time())
    expected = rrule(WEEKLY, interval=every, dtstart=start, count=times, byweekday=first.weekday())
    assert recurrence.days(rule) == [each.date() for each in expected]


@given(first=FIRST, every=EVERY, times=TIMES)
def test_the_nth_weekday_of_the_month_is_that_of_another_library(first, every, times):
    rule = from_first(first, Repeats.WEEKDAY, every=every, times=times)
    start = datetime.combine(first, time())
    expected = rrule(MONTHLY, interval=every, dtstart=start, count=times, byweekday=weekdays[first.weekday()](rule.nth))
    assert recurrence.days(rule) == [each.date() for each in expected]


@given(first=FIRST, every=EVERY, times=TIMES)
def test_a_date_of_the_month_is_that_date_or_the_last_day_of_a_shorter_month(first, every, times):
    found = recurrence.days(from_first(first, Repeats.DATE, every=every, times=times))
    assert len(found) == times
    assert found[0] == first
    for each in found:
        is_last = (each + timedelta(days=1)).day == 1
        assert each.day == first.day or (is_last and each.day < first.day)
    months = [each.year * 12 + each.month for each in found]
    assert {later - earlier for earlier, later in pairwise(months)} == {every}


@given(first=FIRST, repeats=some.sampled_from(Repeats.values), every=EVERY, days=some.integers(0, 900))
def test_an_end_leaves_out_what_comes_after_and_nothing_else(first, repeats, every, days):
    until = first + timedelta(days=days)
    found = recurrence.days(from_first(first, repeats, every=every, until=until))
    whole = recurrence.days(from_first(first, repeats, every=every))
    assert found == [each for each in whole if each <= until]
    assert found[0] == first
    assert found == sorted(set(found))


@given(first=FIRST, zone=ZONES, hour=some.times(), repeats=some.sampled_from(Repeats.values), times=TIMES)
@example(first=date(2021, 2, 14), zone="America/Miquelon", hour=time(2, fold=1), repeats=Repeats.WEEKS, times=5)
def test_the_hour_stays_the_hour_of_its_clock(first, zone, hour, repeats, times):
    """13:00 in Paris stays 13:00 in Paris; an hour that a change of clocks skips is the one after it."""
    read = hour.replace(second=0, microsecond=0)
    hour = read.replace(fold=0)
    for day in recurrence.days(from_first(first, repeats, times=times)):
        local = recurrence.moment(day, read, zone).astimezone(ZoneInfo(zone))
        skipped = datetime.combine(day, hour, tzinfo=ZoneInfo(zone)).utcoffset() != local.utcoffset()
        assert local.date() == day
        assert local.time() == hour or (
            skipped and local.replace(tzinfo=None) - datetime.combine(day, hour) == timedelta(hours=1)
        )


def test_the_third_thursday_at_one_in_paris_is_one_in_paris_all_year_and_moves_in_cayenne():
    rule = from_first(date(2027, 1, 21), Repeats.WEEKDAY, times=12)
    assert (rule.nth, rule.weekday) == (3, 3)
    found = [recurrence.moment(day, time(13), PARIS) for day in recurrence.days(rule)]
    assert [each.astimezone(ZoneInfo(PARIS)).hour for each in found] == [13] * 12
    assert [each.astimezone(ZoneInfo("America/Cayenne")).hour for each in found] == [9] * 3 + [8] * 7 + [9] * 2
    assert all(15 <= each.day <= 21 for each in found)


def test_an_hour_that_does_not_exist_is_the_next_one():
    # In the night of 27 to 28 March 2027 clocks go from 2:00 to 3:00 in Paris.
    found = recurrence.moment(date(2027, 3, 28), time(2, 30), PARIS).astimezone(ZoneInfo(PARIS))
    assert (found.hour, found.minute) == (3, 30)


def test_a_fifth_weekday_is_the_last_one():
    rule = from_first(date(2027, 4, 29), Repeats.WEEKDAY, times=3)
    assert rule.nth == LAST
    assert recurrence.days(rule) == [date(2027, 4, 29), date(2027, 5, 27), date(2027, 6, 24)]


def test_a_rule_may_begin_before_its_first_date():
    """As a file may say it: from 22 January, every third Thursday."""
    rule = Rule(Repeats.WEEKDAY, date(2027, 1, 22), weekday=3, nth=3, times=2)
    assert recurrence.days(rule) == [date(2027, 2, 18), date(2027, 3, 18)]
    weekly = Rule(Repeats.WEEKS, date(2027, 1, 22), weekday=3, times=2, every=2)
    assert recurrence.days(weekly) == [date(2027, 1, 28), date(2027, 2, 11)]


@pytest.mark.parametrize(
    ("first", "repeats", "every", "words"),
    [
        (date(2027, 1, 21), Repeats.WEEKDAY, 1, "chaque mois, le 3e jeudi"),
        (date(2027, 4, 29), Repeats.WEEKDAY, 2, "tous les 2 mois, le dernier jeudi"),
        (date(2027, 1, 1), Repeats.DATE, 1, "chaque mois, le 1er"),
        (date(2027, 1, 15), Repeats.DATE, 3, "tous les 3 mois, le 15"),
        (date(2027, 1, 19), Repeats.WEEKS, 1, "chaque semaine, le mardi"),
        (date(2027, 1, 19), Repeats.WEEKS, 2, "toutes les 2 semaines, le mardi"),
    ],
)
def test_a_rule_is_said_in_words(first, repeats, every, words):
    assert recurrence.words(from_first(first, repeats, every=every)) == words
