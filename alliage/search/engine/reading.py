"""Reading the index: a `Reader` sees one commit, all along a page."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from alliage.search import folder
from alliage.search.engine.questions import Query, all_of, one_of, some_of, worth
from alliage.search.engine.schema import WHOLE, layout

# More values than any facet has.
MOST_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """One document, as it was when it was indexed. `parts` names the pieces of its body when it is a long one."""

    kind: str
    id: int
    title: str
    url: str
    summary: str
    facts: list[str]
    body: str
    parts: str
    facets: list[str]
    places: list[str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a long body; whether it is its first, its last."""

    text: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What a document is about: its roots, each with its weight and how it is written there."""

    weights: dict[str, float]
    written: dict[str, str]


class Reader:
    """The index as it was at one commit: the same all along a page."""

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher

    def count(self, query: Query) -> int:
        """Without ranks: a third faster."""
        return self._searcher.search(worth(query, 0.0), limit=1).count

    def best(self, query: Query, *, limit: int, offset: int = 0) -> tuple[list[Found], int]:
        """The best documents, and how many there are in all."""
        result = self._searcher.search(query, limit=limit, offset=offset, weight_by_field="weight")
        return [self._found(address) for _score, address in result.hits], result.count

    def ranked(self, query: Query, *, limit: int) -> Iterator[Found]:
        """The best documents, each read when it is asked for."""
        hits = self._searcher.search(query, limit=limit, weight_by_field="weight", count=False).hits
        return (self._found(address) for _score, address in hits)

    def latest(self, query: Query, *, limit: int, offset: int = 0) -> tuple[list[Found], int]:
        """The last dated documents first, and how many there are in all."""
        result = self._searcher.search(query, limit=limit, offset=offset, order_by_field="date")
        return [self._found(address) for _date, address in result.hits], result.count

    def _found(self, address: Any) -> Found:
        return Found(**json.loads(self._searcher.doc(address)["shown"][0]))

    def by_kind(self, query: Query) -> dict[str, int]:
        """How many documents of each kind."""
        return self.counts(query, {"kind": "kind"})["kind"]

    def by_facet(self, query: Query, names: Iterable[str]) -> dict[str, dict[str, int]]:
        """How many documents have each value of these facets."""
        return self.counts(query, {name: f"facet.{name}" for name in names})

    def counts(self, query: Query, columns: dict[str, str]) -> dict[str, dict[str, int]]:
        """How many documents have each value of these columns, by the names given to them; in one pass."""
        if not columns:
            return {}
        asked = {name: {"terms": {"field": column, "size": MOST_VALUES}} for name, column in columns.items()}
        answered = self._searcher.aggregate(query, asked)
        return {name: {bucket["key"]: bucket["doc_count"] for bucket in answered[name]["buckets"]} for name in columns}

    def passage(self, parts: str, ways: Sequence[Query]) -> Passage | None:
        """The piece of a body that answers most of these questions; None when none answers any."""
        hits = self._searcher.search(all_of(one_of("part_of", [parts]), some_of(ways)), limit=1, count=False).hits
        return Passage(*json.loads(self._searcher.doc(hits[0][1])["text"][0])) if hits else None

    def with_words(self, query: Query, *, limit: int) -> list[tuple[Found, Words]]:
        """The best documents, and what they are about."""
        hits = self._searcher.search(query, limit=limit, count=False).hits
        return [self._with_words(address) for _score, address in hits]

    def _with_words(self, address: Any) -> tuple[Found, Words]:
        stored = self._searcher.doc(address)
        return Found(**json.loads(stored["shown"][0])), Words(*json.loads(stored["about"][0]))

    def beginning(self, prefix: str, scope: Query, *, limit: int) -> list[str]:
        """Words of the documents in scope that begin so, the most frequent first."""
        return [word for word, _count in self._searcher.terms_with_prefix("words", prefix, scope, limit)]

    def is_used(self, word: str) -> bool:
        """True when any document holds this word, in scope or not: never to be told to anyone as it is."""
        return self._searcher.doc_freq("words", word) > 0

    def share(self, field: str, value: str) -> float:
        """Which part of all documents has this value, whoever may find them: to weigh, never to be told."""
        return self._searcher.doc_freq(field, value) / max(self._searcher.doc_freq("part_of", WHOLE), 1)


class _Current:
    """The index that this process has open. Reloaded when the worker committed, opened again when it was replaced."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pointed: folder.State | None = None
        self._committed: folder.State | None = None
        self._path: Path | None = None
        self._index: Any = None

    def reader(self) -> Reader | None:
        pointed = folder.pointer_state()
        if pointed is None:
            return None
        with self._lock:
            if pointed != self._pointed or self._index is None:
                self._open()
            if self._index is None or self._path is None:
                return None
            committed = folder.state(self._path / "meta.json")
            if committed != self._committed:
                try:
                    self._index.reload()
                except (ValueError, OSError):
                    folder.say_broken()
                    self._index = None
                    return None
                self._committed = committed
            return Reader(self._index.searcher())

    def _open(self) -> None:
        """Twice, because the worker may replace the index between the look and the opening."""
        for attempt in (1, 2):
            self._index, self._pointed = None, folder.pointer_state()
            pointer = folder.pointer()
            if pointer is None or pointer.layout != layout():
                return
            self._path, self._committed = pointer.path, folder.state(pointer.path / "meta.json")
            try:
                self._index = opened(pointer.path)
            except (ValueError, OSError):
                if attempt == 2:
                    folder.say_broken()
            else:
                return


def opened(path: Path) -> Any:
    import tantivy

    index = tantivy.Index.open(str(path))
    index.config_reader("manual")  # no thread that watches: each page looks at one file's date
    index.reload()
    return index


_current = _Current()


def reader() -> Reader | None:
    """The index as it is now; None when there is none to read. The worker mends one that cannot be opened."""
    return _current.reader()
