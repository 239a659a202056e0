"""Reads of territories' pages. Most come from the snapshot in memory: a page costs two or three SQL queries."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy

from alliage.prepared import Prepared
from alliage.territories import grammar, lookup, suggestions
from alliage.territories import similar as similarity
from alliage.territories.enums import Change, Kind, Metric
from alliage.territories.models import DataSource, Indicator, Outline, Territory, TerritoryChange, Zoning
from alliage.territories.similar import Similar
from alliage.territories.snapshot import Part, Row, snapshot

# What may be a code; anything else in an address is not worth a query.
CODE = re.compile(r"[\w-]{1,40}", re.ASCII)
LONGEST = 200
CHUNK = 500
INSIDE = 24

EXPORT_COLUMNS = (
    "kind", "code", "name", "nature", "population", "siren", "postal_codes", "latitude", "longitude", "precision",
    "epci", "ept", "departement", "region", "com", "url",
)  # fmt: skip


def similar(territory: Territory | Row, *, limit: int = 5) -> list[Similar]:
    """Territories of the same kind that look most like this one, with the reasons in French."""
    return similarity.similar(territory.id, territory.kind, limit=limit)


def closest(territory: Territory | Row, among: Iterable[int], *, limit: int = 5) -> list[Similar]:
    """Of these territories (their numbers), those that look most like this one, with the reasons in French."""
    return similarity.closest(territory.id, territory.kind, among, limit=limit)


# --- One territory -------------------------------------------------------------------------------------------------


def territory(kind: str, code: str) -> Territory | None:
    """The territory with exactly this code."""
    if not CODE.fullmatch(code):
        return None
    return next(iter(_NAMED(kind, code)), None)


_NAMED = Prepared(lambda kind, code: Territory.objects.filter(kind=kind, code=code).order_by()[:1])


def outline(territory: Territory) -> Outline | None:
    """Its official outline, when one was imported."""
    return territory.outline if territory.id in snapshot().known.outlined else None


def elsewhere(kind: str, code: str) -> Territory | None:
    """Where an address with another case (2a004) or a code of the past leads, or None."""
    if kind not in Kind.values or not CODE.fullmatch(code):
        return None
    for written in (code.upper(), code.lower()):
        if written != code:
            found = lookup.find(kind, written)
            if found:
                return found
    return lookup.find(kind, code)


def close_to(kind: str, code: str, *, limit: int = 6) -> list[suggestions.Suggestion]:
    """What someone who typed an unknown address may have meant."""
    text = code.replace("-", " ").replace("_", " ")
    kinds = [kind] if kind in Kind.values else None
    found = suggestions.find(text, limit=limit, kinds=kinds)
    return found or suggestions.find(text, limit=limit)


def containers(territory: Territory | Row) -> list[Row]:
    """What contains a territory, from the nearest to the widest."""
    known = snapshot()
    parents = (
        territory.ept_id,
        territory.epci_id,
        territory.departement_id,
        territory.region_id,
        territory.com_id,
    )
    found = [known.by_id[parent] for parent in parents if parent in known.by_id]
    if territory.kind in (Kind.EPCI, Kind.EPT):
        departements = known.departements_by_epci.get(territory.id, [])
        regions = {row.region_id: None for row in departements if row.region_id}
        communes = known.communes_of.get(territory.id, [])
        coms = {row.com_id: None for row in communes if row.com_id}
        if territory.kind == Kind.EPT:  # wholly in the métropole of its communes
            found += [known.by_id[pk] for pk in {row.epci_id: None for row in communes} if pk in known.by_id]
        found += departements + [known.by_id[parent] for parent in (*regions, *coms) if parent in known.by_id]
    return found


@dataclass(frozen=True)
class Inside:
    """Territories of one kind inside another: the most populated first, `total` of them in all."""

    kind: Kind
    title: str
    rows: list[Row]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)

    @property
    def named(self) -> list[tuple[Row, str]]:
        return [(row, grammar.title(row)) for row in self.rows]


def inside(territory: Territory, *, limit: int = INSIDE) -> list[Inside]:
    """What a territory contains, kind by kind: capped where the index can list the rest, whole elsewhere."""
    known = snapshot()
    groups: list[tuple[Kind, Sequence[Row]]] = []
    if territory.kind == Kind.CUSTOM:
        groups.append((Kind.COMMUNE, communes(territory)))
    elif territory.kind != Kind.COMMUNE:
        groups.append((Kind.DEPARTEMENT, known.departements_of.get(territory.id, [])))
        groups.append((Kind.EPCI, known.epcis_of.get(territory.id, [])))
        if territory.kind != Kind.REGION:
            groups.append((Kind.COMMUNE, known.communes_of.get(territory.id, [])))
    indexed = territory.kind in (Kind.REGION, Kind.DEPARTEMENT)
    return [_inside(kind, rows, limit if indexed else len(rows)) for kind, rows in groups if rows]


PLURALS = {
    Kind.COMMUNE: gettext_lazy("Communes"),
    Kind.EPCI: gettext_lazy("Intercommunalités"),
    Kind.DEPARTEMENT: gettext_lazy("Départements"),
}


def _inside(kind: Kind, rows: Sequence[Row], limit: int) -> Inside:
    return Inside(kind, str(PLURALS[kind]), list(rows[:limit]), len(rows))


def communes(territory: Territory) -> list[Row]:
    """The communes of any territory, the most populated first; for a commune, those of its intercommunality."""
    known = snapshot()
    if territory.kind == Kind.CUSTOM:
        return members(territory)
    if territory.kind == Kind.COMMUNE:
        return known.communes_of.get(territory.epci_id or 0, [])
    return known.communes_of.get(territory.id, [])


def members(territory: Territory) -> list[Row]:
    """The communes of a custom territory; read once for a page."""
    known = snapshot()
    found = getattr(territory, "_members", None)
    if found is None:
        pks = territory.communes.values_list("pk", flat=True)
        found = [known.by_id[pk] for pk in pks if pk in known.by_id]
        found.sort(key=lambda row: -(row.population or 0))
        territory._members = found  # type: ignore[attr-defined]  # noqa: SLF001 kept for the page
    return found


def seat(territory: Territory) -> Row | None:
    return snapshot().by_id.get(territory.seat_id or 0)


def seat_of(territory: Territory) -> list[Row]:
    return snapshot().seats.get(territory.id, [])


def parts(territory: Territory) -> list[Part]:
    """Communes déléguées and associées, boroughs of a commune."""
    return snapshot().known.parts.get(territory.id, [])


def projects(territory: Territory) -> list[Territory]:
    """Custom territories that a commune belongs to."""
    if territory.kind != Kind.COMMUNE or not snapshot().by_kind.get(Kind.CUSTOM):
        return []
    return list(territory.custom_territories.all())


def zonings(territory: Territory) -> list[Zoning]:
    """Programmes and zones that a commune is in."""
    if territory.kind != Kind.COMMUNE or not snapshot().known.zonings:
        return []
    return list(territory.zonings.all())


def changes(territory: Territory) -> list[TerritoryChange]:
    """Its history, the latest first; the codes of the past only serve to find it."""
    if territory.id not in snapshot().known.changed:
        return []
    return list(territory.changes.exclude(change=Change.RECODED).order_by("-pk"))


def latest_indicators(territory: Territory) -> list[Indicator]:
    """The latest year of each indicator, in the order of `enums.Metric`."""
    if not snapshot().known.indicators:
        return []
    latest = {indicator.code: indicator for indicator in territory.indicators.order_by("year")}
    return sorted(latest.values(), key=lambda indicator: Metric.values.index(indicator.code))


def source(name: str) -> DataSource | None:
    """What was imported under this name (`decoupage`, `points`…)."""
    return next((found for found in snapshot().known.sources if found.name == name), None)


# --- The index -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the index is asked: the same for the page and the exports. Unknown values are empty."""

    q: str = ""
    kind: str = ""
    region: Row | None = None
    departement: Row | None = None

    @property
    def any(self) -> bool:
        return bool(self.q or self.kind or self.region or self.departement)

    def parameters(self) -> dict[str, str]:
        """As in the address, in a fixed order, without the empty ones."""
        asked = {
            "q": self.q,
            "type": self.kind,
            "region": self.region.code if self.region else "",
            "departement": self.departement.code if self.departement else "",
        }
        return {name: value for name, value in asked.items() if value}


def filters(asked: Any) -> Filters:
    """From the parameters of an address; what names nothing is left out."""
    known = snapshot()
    kind = asked.get("type", "")
    return Filters(
        q=" ".join(asked.get("q", "").replace("\0", " ").split())[:LONGEST],
        kind=kind if kind in Kind.values else "",
        region=known.by_code.get((Kind.REGION, asked.get("region", ""))),
        departement=known.by_code.get((Kind.DEPARTEMENT, asked.get("departement", "").upper())),
    )


def listed(wanted: Filters) -> list[Row]:
    """Territories in force that match: by name, or the best match first when words are searched."""
    known = snapshot()
    rows: Iterable[Row] = known.by_kind.get(wanted.kind, []) if wanted.kind else known.rows
    if wanted.q:
        found = suggestions.matching(wanted.q, kinds=[wanted.kind] if wanted.kind else None)
        rows = [known.by_id[pk] for pk in found if pk in known.by_id]
    elif place := wanted.departement or wanted.region:
        rows = (row for row in known.within.get(place.id, ()) if wanted.kind in ("", row.kind))
    return _within(rows, wanted)


def _within(rows: Iterable[Row], wanted: Filters) -> list[Row]:
    """Those in the région and the département asked."""
    for place in (wanted.region, wanted.departement):
        if place:
            inside = {row.id for row in snapshot().within.get(place.id, ())}
            rows = [row for row in rows if row.id in inside]
    return list(rows)


def counts() -> dict[str, int]:
    """How many territories in force of each kind."""
    return {kind: len(rows) for kind, rows in snapshot().by_kind.items()}


def regions() -> list[Row]:
    return snapshot().by_kind.get(Kind.REGION, [])


def departements() -> list[Row]:
    return sorted(snapshot().by_kind.get(Kind.DEPARTEMENT, []), key=lambda row: row.code)


def overseas() -> list[Row]:
    """The five départements that are also régions, then the collectivities."""
    known = snapshot()
    return [row for row in known.by_kind.get(Kind.DEPARTEMENT, []) if row.code.startswith("97")] + known.by_kind.get(
        Kind.COM, []
    )


def exported(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Every row with all its columns (`EXPORT_COLUMNS`), read by pieces."""
    known = snapshot()
    waiting = iter(rows)
    while piece := list(islice(waiting, CHUNK)):
        numbers = Territory.objects.in_bulk([row.id for row in piece])
        for row in piece:
            found = numbers.get(row.id)
            yield {
                "kind": row.kind,
                "code": row.code,
                "name": grammar.title(row),
                "nature": row.nature,
                "population": row.population,
                "siren": found.siren if found else "",
                "postal_codes": found.postal_codes if found else "",
                "latitude": row.latitude,
                "longitude": row.longitude,
                "precision": row.precision,
                **{
                    name: known.by_id[parent].code if parent in known.by_id else ""
                    for name, parent in (
                        ("epci", row.epci_id),
                        ("ept", row.ept_id),
                        ("departement", row.departement_id),
                        ("region", row.region_id),
                        ("com", row.com_id),
                    )
                },
                "url": row.get_absolute_url(),
            }
