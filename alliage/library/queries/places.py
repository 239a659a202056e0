"""Resources of a territory and of those like it: its panel, its letter.

Which resources each territory has is kept in memory until one of them changes; memory says which of these territories are here,
around or alike; one query reads the few resources that are shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from uuid import uuid4

from django.core.cache import cache
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

# Another word each time a resource changes for its readers.
CHANGED = "library.changed"
KEPT_SECONDS = 3600
MOST_ALIKE = 12
# How many of a territory are kept in order: no page shows more.
MOST_ROWS = 20
ALIKE_KEPT = 2000


@dataclass(frozen=True)
class Local:
    """A resource on a territory's page: `is_here` is False when it comes from a territory like it; `why` follows « parce que »."""

    resource: Resource
    is_here: bool
    why: str = ""


def forget() -> None:
    """A resource was published, moved, hidden or withdrawn."""
    cache.set(CHANGED, uuid4().hex, None)


Latest = list[tuple[datetime, int]]


@dataclass(frozen=True)
class Named:
    """Of each territory that resources name, and of each that holds some: the last resources (when and number, the last first).

    `numbers` are the territories that are named inside each; `alike`, what was found of those like one of them.
    """

    own: dict[int, Latest]
    inside: dict[int, Latest]
    numbers: dict[int, set[int]]
    alike: dict[int, list[Similar]]


class _Kept(NamedTuple):
    token: str
    until: float
    named: Named


_kept: _Kept | None = None


def named() -> Named:
    """One query, kept by this process until a resource changes; where no cache says that one did, until another process is heard."""
    global _kept  # noqa: PLW0603 one copy per process is the point
    token = cache.get(CHANGED)
    if token is None:
        token = uuid4().hex
        cache.set(CHANGED, token, None)
    known = _kept
    if known is None or known.token != token or known.until < monotonic():
        known = _kept = _Kept(token, monotonic() + KEPT_SECONDS, _named())
    return known.named


def _named() -> Named:
    rows = ResourcePlace.objects.filter(resource__in=queries.shown(), resource__edited_at__isnull=False).order_by()
    own: dict[int, Latest] = defaultdict(list)
    for number, pk, edited_at in rows.values_list("territory_id", "resource_id", "resource__edited_at"):
        assert edited_at is not None
        own[number].append((edited_at, pk))
    known, gathered, numbers = snapshot().by_id, defaultdict(set), defaultdict(set)
    for number, found in own.items():
        found.sort(reverse=True)
        row = known.get(number)
        for around in (row, *territories.containers(row)) if row else ():
            numbers[around.id].add(number)
            gathered[around.id].update(found[:MOST_ROWS])
    inside = {number: sorted(found, reverse=True)[:MOST_ROWS] for number, found in gathered.items()}
    return Named(dict(own), inside, dict(numbers), {})


@dataclass(frozen=True)
class Numbers:
    """Resources of a territory (`here`), then of territories like it (`there`), the last published first; `alike` by number."""

    here: list[int]
    there: list[int]
    alike: dict[int, Similar]


def numbers(place: Row, *, limit: int) -> Numbers:
    """At most `limit` in all, from memory."""
    known = named()
    here = [pk for _when, pk in known.inside.get(place.id, [])[:limit]]
    alike = {each.territory.id: each for each in _alike(place, known)} if len(here) < limit else {}
    there = {each for number in alike for each in known.own[number] if each[1] not in here}
    return Numbers(here, [pk for _when, pk in sorted(there, reverse=True)][: limit - len(here)], alike)


def of_territory(territory: Territory | Row, *, limit: int) -> list[Local]:
    """What comes from here first, then from similar territories; the last published first. One query, none for nothing."""
    ground = nearness.ground_of(territory)
    if ground is None:
        return []
    found = numbers(ground.place, limit=limit)
    pks = [*found.here, *found.there]
    if not pks:
        return []
    rows = {resource.pk: resource for resource in queries.with_numbers(pks)}
    return [local(rows[pk], found.alike, is_here=pk in found.here) for pk in pks if pk in rows]


def _alike(place: Row, known: Named) -> list[Similar]:
    """Territories like this one, outside it, that some resource names."""
    found = known.alike.get(place.id)
    if found is None:
        if len(known.alike) >= ALIKE_KEPT:
            known.alike.clear()
        among = known.own.keys() - known.numbers.get(place.id, set())
        found = known.alike[place.id] = territories.closest(place, among, limit=MOST_ALIKE)
    return found


def local(resource: Resource, alike: dict[int, Similar], *, is_here: bool) -> Local:
    if is_here:
        return Local(resource, is_here=True)
    there = next((alike[place.id] for place in contents.places(resource.content) if place.id in alike), None)
    words = {"the": grammar.the(there.territory), "reason": there.reasons[0]} if there else {}
    return Local(resource, is_here=False, why=_("%(the)s lui ressemble (%(reason)s)") % words if words else "")
