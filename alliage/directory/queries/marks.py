"""The marks of the map: entries of one place, or of one small square of the map, together."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from alliage.directory.filters import Box
from alliage.directory.models import Entry, address
from alliage.directory.queries import bits
from alliage.directory.queries.facets import Found
from alliage.territories.maps.outlines import Box as Degrees
from alliage.territories.maps.projection import NOWHERE

# Beyond this many places, those of a square of so many SVG units are one mark.
MOST_PLACES = 300
SQUARE = 30.0
# Degrees from the south to the north of the mainland.
WHOLE = 10.0
_STEPS = 1000  # in a degree: one is about a hundred metres


@dataclass(frozen=True)
class Spot:
    """One mark: a point and the entries there. `name` is the territory of the largest place, if it is known.

    `label` and `url` are those of the entry when it is alone. `box` holds every point of the mark.
    """

    latitude: float
    longitude: float
    count: int
    name: str
    kind: str
    code: str
    label: str
    url: str
    box: Box


def spots(found: Found, *, near: Degrees | None = None) -> tuple[list[Spot], int]:
    """Marks of the map of a list, the largest first, and how many entries they show. One query for those alone.

    `near` is what the map shows large: its marks are finer.
    """
    known, points = found.known, found.known.points[min(int(found.level), 1)]
    rows = bits.rows_of(found.set(), known.size)
    rows = rows[points.frame[rows] != NOWHERE]
    if not len(rows):
        return [], 0
    groups = _groups(points.frame[rows], points.x[rows], points.y[rows])
    if near is not None:
        latitude, longitude = points.latitude[rows], points.longitude[rows]
        close = (
            (latitude >= near.south) & (latitude <= near.north) & (longitude >= near.west) & (longitude <= near.east)
        )
        finer = SQUARE * min((near.north - near.south) / WHOLE, 1.0)
        # Below zero: never the number of a group that is elsewhere.
        groups[close] = -1 - _groups(points.frame[rows][close], points.x[rows][close], points.y[rows][close], finer)
    order = np.argsort(groups, kind="stable")
    _numbers, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    gathered = rows[order]
    alone = _alone([int(known.rows.pk[gathered[start]]) for start in starts[counts == 1]])
    south, north = (side.reduceat(points.latitude[gathered], starts) for side in (np.minimum, np.maximum))
    west, east = (side.reduceat(points.longitude[gathered], starts) for side in (np.minimum, np.maximum))
    latitude = np.add.reduceat(points.latitude[gathered], starts) / counts
    longitude = np.add.reduceat(points.longitude[gathered], starts) / counts
    largest = np.argsort(-counts, kind="stable")
    made = []
    for mark in largest:
        first = gathered[starts[mark]]
        place = known.places.get(int(known.rows.office[first]))
        label, url = alone.get(int(known.rows.pk[first]), ("", "")) if counts[mark] == 1 else ("", "")
        made.append(
            Spot(
                float(latitude[mark]), float(longitude[mark]), int(counts[mark]),
                place.name if place else "", place.kind if place else "", place.code if place else "", label, url,
                _box(south[mark], west[mark], north[mark], east[mark]),
            )
        )  # fmt: skip
    return made, len(rows)


def _groups(frames: np.ndarray, x: np.ndarray, y: np.ndarray, square: float = SQUARE) -> np.ndarray:
    """A number for each point: the same for those of one place, or of one square where there are many places."""
    frame = frames.astype(np.int64)
    exact = np.round(x * 10).astype(np.int64) * 100_000 + np.round(y * 10).astype(np.int64) + frame * 10**10
    if len(np.unique(exact)) <= MOST_PLACES:
        return exact
    return (x // square).astype(np.int64) * 10_000 + (y // square).astype(np.int64) + frame * 10**9


def _alone(pks: list[int]) -> dict[int, tuple[str, str]]:
    if not pks:
        return {}
    names = Entry.objects.filter(pk__in=pks).order_by().values_list("pk", "name", "slug", "kind")
    return {pk: (name, address(slug, kind)) for pk, name, slug, kind in names}


def _box(south: float, west: float, north: float, east: float) -> Box:
    """In round figures, outwards: it is written in addresses."""
    return (
        floor(south * _STEPS) / _STEPS,
        floor(west * _STEPS) / _STEPS,
        ceil(north * _STEPS) / _STEPS,
        ceil(east * _STEPS) / _STEPS,
    )


def around(boxes: list[Box]) -> Box:
    """The box that holds them all."""
    south, west, north, east = zip(*boxes, strict=True)
    return min(south), min(west), max(north), max(east)
