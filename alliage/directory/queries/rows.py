"""What the memory of the directory is read from: columns of entries, and the pairs that stand beside them.

One element per entry that somebody else than its owner may see, in alphabetical order; texts of all entries in one
string each, since a hundred thousand Python strings would weigh ten times more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models import F as Column
from django.db.models.functions import Coalesce

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry, EntryArea, EntryTerm, Mention

KINDS = tuple(EntryKind.values)
LEVELS = {Visibility.PUBLIC: 0, Visibility.MEMBERS: 1, Visibility.NOBODY: 2}
UNSEEN = 2
END = b"\0"  # between two texts: no text holds it
CHUNK = 5000

_COLUMNS = (
    "pk", "kind", "visibility", "is_hidden", "category_id", "scale_id", "territory_id", "place_visibility",
    "latitude", "longitude", "withdrawn_on", "is_national", "edition", "sort_name", "search_text",
)  # fmt: skip
# What members may find beyond everyone: most entries have nothing more, and cost nothing.
_MEMBERS_TEXT = Case(
    When(members_text=Column("search_text"), then=Value("")), default="members_text", output_field=TextField()
)


@dataclass(frozen=True)
class Rows:
    """Columns by name of the field; `level` and `place_level` are the least `Level` that sees the entry, its place.

    `latitude`, `longitude` are NaN without a point of its own. Pairs are (number of the entry, number of the other); sequences are those
    of documents that name the entry, 0 for what stands outside them.
    """

    pk: np.ndarray
    kind: np.ndarray
    level: np.ndarray
    category: np.ndarray
    scale: np.ndarray
    office: np.ndarray
    place_level: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    withdrawn: np.ndarray
    national: np.ndarray
    edition: np.ndarray
    names: bytes
    texts: bytes
    members_texts: bytes
    terms: np.ndarray
    areas: np.ndarray
    sequences: np.ndarray

    def __len__(self) -> int:
        return len(self.pk)

    @property
    def weight(self) -> int:
        """Bytes in memory."""
        values = (getattr(self, each.name) for each in fields(self))
        return sum(len(value) if isinstance(value, bytes) else value.nbytes for value in values)


def read() -> Rows:
    """Everything that somebody may see."""
    return _read(Q(), Q(), Q())[0]


def changed_since(number: int, known: Rows) -> Rows:
    """`known` with what changed after an edition read again: as many queries, far fewer rows."""
    fresh, changed = _read(Q(edition__gt=number), Q(entry__edition__gt=number), Q(organisation__edition__gt=number))
    return _merged(known, changed, fresh)


def _read(of_entries: Q, of_pairs: Q, of_mentions: Q) -> tuple[Rows, np.ndarray]:
    """The rows that somebody may see, and the number of every entry that was read."""
    found = Entry.objects.filter(of_entries).order_by().values_list(*_COLUMNS, _MEMBERS_TEXT)
    if not of_entries:
        found = found.filter(is_hidden=False).exclude(visibility=Visibility.NOBODY)
    records = list(found.iterator(chunk_size=CHUNK))
    changed = np.array([record[0] for record in records], np.int64)
    kept = [record for record in records if not record[3] and record[2] != Visibility.NOBODY]
    kept.sort(key=lambda record: (record[13], record[0]))
    seen = np.array([record[0] for record in kept], np.int64)
    return _rows(
        kept,
        _pairs(EntryTerm.objects.filter(of_pairs).values_list("entry_id", "term_id"), seen),
        _pairs(EntryArea.objects.filter(of_pairs).values_list("entry_id", "territory_id"), seen),
        _pairs(Mention.objects.filter(of_mentions).values_list("organisation_id", Coalesce("sequence", 0)), seen),
    ), changed


def _pairs(found: QuerySet[Any, Any], of: np.ndarray) -> np.ndarray:
    """Pairs of entries that were read and may be seen: one that changed in between is read at the next edition."""
    numbers = (number for pair in found.order_by().iterator(chunk_size=CHUNK) for number in pair)
    pairs = np.fromiter(numbers, np.int64).reshape(-1, 2)
    return pairs[np.isin(pairs[:, 0], of)].astype(np.int32)


def _rows(records: list[Any], terms: np.ndarray, areas: np.ndarray, sequences: np.ndarray) -> Rows:
    columns: list[Any] = list(zip(*records, strict=True)) or [() for _ in range(len(_COLUMNS) + 1)]
    (pk, kind, visibility, _hidden, category, scale, office, place, latitude, longitude, withdrawn, national, edition,
     names, texts, members_texts) = columns  # fmt: skip
    return Rows(
        pk=np.array(pk, np.int32),
        kind=np.array([KINDS.index(each) for each in kind], np.int8),
        level=np.array([LEVELS[each] for each in visibility], np.int8),
        category=_numbers(category),
        scale=_numbers(scale),
        office=_numbers(office),
        place_level=np.array([LEVELS[each] for each in place], np.int8),
        latitude=np.array(latitude, np.float64),
        longitude=np.array(longitude, np.float64),
        withdrawn=np.array([each is not None for each in withdrawn], bool),
        national=np.array(national, bool),
        edition=np.array(edition, np.int64),
        names=_joined(name.encode() for name in names),
        texts=_joined(text.encode() for text in texts),
        members_texts=_joined(text.encode() for text in members_texts),
        terms=terms,
        areas=areas,
        sequences=sequences,
    )


def _numbers(values: Iterable[int | None]) -> np.ndarray:
    """Numbers of other rows, 0 for none."""
    return np.array([value or 0 for value in values], np.int32)


def _joined(texts: Iterable[bytes]) -> bytes:
    return b"".join(text + END for text in texts)


def split(texts: bytes) -> list[bytes]:
    return texts.split(END)[:-1]


def _merged(known: Rows, changed: np.ndarray, fresh: Rows) -> Rows:
    """Rows of `known` without what changed, with what is `fresh`, in alphabetical order again."""
    kept = ~np.isin(known.pk, changed)
    pk = np.concatenate([known.pk[kept], fresh.pk])
    names = _kept(known.names, kept) + split(fresh.names)
    order = sorted(range(len(pk)), key=lambda row: (names[row], pk[row]))

    def column(name: str) -> Any:
        old, new = getattr(known, name), getattr(fresh, name)
        if isinstance(old, bytes):
            texts = names if name == "names" else _kept(old, kept) + split(new)
            return _joined(texts[row] for row in order)
        if old.ndim == 2:
            return np.concatenate([old[~np.isin(old[:, 0], changed)], new])
        return np.concatenate([old[kept], new])[order]

    return Rows(**{each.name: column(each.name) for each in fields(Rows)})


def _kept(texts: bytes, kept: np.ndarray) -> list[bytes]:
    return [text for text, keep in zip(split(texts), kept, strict=True) if keep]


def chunks(numbers: list[int], size: int) -> Iterator[list[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))
