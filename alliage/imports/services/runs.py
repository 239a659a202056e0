"""Imports that people run: take a file, try it, write it, give it up."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.imports import feeds
from alliage.imports.engine import FileRefused, Report, Row, Table, read_table
from alliage.imports.enums import TRANSITIONS, Duplicates, State
from alliage.imports.mapping import chosen as chosen_columns
from alliage.imports.mapping import fingerprint, kept, missing, proposal, typed
from alliage.imports.models import ImportRun, KnownFile, RowReport, Source
from alliage.imports.registry import Importing, ImportKind, kinds
from alliage.jobs import services as jobs
from alliage.refusals import Refusal

PURPOSE = "imports.table"
JOB = "imports.run"
KEEP_ABANDONED = timedelta(days=7)
# Rows read to guess what the columns hold.
SAMPLE = 50
KEEP_KNOWN_FILES = timedelta(days=730)
KEEP_RUNS_OF_SOURCES = timedelta(days=60)


class ImportRefused(Refusal):
    """The import cannot go this way from where it stands."""


def kind_of(import_run: ImportRun) -> ImportKind:
    kind = kinds.get(import_run.kind)
    if kind is None:
        raise ImportRefused(_("Cette sorte d’import n’existe plus dans cette version de la plateforme."))
    return kind


def receive(upload: UploadedFile, *, kind: ImportKind, by: Any, now: datetime) -> ImportRun:
    """Keep a file to import and propose which column is which. A file that is no table is refused at once."""
    return received(upload, kind=kind, by_id=by.pk, now=now)


def received(
    upload: UploadedFile, *, kind: ImportKind, by_id: int | None, now: datetime, source: Source | None = None
) -> ImportRun:
    """The same, for a file that came from an outside directory."""
    stored: StoredFile | None = None
    upload = _readable(upload)
    try:
        with transaction.atomic():
            stored = files.store(upload, by_id=by_id, purpose=PURPOSE, now=now)
            with stored.file.open("rb") as content:
                table = read_table(content, filename=stored.name)
                mapping, values = _answers_for(kind, table, source)
            return ImportRun.objects.create(
                kind=kind.code,
                file=stored,
                file_name=stored.name,
                sha256=stored.sha256,
                columns=table.columns,
                mapping=mapping,
                values=values,
                source=source,
                duplicates=source.duplicates if source else Duplicates.SKIP,
                started_by_id=by_id,
                created_at=now,
            )
    except BaseException:  # the end of the transaction included: no content stays without its record
        if stored is not None:
            files.discard_content(stored)
        raise


def _readable(upload: UploadedFile) -> UploadedFile:
    """A feed in XML is kept as the rows that were read of it: nothing else of it is ever needed."""
    upload.seek(0)
    head = upload.read(64)
    if not feeds.looks_like_xml(head):
        return upload
    content = feeds.json_stream(upload).read()
    return SimpleUploadedFile(f"{(upload.name or 'flux').rsplit('.', 1)[0]}.json", content)


def _answers_for(kind: ImportKind, table: Table, source: Source | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers of the source, or those given for the last file of these columns, or else a proposal."""
    if source is not None and source.mapping:
        return kept(kind.columns, source.mapping, table.columns), source.values
    known = KnownFile.objects.filter(kind=kind.code, fingerprint=fingerprint(table.columns)).first()
    remembered = kept(kind.columns, known.mapping, table.columns) if known else {}
    if known and not missing(kind.columns, remembered):
        return remembered, known.values
    return proposal(kind.columns, table.columns, _sample(table)), known.values if known else {}


def _sample(table: Table) -> list[Row]:
    try:
        return list(islice(table.rows, SAMPLE))
    except FileRefused:
        return []


def _remember(import_run: ImportRun, *, now: datetime) -> None:
    KnownFile.objects.update_or_create(
        kind=import_run.kind,
        fingerprint=fingerprint(import_run.columns),
        defaults={"mapping": import_run.mapping, "values": import_run.values, "used_at": now},
    )


def try_out(import_run: ImportRun, *, mapping: dict[str, Any], by: Any, now: datetime) -> ImportRun:
    """Start a dry run in the background with these columns, remembered for the next file that has the same."""
    kind = kind_of(import_run)
    chosen = kept(kind.columns, mapping, import_run.columns)
    if lacking := missing(kind.columns, chosen):
        names = ", ".join(str(column.label) for column in lacking)
        raise ImportRefused(_("Dites quelle colonne du fichier correspond à : %(names)s.") % {"names": names})
    if kind.check is not None:
        kind.check(Importing(by.pk, now, chosen_columns(chosen), typed(chosen)))
    return _try_again(import_run, by=by, now=now, mapping=chosen)


def explain_words(import_run: ImportRun, *, meanings: dict[str, dict[str, str]], by: Any, now: datetime) -> ImportRun:
    """Say what words of the file mean, by column: a code, or "" to leave the cell empty. Then try again."""
    known = {column.code: column for column in kind_of(import_run).columns if column.choices is not None}
    values = {code: dict(words) for code, words in import_run.values.items()}
    for code, words in meanings.items():
        if code not in known:
            continue
        codes = {""} | {choice for choice, _label in known[code].choices()}  # type: ignore[misc]
        values[code] = values.get(code, {}) | {word: choice for word, choice in words.items() if choice in codes}
    return _try_again(import_run, by=by, now=now, values=values)


def settle_duplicates(import_run: ImportRun, *, choice: Duplicates, by: Any, now: datetime) -> ImportRun:
    """Choose what becomes of rows that look like something known, and try again to see what that does."""
    if not kind_of(import_run).finds_duplicates:
        raise ImportRefused(_("Cet import ne cherche pas les doublons."))
    return _try_again(import_run, by=by, now=now, duplicates=choice)


def _try_again(import_run: ImportRun, *, by: Any, now: datetime, **changes: Any) -> ImportRun:
    with transaction.atomic():
        for name, value in changes.items():
            setattr(import_run, name, value)
        _remember(import_run, now=now)
        return _start(import_run, State.TRYING, by=by, now=now, report=None, error="", **changes)


def write(import_run: ImportRun, *, skip_refused: bool, by: Any, now: datetime) -> ImportRun:
    """Start the real import in the background, after its dry run."""
    report = Report.from_json(import_run.report) if import_run.report else None
    if report is None or not (report.accepted or report.withdrawn):
        raise ImportRefused(_("Il n’y a rien à enregistrer."))
    if report.refused_count and not skip_refused:
        raise ImportRefused(
            _("Des lignes sont refusées : corrigez le fichier, ou acceptez de l’importer sans ces lignes.")
        )
    return _start(import_run, State.WRITING, by=by, now=now, skip_refused=skip_refused, may_withdraw=True, error="")


def _start(import_run: ImportRun, state: State, *, by: Any, now: datetime, **changes: Any) -> ImportRun:
    with transaction.atomic():
        locked = move(import_run, state, **changes)
        name = {"name": locked.file_name}
        label = _("Import de « %(name)s »") if state == State.WRITING else _("Essai de l’import de « %(name)s »")
        follow(locked, JOB, label % name, by=by, now=now)
    locked.refresh_from_db()
    return locked


def follow(import_run: ImportRun, job: str, label: str, *, by: Any, now: datetime) -> None:
    """Ask for the background work that the import waits for."""
    import_run.job = jobs.enqueue(job, payload={"run": str(import_run.pk)}, by=by, now=now, label=label)
    ImportRun.objects.filter(pk=import_run.pk).update(job=import_run.job)


def move(import_run: ImportRun, state: State, **changes: Any) -> ImportRun:
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
    waiting = import_run.state in {State.TRYING, State.WRITING, State.UNDOING}
    return waiting and (import_run.job is None or import_run.job.is_finished)


def go_back(import_run: ImportRun) -> ImportRun:
    """Return to the choice of columns, once the dry run is over."""
    if import_run.state == State.TRYING and not is_stuck(import_run):
        raise ImportRefused(_("L’essai est en cours : attendez sa fin, ou abandonnez l’import."))
    with transaction.atomic():
        return move(import_run, State.UPLOADED, report=None, error="")


def give_up(import_run: ImportRun, *, now: datetime) -> ImportRun:
    """Abandon an import that wrote nothing; its file is thrown away."""
    if import_run.state == State.TRYING and import_run.job is not None and not import_run.job.is_finished:
        # Before our own transaction: on SQLite the dry run holds the right to write until it hears this.
        with suppress(jobs.JobRefused):
            jobs.cancel(import_run.job, now=now)
    with transaction.atomic():
        abandoned = move(import_run, State.CANCELLED, finished_at=now)
        forget_file(abandoned)
        RowReport.objects.filter(run=abandoned.pk).delete()
    return abandoned


def forget_file(import_run: ImportRun) -> None:
    stored, import_run.file = import_run.file, None
    if stored is not None:
        import_run.save(update_fields=["file"])
        files.discard(stored)


def clean_up(now: datetime) -> None:
    """Give up imports that nobody came back to, so that their files are not kept for ever; forget old answers."""
    old = ImportRun.objects.filter(created_at__lt=now - KEEP_ABANDONED).exclude(file=None)
    for import_run in old.filter(state__in=[State.UPLOADED, State.TRYING, State.TRIED, State.FAILED]):
        give_up(import_run, now=now)
    KnownFile.objects.filter(used_at__lt=now - KEEP_KNOWN_FILES).delete()
    ImportRun.objects.filter(
        source__isnull=False, is_undoable=False, finished_at__lt=now - KEEP_RUNS_OF_SOURCES
    ).delete()
