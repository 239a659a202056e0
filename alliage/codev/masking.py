"""The redaction assistant: names of people, organisations and places found in a text, for a human to decide of each. No database here.

Case and accents do not count, the longest name wins. A single word that is also a common word (« Rose », « Mer ») counts with a
capital letter only, and the name of a place that is one does not count at the beginning of a sentence.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from alliage.codev.session_enums import Masked
from alliage.territories.folding import ARTICLES, LINKS, search_words

_DATA = Path(__file__).resolve().parent / "data" / "masking_words.json"
WORD = re.compile(r"[^\W_]+")
# What may stand inside a name: « Saint-Étienne », « l’Isle », « St. Denis ».
INSIDE = re.compile(r"[ \t\u00a0\u202f]?[-‐‑'’.]?[ \t\u00a0\u202f]?\Z")
_GAP = r"[ .\u00a0\u202f\u2011-]?"  # between the figures of a telephone; or else a slash between all of them, as no date has
_PHONE = (
    rf"(?:(?:\+|00)\d{{2,3}}{_GAP}(?:\(0\){_GAP})?|0)(?:{_GAP}|/)\d"
    rf"(?:(?:{_GAP}\d{{2}}){{4}}|(?:[ \u00a0\u202f]?/[ \u00a0\u202f]?\d{{2}}){{4}})\b"
)
CONTACTS = re.compile(rf"[\w.+-]+@[\w-]+\.[\w.-]*\w|(?:https?://|www\.)\S+\w|{_PHONE}")
SENTENCE = re.compile(r"(?:\A|[.!?…:\n«\"“–—•-])[\s\u00a0\u202f]*\Z")
AROUND = 45
SHORTEST = 2
LONGEST_WORD = 120
INSTEAD = {
    Masked.PERSON: _("une personne"),
    Masked.ORGANISATION: _("une organisation"),
    Masked.PLACE: _("un territoire"),
    Masked.CONTACT: _("(coordonnées retirées)"),
}
MASK, KEEP = "mask", "keep"


@cache
def common_words() -> frozenset[str]:
    return frozenset(json.loads(_DATA.read_text(encoding="utf-8"))["words"]) | LINKS


@dataclass(frozen=True)
class Known:
    """A name to look for. `needs_capital`: it is also something else."""

    kind: str
    instead: str = ""
    needs_capital: bool = False


@dataclass
class Names:
    """Names by their folded words; `longest` counts the words of the longest one. The first who names something wins."""

    by_words: dict[str, Known] = field(default_factory=dict)
    longest: int = 1

    def add(self, name: str, kind: str, *, instead: str = "", needs_capital: bool = False) -> None:
        words = search_words(name)
        if not words or all(len(word) < SHORTEST for word in words):
            return
        self._put(words, Known(kind, instead, needs_capital or _is_common(words)))
        if len(words) > 1 and words[0] in ARTICLES:
            self._put(words[1:], Known(kind, instead, needs_capital or len(words) == 2 or _is_common(words[1:])))

    def _put(self, words: list[str], known: Known) -> None:
        self.by_words.setdefault(" ".join(words), known)
        self.longest = max(self.longest, len(words))

    def add_person(self, name: str, *, is_close: bool = False) -> None:
        """Their whole name, either way round; the last name alone; the first one too when they were there (`is_close`)."""
        parts = name.split()
        self.add(name, Masked.PERSON)
        if len(parts) < 2:
            return
        self.add(" ".join([*parts[1:], parts[0]]), Masked.PERSON)
        last = parts[1:]
        while len(last) > 1 and last[0].lower().rstrip("’'") in LINKS:
            last = last[1:]
        self.add(" ".join(last), Masked.PERSON, needs_capital=not is_close)
        if is_close:
            self.add(parts[0], Masked.PERSON)

    def with_(self, other: "Names") -> "Names":
        """Both; ours first."""
        return Names({**other.by_words, **self.by_words}, max(self.longest, other.longest))


def _is_common(words: list[str]) -> bool:
    return len(words) == 1 and (len(words[0]) <= SHORTEST or words[0] in common_words())


@dataclass(frozen=True)
class Span:
    """One place of a text where a name stands."""

    start: int
    end: int
    key: str
    known: Known


@dataclass
class Finding:
    """A name found in the texts: as it is first written there, how many times, with the words around."""

    key: str
    kind: str
    text: str
    instead: str
    before: str
    after: str
    count: int = 1

    @property
    def kind_label(self) -> str:
        return str(Masked(self.kind).label)


def spans(text: str, names: Names) -> list[Span]:
    """Every name of a text, in order, none over another."""
    found = [
        Span(m.start(), m.end(), f"{Masked.CONTACT}:{m.group()}", Known(Masked.CONTACT))
        for m in CONTACTS.finditer(text)
    ]
    taken = [(each.start, each.end) for each in found]
    words = [m for m in WORD.finditer(text) if not any(start <= m.start() < end for start, end in taken)]
    folded = [" ".join(search_words(m.group())) for m in words]
    rank = 0
    while rank < len(words):
        span = _at(text, words, folded, rank, names)
        if span is None:
            rank += 1
            continue
        found.append(span)
        while rank < len(words) and words[rank].start() < span.end:
            rank += 1
    return sorted(found, key=lambda each: each.start)


def _at(text: str, words: list[re.Match[str]], folded: list[str], rank: int, names: Names) -> Span | None:
    """The longest name that begins at this word."""
    last = rank
    while last + 1 < len(words) and last - rank + 1 < names.longest and _goes_on(text, words[last], words[last + 1]):
        last += 1
    for end in range(last, rank - 1, -1):
        key = " ".join(folded[rank : end + 1])
        known = names.by_words.get(key)
        if known is not None and _counts(text, words[rank], known):
            return Span(words[rank].start(), words[end].end(), f"{known.kind}:{key}", known)
    return None


def _goes_on(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    between = text[word.end() : following.start()]
    if "." in between and len(word.group()) > 3:  # the end of a sentence, not « St. »
        return False
    return INSIDE.match(between) is not None


def _counts(text: str, word: re.Match[str], known: Known) -> bool:
    if not known.needs_capital:
        return True
    if not word.group()[0].isupper():
        return False
    return known.kind != Masked.PLACE or SENTENCE.search(text[: word.start()]) is None


def findings(texts: Iterable[str], names: Names) -> list[Finding]:
    """What a human decides of, in the order of the texts: one line for each name."""
    found: dict[str, Finding] = {}
    for text in texts:
        for span in spans(text, names):
            if span.key in found:
                found[span.key].count += 1
            else:
                found[span.key] = _finding(text, span)
    return list(found.values())


def _finding(text: str, span: Span) -> Finding:
    before, after = text[max(0, span.start - AROUND) : span.start], text[span.end : span.end + AROUND]
    return Finding(
        key=span.key,
        kind=span.known.kind,
        text=text[span.start : span.end],
        instead=span.known.instead or str(INSTEAD[Masked(span.known.kind)]),
        before=("…" if span.start > AROUND else "") + " ".join(before.split("\n")),
        after=" ".join(after.split("\n")) + ("…" if span.end + AROUND < len(text) else ""),
    )


Decisions = Mapping[str, Mapping[str, str]]


def undecided(found: Iterable[Finding], decisions: Decisions) -> list[Finding]:
    return [each for each in found if decisions.get(each.key, {}).get("do") not in (MASK, KEEP)]


def masked(text: str, names: Names, decisions: Decisions) -> str:
    """The text with what was decided: a name kept stays, a name masked gives way to its words."""
    return "".join(_pieces(text, names, decisions))


def _pieces(text: str, names: Names, decisions: Decisions) -> Iterator[str]:
    done = 0
    for span in spans(text, names):
        decision = decisions.get(span.key, {})
        if decision.get("do") == MASK:
            yield text[done : span.start]
            yield decision.get("word") or span.known.instead or str(INSTEAD[Masked(span.known.kind)])
            done = span.end
    yield text[done:]
