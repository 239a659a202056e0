"""The result page of a diagnostic with its proposals, signed in: `python -m bench.learning [entries resources]` in a site that is prepared.

Each file is of another commune, so that nothing is warm for the one that comes next. In `make bench` it comes last, among 100,000 entries and
100,000 resources.
"""

import os
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.server import Cost, Server, page_server

FILES = 40
SIZES = (1_000, 1_000)
GOAL_RATE, GOAL_MS = 150, 40
LEVELS = ({"alliance": 1}, {"alliance": 4}, {"numerique": "?"})


def paths_of(someone: Any) -> list[str]:
    """Results of three respondents who disagree, in files that this member holds, one in each of so many communes."""
    from django.utils import timezone

    from alliage.learning.models import Respondent, TerritoryFile
    from alliage.learning.tests.factories import (
        LEVERS,
        DiagnosticFactory,
        RespondentFactory,
        TerritoryFileFactory,
        answered,
        closed,
        opened,
    )
    from alliage.territories.models import Territory

    RespondentFactory.reset_sequence(10**6 + Respondent.objects.count(), force=True)
    taken = TerritoryFile.objects.values("territory")
    free = Territory.objects.filter(kind="commune", status="current", population__gt=500).exclude(pk__in=taken)
    paths, now = [], timezone.now()
    for territory in free.order_by("code")[:: max(1, free.count() // FILES)][:FILES]:
        file = TerritoryFileFactory(territory=territory, holder=someone)
        for number, at in ((1, now - timedelta(days=180)), (2, now)):
            made = DiagnosticFactory(file=file, number=number, opening=opened(now=at), opened_at=at)
            for said in LEVELS:
                answered(made, **(dict.fromkeys(LEVERS, 2) | said))
            closed(made, now=at)
        paths.append(f"/diagnostic/dossiers/{file.pk}/diagnostics/2/resultat/")
    return paths


def alone(server: Server, paths: list[str], cookie: str) -> Cost:
    """Each result once, then again: the worst of both is in the 95th percentile."""
    from bench.run import count_queries

    found = [server.cost(path, cookie=cookie, times=2, rounds=1) for path in paths]
    status = max(each.status for each in found)
    waits = sorted(each.p95_ms for each in found)
    middle, high = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    queries = count_queries(paths[:1], cookie)[paths[0]]
    return replace(
        found[0], path="/diagnostic/dossiers/…/resultat/", status=status, cpu_ms=sum(each.cpu_ms for each in found) / len(found),
        p50_ms=middle, p95_ms=high, queries=queries,
    )  # fmt: skip


def measure(environment: dict[str, str]) -> tuple[Cost, tuple[float, float]]:
    """Alone on one worker; then answers a second, and the p95 of their waits, of two workers asked by four browsers."""
    from django.db import connections

    from bench.run import member

    someone, cookie = member()
    paths = paths_of(someone)
    connections.close_all()
    with page_server(environment) as server:
        cost = alone(server, paths, cookie)
    with page_server(environment, workers=2) as server:
        rate = server.requests_per_second(paths[0], clients=4, cookie=cookie)
    return cost, rate


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    import django

    django.setup()
    from bench import growth, resources

    entries, library = map(int, sys.argv[1:]) if sys.argv[1:] else SIZES
    growth.fill_directory(entries)
    resources.fill_library(library)
    cost, (rate, p95) = measure(dict(os.environ))
    print(
        f"{cost.path} {cost.status} cpu {cost.cpu_ms:.1f} p50 {cost.p50_ms:.1f} p95 {cost.p95_ms:.1f} ms (goal {GOAL_MS})"
    )
    print(
        f"{cost.bytes_sent / 1024:.1f} kB, {cost.queries} SQL; {rate:.0f} a second (goal {GOAL_RATE}), p95 {p95:.0f} ms"
    )


if __name__ == "__main__":
    main()
