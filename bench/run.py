"""Measures speed and weight on the demonstration site and writes bench/report.md: `make bench`."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench.server import Cost, page_server, resident_megabytes

ROOT = Path(__file__).resolve().parent.parent
# (kind of page, goal in processor milliseconds, address)
PAGES = [
    ("home", 7, "/"),
    ("list", 8, "/annuaire/"),
    ("list", 8, "/annuaire/?categorie=association"),
    ("list", 8, "/territoires/"),
    ("list", 8, "/territoires/?kind=commune&departement=974"),
    ("list", 8, "/territoires/suggestions.json?q=st+etienne"),
    ("detail", 6, "/territoires/commune/42218/"),
    ("detail", 6, "/territoires/epci/244200770/"),
    ("detail", 6, "/territoires/departement/974/"),
    ("detail", 6, "/territoires/com/988/"),
    ("detail", 6, "/actualites/"),
]
WORDS = [
    "saint-etienne",
    "st etienne",
    "paris est marne",
    "reunion",
    "974",
    "quinper",
    "l'isle jourdain",
    "mulhose",
    "zzzzqq",
]


def milliseconds(act, times: int) -> tuple[float, float]:
    """p50 and p95 of `act`, in milliseconds."""
    act()
    waits = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        waits.append((time.perf_counter() - start) * 1000)
    return median(waits), quantiles(waits, n=20)[18]


def count_queries(paths: list[str]) -> dict[str, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(headers={"host": "localhost"}), {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts[path] = len(captured)
    return counts


def engines() -> list[tuple[str, float, float]]:
    """The engines alone: suggestions over all names, similar territories over all communes."""
    from alliage.territories import queries, suggestions
    from alliage.territories.models import Territory

    rows = []
    for word in WORDS:
        p50, p95 = milliseconds(lambda word=word: suggestions.find(word, limit=10), 50)
        rows.append((f"suggestions for « {word} »", p50, p95))
    for code in ("42218", "97411", "01001"):
        territory = Territory.objects.get(kind="commune", code=code)
        p50, p95 = milliseconds(lambda territory=territory: queries.similar(territory, limit=6), 50)
        rows.append((f"similar to {territory.name} ({code}), all communes", p50, p95))
    return rows


def prepare(environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "alliage", "prepare"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def report(
    costs: list[tuple[str, int, Cost]], rows: list[tuple[str, float, float]], *, prepared: float, memory: float
) -> str:
    lines = [
        "# Measures",
        "",
        f"`make bench`, {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, SQLite, "
        "one page worker of one thread, gzip, front cache off. Processor milliseconds per response are the steady figure; the goals come from what peers measure.",
        "",
        "| page | kind | CPU ms | goal | p50 ms | p95 ms | kB sent | SQL |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind, goal, cost in costs:
        mark = "" if cost.cpu_ms <= goal else " ✗"
        lines.append(
            f"| `{cost.path}` | {kind} | {cost.cpu_ms:.1f}{mark} | ≤ {goal} | {cost.p50_ms:.1f} | {cost.p95_ms:.1f} "
            f"| {cost.bytes_sent / 1000:.1f} | {cost.queries} |"
        )
    lines += ["", "| engine | p50 ms | p95 ms |", "|---|---|---|"]
    lines += [f"| {label} | {p50:.1f} | {p95:.1f} |" for label, p50, p95 in rows]
    lines += [
        "",
        f"Preparation from nothing (database, territories, pages, static files): {prepared:.0f} s. Memory of the page server: {memory:.0f} MB (PSS).",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="alliage-bench-") as folder:
        os.environ.update(
            {"ALLIAGE_VAR": folder, "ALLIAGE_DEMO": "1", "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
        )
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            os.environ.pop(name, None)
        environment = dict(os.environ)
        prepared = prepare(environment)
        import django

        django.setup()
        queries = count_queries([path for _, _, path in PAGES])
        with page_server(environment) as server:
            costs = [(kind, goal, replace(server.cost(path), queries=queries[path])) for kind, goal, path in PAGES]
            memory = resident_megabytes(server.process.pid)
        text = report(costs, engines(), prepared=prepared, memory=memory)
    (ROOT / "bench" / "report.md").write_text(text)
    print(text)
    wrong = [cost.path for _, _, cost in costs if cost.status != 200]
    if wrong:
        print("Not answered with 200:", ", ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
