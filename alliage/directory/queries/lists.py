"""Rows of the directory for a page: a constant number of SQL queries, whatever the number of entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from alliage.directory.enums import EntryKind, Reach, Visibility
from alliage.directory.filters import Filters, Place
from alliage.directory.models import Entry, Membership, Mention, address
from alliage.directory.queries.facets import Found
from alliage.directory.queries.reach import Other
from alliage.directory.queries.rows import chunks
from alliage.directory.queries.shown import Level, shows
from alliage.directory.queries.snapshot import Snapshot, snapshot
from alliage.directory.wording import Part
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row

PAGE_SIZE = 24
PIECE = 500
LINES_KEPT = 2000

Entries = QuerySet[Entry]
Area = Row | Other | Territory


def visible(*, to_members: bool = False) -> Entries:
    """What a visitor may see; members see a little more."""
    shown = [Visibility.PUBLIC, Visibility.MEMBERS] if to_members else [Visibility.PUBLIC]
    return Entry.objects.filter(is_hidden=False, visibility__in=shown)


def category_of(entry: Entry) -> Term | None:
    """The category, from memory: no join, no query."""
    return taxonomy.term_by_id(Vocabulary.CATEGORIES, entry.category_id)


def scale_of(entry: Entry) -> Term | None:
    return taxonomy.term_by_id(Vocabulary.SCALES, entry.scale_id)


# --- What stands beside an entry -----------------------------------------------------------------------------------

SHOWN_TERMS = (Vocabulary.METIERS, Vocabulary.MISSIONS, Vocabulary.LEVIERS, Vocabulary.ODD)


def terms_of(entry: Entry, known: Snapshot | None = None) -> dict[Vocabulary, list[Term]]:
    """Métiers, missions, leviers and ODD of an entry, each in the order of its vocabulary; from memory when it is there."""
    known = known or snapshot()
    row = known.row(entry.pk)
    numbers = (
        set(known.terms_of.of(row)) if row is not None else set(entry.entry_terms.values_list("term_id", flat=True))
    )
    return {each: [term for term in taxonomy.terms(each) if term.pk in numbers] for each in SHOWN_TERMS}


def areas_of(entry: Entry, known: Snapshot | None = None) -> list[Area]:
    """Territories where an entry says that it acts; from memory when it is there."""
    known = known or snapshot()
    row = known.row(entry.pk)
    if row is None:
        return list(entry.areas.order_by("sort_name", "pk"))
    return [place for place in map(known.places.get, known.areas.numbers(row)) if place]


# --- Lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a list, as its reader may see it. `where` is a territory that explains `reach`."""

    pk: int
    kind: EntryKind
    url: str
    name: str
    function: str
    category: str
    place: str
    areas: list[str]
    metiers: list[Term]
    is_national: bool
    is_demo: bool
    confirmed_on: date | None
    reach: Reach | None = None
    where: Area | None = None
    parts: list[Part] = field(default_factory=list)


_OF_A_LINE = (
    "kind", "slug", "name", "category_id", "function", "function_visibility", "territory_id", "place_visibility",
    "is_national", "is_demo", "confirmed_on",
)  # fmt: skip


def lines(found: Found, start: int = 0, stop: int | None = PAGE_SIZE, *, with_parts: bool = True) -> list[Line]:
    """Lines of a list, from one rank to another: one query at most, and one for what documents say of them."""
    known, rows = found.known, found.rows[start:stop]
    if not len(rows):
        return []
    pks = [int(pk) for pk in known.rows.pk[rows]]
    by_pk = _entries(known, pks, to_members=found.level > Level.ANYONE)
    said = _said(known, [int(pk) for pk in known.rows.pk[rows[known.mentioned[rows]]]]) if with_parts else {}
    labels = Labels()
    return [
        _line(by_pk[pk], int(row), found, said.get(pk, []), labels)
        for pk, row in zip(pks, rows, strict=True)
        if pk in by_pk
    ]


def _entries(known: Snapshot, pks: list[int], *, to_members: bool) -> Mapping[int, Entry]:
    """Those that such a reader may see, each read once for a state of the directory: one query for those not read yet."""
    kept: dict[int, Entry] = known.keep(("entries of lines", to_members), dict)
    # Another thread may empty it meanwhile.
    found = {pk: entry for pk in pks if (entry := kept.get(pk)) is not None}
    if lacking := [pk for pk in pks if pk not in found]:
        entries = visible(to_members=to_members).filter(pk__in=lacking).order_by().only(*_OF_A_LINE)
        read = {entry.pk: entry for entry in entries}
        found |= read
        if len(kept) + len(read) > LINES_KEPT:
            kept.clear()
        kept.update(read)
    return found


class Labels:
    """Words of the vocabularies that lines show, looked up once for a list."""

    def __init__(self) -> None:
        self.categories = {term.pk: term.label for term in taxonomy.terms(Vocabulary.CATEGORIES)}
        self.metiers = taxonomy.terms(Vocabulary.METIERS)


def _line(entry: Entry, row: int, found: Found, said: list[Part], labels: Labels) -> Line:
    known, level = found.known, found.level
    numbers = known.areas.numbers(row)
    territories = [place for place in map(known.places.get, numbers) if place]
    office = known.places.get(entry.territory_id or 0) if shows(entry, "place", level) else None
    terms = set(known.terms_of.of(row))
    reach = found.reach_of(row)
    return Line(
        pk=entry.pk,
        kind=EntryKind(entry.kind),
        url=address(entry.slug, entry.kind),
        name=entry.name,
        function=entry.function if shows(entry, "function", level) else "",
        category=labels.categories.get(entry.category_id or 0, ""),
        place=office.name if office else "",
        areas=[place.name for place in territories],
        metiers=[term for term in labels.metiers if term.pk in terms],
        is_national=entry.is_national,
        is_demo=entry.is_demo,
        confirmed_on=entry.confirmed_on,
        reach=reach,
        where=found.where(row, reach),
        parts=said,
    )


def _said(known: Snapshot, pks: list[int]) -> dict[int, list[Part]]:
    """What documents say of these entries: read once for a state of the directory."""
    missing = [pk for pk in pks if pk not in known.said]
    if missing:
        known.said.update(parts(missing))
    return known.said


def parts(pks: Iterable[int]) -> dict[int, list[Part]]:
    """What documents say of these organisations, in the order of the day, in one query."""
    found: dict[int, list[Part]] = {}
    rows = Mention.objects.filter(organisation__in=list(pks)).order_by("organisation_id", "position")
    for pk, sequence, title, role in rows.values_list("organisation_id", "sequence", "title", "role"):
        found.setdefault(pk, []).append(Part(sequence, title, role))
    return found


# --- One entry -----------------------------------------------------------------------------------------------------


def with_details(entries: Entries) -> Entries:
    """Rows ready for `shown`: their territory, who belongs to them and to whom, what documents say of them."""
    beside = dict.fromkeys(each for kind in EntryKind for each in _beside(kind))
    return entries.select_related("territory", "photo").prefetch_related(*beside)


@cache
def _beside(kind: EntryKind) -> tuple[Prefetch[Any], ...]:
    """What stands beside an entry of this kind, as `shown` reads it."""
    people = Prefetch("people", Membership.objects.select_related("person").order_by("position", "pk"))
    groups = Prefetch("memberships", Membership.objects.select_related("group").order_by("position", "pk"))
    return Prefetch(
        "mentions", Mention.objects.order_by("position", "pk")
    ), groups if kind == EntryKind.CATALYST else people


def entry(slug: str, *, reader: Any = None, known: Snapshot | None = None) -> Entry | None:
    """The entry of this address, if its reader may see it; its owner always may. `known` spares a query for most."""
    signed_in = reader is not None and reader.is_authenticated
    found: Entry | None = next(iter(_OF_ITS_OWNER(slug, reader.pk) if signed_in else _OF_ANYONE(slug)), None)
    if found is not None:
        mentions, members = _beside(EntryKind(found.kind))
        row = known.row(found.pk) if known else None
        if known is None or row is None:
            prefetch_related_objects([found], mentions, members)
        else:
            found._prefetched_objects_cache = {  # type: ignore[attr-defined]  # noqa: SLF001 from memory
                "mentions": _mentions(found.pk, row, known),
                members.prefetch_to: _members(found, members, known),
            }
    return found


def _named(seen: Q, slug: str) -> Entries:
    return Entry.objects.filter(seen, slug=slug).select_related("territory", "photo").order_by()[:1]


_PUBLIC, _SHARED = (Q(is_hidden=False, visibility=each) for each in (Visibility.PUBLIC, Visibility.MEMBERS))
_OF_ANYONE = Prepared(lambda slug: _named(_PUBLIC, slug))
_OF_ITS_OWNER = Prepared(lambda slug, owner: _named(_PUBLIC | _SHARED | Q(owner=owner), slug))


def place_groups(people: Iterable[Entry]) -> None:
    """Put beside each person their groups, as `prefetch_related("memberships__group")` does; one query."""
    by_pk = {each.pk: each for each in people}
    groups: dict[int, list[Membership]] = {pk: [] for pk in by_pk}
    for membership in _GROUPS(list(by_pk)) if by_pk else ():
        membership.person = by_pk[membership.person_id]
        groups[membership.person_id].append(membership)
    for pk, found in groups.items():
        by_pk[pk]._prefetched_objects_cache = {"memberships": _answered(found)}  # type: ignore[attr-defined]  # noqa: SLF001


_GROUPS = Prepared(
    lambda people: Membership.objects.filter(person__in=people).select_related("group").order_by("position", "pk")
)


def _answered(rows: list[Membership]) -> QuerySet[Membership]:
    found = Membership.objects.none()
    found._result_cache = rows  # noqa: SLF001 what a query keeps once it is answered
    return found


def _members(entry: Entry, members: Prefetch[Any], known: Snapshot) -> QuerySet[Membership]:
    """Who belongs to an entry, or to whom: one query for a state of the directory, which changes when either end does."""
    end = "person" if members.prefetch_to == "memberships" else "group"

    def read() -> list[Membership]:
        rows: Any = members.queryset
        return list(rows.filter(**{end: entry.pk}))

    return _answered(known.keep((members.prefetch_to, entry.pk), read))


def _mentions(pk: int, row: int, known: Snapshot) -> QuerySet[Mention]:
    """What documents say of an entry: nothing to ask for most, one query for a state of the directory for the others."""

    def read() -> list[Mention]:
        return list(Mention.objects.filter(organisation=pk).order_by("position", "pk"))

    found = Mention.objects.none()
    found._result_cache = known.keep(("mentions", pk), read) if known.mentioned[row] else []  # noqa: SLF001
    return found


def in_order(pks: list[int]) -> Iterator[Entry]:
    """Public entries of these numbers, in this order, read by pieces: what exports are written from."""
    for piece in chunks(pks, PIECE):
        by_pk = {each.pk: each for each in with_details(visible().filter(pk__in=piece).order_by())}
        yield from (by_pk[pk] for pk in piece if pk in by_pk)


def met_in_the_same_sequences(
    organisation: Entry, *, limit: int, level: Level = Level.ANYONE, known: Snapshot | None = None
) -> list[Entry]:
    """Other organisations of the same sequences, those of the most sequences in common first."""
    known = known or snapshot()
    sequences = {mention.sequence for mention in organisation.mentions.all() if mention.sequence}
    shared = np.zeros(known.size, np.int8)
    for number in sequences:
        shared[known.in_sequence(number)] += 1
    shared[known.rows.level > level] = 0
    shared[known.rows.pk == organisation.pk] = 0
    rows = np.flatnonzero(shared)
    best = rows[np.argsort(-shared[rows], kind="stable")][:limit]
    pks = [int(pk) for pk in known.rows.pk[best]]
    to_members = level > Level.ANYONE
    found = (
        known.keep(("neighbours", to_members, *pks), lambda: visible(to_members=to_members).in_bulk(pks)) if pks else {}
    )
    return [found[pk] for pk in pks if pk in found]


def of_territory(territory: Place, *, limit: int, known: Snapshot | None = None) -> tuple[list[Line], int]:
    """Who acts on a territory, in it or around it, for its page: the first ones, and how many in all."""
    found = Found(Filters(territory=territory), known=known)
    count = found.total - found.reached(Reach.NATIONAL)
    return lines(found, stop=min(limit, count), with_parts=False), count
