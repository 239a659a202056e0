"""Deferred effects: what the queue calls."""

from django.utils import timezone
from django_tasks import TaskContext, task

from alliage.jobs import services


@task(takes_context=True)
def run_job(context: TaskContext, job_id: str) -> None:
    """Do one job, unless it was cancelled meanwhile."""
    worker = context.task_result.worker_ids[-1]
    job = services.begin(job_id, worker=worker, now=timezone.now())
    if job is not None:
        services.perform(job, clock=timezone.now)


@task()
def run_periodic(turn_id: int) -> None:
    """Do one turn of a periodic task."""
    services.do_turn(turn_id, clock=timezone.now)
