"""Maps of marks that open on a part of France, overseas included."""

import pytest

from alliage.territories import maps
from alliage.territories.enums import Kind
from alliage.territories.maps import place
from alliage.territories.maps.focus import around_zone, focused
from alliage.territories.maps.local import Dot, frame_around
from alliage.territories.maps.marks import Mark
from alliage.territories.maps.outlines import Box
from alliage.territories.models import Territory
from alliage.territories.snapshot import forget
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

HERE, LYON = Mark(45.43, 4.39, "Ici", "/ici/"), Mark(45.75, 4.85, "Lyon", "/lyon/")
REUNION, ABROAD = Mark(-21.0, 55.5, "Sur l’île", "/ile/"), Mark(40.7, -74.0, "Ailleurs", "/ailleurs/")


def zone(south, west, north, east):
    return around_zone(Box(west, south, east, north))


def test_marks_of_the_place_are_on_the_large_frame_and_the_others_in_small_ones():
    around = zone(45.4, 4.3, 45.5, 4.5)
    drawn = focused(
        around, [HERE, LYON, REUNION, ABROAD], label="Carte", note="Note.", here=Dot(45.43, 4.39, "Saint-Étienne")
    )
    assert [frame.code for frame in drawn.frames] == ["local", "france", "974"]
    large, france, island = drawn.frames
    assert "/ici/" in large.marks
    assert "map-pin" in large.marks
    assert "/lyon/" not in large.marks
    assert "/lyon/" in france.marks
    assert "/ile/" in island.marks
    assert drawn.outside == [ABROAD]
    assert drawn.mainland is large
    assert [frame.caption for frame in drawn.insets] == ["Métropole", "La Réunion"]
    assert drawn.has_other_places
    assert not maps.france([LYON]).has_other_places
    assert drawn.note == "Note. Les autres sont dans les petits cadres. Contours approchés."
    assert drawn.zoomable


def test_the_mainland_among_the_others_is_as_small_as_they_are():
    _large, france = focused(zone(45.4, 4.3, 45.5, 4.5), [LYON], label="x", note="").frames
    assert (france.width, france.height) == (240, 233)
    x, y = (float(france.marks.partition(f'{axis}="')[2].partition('"')[0]) for axis in ("cx", "cy"))
    whole = maps.project(LYON.latitude, LYON.longitude)
    assert (x, y) == pytest.approx((whole.x * 0.24, whole.y * 0.24), abs=0.2)
    assert 'transform="scale(0.24)"' in france.base


def test_a_map_without_marks_near_has_nothing_to_reach():
    large = focused(zone(45.4, 4.3, 45.5, 4.5), [], label="x", note="").mainland
    assert not large.interactive
    assert large.marks == ""


@pytest.mark.parametrize(
    ("asked", "kind", "code"),
    [
        ((45.4, 4.3, 45.5, 4.5), Kind.DEPARTEMENT, ""),
        ((-21.1, 55.2, -20.9, 55.6), Kind.DEPARTEMENT, "974"),
        ((-17.6, -149.7, -17.4, -149.4), Kind.COM, "987"),
    ],
)
def test_a_zone_is_shown_with_a_little_around_it_wherever_it_is(asked, kind, code):
    around = zone(*asked)
    assert (around.kind, around.code) == (kind, code)
    assert around.box.north - around.box.south >= 0.5
    assert around.box.holds((asked[1] + asked[3]) / 2, (asked[0] + asked[2]) / 2)
    assert "map-" in focused(around, [], label="x", note="").mainland.base


@pytest.mark.parametrize("asked", [(41, -5, 51, 9.6), (-90, -180, 90, 180), (40, -75, 41, -74), (89, 0, 90, 1)])
def test_a_zone_as_wide_as_france_or_elsewhere_opens_the_whole_map(asked):
    assert zone(*asked) is None


def test_a_region_is_tinted_by_its_own_outline():
    """84 is also the number of a département far from there."""
    around = maps.Around.outline(Kind.REGION, "84")
    vaucluse = focused(maps.Around(Kind.DEPARTEMENT, "84", around.box), [], label="x", note="").mainland.base
    region = focused(around, [], label="x", note="").mainland.base
    assert region.count("map-here") == 1
    assert region.partition("map-here")[2] != vaucluse.partition("map-here")[2]


@pytest.fixture
def france(db):
    found = small_france()
    forget()
    return found


def test_a_commune_is_shown_close_and_a_wide_territory_whole(france):
    around = place.close(france.etienne)
    assert around.box.holds(4.39, 45.43)
    assert around.box.north - around.box.south == pytest.approx(0.8)
    assert (around.kind, around.code) == (Kind.DEPARTEMENT, "42")
    assert place.close(france.loire) == maps.Around.outline(Kind.DEPARTEMENT, "42")
    assert place.close(france.region) == maps.Around.outline(Kind.REGION, "84")
    assert place.close(france.island) == maps.Around.outline(Kind.DEPARTEMENT, "974")


def test_an_island_and_a_group_of_communes_are_shown_as_they_are(france):
    papeete = place.close(france.papeete)
    assert (papeete.kind, papeete.code) == (Kind.COM, "987")
    assert papeete.box.east - papeete.box.west < 2
    assert frame_around(papeete.box).height >= 400
    group = place.close(france.metropole)
    assert all(group.box.holds(each.longitude, each.latitude) for each in (france.etienne, france.chamond))
    assert group.box.north - group.box.south < 1


def test_what_is_known_of_no_place_opens_nothing(france):
    lost = TerritoryFactory(code="01999", name="Nulle part", latitude=None, longitude=None)
    inside = TerritoryFactory(
        code="42999", name="Sans point", latitude=None, longitude=None, departement=france.loire, region=france.region
    )
    forget()
    assert place.close(lost) is None
    assert place.close(inside) == maps.Around.outline(Kind.DEPARTEMENT, "42")
    point = Territory(kind=Kind.COMMUNE, code="99999", latitude=45.0, longitude=4.0)
    assert (place.close(point).kind, place.close(point).code) == (Kind.DEPARTEMENT, "")
