"""Reads of jobs: for their page, for the live process, for the doctor."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from alliage.jobs import progress, services
from alliage.jobs.enums import FINISHED, State
from alliage.jobs.models import Job, Worker


@dataclass(frozen=True)
class Snapshot:
    """What a person sees of a job at one moment. `number` grows with every change."""

    number: int
    state: str
    state_label: str
    done: int
    total: int
    message: str
    error: str
    finished: bool

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


_SEEN = ["pk", "version", "state", "done", "total", "message", "error"]


def snapshots(ids: Iterable[Any]) -> dict[str, Snapshot]:
    """Give the present state of several jobs in one query, by id."""
    rows = Job.objects.filter(pk__in=list(ids)).values_list(*_SEEN)
    return {str(row[0]): _snapshot(*row) for row in rows}


def snapshot(job: Job) -> Snapshot:
    return _snapshot(job.pk, job.version, job.state, job.done, job.total, job.message, job.error)


def _snapshot(pk: Any, version: int, state: str, done: int, total: int, message: str, error: str) -> Snapshot:
    if state == State.RUNNING and progress.is_used():
        aside = progress.read(pk)
        if aside is not None and aside.version > version:
            version, done, total, message = aside.version, aside.done, aside.total, aside.message
    return Snapshot(version, state, str(State(state).label), done, total, message, error, state in FINISHED)


def jobs_of(user: Any, *, everyone: bool) -> "QuerySet[Job]":
    """List jobs, the latest first: everyone's, or those the user asked for."""
    jobs = Job.objects.order_by("-created_at", "pk")
    return jobs if everyone else jobs.filter(started_by_id=user.pk)


@dataclass(frozen=True)
class Health:
    """How deferred work goes, for the doctor and for metrics."""

    workers: int
    queued: int
    running: int
    failed: int
    oldest_queued_at: datetime | None


def health(*, now: datetime) -> Health:
    """Say how many workers are alive and what waits for them."""
    host = socket.gethostname()
    alive = sum(not services.is_dead(worker, host=host, now=now) for worker in Worker.objects.all())
    counts = dict(Job.objects.order_by().values_list("state").annotate(count=Count("pk")))
    oldest = Job.objects.filter(state=State.QUEUED).aggregate(oldest=Min("created_at"))["oldest"]
    return Health(alive, counts.get(State.QUEUED, 0), counts.get(State.RUNNING, 0), counts.get(State.FAILED, 0), oldest)
