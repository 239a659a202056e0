"""The processes start together, start again when one ends, and stop together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.operations import occupation, preparation, supervisor, tied
from alliage.operations.management.commands.run import Command

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]
QUIT = [sys.executable, "-c", ""]


@pytest.fixture(autouse=True)
def _own_signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def interrupt_when(condition, signum: signal.Signals = signal.SIGINT) -> None:
    """Send the signal to ourselves once the condition holds (or after a long wait, so that a failure ends too)."""

    def wait():
        deadline = time.monotonic() + 30
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signum)

    threading.Thread(target=wait, daemon=True).start()


def supervise(processes, *, ready=True, on_ready=lambda: None, monkeypatch=None) -> tuple[int, list[str]]:
    """Supervise with a site that answers at once, or never; return the code and what was said."""
    said: list[str] = []
    monkeypatch.setattr(supervisor, "answers", lambda url: ready)
    code = supervisor.supervise(processes, ready_url="", on_ready=on_ready, say=said.append)
    assert not any(process.is_running() for process in processes)
    return code, said


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_process(monkeypatch, signum):
    processes, told = [supervisor.Managed("a", SLEEP), supervisor.Managed("b", SLEEP, essential=False)], []
    interrupt_when(lambda: told, signum)
    assert supervise(processes, on_ready=lambda: told.append(1), monkeypatch=monkeypatch) == (0, [])
    assert told == [1]


def test_a_site_that_cannot_start_stops_the_rest_and_says_how_it_ended(monkeypatch):
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    processes = [supervisor.Managed("pages", failing), supervisor.Managed("b", SLEEP)]
    code, said = supervise(processes, ready=False, monkeypatch=monkeypatch)
    assert (code, said) == (1, ["Le processus « pages » n’a pas pu démarrer (code 3)."])


def test_a_process_killed_is_started_again_with_a_word(monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.1)
    server = supervisor.Managed("pages", SLEEP)
    first: list[int] = []

    def kill_once():
        first.append(server.process.pid)
        os.kill(first[0], signal.SIGKILL)

    interrupt_when(lambda: first and server.process.pid != first[0])
    code, said = supervise([server], on_ready=kill_once, monkeypatch=monkeypatch)
    assert code == 0
    assert server.process.pid != first[0]
    assert said == [
        "Le processus « pages » s’est arrêté (tué par le système, peut-être faute de mémoire). Il redémarre dans 1 s."
    ]


def test_a_process_that_keeps_ending_waits_longer_each_time_then_stops_the_platform(monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(supervisor, "ROUND_SECONDS", 0.01)
    starts = []
    real = supervisor.Managed.start
    monkeypatch.setattr(
        supervisor.Managed, "start", lambda self: (starts.append((self.name, time.monotonic())), real(self))
    )
    processes = [supervisor.Managed("pages", SLEEP), supervisor.Managed("worker", QUIT, essential=False)]
    code, said = supervise(processes, monkeypatch=monkeypatch)
    times = [when for name, when in starts if name == "worker"]
    assert code == 1
    assert len(times) == 1 + supervisor.MAX_RESTARTS
    assert len(said) == supervisor.MAX_RESTARTS + 1
    assert said[-1] == "Le processus « worker » s’est encore arrêté (code 0), après 5 redémarrages."
    assert times[5] - times[4] > 0.02 * 2**4


def test_pauses_double_and_a_steady_process_is_forgiven(monkeypatch):
    said, clock = [], [0.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: clock[0])
    process = supervisor.Managed("worker", QUIT)
    process.start()
    for expected in (1, 2, 4):
        process.process.wait()
        supervisor.look_after(process, ready=True, say=said.append)
        assert said.pop().endswith(f"Il redémarre dans {expected} s.")
        clock[0] += expected - 0.5
        supervisor.look_after(process, ready=True, say=said.append)
        assert process.start_again_at is not None
        clock[0] += 0.5
        supervisor.look_after(process, ready=True, say=said.append)
        assert process.start_again_at is None
    process.process.wait()
    process.command = SLEEP
    process.start()
    clock[0] += supervisor.STEADY_SECONDS + 1
    supervisor.look_after(process, ready=True, say=said.append)
    assert process.restarts == 0
    process.wait_or_kill(0)


def test_a_site_that_never_answers_is_stopped_with_a_word(monkeypatch):
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.3)
    code, said = supervise([supervisor.Managed("a", SLEEP)], ready=False, monkeypatch=monkeypatch)
    assert code == 1
    assert "ne répond pas" in said[0]


def test_what_a_killed_process_leaves_behind_is_killed_too():
    """granian's own child would keep the port, and the next server could not start."""
    script = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    managed = supervisor.Managed("a", [sys.executable, "-c", script])
    read, write = os.pipe()
    kept = os.dup(1)
    os.dup2(write, 1)
    try:
        managed.start()
        child = int(os.read(read, 20))
    finally:
        os.dup2(kept, 1)
        for number in (kept, read, write):
            os.close(number)
    managed.process.kill()
    managed.process.wait()
    managed.clear_children()
    assert gone(child)
    managed.clear_children()
    supervisor.Managed("never started", SLEEP).clear_children()


def gone(pid: int) -> bool:
    """Say whether the process ends within twenty seconds (one that nobody waits for stays as a name only)."""
    for _attempt in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_a_child_ends_when_its_supervisor_is_killed():
    script = (
        "import subprocess, sys; from alliage.operations.tied import tied; "
        "child = subprocess.Popen(tied([sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(60)']), stdout=subprocess.PIPE); "
        "child.stdout.read(1); print(child.pid, flush=True); child.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(child)


def test_a_child_whose_parent_already_ended_does_not_start(monkeypatch):
    started = []
    monkeypatch.setattr(tied.os, "execv", lambda path, command: started.append(command))
    monkeypatch.setattr(tied.ctypes, "CDLL", lambda name: type("Libc", (), {"prctl": lambda *args: 0})())
    tied.main(["1" if os.getppid() != 1 else "2", "true"])
    assert started == []
    tied.main([str(os.getppid()), "true", "a"])
    assert started == [["true", "a"]]


def test_how_a_process_ended_is_said_in_words():
    managed = supervisor.Managed("a", SLEEP)
    assert managed.how_it_ended() == "code 0"
    managed.start()
    managed.process.send_signal(signal.SIGTERM)
    managed.process.wait()
    assert managed.how_it_ended() == "signal SIGTERM"


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


def announce_and_stop(processes, *, ready_url, on_ready, say):
    say(ready_url)
    on_ready()
    return 0


@pytest.mark.django_db
def test_run_prepares_starts_and_announces_the_personas(settings, monkeypatch):
    settings.PORT, settings.DEMO = free_port(), True
    MemberFactory(name="Maëva Teriitahi", email="maeva@demonstration.exemple.fr", is_demo=True)
    prepared, out = [], StringIO()
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    monkeypatch.setattr(preparation, "prepare_apart", lambda: prepared.append(1) or 0)
    monkeypatch.setattr(supervisor, "supervise", announce_and_stop)
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
    monkeypatch.setattr(supervisor, "supervise", announce_and_stop)
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


def test_a_preparation_that_fails_starts_nothing(settings, monkeypatch):
    settings.PORT = free_port()
    monkeypatch.setattr(preparation, "is_prepared", lambda: False)
    monkeypatch.setattr(preparation, "prepare_apart", lambda: 130)
    monkeypatch.setattr(supervisor, "supervise", None)
    with pytest.raises(SystemExit) as stop:
        call_command("run")
    assert stop.value.code == 130


def test_each_reason_not_to_listen_has_its_own_words(settings):
    settings.BIND, settings.PORT = "nulle-part.invalid", 80
    words = Command()._why_not
    assert "n’est pas une adresse" in words(socket.gaierror())
    assert "n’est pas une adresse" in words(OSError(errno.EADDRNOTAVAIL, ""))
    assert "réservé au système" in words(OSError(errno.EACCES, ""))
    assert "déjà pris" in words(OSError(errno.EADDRINUSE, ""))


def test_an_address_of_another_machine_is_said(settings):
    settings.BIND, settings.BOUND_TO_LOOPBACK, settings.DEMO_FORCED = "192.0.2.1", False, True
    with pytest.raises(CommandError, match=r"ALLIAGE_BIND=192\.0\.2\.1"):
        call_command("run")


@pytest.mark.parametrize(
    ("bind", "asked"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("alliage.exemple.fr", "alliage.exemple.fr"),
    ],
)
def test_the_site_is_asked_where_it_listens(settings, bind, asked):
    settings.BIND = bind
    assert Command()._own_address() == asked


def test_a_database_file_of_somebody_else_is_said(settings, tmp_path, monkeypatch):
    settings.PORT = free_port()
    (tmp_path / "alliage.sqlite3").write_text("")
    monkeypatch.setitem(
        settings.DATABASES,
        "default",
        {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "alliage.sqlite3")},
    )
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CommandError, match="autre utilisateur"):
        call_command("run")


def test_data_that_are_being_erased_are_said(settings):
    settings.PORT = free_port()
    with occupation.alone(), pytest.raises(CommandError, match="effacées"):
        call_command("run")
