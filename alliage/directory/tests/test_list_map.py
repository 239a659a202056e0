"""The map of the directory opens on what is asked, on its page and on other sites."""

import re

import pytest

from alliage.directory import queries
from alliage.directory.filters import Filters
from alliage.directory.queries import Found, marks
from alliage.directory.tests.factories import CatalystFactory
from alliage.directory.views import lists
from alliage.territories.maps.outlines import Box
from alliage.territories.snapshot import forget
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
WHOLE = 'viewBox="0 0 1000 970"'


@pytest.fixture
def france():
    found = small_france()
    forget()
    CatalystFactory(name="Ada", territory=found.etienne, place_precision="seat", areas=[found.etienne])
    CatalystFactory(name="Léa", territory=found.denis, place_precision="seat", areas=[found.etienne])
    CatalystFactory(name="Teva", territory=found.papeete, place_precision="seat", areas=[found.papeete])
    return found


def main_map(page):
    return page.partition('class="map__main"')[2].partition("</svg>")[0]


@pytest.mark.parametrize("path", ["/annuaire/", "/integrer/carte/"])
def test_without_a_place_the_whole_of_france_is_shown(client, france, path):
    assert WHOLE in main_map(client.get(path).content.decode())


@pytest.mark.parametrize("path", ["/annuaire/", "/integrer/carte/"])
@pytest.mark.parametrize(
    ("asked", "here", "elsewhere"),
    [
        ("territoire=commune:42218", "Ada", "Léa"),
        ("territoire=departement:42", "Ada", "Léa"),
        ("zone=45.4,4.3,45.5,4.5", "Ada", ""),
        ("territoire=commune:98735", "Teva", ""),
        ("territoire=com:987", "Teva", ""),
        ("zone=-21,55.3,-20.8,55.6", "Léa", ""),
    ],
)
def test_the_map_opens_on_the_territory_or_the_zone_and_keeps_the_others_in_reach(
    client, france, path, asked, here, elsewhere
):
    page = client.get(f"{path}?{asked}").content.decode()
    shown = main_map(page)
    assert WHOLE not in shown
    assert f'aria-label="{here}' in shown
    insets = page.partition('class="map__insets"')[2].partition("</ul>")[0]
    if elsewhere:
        assert elsewhere not in shown
        assert f'aria-label="{elsewhere}' in insets
    else:
        assert insets == ""


def test_the_map_says_what_it_is_centred_on(client, france):
    page = client.get("/annuaire/?territoire=departement:42").content.decode()
    assert 'aria-label="Carte de l’annuaire, centrée sur la Loire"' in page
    assert (
        "Carte de l’annuaire, sur la zone choisie." in client.get("/annuaire/?zone=45.4,4.3,45.5,4.5").content.decode()
    )


def test_a_zone_is_narrower_than_its_territory(client, france):
    both = client.get("/annuaire/?territoire=departement:42&zone=45.4,4.3,45.5,4.5").content.decode()
    assert "sur la zone choisie" in both


def test_a_zone_as_wide_as_france_and_a_territory_of_no_place_show_the_whole(client, france):
    assert WHOLE in main_map(client.get("/annuaire/?zone=-90,-180,90,180").content.decode())
    assert lists._around(Filters()) is None


def test_the_pin_is_that_of_a_commune(client, france):
    assert "map-pin" in main_map(client.get("/annuaire/?territoire=commune:42218").content.decode())
    assert "map-pin" not in main_map(client.get("/annuaire/?territoire=departement:42").content.decode())


def test_marks_are_finer_where_the_map_is_large(france, monkeypatch):
    monkeypatch.setattr(marks, "MOST_PLACES", 2)
    for step in range(6):
        CatalystFactory(latitude=45.40 + step / 50, longitude=4.4)
    CatalystFactory(latitude=48.0, longitude=2.0)
    found = Found(Filters())
    far, count = queries.spots(found)
    close, same = queries.spots(found, near=Box(4.0, 45.0, 5.0, 46.0))
    assert len(close) > len(far)
    assert count == same == sum(spot.count for spot in close) == 10


def test_a_map_that_opens_on_a_place_stays_light(client, france):
    page = client.get("/annuaire/?territoire=commune:42218").content.decode()
    land = re.findall(r'class="map-(?:land|here)" d="([^"]*)"', page)
    assert sum(map(len, land)) < 30_000
