"""One message to everybody in a room, and many rooms at once: `python -m bench.rooms [postgresql-url]` alone, or in `make bench`.

From the commit of the act to each listener's last byte, listeners and server on the same cores. On PostgreSQL the server tells the live
process; on SQLite it looks every 100 ms. `processes`: live processes among which the listeners are spread.
"""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any, NamedTuple

from bench.server import Server, command_cost, live_server, megabytes, processor_seconds

MESSAGES = 40
BETWEEN_SECONDS = 0.25
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


async def _listen(
    port: int, code: str, key: str, heard: list[tuple[str, int, float]], ready: asyncio.Semaphore
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /direct/salles/{code} HTTP/1.1\r\nHost: localhost\r\nCookie: salle={key}\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"retry:"):
                ready.release()
            elif line.startswith(b"id: "):
                heard.append((code, int(line[4:]), time.perf_counter()))
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
        found.append((room, host, keys))
    return found


def _write(room: Any, host: Any) -> tuple[int, float]:
    from django.db import connection
    from django.utils import timezone

    from alliage.rooms.services import people

    person = people.add_person(room, "Quelqu’un", by=host, now=timezone.now())
    written = time.perf_counter()
    person.delete()
    connection.close()
    return room.last_number, written


async def _measure(label: str, servers: list[Server], rooms: list[tuple[Any, Any, list[str]]]) -> Fan:
    heard: list[tuple[str, int, float]] = []
    ready = asyncio.Semaphore(0)
    seats = [(room.code, key) for room, _host, keys in rooms for key in keys]
    tasks = [
        asyncio.create_task(_listen(servers[rank % len(servers)].port, code, key, heard, ready))
        for rank, (code, key) in enumerate(seats)
    ]
    for _ in seats:
        await asyncio.wait_for(ready.acquire(), 60)
    await asyncio.sleep(1)
    heard.clear()
    pids = [pid for server in servers for pid in server.pids]
    used, written = processor_seconds(pids), {}
    for rank in range(MESSAGES):
        room, host, keys = rooms[rank % len(rooms)]
        number, at = await asyncio.to_thread(_write, room, host)
        written[room.code, number] = (at, len(keys))
        await asyncio.sleep(BETWEEN_SECONDS)
    await asyncio.sleep(1)
    used, memory = processor_seconds(pids) - used, megabytes(pids)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    delays = [(at - written[code, number][0]) * 1000 for code, number, at in heard if (code, number) in written]
    expected = sum(count for _at, count in written.values())
    return Fan(
        label, len(seats), len(delays), expected, median(delays), quantiles(delays, n=20)[18], max(delays),
        used / MESSAGES * 1000, memory,
    )  # fmt: skip


def measure(environment: dict[str, str], engine: str, *, processes: tuple[int, ...] = (1, 2)) -> list[Fan]:
    """One big room with one live process and more, then many small rooms."""
    found = []
    big, small = _rooms(1, PEOPLE), _rooms(ROOMS, PEOPLE_OF_EACH)
    for count in processes:
        with ExitStack() as stack:
            servers = [stack.enter_context(live_server(environment)) for _ in range(count)]
            label = f"{engine}, {count} live process{'es' if count > 1 else ''}, one room"
            found.append(asyncio.run(_measure(label, servers, big)))
    with live_server(environment) as server:
        found.append(asyncio.run(_measure(f"{engine}, 1 live process, {ROOMS} rooms", [server], small)))
    return found


def lines(fans: list[Fan]) -> list[str]:
    """The table of the report."""
    rows = [
        f"| {fan.label} | {fan.listeners} | {fan.heard}/{fan.expected} | {fan.p50:.1f} | {fan.p95:.1f} | {fan.longest:.1f} "
        f"| {fan.cpu_ms_per_message:.1f} | {fan.memory_mb:.0f} |"
        for fan in fans
    ]
    head = "| engine | listeners | heard | p50 ms | p95 ms | longest ms | CPU ms per message | memory MB |"
    return [head, "|---|---|---|---|---|---|---|---|", *rows]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="alliage-bench-") as folder:
        os.environ.update(
            {"ALLIAGE_VAR": folder, "ALLIAGE_DEMO": "0", "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
        )
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            os.environ.pop(name, None)
        engine = "SQLite"
        if len(sys.argv) > 1:
            os.environ["DATABASE_URL"], engine = sys.argv[1], "PostgreSQL"
        command_cost(dict(os.environ), "migrate", "-v0")
        import django

        django.setup()
        print("\n".join(lines(measure(dict(os.environ), engine))))


if __name__ == "__main__":
    main()
