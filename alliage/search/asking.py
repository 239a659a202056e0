"""What someone typed, read as slots to fill, then turned into words of the index.

A slot is a word, an expression that has synonyms, or an exact phrase between « guillemets ». Every slot must be filled; when
nothing fills them all, most of them. A word that no document in scope holds is taken for the beginning of others when it is
the last one, else for a mistake: it is replaced by words of the index before anything is searched, so that what is marked
in results is what was found. Two words typed apart that the index writes as one are one (« co construction »), and the
reverse (« tierslieu »).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from alliage.search import engine, spelling, synonyms
from alliage.search.analysis import GOALS, read_word, words
from alliage.search.engine import FIELDS, Query, Reader, all_of, best_of, boosted, most_of, phrase, term

MOST_SLOTS = 12
SHORTEST_BEGINNING = 3
MOST_ENDINGS = 30
# What a synonym is worth beside the word itself.
SYNONYM = 0.6
# Under so many results that fill every slot, those that fill most of them follow.
FEW_RESULTS = 5
MOST = 0.6
# What filling every slot is worth then: more than any rank.
COMPLETE = 1_000.0
_QUOTED = re.compile(r"[«“\"]([^«»“”\"]+)[»”\"]?")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """One thing asked for. `ways` are sequences of roots, any of which fills it; an `exact` slot is filled by plain forms
    side by side. `typed` is as in the question, `spot` the rank of its first word there; `read_as` is the word that took its
    place, if one did."""

    typed: str
    plain: Words
    ways: tuple[Words, ...] = ()
    exact: bool = False
    read_as: str = ""
    spot: int = 0

    def query(self) -> Query:
        if self.exact:
            return phrase("words", self.plain)
        own, *others = [best_of([boosted(phrase(name, way), by) for name, by in FIELDS.items()]) for way in self.ways]
        return best_of([own, *(boosted(other, SYNONYM) for other in others)])

    @property
    def written(self) -> str:
        """As it would be typed again."""
        return f"«\u00a0{self.typed}\u00a0»" if self.exact and len(self.plain) > 1 else self.typed

    def in_passages(self) -> Query | None:
        """What a piece of a long body holds when it fills this slot, or nearly; None for words that are in all of them."""
        ways = self.ways or (tuple(root for plain in self.plain if (root := read_word(plain)[1])),)
        found = [all_of(*(term("passage", root) for root in way)) for way in ways if way]
        return best_of(found) if found else None


def read(text: str) -> list[Slot]:
    """The slots of a question, the first dozen of them."""
    slots: list[Slot] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        slots += _loose(text, end, quoted.start())
        plain = tuple(word.plain for word in words(quoted[1]) if word.plain)
        if plain:
            slots.append(Slot(" ".join(quoted[1].split()), plain, exact=True))
        end = quoted.end()
    slots += _loose(text, end, len(text))
    if not slots:  # « Le » alone is asked as it is written
        slots = [Slot(text[word.start : word.end], (word.plain,), exact=True) for word in words(text) if word.plain]
    return slots[:MOST_SLOTS]


def _loose(text: str, start: int, end: int) -> Iterator[Slot]:
    """Words outside quotation marks, the longest expressions that have synonyms first."""
    part = text[start:end]
    kept = [(spot, word) for spot, word in enumerate(words(part), start) if word.root]
    rank = 0
    while rank < len(kept):
        taken = kept[rank : rank + synonyms.longest()]
        while len(taken) > 1 and not synonyms.same(tuple(word.root for _spot, word in taken)):
            taken = taken[:-1]
        own = tuple(word.root for _spot, word in taken)
        typed = part[taken[0][1].start : taken[-1][1].end]
        yield Slot(typed, tuple(word.plain for _spot, word in taken), _ways(own), spot=taken[0][0])
        rank += len(taken)


def _ways(own: Words) -> tuple[Words, ...]:
    ways = (own, *synonyms.same(own))
    return (*ways, *((goal,) for goal in GOALS)) if ("odd",) in ways else ways


def understand(reader: Reader, scope: Query, slots: Sequence[Slot], *, unfinished: bool) -> list[Slot]:
    """The same slots, where words that nothing in scope holds became words that something holds, when there are any.

    `unfinished`: the last word may be the beginning of another.
    """
    slots = _joined(reader, scope, slots)
    return [
        slot if slot.exact or reader.count(all_of(scope, slot.query())) else _otherwise(reader, scope, slot, last=last)
        for slot, last in zip(slots, [False] * (len(slots) - 1) + [unfinished], strict=False)
    ]


def _joined(reader: Reader, scope: Query, slots: Sequence[Slot]) -> list[Slot]:
    """Neighbours that the index writes as one word become one slot, which both writings fill."""
    joined: list[Slot] = []
    for slot in slots:
        before = joined[-1] if joined else None
        if before and _are_neighbours(before, slot):
            whole = before.plain[0] + slot.plain[0]
            if reader.is_used(whole) and reader.count(all_of(scope, term("words", whole))):
                own = (_root(whole),)
                ways = (own, *synonyms.same(own), before.ways[0] + slot.ways[0])
                joined[-1] = Slot(f"{before.typed} {slot.typed}", before.plain + slot.plain, ways, spot=before.spot)
                continue
        joined.append(slot)
    return joined


def _are_neighbours(one: Slot, other: Slot) -> bool:
    words_alone = all(not slot.exact and len(slot.plain) == 1 and slot.plain[0].isalpha() for slot in (one, other))
    return words_alone and other.spot == one.spot + 1


def _otherwise(reader: Reader, scope: Query, slot: Slot, *, last: bool) -> Slot:
    if len(slot.plain) > 1:
        return slot
    (word,) = slot.plain
    if last and len(word) >= SHORTEST_BEGINNING:
        begun = reader.beginning(word, scope, limit=MOST_ENDINGS)
        if begun:
            return replace(slot, ways=tuple(dict.fromkeys((_root(other),) for other in begun)))
    meant = spelling.near(reader, scope, word)
    if meant:
        return replace(slot, ways=_ways((_root(meant[0]),)), read_as=meant[0])
    apart = spelling.apart(reader, scope, word)
    return replace(slot, ways=_ways(tuple(map(_root, apart))), read_as=" ".join(apart)) if apart else slot


def _root(plain: str) -> str:
    return read_word(plain)[1] or plain


def _fewer(slots: Sequence[Slot], complete: int) -> tuple[int, ...]:
    """How many of these slots may be enough, the most first, when `complete` results fill them all; nothing when all are
    needed."""
    most = _most(slots)
    if complete >= FEW_RESULTS or most >= len(slots):
        return ()
    if complete:
        return (most,) if most > 1 else ()
    return tuple(dict.fromkeys((most, 1)))


def _most(slots: Sequence[Slot]) -> int:
    return max(1, round(len(slots) * MOST))


def loosened(slots: Sequence[Slot], complete: int, count: Callable[[int], int]) -> int:
    """How many of these slots are enough, so that there is something to choose from; 0 when all are needed. `count` says how
    many results a number of slots gives."""
    enough = 0
    for least in _fewer(slots, complete):
        found = count(least)
        enough = least if found > complete else enough
        if found >= FEW_RESULTS:
            break
    return enough


def whole(slots: Sequence[Slot], text: str, *, at_least: int = 0) -> Query:
    """Every slot filled, or `at_least` so many, those that fill them all first. What bears exactly this name comes first, then
    titles that hold these words in this order. No slot asks for anything."""
    if not slots:
        return engine.anything()
    plain = [word for word in words(text) if word.plain]
    roots = [word.root for word in plain if word.root]
    better = [boosted(term("name", " ".join(word.plain for word in plain)), 40.0)]
    if len(roots) > 1:
        better.append(boosted(phrase("title", roots), 8.0))
    filled = [slot.query() for slot in slots]
    if not at_least:
        return all_of(*filled, better=better)
    better.append(engine.worth(all_of(*filled), COMPLETE))
    if at_least < _most(slots):
        better.append(engine.worth(most_of(filled, _most(slots)), COMPLETE / 2))
    return all_of(most_of(filled, at_least), better=better)


def passages(slots: Sequence[Slot]) -> list[Query]:
    """What makes one piece of a long body better than another to quote."""
    return [query for slot in slots if (query := slot.in_passages()) is not None]
