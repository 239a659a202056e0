"""Outside directories: follow one, pause it, stop following it; forget what is too old."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.imports.engine import FileRefused, Report
from alliage.imports.enums import SourceState
from alliage.imports.mapping import remembered
from alliage.imports.models import Change, ImportRun, Source
from alliage.imports.registry import Harvest, Importing, ImportKind, SourceRef, kinds
from alliage.imports.services import following
from alliage.imports.services.runs import ImportRefused, forget_file
from alliage.jobs import services as jobs
from alliage.jobs.fetch import fetcher

READ_JOB = "imports.read_source"
# Other people's personal data are not kept longer than this without having been read again.
KEEP_PERSONAL = timedelta(days=10)
# A list that is only asked for what changed is read whole this often: not every repository says what it deleted.
WHOLE_EVERY = timedelta(days=7)
# Clocks differ, and a repository may show a record some time after the moment that it says.
OVERLAP = timedelta(days=1)
# Losing more than half of what we hold, and more than a handful, is more often a breakdown than news.
HANDFUL = 5


def reference(source: Source | None) -> SourceRef | None:
    """What importers are told of a source."""
    if source is None:
        return None
    return SourceRef(source.pk, source.name, source.url, source.licence, source.attribution, source.is_personal)


def harvest_of(source: Source) -> Harvest | None:
    kind = kinds.get(source.kind)
    return kind.harvest if kind is not None else None


def _checked(values: dict[str, Any], *, kind: ImportKind, other_than: int = 0) -> dict[str, Any]:
    if kind.harvest is None:
        raise ImportRefused(_("Cette sorte d’import ne suit pas de source extérieure."))
    fetcher().check(values["url"])
    if values["is_personal"] and values["every_hours"] > KEEP_PERSONAL / timedelta(hours=1):
        raise ImportRefused(_("Une source de données personnelles se relit tous les dix jours au moins."))
    if Source.objects.filter(kind=kind.code, url=values["url"]).exclude(pk=other_than).exists():
        raise ImportRefused(_("Cette adresse est déjà suivie : modifiez la source qui existe."))
    return values


def follow_source(values: dict[str, Any], *, kind: ImportKind, by: Any, now: datetime) -> Source:
    """Note an outside directory. It is read once its first import was tried and accepted."""
    checked = _checked(values, kind=kind)
    return Source.objects.create(kind=kind.code, created_by_id=by.pk, created_at=now, **checked)


def change_source(source: Source, values: dict[str, Any], *, kind: ImportKind, now: datetime) -> Source:
    """Change what is said of a source; a new address is read in full."""
    checked = _checked(values, kind=kind, other_than=source.pk)
    if checked["url"] != source.url:
        checked |= {"etag": "", "last_modified": "", "sha256": "", "read_whole_at": None}
    for name, value in checked.items():
        setattr(source, name, value)
    source.next_at = _next(source, now) if source.mapping else None
    source.save()
    return source


def _next(source: Source, now: datetime) -> datetime | None:
    return None if source.is_paused else now + timedelta(hours=source.every_hours)


def is_reading(source: Source) -> bool:
    """True while background work on it goes on."""
    return source.state == SourceState.READING and source.job is not None and not source.job.is_finished


def read_source(source: Source, *, writes: bool, by: Any | None, now: datetime, whole: bool = False) -> Source:
    """Read it in the background: to try (`writes=False`: a person then checks columns), or to bring it up to date, from what
    changed when that is enough; `whole` asks for all of it."""
    with transaction.atomic():
        locked = Source.objects.select_for_update(of=("self",)).select_related("job").get(pk=source.pk)
        if is_reading(locked):
            raise ImportRefused(_("La lecture de cette source est déjà en cours."))
        if writes and not locked.mapping:
            raise ImportRefused(_("Essayez d’abord cette source : ses colonnes restent à vérifier."))
        locked.job = jobs.enqueue(
            READ_JOB,
            payload={"source": locked.pk, "writes": writes, "whole": whole},
            by=by,
            now=now,
            label=_("Lecture de la source « %(name)s »") % {"name": locked.name},
        )
        Source.objects.filter(pk=locked.pk).update(job=locked.job)
        Source.objects.filter(pk=locked.pk, job__finished_at=None).update(state=SourceState.READING)
    locked.refresh_from_db()
    return locked


def pause(source: Source) -> None:
    """Read it no more, until told otherwise. What it gave stays, unless it is personal and becomes too old."""
    Source.objects.filter(pk=source.pk).update(is_paused=True, next_at=None)


def resume(source: Source, *, now: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(is_paused=False, next_at=now if source.mapping else None)


def can_keep_records(source: Source) -> bool:
    """True when its records may become ours: personal data may not."""
    harvest = harvest_of(source)
    return harvest is not None and harvest.keep is not None and not source.is_personal


def stop_following(source: Source, *, keep_records: bool, now: datetime) -> int:
    """Delete a source. Its records go with it, or become ours; return how many there were."""
    harvest, ref = harvest_of(source), reference(source)
    assert ref is not None
    if keep_records and not can_keep_records(source):
        raise ImportRefused(_("Les fiches de cette source ne peuvent pas être gardées sans elle."))
    with transaction.atomic():
        count = 0
        if harvest is not None:
            count = harvest.keep(ref, now) if keep_records and harvest.keep else harvest.forget(ref, now)
        _forget_runs(ImportRun.objects.filter(source=source))
        source.delete()
    return count


def _forget_runs(runs: Any) -> None:
    """Reports and journals hold what the source said: they go with it, and the files too."""
    for import_run in runs.select_related("file"):
        forget_file(import_run)
        import_run.delete()


# --- What the background work asks ----------------------------------------------------------------------------------


def since(source: Source, kind: ImportKind, *, now: datetime) -> date | None:
    """The day from which it is enough to ask what changed; None when all must be read. Personal data are always read whole: what
    is not said to be gone would be kept too long."""
    if source.is_personal or source.refreshed_at is None or not following.is_list(source.url):
        return None
    if source.read_whole_at is None or now - source.read_whole_at >= WHOLE_EVERY:
        return None
    assert kind.harvest is not None
    if not following.keys(["?"], kind=kind, source=source, harvest=kind.harvest):
        return None
    return (source.refreshed_at - OVERLAP).astimezone(UTC).date()


def withdraw(
    harvest: Harvest, importing: Importing, is_gone: Callable[[str], bool], report: Report, *, allowed: bool
) -> None:
    """Take away the records that are no longer at the source; in a dry run, only count them."""
    assert importing.source is not None
    known = set(harvest.known(importing.source.id))
    gone = set(filter(is_gone, known))
    report.withdrawn = len(gone)
    if report.dry_run or not gone:
        return
    if not allowed and len(gone) > max(HANDFUL, len(known) / 2):
        raise FileRefused(
            _(
                "La source a perdu plus de la moitié de ses fiches : %(gone)s sur %(known)s. "
                "C’est peut-être une panne : rien n’est changé. Vérifiez, puis enregistrez vous-même."
            )
            % {"gone": len(gone), "known": len(known)}
        )
    importing.journal.keep()
    importing.journal.begin(0)  # no row says it: the last one read has nothing to do with it
    report.withdrawn = harvest.withdraw(importing, gone)


def note_success(import_run: ImportRun, report: Report, *, is_whole: bool, now: datetime) -> None:
    """The source is up to date; the answers of this import serve for the next ones."""
    source = import_run.source
    if source is None:
        return
    harvest = harvest_of(source)
    Source.objects.filter(pk=source.pk).update(
        state=SourceState.WELL,
        error="",
        mapping=remembered(source.mapping, import_run.mapping, import_run.columns),
        values=import_run.values,
        duplicates=import_run.duplicates,
        sha256=import_run.sha256,
        record_count=len(set(harvest.known(source.pk))) if harvest else report.accepted,
        refreshed_at=import_run.created_at,
        purged_at=None,
        next_at=_next(source, now),
        **_whole(is_whole, import_run.created_at),
    )


def _whole(is_whole: bool, moment: datetime) -> dict[str, datetime]:
    return {"read_whole_at": moment} if is_whole else {}


def note_refusal(import_run: ImportRun, report: Report, *, writing: bool, now: datetime) -> None:
    """The reading did not go as wanted: a person must look at it."""
    if import_run.source is None or not writing:
        return
    reason = next((refused.reason for refused in report.refused if not refused.number), import_run.error)
    note_failure(import_run.source, reason or _("Rien n’a pu être repris."), now=now, state=SourceState.HELD)


def note_failure(source: Source, reason: str, *, now: datetime, state: SourceState = SourceState.FAILED) -> None:
    """Say what went wrong, and read it again at the next turn."""
    Source.objects.filter(pk=source.pk).update(
        state=state, error=reason, checked_at=now, next_at=_next(source, now) if source.mapping else None
    )


def note_unchanged(source: Source, *, is_whole: bool, now: datetime) -> None:
    """It says the same as last time: what we hold is exact."""
    Source.objects.filter(pk=source.pk).update(
        state=SourceState.WELL,
        error="",
        checked_at=now,
        refreshed_at=now,
        next_at=_next(source, now),
        **_whole(is_whole, now),
    )


# --- At regular times -----------------------------------------------------------------------------------------------


def read_due(now: datetime) -> int:
    """Ask for the reading of every source whose turn has come; return how many."""
    due = Source.objects.filter(is_paused=False, next_at__lte=now).exclude(mapping={}).select_related("job")
    waiting = [source for source in due if not is_reading(source)]
    for source in waiting:
        read_source(source, writes=True, by=None, now=now)
    return len(waiting)


def forget_stale(now: datetime) -> int:
    """Forget the personal data that could not be read again for ten days; return how many records went."""
    limit = now - KEEP_PERSONAL
    count = 0
    stale = Source.objects.filter(is_personal=True, purged_at=None).filter(Q(refreshed_at__lt=limit))
    for source in stale:
        harvest, ref = harvest_of(source), reference(source)
        assert ref is not None
        with transaction.atomic():
            count += harvest.forget(ref, now) if harvest is not None else 0
            Source.objects.filter(pk=source.pk).update(
                purged_at=now, record_count=0, etag="", last_modified="", sha256="", read_whole_at=None
            )
    with transaction.atomic():
        old = ImportRun.objects.filter(source__is_personal=True, created_at__lt=limit)
        Change.objects.filter(run__in=old).delete()
        _forget_runs(old)
    return count
