"""What a resource has in common with a reader's territory, in plain French: why it may matter there. No query.

Each reason is a clause that follows « parce que »."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from alliage.library import content as contents
from alliage.library.content import Content
from alliage.library.enums import Size
from alliage.search import places
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.similar import is_overseas
from alliage.territories.snapshot import Row, snapshot

# From how many inhabitants a territory is of the next size.
SIZES = ((2_000, Size.VILLAGE), (10_000, Size.BOURG), (50_000, Size.TOWN), (200_000, Size.CITY))
# Sharing a territory wider than a région says nothing.
SHARED = (Kind.EPT, Kind.EPCI, Kind.DEPARTEMENT, Kind.REGION, Kind.COM)
MOST_REASONS = 3


def size_of(population: int | None) -> str:
    """The size of a territory; empty when its population is not known."""
    if population is None:
        return ""
    return str(next((size for below, size in SIZES if population < below), Size.METROPOLIS).value)


@dataclass(frozen=True)
class Ground:
    """A reader's territory, ready to be compared."""

    place: Row
    around: dict[str, Row]
    size: str
    is_overseas: bool


def ground_of(territory: Territory | Row | None) -> Ground | None:
    """None for no territory, or one that is not in force."""
    row = snapshot().by_code.get((territory.kind, territory.code)) if territory else None
    return _ground(snapshot().version, row) if row else None


@lru_cache(maxsize=256)
def _ground(_version: str, row: Row) -> Ground:
    around = {places.token(place): place for place in territories.containers(row) if place.kind in SHARED}
    return Ground(row, around, size_of(row.population), is_overseas(row))


def reasons(content: Content, ground: Ground | None) -> list[str]:
    """The strongest first, at most `MOST_REASONS`; only what is true, nothing when nothing is shared."""
    if ground is None:
        return []
    return list(dict.fromkeys(_reasons(content, ground)))[:MOST_REASONS]


def _reasons(content: Content, ground: Ground) -> Iterator[str]:
    named = contents.places(content)
    if where := _where(named, ground):
        yield where
    context = content["context"]
    if context["size"] and context["size"] == ground.size:
        yield _("son territoire a une taille semblable (%(size)s)") % {"size": Size(ground.size).label}
    if context["territory_kind"] == ground.place.kind:
        yield _("son échelle est la même (%(kind)s)") % {"kind": Kind(ground.place.kind).label}
    if ground.is_overseas and any(is_overseas(place) for place in named):
        yield _("son territoire est aussi outre-mer")


def _where(named: list[Row], ground: Ground) -> str:
    """The closest of the territories that it names: here, inside, around, or beside in the smallest territory that holds both."""
    best: tuple[int, str] | None = None
    ranks = {token: rank for rank, token in enumerate(ground.around)}
    for place in named:
        found = _tie(place, ground, ranks)
        if found and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else ""


def _tie(place: Row, ground: Ground, ranks: dict[str, int]) -> tuple[int, str] | None:
    token, here = places.token(place), places.token(ground.place)
    if token == here:
        return -3, _("la ressource vient de ce territoire")
    above = [places.token(each) for each in territories.containers(place)]
    if here in above:
        return -2, _("la ressource vient %(of)s, sur ce territoire") % {"of": grammar.of(place)}
    if token in ranks:
        return -1, _("la ressource concerne %(the)s, dont ce territoire fait partie") % {"the": grammar.the(place)}
    shared = min((ranks[each] for each in above if each in ranks), default=None)
    if shared is None:
        return None
    common = ground.around[list(ground.around)[shared]]
    words = {"of": grammar.of(place), "at": grammar.at(common)}
    return shared, _("la ressource vient %(of)s, %(at)s aussi") % words
