"""Writes of imports: take a file, try it, write it, give it up."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.files import services as files
from alliage.imports.engine import FileRefused, Report, Row, RowRefused, read_table, run
from alliage.imports.enums import TRANSITIONS, State
from alliage.imports.mapping import chosen as chosen_columns
from alliage.imports.mapping import kept, mapped, missing, proposal, translated, typed
from alliage.imports.models import ImportRun
from alliage.imports.registry import Batch, Importing, ImportKind, kinds
from alliage.jobs import services as jobs
from alliage.jobs.context import JobCancelled, JobContext
from alliage.refusals import Refusal

PURPOSE = "imports.table"
JOB = "imports.run"
KEEP_ABANDONED = timedelta(days=7)
COUNT_EVERY = 1_000
# An importer that sees all rows at once keeps them in memory.
MOST_TOGETHER = 300_000


class ImportRefused(Refusal):
    """The import cannot go this way from where it stands."""


def kind_of(import_run: ImportRun) -> ImportKind:
    kind = kinds.get(import_run.kind)
    if kind is None:
        raise ImportRefused(_("Cette sorte d’import n’existe plus dans cette version de la plateforme."))
    return kind


def receive(upload: UploadedFile, *, kind: ImportKind, by: Any, now: datetime) -> ImportRun:
    """Keep a file to import and propose which column is which. A file that is no table is refused at once."""
    with transaction.atomic():
        stored = files.store(upload, by_id=by.pk, purpose=PURPOSE, now=now)
        try:
            with stored.file.open("rb") as content:
                columns = read_table(content, filename=stored.name).columns
        except BaseException:
            files.discard_content(stored)
            raise
        return ImportRun.objects.create(
            kind=kind.code,
            file=stored,
            file_name=stored.name,
            sha256=stored.sha256,
            columns=columns,
            mapping=proposal(kind.columns, columns),
            started_by_id=by.pk,
            created_at=now,
        )


def try_out(import_run: ImportRun, *, mapping: dict[str, str], by: Any, now: datetime) -> ImportRun:
    """Start a dry run in the background with these columns."""
    kind = kind_of(import_run)
    chosen = kept(kind.columns, mapping, import_run.columns)
    if lacking := missing(kind.columns, chosen):
        names = ", ".join(str(column.label) for column in lacking)
        raise ImportRefused(_("Dites quelle colonne du fichier correspond à : %(names)s.") % {"names": names})
    if kind.check is not None:
        kind.check(Importing(by.pk, now, chosen_columns(chosen), typed(chosen)))
    return _start(import_run, State.TRYING, by=by, now=now, mapping=chosen, report=None, error="")


def write(import_run: ImportRun, *, skip_refused: bool, by: Any, now: datetime) -> ImportRun:
    """Start the real import in the background, after its dry run."""
    report = Report.from_json(import_run.report) if import_run.report else None
    if report is None or report.total == report.refused_count:
        raise ImportRefused(_("Il n’y a rien à enregistrer."))
    if report.refused_count and not skip_refused:
        raise ImportRefused(
            _("Des lignes sont refusées : corrigez le fichier, ou acceptez de l’importer sans ces lignes.")
        )
    return _start(import_run, State.WRITING, by=by, now=now, skip_refused=skip_refused, error="")


def _start(import_run: ImportRun, state: State, *, by: Any, now: datetime, **changes: Any) -> ImportRun:
    with transaction.atomic():
        locked = _move(import_run, state, **changes)
        locked.job = jobs.enqueue(
            JOB, payload={"run": str(locked.pk)}, by=by, now=now, label=_label(locked, writing=state == State.WRITING)
        )
        ImportRun.objects.filter(pk=locked.pk).update(job=locked.job)
    locked.refresh_from_db()
    return locked


def _label(import_run: ImportRun, *, writing: bool) -> str:
    wording = _("Import de « %(name)s »") if writing else _("Essai de l’import de « %(name)s »")
    return wording % {"name": import_run.file_name}


def _move(import_run: ImportRun, state: State, **changes: Any) -> ImportRun:
    """Change state if the table of transitions allows it from where the import really stands."""
    locked = ImportRun.objects.select_for_update(of=("self",)).select_related("job", "file").get(pk=import_run.pk)
    if state not in TRANSITIONS[locked.state] and not (state == locked.state and is_stuck(locked)):
        raise ImportRefused(_("Cet import n’en est plus là : rechargez la page."))
    for name, value in {"state": state, **changes}.items():
        setattr(locked, name, value)
    locked.save()
    return locked


def is_stuck(import_run: ImportRun) -> bool:
    """True when the background work ended without the import knowing: its worker died too often."""
    waiting = import_run.state in {State.TRYING, State.WRITING}
    return waiting and (import_run.job is None or import_run.job.is_finished)


def go_back(import_run: ImportRun) -> ImportRun:
    """Return to the choice of columns, once the dry run is over."""
    if import_run.state == State.TRYING and not is_stuck(import_run):
        raise ImportRefused(_("L’essai est en cours : attendez sa fin, ou abandonnez l’import."))
    with transaction.atomic():
        return _move(import_run, State.UPLOADED, report=None, error="")


def give_up(import_run: ImportRun, *, now: datetime) -> ImportRun:
    """Abandon an import that wrote nothing; its file is thrown away."""
    if import_run.state == State.TRYING and import_run.job is not None and not import_run.job.is_finished:
        # Before our own transaction: on SQLite the dry run holds the right to write until it hears this.
        with suppress(jobs.JobRefused):
            jobs.cancel(import_run.job, now=now)
    with transaction.atomic():
        abandoned = _move(import_run, State.CANCELLED, finished_at=now)
        _forget_file(abandoned)
    return abandoned


def _forget_file(import_run: ImportRun) -> None:
    stored, import_run.file = import_run.file, None
    if stored is not None:
        import_run.save(update_fields=["file"])
        files.discard(stored)


# --- In the background ----------------------------------------------------------------------------------------------


def carry_out(context: JobContext, run_id: str, *, clock: Any) -> None:
    """Do the dry run or the import that was asked for. Run again after an interruption, it starts over."""
    import_run = ImportRun.objects.select_related("file").filter(pk=run_id).first()
    if import_run is None or import_run.state not in {State.TRYING, State.WRITING} or import_run.file is None:
        return
    try:
        _carry_out(context, import_run, kind_of(import_run), clock=clock)
    except JobCancelled:
        ImportRun.objects.filter(pk=run_id, state=State.WRITING).update(state=State.TRIED)
        ImportRun.objects.filter(pk=run_id, state=State.TRYING).update(state=State.UPLOADED)
        raise
    except Refusal as refusal:
        _fail(run_id, refusal.message)
        raise
    except Exception:
        _fail(run_id, _("L’import n’a pas abouti, à cause d’une erreur de la plateforme. Rien n’est enregistré."))
        raise


def _fail(run_id: str, message: str) -> None:
    ImportRun.objects.filter(pk=run_id, state__in=[State.TRYING, State.WRITING]).update(
        state=State.FAILED, error=message
    )


def _carry_out(context: JobContext, import_run: ImportRun, kind: ImportKind, *, clock: Any) -> None:
    writing = import_run.state == State.WRITING
    total = _count(context, import_run)
    message = _("Enregistrement des lignes") if writing else _("Essai des lignes")
    importing = Importing(
        import_run.started_by_id, clock(), chosen_columns(import_run.mapping), typed(import_run.mapping)
    )
    rows, apply, batch = _work(context, import_run, kind, importing)
    # The rows and the word that they are written are one transaction: a killed worker never writes them twice.
    with closing(rows):
        run(
            rows,
            apply,
            dry_run=not writing,
            skip_refused=import_run.skip_refused,
            savepoints=kind.savepoints,
            progress=lambda done: context.progress(done, total, message),
            write=batch.write if batch else None,
            prepare=batch.prepare if batch else None,
            finish=lambda report: _note(import_run, report, writing=writing, now=clock()),
        )


Work = tuple[Generator[Row, None, None], Callable[[Row], str], Batch | None]


def _work(context: JobContext, import_run: ImportRun, kind: ImportKind, importing: Importing) -> Work:
    """The rows, what to do with each, and how to write them all at the end when the importer does that."""
    if kind.make_batch is None:
        assert kind.make_apply is not None
        return _rows(import_run), mapped(kind.columns, import_run.mapping, kind.make_apply(importing)), None
    together = _Together(import_run, kind)
    with closing(_rows(import_run)) as rows:
        together.read(context, rows)
    batch = kind.make_batch(importing, list(together.translated.values()))
    return together.rows(), together.apply(batch), batch


class _Together:
    """All the rows of a file in memory, as they are and as the importer wants them."""

    def __init__(self, import_run: ImportRun, kind: ImportKind) -> None:
        self.columns, self.mapping = kind.columns, import_run.mapping
        self.given: list[Row] = []
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
                self.translated[row.number] = translated(self.columns, self.mapping, row)
        except RowRefused as refusal:
            self.refused[row.number] = refusal

    def rows(self) -> Generator[Row, None, None]:
        yield from self.given
        if self.unreadable is not None:
            raise self.unreadable

    def apply(self, batch: Batch) -> Callable[[Row], str]:
        def applied(row: Row) -> str:
            if row.number in self.refused:
                raise self.refused[row.number]
            return batch.apply(self.translated[row.number])

        return applied


def _rows(import_run: ImportRun) -> Generator[Row, None, None]:
    assert import_run.file is not None
    with import_run.file.file.open("rb") as content:
        yield from read_table(content, filename=import_run.file_name).rows


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


def _note(import_run: ImportRun, report: Report, *, writing: bool, now: datetime) -> None:
    error = ""
    if writing and report.written:
        ImportRun.objects.filter(pk=import_run.pk).update(
            state=State.DONE, report=report.as_json(), finished_at=now, error=""
        )
        import_run.refresh_from_db()
        _forget_file(import_run)
        return
    if writing:
        # The data changed since the dry run: it refuses rows that it accepted then.
        error = _("Des lignes acceptées à l’essai sont maintenant refusées : rien n’est enregistré.")
    # Unless it was given up meanwhile.
    ImportRun.objects.filter(pk=import_run.pk, state=import_run.state).update(
        state=State.TRIED, report=report.as_json(), error=error
    )


def clean_up(now: datetime) -> None:
    """Give up imports that nobody came back to, so that their files are not kept for ever."""
    old = ImportRun.objects.filter(created_at__lt=now - KEEP_ABANDONED).exclude(file=None)
    for import_run in old.exclude(state__in=[State.DONE, State.CANCELLED, State.WRITING]):
        give_up(import_run, now=now)
