"""Marks on a map: placed, gathered where they would touch, drawn as links that a keyboard reaches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.territories.maps.frames import Frame, frame_of

MOST_MARKS = 150
TINTS = ("teal", "copper", "brass")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place. `count` is how many things it stands for; `tint` is teal, copper or brass."""

    latitude: float
    longitude: float
    label: str
    url: str = ""
    count: int = 1
    tint: str = "teal"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a point is drawn: SVG units in the frame whose code is `inset` (`metropole` for the mainland)."""

    x: float
    y: float
    inset: str


ClusterUrl = Callable[[Sequence[Mark]], str]
# In SVG units of a frame.
PlacedMark = tuple[float, float, Mark]


@dataclass(slots=True)
class Cluster:
    """Marks drawn as one disc, in SVG units of its frame."""

    x: float
    y: float
    marks: list[Mark]

    @property
    def count(self) -> int:
        return sum(mark.count for mark in self.marks)

    @property
    def radius(self) -> float:
        return min(13 + 4 * sqrt(self.count), 34)

    @property
    def tint(self) -> str:
        tint = self.marks[0].tint
        return tint if tint in TINTS and all(mark.tint == tint for mark in self.marks) else "teal"

    def label(self) -> str:
        if len(self.marks) == 1:
            return self.marks[0].label
        others = len(self.marks) - 1
        return ngettext("%(first)s et %(others)d autre", "%(first)s et %(others)d autres", others) % {
            "first": max(self.marks, key=lambda mark: mark.count).label,
            "others": others,
        }

    def url(self, cluster_url: ClusterUrl | None, list_anchor: str) -> str:
        """The mark's page; for several, what `cluster_url` says, their common page, or the list beside the map."""
        if len(self.marks) > 1 and cluster_url:
            return cluster_url(self.marks)
        addresses = {mark.url for mark in self.marks}
        return addresses.pop() if len(addresses) == 1 else f"#{list_anchor}"


def project(latitude: float, longitude: float) -> Placed | None:
    """Where a point falls on the national map, or None when no frame shows it."""
    frame = frame_of(longitude, latitude)
    if frame is None:
        return None
    x, y = frame.place(longitude, latitude)
    return Placed(round(x, 1), round(y, 1), frame.code)


def gathered(placed: Iterable[PlacedMark], spacing: float) -> list[Cluster]:
    """Clusters at least about `spacing` units apart, the biggest marks first; deterministic."""
    clusters: list[Cluster] = []
    cells: dict[tuple[int, int], list[Cluster]] = {}
    for x, y, mark in sorted(placed, key=lambda item: (-item[2].count, item[2].label)):
        column, row = int(x // spacing), int(y // spacing)
        near = _nearest(cells, column, row, (x, y), spacing)
        if near:
            near.marks.append(mark)
        else:
            cluster = Cluster(x, y, [mark])
            clusters.append(cluster)
            cells.setdefault((column, row), []).append(cluster)
    return clusters


def _nearest(
    cells: dict[tuple[int, int], list[Cluster]], column: int, row: int, point: tuple[float, float], spacing: float
) -> Cluster | None:
    x, y = point
    best: Cluster | None = None
    closest = spacing * spacing
    for across in (column - 1, column, column + 1):
        for along in (row - 1, row, row + 1):
            for cluster in cells.get((across, along), ()):
                distance = (cluster.x - x) ** 2 + (cluster.y - y) ** 2
                if distance < closest:
                    best, closest = cluster, distance
    return best


def clustered(marks: Iterable[Mark], spacing: float) -> tuple[dict[str, list[Cluster]], list[Mark]]:
    """Clusters by frame, at most `MOST_MARKS` in all, and the marks that no frame shows."""
    by_frame: dict[str, list[PlacedMark]] = {}
    outside: list[Mark] = []
    for mark in marks:
        where = project(mark.latitude, mark.longitude)
        if where is None:
            outside.append(mark)
        else:
            by_frame.setdefault(where.inset, []).append((where.x, where.y, mark))
    return gathered_by_frame(by_frame, spacing), outside


def gathered_by_frame(by_frame: dict[str, list[PlacedMark]], spacing: float) -> dict[str, list[Cluster]]:
    """Clusters of marks already placed in their frames, further apart when there would be too many."""
    while True:
        answer = {code: gathered(placed, spacing) for code, placed in by_frame.items()}
        if sum(map(len, answer.values())) <= MOST_MARKS:
            return answer
        spacing *= 1.3


def drawn(
    clusters: Iterable[Cluster],
    frame: Frame,
    cluster_url: ClusterUrl | None,
    list_anchor: str,
    *,
    share: float | None = None,
) -> SafeString:
    """SVG of the marks: a link each, its name for screen readers, its number when it stands for several."""
    # Insets are shown about four times smaller in units: their discs follow.
    share = share or max(frame.width / 1000, 0.5)
    parts = []
    for cluster in sorted(clusters, key=lambda item: -item.count):
        x, y, radius = round(cluster.x, 1), round(cluster.y, 1), round(cluster.radius * share, 1)
        label = escape(_named(cluster))
        number = f'<text x="{x}" y="{y}" class="map-count">{cluster.count}</text>' if cluster.count > 1 else ""
        parts.append(
            f'<a href="{escape(cluster.url(cluster_url, list_anchor))}" class="map-mark map-mark--{cluster.tint}" '
            f'aria-label="{label}"><circle cx="{x}" cy="{y}" r="{radius}"/>{number}<title>{label}</title></a>'
        )
    return mark_safe("".join(parts))  # noqa: S308 every text was escaped above


def _named(cluster: Cluster) -> str:
    if len(cluster.marks) == 1 or cluster.count == len(cluster.marks):
        return cluster.label()
    return _("%(label)s (%(count)d en tout)") % {"label": cluster.label(), "count": cluster.count}
