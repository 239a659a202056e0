"""The map of one territory: its département, région or archipelago drawn large, its communes as dots, its point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind
from alliage.territories.maps.frames import DEPARTEMENTS_OVERSEAS, Frame, equirectangular, fitted
from alliage.territories.maps.outlines import Box, Pen, boxes, outlines
from alliage.territories.maps.views import LOCAL, FrameView, Map, link, path, pin

WIDTH = 640
HEIGHTS = (400, 600)
# Boxes of degrees around what is shown: as a share of its size, and at least so many degrees of latitude.
MARGIN = 0.06
MARGIN_OF_MEMBERS, LEAST_OF_MEMBERS = 0.4, 0.55
ARCHIPELAGO = 8.0
LEAST_IN_ARCHIPELAGO = 2.4
# The source is rounded at about a kilometre: less than this is noise.
MAINLAND_TOLERANCE = 0.9
LETTER, LINE, GAP = 9.2, 20, 14


@dataclass(frozen=True, slots=True)
class Dot:
    """A commune or a town on a local map; `named` ones have their name written when there is room."""

    latitude: float
    longitude: float
    name: str
    named: bool = False


@dataclass(frozen=True)
class Around:
    """The outlines that a local map shows: which one is the territory's own, and the box of degrees to look at."""

    kind: str
    code: str
    box: Box

    @classmethod
    def outline(cls, kind: str, code: str) -> "Around":
        return cls(kind, code, boxes(kind)[code].grown(MARGIN))


def local(
    around: Around,
    *,
    label: str,
    dots: Iterable[Dot] = (),
    here: Dot | None = None,
    shape: dict[str, Any] | None = None,
    links: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> Map:
    """Draw `around` with `dots`, a pin at `here`, an official outline (`shape`, GeoJSON) when there is one.

    `links` are (code, name) of départements drawn as links (the map of a région).
    """
    frame = _frame(around.box)
    base = _land(around) if not links else _linked(around, tuple(links))
    if shape:
        base += path("map-own", _geojson(frame, shape))
    view = FrameView(
        code=LOCAL,
        width=frame.width,
        height=frame.height,
        base=mark_safe(base),  # noqa: S308 numbers, and names escaped by link()
        marks=mark_safe(_points(frame, list(dots), here)),  # noqa: S308 numbers, and names escaped below
        label=label,
        interactive=bool(links),
    )
    return Map([view], label, note=note or _("Contours approchés."), zoomable=False)


def around_members(points: Sequence[Dot], kind: str, code: str) -> Around:
    """The box that holds all these points, and no less than the eye needs to know where it is."""
    box = Box.around((dot.longitude, dot.latitude) for dot in points).grown(MARGIN_OF_MEMBERS, LEAST_OF_MEMBERS)
    return Around(kind, code, box)


def in_archipelago(around: Around, here: Dot | None) -> Around:
    """A point of a collectivity that spreads over half an ocean is shown with its own island."""
    if here is None or around.box.east - around.box.west < ARCHIPELAGO:
        return around
    box = Box.around([(here.longitude, here.latitude)]).grown(0, LEAST_IN_ARCHIPELAGO)
    return Around(around.kind, around.code, box)


@lru_cache(maxsize=512)
def _frame(box: Box) -> Frame:
    projection = equirectangular((box.south + box.north) / 2)
    west, top = projection(box.west, box.north)
    east, bottom = projection(box.east, box.south)
    height = round(WIDTH * (bottom - top) / (east - west))
    height = max(HEIGHTS[0], min(HEIGHTS[1], height))
    return fitted(LOCAL, box, (WIDTH, height), projection, padding=0)


@lru_cache(maxsize=512)
def _land(around: Around) -> str:
    """Neighbours pale, the own outline tinted."""
    frame, kind = _frame(around.box), Kind.COM if around.kind == Kind.COM else Kind.DEPARTEMENT
    pen = _pen(frame, around.code)
    shown = _shown(frame)
    own = set(_own(around))
    pale = "".join(pen.territory(kind, code) for code in _meeting(kind, shown) if code not in own)
    tinted = "".join(pen.territory(kind, code) for code in sorted(own))
    return (path("map-land", pale) if pale else "") + (path("map-here", tinted) if tinted else "")


@lru_cache(maxsize=64)
def _linked(around: Around, links: tuple[tuple[str, str], ...]) -> str:
    frame = _frame(around.box)
    pen = _pen(frame, around.code)
    own = {code for code, _name in links}
    pale = "".join(
        pen.territory(Kind.DEPARTEMENT, code) for code in _meeting(Kind.DEPARTEMENT, _shown(frame)) if code not in own
    )
    areas = "".join(link(Kind.DEPARTEMENT, code, name, pen.territory(Kind.DEPARTEMENT, code)) for code, name in links)
    return (path("map-land", pale) if pale else "") + areas


def _own(around: Around) -> list[str]:
    return [around.code] if outlines().has(around.kind, around.code) else []


def _meeting(kind: str, shown: Box) -> list[str]:
    return [code for code, box in boxes(kind).items() if box.meets(shown)]


def _shown(frame: Frame) -> Box:
    """What the frame really shows: more than its box, on the side where it had room."""
    box = frame.box
    x_west, y_north = frame.place(box.west, box.north)
    x_east, y_south = frame.place(box.east, box.south)
    per_x = (box.east - box.west) / (x_east - x_west)
    per_y = (box.north - box.south) / (y_south - y_north)
    return Box(
        box.west - x_west * per_x,
        box.south - (frame.height - y_south) * per_y,
        box.east + (frame.width - x_east) * per_x,
        box.north + y_north * per_y,
    )


def _pen(frame: Frame, code: str) -> Pen:
    overseas = code in DEPARTEMENTS_OVERSEAS or code.startswith(("97", "98"))
    tolerance = 0.5 if overseas else max(MAINLAND_TOLERANCE * frame.kilometre, 1.0)
    return Pen(frame.place, min(tolerance, 4.0))


def _geojson(frame: Frame, shape: dict[str, Any]) -> str:
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    pen = Pen(frame.place, 0.5)
    return "".join(pen.shape([(point[0], point[1]) for point in ring]) for polygon in polygons for ring in polygon)


def _points(frame: Frame, dots: list[Dot], here: Dot | None) -> str:
    circles = []
    wanted: list[tuple[float, float, str]] = []
    for dot in dots:
        x, y = frame.place(dot.longitude, dot.latitude)
        title = f"<title>{escape(dot.name)}</title>"
        radius = 5 if dot.named else 4
        circles.append(f'<circle class="map-dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">{title}</circle>')
        if dot.named:
            wanted.append((x, y, dot.name))
    if here:
        x, y = frame.place(here.longitude, here.latitude)
        circles.append(pin(frame, (here.latitude, here.longitude), 9))
        if here.name:
            wanted.insert(0, (x, y, here.name))
    return "".join(circles) + "".join(_labels(wanted, frame))


def _labels(wanted: list[tuple[float, float, str]], frame: Frame) -> Iterable[str]:
    """Names beside their points, first come first served: one that would cover another is left out."""
    taken: list[tuple[float, float, float, float]] = []
    for x, y, name in wanted:
        width = len(name) * LETTER
        for side, left in (("start", x + GAP), ("end", x - GAP - width)):
            area = (left, y - LINE / 2, left + width, y + LINE / 2)
            if left >= 0 and area[2] <= frame.width and not any(_overlap(area, other) for other in taken):
                taken.append(area)
                at = x + GAP if side == "start" else x - GAP
                yield (
                    f'<text class="map-name" x="{at:.0f}" y="{y:.0f}" text-anchor="{side}" '
                    f'aria-hidden="true">{escape(name)}</text>'
                )
                break


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
