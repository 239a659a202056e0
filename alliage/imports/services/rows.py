"""Keeps what becomes of every row of a file, whatever its size: created, changed and how, left aside, refused and why.

Rows are written as they are met where they are applied outside of any transaction (large files), at the end otherwise.
When the import is written after its trial, only what differs from the trial is written again.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from alliage.imports.enums import RowOutcome, State
from alliage.imports.models import Change, ImportRun, RowReport
from alliage.imports.registry import Importing, Said

TOGETHER = 500
LONGEST_LABEL = 200
LONGEST_CHANGE = 2_000


class Rows:
    """Hears the engine of one import."""

    def __init__(self, import_run: ImportRun, importing: Importing, *, at_once: bool) -> None:
        self._run, self._importing, self._at_once = import_run, importing, at_once
        self._waiting: list[RowReport] = []
        self._kept: dict[int, tuple[str, bytes]] = {}
        self._stale: list[int] = []
        self.label: Callable[[int], str] = lambda _number: ""
        if import_run.state == State.WRITING:
            self._kept = _kept(import_run)
        else:
            forget(import_run)

    def hear(self, number: int, outcome: str, reason: str, values: Mapping[str, str]) -> None:
        said = self._importing.said[-1] if self._importing.said else Said()
        self._importing.said.clear()
        if outcome == RowOutcome.UNCHANGED and self._importing.source is not None:
            return  # an outside directory is read again every day: what did not change is only counted
        row = RowReport(
            run_id=self._run.pk,
            number=number,
            outcome=outcome,
            label=(said.label or self.label(number) or _beginning(values))[:LONGEST_LABEL],
            url=said.url[:400],
            reason=reason or said.note,
            changes=[[name, before[:LONGEST_CHANGE], after[:LONGEST_CHANGE]] for name, before, after in said.changes],
            values=dict(values) if values else None,
        )
        if said.record is not None:
            row.model, row.object_id = said.record[0], str(said.record[1])
        twin = self._importing.found.last
        if outcome == RowOutcome.SKIPPED and twin is not None and twin.number == number:
            row.reason, row.url = twin.like, twin.url[:400]
        self._keep(row)

    def _keep(self, row: RowReport) -> None:
        if kept := self._kept.get(row.number):
            # A row that an interrupted writing had done says no change any more: the trial said it.
            is_same = kept[0] == row.outcome and (not row.changes or kept[1] == _digest(row.changes))
            if is_same:
                return
            self._stale.append(row.number)
        self._waiting.append(row)
        if self._at_once and len(self._waiting) >= TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for start in range(0, len(self._stale), TOGETHER):
            RowReport.objects.filter(run=self._run.pk, number__in=self._stale[start : start + TOGETHER]).delete()
        RowReport.objects.bulk_create(self._waiting, batch_size=TOGETHER)
        self._waiting, self._stale = [], []


def _beginning(values: Mapping[str, str]) -> str:
    """Enough of a row to recognise it."""
    return " · ".join(value for value in values.values() if value)


def _digest(changes: Any) -> bytes:
    written = json.dumps(changes, ensure_ascii=True)
    return hashlib.blake2b(written.encode(), digest_size=8).digest()


def _kept(import_run: ImportRun) -> dict[int, tuple[str, bytes]]:
    told = RowReport.objects.filter(run=import_run).values_list("number", "outcome", "changes")
    return {number: (outcome, _digest(changes)) for number, outcome, changes in told.iterator(chunk_size=2_000)}


def forget(import_run: ImportRun) -> None:
    RowReport.objects.filter(run=import_run.pk).delete()


def forget_of_records(label: str, pks: Collection[Any]) -> None:
    """Forget what reports say of records whose owner erased them: of those that were there, and of those that were made."""
    written = [str(pk) for pk in pks]
    RowReport.objects.filter(model=label, object_id__in=written).delete()
    made: dict[Any, list[int]] = {}
    for run_id, number in Change.objects.filter(model=label, object_id__in=written).values_list("run_id", "number"):
        made.setdefault(run_id, []).append(number)
    for run_id, numbers in made.items():
        for start in range(0, len(numbers), TOGETHER):
            RowReport.objects.filter(run=run_id, number__in=numbers[start : start + TOGETHER]).delete()
