"""Live processes for tests, several at once on one database, and browsers on them."""

import asyncio
import signal
import time
from contextlib import ExitStack, contextmanager

from django.db import OperationalError, connections
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alliage.writing.live import addresses, opened, routes, storing
from alliage.writing.live import process as processes
from alliage.writing.live.process import Process
from alliage.writing.tests.clients import Speaker
from alliage.writing.tests.peers import COOKIE

BINARY = {"content-type": "application/octet-stream"}


async def _in_thread(function, *args):
    """Threads leave no connection behind, which would keep the test database from going."""

    def call():
        try:
            return function(*args)
        finally:
            connections.close_all()

    return await asyncio.to_thread(call)


class Site:
    """One live process, and browsers on it."""

    def __init__(self, client: TestClient, stack: ExitStack) -> None:
        self.client = client
        self.stack = stack

    def open(self, document, name="Alix", *, peer=None, ours=True, headers=None) -> Speaker:
        cookie = {"cookie": f"{COOKIE}={name}"} if name else {}
        address = f"/ecriture/{document.pk}" + ("?accuse=1" if ours else "")
        session = self.client.websocket_connect(address, headers=cookie | (headers or {}))
        speaker = Speaker(self.stack.enter_context(session), peer)
        speaker.ask()
        return speaker

    def get(self, document, since="", name="Alix"):
        return self.client.get(
            f"/ecriture/{document.pk}/changements?depuis={since}", headers={"cookie": f"{COOKIE}={name}"}
        )

    def post(self, document, content, name="Alix", **headers):
        return self.client.post(
            f"/ecriture/{document.pk}/changements",
            content=content,
            headers={"cookie": f"{COOKIE}={name}"}
            | BINARY
            | {key.replace("_", "-"): text for key, text in headers.items()},
        )


@contextmanager
def never_endless():
    """A message that never comes fails the test, it does not hang it."""

    def stop(_number, _frame):
        raise AssertionError("It waited for ever.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@contextmanager
def starting(monkeypatch):
    """What it gives begins another live process on the same database."""
    monkeypatch.setattr(storing, "in_thread", _in_thread)
    monkeypatch.setattr(opened, "KEEP_SECONDS", 0.03)
    monkeypatch.setattr(opened, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(processes, "FOLLOW_SECONDS", 0.02)
    monkeypatch.setattr(addresses, "LONG_POLL_SECONDS", 0.3)
    with ExitStack() as stack:

        def start_one() -> Site:
            mine = Process()

            class Switch:
                """Each test process asks its own `process`, as each real one does."""

                async def __call__(self, scope, receive, send):
                    token = current.set(mine)
                    try:
                        await application(scope, receive, send)
                    finally:
                        current.reset(token)

            return Site(stack.enter_context(TestClient(Switch())), stack)

        application = Starlette(routes=routes)
        current = _current(monkeypatch)
        yield start_one


def _current(monkeypatch):
    from contextvars import ContextVar

    current = ContextVar("process")

    class Proxy:
        def __getattr__(self, name):
            return getattr(current.get(), name)

    monkeypatch.setattr(addresses, "process", Proxy())
    return current


def wait_for(done, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not _is(done):
        assert time.monotonic() < deadline, "It never happened."
        time.sleep(0.02)


def _is(done) -> bool:
    try:
        return bool(done())
    except OperationalError:
        return False  # the database in memory that SQLite shares between threads is locked at once, without waiting
