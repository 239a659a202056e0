"""Starts the processes of the platform together, and stops them together."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

GRACE_SECONDS = 10
START_SECONDS = 60


@dataclass
class Managed:
    """A child process; `essential` ones take the whole platform down with them, others are started again."""

    name: str
    command: list[str]
    essential: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 our own command lines

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process and self.is_running():
            self.process.terminate()

    def wait_or_kill(self, seconds: float) -> None:
        if not self.process:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def one_port_processes() -> list[Managed]:
    """Pages and live endpoints on one port, and the worker: what `make run` starts."""
    server = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", settings.BIND, "--port", str(settings.PORT),
        "--workers", "1", "--loop", "asyncio", "--workers-kill-timeout", "2", "--no-ws", "--log-level", "warning",
        "--no-access-log", "alliage.config.asgi:application",
    ]  # fmt: skip
    return [
        Managed("pages", server),
        Managed("worker", [sys.executable, "-m", "alliage", "worker"], essential=False),
    ]


def answers(url: str) -> bool:
    """Ask our own site, under the name it answers to."""
    host = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost").lstrip(".")
    request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310 our own address
    try:
        with urllib.request.urlopen(request, timeout=2) as response:  # noqa: S310 our own address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def supervise(processes: list[Managed], *, ready_url: str, on_ready: Callable[[], None]) -> int:
    """Start the processes, tell when they answer, keep them running until a signal; return the exit code."""
    stopping = False

    def ask_to_stop(signum: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, ask_to_stop)
    for process in processes:
        process.start()
    code = 0
    deadline, ready = time.monotonic() + START_SECONDS, False
    while not stopping:
        failed = [process for process in processes if not process.is_running()]
        if any(process.essential for process in failed) or (not ready and time.monotonic() > deadline):
            code = 1
            break
        for process in failed:
            time.sleep(1)
            process.start()
        if not ready and answers(ready_url):
            ready = True
            on_ready()
        time.sleep(0.2)
    stop_all(processes)
    return code


def stop_all(processes: list[Managed]) -> None:
    for process in processes:
        process.stop()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        process.wait_or_kill(deadline - time.monotonic())
