"""Which territories of the same kind look most like one, and why, in plain French.

Each feature is a column; a distance is the weighted gap between two territories, over the features that both have.
Size, intercommunality, role, overseas and distance come with the embedded data; density, trend and employment once the
Insee's indicators are imported. Vectorised with numpy: one query over all communes takes about a millisecond.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, isnan, log
from threading import Lock

import numpy as np
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind, Metric, Nature
from alliage.territories.models import Indicator
from alliage.territories.snapshot import Row, Snapshot, snapshot
from alliage.ui.templatetags.ui import french_number

EARTH_RADIUS = 6371.0
OVERSEAS_CODES = ("97", "98")
# How much a whole unit of each feature weighs. Size first: it says most about means and engineering.
WEIGHTS = {
    "population": 1.0,
    "epci_population": 0.35,
    "nature": 0.5,
    "seat": 0.6,
    "overseas": 1.2,
    "communes": 0.3,
    "distance": 0.25,
    Metric.DENSITY: 0.5,
    Metric.TREND: 0.5,
    Metric.EMPLOYMENT_RATE: 0.4,
}
# What the gap of one unit is: a factor e for sizes, so many points for rates, so many hundred kilometres.
TREND_UNIT, EMPLOYMENT_UNIT, DISTANCE_UNIT = 1.0, 6.0, 400.0
# Two unknowns are not alike: a value that only the other lacks counts as this gap.
MISSING_GAP, MISSING_POPULATION = 1.0, 4.0
SAME_SIZE, CLOSE_SIZE, SAME_EPCI_SIZE, SAME_COUNT = 0.1, 0.4, 0.3, 0.2
SAME_DENSITY, SAME_TREND, SAME_EMPLOYMENT, NEAR = 0.25, 0.25, 1.5, 60.0
MOST_REASONS = 3

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Similar:
    """A territory that looks like another: `reasons` are French sentences without a full stop, the strongest first."""

    territory: Row
    reasons: list[str]
    distance: float


@dataclass(frozen=True)
class Table:
    """Columns of one kind of territory; NaN where a value is not known."""

    rows: list[Row]
    rank: dict[int, int]
    columns: Columns
    incomplete: frozenset[str]

    def value(self, feature: str, rank: int) -> float:
        column = self.columns.get(feature)
        return float(column[rank]) if column is not None else float("nan")


_lock = Lock()
_tables: dict[str, Table] = {}
_version = ""


def similar(territory_id: int, kind: str, *, limit: int = 5) -> list[Similar]:
    """The `limit` territories closest to this one. Nothing for a kind with fewer than two, or an unknown territory."""
    current = snapshot()
    table = _table(current, kind)
    rank = table.rank.get(territory_id)
    if rank is None or len(table.rows) < 2:
        return []
    return _found(current.version, kind, rank, limit)


@lru_cache(maxsize=4096)
def _found(version: str, kind: str, rank: int, limit: int) -> list[Similar]:  # noqa: ARG001 part of the key
    table = _table(snapshot(), kind)
    gaps = distances(table, rank)
    gaps[rank] = np.inf
    wanted = min(limit, len(table.rows) - 1)
    closest = np.argpartition(gaps, wanted - 1)[:wanted]
    ordered = closest[np.lexsort((closest, gaps[closest]))]
    found = [Similar(table.rows[i], reasons(table, rank, int(i)), round(float(gaps[i]), 4)) for i in ordered]
    return [item for item in found if item.reasons]


def closest(territory_id: int, kind: str, among: Iterable[int], *, limit: int) -> list[Similar]:
    """Of these territories, those of this kind that look most like this one, with the reasons; those without a reason are left out."""
    table = _table(snapshot(), kind)
    rank = table.rank.get(territory_id)
    ranks = [table.rank[number] for number in among if number in table.rank and number != territory_id]
    if rank is None or not ranks:
        return []
    gaps = distances(table, rank)
    ordered = sorted(ranks, key=lambda other: (float(gaps[other]), other))[:limit]
    found = [Similar(table.rows[i], reasons(table, rank, i), round(float(gaps[i]), 4)) for i in ordered]
    return [item for item in found if item.reasons]


def distances(table: Table, rank: int) -> np.ndarray:
    """Gap between one territory and all of its kind; a feature that the territory itself lacks is left out."""
    total = np.zeros(len(table.rows), dtype=np.float32)
    for feature, weight in WEIGHTS.items():
        column = table.columns.get(feature)
        if column is None or isnan(column[rank]):
            continue
        gap = np.abs(column - column[rank])
        if feature in table.incomplete:
            np.nan_to_num(gap, copy=False, nan=MISSING_POPULATION if feature == "population" else MISSING_GAP)
        gap *= np.float32(weight)
        total += gap
    kilometres = _kilometres(table, rank)
    if kilometres is not None:
        np.nan_to_num(kilometres, copy=False, nan=DISTANCE_UNIT)
        np.minimum(kilometres, np.float32(DISTANCE_UNIT), out=kilometres)
        kilometres *= np.float32(WEIGHTS["distance"] / DISTANCE_UNIT)
        total += kilometres
    return total


def _kilometres(table: Table, rank: int) -> np.ndarray | None:
    latitude, longitude = table.columns["latitude"], table.columns["longitude"]
    if isnan(latitude[rank]):
        return None
    along = latitude - latitude[rank]
    along *= along
    across = longitude - longitude[rank]
    across *= np.float32(cos(latitude[rank]))
    across *= across
    along += across
    np.sqrt(along, out=along)
    along *= np.float32(EARTH_RADIUS)
    return along


def _table(current: Snapshot, kind: str) -> Table:
    global _version  # noqa: PLW0603 one copy per process and data version
    with _lock:
        if _version != current.version:
            _tables.clear()
            _version = current.version
        if kind not in _tables:
            _tables[kind] = build(current, kind)
        return _tables[kind]


def build(current: Snapshot, kind: str) -> Table:
    """Columns of a kind: sizes as logarithms, roles and natures as numbers, rates divided by their unit."""
    rows = current.by_kind.get(kind, [])
    columns: Columns = {
        "population": _logs([row.population for row in rows]),
        "latitude": np.radians(_floats([row.latitude for row in rows])),
        "longitude": np.radians(_floats([row.longitude for row in rows])),
        "overseas": np.array([float(is_overseas(row)) for row in rows]),
    }
    if kind == Kind.COMMUNE:
        epcis = [current.by_id.get(row.epci_id or 0) for row in rows]
        columns["epci_population"] = _logs([epci.population if epci else None for epci in epcis])
        columns["nature"] = np.array([_nature(epci.nature if epci else "") for epci in epcis])
        columns["seat"] = np.array([_role(current, row) for row in rows])
    else:
        columns["communes"] = _logs([len(current.communes_of.get(row.id, ())) for row in rows])
        if kind == Kind.EPCI:
            columns["nature"] = np.array([_nature(row.nature) for row in rows])
    columns |= _indicators(rows, kind)
    columns = {feature: column.astype(np.float32) for feature, column in columns.items()}
    incomplete = frozenset(feature for feature, column in columns.items() if np.isnan(column).any())
    return Table(rows, {row.id: rank for rank, row in enumerate(rows)}, columns, incomplete)


def is_overseas(row: Row) -> bool:
    """Five départements and régions, and the collectivities; their intercommunalities lie at their communes' place."""
    if row.kind == Kind.COM:
        return True
    if row.kind == Kind.REGION:
        return row.code.startswith("0")
    if row.kind in (Kind.COMMUNE, Kind.DEPARTEMENT):
        return row.code.startswith(OVERSEAS_CODES)
    return row.latitude is not None and row.latitude < 41


def _nature(nature: str) -> float:
    """Legal forms on a line, from rural to metropolitan: neighbours are closer than ends."""
    line = {"": 0.0, Nature.CC: 0.0, Nature.CA: 1.0, Nature.CU: 1.6, Nature.METRO: 2.0, Nature.MET69: 2.0}
    return line.get(nature, 0.0)


def _role(current: Snapshot, row: Row) -> float:
    """2 for the seat of a région, 1 for that of a département or an intercommunality, 0 otherwise."""
    kinds = {seat.kind for seat in current.seats.get(row.id, ())}
    if Kind.REGION in kinds:
        return 2.0
    return 1.0 if kinds else 0.0


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array([float("nan") if value is None else value for value in values], dtype=float)


def _logs(values: Sequence[float | None]) -> np.ndarray:
    return np.array([log(value) if value else float("nan") for value in values], dtype=float)


def _indicators(rows: list[Row], kind: str) -> Columns:
    """Density, trend and employment of the latest year, when they were imported."""
    rank = {row.id: position for position, row in enumerate(rows)}
    columns: Columns = {}
    wanted = [Metric.DENSITY, Metric.TREND, Metric.EMPLOYMENT_RATE]
    found = Indicator.objects.filter(code__in=wanted, territory__kind=kind).order_by("year")
    for territory_id, code, value in found.values_list("territory_id", "code", "value"):
        if territory_id in rank:
            column = columns.setdefault(code, np.full(len(rows), np.nan))
            column[rank[territory_id]] = _scaled(code, value)
    return columns


def _scaled(code: str, value: float) -> float:
    if code == Metric.DENSITY:
        return log(value) if value > 0 else float("nan")
    return value / (TREND_UNIT if code == Metric.TREND else EMPLOYMENT_UNIT)


# --- Reasons -------------------------------------------------------------------------------------------------------


def reasons(table: Table, mine: int, theirs: int) -> list[str]:
    """What the two share, the strongest first, at most `MOST_REASONS`; what is not known is not said."""
    said = (reason(table, mine, theirs) for reason in REASONS)
    return [sentence for sentence in said if sentence][:MOST_REASONS]


def _gap(table: Table, feature: str, mine: int, theirs: int) -> float:
    """Infinite when one of the two is not known."""
    gap = abs(table.value(feature, mine) - table.value(feature, theirs))
    return float("inf") if isnan(gap) else gap


def _overseas(table: Table, mine: int, theirs: int) -> str:
    both = table.value("overseas", mine) == table.value("overseas", theirs) == 1.0
    return _("territoire ultramarin aussi") if both and table.rows[mine].kind != Kind.COM else ""


def _size(table: Table, mine: int, theirs: int) -> str:
    gap = _gap(table, "population", mine, theirs)
    if gap > CLOSE_SIZE:
        return ""
    numbers = {
        "theirs": french_number(table.rows[theirs].population),
        "mine": french_number(table.rows[mine].population),
    }
    if gap <= SAME_SIZE:
        return _("même taille : %(theirs)s habitants contre %(mine)s") % numbers
    return _("taille voisine : %(theirs)s habitants contre %(mine)s") % numbers


def _seat(table: Table, mine: int, theirs: int) -> str:
    role, other = table.value("seat", mine), table.value("seat", theirs)
    if not role > 0 or not other > 0:
        return ""
    return _("aussi chef-lieu de région") if role == other == 2 else _("aussi chef-lieu")


def _intercommunality(table: Table, mine: int, theirs: int) -> str:
    if table.rows[mine].kind == Kind.EPCI:
        same = table.rows[mine].nature == table.rows[theirs].nature and table.rows[mine].nature in Nature.values
        return _("aussi une %(nature)s") % {"nature": Nature(table.rows[mine].nature).label} if same else ""
    if table.rows[mine].epci_id and table.rows[mine].epci_id == table.rows[theirs].epci_id:
        return _("même intercommunalité")
    close = _gap(table, "epci_population", mine, theirs) <= SAME_EPCI_SIZE
    return _("intercommunalité de taille comparable") if close else ""


def _communes(table: Table, mine: int, theirs: int) -> str:
    return _("autant de communes, ou presque") if _gap(table, "communes", mine, theirs) <= SAME_COUNT else ""


def _density(table: Table, mine: int, theirs: int) -> str:
    return _("densité comparable") if _gap(table, Metric.DENSITY, mine, theirs) <= SAME_DENSITY else ""


def _trend(table: Table, mine: int, theirs: int) -> str:
    if _gap(table, Metric.TREND, mine, theirs) > SAME_TREND:
        return ""
    change = table.value(Metric.TREND, mine)
    if abs(change) < SAME_TREND:
        return _("population stable aussi")
    return _("population en hausse aussi") if change > 0 else _("population en baisse aussi")


def _employment(table: Table, mine: int, theirs: int) -> str:
    close = _gap(table, Metric.EMPLOYMENT_RATE, mine, theirs) * EMPLOYMENT_UNIT <= SAME_EMPLOYMENT
    return _("taux d’emploi comparable") if close else ""


def _near(table: Table, mine: int, theirs: int) -> str:
    kilometres = _kilometres(table, mine)
    away = float("nan") if kilometres is None else float(kilometres[theirs])
    precise = table.rows[mine].latitude is not None and away <= NEAR
    return _("à %(distance)s km environ") % {"distance": french_number(max(round(away), 1))} if precise else ""


REASONS: tuple[Callable[[Table, int, int], str], ...] = (
    _size,
    _overseas,
    _seat,
    _density,
    _trend,
    _intercommunality,
    _employment,
    _communes,
    _near,
)
