"""Titles and pieces of text with the words found inside `<mark>`, everything else escaped."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from alliage.search import analysis
from alliage.search.asking import Slot, Words

LONG = 220
BEFORE = 60
ELLIPSIS = "…"
MARK = "<mark>"

Span = tuple[int, int]


def marked(text: str, slots: Sequence[Slot]) -> SafeString:
    """The whole text, its words that fill a slot marked."""
    return _write(text, _spans(text, slots))


def excerpt(
    text: str, slots: Sequence[Slot], *, long: int = LONG, follows: bool = False, goes_on: bool = False
) -> SafeString:
    """About `long` characters of the text, where most of what was asked is; the beginning when nothing is.

    A text that is a piece of another `follows` what stands before it, and `goes_on` after its end.
    """
    text = " ".join(text.split())
    spans = _spans(text, slots)
    start = min(_start(spans, long), len(text) - long) if len(text) > long else 0
    end = min(start + long, len(text))
    if start:
        start = max(text.rfind(" ", max(start - BEFORE, 0), start) + 1, start - BEFORE, 0)
    if end < len(text):
        cut = text.rfind(" ", start, end)
        end = cut if cut > start else end  # else one word is longer than the piece
    inside = [(first - start, last - start) for first, last in spans if first >= start and last <= end]
    before = ELLIPSIS + " " if start or follows else ""
    after = " " + ELLIPSIS if end < len(text) or goes_on else ""
    return mark_safe(f"{before}{_write(text[start:end], inside)}{after}")  # noqa: S308 escaped by _write


def _start(spans: Sequence[Span], long: int) -> int:
    """Where to begin so that most marks are inside."""
    best, most, last = 0, 0, 0
    for number, (first, _end) in enumerate(spans):
        start = max(first - BEFORE, 0)
        while last < len(spans) and spans[last][1] <= start + long:
            last += 1
        if last - number > most:
            best, most = start, last - number
    return best


def _write(text: str, spans: Iterable[Span]) -> SafeString:
    pieces, done = [], 0
    for first, last in spans:
        pieces.append(f"{escape(text[done:first])}{MARK}{escape(text[first:last])}</mark>")
        done = last
    pieces.append(escape(text[done:]))
    return mark_safe("".join(pieces))  # noqa: S308 each piece is escaped


def _spans(text: str, slots: Sequence[Slot]) -> list[Span]:
    """Where words fill a slot, from first to last, without overlap."""
    if not slots:
        return []
    spots, forms = analysis.spots(text)
    exact, loose = _wanted(tuple(slots))
    found = _sequences(spots, [root for _plain, root in forms], loose)
    if exact:
        found += _sequences(spots, [plain for plain, _root in forms], exact)
    return _apart(sorted(found, key=lambda span: (span[0], -span[1])))


@lru_cache(maxsize=64)
def _wanted(slots: tuple[Slot, ...]) -> tuple[dict[str, list[Words]], dict[str, list[Words]]]:
    """What fills these slots, by first word: plain forms, then roots. The same for the fifty texts of a page."""
    exact = {slot.plain for slot in slots if slot.exact}
    loose = {way for slot in slots if not slot.exact for way in slot.ways}
    return _by_first(exact), _by_first(loose)


def _by_first(ways: Iterable[Words]) -> dict[str, list[Words]]:
    firsts: dict[str, list[Words]] = {}
    for way in ways:
        firsts.setdefault(way[0], []).append(way)
    return firsts


def _sequences(spots: Sequence[Span], forms: Sequence[str], firsts: dict[str, list[Words]]) -> list[Span]:
    return [
        (spots[rank][0], spots[last][1])
        for rank, form in enumerate(forms)
        if form in firsts
        for way in firsts[form]
        if (last := _last(forms, rank, way)) is not None
    ]


def _last(forms: Sequence[str], rank: int, way: Words) -> int | None:
    """Where these words end when they begin at `rank`: side by side, but for those that count for nothing (empty forms)."""
    for wanted in way[1:]:
        after = next((other for other in range(rank + 1, len(forms)) if forms[other]), None)
        if after is None or forms[after] != wanted:
            return None
        rank = after
    return rank


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
