"""Where there is someone to help, and where there is nobody: by métier and levier, for each département or EPCI."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from alliage.directory.enums import EntryKind
from alliage.directory.queries import bits
from alliage.directory.queries.reach import Ground
from alliage.directory.queries.snapshot import Snapshot, snapshot
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.maps.shades import DARKEST
from alliage.territories.snapshot import Row
from alliage.territories.snapshot import Snapshot as Land

SCALES = (Kind.DEPARTEMENT, Kind.EPCI)


@dataclass(frozen=True)
class Cell:
    """One territory: how many people act there (who name it, what lies in it or what contains it), in all and by term."""

    place: Row
    total: int
    by_term: tuple[int, ...]


@dataclass(frozen=True)
class Coverage:
    """`terms` are the métiers then the leviers. `national_count` people act everywhere: they are in no cell."""

    terms: tuple[Term, ...]
    cells: tuple[Cell, ...]
    national_count: int
    land: Land = field(repr=False)

    def communes_of(self, place: Row) -> list[Row]:
        return self.land.communes_of.get(place.id, [])

    @cached_property
    def by_place(self) -> dict[int, Cell]:
        return {cell.place.id: cell for cell in self.cells}

    @cached_property
    def missing(self) -> tuple[int, ...]:
        """For each term, how many territories have nobody."""
        return tuple(sum(not cell.by_term[rank] for cell in self.cells) for rank in range(len(self.terms)))

    @property
    def empty(self) -> list[Cell]:
        """Territories where nobody acts."""
        return [cell for cell in self.cells if not cell.total]


@dataclass(frozen=True)
class Inside:
    """A département or collectivity, how many intercommunalities lie in it, even in part, and in how many there is someone."""

    area: Row
    count: int
    covered: int

    @property
    def bare(self) -> int:
        return self.count - self.covered

    @property
    def shade(self) -> int:
        """0 when nobody acts in any of them, 4 when there is someone in each; by quarters between."""
        return -(-DARKEST * self.covered // self.count)


def inside(found: Coverage, area: Row) -> list[Cell]:
    """The intercommunalities with a commune in a département or collectivity, by name."""
    there = {row.id for row in found.land.epcis_of.get(area.id, ())}
    return [cell for cell in found.cells if cell.place.id in there]


def intercommunalities(found: Coverage, term: Term | None = None) -> list[Inside]:
    """The départements and collectivities that hold intercommunalities, in the order of their codes."""
    rank = found.terms.index(term) if term else None
    answer = []
    for area in _cells_of(found.land, Kind.DEPARTEMENT):
        cells = [found.by_place[row.id] for row in found.land.epcis_of.get(area.id, ()) if row.id in found.by_place]
        if cells:
            covered = sum(bool(cell.total if rank is None else cell.by_term[rank]) for cell in cells)
            answer.append(Inside(area, len(cells), covered))
    return answer


def coverage(scale: str, *, level: int = 0) -> Coverage:
    """Count the people of the directory over the départements and collectivities, or over the EPCI and EPT.

    Answers what a visitor of this level may see. Kept until the directory changes.
    """
    known = snapshot()
    terms = (*taxonomy.terms(Vocabulary.METIERS), *taxonomy.terms(Vocabulary.LEVIERS))
    said = tuple((term.pk, term.label, term.short_label) for term in terms)
    found: Coverage = known.keep(("coverage", scale, level, said), lambda: _counted(known, scale, level, terms))
    return found


def _counted(known: Snapshot, scale: str, level: int, terms: tuple[Term, ...]) -> Coverage:
    """Linear in the number of people and of their areas."""
    people = bits.rows_of(known.seen[level] & known.kinds[EntryKind.CATALYST], known.size)
    national = known.rows.national[people] if len(people) else np.zeros(0, bool)
    cells = _cells(known.places, scale)
    ranks = {place.id: rank for rank, place in enumerate(cells)}
    who, where = _pairs(known, people[~national], ranks, scale, level)
    totals = np.bincount(where, minlength=len(cells))
    by_term = [_count(known, term, who, where, len(cells)) for term in terms]
    return Coverage(
        terms,
        tuple(
            Cell(place, int(totals[rank]), tuple(int(counts[rank]) for counts in by_term))
            for rank, place in enumerate(cells)
        ),
        int(national.sum()),
        known.places.land,
    )


def _count(known: Snapshot, term: Term, who: np.ndarray, where: np.ndarray, size: int) -> np.ndarray:
    having = known.terms.get(term.pk)
    if having is None:
        return np.zeros(size, int)
    practises = np.zeros(known.size, bool)
    practises[bits.rows_of(having, known.size)] = True
    return np.bincount(where[practises[who]], minlength=size)


def _cells(places: Ground, scale: str) -> list[Row]:
    """Territories of a scale, overseas collectivities included, in the order of their names."""
    return _cells_of(places.land, scale)


def _cells_of(land: Land, scale: str) -> list[Row]:
    if scale == Kind.EPCI:
        return [row for row in land.rows if row.kind in (Kind.EPCI, Kind.EPT)]
    return sorted((*land.by_kind[Kind.DEPARTEMENT], *land.by_kind[Kind.COM]), key=lambda row: row.code)


def _pairs(
    known: Snapshot, people: np.ndarray, ranks: dict[int, int], scale: str, level: int
) -> tuple[np.ndarray, np.ndarray]:
    """Row and cell of everyone who acts there, each pair once."""
    areas = known.areas
    ends = np.concatenate([areas.starts[1:], [len(areas.by_level[level])]])
    counts = (ends - areas.starts)[people] if len(people) else np.zeros(0, int)
    starts = areas.starts[people] if len(people) else np.zeros(0, int)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    used = areas.by_level[level][np.repeat(starts, counts) + offsets]
    who = np.repeat(people, counts)[np.argsort(used, kind="stable")]
    ends_of = np.cumsum(np.bincount(used, minlength=len(areas.used)))
    naming: list[list[np.ndarray]] = [[] for _cell in ranks]
    for area in np.unique(used):
        for pk in _covered(known.places, int(areas.used[area]), scale):
            if pk in ranks:
                naming[ranks[pk]].append(who[ends_of[area - 1] if area else 0 : ends_of[area]])
    acting = [_once(each, known.size) for each in naming]
    where = np.repeat(np.arange(len(ranks)), [len(each) for each in acting])
    return np.concatenate([*acting, np.zeros(0, int)]).astype(int), where


def _once(parts: list[np.ndarray], size: int) -> np.ndarray:
    """Rows that are in one of these at least, without sorting them."""
    if len(parts) < 2:
        return parts[0] if parts else np.zeros(0, int)
    there = np.zeros(size, bool)
    for part in parts:
        there[part] = True
    return np.flatnonzero(there)


def _covered(places: Ground, number: int, scale: str) -> set[int]:
    """Territories of the scale that share ground with a territory: itself, what lies inside it, what contains it."""
    place = places.get(number)
    if place is None:
        return set()
    by_id = places.land.by_id
    communes = [by_id[commune] for commune in places.communes(place) if commune in by_id]  # type: ignore[arg-type]
    return {number}.union(*(_above(commune, scale) for commune in communes))


def _above(commune: Row, scale: str) -> set[int]:
    if scale == Kind.EPCI:
        return {pk for pk in (commune.epci_id, commune.ept_id) if pk}
    return {pk for pk in (commune.departement_id, commune.com_id) if pk}
