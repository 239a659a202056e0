"""Maps: where points fall, what is drawn, and that overseas has the same dignity."""

import re

import pytest
from django.template.loader import render_to_string

from alliage.territories import maps
from alliage.territories.enums import Kind
from alliage.territories.maps import frames, marks, outlines
from alliage.territories.maps.local import Dot, local
from alliage.territories.maps.outlines import Box, Pen, simplified
from alliage.territories.maps.views import REGION_NAMES

PARIS = (48.8566, 2.3522)


def test_every_departement_region_and_collectivity_has_an_outline():
    rings = outlines.outlines().rings
    assert (len(rings[Kind.DEPARTEMENT]), len(rings[Kind.REGION]), len(rings[Kind.COM])) == (101, 18, 8)
    assert outlines.outlines().has(Kind.DEPARTEMENT, "2A")
    assert not outlines.outlines().has(Kind.COMMUNE, "01001")


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [("35", 48.11, -1.68), ("54", 48.69, 6.18), ("77", 48.54, 2.66), ("68", 47.75, 7.34), ("2B", 42.7, 9.45)],
)
def test_corrected_names_have_the_right_shape(code, latitude, longitude):
    assert outlines.boxes(Kind.DEPARTEMENT)[code].holds(longitude, latitude)


def test_regions_are_closed_rings_of_the_borders_of_their_departements():
    known = outlines.outlines()
    for code in frames.mainland_regions():
        for ring in known.rings[Kind.REGION][code]:
            ends = [known.arcs[arc] if arc >= 0 else known.arcs[~arc][::-1] for arc in ring]
            assert ends[0][0] == ends[-1][-1]


@pytest.mark.parametrize(
    ("latitude", "longitude", "inset"),
    [
        (*PARIS, "metropole"),
        (41.92, 8.74, "metropole"),
        (16.0, -61.73, "971"),
        (14.61, -61.07, "972"),
        (4.94, -52.33, "973"),
        (-20.88, 55.45, "974"),
        (-12.78, 45.23, "976"),
        (46.78, -56.17, "975"),
        (17.9, -62.85, "977"),
        (18.07, -63.08, "978"),
        (-13.28, -176.18, "986"),
        (-17.53, -149.57, "987"),
        (-22.27, 166.45, "988"),
        (-49.35, 70.22, "984"),
    ],
)
def test_a_point_falls_in_its_frame(latitude, longitude, inset):
    placed = maps.project(latitude, longitude)
    frame = frames.national_frames()[inset]
    assert placed.inset == inset
    assert 0 <= placed.x <= frame.width
    assert 0 <= placed.y <= frame.height


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (40.7, -74.0), (52.5, 13.4)])
def test_a_point_abroad_is_not_drawn(latitude, longitude):
    assert maps.project(latitude, longitude) is None


def test_the_mainland_keeps_its_proportions():
    brest, strasbourg, perpignan = maps.project(48.39, -4.49), maps.project(48.58, 7.75), maps.project(42.70, 2.9)
    kilometre = frames.national_frames()["metropole"].kilometre
    assert (strasbourg.x - brest.x) / kilometre == pytest.approx(902, rel=0.03)
    assert perpignan.y > strasbourg.y > 0


def test_every_overseas_territory_has_a_frame_of_the_same_size():
    insets = maps.france().insets
    assert [frame.code for frame in insets] == [*frames.DEPARTEMENTS_OVERSEAS, *frames.COLLECTIVITIES]
    assert {(frame.width, frame.height) for frame in insets} == {frames.INSET_SIZE}


def test_the_national_map_stays_light():
    written = render_to_string("territories/_map.html", {"map": maps.france(linked=True)})
    assert len(written) < 30_000
    assert all(name.replace("’", "&#x27;") in written or name in written for name in REGION_NAMES.values())


def test_marks_are_links_with_their_name_escaped():
    drawn = maps.france([maps.Mark(*PARIS, label='<b>"Paris"</b>', url="/annuaire/?a=1&b=2", tint="copper")])
    written = drawn.mainland.marks
    assert 'href="/annuaire/?a=1&amp;b=2"' in written
    assert "<b>" not in written
    assert "map-mark--copper" in written
    assert drawn.mainland.interactive


def test_marks_that_would_touch_are_gathered_under_the_largest():
    near = [maps.Mark(48.85 + step / 100, 2.35, f"Lieu {step}", f"/{step}/", count=step + 1) for step in range(4)]
    (cluster,), outside = marks.clustered(near, 46)[0]["metropole"], marks.clustered(near, 46)[1]
    assert (cluster.count, outside) == (10, [])
    assert cluster.label() == "Lieu 3 et 3 autres"
    assert cluster.url(None, "liste") == "#liste"
    assert cluster.url(lambda found: f"/{len(found)}/", "liste") == "/4/"
    written = maps.france(near).mainland.marks
    assert "10 en tout" in written
    assert ">10</text>" in written


def test_marks_of_one_address_keep_it_when_gathered():
    same = [maps.Mark(*PARIS, label=name, url="/x/") for name in ("a", "b")]
    (cluster,) = marks.clustered(same, 46)[0]["metropole"]
    assert cluster.url(None, "liste") == "/x/"
    assert cluster.label() == "a et 1 autre"


def test_a_crowd_never_gives_more_discs_than_a_reader_can_bear():
    crowd = [
        maps.Mark(42 + row * 0.25, -4 + column * 0.35, f"{row}.{column}") for row in range(36) for column in range(34)
    ]
    found, outside = marks.clustered(crowd, 10)
    assert 30 < sum(map(len, found.values())) <= marks.MOST_MARKS
    assert sum(cluster.count for clusters in found.values() for cluster in clusters) + len(outside) == len(crowd)


def test_what_no_frame_shows_is_told_apart():
    berlin = maps.Mark(52.5, 13.4, "Berlin")
    assert maps.france([berlin]).outside == [berlin]


def test_mixed_tints_fall_back_to_the_network_s():
    mixed = [maps.Mark(*PARIS, label="a", tint="copper"), maps.Mark(*PARIS, label="b", tint="brass")]
    (cluster,) = marks.clustered(mixed, 46)[0]["metropole"]
    assert cluster.tint == "teal"


@pytest.mark.parametrize(
    ("kind", "code", "lit"), [(Kind.DEPARTEMENT, "974", "974"), (Kind.REGION, "04", "974"), (Kind.COM, "988", "988")]
)
def test_an_overseas_territory_is_lit_among_its_equals(kind, code, lit):
    shown = maps.locator(kind, code)
    assert shown.mainland is None
    assert [frame.code for frame in shown.insets if frame.highlighted] == [lit]
    assert next(frame for frame in shown.insets if frame.highlighted).url == ""


def test_a_mainland_territory_is_lit_on_the_mainland_with_its_pin():
    shown = maps.locator(Kind.DEPARTEMENT, "42", point=(45.43, 4.39))
    assert shown.insets == []
    assert "map-here" in shown.mainland.marks
    assert "map-pin" in shown.mainland.marks
    assert "map-pin" not in maps.locator(Kind.REGION, "53").mainland.marks


def test_a_local_map_shows_neighbours_dots_and_names():
    around = maps.Around.outline(Kind.DEPARTEMENT, "42")
    shown = local(
        around,
        label="Carte de la Loire",
        dots=[Dot(45.47, 4.51, "Saint-Chamond", named=True), Dot(46.04, 4.07, "<Roanne>")],
        here=Dot(45.43, 4.39, "Saint-Étienne"),
    )
    frame = shown.mainland
    assert "map-land" in frame.base
    assert "map-here" in frame.base
    assert "&lt;Roanne&gt;" in frame.marks
    assert re.search(r'<text class="map-name"[^>]*>Saint-Étienne</text>', frame.marks)
    assert ">Saint-Chamond</text>" in frame.marks


def test_a_name_without_room_is_left_out_but_for_the_territory_s_own():
    around = maps.Around.outline(Kind.DEPARTEMENT, "42")
    crowd = [
        Dot(45.43 + x / 100, 4.39 + y / 60, f"Un nom bien long {x}{y}", named=True)
        for x in range(-4, 5)
        for y in range(-5, 6)
    ]
    shown = local(around, label="x", dots=crowd, here=Dot(45.43, 4.39, "Saint-Étienne"))
    assert ">Saint-Étienne</text>" in shown.mainland.marks
    assert shown.mainland.marks.count("map-name") < len(crowd) / 2


def test_a_name_longer_than_the_map_is_not_written():
    around = maps.Around.outline(Kind.DEPARTEMENT, "42")
    assert "map-name" not in local(around, label="x", here=Dot(45.43, 4.39, "N" * 90)).mainland.marks


def test_a_region_s_map_links_its_departements():
    shown = local(
        maps.Around.outline(Kind.REGION, "94"), label="Corse", links=[("2A", "Corse-du-Sud"), ("2B", "Haute-Corse")]
    )
    assert shown.mainland.interactive
    assert 'href="/territoires/departement/2A/"' in shown.mainland.base


def test_an_official_outline_is_drawn_over_the_approximate_one():
    square = {"type": "Polygon", "coordinates": [[[4.3, 45.3], [4.5, 45.3], [4.5, 45.5], [4.3, 45.5], [4.3, 45.3]]]}
    several = {"type": "MultiPolygon", "coordinates": [square["coordinates"]]}
    around = maps.Around.outline(Kind.DEPARTEMENT, "42")
    one, other = (local(around, label="x", shape=shape).mainland.base for shape in (square, several))
    assert "map-own" in one
    assert one == other


def test_the_box_around_members_widens_only_when_they_cross_the_border():
    inside = maps.around_members([Dot(45.43, 4.39, "")], Kind.DEPARTEMENT, "42")
    across = maps.around_members([Dot(45.43, 4.39, ""), Dot(45.75, 4.85, "")], Kind.DEPARTEMENT, "42")
    assert inside == maps.Around.outline(Kind.DEPARTEMENT, "42")
    assert across.box.east > inside.box.east


def test_an_island_of_an_archipelago_is_shown_close():
    ocean = maps.Around.outline(Kind.COM, "987")
    tahiti = Dot(-17.53, -149.57, "Papeete")
    assert maps.in_archipelago(ocean, None) is ocean
    near = maps.in_archipelago(ocean, tahiti)
    assert near.box.east - near.box.west < 5
    assert (
        maps.around_members([tahiti], Kind.COM, "987").box.east
        - maps.around_members([tahiti], Kind.COM, "987").box.west
        < 5
    )
    loire = maps.Around.outline(Kind.DEPARTEMENT, "42")
    assert maps.in_archipelago(loire, tahiti) is loire
    assert local(near, label="x", here=tahiti).mainland.height >= 400


def test_simplifying_keeps_the_ends_and_what_stands_out():
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 5.0), (3.0, 0.0)]
    assert simplified(line, 1) == [(0.0, 0.0), (2.0, 5.0), (3.0, 0.0)]
    ring = [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (0.0, 0.0)]
    assert simplified(ring, 1) == ring
    assert simplified(line[:2], 1) == line[:2]


def test_an_island_smaller_than_a_step_stays_as_a_dot():
    pen = Pen(lambda x, y: (x, y), 0.1)
    assert pen.path([(4, 5), (4, 5)], closed=True) == "M4 5h0z"
    assert pen.path([(4, 5), (4, 5)], closed=False) == ""
    assert Pen(lambda x, y: (x, y), 0.1, digits=1).path([(10, -5), (15, -5)], closed=True) == "M1-0.5l0.5 0z"


def test_a_box_knows_what_it_holds_and_meets():
    box = Box(0, 0, 2, 2)
    assert box.holds(2.1, 1, margin=0.2)
    assert not box.holds(2.1, 1)
    assert box.meets(Box(1, 1, 3, 3))
    assert not box.meets(Box(3, 3, 4, 4))
    assert box.joined(Box(-1, 1, 1, 5)) == Box(-1, 0, 2, 5)
