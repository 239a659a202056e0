"""What happens to a job, from the request to its end."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from alliage.jobs import context as contexts
from alliage.jobs import progress, queries, services
from alliage.jobs.context import JobCancelled, JobContext, JobInterrupted
from alliage.jobs.enums import FINISHED, TRANSITIONS, State
from alliage.jobs.models import Job, ScheduledRun, Worker
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule
from alliage.jobs.tasks import run_job
from alliage.jobs.tests.factories import JobFactory, registered
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clean(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    contexts.stopping.clear()
    yield
    contexts.stopping.clear()


@pytest.fixture
def queued(settings):
    """Tasks wait in the database, as on a real site."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]}}


def kind(run, **options):
    return JobKind("test.kind", "Un travail", run, **options)


def take(job: Job) -> Job:
    taken = services.begin(job.pk, worker="w1", now=NOW)
    assert taken is not None
    return taken


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_a_job_is_done_at_once_by_the_immediate_backend(member):
    with registered(kinds, kind(lambda context, payload: {"double": 2 * payload["n"]})):
        job = services.enqueue("test.kind", payload={"n": 4}, by=member, now=NOW, label="Doubler")
    assert (job.state, job.result, job.label) == (State.DONE, {"double": 8}, "Doubler")
    assert job.started_by_id == member.pk
    assert job.finished_at is not None
    assert str(job) == "Doubler"


def test_an_unknown_kind_is_a_programming_error():
    with pytest.raises(LookupError):
        services.enqueue("test.unknown", now=NOW)


def test_a_job_waits_in_the_database_in_the_transaction_that_asked_for_it(queued):
    with registered(kinds, kind(lambda context, payload: None, queue="mail")):
        with transaction.atomic():
            services.enqueue("test.kind", now=NOW)
            transaction.set_rollback(True)
        assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)
        job = services.enqueue("test.kind", now=NOW)
    assert job.state == State.QUEUED
    assert DBTaskResult.objects.get().queue_name == "mail"


def test_the_same_key_is_not_done_twice(queued):
    with registered(kinds, kind(lambda context, payload: None)):
        first = services.enqueue("test.kind", now=NOW, key="import-1")
        assert services.enqueue("test.kind", now=NOW, key="import-1") == first
        assert services.enqueue("test.kind", now=NOW, key="import-2") != first
        assert services.enqueue("test.kind", now=NOW) != services.enqueue("test.kind", now=NOW)
    assert DBTaskResult.objects.count() == 4


def test_a_failed_job_may_be_asked_again_with_its_key(queued):
    failed = JobFactory(key="k", state=State.FAILED, finished_at=NOW)
    with registered(kinds, kind(lambda context, payload: None)):
        assert services.enqueue("test.kind", now=NOW, key="k") != failed


def test_two_processes_asking_at_the_same_moment_get_the_same_job(queued, monkeypatch):
    first = JobFactory(key="k")
    monkeypatch.setattr(Job.objects, "filter", lambda **_: Job.objects.none())
    with registered(kinds, kind(lambda context, payload: None)):
        assert services.enqueue("test.kind", now=NOW, key="k") == first


def test_the_database_refuses_a_second_job_with_the_key():
    JobFactory(key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(key="k")


def test_the_database_refuses_a_finished_job_without_date():
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(state=State.DONE)


def test_the_database_refuses_an_unknown_state():
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFactory(state="lost")


# --- Doing ----------------------------------------------------------------------------------------------------------


def test_a_cancelled_job_is_not_begun():
    job = JobFactory(state=State.CANCELLED, finished_at=NOW)
    assert services.begin(job.pk, worker="w1", now=NOW) is None


def test_a_task_whose_job_is_gone_does_nothing():
    run_job.enqueue("00000000-0000-4000-8000-000000000000")
    assert not Job.objects.exists()


def test_a_job_is_begun_once():
    job = JobFactory()
    assert take(job).attempt == 1
    assert services.begin(job.pk, worker="w2", now=NOW) is None


def test_a_refusal_ends_the_job_with_its_message():
    def refuse(context, payload):
        raise Refusal("Le fichier est vide.")

    with registered(kinds, kind(refuse, retries=3)):
        job = services.enqueue("test.kind", now=NOW)
    assert (job.state, job.error, job.attempt) == (State.FAILED, "Le fichier est vide.", 1)


def test_a_job_whose_kind_is_gone_fails_with_a_reason():
    job = take(JobFactory(kind="test.gone"))
    services.perform(job, clock=lambda: NOW)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "n’existe plus" in job.error


def test_an_error_is_tried_again_then_said_in_french():
    attempts = []

    def fail(context, payload):
        attempts.append(context.attempt)
        raise ValueError("boom")

    with registered(kinds, kind(fail, retries=2)):
        job = services.enqueue("test.kind", now=NOW)
    assert attempts == [1, 2, 3]
    assert job.state == State.FAILED
    assert "erreur de la plateforme" in job.error


def test_each_retry_waits_twice_as_long(queued):
    def fail(context, payload):
        raise ValueError

    with registered(kinds, kind(fail, retries=5, backoff=timedelta(minutes=1))):
        job = services.enqueue("test.kind", now=NOW)
        assert DBTaskResult.objects.get().run_after == get_date_max()
        for _attempt in range(3):
            services.perform(take(job), clock=lambda: NOW)
    waits = [task.run_after - NOW for task in DBTaskResult.objects.exclude(run_after=get_date_max())]
    assert sorted(waits) == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.QUEUED, 3)
    assert "autre est prévu" in job.error


def test_a_job_that_recovers_forgets_its_error(queued):
    with registered(kinds, kind(lambda context, payload: "ok")):
        job = JobFactory(error="Un premier essai n’a pas abouti.")
        services.perform(take(job), clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.state, job.error, job.result) == (State.DONE, "", "ok")


def test_a_worker_that_was_thought_dead_changes_nothing(queued):
    job = take(JobFactory())
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED)
    again = take(job)
    with registered(kinds, kind(lambda context, payload: "late")):
        services.perform(job, clock=lambda: NOW)
    again.refresh_from_db()
    assert (again.state, again.attempt, again.result) == (State.RUNNING, 2, None)
    services._requeue(job, JobContext(job), None)
    assert DBTaskResult.objects.count() == 0


def test_every_change_is_a_new_version():
    with registered(kinds, kind(lambda context, payload: None)):
        job = JobFactory()
        versions = [job.version]
        job = take(job)
        versions.append(job.version)
        services.perform(job, clock=lambda: NOW)
        job.refresh_from_db()
        versions.append(job.version)
    assert versions == sorted(set(versions))


def test_a_finished_job_with_a_total_is_whole():
    def run(context, payload):
        context.progress(0, 10)

    with registered(kinds, kind(run)):
        job = services.enqueue("test.kind", now=NOW)
    assert (job.done, job.total) == (10, 10)


# --- Progress, cancelling, interruption -----------------------------------------------------------------------------


def ticking(*moments):
    times = iter(moments)
    return lambda: next(times)


@pytest.fixture
def beside(monkeypatch):
    """Progress goes through a file, as on SQLite."""
    monkeypatch.setattr(progress, "is_used", lambda: True)


def test_progress_is_written_from_time_to_time(beside):
    job = take(JobFactory())
    context = JobContext(job, clock=ticking(0, 0, 0, 0.1, 0.6, 0.6, 2, 2))
    context.progress(1, 10, "Début")
    context.progress(2)
    assert queries.snapshot(job).done == 1
    context.progress(3)
    snapshot = queries.snapshot(job)
    assert (snapshot.done, snapshot.total, snapshot.message, snapshot.percent) == (3, 10, "Début", 30)
    context.progress(3)
    assert queries.snapshot(job).number == snapshot.number
    assert context.told["done"] == 3


@pytest.mark.django_db(transaction=True)
def test_progress_outside_a_transaction_is_in_the_table():
    job = take(JobFactory())
    JobContext(job).progress(3, 10)
    job.refresh_from_db()
    assert (job.done, job.total) == (3, 10)


@pytest.mark.django_db(transaction=True)
def test_progress_inside_a_transaction_is_seen_from_outside(settings):
    from django.db import connections

    job = take(JobFactory())
    with transaction.atomic():
        JobContext(job).progress(3, 10)
        if not progress.is_used():
            other = connections["default"].copy()
            try:
                with other.cursor() as cursor:
                    cursor.execute("SELECT done, total FROM jobs_job")
                    assert cursor.fetchone() == (3, 10)
            finally:
                other.close()
        else:
            assert queries.snapshot(job).done == 3


def test_progress_beside_the_database_never_hides_a_newer_row(beside):
    job = JobFactory(state=State.RUNNING, version=9, done=8, total=10)
    progress.write(job.pk, progress.Aside(version=5, done=1, total=10, message=""))
    assert queries.snapshot(job).done == 8


def test_damaged_progress_beside_the_database_is_ignored(beside, tmp_path):
    job = JobFactory(state=State.RUNNING, done=1)
    progress.write(job.pk, progress.Aside(version=5, done=2, total=10, message=""))
    (tmp_path / "progress" / f"{job.pk}.json").write_text("[1,")
    assert queries.snapshot(job).done == 1


def test_a_waiting_job_is_cancelled_at_once():
    job = JobFactory()
    services.cancel(job, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (State.CANCELLED, NOW)


@pytest.mark.parametrize("beside", [True, False])
def test_a_running_job_stops_at_its_next_step(beside, monkeypatch):
    monkeypatch.setattr(progress, "is_used", lambda: beside)
    job = take(JobFactory())
    assert not services.is_being_cancelled(job)

    def run(context, payload):
        services.cancel(job, now=NOW)
        context.check()

    with registered(kinds, kind(run)):
        services.perform(job, clock=lambda: NOW)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not services.is_being_cancelled(job)


@pytest.mark.parametrize("beside", [True, False])
def test_a_person_sees_that_the_end_was_asked_for(beside, monkeypatch):
    monkeypatch.setattr(progress, "is_used", lambda: beside)
    job = take(JobFactory())
    services.cancel(job, now=NOW)
    job.refresh_from_db()
    assert services.is_being_cancelled(job)


def test_a_finished_job_is_not_cancelled():
    job = JobFactory(state=State.DONE, finished_at=NOW)
    with pytest.raises(services.JobRefused):
        services.cancel(job, now=NOW)


def test_stopping_the_process_gives_the_job_back_without_counting_the_attempt(queued):
    def run(context, payload):
        contexts.stopping.set()
        context.progress(1)

    job = JobFactory()
    with registered(kinds, kind(run)):
        services.perform(take(job), clock=lambda: NOW)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == (State.QUEUED, 0, "")
    assert DBTaskResult.objects.count() == 1


def test_ends_of_work_pass_through_the_error_handling_of_jobs():
    assert not issubclass(JobCancelled, Exception)
    assert not issubclass(JobInterrupted, Exception)


# --- Schedule -------------------------------------------------------------------------------------------------------

HOURLY = timedelta(hours=1)


def test_a_slot_begins_on_the_offset():
    daily = Periodic("d", timedelta(days=1), print, "Chaque jour", offset=timedelta(hours=2, minutes=30))
    assert services.slot_of(daily, datetime(2026, 3, 2, 2, 29, tzinfo=UTC)) == datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    assert services.slot_of(daily, datetime(2026, 3, 2, 2, 30, tzinfo=UTC)) == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)


@pytest.fixture
def hourly(monkeypatch):
    monkeypatch.setattr(schedule, "_items", {})
    ran = []
    schedule.add(Periodic("hourly", HOURLY, ran.append, "Chaque heure"))
    return ran


def test_a_slot_is_done_once(hourly):
    assert services.run_due(now=NOW) == 1
    assert services.run_due(now=NOW + timedelta(minutes=29)) == 0
    assert services.run_due(now=NOW + timedelta(minutes=30)) == 1
    assert len(hourly) == 2


def test_missed_slots_are_made_up_for_by_one_run(hourly):
    services.run_due(now=NOW)
    assert services.run_due(now=NOW + timedelta(hours=7)) == 1
    assert len(hourly) == 2


def test_two_workers_never_take_the_same_slot(hourly):
    slot = services.slot_of(schedule.get("hourly"), NOW)
    ScheduledRun.objects.create(code="hourly", slot=slot)
    assert services._take("hourly", slot) is False
    assert hourly == []


def test_the_database_refuses_a_slot_taken_twice():
    turn = ScheduledRun.objects.create(code="hourly", slot=NOW)
    assert str(turn) == "hourly 2026-03-02 09:30"
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduledRun.objects.create(code="hourly", slot=NOW)


def test_a_failed_turn_is_noted_and_the_next_one_still_comes(monkeypatch):
    def fail(now):
        raise ValueError("plus de place")

    monkeypatch.setattr(schedule, "_items", {})
    schedule.add(Periodic("hourly", HOURLY, fail, "Chaque heure"))
    services.run_due(now=NOW)
    assert "plus de place" in ScheduledRun.objects.get().error
    assert services.run_due(now=NOW + HOURLY) == 1


def test_a_turn_is_done_once_and_a_task_that_is_gone_is_passed_over(hourly):
    turn = ScheduledRun.objects.create(code="gone", slot=NOW)
    services.do_turn(turn.pk, clock=lambda: NOW)
    turn.refresh_from_db()
    assert turn.finished_at == NOW
    services.do_turn(turn.pk, clock=lambda: NOW + HOURLY)
    turn.refresh_from_db()
    assert turn.finished_at == NOW


# --- Workers --------------------------------------------------------------------------------------------------------


def worker(**fields):
    values = {"pk": "w1", "host": "here", "pid": os.getpid(), "started_at": NOW, "seen_at": NOW}
    return Worker.objects.create(**{**values, **fields})


def test_a_worker_shows_it_is_alive_then_says_goodbye():
    services.show_alive("w1", host="here", pid=1, now=NOW)
    services.show_alive("w1", host="here", pid=1, now=NOW + HOURLY)
    known = Worker.objects.get()
    assert (known.started_at, known.seen_at, str(known)) == (NOW, NOW + HOURLY, "here (1)")
    services.say_goodbye("w1", now=NOW + HOURLY)
    known.refresh_from_db()
    assert services.is_dead(known, host="here", now=NOW + HOURLY)


@pytest.mark.parametrize(
    ("fields", "host", "silent", "dead"),
    [
        ({}, "here", timedelta(0), False),
        ({}, "here", timedelta(minutes=10), False),  # its process is there: a long write keeps it silent
        ({}, "here", timedelta(minutes=20), True),  # … but not for ever: the number may be another program's
        ({"pid": 2**22 + 1}, "here", timedelta(0), True),
        ({}, "elsewhere", timedelta(minutes=1), False),
        ({}, "elsewhere", timedelta(minutes=3), True),
    ],
)
def test_when_a_worker_is_dead(fields, host, silent, dead):
    assert services.is_dead(worker(**fields), host=host, now=NOW + silent) is dead


def test_another_user_s_process_is_alive(monkeypatch):
    def refuse(pid, signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert not services.is_dead(worker(), host="here", now=NOW)


def running_task(job, *workers):
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        args_kwargs={"args": [str(job.pk)], "kwargs": {}},
        task_path="alliage.jobs.tasks.run_job",
        backend_name="default",
        run_after=get_date_max(),
        worker_ids=list(workers),
        started_at=NOW,
    )


def test_what_a_dead_worker_left_goes_back_to_the_queue():
    worker(pk="dead", pid=2**22 + 1)
    worker(pk="living")
    lost = JobFactory(state=State.RUNNING, worker="dead")
    kept = JobFactory(state=State.RUNNING, worker="living")
    running_task(lost, "dead")
    running_task(kept, "living")
    assert services.take_over(worker="me", host="here", now=NOW) == 1
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.state, kept.state) == (State.QUEUED, State.RUNNING)
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["READY", "RUNNING"]


def test_a_job_of_no_worker_is_left_alone():
    job = JobFactory(state=State.RUNNING, worker="")
    services.take_over(worker="me", host="here", now=NOW)
    job.refresh_from_db()
    assert job.state == State.RUNNING


def test_a_job_that_kills_its_workers_is_given_up():
    job = JobFactory(state=State.RUNNING, worker="c")
    running_task(job, "a", "b", "c")
    other = running_task(job, "a", "b", "c")
    DBTaskResult.objects.filter(pk=other.pk).update(task_path="elsewhere.task")
    assert services.take_over(worker="me", host="here", now=NOW) == 0
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "abandonné" in job.error
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"FAILED"}


# --- Forgetting and health ------------------------------------------------------------------------------------------


def test_old_things_are_forgotten():
    long_ago = NOW - timedelta(days=100)
    JobFactory(state=State.DONE, finished_at=long_ago)
    kept = JobFactory(state=State.DONE, finished_at=NOW)
    waiting = JobFactory(created_at=long_ago)
    ScheduledRun.objects.create(code="c", slot=long_ago)
    worker(seen_at=long_ago)
    services.clean_up(NOW)
    assert set(Job.objects.all()) == {kept, waiting}
    assert not ScheduledRun.objects.exists()
    assert not Worker.objects.exists()


def test_health_says_who_works_and_what_waits():
    import socket

    worker(host=socket.gethostname())
    worker(pk="w2", host="elsewhere", stopped_at=NOW)
    JobFactory(created_at=NOW)
    JobFactory(state=State.FAILED, finished_at=NOW)
    health = queries.health(now=NOW)
    assert (health.workers, health.queued, health.running, health.failed) == (1, 1, 0, 1)
    assert health.oldest_queued_at == NOW


def test_every_state_is_in_the_table_of_transitions():
    assert set(TRANSITIONS) == set(State)
    assert {State.DONE, State.FAILED, State.CANCELLED} == FINISHED


def test_the_platform_cleans_up_by_itself():
    assert "jobs.clean_up" in schedule
    schedule.get("jobs.clean_up").run(timezone.now())
