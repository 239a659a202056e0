"""Titles and pieces of text with the words found inside `<mark>`, everything else escaped."""

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from alliage.search import analysis
from alliage.search.asking import Slot

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
    read = [(spot, plain) for spot, (plain, _root) in zip(spots, forms, strict=True) if plain]
    rooted = [(spot, root) for spot, (_plain, root) in zip(spots, forms, strict=True) if root]
    found = _sequences(read, {slot.plain for slot in slots if slot.exact})
    found += _sequences(rooted, {way for slot in slots if not slot.exact for way in slot.ways})
    return _apart(sorted(found, key=lambda span: (span[0], -span[1])))


def _sequences(read: Sequence[tuple[Span, str]], wanted: set[tuple[str, ...]]) -> list[Span]:
    firsts: dict[str, list[tuple[str, ...]]] = {}
    for way in wanted:
        firsts.setdefault(way[0], []).append(way)
    return [
        (start, read[rank + len(way) - 1][0][1])
        for rank, ((start, _end), form) in enumerate(read)
        if form in firsts
        for way in firsts[form]
        if len(way) == 1 or tuple(other for _spot, other in read[rank : rank + len(way)]) == way
    ]


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
