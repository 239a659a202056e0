"""What changed between two contents, word by word: readable without colour, and in a bounded time whatever the texts.

Lines are matched first, then words inside the lines that differ. Two long passages that differ too much to be matched in
a reasonable time are shown one after the other, removed then added.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from alliage.library.content import Content
from alliage.library.parts import Part, parts

# Words before times words after, above which a passage is not compared word by word.
MOST_PAIRS = 1_000_000
# Between two changes, unchanged words fewer than this are read with them: less broken sentences.
SHORTEST_SAME = 2
_WORD = re.compile(r"\S+\s*|\s+")


class Op(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    op: Op
    text: str


@dataclass(frozen=True)
class PartChange:
    """One part that changed: its pieces in reading order, and how many words came and went."""

    code: str
    label: str
    pieces: list[Piece]

    @property
    def added_count(self) -> int:
        return self._count(Op.ADDED)

    @property
    def removed_count(self) -> int:
        return self._count(Op.REMOVED)

    def _count(self, op: Op) -> int:
        return sum(len(piece.text.split()) for piece in self.pieces if piece.op == op)


@dataclass(frozen=True)
class Comparison:
    changes: list[PartChange]
    same: list[str]


def compare(before: Content, after: Content) -> Comparison:
    """Part by part, in the order of `after`; what only `before` had comes last."""
    old, new = {each.code: each for each in parts(before)}, {each.code: each for each in parts(after)}
    said_once = {**new, **{code: each for code, each in old.items() if code not in new}}
    pairs = [(each, _text(old.get(code)), _text(new.get(code))) for code, each in said_once.items()]
    changes, same = [], []
    for said, was_text, now_text in pairs:
        if was_text != now_text:
            changes.append(PartChange(said.code, said.label, pieces(was_text, now_text)))
        elif now_text:
            same.append(said.label)
    return Comparison(changes, same)


def _text(part: Part | None) -> str:
    return part.text if part is not None else ""


def pieces(before: str, after: str) -> list[Piece]:
    return _joined(_by_line(before.splitlines(keepends=True), after.splitlines(keepends=True)))


def _by_line(before: list[str], after: list[str]) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            yield Piece(Op.SAME, new)
        elif tag == "replace":
            yield from _by_word(_WORD.findall(old), _WORD.findall(new))
        else:
            yield from _replaced(old, new)


def _by_word(before: list[str], after: list[str]) -> Iterator[Piece]:
    if len(before) * len(after) > MOST_PAIRS:
        yield from _replaced("".join(before), "".join(after))
        return
    was, now = [word.strip() for word in before], [word.strip() for word in after]
    for tag, i1, i2, j1, j2 in _readable(SequenceMatcher(None, was, now, autojunk=False).get_opcodes()):
        old, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        if tag == "equal":
            yield Piece(Op.SAME, new)
        else:
            yield from _replaced(old, new)


Code = tuple[str, int, int, int, int]


def _readable(codes: Sequence[Code]) -> Iterator[Code]:
    """The same changes, a word left alone between two of them taken with them."""
    last = len(codes) - 1
    for rank, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal" and i2 - i1 < SHORTEST_SAME and 0 < rank < last:
            yield "replace", i1, i2, j1, j2
        else:
            yield tag, i1, i2, j1, j2


def _replaced(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece(Op.REMOVED, old)
    if new:
        yield Piece(Op.ADDED, new)


def _joined(found: Iterator[Piece]) -> list[Piece]:
    """Neighbours of one kind made one; in a run of changes, what went is read before what came."""
    joined: list[Piece] = []
    removed = added = ""
    for piece in found:
        if piece.op == Op.REMOVED:
            removed += piece.text
        elif piece.op == Op.ADDED:
            added += piece.text
        else:
            joined += _replaced(removed, added)
            removed = added = ""
            if joined and joined[-1].op == Op.SAME:
                joined[-1] = Piece(Op.SAME, joined[-1].text + piece.text)
            else:
                joined.append(piece)
    return [*joined, *_replaced(removed, added)]
