"""The worker process, from its start to its end."""

import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from alliage.jobs import context, services, worker
from alliage.jobs.enums import State
from alliage.jobs.models import Job, ScheduledRun, Worker
from alliage.jobs.registry import Follower, JobKind, followers, kinds
from alliage.jobs.tests.factories import registered


@pytest.fixture(autouse=True)
def _queue(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}
    yield
    context.stopping.clear()


@pytest.mark.django_db(transaction=True)
def test_once_does_what_is_due_and_what_is_queued_then_leaves():
    with registered(kinds, JobKind("test.kind", "Un travail", lambda ctx, payload: payload["n"])):
        job = services.enqueue("test.kind", payload={"n": 3}, now=timezone.now())
        call_command("worker", "--once")
    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, 3)
    assert ScheduledRun.objects.filter(code="jobs.clean_up", finished_at__isnull=False).count() == 1
    assert Worker.objects.get().stopped_at is not None
    assert DBTaskResult.objects.exclude(status="SUCCESSFUL").count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_does_not_stop_the_worker():
    def fail(ctx, payload):
        raise ValueError

    with registered(kinds, JobKind("test.kind", "Un travail", fail)):
        services.enqueue("test.kind", now=timezone.now())
        call_command("worker", "--once")
    assert Job.objects.get(kind="test.kind").state == State.FAILED


@pytest.mark.django_db(transaction=True)
def test_work_left_by_a_dead_worker_is_taken_up_at_the_start():
    with registered(kinds, JobKind("test.kind", "Un travail", lambda ctx, payload: "ok")):
        job = services.enqueue("test.kind", now=timezone.now())
        DBTaskResult.objects.update(status="RUNNING", worker_ids=["dead"])
        services.begin(job.pk, worker="dead", now=timezone.now())
        call_command("worker", "--once")
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.DONE, 2)


@pytest.mark.django_db(transaction=True)
def test_a_stop_lets_the_running_job_go_back_to_the_queue(monkeypatch):
    monkeypatch.setattr(worker.Loop, "configure_signals", lambda self: None)
    loops = []
    monkeypatch.setattr(worker.Loop, "run_task", _remember(loops, worker.Loop.run_task))

    def run(ctx, payload):
        loops[0].shutdown(15, None)
        ctx.check()

    with registered(kinds, JobKind("test.kind", "Un travail", run)):
        services.enqueue("test.kind", now=timezone.now())
        monkeypatch.setattr(worker, "SCHEDULE_EVERY", 0.01)
        monkeypatch.setattr(services, "run_due", lambda now: 0)
        worker.work()
    job = Job.objects.get()
    assert (job.state, job.attempt) == (State.QUEUED, 0)
    assert Worker.objects.get().stopped_at is not None


def _remember(loops, run_task):
    def remembering(self, task):
        loops.append(self)
        return run_task(self, task)

    return remembering


@pytest.mark.django_db
def test_a_database_that_is_away_does_not_end_the_schedule(monkeypatch, caplog):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(services, "show_alive", away)
    worker.Schedule("w", "here").beat()
    assert "away" in caplog.text
    monkeypatch.setattr(services, "say_goodbye", away)
    worker._say_goodbye("w")
    assert caplog.text.count("away") == 2


def test_a_database_that_is_away_does_not_end_the_queue(monkeypatch):
    monkeypatch.setattr(worker, "QUEUE_EVERY", 0)
    turns = []

    def run(self):
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError("away")

    monkeypatch.setattr(worker.TaskLoop, "run", run)
    loop = _loop()
    loop.run()
    assert len(turns) == 2
    loop.running = False
    loop.run()
    assert len(turns) == 2


def _loop():
    return worker._loop("w", ["*"], once=True)


@pytest.mark.django_db
def test_mails_have_a_loop_of_their_own(monkeypatch):
    monkeypatch.setattr(worker.TaskLoop, "run", lambda self: ran.set())
    ran = threading.Event()
    mails = worker.Mails(worker._loop("w", ["mail"], once=False))
    mails.start()
    assert ran.wait(2)
    mails.stop()
    assert not mails.loop.running


def test_the_schedule_keeps_beating_until_it_is_stopped(monkeypatch):
    monkeypatch.setattr(worker, "SCHEDULE_EVERY", 0.01)
    beaten = threading.Event()
    beside = worker.Schedule("w", "here")
    monkeypatch.setattr(beside, "beat", beaten.set)
    beside.start()
    assert beaten.wait(2)
    beside.stop()
    assert not beside.is_alive()


def test_a_follower_that_fails_waits_longer_and_does_not_end_the_worker(caplog):
    looked = []

    def run(now):
        looked.append(now)
        if len(looked) == 1:
            raise ValueError

    following = worker.Following(Follower("test.log", every=0.01, run=run, label="Un journal"))
    following.start()
    while len(looked) < 3:
        following.over.wait(0.01)
    following.stop()
    assert not following.is_alive()
    assert "Follower test.log failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_once_also_follows_each_log():
    looked = []
    with registered(followers, Follower("test.log", every=60, run=looked.append, label="Un journal")):
        call_command("worker", "--once")
    assert len(looked) == 1
