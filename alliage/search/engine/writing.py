"""Writing the index: the worker, or `alliage reindex`, inside `folder.writing`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from alliage.search import folder, meaning, passages
from alliage.search.analysis import forms
from alliage.search.engine.reading import opened
from alliage.search.engine.schema import WHOLE, content, key, layout, schema
from alliage.search.registry import Document, SearchableKind

BREAK = "¶"
# A file of four hundred pages; what `files` extracts at most.
INDEXED_BODY = 1_000_000
REBUILD_HEAP, UPDATE_HEAP = 50_000_000, 15_000_000
# What a date is counted from: documents without one come last.
NO_DATE = 0
# Room for the number of an object beside its day.
NUMBER_BITS = 40
# The weight is used by its logarithm, which must stay above nothing.
LIGHTEST = -0.9


class Writer:
    """Changes of one index, seen by pages all at once at `commit`."""

    def __init__(self, index: Any, heap: int) -> None:
        self._index = index
        self._writer = index.writer(heap_size=heap, num_threads=1)

    def add(self, kind: SearchableKind, document: Document) -> None:
        import tantivy

        own, parts = key(kind.code, document.id), ""
        body = document.body[:INDEXED_BODY]
        title, summary = forms(document.title), forms(document.summary)
        separated = [_separated(document.keywords, rank) for rank in (0, 1)]
        pieces = passages.cut(body)
        read = [forms(piece) for piece in pieces]
        if len(pieces) > 1:
            parts = f"{own}/{','.join(document.audiences)}"
            self._add_passages(kind.code, own, parts, pieces, [roots for _plain, roots in read])
        plain, roots = ([word for each in (summary, *read) for word in each[rank]] for rank in (0, 1))
        self._writer.add_document(
            tantivy.Document(
                key=own,
                kind=kind.code,
                part_of=WHOLE,
                audience=list(document.audiences),
                place=list(document.places),
                facet=[_columns(kind, document.facets)],
                date=_moment(document),
                name=" ".join(title[0]),
                title=" ".join(title[1]),
                keywords=separated[1],
                body=" ".join(roots),
                words=f" {BREAK} ".join((" ".join(title[0]), separated[0], " ".join(plain))),
                weight=max(float(document.weight), LIGHTEST),
                about=_json(meaning.about(document)),
                shown=_json(
                    {
                        "kind": kind.code,
                        "id": document.id,
                        "title": document.title,
                        "url": document.url,
                        "summary": document.summary,
                        "facts": [str(fact) for fact in document.facts],
                        "body": pieces[0] if pieces else "",
                        "parts": parts,
                        "facets": list(document.facets),
                        "places": list(document.places),
                    }
                ),
            )
        )

    def _add_passages(
        self, kind: str, own: str, parts: str, pieces: Sequence[str], roots: Sequence[Sequence[str]]
    ) -> None:
        import tantivy

        for number, (piece, read) in enumerate(zip(pieces, roots, strict=True), 1):
            text = _json([piece, number == 1, number == len(pieces)])
            self._writer.add_document(
                tantivy.Document(key=own, kind=kind, part_of=parts, passage=" ".join(read), text=text)
            )

    def remove_kind(self, kind: str) -> None:
        self._writer.delete_documents_by_term("kind", kind)

    def remove(self, kind: str, pks: Iterable[int]) -> None:
        for pk in pks:
            self._writer.delete_documents_by_term("key", key(kind, pk))

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _columns(kind: SearchableKind, facets: Sequence[str]) -> dict[str, list[str]]:
    """« levier:alliance », « odd:11 » → one list of values for each facet."""
    columns: dict[str, list[str]] = defaultdict(list)
    for facet in dict.fromkeys(facets):
        name, _colon, value = facet.partition(":")
        if name not in kind.facets:
            raise LookupError(f"Kind {kind.code} has no facet {name}: add it to its `facets`.")
        columns[name].append(value)
    return columns


def _moment(document: Document) -> int:
    """What « the last first » follows: the day, then the number, so that pages of a list never show the same thing twice."""
    day = document.dated_on.toordinal() if document.dated_on else NO_DATE
    return (day << NUMBER_BITS) + document.id


def _separated(texts: Sequence[str], rank: int) -> str:
    """Plain forms (0) or roots (1) of several texts, that no phrase joins."""
    return f" {BREAK} ".join(" ".join(forms(text)[rank]) for text in texts)


def create(path: Path) -> Writer:
    import tantivy

    return Writer(tantivy.Index(schema(), path=str(path), reuse=False), REBUILD_HEAP)


def amend() -> Writer:
    """Change the index in use, which `is_right`."""
    pointer = folder.pointer()
    if pointer is None:
        raise FileNotFoundError("There is no index to change.")
    return Writer(opened(pointer.path), UPDATE_HEAP)


def is_right() -> bool:
    """True when there is an index, whole, made as this version of the platform wants it."""
    pointer = folder.pointer()
    if pointer is None or folder.is_broken() or (pointer.layout, pointer.content) != (layout(), content()):
        return False
    try:
        opened(pointer.path)
    except (ValueError, OSError):
        return False
    return True
