"""Entries for exports: a hundred thousand of them, read by pieces, without asking anything of each one alone.

Terms and territories come from the state of the directory that found them; vocabularies are looked up once for the whole
file; who belongs to whom, and what documents say, cost one query each for a piece.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry, Membership, Mention
from alliage.directory.queries.facets import Found
from alliage.directory.queries.lists import PIECE, SHOWN_TERMS, Area, visible
from alliage.directory.queries.rows import chunks
from alliage.directory.queries.snapshot import Snapshot
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

# What no file holds: the texts that searching reads, a draft.
_UNWRITTEN = ("search_text", "members_text", "sort_name", "draft")
_OF_A_PLACE = ("kind", "code", "name", "latitude", "longitude")
_OF_A_MEMBER = ("kind", "slug", "name", "is_hidden", "visibility", "memberships_visibility")
_WRITTEN = (
    *(field.name for field in Entry._meta.concrete_fields if field.name not in _UNWRITTEN),  # noqa: SLF001 the documented way to fields
    *(f"territory__{name}" for name in _OF_A_PLACE),
    "photo__id",
)


class Words:
    """Terms by number, looked up once for a file."""

    def __init__(self) -> None:
        self.categories = {term.pk: term for term in taxonomy.terms(Vocabulary.CATEGORIES)}
        self.scales = {term.pk: term for term in taxonomy.terms(Vocabulary.SCALES)}
        shown = ((each, term) for each in SHOWN_TERMS for term in taxonomy.terms(each))
        self._ranked = {term.pk: (rank, each, term) for rank, (each, term) in enumerate(shown)}

    def sorted(self, numbers: Iterable[int]) -> dict[Vocabulary, list[Term]]:
        """Those of these numbers that are shown, each in the order of its vocabulary."""
        found: dict[Vocabulary, list[Term]] = {each: [] for each in SHOWN_TERMS}
        for _rank, each, term in sorted(self._ranked[number] for number in set(numbers) if number in self._ranked):
            found[each].append(term)
        return found


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an entry."""

    terms: dict[Vocabulary, list[Term]]
    areas: list[Area]
    category: Term | None
    scale: Term | None


def to_write(found: Found) -> Iterator[tuple[Entry, Beside]]:
    """The public entries that a reader finds, in the order of the list, ready for `shown`: nothing more is asked of them."""
    known, words = found.known, Words()
    for piece in chunks(found.rows.tolist(), PIECE):
        pks = known.rows.pk[piece].tolist()
        entries = visible().filter(pk__in=pks).order_by().select_related("territory", "photo").only(*_WRITTEN)
        by_pk = {entry.pk: entry for entry in entries}
        _bring(by_pk, known, dict(zip(pks, piece, strict=True)))
        for pk, row in zip(pks, piece, strict=True):
            if pk in by_pk:
                yield by_pk[pk], _beside(by_pk[pk], row, known, words)


def _beside(entry: Entry, row: int, known: Snapshot, words: Words) -> Beside:
    return Beside(
        words.sorted(known.terms_of.of(row)),
        [place for place in map(known.places.get, known.areas.numbers(row)) if place],
        words.categories.get(entry.category_id or 0),
        words.scales.get(entry.scale_id or 0),
    )


def _bring(by_pk: dict[int, Entry], known: Snapshot, rows: dict[int, int]) -> None:
    """Give each entry of a piece who belongs to it, or to whom it belongs, and what documents say of it."""
    people = [pk for pk, entry in by_pk.items() if entry.kind == EntryKind.CATALYST]
    groups = [pk for pk, entry in by_pk.items() if entry.kind != EntryKind.CATALYST]
    mentioned = [pk for pk in by_pk if known.mentioned[rows[pk]]]
    said = Mention.objects.filter(organisation__in=mentioned).order_by("position", "pk")
    beside = {
        "memberships": _by(_links("group", person__in=people), "person_id"),
        "people": _by(_links("person", group__in=groups), "group_id"),
        "mentions": _by(said, "organisation_id"),
    }
    for pk, entry in by_pk.items():
        kept = {name: found.get(pk, ()) for name, found in beside.items()}
        entry._prefetched_objects_cache = kept  # type: ignore[attr-defined]  # noqa: SLF001 read by `shown.beside`


def _links(end: str, **among: list[int]) -> QuerySet[Membership]:
    columns = ("role", "person_id", "group_id", *(f"{end}__{name}" for name in _OF_A_MEMBER))
    return Membership.objects.filter(**among).select_related(end).only(*columns).order_by("position", "pk")


def _by(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found
