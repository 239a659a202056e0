"""A text laid out as its writers typed it: « # » begins a heading, « - » or « 1. » an item, other lines are paragraphs.

Words only: nothing of them is read as markup, in any format. `js/reading.js` draws the same in a browser.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alliage.formats.documents import Heading, Items, Paragraph

_HEADING = re.compile(r"^(#{1,3})\s+(?=\S)")
_BULLET = re.compile(r"^\s*[-–•*]\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*[0-9]{1,3}[.)]\s+(?=\S)")
Block = Heading | Paragraph | Items


def _kind(line: str) -> str:
    kinds = (("heading", _HEADING), ("ul", _BULLET), ("ol", _NUMBERED))
    return next((kind for kind, pattern in kinds if pattern.match(line)), "p" if line.strip() else "")


def blocks(text: str) -> Iterator[Block]:
    """Headings go from 2, below the title of the document."""
    for kind, lines in groupby(text.split("\n"), key=_kind):
        if kind == "heading":
            yield from (_heading(line) for line in lines)
        elif kind == "p":
            yield Paragraph("\n".join(line.rstrip() for line in lines))
        elif kind:
            pattern = _BULLET if kind == "ul" else _NUMBERED
            yield Items([pattern.sub("", line).strip() for line in lines], numbered=kind == "ol")


def _heading(line: str) -> Heading:
    marks = _HEADING.match(line)
    level = len(marks[1]) if marks else 1
    return Heading(_HEADING.sub("", line).strip(), level + 1)


def html(text: str, level: int = 2) -> SafeString:
    """`level`: the one of the headings that « # » begins."""
    return format_html_join("\n", "{}", ((_drawn(block, level),) for block in blocks(text)))


def _drawn(block: Block, level: int) -> SafeString:
    if isinstance(block, Heading):
        rank = min(6, level + block.level - 2)
        return format_html(f"<h{rank}>{{}}</h{rank}>", block.text)
    if isinstance(block, Items):
        tag = "ol" if block.numbered else "ul"
        return format_html(f"<{tag}>{{}}</{tag}>", _joined("<li>{}</li>", block.items))
    return format_html(
        "<p>{}</p>", format_html_join(SafeString("<br>"), "{}", ((line,) for line in block.text.split("\n")))
    )


def _joined(shape: str, texts: Iterable[str]) -> SafeString:
    return format_html_join("", shape, ((text,) for text in texts))
