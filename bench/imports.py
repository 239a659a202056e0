"""A file of a hundred thousand organisations: tried, saved, found by the search, undone, as the worker does it while people read.

`python -m bench.imports [rows …] [postgresql-url]` alone (`--json`: figures alone), or in `make bench`. A site of its own, with every commune: pages, the
worker, and beside them somebody who reads the directory and somebody who writes, again and again. Sizes come one after the other:
what costs more than its size shows.
"""

import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from bench.server import Server, command_cost, megabytes, page_server, peak_megabytes, processor_seconds

SIZES = (10_000, 100_000)
KIND = "directory.organisation"
PAGE = "/annuaire/"
EVERY = 0.5
PATIENCE = 3_600


class Phase(NamedTuple):
    """One step: seconds of clock and of the worker's processor, its peak in MB; what others waited meanwhile, in ms."""

    rows: int
    what: str
    seconds: float
    cpu: float
    peak_mb: float
    page_p95: float
    page_longest: float
    write_p95: float
    write_longest: float


def table(count: int) -> Iterator[str]:
    """A file as open data gives them: each row has its own words, a real commune, a point, a zone."""
    from alliage.territories.enums import Kind
    from alliage.territories.snapshot import snapshot

    communes = [row for row in snapshot().rows if row.kind == Kind.COMMUNE and row.latitude is not None]
    yield "Identifiant;Intitulé;Code Insee;Ville;Lat;Lng;Site web;Zone d’intervention;Présentation"
    for number in range(count):
        place, words = communes[number * 7 % len(communes)], hashlib.sha256(str(number).encode()).hexdigest()
        yield (
            f"{number};Association {words[:9]} {words[9:18]} {words[18:27]};{place.code};{place.name};{place.latitude:.4f};"
            f"{place.longitude:.4f};www.exemple{number}.fr;commune:{place.code};Une présentation {'longue ' * 20}"
        )


class _Others:
    """Somebody who reads a page and somebody who takes the right to write, every half second; how long each waited."""

    def __init__(self, server: Server) -> None:
        self._server, self._over = server, threading.Event()
        self.pages: list[float] = []
        self.writes: list[float] = []
        self._wrong: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._again, args=each, daemon=True)
            for each in ((self._read, self.pages), (self._write, self.writes))
        ]

    def _again(self, act: Callable[[], object], waits: list[float]) -> None:
        from django.db import connections

        try:
            while not self._over.is_set():
                start = time.perf_counter()
                act()
                waits.append((time.perf_counter() - start) * 1000)
                self._over.wait(EVERY)
        except Exception as error:  # noqa: BLE001 said by the thread that measures
            self._wrong.append(error)
        finally:
            connections.close_all()

    def _read(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=120)
        status, _size = self._server.ask(connection, PAGE)
        connection.close()
        if status != 200:
            raise RuntimeError(f"{PAGE}: {status}")

    def _write(self) -> None:
        from django.db import transaction

        from alliage.directory.models import Edition

        with transaction.atomic():
            Edition.objects.select_for_update().first()

    def __enter__(self) -> "_Others":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._wrong:
            raise self._wrong[0]


def _p95(waits: list[float]) -> float:
    return quantiles(waits, n=20, method="inclusive")[18] if len(waits) > 1 else max(waits, default=0.0)


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "alliage", "worker"], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _forget_peak(pid: int) -> None:
    """The next peak is that of the next step (Linux)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class _Site:
    """The pages, the worker, the person who imports."""

    def __init__(self, server: Server, worker: int) -> None:
        from alliage.accounts.tests.factories import MemberFactory

        self._server, self._worker, self.by = server, worker, MemberFactory(role="animator")
        self.found: list[Phase] = []

    def step(self, rows: int, what: str, begin: Callable[[], object], is_over: Callable[[], bool]) -> None:
        _forget_peak(self._worker)
        used, start = processor_seconds([self._worker]), time.perf_counter()
        with _Others(self._server) as others:
            begin()
            while not is_over():
                if time.perf_counter() - start > PATIENCE:
                    raise RuntimeError(f"{what}: it never ends.")
                time.sleep(0.1)
            seconds = time.perf_counter() - start
        phase = Phase(
            rows, what, seconds, processor_seconds([self._worker]) - used, peak_megabytes([self._worker]),
            _p95(others.pages), max(others.pages, default=0.0), _p95(others.writes), max(others.writes, default=0.0),
        )  # fmt: skip
        self.found.append(phase)
        print(lines([phase])[-1], file=sys.stderr, flush=True)

    def travel(self, rows: int) -> None:
        """One file: tried, saved, found, undone, no longer found."""
        from django.utils import timezone

        from alliage.directory.models import Entry
        from alliage.files.tests.factories import upload
        from alliage.imports import services
        from alliage.imports.enums import State
        from alliage.imports.models import ImportRun
        from alliage.imports.registry import kinds
        from alliage.search.models import SearchChange

        kind, now, there = kinds.get(KIND), timezone.now(), Entry.objects.count()
        assert kind is not None
        content = "\n".join(table(rows)).encode("cp1252", "replace")
        run = services.receive(upload(content, f"{rows}.csv"), kind=kind, by=self.by, now=now)

        def is_at(*states: str) -> bool:
            run.refresh_from_db()
            if run.state == State.FAILED or run.error:
                raise RuntimeError(run.error)
            return run.state in states

        def is_indexed() -> bool:
            return not SearchChange.objects.exists()

        self.step(rows, "dry run", lambda: services.try_out(run, mapping=run.mapping, by=self.by, now=now), lambda: is_at(State.TRIED))  # fmt: skip
        saved = ImportRun.objects.get(pk=run.pk)
        self.step(rows, "saved", lambda: services.write(saved, skip_refused=True, by=self.by, now=now), lambda: is_at(State.DONE))  # fmt: skip
        assert Entry.objects.count() - there >= rows * 0.99, run.report
        self.step(rows, "then found by the search", lambda: None, is_indexed)
        self.step(rows, "undone", lambda: services.undo(run, by=self.by, now=now), lambda: is_at(State.UNDONE))
        assert Entry.objects.count() == there
        self.step(rows, "then gone from the search", lambda: None, is_indexed)


def measure(environment: dict[str, str], sizes: tuple[int, ...] = SIZES) -> list[Phase]:
    from django.db import connections

    connections.close_all()
    with page_server(environment) as server, _worker(environment) as worker:
        time.sleep(5)  # it begins with its schedule
        site = _Site(server, worker)
        for rows in sizes:
            site.travel(rows)
        print(f"The page worker holds {megabytes(server.pids):.0f} MB.", file=sys.stderr)
    return site.found


def apart() -> list[Phase]:
    """In a process of its own, with its own site."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.imports", "--json"], check=True, stdout=subprocess.PIPE, text=True
    )
    return [Phase(*each) for each in json.loads(said.stdout)]


def lines(found: list[Phase]) -> list[str]:
    """The table of the report."""
    head = f"| rows | step | seconds | a second | worker CPU s | worker peak MB | `{PAGE}` meanwhile, p95 ms | longest | a write, p95 ms | longest |"
    rows = [
        f"| {one.rows:,} | {one.what} | {one.seconds:.1f} | {one.rows / one.seconds:,.0f} | {one.cpu:.1f} | {one.peak_mb:.0f} "
        f"| {one.page_p95:.0f} | {one.page_longest:.0f} | {one.write_p95:.0f} | {one.write_longest:.0f} |".replace(",", "\N{NO-BREAK SPACE}")
        for one in found
    ]  # fmt: skip
    return [head, "|" + "---|" * 10, *rows]


def main() -> None:
    asked = [each for each in sys.argv[1:] if not each.startswith("--")]
    urls, sizes = [each for each in asked if not each.isdigit()], tuple(int(each) for each in asked if each.isdigit())
    with tempfile.TemporaryDirectory(prefix="alliage-bench-") as folder:
        os.environ.update(
            {"ALLIAGE_VAR": folder, "ALLIAGE_DEMO": "0", "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
        )
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            os.environ.pop(name, None)
        if urls:
            os.environ["DATABASE_URL"] = urls[0]
        for step in (("migrate", "-v0"), ("collectstatic", "-v0", "--noinput"), ("import_territories",), ("load_taxonomy",), ("reindex",)):  # fmt: skip
            command_cost(dict(os.environ), *step)
        import django

        django.setup()
        found = measure(dict(os.environ), sizes or SIZES)
        print(json.dumps(found) if "--json" in sys.argv else "\n".join(lines(found)))


if __name__ == "__main__":
    main()
