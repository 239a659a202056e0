"""Reads of imports."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliage.imports import values
from alliage.imports.engine import REFUSED_LINE, REFUSED_REASON, FileRefused, Report, Row, read_table
from alliage.imports.enums import Action, RowOutcome
from alliage.imports.models import Change, ImportRun, RowReport, Source
from alliage.imports.permissions import can_follow, can_import, can_run
from alliage.imports.registry import Column, ImportKind, kinds

PREVIEW = 5


@dataclass(frozen=True)
class Listed:
    """An import in the list, with the words of its kind."""

    run: ImportRun
    kind: str


def runnable(user: Any) -> list[ImportKind]:
    """List what a person may import."""
    return [kind for kind in kinds if can_run(user, kind)]


def runs_visible_to(user: Any) -> "QuerySet[ImportRun]":
    """List the imports of the kinds a person may run, the latest first."""
    codes = [kind.code for kind in runnable(user)]
    return (
        ImportRun.objects.filter(kind__in=codes)
        .defer("report", "undo_report", "columns", "mapping", "values")
        .order_by("-created_at", "pk")
    )


def listed(runs: Any) -> list[Listed]:
    return [Listed(run, str(kind.label) if (kind := kinds.get(run.kind)) else run.kind) for run in runs]


def first_rows(import_run: ImportRun) -> list[Row]:
    """Give the first rows of the file, to help choose its columns."""
    if import_run.file is None:
        return []
    with import_run.file.file.open("rb") as content:
        rows = read_table(content, filename=import_run.file_name).rows
        try:
            return list(islice(rows, PREVIEW))
        except FileRefused:
            return []


def followable(user: Any) -> list[ImportKind]:
    """List what a person may bring from an outside directory."""
    return [kind for kind in kinds if can_follow(user, kind)]


def unused_with_examples(names: list[str], rows: list[Row]) -> list[tuple[str, str]]:
    """The columns that nothing reads, each with the first thing it holds."""
    return [(name, next((row.values[name] for row in rows if row.values.get(name)), "")) for name in names]


# --- Words to explain -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A word of the file that is no label: where, how often, what it could mean."""

    column: Column
    word: str
    count: int
    proposal: str
    choices: list[tuple[str, Any]]


def unknown_words(kind: ImportKind, report: Report) -> list[Asked]:
    """The words to explain, the most frequent first, column by column."""
    found: list[Asked] = []
    for column in kind.columns:
        counts = report.unknown.get(column.code, {})
        if not counts or column.choices is None:
            continue
        labels = [(code, str(label)) for code, label in column.choices()]
        proposals = values.proposal(column, counts)
        found += [
            Asked(column, word, count, proposals.get(word, ""), labels)
            for word, count in sorted(_once(counts), key=lambda item: (-item[1], item[0]))
        ]
    return found


def _once(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Each word once, in its most frequent spelling: « La Poste » and « La poste » have one answer."""
    spellings: dict[str, list[str]] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        spellings.setdefault(values.bare(word), []).append(word)
    return [(words[0], sum(counts[word] for word in words)) for words in spellings.values()]


# --- Row by row -----------------------------------------------------------------------------------------------------

FIRST_ROWS = 5
MOST_CHANGES_SHOWN = 12
READ_TOGETHER = 1_000
ROW_ADDRESSES = {
    RowOutcome.CREATED: "creees",
    RowOutcome.UPDATED: "modifiees",
    RowOutcome.UNCHANGED: "inchangees",
    RowOutcome.SKIPPED: "laissees",
    RowOutcome.REFUSED: "refusees",
}
REPORT_COLUMNS = ("ligne", "ce qui en est fait", "fiche", "motif", "champ", "avant", "après", "adresse")


def rows_of(import_run: ImportRun, outcome: str = "") -> "QuerySet[RowReport]":
    """What became of the rows of a file, in its order; of one outcome only when it is given."""
    found = RowReport.objects.filter(run=import_run).defer("values")
    if outcome:
        found = found.filter(outcome=outcome)
    return found.order_by("number", "pk")


@dataclass(frozen=True)
class FirstRows:
    """The first rows of an outcome, for the page of the report."""

    outcome: RowOutcome
    address: str
    rows: list[RowReport]


def first_of_each(import_run: ImportRun, report: Report) -> list[FirstRows]:
    """The first rows that are changed, then those that are created."""
    found = []
    for outcome, count in ((RowOutcome.UPDATED, report.updated), (RowOutcome.CREATED, report.created)):
        rows = list(rows_of(import_run, outcome)[:FIRST_ROWS]) if count else []
        if rows:
            found.append(FirstRows(outcome, ROW_ADDRESSES[outcome], rows))
    return found


def report_lines(import_run: ImportRun) -> Iterator[list[Any]]:
    """The whole report, read by pieces: one line for each field that changes, one for a row that changes none."""
    for row in _by_pieces(rows_of(import_run)):
        start = [row.number or "", str(RowOutcome(row.outcome).label), row.label, row.reason]
        for name, before, after in row.changes or [("", "", "")]:
            yield [*start, name, before, after, row.url]


def has_refused_rows(import_run: ImportRun) -> bool:
    """False for imports older than the report of every row: their own report holds the first refusals."""
    return RowReport.objects.filter(run=import_run, outcome=RowOutcome.REFUSED).exists()


def refused_columns(import_run: ImportRun) -> list[str]:
    return [REFUSED_LINE, REFUSED_REASON, *import_run.columns]


def refused_lines(import_run: ImportRun) -> Iterator[list[Any]]:
    """Every refused row as it was, with its number and the reason."""
    found = RowReport.objects.filter(run=import_run, outcome=RowOutcome.REFUSED).order_by("number", "pk")
    for row in _by_pieces(found):
        values = row.values or {}
        yield [row.number, row.reason, *(values.get(name, "") for name in import_run.columns)]


def _by_pieces(found: "QuerySet[RowReport]") -> Iterator[RowReport]:
    """The rows in order, a thousand at a time: no list of them all, and no cursor kept open while they are sent."""
    last: tuple[int, int] | None = None
    while piece := list((found if last is None else _after(found, last))[:READ_TOGETHER]):
        yield from piece
        last = (piece[-1].number, piece[-1].pk)


def _after(found: "QuerySet[RowReport]", last: tuple[int, int]) -> "QuerySet[RowReport]":
    number, pk = last
    return found.filter(Q(number__gt=number) | Q(number=number, pk__gt=pk))


# --- What would be undone -------------------------------------------------------------------------------------------

CHANGES_SHOWN = 50
_WILL_BE = {
    Action.CREATED: _("à retirer"),
    Action.UPDATED: _("à remettre comme avant"),
    Action.REMOVED: _("à refaire"),
}


@dataclass(frozen=True)
class Changes:
    """What an import did: how many of each, by table, and the first of them."""

    counts: list[tuple[str, Any, int]]
    first: list[Change]
    total: int


def changes(import_run: ImportRun) -> Changes:
    told = Change.objects.filter(run=import_run)
    counted = told.order_by().values_list("model", "action").annotate(count=Count("pk")).order_by("model", "action")
    counts = [(_table(model), _WILL_BE[action], count) for model, action, count in counted]
    return Changes(
        counts, list(told.defer("before").order_by("pk")[:CHANGES_SHOWN]), sum(count for *_rest, count in counts)
    )


def _table(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)  # noqa: SLF001 Django's public-by-use name


# --- Outside directories --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListedSource:
    """A source in the list, with the words of its kind."""

    source: Source
    kind: str


def sources_visible_to(user: Any) -> list[ListedSource]:
    """List the outside directories of the kinds a person may import."""
    if not can_import(user):
        return []
    labels = {kind.code: str(kind.label) for kind in runnable(user)}
    found = Source.objects.filter(kind__in=labels).select_related("job").order_by("name", "pk")
    return [ListedSource(source, labels[source.kind]) for source in found]


def runs_of(source: Source) -> "QuerySet[ImportRun]":
    """The imports of a source, the latest first."""
    heavy = ("report", "undo_report", "columns", "mapping", "values")
    return ImportRun.objects.filter(source=source).defer(*heavy).order_by("-created_at", "pk")
