"""Progress of jobs as it happens."""

import asyncio
import json

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connections
from django.test import Client
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alliage.jobs import live
from alliage.jobs.enums import State
from alliage.jobs.queries import Snapshot
from alliage.jobs.tests.factories import JobFactory, someone

NOBODY = "00000000-0000-4000-8000-000000000000"


def snapshot(number, *, finished=False):
    return Snapshot(number, "running", "en cours", number, 10, "", "", finished)


@pytest.fixture
def site(monkeypatch):
    """The live application. Its threads leave no connection behind, which would keep the test database from going."""

    async def in_thread(function, *args):
        def call():
            try:
                return function(*args)
            finally:
                connections.close_all()

        return await asyncio.to_thread(call)

    monkeypatch.setattr(live, "in_thread", in_thread)
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(live, "follower", live.Follower())
    with TestClient(Starlette(routes=live.routes)) as client:
        yield client


@pytest.fixture
def asked_by(member):
    browser = Client()
    browser.force_login(member)
    return browser.cookies["sessionid"].value


def allow(monkeypatch):
    monkeypatch.setattr(live, "visible_to", lambda session, job: True)


@pytest.mark.django_db
def test_who_may_listen(member, asked_by):
    job = JobFactory(started_by_id=member.pk)
    assert live.visible_to(asked_by, str(job.pk))
    assert not live.visible_to("", str(job.pk))
    assert not live.visible_to("forged", str(job.pk))
    assert live.visible_to(asked_by, NOBODY) is None
    assert not live.visible_to(asked_by, str(JobFactory().pk))
    session = SessionStore()
    session.create()
    assert not live.visible_to(session.session_key, str(job.pk))


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_not_yours_does_not_exist(site):
    assert site.get(f"/travaux/{NOBODY}").status_code == 404
    assert site.get("/travaux/nothing").status_code == 404


def events(body):
    found = []
    for block in body.strip().split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.split("\n"))
        if "data" in fields:
            found.append((fields.get("event"), fields.get("id"), json.loads(fields["data"])))
    return found


def follow(monkeypatch, *states):
    """Make the follower see these states, one a round."""
    left = list(states)

    def read(ids):
        return {job_id: left[0] if len(left) == 1 else left.pop(0) for job_id in ids}

    monkeypatch.setattr(live.follower, "_read", read)


def test_a_stream_tells_each_change_once_then_ends(site, monkeypatch):
    allow(monkeypatch)
    follow(monkeypatch, snapshot(1), snapshot(1), snapshot(2), snapshot(3, finished=True))
    response = site.get(f"/travaux/{NOBODY}")
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert [number for _event, number, _data in told] == ["1", "2", "3", None]
    assert told[0][2]["percent"] == 10
    assert told[-1][0] == "fin"
    assert not live.follower.listeners


def test_coming_back_with_the_last_number_tells_only_what_is_new(site, monkeypatch):
    allow(monkeypatch)
    follow(monkeypatch, snapshot(5, finished=True))
    told = events(site.get(f"/travaux/{NOBODY}", headers={"Last-Event-ID": "4"}).text)
    assert [number for _event, number, _data in told] == ["5", None]


def test_the_end_is_told_even_to_one_who_comes_late(site, monkeypatch):
    allow(monkeypatch)
    follow(monkeypatch, snapshot(9, finished=True))
    assert events(site.get(f"/travaux/{NOBODY}").text)[0][2]["finished"] is True


def test_silence_is_broken_by_a_beat(site, monkeypatch):
    allow(monkeypatch)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.02)
    follow(monkeypatch, *[snapshot(0)] * 5, snapshot(1, finished=True))
    assert ": toujours là" in site.get(f"/travaux/{NOBODY}").text


def test_a_long_poll_answers_as_soon_as_there_is_news(site, monkeypatch):
    allow(monkeypatch)
    follow(monkeypatch, snapshot(3), snapshot(4))
    assert site.get(f"/travaux/{NOBODY}?depuis=3").json()["number"] == 4


def test_a_long_poll_without_news_answers_nothing(site, monkeypatch):
    allow(monkeypatch)
    monkeypatch.setattr(live, "LONG_POLL_SECONDS", 0.05)
    follow(monkeypatch, snapshot(3))
    assert site.get(f"/travaux/{NOBODY}?depuis=3").status_code == 204
    assert site.get(f"/travaux/{NOBODY}?depuis=abc").json()["number"] == 3


def test_too_many_listeners_are_told_to_come_back(site, monkeypatch):
    allow(monkeypatch)
    monkeypatch.setattr(live, "MAX_LISTENERS", 0)
    response = site.get(f"/travaux/{NOBODY}")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


@pytest.mark.django_db(transaction=True)
def test_a_real_job_is_followed(site, member, asked_by):
    from django.utils import timezone

    job = JobFactory(started_by_id=member.pk, state=State.DONE, finished_at=timezone.now(), version=7)
    site.cookies.set("sessionid", asked_by)
    told = events(site.get(f"/travaux/{job.pk}").text)
    assert (told[0][1], told[0][2]["state"]) == ("7", "done")
    assert site.get(f"/travaux/{JobFactory(started_by_id=someone().pk).pk}").status_code == 404


def test_one_query_serves_every_listener_and_stops_with_the_last(monkeypatch):
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.01)
    asked = []

    def read(ids):
        asked.append(ids)
        if len(asked) == 1:
            raise OperationalError("away")
        return {job_id: snapshot(len(asked)) for job_id in ids if job_id != "gone"}

    async def scene():
        follower = live.Follower(read)
        first, second, gone = live.Listener("a", 0), live.Listener("a", 0), live.Listener("gone", 0)
        for listener in (first, second, gone):
            follower.add(listener)
        assert (await first.next(5)).number == 2
        assert (await second.next(5)).number == 2
        assert await gone.next(0.01) is None
        for listener in (first, second, gone):
            follower.remove(listener)
        await asyncio.wait_for(follower._task, 5)  # however busy the machine, the last look is over
        rounds = len(asked)
        await asyncio.sleep(0.05)
        assert len(asked) == rounds
        follower.add(first)
        assert (await first.next(5)).number > 2
        follower.remove(first)

    asyncio.run(scene())
    assert all(sorted(ids) in (["a"], ["a", "gone"]) for ids in asked)


def test_database_calls_leave_the_loop(monkeypatch):
    closed = []
    monkeypatch.setattr(live, "close_old_connections", lambda: closed.append(1))
    assert asyncio.run(live.in_thread(lambda x: x + 1, 1)) == 2
    assert len(closed) == 2
