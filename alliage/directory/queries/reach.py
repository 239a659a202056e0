"""Where entries act, seen from one territory: equal to it, inside it, containing it, or everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from alliage.directory.enums import Reach
from alliage.directory.filters import Place
from alliage.directory.queries.rows import Rows, chunks
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.maps import is_overseas
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, root
from alliage.territories.snapshot import Snapshot as Land
from alliage.territories.snapshot import snapshot as land_of_today

NOWHERE = 0  # no territory has this number
OUT = np.int8(9)


class Other(NamedTuple):
    """A territory that is not in force, a part of a commune or one of the past; the names are those of `Territory`."""

    id: int
    kind: str
    code: str
    name: str
    article_code: int
    nature: str
    status: str
    latitude: float | None
    longitude: float | None
    part_of_id: int | None

    def get_absolute_url(self) -> str:
        return f"{root()}{self.kind}/{self.code}/"


@dataclass
class Ground:
    """Territories that entries name. `others` are those that memory does not hold, `customs` the communes of projects."""

    land: Land
    others: dict[int, Other] = field(default_factory=dict)
    customs: dict[int, frozenset[int]] = field(default_factory=dict)

    def get(self, number: int) -> Row | Other | None:
        return self.land.by_id.get(number) or self.others.get(number)

    @cached_property
    def parts(self) -> dict[int, set[int]]:
        """Parts of each commune, among the territories that entries name."""
        found: dict[int, set[int]] = {}
        for other in self.others.values():
            if other.part_of_id:
                found.setdefault(other.part_of_id, set()).add(other.id)
        return found

    # --- Sets of territories seen from one -------------------------------------------------------------------------

    def communes(self, place: Place) -> frozenset[int]:
        if place.kind == Kind.CUSTOM:
            return self.customs.get(place.id, frozenset())
        if place.kind == Kind.COMMUNE:
            return frozenset({getattr(place, "part_of_id", None) or place.id})
        return frozenset(row.id for row in self.land.communes_of.get(place.id, ()))

    def inside(self, place: Place) -> set[int]:
        """What lies in a territory, even in part: an intercommunality across two départements is in both."""
        communes = self.communes(place)
        found = set(communes)
        for groups in (self.land.epcis_of, self.land.departements_of):
            found.update(row.id for row in groups.get(place.id, ()))
        if place.kind == Kind.EPCI:
            found.update(ept for commune in communes if (ept := self.land.by_id[commune].ept_id))
        for commune in self.parts.keys() & communes:
            found |= self.parts[commune]
        found |= {custom for custom, members in self.customs.items() if members & communes and not communes < members}
        return found - {place.id}

    def around(self, place: Place) -> set[int]:
        """What contains a territory whole."""
        communes = self.communes(place)
        found = {row.id for row in wider(place, self.customs)}
        found |= {custom for custom, members in self.customs.items() if communes and communes <= members}
        return found - {place.id}


def wider(place: Place, customs: dict[int, frozenset[int]] | None = None) -> list[Place]:
    """What contains a territory, from the nearest: commune → EPCI → département → région."""
    whole = getattr(place, "part_of", None)
    above: list[Place] = [whole] if whole else []
    if place.kind == Kind.CUSTOM:
        above += _shared(place, customs)
    return [*above, *territories.containers(place), *(territories.containers(whole) if whole else [])]


def _shared(place: Place, customs: dict[int, frozenset[int]] | None) -> list[Place]:
    """What contains every commune of a custom territory."""
    land = land_of_today()
    if customs is not None and place.id in customs:
        communes: Iterable[Row] = [land.by_id[pk] for pk in customs[place.id] if pk in land.by_id]
    else:
        communes = territories.members(place) if isinstance(place, Territory) else []
    found: dict[int, Row] = {}
    for rank, commune in enumerate(communes):
        above = {row.id: row for row in territories.containers(commune)}
        found = above if rank == 0 else {pk: row for pk, row in found.items() if pk in above}
    return list(found.values())


def ground(rows: Rows, land: Land, known: Ground | None = None) -> Ground:
    """One query for territories out of force, one for custom ones, when there are any that `known` does not hold."""
    same = known if known and known.land is land else None
    named = {int(pk) for pk in np.unique(np.concatenate([rows.areas[:, 1], rows.office]))} - {NOWHERE}
    others = dict(same.others) if same else {}
    missing = sorted(named - land.by_id.keys() - others.keys())
    for piece in chunks(missing, 5000):
        found = Territory.objects.filter(pk__in=piece).order_by().values_list(*Other._fields)
        others |= {values[0]: Other(*values) for values in found}
    return Ground(land, others, same.customs if same else _customs(land))


def _customs(land: Land) -> dict[int, frozenset[int]]:
    if not land.by_kind.get(Kind.CUSTOM):
        return {}
    found: dict[int, set[int]] = {row.id: set() for row in land.by_kind[Kind.CUSTOM]}
    pairs = Territory.communes.through.objects.values_list("from_territory_id", "to_territory_id")
    for custom, commune in pairs:
        found.setdefault(custom, set()).add(commune)
    return {custom: frozenset(members) for custom, members in found.items()}


# --- Entries -------------------------------------------------------------------------------------------------------


class Areas:
    """Territories of each entry, as ranks in `used`; an entry without any acts where its office is, if that is shown.

    `used[rank]` is the number of a territory. Rank 0 is nowhere. `ranks[starts[r]:starts[r + 1]]` are those of row r.
    """

    def __init__(self, rows: Rows, entry_rows: np.ndarray) -> None:
        size = len(rows)
        having = np.bincount(entry_rows, minlength=size)
        bare = np.flatnonzero(having == 0)
        row = np.concatenate([entry_rows, bare])
        number = np.concatenate([rows.areas[:, 1], rows.office[bare]])
        order = np.argsort(row, kind="stable")
        self.used = np.unique(np.concatenate([[NOWHERE], number])).astype(np.int64)
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=size))])[:-1].astype(np.int32)
        ranks = np.searchsorted(self.used, number[order]).astype(np.int32)
        is_office = np.concatenate([np.zeros(len(entry_rows), bool), np.ones(len(bare), bool)])[order]
        hidden = is_office[:, None] & (rows.place_level[row[order]][:, None] > np.array([0, 1]))
        self.by_level = [np.where(hidden[:, level], 0, ranks) for level in (0, 1)]
        self.declared = having

    def least(self, table: np.ndarray, level: int) -> np.ndarray:
        """For each entry, the smallest value of `table` (one per rank of `used`) over its territories."""
        if not len(self.starts):
            return np.zeros(0, table.dtype)
        return np.minimum.reduceat(table[self.by_level[level]], self.starts)

    def ranks(self, row: int, level: int) -> np.ndarray:
        """Territories of an entry, or its office, as ranks in `used`."""
        end = self.starts[row + 1] if row + 1 < len(self.starts) else None
        return self.by_level[level][self.starts[row] : end]

    def numbers(self, row: int) -> list[int]:
        """Territories where an entry says that it acts; its office is not one of them."""
        start = self.starts[row]
        return [int(self.used[rank]) for rank in self.by_level[1][start : start + self.declared[row]]]


def table(known: Ground, place: Place, used: np.ndarray) -> np.ndarray:
    """What each territory of `used` is to a place: a `Reach`, or `OUT`."""
    found = np.full(len(used), OUT, np.int8)
    for reach, numbers in (
        (Reach.AROUND, known.around(place)),
        (Reach.INSIDE, known.inside(place)),
        (Reach.EQUAL, {place.id}),
    ):
        found[np.isin(used, np.fromiter(numbers, np.int64))] = reach
    found[0] = OUT
    return found


def overseas(known: Ground, used: np.ndarray) -> np.ndarray:
    """0 for the territories of `used` that lie overseas, 1 for the others."""
    return np.array([0 if _is_overseas(known, int(number)) else 1 for number in used], np.int8)


def _is_overseas(known: Ground, number: int) -> bool:
    place = known.get(number)
    if isinstance(place, Other):
        place = known.land.by_id.get(place.part_of_id or 0)
    if not isinstance(place, Row):
        return False
    if place.kind == Kind.CUSTOM:
        return any(_is_overseas(known, commune) for commune in known.customs.get(place.id, ()))
    if place.kind in (Kind.EPCI, Kind.EPT):
        return any(_is_overseas(known, row.id) for row in known.land.communes_of.get(place.id, ())[:1])
    above = [place, *(known.land.by_id.get(parent or 0) for parent in (place.departement_id, place.com_id))]
    return any(row is not None and is_overseas(row.kind, row.code) for row in above)
