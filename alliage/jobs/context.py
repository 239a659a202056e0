"""What a running job may ask of the platform: tell its progress, know whether to go on."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from alliage.jobs import progress
from alliage.jobs.enums import State
from alliage.jobs.models import Job

PROGRESS_SECONDS = 0.5

# Set when this process was asked to stop: a job that tells its progress gives its place back at once.
stopping = threading.Event()


class JobCancelled(BaseException):
    """Someone asked to cancel the job. Not an `Exception`: a job's own error handling lets it through."""


class JobInterrupted(BaseException):
    """The process is stopping: the job goes back to the queue. Not an `Exception`, for the same reason."""


class JobContext:
    """Handed to `JobKind.run`. Call `progress` as often as you like: writes are spaced out."""

    def __init__(self, job: Job, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.job_id = job.pk
        self.started_by_id = job.started_by_id
        self.attempt = job.attempt
        self.version = job.version
        self._clock = clock
        self._next = clock()
        self._told: tuple[int, int, str] = (job.done, job.total, job.message)

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Tell how far the work is.

        Raises `JobCancelled` or `JobInterrupted`, which the job lets through, when the work should stop.
        """
        _done, known_total, known_message = self._told
        told = (done, known_total if total is None else total, known_message if message is None else message[:200])
        changed, self._told = told != self._told, told
        if self._clock() < self._next:
            return
        self._next = self._clock() + PROGRESS_SECONDS
        if changed:
            self._tell()
        self.check()

    def check(self) -> None:
        """Stop here if the job was cancelled or the process is stopping."""
        if stopping.is_set():
            raise JobInterrupted
        asked = progress.is_asked_to_stop(self.job_id) if progress.is_used() else False
        if asked or Job.objects.filter(pk=self.job_id, cancel_requested=True).exists():
            raise JobCancelled

    @property
    def told(self) -> dict[str, Any]:
        """The last progress told, even if it was too early to write it."""
        done, total, message = self._told
        return {"done": done, "total": total, "message": message}

    def _tell(self) -> None:
        self.version += 1
        if not connection.in_atomic_block:
            Job.objects.filter(pk=self.job_id, state=State.RUNNING, attempt=self.attempt).update(
                version=self.version, **self.told
            )
        elif progress.is_used():
            progress.write(self.job_id, progress.Aside(self.version, **self.told))
        else:
            self._tell_from_another_connection()

    def _tell_from_another_connection(self) -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute(
                    "UPDATE jobs_job SET version = %s, done = %s, total = %s, message = %s"
                    " WHERE id = %s AND state = %s AND attempt = %s",
                    [self.version, *self._told, self.job_id, State.RUNNING, self.attempt],
                )
        finally:
            other.close()
