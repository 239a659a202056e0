"""A function's own list: `/ressources/`, filtered, counted, sorted, by the page. Two SQL queries, whatever the size.

    from alliage.search.queries import listing

    found = listing.find(
        "resource", q="tiers-lieu", filters={"levier": ["alliance", "modele"], "nature": ["pratique"]},
        place=territory, viewer=request.user, page=2, per_page=20,
    )
    found.ready          # False while the index is being made: show the notice, list nothing
    found.total          # 17
    found.hits           # [Hit(id=…, title=…, text=…)]: load your rows with `[hit.id for hit in found.hits]`
    found.counts         # {"levier": {"alliance": 12, …}, "odd": {…}}: for every facet of the kind, values without any left out
    found.corrections    # [("asociation", "association")]: what was read as another word
    found.is_loose       # few texts have all the words (`found.complete`), or none: these also have most of them, or one
    found.ways_out       # when nothing is found: other questions that give something, with their number

Values of one facet add up (alliance **or** modele); facets narrow one another. The counts of a facet ignore what is chosen
in it: they say what each value would give or add.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from alliage.search import asking, engine, places, spelling
from alliage.search.asking import Slot
from alliage.search.engine import Found, Query, Reader
from alliage.search.queries import hits, rights
from alliage.search.queries.hits import Hit
from alliage.search.registry import SearchableKind, kinds
from alliage.territories import queries as territories
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

PER_PAGE = 20
LONGEST = 200
MOST_WAYS_OUT = 5
AT_ONCE = 500
RELEVANCE, DATE = "relevance", "date"
Filters = Mapping[str, Sequence[str]]
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Question:
    """What is asked of a list. `filters` holds the values chosen in each facet."""

    q: str = ""
    filters: Filters = field(default_factory=dict)
    place: Row | None = None


@dataclass(frozen=True)
class WayOut:
    """Another question that gives something. `word` says what it changes."""

    what: str  # filter: a facet less (`word` is its name); wider: a wider place; spelling: other words; without: a word less
    word: str
    question: Question
    count: int


@dataclass(frozen=True)
class Listing:
    """One page of a list. `order` is the one that was followed."""

    ready: bool = True
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1
    order: str = DATE
    counts: Counts = field(default_factory=dict)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    is_loose: bool = False
    complete: int = 0
    ways_out: list[WayOut] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [hit.id for hit in self.hits]


def find(  # noqa: PLR0913 each is a part of the address of a list
    kind_code: str,
    *,
    viewer: Any,
    q: str = "",
    filters: Filters | None = None,
    place: Territory | Row | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
    order: str = "",
    counts: bool = True,
    but: Collection[int] = (),
) -> Listing:
    """What this person finds in one kind. `order` is `RELEVANCE` or `DATE` (the last first); words are sorted by
    relevance, and a list without words by date, unless it says otherwise. A value that nothing has finds nothing; a facet that
    the kind does not have is a LookupError. Without `counts`, those of facets are left out: half of the time of a long list.
    Objects of `but` are not shown again, and others take their place; they count in the total."""
    kind = _kind(kind_code)
    question = Question(_clean(q), _chosen(kind, filters or {}), _row(place))
    order = order or (RELEVANCE if question.q else DATE)
    opened = rights.opened(viewer)
    if opened is None:
        return Listing(ready=False, order=order)
    return _List(kind, *opened, question).listing(viewer, max(page, 1), per_page, order, counts=counts, but=but)


def numbers(
    kind_code: str, *, viewer: Any, q: str = "", filters: Filters | None = None, place: Territory | Row | None = None
) -> Iterator[int] | None:
    """Every number that `find` would list, the last first, for exports: read as they are asked for, from one state of the index.

    Only those that hold all the words, when any does: what follows them in a short list is for reading, not for keeping. None
    while the index is being made. What is read must ask the rows again.
    """
    kind = _kind(kind_code)
    question = Question(_clean(q), _chosen(kind, filters or {}), _row(place))
    opened = rights.opened(viewer)
    return _List(kind, *opened, question).numbers() if opened else None


def _kind(code: str) -> SearchableKind:
    kind = kinds.get(code)
    if kind is None:
        raise LookupError(f"No searchable kind is named {code}.")
    return kind


def _clean(q: str) -> str:
    return " ".join(q.replace("\0", " ").split())[:LONGEST]


def _chosen(kind: SearchableKind, filters: Filters) -> Filters:
    unknown = set(filters) - set(kind.facets)
    if unknown:
        raise LookupError(f"Kind {kind.code} has no facet {', '.join(sorted(unknown))}.")
    return {name: tuple(values) for name, values in filters.items() if values}


def _row(place: Territory | Row | None) -> Row | None:
    return snapshot().by_code.get((place.kind, place.code)) if place else None


class _List:
    """One question on one kind, as one person may ask it."""

    def __init__(self, kind: SearchableKind, reader: Reader, scope: Query, question: Question) -> None:
        self.kind, self.reader, self.question = kind, reader, question
        self.scope = engine.all_of(scope, engine.one_of("kind", [kind.code]))
        self.typed = asking.read(question.q)
        unfinished = question.q[-1:].isalnum()
        self.slots = asking.understand(reader, self.scope, self.typed, unfinished=unfinished)
        self.least = self.complete = 0

    def listing(
        self, viewer: Any, page: int, per_page: int, order: str, *, counts: bool, but: Collection[int] = ()
    ) -> Listing:
        found, total = self._best(page, per_page + len(but), order)
        found = [one for one in found if one.id not in but][:per_page] if but else found
        seen, refused = rights.allowed(found, viewer)
        total -= len(refused)
        listing = Listing(
            hits=hits.shown(self.reader, seen, self.slots),
            total=total,
            page=page,
            pages=-(-total // per_page) or 1,
            order=order,
            counts=self._counts([one.facets for one in refused]) if counts else {},
            corrections=[(slot.typed, slot.read_as) for slot in self.slots if slot.read_as],
            is_loose=bool(self.least),
            complete=self.complete,
        )
        return (
            listing
            if total and (self.complete or not self.least)
            else replace(listing, ways_out=list(islice(self._ways_out(), MOST_WAYS_OUT)))
        )

    def numbers(self) -> Iterator[int]:
        page = 1
        while True:
            found, total = self._best(page, AT_ONCE, DATE)
            yield from (one.id for one in found)
            if page * AT_ONCE >= total:
                return
            page += 1

    def _best(self, page: int, per_page: int, order: str) -> tuple[list[Found], int]:
        """What fills every slot; when nothing does, or little by relevance, what fills most of them."""
        ask = self.reader.latest if order == DATE else self.reader.best
        window = {"limit": per_page, "offset": (page - 1) * per_page}
        found, self.complete = ask(self._query(self.question), **window)
        if not self.complete or order == RELEVANCE:
            self.least = asking.loosened(self.slots, self.complete, self._count)
        return ask(self._query(self.question, least=self.least), **window) if self.least else (found, self.complete)

    def _count(self, least: int) -> int:
        return self.reader.count(self._query(self.question, least=least))

    def _query(self, question: Question, slots: Sequence[Slot] | None = None, *, least: int = 0) -> Query:
        return engine.all_of(
            self.scope,
            *([engine.one_of("place", [places.token(question.place)])] if question.place else []),
            *(engine.one_of(f"facet.{name}", chosen) for name, chosen in question.filters.items()),
            asking.whole(self.slots if slots is None else slots, question.q, at_least=least),
        )

    def _counts(self, refused: Iterable[Sequence[str]]) -> Counts:
        """One pass for the facets where nothing is chosen, one more for each of the others."""
        chosen = self.question.filters
        free = [name for name in self.kind.facets if name not in chosen]
        counted = self.reader.by_facet(self._query(self.question, least=self.least), free)
        for name in chosen:
            counted |= self.reader.by_facet(self._query(self._without(name), least=self.least), [name])
        less = Counter(code for codes in refused for code in codes)
        return {
            name: {
                value: left for value, number in counted[name].items() if (left := number - less[f"{name}:{value}"]) > 0
            }
            for name in self.kind.facets
        }

    def _without(self, name: str) -> Question:
        left = {other: values for other, values in self.question.filters.items() if other != name}
        return replace(self.question, filters=left)

    # --- Nothing found ---------------------------------------------------------------------------------------------

    def _ways_out(self) -> Iterator[WayOut]:
        for what, word, question, slots in self._other_questions():
            count = self.reader.count(self._query(question, slots))
            if count:
                yield WayOut(what, word, question, count)

    def _other_questions(self) -> Iterator[tuple[str, str, Question, Sequence[Slot]]]:
        asked = self.question
        for name in asked.filters:
            yield "filter", name, self._without(name), self.slots
        if asked.place:
            for place in (*territories.containers(asked.place), None):
                yield "wider", place.name if place else "", replace(asked, place=place), self.slots
        for slot in self.typed:
            for other in spelling.near(self.reader, self.scope, slot.plain[0]) if len(slot.plain) == 1 else ():
                q = asked.q.replace(slot.typed, other)
                yield "spelling", q, replace(asked, q=q), asking.read(q)
        if len(self.typed) > 1:
            for slot in self.typed:
                q = " ".join(other.written for other in self.typed if other is not slot)
                yield "without", slot.typed, replace(asked, q=q), asking.read(q)
