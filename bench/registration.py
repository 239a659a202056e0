"""Registrations by many browsers at once, the full path: the form (its token, its cookies), the post, the confirmation queued.

`python -m bench.registration [postgresql-url]` alone, or in `make bench`. Browsers and server share the cores. A sequence has fewer seats
than people, so that the line is used. Nothing counts unless the seats are exact at the end. `--json`: figures alone.
"""

import http.client
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode

from bench.server import command_cost, megabytes, page_server, processor_seconds

CONNECTIONS = 16
EACH = 75
SEATS = 400
GOAL_RATE, GOAL_MS = 160, 150
PEER_RATE = 20.7
SLUG = "mesure"
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class Rush(NamedTuple):
    """`rate`: registrations a second; milliseconds of the form, of the post and of both; of processor for both."""

    label: str
    people: int
    refused: int
    rate: float
    form_p95: float
    post_p50: float
    post_p95: float
    both_p95: float
    cpu_ms: float
    memory_mb: float
    is_exact: bool


def _browse(port: int, first: int, count: int, sequence: int) -> list[tuple[float, float, bool]]:
    """One connection, a new browser each time: (seconds of the form, of the post, done)."""
    connection, found = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
    path, host = f"/agenda/{SLUG}/inscription/", f"localhost:{port}"
    for rank in range(first, first + count):
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "identity", "Host": host})
        form = connection.getresponse()
        page = form.read()
        shown = time.perf_counter()
        token = _TOKEN.search(page)
        cookies = "; ".join(each.partition(";")[0] for each in form.headers.get_all("Set-Cookie", []))
        body = urlencode({
            "csrfmiddlewaretoken": token[1].decode() if token else "", "name": f"Personne {rank}",
            "email": f"personne{rank}@exemple.fr", "organisation": "Mesure", "sequences": sequence, "site_internet": "",
        })  # fmt: skip
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "Host": host,
                   "Accept-Encoding": "identity"}  # fmt: skip
        posted = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append((shown - start, time.perf_counter() - posted, answer.status == 302))
    connection.close()
    return found


def _event() -> int:
    """An event with fewer seats than people; the number of its sequence."""
    from alliage.events.tests.factories import webinar

    event = webinar(slug=SLUG, title="Mesure")
    event.sequences.update(capacity=SEATS)
    return int(event.sequences.get().pk)


def _is_exact(sequence: int, people: int) -> bool:
    from alliage.events.models import Seat, Sequence, Word

    row = Sequence.objects.get(pk=sequence)
    seated = Seat.objects.filter(sequence=row, state="seated").count()
    numbers = sorted(Seat.objects.filter(sequence=row, state="waiting").values_list("number", flat=True))
    told = Word.objects.count()
    expected = min(SEATS, people)
    return seated == row.seat_count == expected and numbers == list(range(1, people - expected + 1)) and told == people


def measure(environment: dict[str, str], label: str) -> Rush:
    from django.db import connections

    sequence = _event()
    connections.close_all()
    with page_server(environment, workers=2) as server:
        _browse(server.port, 10**6, 20, sequence)  # warm; each is a registration like the others
        used, start = processor_seconds(server.pids), time.perf_counter()
        jobs = [(server.port, rank * EACH, EACH, sequence) for rank in range(CONNECTIONS)]
        with multiprocessing.get_context("fork").Pool(CONNECTIONS) as pool:
            done = [each for one in pool.starmap(_browse, jobs) for each in one]
        elapsed, used = time.perf_counter() - start, processor_seconds(server.pids) - used
        memory = megabytes(server.pids)
    forms, posts = [form * 1000 for form, _post, _ok in done], [post * 1000 for _form, post, _ok in done]
    both = [form + post for form, post in zip(forms, posts, strict=True)]
    kept = sum(ok for _form, _post, ok in done)
    return Rush(
        label, len(done), len(done) - kept, kept / elapsed, quantiles(forms, n=20)[18], median(posts),
        quantiles(posts, n=20)[18], quantiles(both, n=20)[18], used / len(done) * 1000, memory, _is_exact(sequence, kept + 20),
    )  # fmt: skip


def apart(url: str = "") -> Rush:
    """In a process of its own, with its own settings: on SQLite, or on that PostgreSQL."""
    command = [sys.executable, "-m", "bench.registration", *([url] if url else []), "--json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return Rush(*json.loads(said.stdout))


def lines(found: list[Rush]) -> list[str]:
    """The table of the report."""
    head = (
        "| engine | people | refused | registrations/s | goal | peer | form p95 ms | post p50 | post p95 | both p95 | CPU ms each "
        "| memory MB | seats exact |"
    )
    rows = [
        f"| {one.label} | {one.people} | {one.refused} | {one.rate:.0f}{'' if one.rate >= GOAL_RATE else ' ✗'} | ≥ {GOAL_RATE} "
        f"| {one.rate / PEER_RATE:.1f}× | {one.form_p95:.0f} | {one.post_p50:.0f} "
        f"| {one.post_p95:.0f}{'' if one.post_p95 <= GOAL_MS else ' ✗'} | {one.both_p95:.0f} | {one.cpu_ms:.1f} "
        f"| {one.memory_mb:.0f} | {'yes' if one.is_exact else 'no ✗'} |"
        for one in found
    ]
    return [head, "|" + "---|" * 13, *rows]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="alliage-bench-") as folder:
        os.environ.update(
            {"ALLIAGE_VAR": folder, "ALLIAGE_DEMO": "0", "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
        )
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            os.environ.pop(name, None)
        engine, urls = "SQLite", [each for each in sys.argv[1:] if not each.startswith("--")]
        if urls:
            os.environ["DATABASE_URL"], engine = urls[0], "PostgreSQL"
        for step in (("migrate", "-v0"), ("collectstatic", "-v0", "--noinput")):
            command_cost(dict(os.environ), *step)
        import django

        django.setup()
        found = measure(dict(os.environ), f"{engine}, {CONNECTIONS} connections, 2 page workers")
        print(json.dumps(found) if "--json" in sys.argv else "\n".join(lines([found])))


if __name__ == "__main__":
    main()
