"""What filters keep, and what each value of each filter would give: computed from sets of rows, without SQL.

Only the dates of publication are read from the database, once for a state of the directory.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Max

from alliage.directory.enums import ChangeAct, Reach
from alliage.directory.filters import UNKNOWN_CATEGORY, VOCABULARIES, Filters
from alliage.directory.models import Entry, EntryChange
from alliage.directory.queries import bits
from alliage.directory.queries.bits import Bits
from alliage.directory.queries.reach import wider
from alliage.directory.queries.shown import Level
from alliage.directory.queries.snapshot import NONE, Snapshot, snapshot
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.folding import search_words


def _union(known: Snapshot, sets: dict[int, Bits], numbers: Iterable[int]) -> Bits:
    return bits.either((sets[number] for number in numbers if number in sets), known.size)


def _terms(known: Snapshot, vocabulary: Vocabulary, codes: Iterable[str]) -> Bits:
    asked = set(codes)
    return _union(known, known.terms, (term.pk for term in taxonomy.terms(vocabulary) if term.code in asked))


def _number(vocabulary: Vocabulary, code: str) -> int:
    term = taxonomy.term(vocabulary, code)
    return term.pk if term else -1


def _words(known: Snapshot, asked: Filters, level: int) -> Bits:
    words = search_words(asked.q)
    return known.with_words(words, level) if words else bits.empty(known.size)


def _category(known: Snapshot, asked: Filters, _level: int) -> Bits:
    number = NONE if asked.category == UNKNOWN_CATEGORY else _number(Vocabulary.CATEGORIES, asked.category)
    return _union(known, known.categories, [number])


def _territory(known: Snapshot, asked: Filters, level: int) -> Bits:
    return bits.either(known.reach(asked.territory, level), known.size) if asked.territory else known.seen[level]


def _zone(known: Snapshot, asked: Filters, level: int) -> Bits:
    return known.within(asked.zone, level) if asked.zone else known.seen[level]


# What each word of the address keeps.
KEEPS: dict[str, Callable[[Snapshot, Filters, int], Bits]] = {
    "q": _words,
    "nature": lambda known, asked, _level: known.kinds[asked.kind] if asked.kind else known.seen[1],
    "metier": lambda known, asked, _level: _terms(known, Vocabulary.METIERS, asked.metiers),
    "mission": lambda known, asked, _level: _terms(known, Vocabulary.MISSIONS, asked.missions),
    "categorie": _category,
    "territoire": _territory,
    "echelon": lambda known, asked, _level: _union(known, known.scales, [_number(Vocabulary.SCALES, asked.scale)]),
    "levier": lambda known, asked, _level: _terms(known, Vocabulary.LEVIERS, asked.leviers),
    "odd": lambda known, asked, _level: _terms(known, Vocabulary.ODD, asked.odd),
    "outremer": lambda known, _asked, level: known.overseas[level],
    "sequence": lambda known, asked, _level: _union(known, known.sequences, [asked.sequence or 0]),
    "zone": _zone,
}


def _published(known: Snapshot) -> np.ndarray:
    """When each entry was published, in seconds: by whoever holds it, or when it was written in the directory."""
    when = dict(Entry.objects.order_by().values_list("pk", "created_at"))
    acts = EntryChange.objects.filter(act=ChangeAct.PUBLISHED).order_by().values_list("entry_id")
    when |= dict(acts.annotate(last=Max("at")))
    return np.array([when[pk].timestamp() if pk in when else 0.0 for pk in known.rows.pk.tolist()])


class Found:
    """What a reader finds with some filters: how many, in which order, and what each facet would give.

    The order is that of the territory (acts on it, in it, around it, everywhere), then of names. Everything comes from
    one state of the directory (`known`).
    """

    def __init__(self, filters: Filters, level: Level = Level.ANYONE, known: Snapshot | None = None) -> None:
        self.filters = filters
        self.level = level
        self.known = known or snapshot()
        self._depth = min(int(level), 1)

    @cached_property
    def _kept(self) -> dict[str, Bits]:
        names = dict.fromkeys(name for name, _value in self.filters.pairs())
        return {name: KEEPS[name](self.known, self.filters, self._depth) for name in names}

    def set(self, *, without: str = "") -> Bits:
        """The rows that every filter keeps, but one perhaps."""
        found = self.known.seen[self._depth]
        for name, kept in self._kept.items():
            if name != without:
                found = found & kept
        return found

    @cached_property
    def total(self) -> int:
        return bits.count(self.set())

    @cached_property
    def rows(self) -> np.ndarray:
        """Ranks in `known`, in the order of the list."""
        found = self.set()
        if self.filters.territory is None:
            return bits.rows_of(found, self.known.size)
        reached = self.known.reach(self.filters.territory, self._depth)
        return np.concatenate([bits.rows_of(found & each, self.known.size) for each in reached])

    @property
    def pks(self) -> list[int]:
        """Numbers of the entries, in the order of the list."""
        return [int(pk) for pk in self.known.rows.pk[self.rows]]

    def newest(self, asked: slice) -> list[tuple[int, datetime]]:
        """Part of them, the last published first: their numbers, and when each was published."""
        rows, known = self.rows, self.known
        when = known.keep(("published",), lambda: _published(known))
        order = np.lexsort((known.rows.pk[rows], when[rows]))[::-1][asked]
        return [(int(known.rows.pk[row]), datetime.fromtimestamp(float(when[row]), UTC)) for row in rows[order]]

    @property
    def edition(self) -> tuple[str, int]:
        """Changes with whatever the list may hold."""
        return self.known.token, self.known.number

    def reach_of(self, row: int) -> Reach | None:
        """What the territories of an entry are to the one that is asked."""
        if self.filters.territory is None:
            return None
        reached = self.known.reach(self.filters.territory, self._depth)
        word, bit = divmod(row, 64)
        return next((reach for reach, each in zip(Reach, reached, strict=True) if int(each[word]) >> bit & 1), None)

    def reached(self, reach: Reach) -> int:
        """How many act so on the territory that is asked."""
        if self.filters.territory is None:
            return 0
        return bits.count(self.set() & self.known.reach(self.filters.territory, self._depth)[reach])

    def where(self, row: int, reach: Reach | None) -> Any:
        """The territory of an entry that explains how it reaches the one that is asked, or None."""
        if self.filters.territory is None or reach in (None, Reach.NATIONAL):
            return None
        return self.known.closest(row, self.filters.territory, self._depth, reach)

    # --- Facets ----------------------------------------------------------------------------------------------------

    def counts(self, name: str) -> dict[str, int]:
        """How many each value of a filter would give, the other filters kept: by word of the address, without zeros."""
        among = self.set(without=name)
        found = ((value, bits.count(among & each)) for value, each in self._values(name))
        return {value: number for value, number in found if number}

    def _values(self, name: str) -> Iterator[tuple[str, Bits]]:
        known = self.known
        if name in VOCABULARIES:
            yield from ((t.code, known.terms[t.pk]) for t in taxonomy.terms(VOCABULARIES[name]) if t.pk in known.terms)
        elif name == "categorie":
            codes = {NONE: UNKNOWN_CATEGORY} | {t.pk: t.code for t in taxonomy.terms(Vocabulary.CATEGORIES)}
            yield from ((codes[pk], each) for pk, each in known.categories.items() if pk in codes)
        elif name == "echelon":
            yield from ((t.code, known.scales[t.pk]) for t in taxonomy.terms(Vocabulary.SCALES) if t.pk in known.scales)
        elif name == "nature":
            yield from ((str(kind), each) for kind, each in known.kinds.items())
        elif name == "sequence":
            yield from ((str(number), each) for number, each in known.sequences.items())
        else:
            yield "1", known.overseas[self._depth]


@dataclass(frozen=True)
class WayOut:
    """One change of filters that gives results where there were none."""

    filters: Filters
    removed: str  # name of the filter taken away, or "" when the territory was widened
    count: int


def ways_out(found: Found) -> list[WayOut]:
    """Which filter empties the list, and the next widenings: those that give something, the nearest first."""
    filters = found.filters
    tries: list[tuple[Filters, str]] = []
    if filters.territory:
        tries += [
            (replace(filters, territory=above), "") for above in wider(filters.territory, found.known.places.customs)
        ]
    tries += [(filters.without(name), name) for name, _label in filters.active()]
    ways = [WayOut(each, removed, Found(each, found.level, found.known).total) for each, removed in tries]
    return [way for way in ways if way.count]
