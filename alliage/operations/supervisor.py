"""Starts the processes of the platform together, starts again the one that ends, and stops them together.

A process that ends is started again after a pause that doubles each time; one that keeps ending stops the whole
platform, with a word: half a site would be worse, and whoever started us may know how to mend it.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.operations.tied import tied

GRACE_SECONDS = 10
START_SECONDS = 60
FIRST_PAUSE_SECONDS = 1.0
MAX_RESTARTS = 5
# A process that lived this long is sound again: its past ends are forgotten.
STEADY_SECONDS = 60.0
ROUND_SECONDS = 0.2


@dataclass
class Managed:
    """A child process. `essential`: the site cannot start without it, so that its end before the first answer is final."""

    name: str
    command: list[str]
    essential: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    restarts: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(tied(self.command), start_new_session=True)  # noqa: S603 our own command lines
        self.started_at, self.start_again_at = time.monotonic(), None

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
        self.clear_children()

    def clear_children(self) -> None:
        """Kill what an ended process left behind: a child of its own would keep the port."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 0
        if code == -signal.SIGKILL:
            return _("tué par le système, peut-être faute de mémoire")
        if code < 0:
            return _("signal %(signal)s") % {"signal": signal.Signals(-code).name}
        return _("code %(code)d") % {"code": code}


def one_port_processes() -> list[Managed]:
    """Pages and live endpoints on one port, and the worker: what `make run` starts."""
    server = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", settings.BIND, "--port", str(settings.PORT),
        "--workers", "1", "--loop", "asyncio", "--workers-kill-timeout", "3", "--ws", "--log-level", "error",
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


class GiveUp(Exception):  # noqa: N818 a decision
    """The platform cannot go on; the message says why."""


def supervise(
    processes: list[Managed], *, ready_url: str, on_ready: Callable[[], None], say: Callable[[str], None]
) -> int:
    """Start the processes, tell when they answer, keep them running until a signal; return the exit code."""
    signals = Signals()
    for process in processes:
        process.start()
    code, ready, deadline = 0, False, time.monotonic() + START_SECONDS
    try:
        while not signals.stopping:
            for process in processes:
                look_after(process, ready=ready, say=say)
            if not ready:
                if ready := answers(ready_url):
                    on_ready()
                elif time.monotonic() > deadline:
                    raise GiveUp(_("Le site ne répond pas après %(count)d secondes.") % {"count": START_SECONDS})
            time.sleep(ROUND_SECONDS)
    except GiveUp as why:
        say(str(why))
        code = 1
    stop_all(processes)
    return code


class Signals:
    """From now on Ctrl-C, a closed terminal and a polite request to stop only set `stopping`."""

    def __init__(self) -> None:
        self.stopping = False
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True


def look_after(process: Managed, *, ready: bool, say: Callable[[str], None]) -> None:
    """Start the process again if it ended and its pause is over; GiveUp when that makes no sense any more."""
    now = time.monotonic()
    if process.is_running():
        if now - process.started_at > STEADY_SECONDS:
            process.restarts = 0
    elif process.start_again_at is None:
        process.clear_children()
        ended = {"name": process.name, "how": process.how_it_ended()}
        if process.essential and not ready:
            raise GiveUp(_("Le processus « %(name)s » n’a pas pu démarrer (%(how)s).") % ended)
        if process.restarts == MAX_RESTARTS:
            text = ngettext(
                "Le processus « %(name)s » s’est encore arrêté (%(how)s), après %(count)d redémarrage.",
                "Le processus « %(name)s » s’est encore arrêté (%(how)s), après %(count)d redémarrages.",
                MAX_RESTARTS,
            )
            raise GiveUp(text % {**ended, "count": MAX_RESTARTS})
        pause = FIRST_PAUSE_SECONDS * 2**process.restarts
        process.restarts += 1
        process.start_again_at = now + pause
        text = _("Le processus « %(name)s » s’est arrêté (%(how)s). Il redémarre dans %(seconds)d s.")
        say(text % {**ended, "seconds": max(round(pause), 1)})
    elif now >= process.start_again_at:
        process.start()


def stop_all(processes: list[Managed]) -> None:
    for process in processes:
        process.stop()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        process.wait_or_kill(deadline - time.monotonic())
