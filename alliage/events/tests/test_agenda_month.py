"""The agenda as a month: a table of days with the filters of the list, at the clock of who reads."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import moments
from alliage.events.enums import EventKind, EventState, Venue
from alliage.events.queries import months
from alliage.events.queries.agenda import Filters
from alliage.events.tests.factories import EventFactory, webinar
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
MARCH, NOW = date(2035, 3, 1), datetime(2035, 3, 14, 12, tzinfo=UTC)


def at(month: int, day: int, hour: int = 12, minute: int = 0, *, days: int = 0, hours: int = 1, **said):
    """An event that begins then, in universal time."""
    start = datetime(2035, month, day, hour, minute, tzinfo=UTC)
    return EventFactory(starts_at=start, ends_at=start + timedelta(days=days, hours=hours), **said)


def grid(filters: Filters | None = None, first: date = MARCH, zone: str = "Europe/Paris") -> months.Month:
    with timezone.override(ZoneInfo(zone)):
        return months.month(filters or Filters(), first, now=NOW)


def days(found: months.Month) -> dict[int, list[str]]:
    return {
        cell.day.day: [each.event.title for each in cell.shown]
        for week in found.weeks
        for cell in week
        if cell.day and cell.shown
    }


def cell_of(page: str, day: str) -> str:
    return re.search(rf'<td[^>]*><p[^>]*><time datetime="{day}".*?</td>', page, re.DOTALL)[0]


def test_a_month_goes_from_monday_to_sunday_and_marks_today():
    found = grid()
    assert all(len(week) == 7 for week in found.weeks)
    # The first of March 2035 is a Thursday, its last day a Saturday.
    assert [cell.day for cell in found.weeks[0]][:4] == [None, None, None, MARCH]
    assert [cell.day for cell in found.weeks[-1]][-2:] == [date(2035, 3, 31), None]
    assert [cell.day for week in found.weeks for cell in week if cell.is_today] == [date(2035, 3, 14)]


def test_what_is_over_and_what_is_to_come_are_there_and_nothing_that_the_list_hides():
    at(3, 5, title="Fini")
    at(3, 20, title="À venir")
    at(3, 20, 8, title="Annulé", state=EventState.CANCELLED)
    at(3, 21, title="Brouillon", state=EventState.DRAFT)
    at(3, 22, title="Masqué", is_hidden=True)
    at(2, 28, title="Avant")
    at(4, 1, title="Après")
    found = grid()
    assert days(found) == {5: ["Fini"], 20: ["Annulé", "À venir"]}
    assert found.count == 3
    assert days(grid(Filters(past=True))) == days(found)


def test_what_lasts_is_on_each_of_its_days_and_a_night_on_its_evening():
    at(3, 30, 8, days=3, title="Quatre jours")
    at(2, 27, 8, days=2, title="Venu de février")
    at(3, 9, 21, hours=5, title="Une nuit")
    at(3, 12, 0, hours=23, title="Jusqu’à minuit, heure de Paris")
    at(2, 28, 21, hours=5, title="La nuit d’avant")
    found = grid()
    assert days(found) == {
        1: ["Venu de février"], 9: ["Une nuit"], 12: ["Jusqu’à minuit, heure de Paris"], 30: ["Quatre jours"],
        31: ["Quatre jours"],
    }  # fmt: skip
    assert found.count == 4
    assert days(grid(first=date(2035, 4, 1))) == {1: ["Quatre jours"], 2: ["Quatre jours"]}
    lasting = [each for week in found.weeks for cell in week for each in cell.shown if each.event.title[0] in "QV"]
    assert [(each.is_first, each.is_last) for each in lasting] == [(False, True), (True, False), (False, False)]
    assert [each.hours for each in lasting] == [
        [("10\u00a0h", "heure de Paris")],
        [("10\u00a0h", "heure de Paris")],
        [],
    ]


@pytest.mark.parametrize(
    ("zone", "day", "told"),
    [
        ("Europe/Paris", 15, [("0 h 30", "heure de Paris"), ("le 14 à 20 h 30", "heure de Cayenne")]),
        ("America/Cayenne", 14, [("20 h 30", "heure de Cayenne"), ("le 15 à 0 h 30", "heure de Paris")]),
        (
            "Pacific/Noumea", 15,
            [("10 h 30", "heure de Nouméa"), ("0 h 30", "heure de Paris"), ("le 14 à 20 h 30", "heure de Cayenne")],
        ),
    ],
)  # fmt: skip
def test_days_and_hours_are_at_the_clock_of_who_reads_and_others_are_named(zone, day, told):
    event = at(3, 14, 23, 30, title="Veillée", zone="America/Cayenne")
    assert days(grid(zone=zone)) == {day: ["Veillée"]}
    with timezone.override(ZoneInfo(zone)):
        assert moments.hours(event.starts_at, event.zone) == [
            (hour.replace(" h", "\u00a0h").replace("h ", "h\u00a0"), clock) for hour, clock in told
        ]


def test_filters_are_those_of_the_list():
    commune = TerritoryFactory(name="Bezons")
    at(3, 3, title="Ici", territory=commune, venue=Venue.PLACE, place="Mairie")
    at(3, 4, title="En ligne", kind=EventKind.WORKSHOP)
    assert days(grid(Filters(kind=EventKind.WORKSHOP))) == {4: ["En ligne"]}
    assert days(grid(Filters(venue="place"))) == {3: ["Ici"]}


def test_an_empty_month_says_when_the_next_one_is(client):
    assert grid().next_one is None
    at(5, 2, 22, 30, title="En mai")
    assert (grid().count, grid().next_one) == (0, date(2035, 5, 3))
    page = client.get("/agenda/?vue=mois&mois=2035-03").text
    assert "Aucun rendez-vous ce mois-ci." in page
    assert "vue=mois&amp;mois=2035-05" in page
    assert grid(first=date(2035, 5, 1)).next_one is None


@pytest.mark.parametrize(
    ("written", "first", "is_known"),
    [
        ("2035-07", date(2035, 7, 1), True), ("", MARCH, True), ("2035-13", MARCH, False), ("1900-01", MARCH, False),
        ("9999-12", MARCH, False), ("٢٠٣٥-٠٧", MARCH, False), ("2035-07\n", MARCH, False),
    ],
)  # fmt: skip
def test_a_month_is_read_from_the_address(written, first, is_known):
    assert months.read(written, today=date(2035, 3, 14)) == (first, is_known)


def test_months_come_to_an_end_on_both_sides():
    assert (grid().previous, grid().following) == (date(2035, 2, 1), date(2035, 4, 1))
    assert grid(first=date(months.FIRST_YEAR, 1, 1)).previous is None
    assert grid(first=date(months.LAST_YEAR, 12, 1)).following is None


def test_the_page_is_a_table_with_its_caption_headers_and_links(client):
    at(3, 20, title="Le numérique utile", state=EventState.CANCELLED)
    at(3, 21, 8, days=2, title="Trois jours")
    page = client.get("/agenda/?vue=mois&mois=2035-03&lieu=ligne").text
    assert "Les rendez-vous de chaque jour, Mars 2035</caption>" in page
    assert re.findall(r'<th scope="col">(.*?)</th>', page) == [
        "Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"
    ]  # fmt: skip
    cell = cell_of(page, "2035-03-20")
    assert "mardi" in cell
    assert re.search(r'13\u00a0h</span>\s*<a href="/agenda/[^"]+">Le numérique utile</a>', cell)
    assert "annulé" in cell
    assert "suite" in cell_of(page, "2035-03-22")
    assert "jusqu’à 10\u00a0h" in cell_of(page, "2035-03-23")
    for month in ("2035-02", "2035-04"):
        assert f'href="/agenda/?lieu=ligne&amp;vue=mois&amp;mois={month}"' in page
    assert '<input type="hidden" name="vue" value="mois">' in page
    assert '<input type="hidden" name="mois" value="2035-03">' in page
    assert 'content="noindex,nofollow"' in page
    assert 'href="/agenda/?vue=mois&amp;mois=2035-03"' in page, "a chip is removed without leaving the month"


def test_a_member_overseas_reads_their_own_clock(client):
    at(3, 14, 23, 30, title="Veillée")
    client.force_login(MemberFactory(time_zone="Pacific/Noumea"))
    page = client.get("/agenda/?vue=mois&mois=2035-03").text
    cell = cell_of(page, "2035-03-15")
    assert "10\u00a0h\u00a030" in cell
    assert "0\u00a0h\u00a030, heure de Paris" in cell


def test_a_month_that_means_nothing_is_told_and_this_month_is_shown(client):
    page = client.get("/agenda/?vue=mois&mois=jamais").text
    assert "Nous n’avons pas reconnu" in page
    assert "jamais" in page
    assert 'aria-current="date"' in page
    assert "Ce mois-ci" not in page.partition("<table")[0]


def test_a_place_typed_without_javascript_keeps_the_month(client):
    TerritoryFactory(name="Bezons", code="95063")
    answer = client.get("/agenda/", {"vue": "mois", "mois": "2035-03", "ou": "Bezons"})
    assert answer.url == "/agenda/?territoire=commune:95063&vue=mois&mois=2035-03"


def test_a_month_asks_as_many_questions_for_thirty_as_for_one(client, django_assert_max_num_queries):
    for _number in range(30):
        webinar(starts_at=datetime(2035, 3, 20, 12, tzinfo=UTC), territory=TerritoryFactory())
    with django_assert_max_num_queries(4):
        client.get("/agenda/?vue=mois&mois=2035-03")
