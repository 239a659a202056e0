"""A document to keep or to edit, whatever its format: what `docx`, `odt` and `pdf.sheet` write, and how plain text is read.

    Document(title="Un atelier partagé", blocks=[Heading("Méthode"), *blocks_of("Trois réunions.\n\n- une carte\n- un local")])

Words only: nothing of them is read as markup, in any format.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

# What no XML document may hold: a reader would refuse the whole file.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ITEM = re.compile(r"^\s*[-–•*]\s+(?=\S)")
_SPELLED = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " "})
_GAP = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True)
class Heading:
    """`level` goes from 2 (a part) to 4; the title of the document is level 1. `on_a_new_page`: in a PDF."""

    text: str
    level: int = 2
    on_a_new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """`note`: a source, a date, smaller."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Items:
    """A list, numbered when its order matters."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Link:
    """One address on its line; `before` says what it is: « Adresse permanente : »."""

    text: str
    url: str
    before: str = ""


@dataclass(frozen=True)
class Table:
    """The first line names the columns; `widths` are shares of the width, equal when empty."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Checks:
    """Things to tick, on paper or on screen."""

    items: Sequence[str]


Block = Heading | Paragraph | Items | Link | Table | Checks


@dataclass(frozen=True)
class Document:
    """`kicker` says above the title what it is, `lead` sums it up below, `foot` stands at the foot of each page."""

    title: str
    blocks: Sequence[Block] = ()
    kicker: str = ""
    lead: str = ""
    foot: str = ""
    authors: Sequence[str] = ()
    language: str = "fr"
    keywords: Sequence[str] = field(default_factory=tuple)


def blocks_of(text: str) -> Iterator[Paragraph | Items]:
    """Plain text as its writer laid it out: blank lines part paragraphs, « - » begins an item; other line ends are kept."""
    for piece in _GAP.split(text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        for is_item, lines in groupby(_joined(piece.split("\n")), key=lambda line: bool(_ITEM.match(line))):
            if is_item:
                yield Items([_ITEM.sub("", line).strip() for line in lines])
            else:
                words = "\n".join(line.rstrip() for line in lines).strip()
                if words:
                    yield Paragraph(words)


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """The lines of an item that go on below, indented, belong to it."""
    held = ""
    for line in lines:
        if held and _ITEM.match(held) and line[:1] in (" ", "\t") and line.strip() and not _ITEM.match(line):
            held = f"{held.rstrip()} {line.strip()}"
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def writable(text: str) -> str:
    """What a file may hold of a text."""
    return _UNWRITABLE.sub("", text)


# All that is white but what keeps two words together.
_WHITE = re.compile("[^\\S\u00a0\u202f]+")


def cut(text: str, most: int) -> str:
    """On one line, its unbreakable spaces kept; at a word when it is longer than `most`."""
    text = _WHITE.sub(" ", text).strip()
    if len(text) <= most:
        return text
    piece = text[: most - 1]
    return f"{piece.rpartition(' ')[0] or piece}…"


def filename(title: str, extension: str) -> str:
    """« un-atelier-partage.docx »: plain ASCII, short, never empty."""
    plain = unicodedata.normalize("NFKD", title.translate(_SPELLED)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:60].strip("-")
    return f"{words or 'document'}.{extension}"
