"""What territories of the same class say, together: only whole lots of five, only levers that all five know."""

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.core.cache import cache

from alliage.learning.enums import Depth
from alliage.learning.lots import LOT
from alliage.learning.models import ComparedPlace, Diagnostic
from alliage.library.enums import Size
from alliage.library.queries.nearness import size_of
from alliage.territories.enums import Kind
from alliage.territories.models import Territory

KEPT_SECONDS = 300


@dataclass(frozen=True)
class Group:
    """A class of territories: they do not overlap, and each territory is of one."""

    kind: str
    size: str

    @property
    def words(self) -> tuple[str, str]:
        """« commune », « de 2 000 à 10 000 habitants »; the second is empty when the population is not known."""
        return str(Kind(self.kind).label), str(Size(self.size).label) if self.size else ""

    @property
    def key(self) -> str:
        return f"learning:compared:{self.kind}:{self.size}"


@dataclass(frozen=True)
class Figures:
    """`territories` counted (always whole lots), and the mean of each lever that a whole lot knows."""

    territories: int = 0
    means: dict[str, float] = field(default_factory=dict)


def group_of(territory: Territory) -> Group:
    return Group(territory.kind, size_of(territory.population))


def figures(group: Group) -> Figures:
    """Kept some minutes, forgotten at once when someone leaves; one query otherwise."""
    found: Figures | None = cache.get(group.key)
    if found is None:
        found = _figures(group)
        cache.set(group.key, found, KEPT_SECONDS)
    return found


def beside(diagnostic: Diagnostic) -> Figures:
    """Those of the class of its territory; none beside a deep diagnostic, whose affirmations are others."""
    if diagnostic.territory is None or diagnostic.depth != Depth.SHORT:
        return Figures()
    return figures(group_of(diagnostic.territory))


def forget(group: Group) -> None:
    cache.delete(group.key)


def _figures(group: Group) -> Figures:
    lots: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ComparedPlace.objects.filter(lot__kind=group.kind, lot__size=group.size, left_at=None).order_by()
    for lot, levers in rows.values_list("lot_id", "diagnostic__result__levers"):
        lots[lot].append(levers)
    whole = [levers for levers in lots.values() if len(levers) == LOT]
    return Figures(LOT * len(whole), _means(whole))


def _means(lots: list[list[dict[str, Any]]]) -> dict[str, float]:
    """A lot counts for a lever when its five know it: fewer would tell who does."""
    known: dict[str, list[float]] = defaultdict(list)
    for lot in lots:
        for lever in lot[0]:
            means = [each.get(lever, {}).get("mean") for each in lot]
            if None not in means:
                known[lever] += means
    return {lever: round(fmean(means), 4) for lever, means in known.items()}


def place_of(diagnostic: Diagnostic) -> ComparedPlace | None:
    """Where it counts, or counted; no query when it came with the diagnostic."""
    return getattr(diagnostic, "compared_place", None)


def standing(diagnostic: Diagnostic) -> str:
    """« counted », « waiting » for four others, « left » for good, or nothing when the team did not ask."""
    place = place_of(diagnostic)
    if place is not None:
        return "left" if place.left_at is not None else "counted"
    return "waiting" if diagnostic.is_compared else ""
