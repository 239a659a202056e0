"""A platform of its own for each test of faults: `alliage run` as a newcomer starts it, on loopback, in its own folder."""

import html
import logging
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

logging.getLogger("httpx").setLevel(logging.WARNING)
ROOT = Path(__file__).resolve().parent.parent.parent
Answer = TypeVar("Answer")
# A database that is not prepared yet takes a minute on a quiet machine, and much more on a busy one.
START_SECONDS = 1_200
TEXT = "Cette page dit que la ressourcerie a fermé, or elle est ouverte."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: Callable[[], Answer], *, seconds: float = 30, every: float = 0.1) -> Answer:
    """What `what` answers, once it answers something; it may fail meanwhile."""
    deadline, last = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        try:
            if answer := what():
                return answer
        except (httpx.HTTPError, sqlite3.Error, OSError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"Waited {seconds} s in vain for {what} ({last!r}).")


def environment(var: Path, **more: str) -> dict[str, str]:
    ours = ("ALLIAGE_", "DJANGO_", "DATABASE_", "REDIS_", "EMAIL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "ALLIAGE_VAR": str(var), "DJANGO_SETTINGS_MODULE": "alliage.config.settings", **more}


def run(var: Path, *arguments: str, **more: str) -> str:
    """Run an `alliage` command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "alliage", *arguments],
        env=environment(var, **more), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def children(pid: int) -> list[int]:
    """Processes that this one started, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children(child)]
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


class Platform:
    def __init__(self, var: Path, **more: str) -> None:
        self.var, self.port = var, free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = environment(var, PORT=str(self.port), **more)
        self.more = more
        self.process: subprocess.Popen[bytes] | None = None
        self._log = (var / "run.log").open("ab")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "alliage", "run"], env=self.environment, cwd=ROOT, stdout=self._log, stderr=self._log
        )
        wait_for(self._answers, seconds=START_SECONDS)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"The platform ended while starting:\n{self.log()[-3000:]}"
        return "Alliage répond" in self.log()

    def log(self) -> str:
        return (self.var / "run.log").read_text(errors="replace")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            known = children(self.process.pid)
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(25)
            except subprocess.TimeoutExpired:
                self.process.kill()
                for pid in known:
                    if Path(f"/proc/{pid}").exists():
                        os.kill(pid, signal.SIGKILL)
        self._log.close()

    def pids(self, part: str) -> list[int]:
        """The platform's own processes whose command line holds `part`."""
        assert self.process is not None
        return [pid for pid in children(self.process.pid) if part in command(pid)]

    def kill(self, part: str) -> list[int]:
        """Kill processes of ours as the system does when memory lacks: without a word."""
        killed = self.pids(part)
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        return killed

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look in the database from outside."""
        if url := self.more.get("DATABASE_URL"):
            import psycopg

            with psycopg.connect(url.replace("postgres://", "postgresql://")) as other:
                return other.execute(query.replace("?", "%s"), values).fetchall()
        with closing(sqlite3.connect(self.var / "alliage.sqlite3", timeout=30)) as other:
            return other.execute(query, values).fetchall()


class Browser:
    """Someone's browser: cookies, forms with their own token, and where they come from."""

    def __init__(self, platform: Platform) -> None:
        self.client = httpx.Client(
            base_url=platform.url,
            headers={"Origin": platform.url, "Accept": "text/html"},
            timeout=60,
            follow_redirects=True,
        )

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def send(self, page: httpx.Response, path: str = "", *, files: Any = None, **answers: str) -> httpx.Response:
        """Send the form of this page, with its hidden fields and these answers."""
        return self.client.post(path or str(page.url), data={**hidden(page.text), **answers}, files=files)

    def become(self, name: str) -> None:
        page = self.get("/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        code = re.search(rf'name="persona" value="([^"]+)"[^>]*><span>{name}', page.text)
        assert code is not None, f"No persona named {name}"
        answer = self.client.post(
            "/demo/devenir/", data={"csrfmiddlewaretoken": token[1], "persona": code[1], "next": "/"}
        )
        assert answer.status_code == 200


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form of a page."""
    form = page.partition("<main")[2].partition('method="post"')[2].partition("</form>")[0]
    return {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


@contextmanager
def platform(template: Path, folder: Path, **more: str) -> Iterator[Platform]:
    """A running platform whose folder is a copy of `template`."""
    var = folder / "var"
    shutil.copytree(template, var, ignore=shutil.ignore_patterns("*.log"))
    one = Platform(var, **more)
    try:
        one.start()
        yield one
    except BaseException:
        print(one.log()[-3000:])
        raise
    finally:
        one.stop()


class Postgres:
    """A PostgreSQL of our own, to be stopped and started again at will."""

    def __init__(self, folder: Path) -> None:
        from tests.postgresql import NOBODY, _as_unprivileged, _group, _system_binaries

        found = _system_binaries()
        assert found is not None
        self.binaries, self.prefix = found, _as_unprivileged()
        self.folder, self.port = folder, free_port()
        self.data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        if self.prefix:
            shutil.chown(folder, NOBODY, _group())
        self._do(self.binaries / "initdb", "-D", self.data, "-U", "alliage", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.url = f"postgres://alliage@127.0.0.1:{self.port}/postgres"

    def _do(self, *command: Any) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*self.prefix, *map(str, command)], check=True, cwd=self.folder, **quiet)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._do(self.binaries / "pg_ctl", "-D", self.data, "-w", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        self._do(self.binaries / "pg_ctl", "-D", self.data, "-m", how, "stop")


def report_page(browser: Browser) -> httpx.Response:
    """The form that reports a territory, opened long enough ago to be sent by a person."""
    found = re.search(r'href="(/moderation/signaler/\?objet=[^"]+)"', browser.get("/territoires/commune/42218/").text)
    assert found is not None
    page = browser.get(html.unescape(found[1]))
    assert page.status_code == 200
    time.sleep(2.2)
    return page


def send_report(browser: Browser, page: httpx.Response) -> httpx.Response:
    return browser.send(page, reason="wrong", text=TEXT, email="", site_internet="")
