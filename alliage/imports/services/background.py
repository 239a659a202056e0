"""What an import does in the background: read, try or write, report."""

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliage.imports import feeds
from alliage.imports.engine import FileRefused, Outcome, Report, Row, RowRefused, read_table, run
from alliage.imports.enums import Action, Duplicates, State
from alliage.imports.journal import Journal
from alliage.imports.mapping import Reader, chosen, typed, unused
from alliage.imports.models import Change, ImportRun
from alliage.imports.registry import Batch, Harvest, Importing, ImportKind, Said
from alliage.imports.services import following, sources
from alliage.imports.services import rows as row_reports
from alliage.imports.services.runs import forget_file, kind_of
from alliage.imports.services.undoing import take_back
from alliage.jobs.context import JobCancelled, JobContext
from alliage.refusals import Refusal

COUNT_EVERY = 1_000
# An importer that sees all rows at once keeps them in memory.
MOST_TOGETHER = 300_000


def carry_out(context: JobContext, run_id: str, *, clock: Any) -> None:
    """Do the dry run or the import that was asked for. Run again after an interruption, it starts over, or goes on."""
    import_run = ImportRun.objects.select_related("file", "source").filter(pk=run_id).first()
    if import_run is None or import_run.state not in {State.TRYING, State.WRITING} or import_run.file is None:
        return
    try:
        _carry_out(context, import_run, kind_of(import_run), clock=clock)
    except JobCancelled:
        _take_back(import_run, now=clock())
        if import_run.state == State.TRYING:
            row_reports.forget(import_run)
        ImportRun.objects.filter(pk=run_id, state=State.WRITING).update(state=State.TRIED)
        ImportRun.objects.filter(pk=run_id, state=State.TRYING).update(state=State.UPLOADED)
        raise
    except Refusal as refusal:
        _take_back(import_run, now=clock())
        _fail(run_id, refusal.message)
        raise
    except Exception:
        _take_back(import_run, now=clock())
        _fail(run_id, _("L’import n’a pas abouti, à cause d’une erreur de la plateforme. Rien n’est enregistré."))
        raise


def _take_back(import_run: ImportRun, *, now: datetime) -> None:
    """What was written by pieces before the import stopped is undone: never half a file."""
    if import_run.state == State.WRITING and Change.objects.filter(run=import_run).exists():
        take_back(import_run, kind_of(import_run), now=now)


def _fail(run_id: str, message: str) -> None:
    ImportRun.objects.filter(pk=run_id, state__in=[State.TRYING, State.WRITING]).update(
        state=State.FAILED, error=message
    )


def _carry_out(context: JobContext, import_run: ImportRun, kind: ImportKind, *, clock: Any) -> None:
    writing = import_run.state == State.WRITING
    total = _count(context, import_run)
    writes = _("Enregistrement des lignes")
    importing = Importing(
        import_run.started_by_id,
        clock(),
        chosen(import_run.mapping),
        typed(import_run.mapping),
        journal=Journal(import_run.pk, kind.undo.unnoticed) if writing and kind.undo is not None else Journal(),
        duplicates=Duplicates(import_run.duplicates),
        source=sources.reference(import_run.source),
        tell=lambda words: context.progress(0, 0, words),
        clock=clock,
    )
    rows = row_reports.Rows(import_run, importing, at_once=kind.make_batch is not None)
    work = _Work(context, import_run, kind, importing)
    rows.label = work.label
    pieces = (
        work.batch.pieces if work.batch and writing and kind.undo is not None and import_run.source is None else None
    )
    message = (_("Vérification des lignes") if pieces else writes) if writing else _("Essai des lignes")
    # The rows and the word that they are written are one transaction: a killed worker never writes them twice. Those
    # that are written by pieces are recognised.
    with closing(work.rows):
        report = run(
            work.rows,
            work.apply,
            dry_run=not writing,
            skip_refused=import_run.skip_refused,
            savepoints=kind.savepoints,
            progress=lambda done: context.progress(done, total, message),
            write=work.batch.write if work.batch else None,
            prepare=work.batch.prepare if work.batch else None,
            finish=lambda report: _note(import_run, report, importing, rows, writing=writing, now=clock()),
            journal=importing.journal,
            found=importing.found,
            end=work.end,
            pieces=pieces,
            piece_written=lambda done: context.progress(done, total, writes),
            listener=rows.hear,
        )
    if writing and not report.written:  # what an interrupted writing had kept is not wanted any more
        _take_back(import_run, now=clock())


class _Work:
    """The rows, what to do with each, and how to write them all at the end when the importer does that."""

    def __init__(self, context: JobContext, import_run: ImportRun, kind: ImportKind, importing: Importing) -> None:
        self._run, self._kind, self._importing = import_run, kind, importing
        self._reader = Reader(kind.columns, import_run.mapping, import_run.values)
        self._seen: dict[bytes, int] = {}
        self._keys: set[str] = set()
        self._written = _already_written(import_run)
        self._named = (0, "")
        self.batch: Batch | None = None
        if kind.make_batch is None:
            assert kind.make_apply is not None
            self._apply = kind.make_apply(importing)
            self.rows = self._watched(_rows(import_run))
            return
        together = _Together(self._reader.read)
        with closing(_rows(import_run)) as rows:
            together.read(context, rows)
        self.batch = kind.make_batch(importing, list(together.translated.values()))
        self._apply = self.batch.apply
        self._together = together
        self.rows = self._watched(together.rows())

    def _watched(self, rows: Generator[Row, None, None]) -> Generator[Row, None, None]:
        """Note what is still at the source, refused rows included: an error in a record does not withdraw it."""
        harvest = self._kind.harvest if self._importing.source is not None else None
        with closing(rows):
            for row in rows:
                if harvest is not None:
                    self._keys.add(harvest.key(self._reader.texts(row)))
                yield row

    def label(self, number: int) -> str:
        """The name that a row gives to what it is about: that of its first required column."""
        return self._named[1] if self._named[0] == number else ""

    def _name(self, row: Row) -> None:
        code = next((column.code for column in self._kind.columns if column.required), "")
        self._named = (row.number, row.values.get(code, ""))

    def apply(self, row: Row) -> str:
        read = self._together.row(row) if self.batch else self._reader.read(row)
        self._name(read)
        if self._kind.finds_duplicates and (number := self._already(read)):
            like = _("la ligne %(number)s de ce fichier, qui est identique") % {"number": number}
            if self._importing.resembles(read, like) != Duplicates.CREATE:
                self._importing.say(
                    Said(label=_("ligne en double"))
                )  # the row that it repeats says of whom, or does not
                return Outcome.SKIPPED
        outcome = self._apply(read)
        return self._written.get(row.number, outcome) if outcome == Outcome.UNCHANGED else outcome

    def _already(self, row: Row) -> int:
        """The number of an earlier row that says exactly the same; 0 when there is none."""
        written = "\x1f".join(row.values.values())
        digest = hashlib.blake2b(written.encode(), digest_size=12).digest()
        first = self._seen.setdefault(digest, row.number)
        return first if first != row.number else 0

    def end(self, report: Report) -> None:
        report.unused = unused(self._run.columns, self._run.mapping)
        report.notes = list(self._importing.notes)
        harvest = self._kind.harvest if self._importing.source is not None else None
        if harvest is not None:
            sources.withdraw(harvest, self._importing, self._is_gone(harvest), report, allowed=self._run.may_withdraw)

    def _is_gone(self, harvest: Harvest) -> Callable[[str], bool]:
        """What left the source: what a whole file does not hold, or what a part of a list says."""
        if is_whole(self._run):
            return lambda key: key not in self._keys
        assert self._run.source is not None
        told = following.keys(_gone(self._run), kind=self._kind, source=self._run.source, harvest=harvest)
        return lambda key: key in told


class _Together:
    """All the rows of a file in memory, as they are and as the importer wants them; each is let go once it was applied."""

    def __init__(self, translate: Callable[[Row], Row]) -> None:
        self._translate = translate
        self.given: deque[Row] = deque()
        self.translated: dict[int, Row] = {}
        self.refused: dict[int, RowRefused] = {}
        self.unreadable: FileRefused | None = None

    def read(self, context: JobContext, rows: Iterator[Row]) -> None:
        try:
            for count, row in enumerate(rows, start=1):
                self._read_row(row)
                if count > MOST_TOGETHER:
                    raise FileRefused(
                        _("Ce fichier a trop de lignes. Importez-le en plusieurs fois."), number=row.number
                    )
                if count % COUNT_EVERY == 0:
                    context.progress(0, 0, _("Lecture du fichier"))
        except FileRefused as refusal:
            self.unreadable = refusal

    def _read_row(self, row: Row) -> None:
        self.given.append(row)
        try:
            if not row.problem:
                self.translated[row.number] = self._translate(row)
        except RowRefused as refusal:
            self.refused[row.number] = refusal

    def rows(self) -> Generator[Row, None, None]:
        while self.given:
            yield self.given.popleft()
        if self.unreadable is not None:
            raise self.unreadable

    def row(self, row: Row) -> Row:
        if row.number in self.refused:
            raise self.refused[row.number]
        return self.translated.pop(row.number)


def _already_written(import_run: ImportRun) -> dict[int, str]:
    """What an interrupted writing already did, by row: the first thing that it told of each."""
    told = Change.objects.filter(run=import_run).order_by("-pk").values_list("number", "action").iterator()
    return {number: Outcome.CREATED if action == Action.CREATED else Outcome.UPDATED for number, action in told}


def _rows(import_run: ImportRun) -> Generator[Row, None, None]:
    assert import_run.file is not None
    with import_run.file.file.open("rb") as content:
        yield from read_table(content, filename=import_run.file_name).rows


def is_whole(import_run: ImportRun) -> bool:
    """False when the file shows the last things only: what is no longer in it may still be at the source."""
    assert import_run.file is not None
    with import_run.file.file.open("rb") as content:
        return feeds.is_whole(content)


def _gone(import_run: ImportRun) -> list[str]:
    assert import_run.file is not None
    with import_run.file.file.open("rb") as content:
        return feeds.gone(content)


def _count(context: JobContext, import_run: ImportRun) -> int:
    """Count the rows first: the way is short next to that of writing them, and progress means something then."""
    count = 0
    with closing(_rows(import_run)) as rows:
        try:
            for count, _row in enumerate(rows, start=1):
                if count % COUNT_EVERY == 0:
                    context.progress(0, 0, _("Lecture du fichier"))
        except FileRefused:
            pass  # the report will say it, with the row
    return count


def _note(
    import_run: ImportRun,
    report: Report,
    importing: Importing,
    rows: row_reports.Rows,
    *,
    writing: bool,
    now: datetime,
) -> None:
    rows.flush()
    error = ""
    if writing and report.written:
        ImportRun.objects.filter(pk=import_run.pk).update(
            state=State.DONE,
            report=report.as_json(),
            finished_at=now,
            error="",
            is_undoable=importing.journal.close(),
        )
        import_run.refresh_from_db()
        was_whole = is_whole(import_run)
        forget_file(import_run)
        sources.note_success(import_run, report, is_whole=was_whole, now=now)
        return
    if writing:
        # The data changed since the dry run: it refuses rows that it accepted then.
        error = _("Des lignes acceptées à l’essai sont maintenant refusées : rien n’est enregistré.")
    # Unless it was given up meanwhile.
    ImportRun.objects.filter(pk=import_run.pk, state=import_run.state).update(
        state=State.TRIED, report=report.as_json(), error=error
    )
    sources.note_refusal(import_run, report, writing=writing, now=now)
