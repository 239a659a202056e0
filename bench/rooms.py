"""One message to everybody in a room, and many rooms at once: `python -m bench.rooms [postgresql-url]` alone, or in `make bench`.

From the commit of the act to each listener's last byte, listeners and server on the same cores. On PostgreSQL the server tells the live
process; on SQLite it looks every 100 ms. One live process, then two among which the listeners are spread. `--json`: figures alone.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from bench.server import Server, command_cost, live_server, megabytes, processor_seconds

MESSAGES = 40
BETWEEN_SECONDS = 0.25
# Whatever the machine does, a measure ends: what was not sent by then is not.
LONGEST_SECONDS = 25
GOAL_MS = 20
PEOPLE = 350
ROOMS, PEOPLE_OF_EACH = 50, 8


class Fan(NamedTuple):
    """Milliseconds from the commit to a listener."""

    label: str
    listeners: int
    heard: int
    expected: int
    p50: float
    p95: float
    longest: float
    cpu_ms_per_message: float
    memory_mb: float


async def _listen(port: int, code: str, key: str, heard: list[tuple[int, float]], ready: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /direct/salles/{code} HTTP/1.1\r\nHost: localhost\r\nCookie: salle={key}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"retry:"):
                ready.release()
            elif line.startswith(b"id: "):
                heard.append((int(line[4:]), time.perf_counter()))
    finally:
        writer.close()


def _rooms(count: int, people: int) -> list[tuple[Any, Any, list[str]]]:
    """Rooms that are open, someone who writes in each, and the keys of those who listen."""
    from django.utils import timezone

    from alliage.accounts.tests.factories import MemberFactory
    from alliage.rooms.enums import Role
    from alliage.rooms.models import Participant
    from alliage.rooms.registers.free import FREE
    from alliage.rooms.registry import Entry
    from alliage.rooms.services import people as joining
    from alliage.rooms.services import rooms
    from alliage.rooms.services.run_sheets import of_platform

    found, now, owner = [], timezone.now(), MemberFactory()
    for _rank in range(count):
        room = rooms.prepare(rooms.Prepared("Mesure", of_platform("atelier_2020"), FREE), by=owner, now=now)
        host = joining.join(room, Entry(Role.FACILITATOR), name="Animation", member=owner, now=now)
        keys = [f"{room.code}{number}" for number in range(people)]
        Participant.objects.bulk_create(
            Participant(room=room, name=f"Personne {rank}", role=Role.PARTICIPANT, key_digest=joining.digest(key))
            for rank, key in enumerate(keys)
        )
        rooms.open_room(room, by=host, now=now)
        found.append((room, Participant.objects.filter(room=room).latest("pk"), keys))
    return found


def _write(room: Any, writer: Any) -> tuple[int, float]:
    """A card that everybody reads; its number, and when it was committed."""
    from django.db import transaction
    from django.utils import timezone

    from alliage.rooms.services import cards

    committed: list[float] = []
    with transaction.atomic():
        number = cards.write(room, "idee", "Une maison commune, ouverte le soir.", by=writer, now=timezone.now())
        transaction.on_commit(lambda: committed.append(time.perf_counter()))
    return number, committed[0]


def _ask_or_vote(room: Any, writer: Any) -> tuple[int, float]:
    """A question, then somebody else chooses it, and so on: what a crowd does while one speaks."""
    from django.db import transaction
    from django.utils import timezone

    from alliage.rooms.models import Card, CardVote, Participant
    from alliage.rooms.services import cards

    committed: list[float] = []
    asked = Card.objects.filter(room=room, kind="question").order_by("pk").last()
    votes = CardVote.objects.filter(card__room=room).count()
    with transaction.atomic():
        if asked is None or asked.votes_count:
            number = cards.write(room, "question", "Qui paie le loyer ?", by=writer, now=timezone.now())
        else:
            voter = Participant.objects.filter(room=room, role="participant").order_by("pk")[votes]
            number = cards.choose(room, asked, wanted=True, by=voter, now=timezone.now())
        transaction.on_commit(lambda: committed.append(time.perf_counter()))
    return number, committed[0]


async def _measure(
    label: str,
    servers: list[Server],
    rooms: list[tuple[Any, Any, list[str]]],
    act: Callable[[Any, Any], tuple[int, float]] = _write,
) -> Fan:
    ready = asyncio.Semaphore(0)
    seats = [(room.code, key) for room, _writer, keys in rooms for key in keys]
    heard: list[list[tuple[int, float]]] = [[] for _ in seats]
    tasks = [
        asyncio.create_task(_listen(servers[rank % len(servers)].port, code, key, heard[rank], ready))
        for rank, (code, key) in enumerate(seats)
    ]
    for _ in seats:
        await asyncio.wait_for(ready.acquire(), 60)
    await asyncio.sleep(1)
    pids = [pid for server in servers for pid in server.pids]
    used, until = processor_seconds(pids), time.monotonic() + LONGEST_SECONDS
    written: dict[str, list[tuple[int, float]]] = {}
    for rank in range(MESSAGES):
        room, writer, _keys = rooms[rank % len(rooms)]
        if time.monotonic() < until:
            written.setdefault(room.code, []).append(await asyncio.to_thread(act, room, writer))
            await asyncio.sleep(BETWEEN_SECONDS)
    await asyncio.sleep(1)
    used, memory = processor_seconds(pids) - used, megabytes(pids)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    delays: list[float] = []
    expected, sent = 0, sum(map(len, written.values()))
    for (code, _key), ears in zip(seats, heard, strict=True):
        for number, at in written.get(code, []):
            expected += 1
            # Several messages may be told together, under the number of the last.
            delays += [(then - at) * 1000 for told, then in ears if told >= number][:1]
    return Fan(
        label, len(seats), len(delays), expected, median(delays), quantiles(delays, n=20)[18], max(delays),
        used / sent * 1000, memory,
    )  # fmt: skip


def measure(environment: dict[str, str], engine: str) -> list[Fan]:
    """One big room, then many small ones, the big one asking and voting, with one live process; it again with two."""
    big, small = _rooms(1, PEOPLE), _rooms(ROOMS, PEOPLE_OF_EACH)
    with live_server(environment) as first:
        found = [
            asyncio.run(_measure(f"{engine}, 1 live process, one room", [first], big)),
            asyncio.run(_measure(f"{engine}, 1 live process, {ROOMS} rooms", [first], small)),
        ]
        label = f"{engine}, 1 live process, one room asking and voting"
        found.append(asyncio.run(_measure(label, [first], big, _ask_or_vote)))
        with live_server(environment) as second:
            found.append(asyncio.run(_measure(f"{engine}, 2 live processes, one room", [first, second], big)))
    return found


def apart(url: str = "") -> list[Fan]:
    """The same in a process of its own, with its own settings: on SQLite, or on that PostgreSQL."""
    command = [sys.executable, "-m", "bench.rooms", *([url] if url else []), "--json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return [Fan(*each) for each in json.loads(said.stdout)]


def lines(fans: list[Fan]) -> list[str]:
    """The table of the report."""
    rows = [
        f"| {fan.label} | {fan.listeners} | {fan.expected - fan.heard} | {fan.p50:.1f} | {fan.p95:.1f} | {GOAL_MS / fan.p95:.1f}× "
        f"| {fan.longest:.1f} | {fan.cpu_ms_per_message:.1f} | {fan.memory_mb:.0f} |"
        for fan in fans
    ]
    head = (
        "| engine | listeners | missing | p50 ms | p95 ms | goal / p95 | longest ms | CPU ms per message | memory MB |"
    )
    return [head, "|---|---|---|---|---|---|---|---|---|", *rows]


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
        (Path(folder) / "static").mkdir()
        command_cost(dict(os.environ), "migrate", "-v0")
        import django

        django.setup()
        found = measure(dict(os.environ), engine)
        print(json.dumps(found) if "--json" in sys.argv else "\n".join(lines(found)))


if __name__ == "__main__":
    main()
