"""The map of one territory: its département, région or archipelago drawn large, its communes as dots, its point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

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
MARGIN_OF_MEMBERS = 0.08
ARCHIPELAGO = 8.0
LEAST_IN_ARCHIPELAGO = 2.4
# The source is rounded at about a kilometre: less than this is noise.
MAINLAND_TOLERANCE = 0.9
LETTER, LINE, GAP = 14.3, 32, 15

# left, top, right, bottom
Area = tuple[float, float, float, float]


class LabelPlace(NamedTuple):
    """Where a name may be written, and the room it takes."""

    x: float
    y: float
    anchor: str
    area: Area


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
    frame = frame_around(around.box)
    base = land_around(around) if not links else _linked(around, tuple(links))
    if shape:
        base += path("map-own", _geojson(frame, shape))
    view = FrameView(
        code=LOCAL,
        width=frame.width,
        height=frame.height,
        base=mark_safe(base),  # noqa: S308 numbers, and names escaped by link()
        marks=mark_safe(_marks(around.box, tuple(dots), here)),  # noqa: S308 numbers, and names escaped below
        label=label,
        interactive=bool(links),
    )
    return Map([view], label, note=note or _("Contours approchés."), zoomable=False)


def around_members(points: Sequence[Dot], kind: str, code: str) -> Around:
    """The outline that most of these points lie in, widened to hold them all; tighter in an archipelago."""
    own = boxes(kind)[code]
    members = Box.around((dot.longitude, dot.latitude) for dot in points)
    if own.east - own.west > ARCHIPELAGO:
        return Around(kind, code, members.grown(MARGIN_OF_MEMBERS, LEAST_IN_ARCHIPELAGO))
    if own.holds(members.west, members.south) and own.holds(members.east, members.north):
        return Around.outline(kind, code)
    return Around(kind, code, own.joined(members).grown(MARGIN_OF_MEMBERS))


def in_archipelago(around: Around, here: Dot | None) -> Around:
    """A point of a collectivity that spreads over half an ocean is shown with its own island."""
    if here is None or around.box.east - around.box.west < ARCHIPELAGO:
        return around
    box = Box.around([(here.longitude, here.latitude)]).grown(0, LEAST_IN_ARCHIPELAGO)
    return Around(around.kind, around.code, box)


@lru_cache(maxsize=512)
def frame_around(box: Box) -> Frame:
    projection = equirectangular((box.south + box.north) / 2)
    west, top = projection(box.west, box.north)
    east, bottom = projection(box.east, box.south)
    height = round(WIDTH * (bottom - top) / (east - west))
    height = max(HEIGHTS[0], min(HEIGHTS[1], height))
    return fitted(LOCAL, box, (WIDTH, height), projection, padding=0)


@lru_cache(maxsize=512)
def land_around(around: Around) -> str:
    """Neighbours pale, the own outline tinted."""
    frame, kind = frame_around(around.box), Kind.COM if around.kind == Kind.COM else Kind.DEPARTEMENT
    pen = _pen(frame, around.code)
    shown = shown_by(frame)
    pale = "".join(
        pen.territory(kind, code) for code in _meeting(kind, shown) if (kind, code) != (around.kind, around.code)
    )
    tinted = "".join(pen.territory(around.kind, code) for code in _own(around))
    return (path("map-land", pale) if pale else "") + (path("map-here", tinted) if tinted else "")


@lru_cache(maxsize=64)
def _linked(around: Around, links: tuple[tuple[str, str], ...]) -> str:
    frame = frame_around(around.box)
    pen = _pen(frame, around.code)
    own = {code for code, _name in links}
    pale = "".join(
        pen.territory(Kind.DEPARTEMENT, code) for code in _meeting(Kind.DEPARTEMENT, shown_by(frame)) if code not in own
    )
    areas = "".join(link(Kind.DEPARTEMENT, code, name, pen.territory(Kind.DEPARTEMENT, code)) for code, name in links)
    return (path("map-land", pale) if pale else "") + areas


def _own(around: Around) -> list[str]:
    return [around.code] if outlines().has(around.kind, around.code) else []


def _meeting(kind: str, shown: Box) -> list[str]:
    return [code for code, box in boxes(kind).items() if box.meets(shown)]


def shown_by(frame: Frame) -> Box:
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


@lru_cache(maxsize=128)
def _marks(box: Box, dots: tuple[Dot, ...], here: Dot | None) -> str:
    return _points(frame_around(box), dots, here)


def _points(frame: Frame, dots: Sequence[Dot], here: Dot | None) -> str:
    circles = []
    wanted: list[tuple[float, float, str]] = []
    taken: list[Area] = []
    for dot in dots:
        x, y = frame.place(dot.longitude, dot.latitude)
        title = f"<title>{escape(dot.name)}</title>"
        radius = 5 if dot.named else 4
        circles.append(f'<circle class="map-dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">{title}</circle>')
        taken.append((x - radius, y - radius, x + radius, y + radius))
        if dot.named:
            wanted.append((x, y, dot.name))
    if here:
        x, y = frame.place(here.longitude, here.latitude)
        circles.append(pin(frame, (here.latitude, here.longitude), 9))
        wanted.insert(0, (x, y, here.name))
        taken.append((x - 9, y - 9, x + 9, y + 9))
    return "".join(circles) + "".join(_labels(wanted, taken, frame, must=bool(here)))


def _labels(wanted: list[tuple[float, float, str]], taken: list[Area], frame: Frame, *, must: bool) -> Iterable[str]:
    """Names beside their points, first come first served: one that would cover a dot or another name is left out,
    except the territory's own (`must`)."""
    for rank, (x, y, name) in enumerate(wanted):
        places = [place for place in _places(x, y, len(name) * LETTER) if _inside(place.area, frame)]
        free = next((place for place in places if not any(_overlap(place.area, other) for other in taken)), None)
        chosen = free or (places[0] if places and must and rank == 0 else None)
        if chosen:
            taken.append(chosen.area)
            yield (
                f'<text class="map-name" x="{chosen.x:.0f}" y="{chosen.y:.0f}" text-anchor="{chosen.anchor}" '
                f'aria-hidden="true">{escape(name)}</text>'
            )


def _places(x: float, y: float, width: float) -> list[LabelPlace]:
    """Right, left, above, below."""
    half = LINE / 2
    return [
        LabelPlace(x + GAP, y, "start", (x + GAP, y - half, x + GAP + width, y + half)),
        LabelPlace(x - GAP, y, "end", (x - GAP - width, y - half, x - GAP, y + half)),
        LabelPlace(x, y - LINE, "middle", (x - width / 2, y - LINE - half, x + width / 2, y - half)),
        LabelPlace(x, y + LINE, "middle", (x - width / 2, y + half, x + width / 2, y + LINE + half)),
    ]


def _inside(area: Area, frame: Frame) -> bool:
    return area[0] >= 0 and area[2] <= frame.width and area[1] >= 0 and area[3] <= frame.height


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
