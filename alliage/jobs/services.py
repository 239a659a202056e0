"""Writes of jobs: ask for deferred work, do it, give it up, take over from a dead worker, forget."""

import logging
import os
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_tasks import task_backends
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from alliage.jobs import progress
from alliage.jobs.context import JobCancelled, JobContext, JobInterrupted
from alliage.jobs.enums import EXCLUSIVE, FINISHED, State
from alliage.jobs.models import Job, ScheduledRun, Worker
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule
from alliage.refusals import Refusal

logger = logging.getLogger(__name__)

KEEP_JOBS = timedelta(days=30)
KEEP_TASKS = timedelta(days=7)
KEEP_TURNS = timedelta(days=90)
# A worker says it is alive every few seconds; silent that long, it is dead, even if its machine cannot be asked.
SILENT_IS_DEAD = timedelta(minutes=2)
# … and on this machine, a living process with its number is believed that long at most.
PID_IS_BELIEVED = timedelta(minutes=15)
# How many workers may die on the same work before it is given up.
MAX_DEATHS = 3


class JobRefused(Refusal):
    """The job cannot be asked for, or cannot be cancelled."""


# --- Ask ------------------------------------------------------------------------------------------------------------


def enqueue(
    kind: str,
    *,
    payload: dict[str, Any] | None = None,
    by: Any = None,
    now: datetime,
    key: str = "",
    label: str = "",
) -> Job:
    """Ask for deferred work, in the caller's transaction: if it is rolled back, nothing was asked.

    `by` is a member or None. With a `key`, the same work is not done twice: while a job of this kind and key waits,
    runs or is done, that job is returned instead of a new one.
    """
    job_kind = kinds.get(kind)
    if job_kind is None:
        raise LookupError(f"No job kind is named {kind}: add it to alliage.jobs.registry.kinds.")
    job = Job(
        kind=kind,
        label=(label or str(job_kind.label))[:200],
        payload=payload or {},
        key=key,
        started_by_id=getattr(by, "pk", None),
        created_at=now,
    )
    try:
        with transaction.atomic():
            if key and (known := Job.objects.filter(kind=kind, key=key, state__in=EXCLUSIVE).first()):
                return known
            job.save(force_insert=True)
            _queue(job, job_kind)
    except IntegrityError:
        # Another process asked for the same work between the look and the write.
        return Job.objects.get(kind=kind, key=key, state__in=EXCLUSIVE)
    job.refresh_from_db()
    return job


def _queue(job: Job, job_kind: JobKind | None, *, run_after: datetime | None = None) -> None:
    from alliage.jobs.tasks import run_job

    task = run_job.using(queue_name=job_kind.queue if job_kind else "default")
    if run_after is not None and task_backends["default"].supports_defer:
        task = task.using(run_after=run_after)
    task.enqueue(str(job.pk))


# --- Do -------------------------------------------------------------------------------------------------------------


def begin(job_id: Any, *, worker: str, now: datetime) -> Job | None:
    """Take a waiting job; None when it was cancelled, or is already in other hands."""
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED).update(
        state=State.RUNNING,
        worker=worker,
        attempt=F("attempt") + 1,
        version=F("version") + 1,
        started_at=now,
        error="",
    )
    return Job.objects.get(pk=job_id) if taken else None


def perform(job: Job, *, clock: Any) -> None:
    """Do a job that was taken, and write down how it ended. `clock()` tells the time."""
    context = JobContext(job)
    job_kind = kinds.get(job.kind)
    try:
        if job_kind is None:
            raise JobRefused(_("Ce travail n’existe plus dans cette version de la plateforme."))
        result = job_kind.run(context, job.payload)
    except JobCancelled:
        _finish(job, context, State.CANCELLED, now=clock())
    except JobInterrupted:
        _requeue(job, context, job_kind, counted=False)
    except Refusal as refusal:
        _finish(job, context, State.FAILED, now=clock(), error=refusal.message)
    except Exception:
        logger.exception("Job %s (%s) failed, attempt %s.", job.pk, job.kind, job.attempt)
        _retry_or_fail(job, context, job_kind, now=clock())
    else:
        _finish(job, context, State.DONE, now=clock(), result=result)


def _finish(job: Job, context: JobContext, state: State, *, now: datetime, result: Any = None, error: str = "") -> None:
    told = context.told
    if state == State.DONE and told["total"]:
        told["done"] = told["total"]
    Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt).update(
        state=state, version=context.version + 1, finished_at=now, result=result, error=error, **told
    )
    progress.forget(job.pk)


def _retry_or_fail(job: Job, context: JobContext, job_kind: JobKind | None, *, now: datetime) -> None:
    if job_kind is None or job.attempt > job_kind.retries:
        message = _("Le travail n’a pas abouti, à cause d’une erreur de la plateforme. Elle est notée dans le journal.")
        _finish(job, context, State.FAILED, now=now, error=message)
        return
    wait = job_kind.backoff * 2 ** (job.attempt - 1)
    _requeue(job, context, job_kind, run_after=now + wait)


def _requeue(
    job: Job,
    context: JobContext,
    job_kind: JobKind | None,
    *,
    run_after: datetime | None = None,
    counted: bool = True,
) -> None:
    with transaction.atomic():
        updated = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt).update(
            state=State.QUEUED,
            version=context.version + 1,
            worker="",
            attempt=job.attempt if counted else job.attempt - 1,
            done=0,
            error=_("Un premier essai n’a pas abouti ; un autre est prévu.") if counted else "",
        )
        progress.forget(job.pk)
        if updated:
            _queue(job, job_kind, run_after=run_after)


def cancel(job: Job, *, now: datetime) -> None:
    """Give up a job: at once when it waits, at its next step when it runs."""
    cancelled = Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
        state=State.CANCELLED, version=F("version") + 1, finished_at=now
    )
    if cancelled:
        return
    if Job.objects.filter(pk=job.pk, state__in=FINISHED).exists():
        raise JobRefused(_("Ce travail est déjà terminé."))
    if progress.is_used():
        # The running job may hold SQLite's only right to write, until it sees this.
        progress.ask_to_stop(job.pk)
    else:
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True)


def is_being_cancelled(job: Job) -> bool:
    """True when someone asked to cancel a job that still runs."""
    if job.state != State.RUNNING:
        return False
    return job.cancel_requested or (progress.is_used() and progress.is_asked_to_stop(job.pk))


# --- Schedule -------------------------------------------------------------------------------------------------------

_EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


def slot_of(periodic: Periodic, now: datetime) -> datetime:
    """Give the beginning of the slot that `now` falls in."""
    since = now - _EPOCH - periodic.offset
    return _EPOCH + periodic.offset + since // periodic.every * periodic.every


def run_due(*, now: datetime) -> int:
    """Queue every periodic task whose present slot nobody took yet; return how many were taken."""
    slots = {periodic.code: slot_of(periodic, now) for periodic in schedule}
    taken = set(ScheduledRun.objects.filter(code__in=slots, slot__in=set(slots.values())).values_list("code", "slot"))
    return sum(_take(code, slot) for code, slot in slots.items() if (code, slot) not in taken)


def _take(code: str, slot: datetime) -> bool:
    from alliage.jobs.tasks import run_periodic

    try:
        with transaction.atomic():
            turn = ScheduledRun.objects.create(code=code, slot=slot)
    except IntegrityError:
        return False
    run_periodic.enqueue(turn.pk)
    return True


def do_turn(turn_id: int, *, clock: Any) -> None:
    """Do one turn of a periodic task, and note how it went."""
    turn = ScheduledRun.objects.filter(pk=turn_id, finished_at=None).first()
    periodic = schedule.get(turn.code) if turn else None
    if turn is None:
        return
    turn.started_at = clock()
    try:
        if periodic is not None:
            periodic.run(turn.started_at)
    except Exception as error:
        logger.exception("Periodic task %s failed.", turn.code)
        turn.error = repr(error)
    turn.finished_at = clock()
    turn.save(update_fields=["started_at", "finished_at", "error"])


# --- Workers --------------------------------------------------------------------------------------------------------


def show_alive(worker: str, *, host: str, pid: int, now: datetime) -> None:
    """Note that a worker is alive."""
    if not Worker.objects.filter(pk=worker).update(seen_at=now):
        Worker.objects.create(pk=worker, host=host, pid=pid, started_at=now, seen_at=now)


def say_goodbye(worker: str, *, now: datetime) -> None:
    """Note that a worker stopped by itself."""
    Worker.objects.filter(pk=worker).update(seen_at=now, stopped_at=now)


def is_dead(worker: Worker, *, host: str, now: datetime) -> bool:
    """True when the worker stopped, when its process is gone from this machine, or when it has long been silent."""
    silent = now - worker.seen_at
    if worker.stopped_at is not None or silent > PID_IS_BELIEVED:
        return True
    if worker.host == host:
        return not _process_exists(worker.pid)
    return silent > SILENT_IS_DEAD


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def take_over(*, worker: str, host: str, now: datetime) -> int:
    """Put back in the queue what dead workers left half-done; return how many pieces of work that was.

    `worker` is the caller, who is alive. Work on which several workers died is given up: it may be what killed them.
    """
    living = {known.pk for known in Worker.objects.all() if not is_dead(known, host=host, now=now)} | {worker}
    Job.objects.filter(state=State.RUNNING).exclude(worker__in=living).exclude(worker="").update(
        state=State.QUEUED, version=F("version") + 1, worker=""
    )
    back = 0
    for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if task.worker_ids and task.worker_ids[-1] in living:
            continue
        if len(task.worker_ids) >= MAX_DEATHS:
            _give_up(task, now=now)
        else:
            back += DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY, started_at=None
            )
    return back


def _give_up(task: DBTaskResult, *, now: datetime) -> None:
    with transaction.atomic():
        DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.FAILED, finished_at=now)
        if task.task_path.endswith("run_job"):
            Job.objects.filter(pk__in=task.args_kwargs["args"], state=State.QUEUED).update(
                state=State.FAILED,
                version=F("version") + 1,
                finished_at=now,
                error=_("Le travail s’est interrompu plusieurs fois : il est abandonné."),
            )


def clean_up(now: datetime) -> None:
    """Forget old jobs, turns, workers and tasks."""
    Job.objects.filter(finished_at__lt=now - KEEP_JOBS).delete()
    DBTaskResult.objects.filter(finished_at__lt=now - KEEP_TASKS).delete()
    ScheduledRun.objects.filter(slot__lt=now - KEEP_TURNS).delete()
    Worker.objects.filter(seen_at__lt=now - KEEP_TASKS).delete()
