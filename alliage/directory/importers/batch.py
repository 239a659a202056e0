"""Reads the rows of a file as entries, compares them with what is known, writes the difference."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind, PlacePrecision, Visibility
from alliage.directory.importers import cells
from alliage.directory.importers.columns import LICENCE_NAME, PHONE_SEEN_BY, SEEN_BY, SEVERAL, SOURCE_NAME
from alliage.directory.importers.places import Places, checked, same_point
from alliage.directory.importers.ties import Asked, Ties
from alliage.directory.importers.told import Told
from alliage.directory.importers.wanted import ON_ONE_LINE, Reading, Wanted
from alliage.directory.models import Entry, EntryArea, EntryTerm
from alliage.directory.queries.inviting import erased
from alliage.directory.services import exchange
from alliage.imports.engine import FileRefused, Outcome, Row, RowRefused
from alliage.imports.enums import Duplicates
from alliage.imports.likeness import Lookalikes
from alliage.imports.records import label_of
from alliage.imports.registry import Batch, Duplicate, Importing, Piece, Said
from alliage.notifications.links import address_digest
from alliage.taxonomy import queries as taxonomy
from alliage.territories.folding import fold

WINDOW = 500
PIECE = 250  # rows written in one transaction: well under a second
RESERVED = {"nouveau", "nouvelle", "a-inviter"}
# An entry that follows a source says what the source says: nothing, where it says nothing.
OF_A_SOURCE = frozenset({
    "other_names", "function", "presentation", "cross_border", "website", "links", "phone", "email", "category",
    "scale", *SEVERAL, "areas", "territory_name", "latitude", "means",
})  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What one row will write. `pk` is 0 for a new entry; `links` gives roles, by number of the entry at the other end."""

    number: int
    pk: int
    values: dict[str, Any]
    terms: set[int] | None
    areas: set[int] | None
    links: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """An entry as it is, with its terms by vocabulary, its areas and whom it is linked to."""

    entry: Entry
    terms: dict[str, set[int]] = field(default_factory=dict)
    areas: set[int] = field(default_factory=set)
    links: dict[int, str] = field(default_factory=dict)


class EntryImport:
    """One file of entries of one kind."""

    def __init__(self, kind: EntryKind, importing: Importing, rows: Sequence[Row]) -> None:
        self.kind, self._importing = kind, importing
        _refuse_undeclared_people(kind, importing)
        self._places = Places()
        self._ties = Ties(kind, importing)
        self._told = Told(self._places)
        self._reading = Reading(kind, self._places, OF_A_SOURCE if importing.source else ())
        self._source_code = exchange.code_of_source(importing.source.id) if importing.source else exchange.code_of_file(
            kind, importing.typed.get(SOURCE_NAME, "")
        )  # fmt: skip
        self._vocabulary = {
            term.pk: name for name, (vocabulary, *_rest) in SEVERAL.items() for term in taxonomy.terms(vocabulary)
        }
        self._slugs: set[str] = set()
        self._turns: dict[str, int] = {}
        self._by_identity: dict[tuple[str, str], int] = {}
        self._by_slug: dict[str, int] = {}
        self._names: dict[int, tuple[str, int | None, str]] = {}
        self._met: set[tuple[str, str]] = set()  # identities that an entry has, or will have
        self._ranks: dict[tuple[str, str], int] = {}  # the last turn taken by an identity that several rows have
        self._erased = erased() if kind == EntryKind.CATALYST else set()
        self._read_known()
        self._order = [pk for pk in map(self._identified, rows) if pk]
        self._rank = {pk: rank for rank, pk in enumerate(self._order)}
        self._window: dict[int, Known] = {}
        self._twins: Lookalikes | None = None
        self._seen: set[int] = set()  # entries that a row of this file named
        self.plans: list[Plan] = []

    # --- What is known ----------------------------------------------------------------------------------------------

    def _read_known(self) -> None:
        rows = Entry.objects.order_by("pk").values_list(
            "pk", "kind", "slug", "name", "territory_id", "source_code", "external_id"
        )
        for pk, kind, slug, name, territory, source_code, external_id in rows.iterator(chunk_size=5000):
            self._slugs.add(slug)
            if external_id:
                self._met.add((source_code, external_id))
            if kind != self.kind:
                continue
            self._by_slug[slug] = pk
            self._names[pk] = (name, territory, slug)
            if external_id:
                self._by_identity[source_code, external_id] = pk

    def _identity(self, values: Mapping[str, str]) -> tuple[str, str]:
        if self._importing.source is None and values.get("source_code") and values.get("external_id"):
            return values["source_code"][:60], values["external_id"]
        return self._source_code, key_of(values)

    def _identified(self, row: Row) -> int:
        """The entry that the row names: by its address in our own files, or else by its number in its source."""
        values = row.values
        if self._importing.source is None and values.get("slug") and values.get("kind") == self.kind:
            found = self._by_slug.get(values["slug"])
            if found:
                return found
        return self._by_identity.get(self._identity(values), 0)

    def _known(self, pk: int) -> Known:
        """The entry with what stands beside it; those that the next rows name are read with it."""
        if pk not in self._window:
            rank = self._rank.get(pk)
            pks = self._order[rank : rank + WINDOW] if rank is not None else [pk]
            self._window = read_known(pks, self._vocabulary)
            for known, links in self._ties.known(pks).items():
                self._window[known].links = links
        return self._window[pk]

    # --- One row ----------------------------------------------------------------------------------------------------

    def apply(self, row: Row) -> str:
        wanted = self._reading.read(row.values)
        if not fold(wanted.values["name"]):
            raise RowRefused(_("Ce nom n’a ni lettre ni chiffre."))
        if self._erased and address_digest(wanted.values.get("email", "")) in self._erased:
            said = _("une personne qui a fait effacer pour de bon ce qui était écrit d’elle\u00a0: rien n’est repris")
            self._importing.found.add(Duplicate(row.number, said))
            self._importing.say(Said(label=_("fiche effacée")))  # her name would stay where no erasing finds it
            return Outcome.SKIPPED
        pk = self._identified(row)
        if pk and pk not in self._seen:
            return self._update(row, pk, wanted, fills_only=False)
        identity = self._identity(row.values)
        if len(identity[1]) > 200:
            raise RowRefused(_("L’identifiant est trop long : 200 signes au plus."))
        return self._unknown(row, wanted, identity)

    def _unknown(self, row: Row, wanted: Wanted, identity: tuple[str, str]) -> str:
        """A row that names nothing known: new, unless it looks like something."""
        twins = self._lookalikes()
        place = str(wanted.office.pk) if wanted.office else ""
        twin = twins.find(name=wanted.values["name"], place=place)
        if twin is not None and not twin.what and self._has_its_own_address(row.values):
            twin = None  # two entries of ours with names alike, written one after the other by our own export
        if twin is not None or identity in self._met:
            wording = twin.wording if twin else _("une ligne qui a le même identifiant")
            url = exchange.url_of(self.kind, self._names[twin.what][2]) if twin and twin.what else ""
            choice = self._importing.resembles(row, wording, url=url)
            if choice == Duplicates.SKIP or (choice == Duplicates.MERGE and not (twin and twin.what)):
                if twin and twin.what:
                    self._importing.say(Said(record=(label_of(Entry), twin.what)))
                return Outcome.SKIPPED
            if choice == Duplicates.MERGE and twin:
                return self._update(row, twin.what, wanted, fills_only=True)
            identity = self._apart(identity)
            if pk := self._by_identity.get(identity, 0):
                return self._update(row, pk, wanted, fills_only=False)
        self._met.add(identity)
        twins.add(0, name=wanted.values["name"], place=place, number=row.number)
        self.plans.append(self._new(row, wanted, identity))
        return Outcome.CREATED

    def _has_its_own_address(self, values: Mapping[str, str]) -> bool:
        """True for a row of our own files whose address nothing has, neither here nor in an earlier row."""
        return bool(values.get("slug")) and values.get("kind") == self.kind and values["slug"] not in self._slugs

    def _apart(self, identity: tuple[str, str]) -> tuple[str, str]:
        """The same number with its turn in the file: the same file gives the same numbers again."""
        code, key = identity
        rank = self._ranks.get(identity, 1)
        other = identity if rank == 1 else (code, f"{key[:190]}#{rank}")
        while other in self._met and not self._is_free(other):
            rank += 1
            other = (code, f"{key[:190]}#{rank}")
        self._ranks[identity] = rank
        return other

    def _is_free(self, identity: tuple[str, str]) -> bool:
        """True for an entry of an earlier import of the same file, that no row named yet."""
        pk = self._by_identity.get(identity, 0)
        return bool(pk) and pk not in self._seen

    def _lookalikes(self) -> Lookalikes:
        if self._twins is None:
            self._twins = Lookalikes()
            for pk, (name, territory, _slug) in self._names.items():
                self._twins.add(pk, name=name, place=str(territory) if territory else "")
        return self._twins

    # --- New --------------------------------------------------------------------------------------------------------

    def _new(self, row: Row, wanted: Wanted, identity: tuple[str, str]) -> Plan:
        typed, source, values = self._importing.typed, self._importing.source, wanted.values
        seen = self._seen_by(values.get("visibility") or typed.get(SEEN_BY, ""))
        values["visibility"] = seen
        if phone_seen := values.get("phone_visibility") or ("phone" in values and typed.get(PHONE_SEEN_BY)):
            values["phone_visibility"] = self._seen_by(phone_seen)
        values["source_code"], values["external_id"] = identity
        if source is None and identity[0].startswith(exchange.FOLLOWED):  # a file does not follow a source
            values["source_code"], values["external_id"] = "", ""
        values.setdefault("source", typed.get(SOURCE_NAME, "")[:300])
        values.setdefault("licence", typed.get(LICENCE_NAME, "")[:120])
        if source is not None:
            values |= self._of_source(values)
        values["territory_id"] = wanted.office.pk if wanted.office else None
        own = wanted.point and checked(wanted.point, wanted.office)
        if own and wanted.office and same_point(own, wanted.office.point):
            own = None
        values["latitude"], values["longitude"] = own or (None, None)
        if wanted.office is None:
            values["place_precision"] = PlacePrecision.UNKNOWN
        elif not values.get("place_precision"):
            values["place_precision"] = PlacePrecision.ADDRESS if own else PlacePrecision.SEAT
        values["slug"] = self._free_slug(row.values, values["name"])
        terms = set().union(*wanted.terms.values()) if wanted.terms else set()
        areas = wanted.areas or set()
        if self.kind == EntryKind.TEAM and wanted.areas is None and wanted.office and not row.values.get("kind"):
            areas = {wanted.office.pk}
        asked = self._ties.asked(row.values, {})
        self._importing.say(Said(note=asked.note))
        return Plan(row.number, 0, values, terms, areas, asked.links)

    def _seen_by(self, asked: str) -> str:
        """Nobody makes a person public in her place; an organisation is, unless the person who imports says otherwise."""
        if self.kind != EntryKind.CATALYST:
            return asked if asked in Visibility.values else Visibility.PUBLIC
        return Visibility.MEMBERS if asked in (Visibility.MEMBERS, Visibility.PUBLIC) else Visibility.NOBODY

    def _is_for_her_alone(self, name: str, value: Any) -> bool:
        """Making a person, or her phone, public: no file does."""
        is_seen = name in {"visibility", "phone_visibility"} and value == Visibility.PUBLIC
        return is_seen and self.kind == EntryKind.CATALYST

    def _stays_at_its_source(self, name: str) -> bool:
        """What is personal in a source is forgotten with it: it is never copied into an entry that does not follow it."""
        source = self._importing.source
        return source is not None and source.is_personal and name in exchange.FORGOTTEN

    def _of_source(self, values: Mapping[str, Any]) -> dict[str, Any]:
        source = self._importing.source
        assert source is not None
        return {
            "source": (source.attribution or source.name)[:300],
            "source_url": str(values.get("source_url") or source.url)[:400],
            "source_on": timezone.localdate(self._importing.now),
            "licence": source.licence[:120],
        }

    def _free_slug(self, row: Mapping[str, str], name: str) -> str:
        asked = slugify(row.get("slug", ""))[:120] if row.get("kind") == self.kind else ""
        if asked and asked not in self._slugs:
            self._slugs.add(asked)
            return asked
        stem = slugify(name)[:100].strip("-") or "fiche"
        slug = stem
        while slug in self._slugs or slug in RESERVED:
            self._turns[stem] = self._turns.get(stem, 1) + 1
            slug = f"{stem}-{self._turns[stem]}"
        self._slugs.add(slug)
        return slug

    # --- Known ------------------------------------------------------------------------------------------------------

    def _update(self, row: Row, pk: int, wanted: Wanted, *, fills_only: bool) -> str:
        self._seen.add(pk)
        known = self._known(pk)
        values = self._differences(known.entry, wanted)
        terms, areas = self._terms(known, wanted, fills_only), self._areas(known, wanted, fills_only)
        if fills_only:
            values = {
                name: value
                for name, value in values.items()
                if getattr(known.entry, name) in (None, "", [], False) and not self._stays_at_its_source(name)
            }
        if (
            self._importing.source is not None
            and known.entry.withdrawn_on
            and known.entry.visibility == Visibility.NOBODY
        ):
            values |= {"withdrawn_on": None, "visibility": self._seen_by(self._importing.typed.get(SEEN_BY, ""))}
        asked = Asked() if fills_only else self._ties.asked(row.values, known.links)
        said = Said(known.entry.name, known.entry.get_absolute_url(), asked.note, record=(label_of(Entry), pk))
        self._importing.say(said)
        if not values and terms is None and areas is None and not asked.links:
            return Outcome.UNCHANGED
        if reason := exchange.kept_because(known.entry, self._source_code):
            self._importing.found.add(Duplicate(row.number, reason, known.entry.get_absolute_url()))
            return Outcome.SKIPPED
        if self._importing.source is not None:
            of_source = self._of_source(wanted.values)
            values |= {
                name: value
                for name, value in of_source.items()
                if getattr(known.entry, name) != value and not (fills_only and self._stays_at_its_source(name))
            }
        said.changes = self._told.changes(known, values, terms, areas)
        if asked.links:
            # Those that the row changes only: the others named here would stay in the report when they are erased.
            before = {other: known.links[other] for other in asked.links if other in known.links}
            said.changes.append((_("Appartenances"), self._ties.written(before), self._ties.written(asked.links)))
        self.plans.append(Plan(row.number, pk, values, terms, areas, asked.links))
        return Outcome.UPDATED

    def _differences(self, entry: Entry, wanted: Wanted) -> dict[str, Any]:
        values = {
            n: v
            for n, v in wanted.values.items()
            if not (_same(n, getattr(entry, n), v) or self._is_for_her_alone(n, v))
        }
        office = self._places.spot(entry.territory_id)
        if wanted.says_place and (wanted.office.pk if wanted.office else None) != entry.territory_id:
            office = wanted.office
            values["territory_id"] = office.pk if office else None
            if office is None or not wanted.values.get("place_precision"):
                values["place_precision"] = PlacePrecision.SEAT if office else PlacePrecision.UNKNOWN
        elif "place_precision" in values and not entry.territory_id:
            del values["place_precision"]
        own = (entry.latitude, entry.longitude) if entry.latitude is not None and entry.longitude is not None else None
        if wanted.says_point and not same_point(own or (office.point if office else None), wanted.point):
            point = checked(wanted.point, office) if wanted.point else None
            if point and office and same_point(point, office.point):
                point = None
            if point != own:
                values["latitude"], values["longitude"] = point or (None, None)
        return values

    def _terms(self, known: Known, wanted: Wanted, fills_only: bool) -> set[int] | None:
        """All the terms that the entry will have; None when they do not change."""
        changed = {
            name: pks for name, pks in wanted.terms.items()
            if pks != known.terms.get(name, set()) and not (fills_only and known.terms.get(name))
        }  # fmt: skip
        return set().union(*(known.terms | changed).values()) if changed else None

    @staticmethod
    def _areas(known: Known, wanted: Wanted, fills_only: bool) -> set[int] | None:
        if wanted.areas is None or wanted.areas == known.areas or (fills_only and known.areas):
            return None
        return wanted.areas

    # --- All --------------------------------------------------------------------------------------------------------

    def write(self) -> None:
        exchange.write(self.kind, self.plans, self._vocabulary, importing=self._importing)

    def pieces(self) -> Iterator[Piece]:
        """The same writing, by short transactions: new entries first."""
        plans = sorted(self.plans, key=lambda plan: bool(plan.pk))
        for start in range(0, len(plans), PIECE):
            piece = plans[start : start + PIECE]
            yield len(piece), partial(exchange.write, self.kind, piece, self._vocabulary, importing=self._importing)


def _same(name: str, held: Any, asked: Any) -> bool:
    if name == "links":
        return cells.same_links(held, asked)
    if name == "other_names":
        return cells.names(held) == cells.names(asked)
    if isinstance(held, str) and isinstance(asked, str):
        return (cells.line(held) if name in ON_ONE_LINE else cells.text(held)) == asked
    return bool(held == asked)


def key_of(values: Mapping[str, str]) -> str:
    """What identifies a row at its source: its number there, or else its name and its place as they are written."""
    if number := values.get("external_id", ""):
        return number
    said = [
        values.get(name, "") for name in ("name", "insee", "postal_code", "territory_name", "territory_code", "address")
    ]
    digest = hashlib.blake2b("\x1f".join(map(fold, said)).encode(), digest_size=12).hexdigest()
    return f"~{digest}" if fold(said[0]) else ""


def _refuse_undeclared_people(kind: EntryKind, importing: Importing) -> None:
    source = importing.source
    if source is None or source.is_personal:
        return
    if kind == EntryKind.CATALYST or {"email", "phone"} & set(importing.chosen):
        raise FileRefused(
            _(
                "Cette source donne des personnes, des téléphones ou des adresses e-mail : dites dans la source qu’elle contient des données personnelles, ou ne reprenez pas ces colonnes."
            )
        )


def read_known(pks: Sequence[int], vocabulary: Mapping[int, str]) -> dict[int, Known]:
    found = {entry.pk: Known(entry) for entry in Entry.objects.filter(pk__in=pks)}
    for pk, term in EntryTerm.objects.filter(entry__in=pks).values_list("entry_id", "term_id"):
        if term in vocabulary:
            found[pk].terms.setdefault(vocabulary[term], set()).add(term)
    for pk, area in EntryArea.objects.filter(entry__in=pks).values_list("entry_id", "territory_id"):
        found[pk].areas.add(area)
    return found


def make_batch(kind: EntryKind) -> Callable[[Importing, Sequence[Row]], Batch]:
    def made(importing: Importing, rows: Sequence[Row]) -> Batch:
        work = EntryImport(kind, importing, rows)
        return Batch(work.apply, work.write, pieces=work.pieces)

    return made
