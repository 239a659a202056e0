"""From a need in plain words to the network's own words: métiers, missions, leviers, ODD.

Every word that counts is either in the taxonomy (labels, questions, help texts) or in `data/needs.json`, which anyone
can edit. Words are compared by their French root; one with a mistake is read as the nearest known one. What was understood
is shown with the words that said it: nothing is guessed behind the visitor's back.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from alliage.search.analysis import Word
from alliage.search.analysis import words as read_words
from alliage.taxonomy import cache
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.suggestions.matching import Resemblance

DATA = Path(__file__).resolve().parent.parent / "data" / "needs.json"
LONGEST_NEED = 2000
MOST_UNDERSTOOD = 6
# A term much less named than the first one was not what was meant.
LEAST = 0.3
SHORTEST_MISSPELT, LONG = 5, 8
# What a word found in each place is worth; it is shared among the terms that bear the same word.
LABEL, SHORT, HELP, QUESTION, SYNONYM, PHRASE = 3.0, 3.0, 0.75, 1.0, 4.0, 6.0
MATCHED = (Vocabulary.METIERS, Vocabulary.MISSIONS, Vocabulary.LEVIERS, Vocabulary.ODD)

Roots = tuple[str, ...]


@dataclass(frozen=True)
class Understood:
    """A term that the need names: `words` are the visitor's own; none when they chose it. `weight` is at most 1."""

    term: Term
    words: tuple[str, ...]
    weight: float

    @property
    def code(self) -> str:
        return f"{self.term.vocabulary}:{self.term.code}"


@dataclass
class Lexicon:
    """What each root, and each sequence of roots, names: numbers of terms and how strongly."""

    terms: dict[int, Term] = field(default_factory=dict)
    roots: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    phrases: dict[Roots, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    ignored: frozenset[str] = frozenset()
    plain: list[str] = field(default_factory=list)
    root_of: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    longest: int = 1
    near: Resemblance = field(default_factory=lambda: Resemblance([]))

    def add(self, text: str, pk: int, worth: float) -> None:
        """Each word of a text names a term."""
        for word in read_words(text):
            if word.root and word.root not in self.ignored:
                self._name(self.roots[word.root], pk, worth)
                self._learn(word)

    def add_entry(self, text: str, pk: int) -> None:
        """A word, or several that follow one another, name a term."""
        read = [word for word in read_words(text) if word.root]
        for word in read:
            self._learn(word)
        if len(read) > 1:
            self._name(self.phrases[tuple(word.root for word in read)], pk, PHRASE)
            self.longest = max(self.longest, len(read))
        for word in read if len(read) == 1 else ():
            if word.root not in self.ignored:
                self._name(self.roots[word.root], pk, SYNONYM)

    def _learn(self, word: Word) -> None:
        self.known.add(word.root)
        if word.plain.isalpha():
            self.plain.append(word.plain)
            self.root_of.append(word.root)

    @staticmethod
    def _name(named: dict[int, float], pk: int, worth: float) -> None:
        named[pk] = max(worth, named.get(pk, 0))


def lexicon() -> Lexicon:
    """From this process' memory, until someone edits the taxonomy."""
    kept: Lexicon = cache.keep("directory.needs", _read)
    return kept


def _read() -> Lexicon:
    data = json.loads(DATA.read_text(encoding="utf-8"))
    ignored = frozenset(word.root for word in read_words(data["ignored"]) if word.root)
    found = Lexicon(ignored=ignored, known=set(ignored))
    for vocabulary in MATCHED:
        for term in taxonomy.terms(vocabulary):
            found.terms[term.pk] = term
            found.add(term.label, term.pk, LABEL)
            found.add(term.short_label, term.pk, SHORT)
            found.add(term.help_text, term.pk, HELP)
    asked = ((one.label, one.parent_id) for one in taxonomy.terms(Vocabulary.QUESTIONS))
    for label, parent in ((label, parent) for label, parent in asked if parent):
        found.add(label, parent, QUESTION)
    codes = {f"{term.vocabulary}:{term.code}": term.pk for term in found.terms.values()}
    for group in data["groups"]:
        named = [codes[code] for code in group["terms"] if code in codes]
        for entry, pk in product(group["words"], named):
            found.add_entry(entry, pk)
    found.near = Resemblance(found.plain)
    return found


def by_code(code: str) -> Term | None:
    """The term of a code such as « metiers:lieu », among those that a need may name."""
    vocabulary, _colon, name = code.partition(":")
    return taxonomy.term(vocabulary, name) if vocabulary in MATCHED else None


def understand(need: str, *, chosen: Iterable[str] = (), refused: Iterable[str] = ()) -> list[Understood]:
    """Terms that a need names, the strongest first; `chosen` codes are added, `refused` ones left out."""
    known = lexicon()
    scores, said = _scores(known, need[:LONGEST_NEED])
    without = set(refused)
    best = max(scores.values(), default=0)
    found = [
        Understood(known.terms[pk], tuple(dict.fromkeys(said[pk])), round(score / best, 4))
        for pk, score in scores.items()
        if score >= best * LEAST
    ]
    found.sort(key=lambda one: (-one.weight, MATCHED.index(Vocabulary(one.term.vocabulary)), one.term.position))
    kept = [one for one in found if one.code not in without][:MOST_UNDERSTOOD]
    terms = {one.term.pk for one in kept}
    for code in dict.fromkeys(chosen):
        term = by_code(code)
        if term and term.pk not in terms and code not in without:
            kept.append(Understood(term, (), 1.0))
    return kept


def _scores(known: Lexicon, need: str) -> tuple[dict[int, float], dict[int, list[str]]]:
    """How strongly each term is named, and by which words as they were written. The longest entries are read first."""
    read = [word for word in read_words(need) if word.root]
    roots = tuple(_right(known, word) for word in read)
    scores: dict[int, float] = defaultdict(float)
    said: dict[int, list[str]] = defaultdict(list)
    taken: set[int] = set()
    for size in range(known.longest, 1, -1):
        for first in range(len(read) - size + 1):
            spots = range(first, first + size)
            named = known.phrases.get(roots[first : first + size])
            if named and taken.isdisjoint(spots):
                taken.update(spots)
                _count(named, need[read[first].start : read[first + size - 1].end], scores, said)
    seen: set[str] = set()
    for spot, (word, root) in enumerate(zip(read, roots, strict=True)):
        if spot not in taken and root not in seen:
            seen.add(root)
            _count(known.roots.get(root, {}), need[word.start : word.end], scores, said)
    return scores, said


def _count(named: dict[int, float], text: str, scores: dict[int, float], said: dict[int, list[str]]) -> None:
    for pk, worth in named.items():
        scores[pk] += worth / len(named) ** 0.5
        said[pk].append(" ".join(text.lower().split()))


def _right(known: Lexicon, word: Word) -> str:
    """The root of a word, or that of the known word it was meant for."""
    if word.root in known.known or len(word.plain) < SHORTEST_MISSPELT or not word.plain.isalpha():
        return word.root
    positions, distances = known.near.near(word.plain, mistakes=2 if len(word.plain) >= LONG else 1, beginnings=False)
    pairs = zip(distances.tolist(), positions.tolist(), strict=True)
    # Two mistakes at the beginning of a word make another word: « apiculture » is no « agriculture ».
    possible = [pair for pair in pairs if pair[0] < 2 or known.plain[pair[1]][:3] == word.plain[:3]]
    return known.root_of[min(possible)[1]] if possible else word.root
