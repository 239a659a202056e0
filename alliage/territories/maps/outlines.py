"""Approximate outlines of départements, régions and overseas, decoded once per process from `data/outlines.json`."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path

from alliage.territories.enums import Kind

Point = tuple[float, float]
Points = list[Point]
Place = Callable[[float, float], Point]

# An island this small beside the largest one does not widen the frame.
ISLET = 0.04
DATA = Path(__file__).parent.parent / "data" / "outlines.json"


@dataclass(frozen=True)
class Box:
    """Degrees, west to east and south to north."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float, margin: float = 0.0) -> bool:
        return (
            self.west - margin <= longitude <= self.east + margin
            and self.south - margin <= latitude <= self.north + margin
        )

    def meets(self, other: "Box") -> bool:
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )

    def grown(self, share: float, least: float = 0.0) -> "Box":
        """The box with a margin on each side: a share of its size, at least `least` degrees of latitude in all."""
        across, along = (self.east - self.west) * share, (self.north - self.south) * share
        across = max(across, (least * 1.4 - (self.east - self.west)) / 2)
        along = max(along, (least - (self.north - self.south)) / 2)
        return Box(self.west - across, self.south - along, self.east + across, self.north + along)

    def joined(self, other: "Box") -> "Box":
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    @classmethod
    def around(cls, points: Iterable[Point]) -> "Box":
        longitudes, latitudes = zip(*points, strict=True)
        return cls(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


class Outlines:
    """Arcs in degrees, and for each kind and code the rings made of them."""

    def __init__(self, source: dict) -> None:
        scale = source["scale"]
        self.arcs = [_points(arc, scale) for arc in source["arcs"]]
        self.rings: dict[str, dict[str, list[list[int]]]] = {
            kind: source[kind] for kind in (Kind.DEPARTEMENT, Kind.REGION, Kind.COM)
        }

    def has(self, kind: str, code: str) -> bool:
        return code in self.rings.get(kind, {})

    def box(self, kind: str, code: str) -> Box:
        """The box of its land, but for islets: Hunter would halve New Caledonia on the page."""
        rings = [self._box_of(ring) for ring in self.rings[kind][code]]
        largest = max(map(_diagonal, rings))
        kept = [box for box in rings if _diagonal(box) >= ISLET * largest]
        return Box(
            min(box.west for box in kept),
            min(box.south for box in kept),
            max(box.east for box in kept),
            max(box.north for box in kept),
        )

    def _box_of(self, ring: list[int]) -> Box:
        return Box.around(point for arc in ring for point in self.arcs[_forward(arc)])

    def inner_arcs(self, codes: Iterable[str]) -> set[int]:
        """Arcs between two of these départements."""
        seen: set[int] = set()
        shared: set[int] = set()
        for code in codes:
            for ring in self.rings[Kind.DEPARTEMENT][code]:
                for arc in map(_forward, ring):
                    (shared if arc in seen else seen).add(arc)
        return shared


def _diagonal(box: Box) -> float:
    return hypot(box.east - box.west, box.north - box.south)


def _forward(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _points(arc: list[int], scale: int) -> Points:
    x = y = 0
    points: Points = []
    for dx, dy in zip(arc[::2], arc[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x / scale, y / scale))
    return points


@cache
def outlines() -> Outlines:
    return Outlines(json.loads(DATA.read_text(encoding="utf-8")))


@cache
def boxes(kind: str) -> dict[str, Box]:
    known = outlines()
    return {code: known.box(kind, code) for code in known.rings[kind]}


class Pen:
    """Draws outlines as SVG path data, for one way of placing points and one tolerance.

    Arcs are simplified once each, so that neighbours keep the same border.
    """

    def __init__(self, place: Place, tolerance: float, digits: int = 0) -> None:
        self.place = place
        self.tolerance = tolerance
        self.unit = 10**digits
        self._drawn: dict[int, list[tuple[int, int]]] = {}

    def territory(self, kind: str, code: str) -> str:
        return "".join(self._ring(ring) for ring in outlines().rings[kind][code])

    def borders(self, arcs: Iterable[int]) -> str:
        return "".join(self.path(self._arc(arc), closed=False) for arc in arcs)

    def shape(self, ring: Points) -> str:
        """A ring given in degrees (an official outline)."""
        placed = simplified([self.place(*point) for point in ring], self.tolerance)
        return self.path([self._rounded(point) for point in placed], closed=True)

    def _ring(self, ring: list[int]) -> str:
        points: list[tuple[int, int]] = []
        for arc in ring:
            drawn = self._arc(_forward(arc))
            points += drawn if arc >= 0 else drawn[::-1]
        return self.path(points, closed=True)

    def _arc(self, number: int) -> list[tuple[int, int]]:
        if number not in self._drawn:
            placed = [self.place(*point) for point in outlines().arcs[number]]
            self._drawn[number] = [self._rounded(point) for point in simplified(placed, self.tolerance)]
        return self._drawn[number]

    def _rounded(self, point: Point) -> tuple[int, int]:
        return round(point[0] * self.unit), round(point[1] * self.unit)

    def path(self, points: list[tuple[int, int]], *, closed: bool) -> str:
        """Relative steps; an island smaller than a step stays as a dot, drawn by its stroke."""
        x, y = points[0]
        steps = []
        for next_x, next_y in points[1:]:
            if (next_x, next_y) != (x, y):
                steps.append(f"{self._number(next_x - x)}{self._number(next_y - y, following=True)}")
                x, y = next_x, next_y
        start = f"M{self._number(points[0][0])}{self._number(points[0][1], following=True)}"
        if not steps:
            return f"{start}h0z" if closed else ""
        lines = steps[0] + "".join(step if step[0] == "-" else f" {step}" for step in steps[1:])
        return f"{start}l{lines}{'z' if closed else ''}"

    def _number(self, value: int, *, following: bool = False) -> str:
        written = f"{value / self.unit:g}" if self.unit > 1 else str(value)
        return written if not following or written[0] == "-" else f" {written}"


def simplified(points: Points, tolerance: float) -> Points:
    """Douglas-Peucker: no dropped point is further than `tolerance` from the line that is kept; the ends stay."""
    if len(points) < 3:
        return points
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        index, distance = _furthest(points, first, last)
        if distance > tolerance:
            kept.add(index)
            waiting += [(first, index), (index, last)]
    return [points[index] for index in sorted(kept)]


def _furthest(points: Points, first: int, last: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = points[first], points[last]
    dx, dy = x2 - x1, y2 - y1
    length = hypot(dx, dy)
    best, distance = first, -1.0
    for index in range(first + 1, last):
        x, y = points[index]
        away = abs(dy * (x - x1) - dx * (y - y1)) / length if length else hypot(x - x1, y - y1)
        if away > distance:
            best, distance = index, away
    return best, distance
