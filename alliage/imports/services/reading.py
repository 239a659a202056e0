"""Reads an outside directory, in the background: fetch, then try or write."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.files.registry import MEGABYTE
from alliage.imports import feeds
from alliage.imports.enums import SourceState, State
from alliage.imports.mapping import missing
from alliage.imports.models import ImportRun, Source
from alliage.imports.registry import ImportKind, kinds
from alliage.imports.services import background, following, sources
from alliage.imports.services.runs import ImportRefused, forget_file, received
from alliage.imports.shape import FileRefused
from alliage.jobs import fetch
from alliage.jobs.context import JobContext
from alliage.refusals import Refusal

MAX_BYTES = 50 * MEGABYTE
SECONDS = 180.0
ACCEPTED = (
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "application/csv",
    "application/json",
    "application/geo+json",
    "application/vnd.geo+json",
    "application/ld+json",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "binary/octet-stream",
    *following.XML,
)


def carry_out_read(
    context: JobContext, source_id: int, *, writes: bool, clock: Any, whole: bool = False
) -> dict[str, str] | None:
    """Read a source, `whole` or from what changed when that is enough; give the number of the import it made, when its content is
    new."""
    source = Source.objects.filter(pk=source_id).first()
    kind = kinds.get(source.kind) if source else None
    if source is None:
        return None
    try:
        if kind is None or kind.harvest is None:
            raise ImportRefused(_("Cette sorte d’import n’existe plus dans cette version de la plateforme."))
        return _read(context, source, kind, writes=writes, whole=whole, clock=clock)
    except Refusal as refusal:
        sources.note_failure(source, refusal.message, now=clock())
        raise
    except BaseException:
        sources.note_failure(source, _("La lecture s’est interrompue. Elle sera reprise."), now=clock())
        raise


def _read(
    context: JobContext, source: Source, kind: ImportKind, *, writes: bool, whole: bool, clock: Any
) -> dict[str, str] | None:
    context.progress(0, 0, _("Lecture de la source"))
    now = clock()
    # What the source is known to say spares a reading, unless all of it is asked for: our records may have changed since.
    known = bool(
        writes and not whole and source.state != SourceState.HELD and source.purged_at is None and source.sha256
    )
    day = sources.since(source, kind, now=now) if known else None
    part = _changed(context, source, day) if day else None
    fetched = part or _whole(context, source, known=known)
    if fetched.unchanged:
        sources.note_unchanged(source, is_whole=part is None, now=now)
        return None
    _give_up_unfinished(source)
    run = received(
        SimpleUploadedFile(source.name, fetched.content), kind=kind, by_id=context.started_by_id, now=now, source=source
    )
    if known and run.sha256 == source.sha256:
        _forget(run)
        _note_read(source, fetched, now)
        sources.note_unchanged(source, is_whole=part is None, now=now)
        return None
    if not writes:
        _note_read(source, fetched, now, state=SourceState.WELL if source.sha256 else SourceState.NEW, error="")
        return {"run": str(run.pk)}
    if lacking := missing(kind.columns, run.mapping):
        _forget(run)
        names = ", ".join(str(column.label) for column in lacking)
        raise ImportRefused(
            _("Les colonnes de la source ont changé, il manque : %(names)s. Essayez-la à nouveau.") % {"names": names}
        )
    ImportRun.objects.filter(pk=run.pk).update(state=State.WRITING, skip_refused=True, job_id=context.job_id)
    background.carry_out(context, str(run.pk), clock=clock)
    _note_read(source, fetched, now)
    return {"run": str(run.pk)}


def _changed(context: JobContext, source: Source, day: date) -> fetch.Fetched | None:
    """What changed since that day; None when the source refuses that question or answers it badly: it is then read whole."""
    try:
        fetched = _get(following.since(source.url, day))
        if not feeds.looks_like_xml(fetched.content[:64]):
            return None
        return _followed(context, fetched, is_part=True)
    except (fetch.FetchRefused, FileRefused):
        return None


def _whole(context: JobContext, source: Source, *, known: bool) -> fetch.Fetched:
    marks = (source.etag, source.last_modified) if known else ()
    fetched = _get(source.url, *marks)
    return fetched if fetched.unchanged else _followed(context, fetched, is_part=False)


def _followed(context: JobContext, fetched: fetch.Fetched, *, is_part: bool) -> fetch.Fetched:
    return following.whole(
        fetched,
        _get,
        told=lambda count: context.progress(count, 0, _("Lecture de la source")),
        is_part=is_part,
    )


def _get(url: str, etag: str = "", last_modified: str = "") -> fetch.Fetched:
    return fetch.fetcher().get(
        url, accept=ACCEPTED, max_bytes=MAX_BYTES, seconds=SECONDS, etag=etag, last_modified=last_modified
    )


def _note_read(source: Source, fetched: fetch.Fetched, now: datetime, **changes: Any) -> None:
    Source.objects.filter(pk=source.pk).update(
        etag=fetched.etag[:200], last_modified=fetched.last_modified[:100], checked_at=now, **changes
    )


def _give_up_unfinished(source: Source) -> None:
    """What an interrupted reading, or a trial that nobody came back to, left behind."""
    for run in source.runs.exclude(Q(state=State.DONE) | Q(state__in=[State.UNDOING, State.UNDONE])):
        _forget(run)


def _forget(run: ImportRun) -> None:
    forget_file(run)
    run.delete()
