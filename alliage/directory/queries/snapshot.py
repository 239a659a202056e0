"""The directory in memory: what lists, facets, maps and exports are drawn from without asking the database to count.

One copy per process. A page asks the database for the number of the last change (`Edition`, one query) and reads again
what changed since, or everything when entries were deleted or changed at large. ADR 0007 gives the measures.
"""

import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Q
from django.http import HttpRequest

from alliage import marks
from alliage.directory.enums import EntryKind, Reach, Visibility
from alliage.directory.filters import Place
from alliage.directory.models import Edition, Mention
from alliage.directory.queries import bits, rows
from alliage.directory.queries.bits import Bits
from alliage.directory.queries.reach import Areas, Ground, Other, ground, overseas, table
from alliage.directory.queries.rows import KINDS, Rows
from alliage.directory.wording import Part
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.maps.projection import projected
from alliage.territories.snapshot import Row
from alliage.territories.snapshot import snapshot as territories

TOKEN = "directory:snapshot"  # noqa: S105 a cache key
PLACES_KEPT = 128
WORDS_KEPT = 256
KEPT = 2000
NONE = 0  # the category, the échelon of who has none


class Points:
    """Where each entry is on the map, for one level: degrees (NaN for nowhere), SVG units and number of the frame."""

    def __init__(self, known: Rows, places: Ground, level: int) -> None:
        latitude, longitude = known.latitude.copy(), known.longitude.copy()
        bare = np.isnan(latitude)
        numbers, back = np.unique(known.office, return_inverse=True)
        found = [places.get(int(number)) for number in numbers]
        own = np.array([(each.latitude, each.longitude) if each else (None, None) for each in found], np.float64)
        own = own.reshape(-1, 2)[back]
        latitude[bare], longitude[bare] = own[bare, 0], own[bare, 1]
        unseen = known.withdrawn | (known.place_level > level)
        latitude[unseen] = longitude[unseen] = np.nan
        self.latitude, self.longitude = latitude, longitude
        self.x, self.y, self.frame = projected(latitude, longitude)


class Snapshot:
    """Every entry that somebody may see, in alphabetical order: `row` below is a rank in this order.

    `level` is 0 for anyone and 1 for members. A set of rows is a `Bits`. `said` is what documents say of the entries
    that lists have shown.
    """

    def __init__(self, token: str, number: int, known: Rows, places: Ground) -> None:
        self.token, self.number, self.rows, self.places = token, number, known, places
        self.size = len(known)
        self._by_pk = np.argsort(known.pk)
        self._reach: dict[tuple[int, int], list[Bits]] = {}
        self._tables: dict[int, np.ndarray] = {}
        self._words: dict[tuple[str, int], Bits] = {}
        self.said: dict[int, list[Part]] = {}
        self._kept: dict[tuple[Any, ...], Any] = {}
        self.seen = [bits.packed(known.level <= level) for level in (0, 1)]
        self.kinds = {EntryKind(kind): bits.packed(known.kind == rank) for rank, kind in enumerate(KINDS)}
        every = np.arange(self.size)
        self.categories = bits.by_value(every, known.category, self.size)
        self.scales = bits.by_value(every, known.scale, self.size)
        self.terms = self._terms()
        named = self._rows_of(known.sequences)
        self.sequences = bits.by_value(named, known.sequences[:, 1], self.size)
        self.sequences.pop(0, None)
        self.mentioned = np.zeros(self.size, bool)  # by a document
        self.mentioned[named] = True
        self.areas = Areas(known, self._rows_of(known.areas))

    def _rows_of(self, pairs: np.ndarray) -> np.ndarray:
        """The row of each pair; every pair is of an entry that is here, since `_read` and `_merged` keep no other."""
        return self._by_pk[np.searchsorted(self.rows.pk, pairs[:, 0], sorter=self._by_pk)]

    def _terms(self) -> dict[int, Bits]:
        """By number of the term. Who practises a mission practises its métier."""
        found = bits.by_value(self._rows_of(self.rows.terms), self.rows.terms[:, 1], self.size)
        for term in taxonomy.terms(Vocabulary.MISSIONS):
            if term.pk in found and term.parent_id:
                found[term.parent_id] = found.get(term.parent_id, bits.empty(self.size)) | found[term.pk]
        return found

    # --- One entry -------------------------------------------------------------------------------------------------

    def row(self, pk: int) -> int | None:
        rank = int(np.searchsorted(self.rows.pk, pk, sorter=self._by_pk))
        if rank < self.size and self.rows.pk[self._by_pk[rank]] == pk:
            return int(self._by_pk[rank])
        return None

    def keep(self, key: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        """The value of `read()`, asked once for a state of the directory."""
        value = self._kept.get(key, self)  # `self` for nothing: another thread may empty what is kept meanwhile
        if value is self:
            value = read()
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = value
        return value

    @cached_property
    def terms_of(self) -> "Beside":
        return Beside(self._rows_of(self.rows.terms), self.rows.terms[:, 1], self.size)

    @cached_property
    def sequence_titles(self) -> dict[int, str]:
        """The title of each sequence, from what anyone may read: one query for a state of the directory."""
        if not self.sequences:
            return {}
        public = Q(organisation__is_hidden=False, organisation__visibility=Visibility.PUBLIC)
        found = Mention.objects.filter(public, sequence__isnull=False).order_by().values("sequence")
        titles = found.annotate(said=Max("title")).values_list("sequence", "said")
        return {number: title for number, title in titles if number}

    def in_sequence(self, number: int) -> np.ndarray:
        """Rows of who took part in a sequence."""
        return bits.rows_of(self.sequences.get(number, bits.empty(self.size)), self.size)

    # --- Sets ------------------------------------------------------------------------------------------------------

    @cached_property
    def overseas(self) -> list[Bits]:
        """Who acts overseas, for each level."""
        values = overseas(self.places, self.areas.used)
        return [bits.packed(self.areas.least(values, level) == 0) for level in (0, 1)]

    @cached_property
    def points(self) -> list[Points]:
        return [Points(self.rows, self.places, level) for level in (0, 1)]

    def reach(self, place: Place, level: int) -> list[Bits]:
        """Who acts on a territory: one set per `Reach`, none in two of them."""
        key = (place.id, level)
        if key not in self._reach:
            least = self.areas.least(self._table(place), level)
            least = np.minimum(least, np.where(self.rows.national, np.int8(Reach.NATIONAL), least))
            if len(self._reach) >= PLACES_KEPT:
                self._reach.clear()
            self._reach[key] = [bits.packed(least == reach) for reach in Reach]
        return self._reach[key]

    def _table(self, place: Place) -> np.ndarray:
        """What each territory that entries name is to a place."""
        if place.id not in self._tables:
            if len(self._tables) >= PLACES_KEPT:
                self._tables.clear()
            self._tables[place.id] = table(self.places, place, self.areas.used)
        return self._tables[place.id]

    def closest(self, row: int, place: Place, level: int, reach: Reach) -> Row | Other | None:
        """The first territory of an entry that is this to a place."""
        ranks = self.areas.ranks(row, level)
        fitting = ranks[self._table(place)[ranks] == reach]
        return self.places.get(int(self.areas.used[fitting[0]])) if len(fitting) else None

    def within(self, box: tuple[float, float, float, float], level: int) -> Bits:
        """Who is shown on the map in a box: south, west, north, east."""
        south, west, north, east = box
        points = self.points[level]
        here = (points.latitude >= south) & (points.latitude <= north)
        return bits.packed(here & (points.longitude >= west) & (points.longitude <= east))

    def with_words(self, words: Iterable[str], level: int) -> Bits:
        """Who has every one of these words, or one that begins so, in what the level may find."""
        found = self.seen[level]
        for word in words:
            found = found & self._with_word(word, level)
        return found

    def _with_word(self, word: str, level: int) -> Bits:
        """Kept: the pages of a search and its facets ask for the same words."""
        key = (word, level)
        if key not in self._words:
            if len(self._words) >= WORDS_KEPT:
                self._words.clear()
            needle = b" " + word.encode()
            having = self._texts.having(needle)
            self._words[key] = bits.packed(having | self._members_texts.having(needle) if level else having)
        return self._words[key]

    @cached_property
    def _texts(self) -> "Texts":
        return Texts(self.rows.texts)

    @cached_property
    def _members_texts(self) -> "Texts":
        return Texts(self.rows.members_texts)


class Beside:
    """Numbers that stand beside each row."""

    def __init__(self, entry_rows: np.ndarray, numbers: np.ndarray, size: int) -> None:
        order = np.argsort(entry_rows, kind="stable")
        self._numbers = numbers[order]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(entry_rows, minlength=size))])

    def of(self, row: int) -> list[int]:
        return [int(number) for number in self._numbers[self._starts[row] : self._starts[row + 1]]]


class Texts:
    """Texts of all rows, end to end."""

    def __init__(self, joined: bytes) -> None:
        self._joined = joined
        self._ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == 0)

    def having(self, needle: bytes) -> np.ndarray:
        """One boolean per row: whether its text holds these bytes. Each text is looked at until its first hit."""
        found = np.zeros(len(self._ends), bool)
        ends, joined, at, row = self._ends, self._joined, self._joined.find(needle), 0
        while at >= 0:
            row = int(ends[row:].searchsorted(at)) + row
            found[row] = True
            at = joined.find(needle, int(ends[row]))
        return found


_EDITION = Prepared(lambda: Edition.objects.order_by().values_list("number", "rebuilt")[:1])
_lock = Lock()
_current: Snapshot | None = None


def snapshot() -> Snapshot:
    """The directory as the database holds it now, for one query when nothing changed."""
    global _current  # noqa: PLW0603 one copy per process is the point
    token = marks.mark(TOKEN, _token)
    number, rebuilt = next(iter(_EDITION()), (0, 0))
    known = _current
    if known and _is(known, token, number):
        return known
    if _writing():
        return _renewed(known, token, number, rebuilt)
    with _lock:
        if not (_current and _is(_current, token, number)):
            _current = _renewed(_current, token, number, rebuilt)
        return _current


def _token() -> str:
    return cache.get_or_set(TOKEN, lambda: uuid.uuid4().hex, timeout=None) or ""


def of_page(request: HttpRequest) -> Snapshot:
    """The same state of the directory for every part of a page, which only reads: one query in all."""
    known: Snapshot | None = getattr(request, "_directory", None)
    if known is None:
        known = snapshot()
        request._directory = known  # type: ignore[attr-defined]  # noqa: SLF001 kept with the page
    return known


def _is(known: Snapshot, token: str, number: int) -> bool:
    return known.number == number and known.token == token and known.places.land is territories()


def _writing() -> bool:
    """In a transaction that may yet be undone: what it wrote is read, and not kept."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _renewed(known: Snapshot | None, token: str, number: int, rebuilt: int) -> Snapshot:
    if known is None or known.token != token or rebuilt > known.number or number < known.number:
        found = rows.read()
        return Snapshot(token, number, found, ground(found, territories()))
    found = known.rows if number == known.number else rows.changed_since(known.number, known.rows)
    return Snapshot(token, number, found, ground(found, territories(), known.places))


def forget() -> None:
    """Read everything again at the next page."""
    cache.delete(TOKEN)
    marks.forget(TOKEN)
