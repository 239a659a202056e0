"""Measures speed, weight and growth on a site of its own and writes bench/report.md: `make bench`.

With what happens at once: 350 listeners of a job, rooms, co-writing, composing groups, registrations, a large import. `--quick` leaves
that out, with growth, exports and rates, keeps the engines to their small sizes and asks each page less often: two to three minutes on two quiet cores. It writes
bench/quick.md, so that the whole report stays.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import (
    composing,
    growth,
    imports,
    learning,
    lists,
    live,
    registration,
    report,
    resources,
    rooms,
    search,
    writing,
)
from bench.server import (
    Cost,
    Server,
    command_cost,
    live_server,
    megabytes,
    page_server,
    peak_megabytes,
    reference,
    whole_site,
)
from tests.postgresql import temporary_postgresql

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ("home", "/"),
    ("list", "/annuaire/"),
    ("list", "/annuaire/?categorie=association"),
    ("list", "/annuaire/?territoire=region:84"),
    ("search", "/annuaire/?q=reseau"),
    ("list", "/territoires/"),
    ("list", "/territoires/?type=commune&departement=974"),
    ("search", "/recherche/?q=fondation"),
    ("search", "/recherche/?q=saint+etienne"),
    ("search", "/territoires/?q=saint"),
    ("search", "/territoires/suggestions.json?q=st+etienne"),
    ("list", "/annuaire/trouver/?besoin=ouvrir+un+tiers-lieu+et+le+financer&lieu=commune:97353"),
    ("list", "/ressources/"),
    ("list", "/actualites/"),
    ("list", "/reperes/leviers/"),
    ("detail", "/annuaire/organisations/{organisation}/"),
    ("detail", "/annuaire/catalyseurs/{catalyst}/"),
    ("detail", "/territoires/commune/42218/"),
    ("detail", "/territoires/epci/244200770/"),
    ("detail", "/territoires/departement/974/"),
    ("detail", "/territoires/region/84/"),
    ("detail", "/territoires/com/988/"),
    ("detail", "/le-reseau/"),
    ("detail", "/compte/connexion/"),
]
SIGNED_IN = ["/mon-espace/", "/annuaire/", "/notifications/", "/compte/", "/territoires/commune/42218/"]
GROWING = [
    "/annuaire/",
    "/annuaire/?page=20",
    "/annuaire/?territoire=region:84",
    "/annuaire/?q=saint",
    "/annuaire/?metier=lieu&territoire=departement:974",
    "/annuaire/?nature=catalyseurs&levier=alliance&odd=11&q=jeunesse",
    "/annuaire/trouver/?besoin=ouvrir+un+tiers-lieu+et+le+financer&lieu=commune:97353",
    "/annuaire/catalyseurs/{catalyst}/",
    "/territoires/departement/974/",
]
TERRITORIES = [
    ("8", "/territoires/?type=com"),
    ("1 255", "/territoires/?type=epci"),
    ("34 969", "/territoires/?type=commune"),
    ("34 969", "/territoires/?type=commune&page=800"),
]
EXPORTS = ["/annuaire.geojson", "/annuaire.csv", "/territoires.csv", "/territoires.geojson"]
RATES = ["/", "/annuaire/", "/territoires/?type=commune", "/territoires/commune/42218/"]
SIZES = (1_000, 5_000, 100_000)
# Requests of a round, where pages cost most: growth must stay a matter of minutes.
FEWER = 8
# Enough for one request in twenty to mean something.
ENOUGH = 20
LISTENERS = 350
STARTED = time.monotonic()


def say(what: str) -> None:
    """Where the run is, beside its report: minutes go by."""
    print(f"{time.monotonic() - STARTED:5.0f} s  {what}", file=sys.stderr, flush=True)


def count_queries(paths: Iterable[str], cookie: str = "") -> dict[str, int]:
    """SQL statements of each page once its process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    # A page that fails is said at the end: the rest of a long run is not lost with it.
    client, counts = Client(raise_request_exception=False, headers={"host": "localhost"}), {}
    if cookie:
        client.cookies["sessionid"] = cookie.removeprefix("sessionid=")
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts[path] = len(captured)
    return counts


def member() -> tuple[Any, str]:
    """Somebody with an account, and the cookie of a browser where they are signed in."""
    from alliage.accounts.tests.clients import MemberClient
    from alliage.accounts.tests.factories import MemberFactory

    someone, client = MemberFactory(), MemberClient(headers={"host": "localhost"})
    client.force_login(someone)
    return someone, f"sessionid={client.cookies['sessionid'].value}"


def prepare(environment: dict[str, str]) -> list[tuple[str, float, float, float]]:
    """A site from nothing; what each long step costs."""
    steps = [("migrate", "-v0"), ("import_territories",), ("prepare",), ("reindex",)]
    found = []
    for step in steps:
        say(f"alliage {' '.join(step)}")
        found.append((step[0], *command_cost(environment, *step)))
    return found


def measure_pages(server: Server, paths: list[str], cookie: str = "", *, times: int = 40) -> list[Cost]:
    queries, found = count_queries(paths, cookie), []
    for path in paths:
        found.append(replace(server.cost(path, cookie=cookie, times=times), queries=queries[path]))
        say(f"{found[-1].cpu_ms:6.1f} ms  {path}")
    return found


def measure_growth(server: Server) -> list[tuple[str, Cost]]:
    from alliage.directory.models import Entry

    first = [path for path in GROWING if "{" not in path]
    found = [(f"{Entry.objects.count()} entries", each) for each in measure_pages(server, first, times=FEWER)]
    for size in SIZES:
        growth.fill_directory(size)
        slug = Entry.objects.filter(kind="catalyst", slug__startswith="mesure").earliest("pk").slug
        paths = [path.format(catalyst=slug) for path in GROWING]
        label = f"{size:,} entries".replace(",", "\N{NO-BREAK SPACE}")
        found += [(label, each) for each in measure_pages(server, paths, times=FEWER)]
    costs = measure_pages(server, [path for _, path in TERRITORIES], times=FEWER)
    return found + [(f"{rows} territories", each) for (rows, _), each in zip(TERRITORIES, costs, strict=True)]


def measure_library(
    server: Server, environment: dict[str, str]
) -> tuple[list[tuple[str, float, float, float]], list[tuple[str, Cost]]]:
    """The list of resources, whole requests; and what indexing them costs."""
    indexed, found = [], []
    for size in resources.SIZES:
        resources.fill_library(size)
        label = f"{size:,} resources".replace(",", "\N{NO-BREAK SPACE}")
        indexed.append((f"reindex, {label}", *command_cost(environment, "reindex")))
        found += [(label, each) for each in measure_pages(server, resources.PAGES, times=ENOUGH)]
    return indexed, found


def measure_exports(server: Server) -> list[tuple[str, Cost, float, float]]:
    found = []
    for path in EXPORTS:
        before, highest = megabytes(server.pids), peak_megabytes(server.pids)
        cost = server.cost(path, times=1, rounds=1)
        grown = megabytes(server.pids) - before
        found.append((f"`{path}`", cost, grown, peak_megabytes(server.pids) - highest))
    return found


def measure_live(environment: dict[str, str], someone: Any, cookie: str) -> tuple[live.FanOut, float]:
    with live_server(environment) as server:
        alone = megabytes(server.pids)
        return live.fan_out(server, LISTENERS, someone.pk, cookie), alone


def measure_rooms() -> list[rooms.Fan]:
    """On PostgreSQL, where there is one, then on SQLite: each a site of its own."""
    with temporary_postgresql() as url:
        return (rooms.apart(url) if url else []) + rooms.apart()


def measure_registration() -> list[registration.Rush]:
    """On PostgreSQL, where there is one, then on SQLite: each a site of its own."""
    with temporary_postgresql() as url:
        return ([registration.apart(url)] if url else []) + [registration.apart()]


def _memory_after(server: Server, paths: list[str]) -> float:
    """What the processes hold once every worker served every page."""
    for path in paths * 4:
        server.cost(path, times=2, rounds=1)
    return megabytes(server.pids)


def _measure_grown(environment: dict[str, str], found: report.Measures) -> None:
    """Everything that takes a site which grows; it stays grown."""
    say("growth")
    with page_server(environment) as server:
        found.growth, found.exports = measure_growth(server), measure_exports(server)
        found.memory.append(("one page worker that knows 100 000 entries", megabytes(server.pids)))
        indexed, library = measure_library(server, environment)
        found.commands += indexed
        found.growth += library
        found.memory.append(("the same, with 100 000 resources", megabytes(server.pids)))
    cost, rate = learning.measure(environment)
    found.growth.append(("100\N{NO-BREAK SPACE}000 entries and resources", cost))
    found.rates.append((cost.path, *rate))
    found.directory = growth.directory_memory()


def run(folder: str, options: set[str]) -> report.Measures:
    quick = "--quick" in options
    found, before = report.Measures(reference=reference()), os.getloadavg()[0]
    os.environ.update({"ALLIAGE_VAR": folder, "ALLIAGE_DEMO": "1", "DJANGO_SETTINGS_MODULE": "alliage.config.settings"})
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        os.environ.pop(name, None)
    found.commands = prepare(dict(os.environ))
    os.environ["ALLIAGE_DEMO"] = "0"
    environment = dict(os.environ)
    import django

    django.setup()
    from alliage.directory.models import Entry

    someone, cookie = member()
    slugs = {
        "organisation": Entry.objects.order_by("pk").values_list("slug", flat=True)[0],
        "catalyst": Entry.objects.filter(kind="catalyst").earliest("pk").slug,
    }
    paths, times = [path.format(**slugs) for _, path in PAGES], ENOUGH if quick else 2 * ENOUGH
    with page_server(environment) as server:
        found.pages = list(zip((kind for kind, _ in PAGES), measure_pages(server, paths, times=times), strict=True))
        found.signed_in = measure_pages(server, SIGNED_IN, cookie, times=times)
        found.memory.append(("one page worker, after all these pages", megabytes(server.pids)))
    say("rates and memory")
    with page_server(environment, workers=2) as server:
        rates = {} if quick else {path: server.requests_per_second(path, clients=4) for path in RATES}
        two = _memory_after(server, paths)
        found.rates = [(path, *rate) for path, rate in rates.items()]
        found.memory.append(("two page workers, after all these pages", two))
        with live_server(environment) as listening:
            found.memory.append(("the live process, nobody listening", megabytes(listening.pids)))
            found.memory.append(("the same, each started apart", megabytes(listening.pids) + megabytes(server.pids)))
    with whole_site(environment) as server:
        found.memory.append(("two page workers and the live process, forked", _memory_after(server, paths)))
    if not quick:
        say("what happens at once")
        found.fan_out, _alone = measure_live(environment, someone, cookie)
        found.rooms, found.writing, found.composing = measure_rooms(), writing.run(), composing.report()
        found.registrations = measure_registration()
        say("a hundred thousand rows imported")
        found.imports = imports.apart()
    say("engines")
    sizes = 1 if quick else None
    found.engines = growth.engines() + search.engines(search.SIZES[:sizes]) + lists.engines(lists.SIZES[:sizes])
    if not quick:
        _measure_grown(environment, found)
    found.load = (before, os.getloadavg()[0])
    found.reference = min(found.reference, reference())
    return found


def main() -> int:
    options = set(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="alliage-bench-") as folder:
        found = run(folder, options)
    text = report.write(found)
    (ROOT / "bench" / ("quick.md" if "--quick" in options else "report.md")).write_text(text)
    say("done")
    print(text)
    costs = [cost for _, cost in found.pages + found.growth] + found.signed_in + [cost for _, cost, *_ in found.exports]
    wrong = [f"{cost.path} ({cost.status})" for cost in costs if cost.status != 200]
    if wrong:
        print("Not answered with 200:", ", ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
