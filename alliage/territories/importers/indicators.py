"""Figures by commune (Insee), then those of what communes make up: EPCI, départements, régions, custom territories.

A file has one row per commune, or one per commune and postal code: repeated rows count once. Figures of communes merged
since then add up. Columns are named after what they count, with their year: `population_2021`, `naissances_2022`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from alliage.imports.engine import FileRefused, Outcome, Row, RowRefused
from alliage.territories.enums import Kind, Metric, Status
from alliage.territories.importers.communes import Commune, Communes, complete_code
from alliage.territories.models import Indicator, Territory

CODE = "insee_com"
TYPE = "commune_type"
PARENT = "insee_parente"
COLUMNS = {
    "population": Metric.POPULATION,
    "superficie_km2": Metric.AREA,
    "menages": Metric.HOUSEHOLDS,
    "naissances": Metric.BIRTHS,
    "deces": Metric.DEATHS,
    "pop_15_64_totale": Metric.WORKING_AGE,
    "pop_15_64_active": Metric.ACTIVE,
    "pop_15_64_chomage": Metric.UNEMPLOYED,
}
_DATED = re.compile(r"(?P<stem>\w+?)_(?P<year>(?:19|20)\d\d)")
# What a zero hides: the source writes 0 where it does not know (Mayotte).
ZERO_IS_UNKNOWN = {Metric.POPULATION, Metric.HOUSEHOLDS, Metric.WORKING_AGE, Metric.ACTIVE, Metric.UNEMPLOYED}
# A sum over communes is shown when those that are known hold at least this share of the inhabitants.
COVERAGE = 0.95
BATCH = 5_000
DRAFT = (
    "CREATE TEMPORARY TABLE figures_to_write"
    " (territory_id bigint, code varchar(20), year smallint, value double precision, source varchar(200))"
)
LAY = "INSERT INTO figures_to_write (territory_id, code, year, value, source) VALUES (%s, %s, %s, %s, %s)"
WRITE = (
    "INSERT INTO territories_indicator (territory_id, code, year, value, source)"
    " SELECT territory_id, code, year, value, source FROM figures_to_write WHERE 1 = 1"
    " ORDER BY territory_id, code, year"
    " ON CONFLICT (territory_id, code, year) DO UPDATE SET value = excluded.value, source = excluded.source"
)

Measure = tuple[Metric, int]
Figures = dict[Measure, float]


@dataclass
class Plan:
    """What the file says, territory by territory, and what was wrong with some rows."""

    figures: dict[int, Figures] = field(default_factory=dict)
    territory_of_row: dict[int, int | None] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


class IndicatorsImport:
    """Rows are read together; `apply` says what each changes, and `write` writes the figures of every territory.

    `measures` says what each column counts, and for which year.
    """

    def __init__(self, rows: Sequence[Row], measures: Mapping[str, Measure], *, source: str) -> None:
        self.source = source
        self.measures = measures
        self._rows = rows
        self.plan = self._read(Communes())
        self._containers()
        for figures in self.plan.figures.values():
            figures.update(derived(figures))
        self.existing = self._existing()
        self.changed = list(self._changed())

    def apply(self, row: Row) -> str:
        """The row was read beforehand; say what it changes."""
        if row.number in self.plan.refused:
            raise RowRefused(self.plan.refused[row.number])
        territory = self.plan.territory_of_row.get(row.number)
        if territory is None:
            return Outcome.UNCHANGED
        known, figures = self.existing.get(territory, {}), self.plan.figures[territory]
        if figures and not known:
            return Outcome.CREATED
        same = all(known.get(measure) == value for measure, value in figures.items())
        return Outcome.UNCHANGED if same else Outcome.UPDATED

    def _read(self, communes: Communes) -> Plan:
        plan = Plan()
        own: dict[str, tuple[Row, Figures]] = {}
        boroughs: dict[str, list[Figures]] = defaultdict(list)
        for row in self._rows:
            try:
                self._read_row(row, communes, own, boroughs, plan)
            except RowRefused as refusal:
                plan.refused[row.number] = refusal.message
        added: dict[int, list[Figures]] = defaultdict(list)
        for code, (_row, figures) in own.items():
            added[communes.asked(code).pk].append(figures)
        for parent, parts in boroughs.items():
            whole = communes.current(parent)
            if whole and whole.pk not in added:
                added[whole.pk] += parts
        plan.figures.update((pk, added_up(parts)) for pk, parts in added.items())
        return plan

    def _read_row(
        self,
        row: Row,
        communes: Communes,
        own: dict[str, tuple[Row, Figures]],
        boroughs: dict[str, list[Figures]],
        plan: Plan,
    ) -> None:
        code = complete_code(row.values.get(CODE, ""))
        figures = self._figures(row)
        current = communes.asked(code)
        given = communes.given(code)
        if given is not None and given.status == Status.BOROUGH:
            if given.pk not in plan.figures:
                boroughs[complete_code(row.values.get(PARENT, "")) or current.code].append(figures)
                plan.figures[given.pk] = figures
                plan.territory_of_row[row.number] = given.pk
            return
        self._keep(row, code, current, figures, own, plan)

    @staticmethod
    def _keep(
        row: Row, code: str, current: Commune, figures: Figures, own: dict[str, tuple[Row, Figures]], plan: Plan
    ) -> None:
        delegated = row.values.get(TYPE, "").startswith("COMD")
        if code in own:
            first, known = own[code]
            if known != figures and not delegated:
                raise RowRefused(
                    _("La commune %(code)s est déjà donnée à la ligne %(number)s, avec d’autres valeurs.")
                    % {"code": code, "number": first.number}
                )
        elif not delegated or code == current.code:
            own[code] = (row, figures)
            plan.territory_of_row[row.number] = current.pk

    def _figures(self, row: Row) -> Figures:
        found = {}
        for column, measure in self.measures.items():
            value = number(column, row.values.get(column, ""))
            if value is not None and not (value == 0 and measure[0] in ZERO_IS_UNKNOWN and self._is_empty(row)):
                found[measure] = value
        return found

    def _is_empty(self, row: Row) -> bool:
        """No inhabitant in any year: either nobody lives there, or the source does not know."""
        columns = [column for column, (metric, _year) in self.measures.items() if metric == Metric.POPULATION]
        return all(not number(column, row.values.get(column, "")) for column in columns)

    def _containers(self) -> None:
        """Sums over the communes of each container, when enough of them are known."""
        members: dict[int, list[tuple[int, int]]] = defaultdict(list)
        fields = ("pk", "population", "epci_id", "ept_id", "departement_id", "region_id", "com_id")
        communes = Territory.objects.filter(kind=Kind.COMMUNE, status=Status.CURRENT)
        inhabitants = {}
        for pk, population, *containers in communes.values_list(*fields):
            inhabitants[pk] = population or 0
            for container in containers:
                if container:
                    members[container].append((pk, population or 0))
        through = Territory.communes.through.objects.values_list("from_territory_id", "to_territory_id")
        for container, commune in through:
            members[container].append((commune, inhabitants.get(commune, 0)))
        for container, inside in members.items():
            figures = self._sum(inside)
            if figures:
                self.plan.figures[container] = figures

    def _sum(self, inside: list[tuple[int, int]]) -> Figures:
        everyone = sum(population for _pk, population in inside)
        found: Figures = {}
        for measure in self.measures.values():
            known = [
                (self.plan.figures[pk][measure], population)
                for pk, population in inside
                if measure in self.plan.figures.get(pk, ())
            ]
            if known and sum(population for _value, population in known) >= COVERAGE * everyone:
                found[measure] = round(sum(value for value, _population in known), 4)
        return found

    def _existing(self) -> dict[int, dict[Measure, float]]:
        years = {year for figures in self.plan.figures.values() for _metric, year in figures}
        found: dict[int, dict[Measure, float]] = defaultdict(dict)
        lines = Indicator.objects.filter(year__in=years).values_list("territory_id", "code", "year", "value")
        metrics = {metric.value: metric for metric in Metric}
        for territory, code, year, value in lines.iterator(chunk_size=BATCH):
            found[territory][metrics[code], year] = value
        return dict(found)

    def _changed(self) -> Iterator[tuple[int, str, int, float, str]]:
        for territory, figures in self.plan.figures.items():
            known = self.existing.get(territory, {})
            for (metric, year), value in figures.items():
                if known.get((metric, year)) != value:
                    yield territory, metric.value, year, value, self.source

    def prepare(self) -> None:
        """Hundreds of thousands of figures are laid in a table of this connection alone: nobody waits for that."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS figures_to_write")
            cursor.execute(DRAFT)
            with transaction.atomic() if connection.vendor != "sqlite" else nullcontext():
                for start in range(0, len(self.changed), BATCH):
                    cursor.executemany(LAY, self.changed[start : start + BATCH])

    def write(self) -> None:
        """One statement: where there is one writer, the others wait for a second or so."""
        with connection.cursor() as cursor:
            cursor.execute(WRITE)
            cursor.execute("DROP TABLE figures_to_write")


def measures_of(columns: Iterable[str], *, year: int) -> dict[str, Measure]:
    """What each known column of the file counts, and for which year."""
    listed = list(columns)
    if CODE not in listed:
        raise FileRefused(
            _("La colonne «\u00a0%(column)s\u00a0» (code Insee de la commune) manque.") % {"column": CODE}
        )
    found: dict[str, Measure] = {}
    for column in listed:
        dated = _DATED.fullmatch(column)
        stem, column_year = (dated["stem"], int(dated["year"])) if dated else (column, year)
        if stem in COLUMNS:
            found[column] = (COLUMNS[stem], column_year)
    if not found:
        raise FileRefused(
            _("Aucune colonne connue. Colonnes attendues\u00a0: %(columns)s, suivies de leur année (population_2021).")
            % {"columns": ", ".join(COLUMNS)}
        )
    return found


def year_of(column: str) -> int | None:
    """The year that a column's name ends with."""
    dated = re.search(r"(?<!\d)(?:19|20)\d\d$", column.strip())
    return int(dated[0]) if dated else None


def number(column: str, text: str) -> float | None:
    """A positive number, written with a point or a comma; None when the cell is empty."""
    text = text.strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,12}(\.\d{1,30})?", text):
        raise RowRefused(
            _("«\u00a0%(value)s\u00a0», dans la colonne %(column)s, n’est pas un nombre positif.")
            % {"value": text[:40], "column": column}
        )
    return float(text)


def added_up(parts: list[Figures]) -> Figures:
    """Figures known for every part."""
    shared = set(parts[0]).intersection(*parts[1:])
    return {measure: round(sum(part[measure] for part in parts), 4) for measure in parts[0] if measure in shared}


def derived(figures: Mapping[Measure, float]) -> Figures:
    """Density, trend and rates, for the latest year of what they are made of."""
    years: dict[Metric, list[int]] = defaultdict(list)
    for metric, year in figures:
        years[metric].append(year)
    latest = {metric: (max(known), figures[metric, max(known)]) for metric, known in years.items()}
    found: Figures = {}
    if Metric.POPULATION in latest:
        year, population = latest[Metric.POPULATION]
        area = latest.get(Metric.AREA, (0, 0.0))[1]
        if area:
            found[Metric.DENSITY, year] = round(population / area, 2)
        found.update(_trend(figures, sorted(years[Metric.POPULATION])))
    found.update(_rates(latest))
    return found


def _trend(figures: Mapping[Measure, float], years: list[int]) -> Figures:
    first, last = years[0], years[-1]
    before, after = figures[Metric.POPULATION, first], figures[Metric.POPULATION, last]
    if first == last or not before or not after:
        return {}
    return {(Metric.TREND, last): round(((after / before) ** (1 / (last - first)) - 1) * 100, 3)}


def _rates(latest: Mapping[Metric, tuple[int, float]]) -> Figures:
    if not {Metric.WORKING_AGE, Metric.ACTIVE, Metric.UNEMPLOYED} <= set(latest):
        return {}
    year, people = latest[Metric.WORKING_AGE]
    active, unemployed = latest[Metric.ACTIVE][1], latest[Metric.UNEMPLOYED][1]
    found: Figures = {}
    if people:
        found[Metric.ACTIVITY_RATE, year] = round(100 * active / people, 2)
        found[Metric.EMPLOYMENT_RATE, year] = round(100 * (active - unemployed) / people, 2)
    if active:
        found[Metric.UNEMPLOYMENT_RATE, year] = round(100 * unemployed / active, 2)
    return found
