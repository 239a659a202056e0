"""Applies the rows of a table: all or nothing, with a reason for every refused row, a journal of what is written.

    table = read_table(path)
    report = run(table.rows, apply, dry_run=True)

`apply(row)` writes one row and says what it did (`Outcome`); it raises `RowRefused` when it will not.

An importer of many rows gives `write` too: then `apply` only reads and says what would be done, and `write()` does it
all at the end, in one short transaction. Others can write meanwhile, which matters where there is one writer (SQLite).
One of very many rows gives `pieces`: short transactions, with time for others between them.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from alliage.formats.csv import text as csv_text
from alliage.imports.enums import Duplicates, Outcome, RowOutcome
from alliage.imports.journal import Journal
from alliage.imports.registry import Duplicate, Found, Piece
from alliage.imports.tables import FileRefused, Row, Table, read_table
from alliage.refusals import Refusal

__all__ = [
    "Duplicates",
    "FileRefused",
    "Outcome",
    "Refused",
    "Report",
    "Row",
    "RowRefused",
    "Table",
    "UnknownValues",
    "read_table",
    "run",
]

PROGRESS_EVERY = 100
# Who waits to write in SQLite looks every tenth of a second whether the place is free; later than that on a busy machine,
# where what was just written took longer too.
SECONDS_FOR_OTHERS = 0.15
SHARE_FOR_OTHERS = 0.25
# A file whose every row is wrong is one mistake: the report keeps its first rows and counts the others.
MAX_REFUSED_KEPT = 5_000
# A column with more unknown words than this is not the coded column it was taken for.
MAX_UNKNOWN_KEPT = 300


class RowRefused(Refusal):
    """An importer will not take this row; the message says why and what to write instead."""


class UnknownValues(RowRefused):
    """Cells of coded columns hold words that are no label. `found` lists them: (column's code, word)."""

    def __init__(self, message: str, found: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.found = found


@dataclass(frozen=True)
class Refused:
    """A refused row; `number` is 0 when the reason concerns the whole file.

    `of_values` is true when all that is wrong is a word to be explained once for the whole file.
    """

    number: int
    reason: str
    values: dict[str, str] = field(default_factory=dict)
    of_values: bool = False


@dataclass
class Report:
    """What an import did, or would do (`dry_run`). `written` is true only when rows were really kept.

    `skipped` rows were left aside as duplicates; `duplicates` says what they look like. `unknown` counts, for each
    coded column, the words that are no label, which alone refuse `of_values_count` rows. `unused` lists the columns of
    the file that nothing reads; `notes`, what the importer says of the whole. `withdrawn` records are no longer at their source. `listener` hears of every row: the
    report itself keeps the first refusals only.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    withdrawn: int = 0
    refused: list[Refused] = field(default_factory=list)
    refused_count: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)
    duplicate_count: int = 0
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    of_values_count: int = 0
    dry_run: bool = True
    written: bool = False
    listener: "Listener | None" = field(default=None, repr=False, compare=False)

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unchanged + self.skipped + self.refused_count

    @property
    def accepted(self) -> int:
        """Rows that are written, or would be."""
        return self.created + self.updated + self.unchanged

    def lines(self) -> list[str]:
        """Say it in French, one sentence a line, then one line for each refused row."""
        return [
            *self._counts(),
            *self._extras(),
            self._ending(),
            *(refusal_line(refused) for refused in self.refused),
        ]

    def _counts(self) -> list[str]:
        return [
            _counted(ngettext_lazy("%(count)s ligne créée.", "%(count)s lignes créées.", "few"), self.created),
            _counted(ngettext_lazy("%(count)s ligne modifiée.", "%(count)s lignes modifiées.", "few"), self.updated),
            _counted(
                ngettext_lazy("%(count)s ligne inchangée.", "%(count)s lignes inchangées.", "few"), self.unchanged
            ),
            _counted(
                ngettext_lazy("%(count)s ligne refusée.", "%(count)s lignes refusées.", "few"), self.refused_count
            ),
        ]

    def _extras(self) -> list[str]:
        found: list[str] = []
        if self.skipped:
            wording = ngettext_lazy(
                "%(count)s ligne laissée de côté, en double.", "%(count)s lignes laissées de côté, en double.", "few"
            )
            found.append(_counted(wording, self.skipped))
        if self.withdrawn:
            wording = ngettext_lazy(
                "%(count)s fiche retirée : elle n’est plus à la source.",
                "%(count)s fiches retirées : elles ne sont plus à la source.",
                "few",
            )
            found.append(_counted(wording, self.withdrawn))
        if self.unused:
            found.append(_("Colonnes non reprises : %(names)s.") % {"names": ", ".join(self.unused)})
        return found + self.notes

    def _ending(self) -> str:
        if self.written:
            return _("Tout ce qui est accepté est enregistré.")
        if self.dry_run:
            return _("Ceci est un essai : rien n’est enregistré.")
        return _("Rien n’est enregistré : corrigez les lignes refusées, puis recommencez.")

    def report_csv(self) -> str:
        """Give the refused rows as a CSV file: number, reason, then the row as it was, ready to be mended.

        Once mended, it can be imported as it is: its two first columns are set aside.
        """
        columns = list(dict.fromkeys(chain.from_iterable(refused.values for refused in self.refused)))
        return csv_text(
            [REFUSED_LINE, REFUSED_REASON, *columns],
            ([refused.number, refused.reason, *map(refused.values.get, columns)] for refused in self.refused),
            excel=True,
        )

    def as_json(self) -> dict[str, Any]:
        """Give plain data to keep. A row's values are pairs: PostgreSQL does not keep the order of keys."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "refused": [
                [refused.number, refused.reason, list(refused.values.items()), refused.of_values]
                for refused in self.refused
            ],
            "duplicates": [[twin.number, twin.like, twin.url] for twin in self.duplicates],
            "unknown": [[code, list(words.items())] for code, words in self.unknown.items()],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        """Read what was kept, by this version or by one that knew less."""
        of_values = sum(any(rest) for _number, _reason, _values, *rest in data["refused"])
        return cls(
            **{"of_values_count": of_values, **{name: data[name] for name in _PLAIN if name in data}},
            refused=[
                Refused(number, reason, dict(values), *of_values)
                for number, reason, values, *of_values in data["refused"]
            ],
            duplicates=[Duplicate(*twin) for twin in data.get("duplicates", [])],
            unknown={code: dict(words) for code, words in data.get("unknown", [])},
        )


_PLAIN = (
    "created",
    "updated",
    "unchanged",
    "skipped",
    "withdrawn",
    "refused_count",
    "duplicate_count",
    "unused",
    "notes",
    "of_values_count",
    "dry_run",
    "written",
)
# The two columns that a file of refused rows has beside its own: no import asks for them, none reports them.
REFUSED_LINE, REFUSED_REASON = "ligne", "motif du refus"


def _counted(wording: Any, count: int) -> str:
    """Zero is singular in French, whatever catalogue is there."""
    return wording % {"few": 1 if count < 2 else count, "count": count}


def refusal_line(refused: Refused) -> str:
    if not refused.number:
        return refused.reason
    return _("Ligne %(number)s : %(reason)s") % {"number": refused.number, "reason": refused.reason}


Apply = Callable[[Row], str]
# (number of the row, what became of it, why, the row as it was when it is refused)
Listener = Callable[[int, str, str, dict[str, str]], object]


def run(  # noqa: PLR0913 all but two have a default
    rows: Iterable[Row],
    apply: Apply,
    *,
    dry_run: bool,
    skip_refused: bool = False,
    savepoints: bool = True,
    progress: Callable[[int], Any] | None = None,
    write: Callable[[], Any] | None = None,
    prepare: Callable[[], Any] | None = None,
    finish: Callable[[Report], Any] | None = None,
    journal: Journal | None = None,
    found: Found | None = None,
    end: Callable[[Report], Any] | None = None,
    pieces: Callable[[], Iterable[Piece]] | None = None,
    piece_written: Callable[[int], Any] | None = None,
    listener: Listener | None = None,
) -> Report:
    """Apply every row in one transaction and report.

    Nothing is kept on a dry run, nor when a row is refused, unless `skip_refused` asks to keep the others. A file
    that turns out to be unreadable keeps nothing in any case. Pass `savepoints=False` when `apply` never writes
    before it refuses and never meets a database constraint: bulk importers are then twice as fast. `progress` is
    told the number of rows seen, now and then. With `write`, the rows are applied outside of any transaction: `apply`
    must not write; `prepare()` makes ready what `write` will write, before the transaction. `finish(report)` is called
    last, in the transaction of what is kept. `journal` and `found` are those that `apply` tells. `end(report)` is
    called after the last row, before what is written is counted as such: it may still refuse the whole with a
    `FileRefused`; in a dry run, what it writes is taken back. With `pieces` too, these write in place of `write`, each in
    a transaction of its own, told to `piece_written` with the rows written so far; what interrupts them leaves the first
    ones, which the caller takes up again or takes back. `listener` hears what becomes of every row; where the rows are
    applied in the transaction, it hears inside of what may be taken back: it writes nothing before `finish`.
    """
    report = Report(dry_run=dry_run, listener=listener)
    journal = journal or Journal()
    readable = True

    def apply_all(*, savepoints: bool) -> None:
        nonlocal readable
        readable = _apply_all(rows, apply, report, savepoints=savepoints, progress=progress, journal=journal)
        if found is not None:
            report.duplicates, report.duplicate_count = found.duplicates, found.count

    if write is not None:
        apply_all(savepoints=False)
        report.written = _is_kept(report, readable, skip_refused=skip_refused)
        if report.written:
            _write_ahead(prepare, pieces, journal, piece_written)
    with transaction.atomic():
        with transaction.atomic():
            if write is None:
                apply_all(savepoints=savepoints)
            elif report.written and pieces is None:
                write()
            sound = _is_sound(report, end) and readable and (write is not None or _check_constraints(report))
            report.written = _is_kept(report, sound, skip_refused=skip_refused)
            if not report.written:
                transaction.set_rollback(True)
        _finish(report, finish)
    return report


def _write_ahead(
    prepare: Callable[[], Any] | None,
    pieces: Callable[[], Iterable[Piece]] | None,
    journal: Journal,
    told: Callable[[int], Any] | None,
) -> None:
    """What is done before the last transaction: all the writing, when it is by pieces."""
    if prepare is not None:
        prepare()
    if pieces is None:
        return
    written, taken = 0, 0.0
    journal.is_settled = True
    for count, write in pieces():
        if written:
            let_others_write(taken)
        start = time.monotonic()
        with transaction.atomic():
            write()
            journal.settle()
        written, taken = written + count, time.monotonic() - start
        if told is not None:
            told(written)


def let_others_write(taken: float) -> None:
    """Between two short writings, where one at a time writes. `taken`: the seconds that the last one took."""
    if connection.vendor == "sqlite":
        time.sleep(max(SECONDS_FOR_OTHERS, SHARE_FOR_OTHERS * taken))


def _is_sound(report: Report, end: Callable[[Report], Any] | None) -> bool:
    """Hear the last word on the file as a whole."""
    try:
        if end is not None:
            end(report)
    except FileRefused as refusal:
        _refuse(report, Refused(refusal.number, refusal.message))
        return False
    return True


def _is_kept(report: Report, sound: bool, *, skip_refused: bool) -> bool:
    return sound and not report.dry_run and (skip_refused or not report.refused_count)


def _finish(report: Report, finish: Callable[[Report], Any] | None) -> None:
    if finish is not None:
        finish(report)


def _apply_all(
    rows: Iterable[Row],
    apply: Apply,
    report: Report,
    *,
    savepoints: bool,
    progress: Callable[[int], Any] | None,
    journal: Journal,
) -> bool:
    """Apply the rows; False when the file could not be read to its end."""
    seen = 0
    readable = True
    try:
        for seen, row in enumerate(rows, start=1):
            journal.begin(row.number)
            _apply_one(row, apply, report, savepoints=savepoints, journal=journal)
            if progress is not None and seen % PROGRESS_EVERY == 0:
                progress(seen)
    except FileRefused as refusal:
        _refuse(report, Refused(refusal.number, refusal.message))
        readable = False
    if progress is not None:
        progress(seen)
    return readable


def _apply_one(row: Row, apply: Apply, report: Report, *, savepoints: bool, journal: Journal) -> None:
    try:
        if row.problem:
            raise RowRefused(row.problem)
        with transaction.atomic() if savepoints else nullcontext():
            outcome = Outcome(apply(row))
    except FileRefused:
        raise
    except (Refusal, ValidationError, IntegrityError, DataError) as error:
        if isinstance(error, (IntegrityError, DataError)) and not savepoints:
            raise
        journal.drop()
        _refuse(report, _refused(row, error, report))
    else:
        journal.keep()
        setattr(report, outcome.value, getattr(report, outcome.value) + 1)
        if report.listener is not None:
            report.listener(row.number, outcome.value, "", {})


def _refused(row: Row, error: Exception, report: Report) -> Refused:
    """Say why a row is refused."""
    if isinstance(error, UnknownValues):
        _count_unknown(report, error)
        return Refused(row.number, error.message, row.values, of_values=True)
    if isinstance(error, Refusal):
        return Refused(row.number, error.message, row.values)
    if isinstance(error, ValidationError):
        return Refused(row.number, " ".join(error.messages), row.values)
    reason = _("Cette ligne contredit une autre ligne, ou une règle de la base de données.")
    return Refused(row.number, reason, row.values)


def _count_unknown(report: Report, refusal: UnknownValues) -> None:
    for code, word in refusal.found:
        words = report.unknown.setdefault(code, {})
        if word in words or len(words) < MAX_UNKNOWN_KEPT:
            words[word] = words.get(word, 0) + 1


def _refuse(report: Report, refused: Refused) -> None:
    report.refused_count += 1
    report.of_values_count += refused.of_values
    if report.listener is not None:
        report.listener(refused.number, RowOutcome.REFUSED.value, refused.reason, refused.values)
    if len(report.refused) < MAX_REFUSED_KEPT:
        report.refused.append(refused)


def _check_constraints(report: Report) -> bool:
    """Check now what the database would check at the end, so that a dry run tells the truth."""
    try:
        connection.check_constraints()
    except IntegrityError:
        _refuse(report, Refused(0, _("Des lignes renvoient à quelque chose qui n’existe pas.")))
        return False
    return True
