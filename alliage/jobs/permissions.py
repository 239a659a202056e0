"""Who may see and stop a job."""

from typing import Any

from alliage.jobs.models import Job


def can_see(user: Any, job: Job) -> bool:
    """The person who asked for it, and those who may see them all."""
    return bool(user.is_authenticated) and (job.started_by_id == user.pk or user.has_perm("jobs.view_job"))


def can_see_all(user: Any) -> bool:
    return bool(user.has_perm("jobs.view_job"))


def can_cancel(user: Any, job: Job) -> bool:
    return not job.is_finished and can_see(user, job)
