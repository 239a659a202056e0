"""Where alliances and needs are, in memory: which are of a territory, inside it or around it, without a search in the database.

It only says which rows to ask for: the database still says whether they may be seen. Kept for a state of the directory.
"""

from collections import defaultdict
from collections.abc import Iterator
from heapq import merge
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from alliage.directory.queries.reach import wider
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot

# What a territory lies in, as its columns say.
_PARENTS = ("epci", "ept", "departement", "region", "com", "part_of")

Ranked = list[tuple[int, int]]


class Placed:
    """The rows of a query that have a territory: (rank in its order, number of the row)."""

    def __init__(self, found: QuerySet[Any]) -> None:
        self._at: dict[int, Ranked] = defaultdict(list)
        self._within: dict[int, Ranked] = defaultdict(list)
        parents = (f"territory__{name}_id" for name in _PARENTS)
        rows = found.filter(territory__isnull=False).values_list("pk", "territory_id", *parents)
        for rank, (pk, at, *above) in enumerate(rows.iterator(chunk_size=5000)):
            self._at[at].append((rank, pk))
            for parent in {*above} - {None}:
                self._within[parent].append((rank, pk))

    def by_nearness(self, territory: Territory) -> Iterator[int]:
        """Of a territory, then of what lies inside it, then of what contains it; each in the order of the query."""
        return _once(chain(*(merge(*lists) for lists in self._lists(territory))))

    def in_order(self, territory: Territory) -> Iterator[int]:
        """The same rows, in the order of the query alone."""
        return _once(merge(*chain(*self._lists(territory))))

    def _lists(self, territory: Territory) -> tuple[list[Ranked], list[Ranked], list[Ranked]]:
        """The same rows as `alliances.in_territory`, which asks the database."""
        here = self._of([territory.id])
        if territory.kind == Kind.CUSTOM:
            return here, self._of(row.id for row in territories.members(territory)), []
        inside = self._of(row.id for row in snapshot().epcis_of.get(territory.id, ()))
        inside += [self._within[territory.id]] if territory.id in self._within else []
        return here, inside, self._of(place.id for place in wider(territory))

    def _of(self, numbers: Any) -> list[Ranked]:
        return [self._at[number] for number in numbers if number in self._at]


def _once(ranked: Iterator[tuple[int, int]]) -> Iterator[int]:
    return iter(dict.fromkeys(pk for _rank, pk in ranked))
