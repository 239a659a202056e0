"""The processes start together, restart when they may, and stop together."""

import os
import signal
import socket
import sys
import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.operations import preparation, supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]
QUIT = [sys.executable, "-c", ""]


@pytest.fixture(autouse=True)
def _own_signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def interrupt_after(seconds: float) -> None:
    threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT)).start()


def test_a_signal_stops_every_process(monkeypatch):
    monkeypatch.setattr(supervisor, "answers", lambda url: True)
    processes, told = [supervisor.Managed("a", SLEEP), supervisor.Managed("b", SLEEP, essential=False)], []
    interrupt_after(0.8)
    assert supervisor.supervise(processes, ready_url="", on_ready=lambda: told.append(1)) == 0
    assert told == [1]
    assert not any(process.is_running() for process in processes)


def test_an_essential_process_that_ends_stops_the_rest():
    processes = [supervisor.Managed("a", QUIT), supervisor.Managed("b", SLEEP)]
    assert supervisor.supervise(processes, ready_url="http://127.0.0.1:1/", on_ready=lambda: None) == 1
    assert not processes[1].is_running()


def test_a_process_that_is_not_essential_is_started_again(monkeypatch):
    started = []
    real = supervisor.Managed.start
    monkeypatch.setattr(supervisor.Managed, "start", lambda self: (started.append(self.name), real(self)))
    interrupt_after(2.5)
    supervisor.supervise(
        [supervisor.Managed("a", SLEEP), supervisor.Managed("b", QUIT, essential=False)],
        ready_url="http://127.0.0.1:1/",
        on_ready=lambda: None,
    )
    assert started.count("b") >= 2


def test_a_site_that_never_answers_is_stopped(monkeypatch):
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.3)
    assert (
        supervisor.supervise([supervisor.Managed("a", SLEEP)], ready_url="http://127.0.0.1:1/", on_ready=lambda: None)
        == 1
    )


def test_a_process_deaf_to_the_request_is_killed():
    managed = supervisor.Managed("a", DEAF)
    supervisor.Managed("never started", DEAF).wait_or_kill(0)
    managed.start()
    time.sleep(0.5)
    managed.stop()
    managed.wait_or_kill(0.3)
    assert not managed.is_running()


def test_answers_is_false_when_nobody_listens():
    assert not supervisor.answers("http://127.0.0.1:1/")


def test_answers_is_true_when_a_site_does(live_server):
    assert supervisor.answers(f"{live_server.url}/robots.txt")


def test_one_port_starts_the_site_and_the_worker(settings):
    names = [process.name for process in supervisor.one_port_processes()]
    assert names == ["pages", "worker"]
    assert str(settings.PORT) in supervisor.one_port_processes()[0].command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.django_db
def test_run_prepares_starts_and_announces_the_personas(settings, monkeypatch):
    settings.PORT, settings.DEMO = free_port(), True
    MemberFactory(name="Maëva Teriitahi", email="maeva@demonstration.exemple.fr", is_demo=True)
    prepared, out = [], StringIO()
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    monkeypatch.setattr(preparation, "run_step", prepared.append)
    monkeypatch.setattr(preparation, "remember_prepared", lambda: None)
    monkeypatch.setattr(supervisor, "supervise", lambda processes, *, ready_url, on_ready: on_ready() or 0)
    with pytest.raises(SystemExit) as stop:
        call_command("run", stdout=out)
    assert stop.value.code == 0
    assert prepared
    assert "maeva@demonstration.exemple.fr" in out.getvalue()
    assert settings.ORIGIN in out.getvalue()


@pytest.mark.django_db
def test_run_outside_demonstration_names_no_account(settings, monkeypatch):
    settings.PORT, settings.DEMO, settings.PRODUCTION = free_port(), False, True
    out = StringIO()
    monkeypatch.setattr(preparation, "is_prepared", lambda: True)
    monkeypatch.setattr(supervisor, "supervise", lambda processes, *, ready_url, on_ready: on_ready() or 0)
    with pytest.raises(SystemExit):
        call_command("run", stdout=out)
    assert "démonstration" not in out.getvalue()


def test_a_demonstration_reachable_from_elsewhere_is_refused(settings):
    settings.BOUND_TO_LOOPBACK, settings.DEMO_FORCED, settings.PRODUCTION = False, False, False
    with pytest.raises(CommandError, match="ALLIAGE_DEMO=1"):
        call_command("run")


def test_a_port_already_taken_is_said(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings.PORT = taken.getsockname()[1]
        with pytest.raises(CommandError, match="PORT=8001"):
            call_command("run")
