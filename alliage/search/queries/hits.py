"""A document that was found, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from alliage.search import asking, excerpts
from alliage.search.asking import Slot
from alliage.search.engine import Found, Query, Reader
from alliage.search.registry import SearchableKind, kinds


@dataclass(frozen=True)
class Hit:
    """One result. `title` and `summary` have the words found inside `<mark>`, everything else escaped.

    `text` quotes the body where they are, however deep, else is the summary, else the beginning of the body.
    `facets` are codes « levier:alliance ».
    """

    kind: SearchableKind
    id: int
    title: SafeString
    plain_title: str
    url: str
    summary: SafeString
    text: SafeString
    facts: list[str]
    facets: list[str]


def shown(reader: Reader, found: Sequence[Found], slots: Sequence[Slot]) -> list[Hit]:
    ways = asking.passages(slots)
    return [_hit(reader, one, slots, ways) for one in found]


def _hit(reader: Reader, one: Found, slots: Sequence[Slot], ways: Sequence[Query]) -> Hit:
    summary = excerpts.marked(one.summary, slots)
    return Hit(
        kind=_kind(one.kind),
        id=one.id,
        title=excerpts.marked(one.title, slots),
        plain_title=one.title,
        url=one.url,
        summary=summary,
        text=_quoted(reader, one, slots, ways) or summary or excerpts.excerpt(one.body, (), goes_on=bool(one.parts)),
        facts=one.facts,
        facets=one.facets,
    )


def _quoted(reader: Reader, one: Found, slots: Sequence[Slot], ways: Sequence[Query]) -> SafeString:
    """The place of the body that holds most of the words, when there is one."""
    if not slots:
        return SafeString()
    passage = reader.passage(one.parts, ways) if one.parts and ways else None
    if passage:
        text = excerpts.excerpt(passage.text, slots, follows=not passage.is_first, goes_on=not passage.is_last)
    else:
        text = excerpts.excerpt(one.body, slots, goes_on=bool(one.parts))
    return text if excerpts.MARK in text else SafeString()


def _kind(code: str) -> Any:
    return kinds.get(code)
