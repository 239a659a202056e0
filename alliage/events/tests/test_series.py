"""Cycles: planned at once, changed date by date or from one on, skipped, cancelled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventKind, EventState, Repeats
from alliage.events.models import Event, Occurrence, Series
from alliage.events.services import events
from alliage.events.services import series as services
from alliage.events.services.events import EventRefused
from alliage.events.services.series import Asked
from alliage.events.tests.factories import NOW, seated, webinar
from alliage.events.tests.test_agenda_services import of, said

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
# Thursday 21 January 2027, 13 h in Paris: the third Thursday.
FIRST = datetime(2027, 1, 21, 12, tzinfo=UTC)
MONTHLY = Asked(Repeats.WEEKDAY, times=4)


def cycle(member=None, asked: Asked = MONTHLY, **more) -> Series:
    words = said(starts_at=FIRST, ends_at=FIRST + timedelta(hours=1), **more)
    return services.plan(words, asked, by=member or MemberFactory(), now=NOW)


def dates(series: Series) -> list[Event]:
    return [row.event for row in series.occurrences.order_by("on").select_related("event") if row.event]


def local(event: Event) -> tuple[date, int]:
    there = event.starts_at.astimezone(PARIS)
    return there.date(), there.hour


def test_a_cycle_gives_its_dates_at_the_same_hour_on_both_sides_of_the_change():
    series = cycle(closes_at=FIRST - timedelta(days=1), capacity=30)
    found = dates(series)
    assert [local(event) for event in found] == [
        (date(2027, 1, 21), 13), (date(2027, 2, 18), 13), (date(2027, 3, 18), 13), (date(2027, 4, 15), 13),
    ]  # fmt: skip
    assert [event.starts_at.hour for event in found] == [12, 12, 12, 11]
    assert {event.ends_at - event.starts_at for event in found} == {timedelta(hours=1)}
    assert {event.starts_at - event.registration_closes_at for event in found} == {timedelta(days=1)}
    assert {event.sequences.get().capacity for event in found} == {30}
    assert {event.state for event in found} == {EventState.DRAFT}
    assert (series.times, series.until, series.minutes, str(series.hour)) == (4, None, 60, "13:00:00")
    assert str(series.occurrences.first()) == f"{series.pk}, 2027-01-21"
    assert str(series) == series.title


def test_a_cycle_may_end_on_a_day_and_sent_twice_is_one(member):
    asked = Asked(Repeats.WEEKS, 2, until=date(2027, 3, 4), times=50)
    series = cycle(member, asked)
    assert [local(event)[0] for event in dates(series)] == [
        date(2027, 1, 21),
        date(2027, 2, 4),
        date(2027, 2, 18),
        date(2027, 3, 4),
    ]
    assert (series.until, series.times) == (date(2027, 3, 4), None)
    assert cycle(member, asked) == series
    assert services.rule_from(series).every == 2
    endless = cycle(asked=Asked(Repeats.DATE))
    assert endless.times == len(dates(endless)) == 60


@pytest.mark.parametrize(
    ("more", "asked", "why"),
    [
        ({"kind": EventKind.RENCONTRE}, MONTHLY, "une par une"),
        ({}, Asked(Repeats.WEEKS, until=date(2027, 1, 25)), "au moins deux dates"),
        ({"title": " "}, MONTHLY, "titre"),
    ],
)
def test_a_cycle_that_is_none_is_refused_and_nothing_is_written(more, asked, why):
    with pytest.raises(EventRefused, match=why):
        cycle(asked=asked, **more)
    with pytest.raises(EventRefused, match="déjà passé"):
        services.plan(said(starts_at=NOW, ends_at=NOW + timedelta(hours=1)), MONTHLY, by=MemberFactory(), now=NOW)
    assert not Event.objects.exists()
    assert not Series.objects.exists()


def test_this_one_alone_then_this_and_the_next_ones_but_those_changed_alone(member):
    series = cycle(member)
    one, two, three, four = dates(series)
    events.publish(three, by=member, now=NOW)
    events.cancel(three, by=member, now=NOW)
    services.change_one(four, of(four, title="Spécial"), by=member, now=NOW)
    evening = two.starts_at + timedelta(days=1, hours=5)
    changed = services.change_following(
        two, of(two, title="Le soir", starts_at=evening, ends_at=evening + timedelta(hours=2)), by=member, now=NOW
    )
    assert changed == [two]
    one, two, three, four = dates(series)
    assert [event.title for event in (one, two, three, four)] == [one.title, "Le soir", one.title, "Spécial"]
    assert local(two) == (date(2027, 2, 19), 18)


def test_the_next_ones_move_by_as_many_days_and_keep_their_hour_across_the_change(member):
    series = cycle(member)
    two = dates(series)[1]
    friday = two.starts_at + timedelta(days=1, hours=1)
    services.change_following(two, of(two, starts_at=friday, ends_at=friday + timedelta(hours=1)), by=member, now=NOW)
    assert [local(event) for event in dates(series)] == [
        (date(2027, 1, 21), 13), (date(2027, 2, 19), 14), (date(2027, 3, 19), 14), (date(2027, 4, 16), 14),
    ]  # fmt: skip


def test_what_is_alone_is_followed_by_itself():
    event = webinar()
    assert services.following(event, now=NOW) == [event]
    assert services.change_following(event, of(event, title="Seul"), by=None, now=NOW)[0].title == "Seul"


def test_the_next_ones_are_published_or_cancelled_together(member):
    series = cycle(member)
    _one, two, *_others = dates(series)
    assert len(services.each_following(two, events.publish, EventState.DRAFT, by=member, now=NOW)) == 3
    assert [event.state for event in dates(series)] == ["draft", "published", "published", "published"]
    last = dates(series)[-1]
    services.each_following(last, events.cancel, EventState.PUBLISHED, by=member, now=NOW)
    assert [event.state for event in dates(series)] == ["draft", "published", "published", "cancelled"]
    later = FIRST + timedelta(days=40)
    assert [event.pk for event in services.following(dates(series)[0], now=later)] == [
        event.pk for event in dates(series)[2:]
    ]


def test_a_date_is_skipped_when_nobody_is_registered_and_the_cycle_goes_on(member):
    series = cycle(member)
    one, two, three, _four = dates(series)
    assert services.skip(two, by=member, now=NOW) == series
    assert len(dates(series)) == 3
    assert series.occurrences.filter(event=None).get().on == date(2027, 2, 18)
    seated(three.sequences.get())
    with pytest.raises(EventRefused, match="inscrites"):
        services.skip(three, by=member, now=NOW)
    with pytest.raises(EventRefused, match="aucun cycle"):
        services.skip(webinar(), by=member, now=NOW)
    with pytest.raises(EventRefused, match="commencé"):
        services.skip(one, by=member, now=FIRST)


@pytest.mark.parametrize(
    "broken",
    [
        {"title": ""}, {"every": 0}, {"minutes": 0}, {"times": None}, {"until": date(2028, 1, 1)}, {"nth": 5}, {"nth": None},
        {"weekday": 7}, {"day": 3}, {"weekday": None}, {"repeats": Repeats.WEEKS}, {"repeats": Repeats.DATE}, {"repeats": "jamais"},
    ],
)  # fmt: skip
def test_the_database_refuses_half_a_rule(broken):
    whole = {
        "title": "a", "repeats": Repeats.WEEKDAY, "weekday": 3, "nth": 3, "starts_on": date(2027, 1, 21), "hour": "13:00",
        "minutes": 60, "times": 3,
    }  # fmt: skip
    Series.objects.create(**whole)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.create(**whole | broken)


def test_the_database_refuses_the_same_date_twice():
    series = cycle()
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.create(series=series, on=date(2027, 1, 21))
