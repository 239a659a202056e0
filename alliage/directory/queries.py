"""Reads of the directory: a constant number of SQL queries, whatever the number of organisations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, F, FloatField, Max, Min, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from alliage.directory.enums import Visibility
from alliage.directory.filters import UNKNOWN_CATEGORY, Filters, Place
from alliage.directory.models import Mention, Organisation
from alliage.directory.wording import Part
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.folding import search_words
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot

PAGE_SIZE = 24
# The column of a territory that says it lies within one of that kind.
WITHIN = {Kind.EPCI: "epci", Kind.EPT: "ept", Kind.DEPARTEMENT: "departement", Kind.REGION: "region", Kind.COM: "com"}

Organisations = QuerySet[Organisation]


def visible(*, to_members: bool = False) -> Organisations:
    """What a visitor may see; members see a little more."""
    shown = [Visibility.PUBLIC, Visibility.MEMBERS] if to_members else [Visibility.PUBLIC]
    return Organisation.objects.filter(is_hidden=False, visibility__in=shown)


# --- Filters -------------------------------------------------------------------------------------------------------


def _within(territory: Place) -> Q:
    """Placed in the territory, or in what lies inside it."""
    if isinstance(territory, Territory) and territory.kind == Kind.CUSTOM:
        inside = [territory.id, *(row.id for row in territories.members(territory))]
        return Q(territory_id__in=inside)
    if territory.kind == Kind.COMMUNE:
        return Q(territory_id=territory.id) | Q(territory__part_of=territory.id)
    inside = [territory.id, *(row.id for row in snapshot().epcis_of.get(territory.id, ()))]
    return Q(territory_id__in=inside) | Q(**{f"territory__{WITHIN[Kind(territory.kind)]}": territory.id})


def _around(territory: Place) -> Q:
    """Placed in what contains the territory: who covers the département may help the commune."""
    return Q(territory_id__in=[above.id for above in wider(territory)])


def wider(territory: Place) -> list[Place]:
    """What contains a territory, from the nearest: commune → EPCI → département → région."""
    whole = getattr(territory, "part_of", None)
    above: list[Place] = [whole] if whole else []
    if isinstance(territory, Territory) and territory.kind == Kind.CUSTOM:
        for commune in territories.members(territory)[:1]:
            above += territories.containers(commune)
    return [*above, *territories.containers(territory), *(territories.containers(whole) if whole else [])]


def in_territory(territory: Place) -> Q:
    """Organisations placed in the territory, inside it, or in what contains it."""
    return _within(territory) | _around(territory)


def _of_category(code: str) -> Q:
    if code == UNKNOWN_CATEGORY:
        return Q(category=None)
    term = taxonomy.term(Vocabulary.CATEGORIES, code)
    return Q(category_id=term.pk if term else 0)


def _of_sequence(number: int) -> Q:
    return Q(Exists(Mention.objects.filter(organisation=OuterRef("pk"), sequence=number)))


def filtered(organisations: Organisations, filters: Filters) -> Organisations:
    """Narrow organisations to what the filters ask. Every word must be found."""
    for word in search_words(filters.q):
        organisations = organisations.filter(search_text__contains=f" {word}")
    if filters.q and not search_words(filters.q):
        return organisations.none()
    if filters.category:
        organisations = organisations.filter(_of_category(filters.category))
    if filters.territory:
        organisations = organisations.filter(in_territory(filters.territory))
    if filters.sequence:
        organisations = organisations.filter(_of_sequence(filters.sequence))
    return organisations


# --- Counts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many organisations: in all, by category code, by sequence. A facet ignores its own filter.

    `titles` are the titles of the sequences; `edition` changes with what the list holds.
    """

    total: int
    categories: dict[str, int]
    sequences: dict[int, int]
    titles: dict[int, str]
    edition: str


def _tagged(organisations: Organisations, tag: str, key: Any, label: Any = None) -> QuerySet[Any, Any]:
    """Rows (tag, key, count, label), ready to be united with others in one query."""
    return (
        organisations.order_by()
        .annotate(tag=Value(tag, CharField()), key=Cast(key, CharField()))
        .values("tag", "key")
        .annotate(found=Count("pk", distinct=True), label=Max(label or Value("", CharField())))
        .values_list("tag", "key", "found", "label")
    )


def counts(organisations: Organisations, filters: Filters) -> Counts:
    """Every count of the page, in one query."""
    total = _tagged(filtered(organisations, filters), "total", Value(""), Cast("updated_at", CharField()))
    categories = _tagged(filtered(organisations, filters.without("categorie")), "category", F("category_id"))
    in_sequences = filtered(organisations, filters.without("sequence")).filter(mentions__sequence__isnull=False)
    sequences = _tagged(in_sequences, "sequence", F("mentions__sequence"), F("mentions__title"))
    found: dict[str, dict[str, int]] = {"total": {}, "category": {}, "sequence": {}}
    titles: dict[int, str] = {}
    edition = ""
    for tag, key, number, label in total.union(categories, sequences, all=True):
        found[tag][key or ""] = number
        if tag == "sequence":
            titles[int(key)] = label
        elif tag == "total":
            edition = f"{number} {label}"
    codes = {str(term.pk): term.code for term in taxonomy.terms(Vocabulary.CATEGORIES)}
    return Counts(
        total=found["total"].get("", 0),
        categories={codes.get(key, UNKNOWN_CATEGORY): number for key, number in found["category"].items()},
        sequences={int(key): number for key, number in found["sequence"].items()},
        titles=titles,
        edition=edition,
    )


@dataclass(frozen=True)
class WayOut:
    """One change of filters that gives results where there were none."""

    filters: Filters
    removed: str  # name of the filter taken away, or "" when the territory was widened
    count: int


def ways_out(organisations: Organisations, filters: Filters) -> list[WayOut]:
    """Which filter empties the list, and the next widenings: those that give something, the nearest first."""
    tries: list[tuple[Filters, str]] = []
    if filters.territory:
        around = [Filters(filters.category, filters.q, found, filters.sequence) for found in wider(filters.territory)]
        tries += [(found, "") for found in around]
    tries += [(filters.without(name), name) for name, _label in filters.active()]
    if not tries:
        return []
    queries = [_tagged(filtered(organisations, each), str(rank), Value("")) for rank, (each, _) in enumerate(tries)]
    united = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    found = {int(tag): number for tag, _key, number, _label in united}
    return [WayOut(each, removed, found[rank]) for rank, (each, removed) in enumerate(tries) if found.get(rank)]


# --- Rows ----------------------------------------------------------------------------------------------------------


def with_mentions(organisations: Organisations) -> Organisations:
    """Rows ready to be shown or exported: their territory, and what documents say, in the order of the day."""
    mentions = Prefetch("mentions", queryset=Mention.objects.order_by("position", "pk"))
    return organisations.select_related("territory").prefetch_related(mentions).order_by("sort_name", "pk")


def category_of(organisation: Organisation) -> Term | None:
    """The category, from memory: no join, no query."""
    return taxonomy.term_by_id(Vocabulary.CATEGORIES, organisation.category_id)


class Line(NamedTuple):
    """One line of the list: plain columns, because a page shows dozens of them."""

    pk: int
    slug: str
    name: str
    category_id: int | None
    place: str | None


def lines(organisations: Organisations) -> QuerySet[Organisation, Any]:
    """Organisations of a list in alphabetical order, as tuples that make a Line."""
    return organisations.order_by("sort_name", "pk").values_list("pk", "slug", "name", "category_id", "territory__name")


def parts(pks: Iterable[int]) -> dict[int, list[Part]]:
    """What documents say of these organisations, in the order of the day, in one query."""
    found: dict[int, list[Part]] = {}
    rows = Mention.objects.filter(organisation__in=list(pks)).order_by("organisation_id", "position")
    for pk, sequence, title, role in rows.values_list("organisation_id", "sequence", "title", "role"):
        found.setdefault(pk, []).append(Part(sequence, title, role))
    return found


@dataclass(frozen=True)
class Spot:
    """One mark of the map: a point and the organisations there. `slug` is set when there is only one."""

    latitude: float
    longitude: float
    name: str
    kind: str
    code: str
    count: int
    slug: str
    label: str


def places(organisations: Organisations) -> list[Spot]:
    """Points of the map, organisations of one place together: as many marks as places, in one query."""
    located = (
        organisations.order_by()
        .annotate(
            lat=Coalesce("latitude", "territory__latitude", output_field=FloatField()),
            lon=Coalesce("longitude", "territory__longitude", output_field=FloatField()),
        )
        .filter(lat__isnull=False)
        .values("lat", "lon", "territory__name", "territory__kind", "territory__code")
        .annotate(found=Count("pk"), slug=Min("slug"), label=Max("name"))
        .order_by("-found", "lat", "lon")
    )
    return [
        Spot(
            row["lat"], row["lon"], row["territory__name"] or "", row["territory__kind"] or "",
            row["territory__code"] or "", row["found"], row["slug"] if row["found"] == 1 else "", row["label"],
        )
        for row in located
    ]  # fmt: skip


def organisation(slug: str, *, to_members: bool = False) -> Organisation | None:
    return with_mentions(visible(to_members=to_members)).filter(slug=slug).first()


def met_in_the_same_sequences(
    organisation: Organisation, *, limit: int, to_members: bool = False
) -> list[Organisation]:
    """Other organisations of the same sequences, those of the most sequences in common first."""
    sequences = {mention.sequence for mention in organisation.mentions.all() if mention.sequence}
    if not sequences:
        return []
    others = visible(to_members=to_members).exclude(pk=organisation.pk).filter(mentions__sequence__in=sequences)
    shared = others.annotate(shared=Count("mentions__sequence", distinct=True))
    return list(shared.order_by("-shared", "sort_name", "pk")[:limit])


def of_territory(territory: Place, *, limit: int) -> tuple[list[Organisation], int]:
    """Organisations placed in a territory or inside it, for its page: the first ones, and how many in all."""
    found = visible().filter(_within(territory)).order_by("sort_name", "pk")
    first = list(found.only("name", "slug", "category_id", "territory_id")[: limit + 1])
    return first[:limit], len(first) if len(first) <= limit else found.count()
