"""What changed between two texts, line by line then word by word: readable without colour, in a bounded time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Pieces before times pieces after, above which a passage is shown as removed, then added.
MOST_PAIRS = 1_000_000
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Piece:
    """`op`: same, removed, added."""

    op: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The whole of both, in reading order."""
    found: list[Piece] = []
    for same, old, new in _matched(_LINE.findall(before), _LINE.findall(after)):
        if same:
            found.append(Piece("same", old))
        else:
            found += [
                Piece(op, text)
                for kept, gone, come in _matched(_WORD.findall(old), _WORD.findall(new))
                for op, text in ([("same", gone)] if kept else [("removed", gone), ("added", come)])
                if text
            ]
    return found


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    if len(old) * len(new) > MOST_PAIRS:
        yield old == new, "".join(old), "".join(new)
        return
    for tag, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", "".join(old[one:two]), "".join(new[three:four])
