"""Resources of a territory and of those like it: its panel, its letter.

Which territories resources name is kept in the cache until one of them changes; memory says which of these are here, around or
alike; one query reads the resources.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import uuid4

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from alliage.library import content as contents
from alliage.library.models import Resource, ResourcePlace
from alliage.library.queries import nearness
from alliage.library.queries import resources as queries
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.models import Territory
from alliage.territories.similar import Similar
from alliage.territories.snapshot import Row, snapshot

NAMED = "library.places"
# Another word each time a resource changes for its readers.
CHANGED = "library.changed"
KEPT_SECONDS = 3600
MOST_ALIKE = 12
MOST_ROWS = 20


@dataclass(frozen=True)
class Local:
    """A resource on a territory's page: `is_here` is False when it comes from a territory like it; `why` follows « parce que »."""

    resource: Resource
    is_here: bool
    why: str = ""


def forget() -> None:
    """A resource was published, moved, hidden or withdrawn."""
    cache.delete(NAMED)
    cache.set(CHANGED, uuid4().hex, None)


@dataclass(frozen=True)
class Named:
    """Territories that a resource names: all of them, and those inside each territory (itself included)."""

    all: frozenset[int]
    inside: dict[int, list[int]]


def named() -> Named:
    """One query, kept until a resource changes."""
    kept: Named | None = cache.get(NAMED)
    if kept is None:
        kept = _named()
        cache.set(NAMED, kept, KEPT_SECONDS)
    return kept


def _named() -> Named:
    rows = ResourcePlace.objects.filter(resource__in=queries.shown()).order_by()
    numbers = frozenset(rows.values_list("territory_id", flat=True).distinct())
    known, inside = snapshot().by_id, defaultdict(list)
    for number in sorted(numbers):
        row = known.get(number)
        for around in (row, *territories.containers(row)) if row else ():
            inside[around.id].append(number)
    return Named(numbers, dict(inside))


def of_territory(territory: Territory | Row, *, limit: int) -> list[Local]:
    """What comes from here first, then from similar territories; the last published first. One query, none for nothing."""
    ground = nearness.ground_of(territory)
    if ground is None:
        return []
    known = named()
    here = known.inside.get(ground.place.id, [])
    found = territories.closest(ground.place, known.all - set(here), limit=MOST_ALIKE)
    alike = {each.territory.id: each for each in found}
    if not here and not alike:
        return []
    return [_local(resource, alike) for resource in _rows(here, list(alike))[:limit]]


def _rows(here: list[int], alike: list[int]) -> list[Resource]:
    places = ResourcePlace.objects.filter(territory__in=[*here, *alike])
    is_here = Exists(ResourcePlace.objects.filter(resource=OuterRef("pk"), territory__in=here))
    found = queries.listed(queries.shown().filter(pk__in=places.values("resource"))).annotate(is_here=is_here)
    return list(found.order_by("-is_here", "-edited_at", "-pk")[:MOST_ROWS])


def _local(resource: Resource, alike: dict[int, Similar]) -> Local:
    if resource.is_here:  # type: ignore[attr-defined]
        return Local(resource, is_here=True)
    there = next((alike[place.id] for place in contents.places(resource.content) if place.id in alike), None)
    words = {"the": grammar.the(there.territory), "reason": there.reasons[0]} if there else {}
    return Local(resource, is_here=False, why=_("%(the)s lui ressemble (%(reason)s)") % words if words else "")
