"""Many listeners of one job: how long after the first the others hear, and what it costs the live process."""

import asyncio
import time
from statistics import median, quantiles
from typing import NamedTuple

from bench.server import Server, megabytes, processor_seconds

CHANGES = 20
BETWEEN_SECONDS = 0.5


class FanOut(NamedTuple):
    """`spread`: from the first listener told to each other one; `delay`: from the write, polling step included (ms)."""

    listeners: int
    spread_p50: float
    spread_p95: float
    delay_p95: float
    heard: int
    expected: int
    cpu_ms_per_change: float
    grown_mb: float
    memory_mb: float


async def _listen(port: int, job_id: str, cookie: str, heard: dict[int, list[float]], ready: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /direct/travaux/{job_id} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
    writer.write(request.encode())
    try:
        while line := await reader.readline():
            if line.startswith(b"retry:"):
                ready.release()
            elif line.startswith(b"id: "):
                heard.setdefault(int(line[4:]), []).append(time.perf_counter())
    finally:
        writer.close()


def _job(owner_id: int):
    from django.utils import timezone

    from alliage.jobs.enums import State
    from alliage.jobs.models import Job

    now = timezone.now()
    return Job.objects.create(
        kind="bench", started_by_id=owner_id, label="Mesure", state=State.RUNNING, total=CHANGES, created_at=now
    )


async def _measure(server: Server, listeners: int, owner_id: int, cookie: str) -> FanOut:
    job = await asyncio.to_thread(_job, owner_id)
    before, heard, ready = megabytes(server.pids), {}, asyncio.Semaphore(0)
    tasks = [
        asyncio.create_task(_listen(server.port, str(job.pk), cookie, heard, ready)) for _ in range(listeners)
    ]  # fmt: skip
    for _ in range(listeners):
        await asyncio.wait_for(ready.acquire(), 60)
    await asyncio.sleep(1)
    heard.clear()
    used, written = processor_seconds(server.pids), {}
    for done in range(1, CHANGES + 1):
        written[await asyncio.to_thread(_advance, job, done)] = time.perf_counter()
        await asyncio.sleep(BETWEEN_SECONDS)
    used = processor_seconds(server.pids) - used
    memory = megabytes(server.pids)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    times = {number: found for number, found in heard.items() if number in written}
    spread = [(each - min(found)) * 1000 for found in times.values() for each in found]
    delay = [(each - written[number]) * 1000 for number, found in times.items() for each in found]
    return FanOut(
        listeners, median(spread), quantiles(spread, n=20)[18], quantiles(delay, n=20)[18], len(spread),
        CHANGES * listeners, used / CHANGES * 1000, memory - before, memory,
    )  # fmt: skip


def _advance(job, done: int) -> int:
    from django.db import connection
    from django.db.models import F

    from alliage.jobs.models import Job

    Job.objects.filter(pk=job.pk).update(done=done, version=F("version") + 1)
    number = Job.objects.values_list("version", flat=True).get(pk=job.pk)
    connection.close()
    return number


def fan_out(server: Server, listeners: int, owner_id: int, cookie: str) -> FanOut:
    return asyncio.run(_measure(server, listeners, owner_id, cookie))
