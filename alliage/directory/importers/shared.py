"""What the files of alliances and of needs share: the entry that a cell names, the territory, one address of ours."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.directory import queries
from alliage.directory.importers import cells
from alliage.directory.importers.places import Places, Spot
from alliage.imports.engine import Outcome, Row, RowRefused
from alliage.imports.enums import Content, Duplicates
from alliage.imports.likeness import Lookalikes, Twin
from alliage.imports.registry import Changed, Column, Importing, Piece
from alliage.imports.values import bare

LONGEST_ID = 200
MOST_NAMED = 5
PIECE = 100  # rows written in one transaction: others write between two

IDENTITY = Column(
    "external_id", gettext_lazy("Identifiant"), is_identity=True, aliases=("id", "identifiant", "uid", "uuid", "numero"),
    help=gettext_lazy("Ce qui désigne la ligne dans sa source, pour toujours : il la reconnaît au prochain import."),
)  # fmt: skip
TERRITORY = (
    Column("territory", gettext_lazy("Territoire"), example=gettext_lazy("Saint-Chamond"), aliases=(
        "territoire", "territory_name", "commune", "ville", "lieu", "nom_commune", "localite", "perimetre"),
        help=gettext_lazy("Une commune, une intercommunalité, un département ou une région : son nom, ou departement:42.")),
    Column("insee", gettext_lazy("Code Insee de la commune"), content=Content.INSEE, aliases=(
        "code_insee", "code insee", "insee_com", "codgeo", "depcom", "citycode", "code commune")),
    Column("postal_code", gettext_lazy("Code postal"), content=Content.POSTAL_CODE, aliases=("code_postal", "cp", "zip", "postcode")),
    Column("territory_kind", gettext_lazy("Nature du territoire (nos fichiers)"), rare=True),
    Column("territory_code", gettext_lazy("Code du territoire (nos fichiers)"), rare=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """An entry, as far as a file names it."""

    pk: int
    kind: str
    slug: str
    name: str


class Named:
    """Entries by the end of their address and by their names: those that members see, of the kinds that are asked."""

    def __init__(self, kinds: Collection[str]) -> None:
        self._names: dict[int, str] = {}
        self._by_slug: dict[str, Party] = {}
        self._by_name: dict[str, list[Party]] = {}
        self._alike: Lookalikes | None = None
        rows = queries.visible(to_members=True).filter(kind__in=kinds).order_by("pk")
        told = rows.values_list("pk", "kind", "slug", "name", "other_names")
        for pk, kind, slug, name, others in told.iterator(chunk_size=5000):
            party = Party(pk, kind, slug, name)
            self._names[pk] = name
            self._by_slug[party.slug] = party
            for word in dict.fromkeys(bare(each) for each in (name, *cells.names(others))):
                self._by_name.setdefault(word, []).append(party)

    def find(self, text: str) -> Party:
        """The only entry that the words can mean; the row is refused when there is none, or several."""
        if found := self._by_slug.get(slug_in(text)):
            return found
        named = self._by_name.get(bare(text), []) if bare(text) else []
        if len(named) == 1:
            return named[0]
        if named:
            slugs = ", ".join(party.slug for party in named[:MOST_NAMED])
            raise RowRefused(
                _("Plusieurs fiches s’appellent « %(name)s » : écrivez la fin de l’adresse de la bonne (%(slugs)s).")
                % {"name": text[:80], "slugs": slugs}
            )
        twin = self._lookalikes().find(name=text)
        if twin is not None:
            raise RowRefused(
                _("« %(name)s » n’est pas dans l’annuaire : s’agit-il de « %(meant)s » (%(slug)s) ?")
                % {"name": text[:80], "meant": twin.name, "slug": twin.what.slug}
            )
        raise RowRefused(
            _(
                "« %(name)s » n’est pas dans l’annuaire : écrivez son nom comme dans l’annuaire, ou importez d’abord sa fiche."
            )
            % {"name": text[:80]}
        )

    def name_of(self, pk: int) -> str:
        return self._names.get(pk, "")

    def _lookalikes(self) -> Lookalikes:
        if self._alike is None:
            self._alike = Lookalikes()
            for party in self._by_slug.values():
                self._alike.add(party, name=party.name)
        return self._alike


def slug_in(text: str) -> str:
    """The end of an address, or the whole of what is none."""
    return text.strip().rstrip("/").rsplit("/", 1)[-1]


def territory_of(places: Places, row: Mapping[str, str]) -> Spot | None:
    """The territory of a row; None when nothing says it."""
    name = row.get("territory", "")
    has_code = bool(row.get("territory_kind") and row.get("territory_code"))
    if has_code or row.get("insee") or row.get("postal_code"):
        return places.office({**row, "territory_name": name})
    if not name:
        return None
    found = places.area(name)
    if found is None:
        raise RowRefused(
            _(
                "Le territoire « %(name)s » n’est pas connu, ou plusieurs portent ce nom : écrivez sa nature et son code, comme departement:42."
            )
            % {"name": name[:80]}
        )
    return found


def ours(address: str, page: str) -> int:
    """The number of the record whose page, named `page`, has that address of ours; 0 for any other address."""
    if not address.startswith(f"{settings.ORIGIN}/"):
        return 0
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return 0
    return int(match.kwargs["pk"]) if match.view_name == page else 0


def short(text: str, most: int, label: Any) -> str:
    """A text that is kept whole, or the row is refused."""
    if len(text) > most:
        raise RowRefused(
            _("Le texte de « %(name)s » est trop long : %(most)s signes au plus, %(count)s ici.")
            % {"name": label, "most": most, "count": len(text)}
        )
    return text


def identity_of(row: Mapping[str, str], code: str) -> tuple[str, str]:
    """The source and the number there; two empty words for a row without a number."""
    number = row.get("external_id", "")
    if len(number) > LONGEST_ID:
        raise RowRefused(_("L’identifiant est trop long : %(most)s signes au plus.") % {"most": LONGEST_ID})
    return (code, number) if number else ("", "")


# What says nothing of which thing a row is about.
NO_KEY: frozenset[tuple[Any, ...]] = frozenset({(), (0,), ("", "")})


class Met:
    """What the rows of a file named, each by several keys, and which row did first. `again`: what is said of the next ones."""

    def __init__(self, importing: Importing, *, again: str, url_of: Callable[[int], str]) -> None:
        self._importing, self._again, self._url_of = importing, again, url_of
        self._rows: dict[tuple[Any, ...], int] = {}

    def completed(self, twin: Twin | None) -> int:
        """The record that a row like it completes, when the person wants that; 0 otherwise."""
        return twin.what if twin and self._importing.duplicates == Duplicates.MERGE else 0

    def settle(self, row: Row, keys: Collection[tuple[Any, ...]], twin: Twin | None, write: Callable[[], str]) -> str:
        """What becomes of a row: left aside when an earlier one said the same, or when it is only like something; else what `write` answers.

        It is met once accepted: the next one that says the same is not told of a row that was refused.
        """
        keys = [key for key in keys if key not in NO_KEY]
        if earlier := next((self._rows[key] for key in keys if key in self._rows), 0):
            return left_aside(self._importing, row, self._again % {"number": earlier})
        if twin and self._importing.resembles(row, twin.wording, url=self._url_of(twin.what)) == Duplicates.SKIP:
            return Outcome.SKIPPED
        outcome = write()
        for key in keys:
            self._rows.setdefault(key, row.number)
        return outcome


def left_aside(importing: Importing, row: Row, reason: str, url: str = "") -> str:
    """A row that is not written, with the reason in the report."""
    importing.resembles(row, reason, url=url)
    return Outcome.SKIPPED


def pieces(plans: Sequence[Any], write: Callable[[Sequence[Any]], object]) -> Iterator[Piece]:
    """The writing of all the rows, as short transactions."""
    for start in range(0, len(plans), PIECE):
        piece = plans[start : start + PIECE]
        yield len(piece), partial(write, piece)


def change(label: Any, before: Any, after: Any) -> Changed:
    """One line of the report."""
    return capfirst(str(label)), _said(before), _said(after)


def _said(value: Any) -> str:
    return "" if value is None else str(value)
