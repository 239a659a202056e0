"""Days when people work, and hours when one may call them, here and in Paris."""

from datetime import UTC, date, datetime

import pytest

from alliage.directory import working_days
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("day", "works"),
    [((2026, 11, 26), True), ((2026, 11, 28), False), ((2026, 11, 29), False), ((2026, 11, 11), False),
     ((2026, 4, 6), False), ((2026, 5, 14), False), ((2026, 5, 25), False), ((2026, 4, 7), True), ((2026, 7, 14), False),
     ((2027, 3, 29), False)],
)  # fmt: skip
def test_week_ends_and_public_holidays_are_not_worked(day, works):
    assert working_days.is_working(date(*day)) is works


def test_easter_is_that_of_the_calendar():
    known = {2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2030: (4, 21), 2038: (4, 25)}
    assert {year: (day.month, day.day) for year in known for day in [working_days._easter(year)]} == known


def test_deadlines_jump_over_week_ends_and_keep_the_hour_across_a_change_of_time():
    assert working_days.after(NOW, 5) == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert working_days.after(NOW, 0) == NOW
    # Summer time ends on 25 October 2026: ten o'clock in Paris stays ten o'clock.
    assert working_days.after(datetime(2026, 10, 23, 8, tzinfo=UTC), 1) == datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "code", "zone"),
    [(Kind.COMMUNE, "97353", "America/Cayenne"), (Kind.COMMUNE, "42218", "Europe/Paris"),
     (Kind.COMMUNE, "98735", "Pacific/Tahiti"), (Kind.COMMUNE, "98731", "Pacific/Marquesas"),
     (Kind.COMMUNE, "98719", "Pacific/Gambier"), (Kind.DEPARTEMENT, "974", "Indian/Reunion"),
     (Kind.DEPARTEMENT, "97", "Europe/Paris"), (Kind.REGION, "03", "America/Cayenne"), (Kind.REGION, "84", "Europe/Paris"),
     (Kind.COM, "988", "Pacific/Noumea"), (Kind.COM, "975", "America/Miquelon"), (Kind.EPCI, "249730045", "Europe/Paris")],
)  # fmt: skip
def test_each_territory_has_its_time_zone(kind, code, zone):
    assert working_days.zone_of(TerritoryFactory(kind=kind, code=code)) == zone


@pytest.mark.django_db
def test_an_intercommunality_and_a_project_have_the_zone_of_their_communes():
    epci = TerritoryFactory(kind=Kind.EPCI, code="249730045")
    commune = TerritoryFactory(code="97353", epci=epci)
    project = TerritoryFactory(kind=Kind.CUSTOM, code="maroni")
    project.communes.add(commune)
    assert working_days.zone_of(epci) == working_days.zone_of(project) == "America/Cayenne"
    assert working_days.zone_of(None) == "Europe/Paris"


def test_slots_are_the_half_days_of_the_next_five_working_days():
    slots = working_days.slots("Europe/Paris", now=NOW)
    assert [slot.starts_at.day for slot in slots] == [27, 27, 30, 30, 1, 1, 2, 2, 3, 3]
    assert slots[0].label == "vendredi 27 novembre 2026, de 9\u00a0h à 12\u00a0h"


def test_a_slot_is_told_here_and_in_paris():
    guyane = working_days.slots("America/Cayenne", now=NOW)[0]
    assert guyane.label.endswith("de 9\u00a0h à 12\u00a0h chez vous (à Paris\u00a0: de 13\u00a0h à 16\u00a0h)")
    tahiti = working_days.slots("Pacific/Tahiti", now=NOW)[1]
    assert "jeudi 26 novembre 2026, de 14\u00a0h" in tahiti.label
    assert "à Paris\u00a0: vendredi 27 novembre 2026, de 1\u00a0h à 4\u00a0h" in tahiti.label
    paris = working_days.Slot(guyane.starts_at, "Europe/Paris")
    assert "Paris" not in paris.label
    kept = working_days.read_slot(guyane.value, "America/Cayenne", "à Maripasoula")
    assert kept.starts_at == guyane.starts_at
    assert "à Maripasoula (à Paris" in kept.label
