"""What the results page shows: two SQL queries, whatever the number of kinds and of results."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alliage.search import asking, engine, places, spelling
from alliage.search.asking import Slot
from alliage.search.engine import Found, Query, Reader
from alliage.search.queries import hits, rights
from alliage.search.queries.hits import Hit
from alliage.search.registry import SearchableKind, kinds
from alliage.territories import queries as territories
from alliage.territories import suggestions
from alliage.territories.folding import search_key
from alliage.territories.snapshot import Row, snapshot
from alliage.territories.suggestions import Suggestion

PER_PAGE = 20
# Grouped by kind: the best few of each, among the best of all; one question to the index, whatever the number of kinds.
OF_EACH, MOST_GROUPED, WINDOW = 4, 24, 60
LONGEST = 200
# The slug of territories, which are no kind of the index (`places` says why).
TERRITORIES = "territoires"
FIRST_TERRITORIES = 3
MOST_WAYS_OUT = 5


@dataclass(frozen=True)
class Asked:
    """A question, as the address says it. `kind` is a slug, of a kind that exists, or empty."""

    q: str = ""
    kind: str = ""
    place: Row | None = None
    page: int = 1

    def parameters(self, **other: str) -> dict[str, str]:
        """As in the address, in a fixed order, without the empty ones; the page is left out."""
        place = places.token(self.place) if self.place else ""
        known = {"q": self.q, "sorte": self.kind, "territoire": place} | other
        return {name: value for name, value in known.items() if value}


def ordered_kinds() -> list[SearchableKind]:
    return sorted(kinds, key=lambda kind: kind.position)


def parse(parameters: Any) -> Asked:
    """From the parameters of an address; what names nothing is left out."""
    slugs = {TERRITORIES, *(kind.slug for kind in kinds)}
    kind, number = parameters.get("sorte", ""), parameters.get("page", "")
    of, _colon, code = parameters.get("territoire", "").partition(":")
    return Asked(
        q=" ".join(parameters.get("q", "").replace("\0", " ").split())[:LONGEST],
        kind=kind if kind in slugs else "",
        place=snapshot().by_code.get((of, code)) if code and kind != TERRITORIES else None,
        page=max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )


@dataclass(frozen=True)
class WayOut:
    """Another question that gives something where this one gives nothing, or less. `word` says what it changes."""

    what: str  # without: a word less; spelling: another word; everywhere: no kind; wider: a wider place
    word: str
    asked: Asked
    count: int


@dataclass(frozen=True)
class Group:
    """The best few of one kind, and how many there are; none of those whose best comes late (`hits` is empty)."""

    kind: SearchableKind
    hits: list[Hit]
    total: int


@dataclass(frozen=True)
class Results:
    """`counts` are by slug, over all kinds, territories included. `ready` is False while the index is being made.

    `groups` are by kind, that of the best result first; empty when the list is of one kind, or is read page by page."""

    asked: Asked
    ready: bool = True
    hits: list[Hit] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0
    pages: int = 1
    territories: list[Suggestion] = field(default_factory=list)
    # The place's own name or code was typed: it comes before everything else.
    is_place: bool = False
    corrections: list[tuple[str, str]] = field(default_factory=list)
    # Few texts hold all the words (`complete`, over all kinds), or none: these results also hold most of them, or one.
    is_loose: bool = False
    complete: int = 0
    ways_out: list[WayOut] = field(default_factory=list)

    @property
    def all_count(self) -> int:
        return sum(self.counts.values())


# --- Territories ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """How many territories bear the words asked, or only resemble (`near`); whether one bears exactly this name or code."""

    count: int = 0
    near: bool = False
    is_exact: bool = False


def _named(text: str) -> Named:
    count = len(suggestions.matching(text, near=False))
    return Named(count, is_exact=_is(suggestions.find(text, limit=1, near=False)[0], text)) if count else Named()


def _resembling(text: str) -> Named:
    """To be asked when nothing else was found: it takes longer."""
    return Named(len(suggestions.matching(text)), near=True)


def _is(one: Suggestion, text: str) -> bool:
    asked = search_key(text)
    return asked == search_key(one.name) or asked.replace(" ", "").isdigit() or asked == one.code.lower()


# --- The page ------------------------------------------------------------------------------------------------------


def search(asked: Asked, viewer: Any, *, grouped: bool = False) -> Results:
    """What this person finds; `grouped` by kind when all kinds are asked for. An empty question finds nothing."""
    if not asked.q:
        return Results(asked, ready=engine.reader() is not None)
    named = Named() if asked.place else _named(asked.q)
    opened = rights.opened(viewer)
    if opened is None:
        return _only_territories(asked, named if named.count else _resembling(asked.q))
    reader, scope = opened
    typed = asking.read(asked.q)
    slots = asking.understand(reader, scope, typed, unfinished=asked.q[-1].isalnum())
    everything, by_code, complete, least = _everything(reader, scope, slots, asked, may_be_less=not named.count)
    if not named.count and not asked.place and (not by_code or asked.kind == TERRITORIES):
        named = _resembling(asked.q)
    if asked.kind == TERRITORIES:
        results = _only_territories(asked, named, counts=_counts(by_code, named))
        return results if results.total else replace(results, ways_out=_elsewhere(results))
    grouped = grouped and not asked.kind and asked.page == 1 and len(by_code) > 1
    found, refused = _found(reader, everything, asked, viewer, by_code, grouped=grouped) if by_code else ([], [])
    by_code = dict(Counter(by_code) - Counter(one.kind for one in refused))
    counts = _counts(by_code, named)
    total = counts.get(asked.kind, 0) if asked.kind else sum(by_code.values())
    shown = hits.shown(reader, found, slots)
    results = Results(
        asked,
        hits=shown,
        groups=_groups(shown, by_code) if grouped else [],
        counts=counts,
        total=total,
        pages=1 if grouped else -(-total // PER_PAGE) or 1,
        territories=_first_territories(asked, named),
        is_place=named.is_exact,
        corrections=[(slot.typed, slot.read_as) for slot in slots if slot.read_as],
        is_loose=bool(least),
        complete=complete,
    )
    if results.total and (complete or not least):
        return results
    return _with_ways_out(results, reader, scope, typed)


def _counts(by_code: dict[str, int], named: Named) -> dict[str, int]:
    """By slug, in the order of the page."""
    territories = {TERRITORIES: named.count} if named.count and not named.near else {}
    return territories | {kind.slug: by_code[kind.code] for kind in ordered_kinds() if kind.code in by_code}


def _only_territories(asked: Asked, named: Named, *, counts: dict[str, int] | None = None) -> Results:
    """Territories by the page; all that can be found while there is no index."""
    start = (asked.page - 1) * PER_PAGE
    listed = suggestions.find(asked.q, limit=start + PER_PAGE, near=named.near)[start:] if named.count else []
    return Results(
        asked,
        ready=counts is not None,
        counts=({TERRITORIES: named.count} if named.count else {}) if counts is None else counts,
        total=named.count,
        pages=-(-named.count // PER_PAGE) or 1,
        territories=listed,
        is_place=named.is_exact,
    )


def _first_territories(asked: Asked, named: Named) -> list[Suggestion]:
    if asked.kind or asked.page > 1 or not named.count:
        return []
    return suggestions.find(asked.q, limit=FIRST_TERRITORIES, near=named.near)


# --- The index -------------------------------------------------------------------------------------------------------


def _question(scope: Query, slots: Sequence[Slot], asked: Asked, *, at_least: int = 0) -> Query:
    """Over all kinds; the kind asked for narrows the list, not the counts."""
    within = [engine.one_of("place", [places.token(asked.place)])] if asked.place else []
    return engine.all_of(scope, *within, asking.whole(slots, asked.q, at_least=at_least))


def _everything(
    reader: Reader, scope: Query, slots: Sequence[Slot], asked: Asked, *, may_be_less: bool
) -> tuple[Query, dict[str, int], int, int]:
    """What answers, over all kinds: the question, how many of each kind, how many hold all the words, and how many words are
    enough when it `may_be_less` than all (0 for all)."""
    everything = _question(scope, slots, asked)
    by_code = reader.by_kind(everything) if slots else {}
    complete = sum(by_code.values())
    if not may_be_less:
        return everything, by_code, complete, 0

    def count(enough: int) -> int:
        return reader.count(_question(scope, slots, asked, at_least=enough))

    least = asking.loosened(slots, complete, count)
    if least:
        everything = _question(scope, slots, asked, at_least=least)
        by_code = reader.by_kind(everything)
    return everything, by_code, complete, least


def _found(
    reader: Reader, everything: Query, asked: Asked, viewer: Any, by_code: dict[str, int], *, grouped: bool
) -> tuple[list[Found], list[Found]]:
    """The results of this page, and what the rows refused although the index let it through."""
    if grouped:
        return rights.allowed(_few_of_each(reader.ranked(everything, limit=WINDOW), by_code), viewer)
    kind = next((kind for kind in kinds if kind.slug == asked.kind), None)
    wanted = engine.all_of(everything, engine.one_of("kind", [kind.code])) if kind else everything
    found, _count = reader.best(wanted, limit=PER_PAGE, offset=(asked.page - 1) * PER_PAGE)
    return rights.allowed(found, viewer)


def _few_of_each(best: Iterable[Found], by_code: dict[str, int]) -> list[Found]:
    """In their order; nothing is read beyond the last one that is kept."""
    enough = min(MOST_GROUPED, sum(min(count, OF_EACH) for count in by_code.values()))
    taken: Counter[str] = Counter()
    few: list[Found] = []
    for one in best:
        if taken[one.kind] < OF_EACH:
            taken[one.kind] += 1
            few.append(one)
            if len(few) == enough:
                break
    return few


def _groups(shown: Sequence[Hit], by_code: dict[str, int]) -> list[Group]:
    """The kind of the best result first, then that of the best of the others; kinds of which nothing is shown come last."""
    by_kind: dict[str, list[Hit]] = {}
    for hit in shown:
        by_kind.setdefault(hit.kind.code, []).append(hit)
    late = [kind.code for kind in ordered_kinds() if kind.code in by_code and kind.code not in by_kind]
    known = {kind.code: kind for kind in kinds}
    return [Group(known[code], by_kind.get(code, []), by_code[code]) for code in (*by_kind, *late)]


# --- Nothing found -------------------------------------------------------------------------------------------------


def _with_ways_out(results: Results, reader: Reader, scope: Query, typed: Sequence[Slot]) -> Results:
    """What to try instead: each way gives something."""
    asked = results.asked
    ways = [
        *_elsewhere(results),
        *_wider(reader, scope, asked),
        *_spelled(reader, scope, asked, typed),
        *_without_a_word(reader, scope, asked, typed),
    ]
    return replace(results, ways_out=ways[:MOST_WAYS_OUT])


def _elsewhere(results: Results) -> list[WayOut]:
    asked = results.asked
    if not asked.kind or not results.all_count:
        return []
    return [WayOut("everywhere", "", Asked(asked.q, place=asked.place), results.all_count)]


def _count(reader: Reader, scope: Query, asked: Asked) -> int:
    """How many results another question would give."""
    slots = asking.read(asked.q)
    if not slots:
        return 0
    code = next((kind.code for kind in kinds if kind.slug == asked.kind), "")
    within = [engine.one_of("kind", [code])] if code else []
    return reader.count(engine.all_of(*within, _question(scope, slots, asked)))


def _wider(reader: Reader, scope: Query, asked: Asked) -> list[WayOut]:
    """The nearest territory around that gives something, and the whole country."""
    if not asked.place:
        return []
    found: list[WayOut] = []
    for place in (*territories.containers(asked.place), None):
        other = Asked(asked.q, asked.kind, place)
        count = 0 if len(found) == 2 else _count(reader, scope, other)
        if count:
            found.append(WayOut("wider", place.name if place else "", other, count))
    return found


def _spelled(reader: Reader, scope: Query, asked: Asked, typed: Sequence[Slot]) -> list[WayOut]:
    """Each word replaced by one that resembles it."""
    found = []
    for slot in typed:
        for other in spelling.near(reader, scope, slot.plain[0]) if len(slot.plain) == 1 else ():
            question = Asked(asked.q.replace(slot.typed, other), asked.kind, asked.place)
            count = _count(reader, scope, question)
            if count:
                found.append(WayOut("spelling", question.q, question, count))
                break
    return found


def _without_a_word(reader: Reader, scope: Query, asked: Asked, typed: Sequence[Slot]) -> list[WayOut]:
    if len(typed) < 2:
        return []
    found = []
    for slot in typed:
        left = [other.written for other in typed if other is not slot]
        question = Asked(" ".join(left), asked.kind, asked.place)
        count = _count(reader, scope, question)
        if count:
            found.append(WayOut("without", slot.typed, question, count))
    return sorted(found, key=lambda way: -way.count)
