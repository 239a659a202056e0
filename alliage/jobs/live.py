"""Progress of jobs as it happens: `/direct/travaux/<id>`.

All listeners of the process share one query: while somebody listens, the followed jobs are read every
`EVERY_SECONDS`, and each listener gets what changed. Events carry the job's version as their number: a client that
comes back with `Last-Event-ID` (or `?depuis=`) gets the present state if it moved on since, so an end is never lost,
even if this process was restarted meanwhile.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error, close_old_connections
from django.http import HttpRequest
from django.utils.translation import gettext as _
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from alliage.formats.json import dumps
from alliage.jobs import permissions, queries
from alliage.jobs.models import Job
from alliage.jobs.queries import Snapshot

logger = logging.getLogger(__name__)

EVERY_SECONDS = 0.2
BEAT_SECONDS = 15.0
LONG_POLL_SECONDS = 25.0
RECONNECT_MILLISECONDS = 2_000
MAX_LISTENERS = 2_000

Answer = TypeVar("Answer")

# Few threads: each may hold one database connection.
threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


async def in_thread(function: Callable[..., Answer], *args: Any) -> Answer:
    """Call a function that uses the database, away from the loop, with fresh connections."""

    def call() -> Answer:
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(threads, call)


class Listener:
    """One client's wait for one job: holds the last state it has not been given yet."""

    def __init__(self, job_id: str, seen: int) -> None:
        self.job_id = job_id
        self.seen = seen
        self._latest: Snapshot | None = None
        self._changed = asyncio.Event()

    def tell(self, snapshot: Snapshot) -> None:
        if snapshot.number > self.seen:
            self._latest = snapshot
            self._changed.set()

    async def next(self, seconds: float) -> Snapshot | None:
        """Wait for a state newer than the last one given; None when nothing came in time."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return None
        self._changed.clear()
        assert self._latest is not None
        self.seen = self._latest.number
        return self._latest


class Follower:
    """Reads the followed jobs for all listeners of the process, only while there are any."""

    def __init__(self, read: Callable[[list[str]], dict[str, Snapshot]] = queries.snapshots) -> None:
        self.listeners: set[Listener] = set()
        self._read = read
        self._task: asyncio.Task[None] | None = None

    def add(self, listener: Listener) -> None:
        self.listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())

    def remove(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    async def _follow(self) -> None:
        while self.listeners:
            try:
                await self._round()
            except Error as error:
                logger.warning("Jobs could not be followed: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def _round(self) -> None:
        states = await in_thread(self._read, list({listener.job_id for listener in self.listeners}))
        for listener in list(self.listeners):
            if snapshot := states.get(listener.job_id):
                listener.tell(snapshot)


follower = Follower()


def visible_to(session_key: str, job_id: str) -> bool | None:
    """Say whether the person of this session may see the job; None when there is no such job."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
    return permissions.can_see(get_user(request), job)


async def job_progress(request: Request) -> Response:
    """Tell a job's progress: a stream of events, or with `?depuis=` one JSON answer as soon as there is news."""
    job_id = str(request.path_params["job_id"])
    # A quoted cookie may hold a NUL, which PostgreSQL refuses in any text.
    session_key = request.cookies.get(settings.SESSION_COOKIE_NAME, "").replace("\x00", "")
    visible = await in_thread(visible_to, session_key, job_id)
    if not visible:
        # Someone else's job answers as one that does not exist.
        return JSONResponse({"error": _("Ce travail n’existe pas, ou il n’est pas à vous.")}, status_code=404)
    if len(follower.listeners) >= MAX_LISTENERS:
        return JSONResponse({"error": _("Trop de monde à l’écoute.")}, status_code=503, headers={"Retry-After": "5"})
    if "depuis" in request.query_params:
        return await _long_poll(job_id, _number(request.query_params["depuis"]))
    listener = Listener(job_id, _number(request.headers.get("last-event-id", "")))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(listener), media_type="text/event-stream", headers=headers)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0


def _as_json(snapshot: Snapshot) -> dict[str, Any]:
    return {**asdict(snapshot), "percent": snapshot.percent}


@lru_cache(maxsize=64)
def _event(snapshot: Snapshot) -> str:
    """Written once for all who listen to the same job."""
    return f"id: {snapshot.number}\nevent: avancement\ndata: {dumps(_as_json(snapshot))}\n\n"


async def _long_poll(job_id: str, seen: int) -> Response:
    listener = Listener(job_id, seen)
    follower.add(listener)
    try:
        snapshot = await listener.next(LONG_POLL_SECONDS)
    finally:
        follower.remove(listener)
    if snapshot is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return JSONResponse(_as_json(snapshot), headers={"Cache-Control": "no-store"})


async def _events(listener: Listener) -> AsyncIterator[str]:
    follower.add(listener)
    try:
        yield f"retry: {RECONNECT_MILLISECONDS}\n\n"
        while True:
            snapshot = await listener.next(BEAT_SECONDS)
            if snapshot is None:
                yield ": toujours là\n\n"
                continue
            yield _event(snapshot)
            if snapshot.finished:
                yield "event: fin\ndata: {}\n\n"
                return
    finally:
        follower.remove(listener)


routes = [Route("/travaux/{job_id:uuid}", job_progress)]
