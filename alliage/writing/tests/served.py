"""A site of its own for browsers: pages and live endpoints on one port, with the purpose of tests.

    python -m alliage.writing.tests.served <port>

Killed and started again by tests, several at once on one database: what a live process is.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def __getattr__(name: str) -> Any:
    """`application`, made by the server's process only: a test that imports this module has its own settings."""
    if name != "application":
        raise AttributeError(name)
    # By its name, as a server takes it: no folder imports the configuration. It sets Django up, so it comes first.
    application = import_module("alliage.config.asgi").application
    from alliage.writing.tests.factories import essays

    essays()
    return application


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """The site on one port, with the data of `var`."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.url = f"http://localhost:{port}"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        own = ("ALLIAGE_", "DJANGO_", "DATABASE_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        return kept | {
            "ALLIAGE_VAR": str(self.var),
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "alliage.config.settings",
        }

    def start(self) -> "Served":
        command = [sys.executable, "-m", "alliage.writing.tests.served", str(self.port)]
        with (self.var / "served.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment(), cwd=ROOT, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "The site stopped by itself."
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/direct/sante", timeout=2):
                return self
            time.sleep(0.2)
        raise AssertionError("The site did not start.")

    def kill(self) -> None:
        """As a machine would: at once, whatever it was doing."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, 9)
            self.process.wait()

    def run(self, code: str) -> str:
        """What a few lines of Python print, on the data of this site."""
        begin = "import django; django.setup(); from alliage.writing.tests.factories import *; essays()\n"
        made = subprocess.run(
            [sys.executable, "-c", begin + code],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return made.stdout.strip()

    def essay(self, text: str = "", scope_id: str = "everyone") -> str:
        """The number of a new document."""
        return self.run(f"print(essay({text!r}, scope_id={scope_id!r}).pk)")

    def text(self, document_id: str) -> str:
        code = f"from alliage.writing import queries; print(queries.text_of(queries.by_id({document_id!r})))"
        return self.run(code)


@contextlib.contextmanager
def served(var: Path) -> Iterator[Served]:
    """A site on a new database, ended with the test."""
    site = Served(var, free_port())
    migrated = os.environ.get("ALLIAGE_MIGRATED_DATABASE")
    if migrated:
        shutil.copyfile(migrated, var / "alliage.sqlite3")
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([sys.executable, "-m", "alliage", *command], env=site.environment(), cwd=ROOT, check=True)
    try:
        yield site.start()
    finally:
        site.kill()


def main(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    Granian(
        "alliage.writing.tests.served:application", address="127.0.0.1", port=port, interface=Interfaces.ASGI,
        loop=Loops.asyncio, websockets=True, log_level=LogLevels.error,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
