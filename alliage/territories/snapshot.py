"""All territories in force, in memory as columns: what maps, lists of members and similarity read without SQL.

Read once per process (about 38,000 short rows), again when the reference data changes. The database's own version is
looked at every `CHECK_SECONDS`; a token in the cache tells when it was emptied, so that tests never see one another's.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache as cache_once
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max
from django.urls import reverse

from alliage import marks
from alliage.territories.enums import Change, Kind, Precision, Status
from alliage.territories.models import DataSource, Indicator, Outline, Territory, TerritoryChange, Zoning

CHECK_SECONDS = 30
TOKEN = "territories:snapshot"  # noqa: S105 a cache key


class Row(NamedTuple):
    """One territory in force; the names are those of `Territory`."""

    id: int
    kind: str
    code: str
    name: str
    article_code: int
    nature: str
    population: int | None
    latitude: float | None
    longitude: float | None
    precision: str
    epci_id: int | None
    ept_id: int | None
    departement_id: int | None
    region_id: int | None
    com_id: int | None
    seat_id: int | None

    @property
    def status(self) -> str:
        return Status.CURRENT

    @property
    def is_precise(self) -> bool:
        return self.precision == Precision.EXACT

    def get_absolute_url(self) -> str:
        return f"{root()}{self.kind}/{self.code}/"


@cache_once
def root() -> str:
    """Where addresses of territories begin: lists write hundreds of them."""
    return reverse("territories:index")


def _largest_first(groups: dict[int, list[Row]]) -> dict[int, list[Row]]:
    for rows in groups.values():
        rows.sort(key=lambda row: -(row.population or 0))
    return groups


class Part(NamedTuple):
    """A commune déléguée or associée, a borough of a commune."""

    kind: str
    code: str
    name: str
    status: str

    def get_status_display(self) -> str:
        return str(Status(self.status).label)


@dataclass(frozen=True)
class Known:
    """Parts of each territory, and what is worth a query on a page: territories that have a history, an official outline;
    whether indicators, zonings exist."""

    parts: dict[int, list[Part]] = field(default_factory=dict)
    changed: frozenset[int] = frozenset()
    outlined: frozenset[int] = frozenset()
    indicators: bool = False
    zonings: bool = False
    sources: tuple[DataSource, ...] = ()


@dataclass
class Snapshot:
    """Rows sorted by name. `version` changes with the data."""

    version: str
    rows: list[Row]
    known: Known = field(default_factory=Known)
    by_id: dict[int, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {row.id: row for row in self.rows}

    @cached_property
    def by_kind(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.kind].append(row)
        return found

    @cached_property
    def by_code(self) -> dict[tuple[str, str], Row]:
        return {(row.kind, row.code): row for row in self.rows}

    @cached_property
    def seats(self) -> dict[int, list[Row]]:
        """Of which territories a commune is the chef-lieu."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.seat_id:
                found[row.seat_id].append(row)
        return found

    @cached_property
    def communes_of(self) -> dict[int, list[Row]]:
        """Communes of each EPCI, EPT, département, région and collectivity, the most populated first."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.by_kind[Kind.COMMUNE]:
            for parent in (row.epci_id, row.ept_id, row.departement_id, row.region_id, row.com_id):
                if parent:
                    found[parent].append(row)
        return _largest_first(found)

    @cached_property
    def departements_of(self) -> dict[int, list[Row]]:
        """Départements of each région, the most populated first."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.by_kind[Kind.DEPARTEMENT]:
            if row.region_id:
                found[row.region_id].append(row)
        return _largest_first(found)

    @cached_property
    def epcis_of(self) -> dict[int, list[Row]]:
        """EPCI and EPT with a commune in each département, région or collectivity, the most populated first."""
        parents: dict[int, set[int]] = defaultdict(set)
        for row in self.by_kind[Kind.COMMUNE]:
            for parent in (row.departement_id, row.region_id, row.com_id):
                if parent:
                    parents[parent].update(found for found in (row.epci_id, row.ept_id) if found)
        return _largest_first(
            {
                parent: [self.by_id[found] for found in sorted(ids) if found in self.by_id]
                for parent, ids in parents.items()
            }
        )

    @cached_property
    def within(self) -> dict[int, list[Row]]:
        """Everything inside each région and département, by name: their communes, départements, EPCI and EPT."""
        around: dict[int, set[int]] = defaultdict(set)
        for parent, rows in self.epcis_of.items():
            for row in rows:
                around[row.id].add(parent)
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            for parent in {row.region_id, row.departement_id, *around.get(row.id, ())} - {None}:
                found[parent].append(row)
        return found

    @cached_property
    def departements_by_epci(self) -> dict[int, list[Row]]:
        """Départements that each EPCI or EPT lies in, the most communes first."""
        counts: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.by_kind[Kind.COMMUNE]:
            if row.departement_id:
                for parent in (row.epci_id, row.ept_id):
                    if parent:
                        counts[parent][row.departement_id] += 1
        return {
            parent: [self.by_id[found] for found in sorted(seen, key=lambda found: -seen[found])]
            for parent, seen in counts.items()
        }


_lock = Lock()
_current: Snapshot | None = None
_checked_at = 0.0


def snapshot() -> Snapshot:
    """The territories in force, at most `CHECK_SECONDS` late."""
    global _current, _checked_at  # noqa: PLW0603 one copy per process is the point
    token = marks.mark(TOKEN, _token)
    known = _current
    if known and known.version.startswith(token) and time.monotonic() - _checked_at < CHECK_SECONDS:
        return known
    with _lock:
        version = f"{token}:{_database_version()}"
        if _current is None or _current.version != version:
            _current = Snapshot(version, _rows(), _known())
        _checked_at = time.monotonic()
        return _current


def _token() -> str:
    return cache.get_or_set(TOKEN, lambda: uuid.uuid4().hex, timeout=None) or ""


def forget() -> None:
    """This process reads again at its next page; another one, when it next looks at the database's version."""
    cache.delete(TOKEN)
    marks.forget(TOKEN)


def _database_version() -> str:
    sources = DataSource.objects.aggregate(last=Max("imported_at"), total=Count("pk"))
    table = Territory.objects.aggregate(last=Max("pk"))
    return f"{sources['last']}:{sources['total']}:{table['last']}"


def _sharing() -> Callable[[Any], Any]:
    """The same object for equal values: 38,000 rows repeat their kinds, their parents, their names. (Python's own table of interned
    texts would do it for texts, and stay 2 MB larger.)"""
    known: dict[Any, Any] = {}

    def once(value: Any) -> Any:
        return known.setdefault(value, value) if type(value) in (str, int) else value

    return once


def _rows() -> list[Row]:
    current = Territory.objects.filter(status=Status.CURRENT).order_by("sort_name", "pk")
    once = _sharing()
    found = current.values_list(*Row._fields).iterator(chunk_size=5000)
    return [Row(*map(once, values)) for values in found]


def _known() -> Known:
    changes = TerritoryChange.objects.exclude(change=Change.RECODED)
    return Known(
        parts=_parts(),
        changed=frozenset(changes.values_list("territory_id", flat=True)),
        outlined=frozenset(Outline.objects.values_list("territory_id", flat=True)),
        indicators=Indicator.objects.exists(),
        zonings=Zoning.objects.exists(),
        sources=tuple(DataSource.objects.all()),
    )


def _parts() -> dict[int, list[Part]]:
    """By number of the whole, by name."""
    once, found = _sharing(), defaultdict(list)
    parts = Territory.objects.filter(part_of__isnull=False).exclude(status=Status.FORMER).order_by("sort_name", "pk")
    for whole, *values in parts.values_list("part_of_id", *Part._fields):
        found[whole].append(Part(*map(once, values)))
    return dict(found)
