"""Applies the rows of a table: all or nothing, with a reason for every refused row.

    table = read_table(path)
    report = run(table.rows, apply, dry_run=True)

`apply(row)` writes one row and says what it did (`Outcome`); it raises `RowRefused` when it will not.

An importer of many rows gives `write` too: then `apply` only reads and says what would be done, and `write()` does it
all at the end, in one short transaction. Others can write meanwhile, which matters where there is one writer (SQLite).
"""

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
from alliage.imports.enums import Outcome
from alliage.imports.tables import FileRefused, Row, Table, read_table
from alliage.refusals import Refusal

__all__ = ["FileRefused", "Outcome", "Refused", "Report", "Row", "RowRefused", "Table", "read_table", "run"]

PROGRESS_EVERY = 100
# A file whose every row is wrong is one mistake: the report keeps its first rows and counts the others.
MAX_REFUSED_KEPT = 5_000


class RowRefused(Refusal):
    """An importer will not take this row; the message says why and what to write instead."""


@dataclass(frozen=True)
class Refused:
    """A refused row; `number` is 0 when the reason concerns the whole file."""

    number: int
    reason: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What an import did, or would do (`dry_run`). `written` is true only when rows were really kept."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    refused_count: int = 0
    dry_run: bool = True
    written: bool = False

    @property
    def total(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused_count

    def lines(self) -> list[str]:
        """Say it in French, one sentence a line, then one line for each refused row."""
        return [*self._counts(), self._ending(), *(refusal_line(refused) for refused in self.refused)]

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

    def _ending(self) -> str:
        if self.written:
            return _("Tout ce qui est accepté est enregistré.")
        if self.dry_run:
            return _("Ceci est un essai : rien n’est enregistré.")
        return _("Rien n’est enregistré : corrigez les lignes refusées, puis recommencez.")

    def report_csv(self) -> str:
        """Give the refused rows as a CSV file: number, reason, then the row as it was, ready to be mended."""
        columns = list(dict.fromkeys(chain.from_iterable(refused.values for refused in self.refused)))
        return csv_text(
            [_("ligne"), _("motif"), *columns],
            ([refused.number, refused.reason, *map(refused.values.get, columns)] for refused in self.refused),
            excel=True,
        )

    def as_json(self) -> dict[str, Any]:
        """Give plain data to keep. A row's values are pairs: PostgreSQL does not keep the order of keys."""
        refused = [[refused.number, refused.reason, list(refused.values.items())] for refused in self.refused]
        return {**{name: getattr(self, name) for name in _PLAIN}, "refused": refused}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        refused = [Refused(number, reason, dict(values)) for number, reason, values in data["refused"]]
        return cls(**{name: data[name] for name in _PLAIN}, refused=refused)


_PLAIN = ("created", "updated", "unchanged", "refused_count", "dry_run", "written")


def _counted(wording: Any, count: int) -> str:
    """Zero is singular in French, whatever catalogue is there."""
    return wording % {"few": 1 if count < 2 else count, "count": count}


def refusal_line(refused: Refused) -> str:
    if not refused.number:
        return refused.reason
    return _("Ligne %(number)s : %(reason)s") % {"number": refused.number, "reason": refused.reason}


Apply = Callable[[Row], str]


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
) -> Report:
    """Apply every row in one transaction and report.

    Nothing is kept on a dry run, nor when a row is refused, unless `skip_refused` asks to keep the others. A file
    that turns out to be unreadable keeps nothing in any case. Pass `savepoints=False` when `apply` never writes
    before it refuses and never meets a database constraint: bulk importers are then twice as fast. `progress` is
    told the number of rows seen, now and then. With `write`, the rows are applied outside of any transaction: `apply`
    must not write; `prepare()` makes ready what `write` will write, before the transaction. `finish(report)` is called
    last, in the transaction of what is kept.
    """
    report = Report(dry_run=dry_run)
    if write is not None:
        readable = _apply_all(rows, apply, report, savepoints=False, progress=progress)
        report.written = _is_kept(report, readable, skip_refused=skip_refused)
        if report.written and prepare is not None:
            prepare()
        with transaction.atomic():
            if report.written:
                write()
            _finish(report, finish)
        return report
    with transaction.atomic():
        with transaction.atomic():
            readable = _apply_all(rows, apply, report, savepoints=savepoints, progress=progress)
            report.written = _is_kept(report, readable and _check_constraints(report), skip_refused=skip_refused)
            if not report.written:
                transaction.set_rollback(True)
        _finish(report, finish)
    return report


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
) -> bool:
    """Apply the rows; False when the file could not be read to its end."""
    seen = 0
    readable = True
    try:
        for seen, row in enumerate(rows, start=1):
            _apply_one(row, apply, report, savepoints=savepoints)
            if progress is not None and seen % PROGRESS_EVERY == 0:
                progress(seen)
    except FileRefused as refusal:
        _refuse(report, Refused(refusal.number, refusal.message))
        readable = False
    if progress is not None:
        progress(seen)
    return readable


def _apply_one(row: Row, apply: Apply, report: Report, *, savepoints: bool) -> None:
    try:
        if row.problem:
            raise RowRefused(row.problem)
        with transaction.atomic() if savepoints else nullcontext():
            outcome = Outcome(apply(row))
    except FileRefused:
        raise
    except Refusal as refusal:
        _refuse(report, Refused(row.number, refusal.message, row.values))
    except ValidationError as error:
        _refuse(report, Refused(row.number, " ".join(error.messages), row.values))
    except (IntegrityError, DataError):
        if not savepoints:
            raise
        reason = _("Cette ligne contredit une autre ligne, ou une règle de la base de données.")
        _refuse(report, Refused(row.number, reason, row.values))
    else:
        setattr(report, outcome.value, getattr(report, outcome.value) + 1)


def _refuse(report: Report, refused: Refused) -> None:
    report.refused_count += 1
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
