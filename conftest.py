"""Guard rails of the whole suite, and the people and places that tests need."""

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from tests.migrated import MigratedCreation

if connection.vendor == "sqlite":
    connection.creation = MigratedCreation(connection)

# What says that a test asks the database.
_ASKING = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what asks no database: it was proved in the run on SQLite."""
    if connection.vendor != "postgresql":
        return
    kept, left = [], []
    for item in items:
        asks = item.get_closest_marker("django_db") or _ASKING & set(getattr(item, "fixturenames", ()))
        (kept if asks else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


_LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches outside this machine fails."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in _LOOPBACK:
            pytest.fail(f"The test tried to reach {host}.")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _fresh_live_threads() -> Iterator[None]:
    """The threads of the live process end with the test: a connection one of them kept would be met by the next."""
    yield
    live = sys.modules.get("alliage.jobs.live")
    if live is not None:
        live.threads.shutdown()
        live.threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


@pytest.fixture
def client() -> MemberClient:
    """`client.force_login(animator)` signs in with the second factor; `proved=False` without it."""
    return MemberClient()


@pytest.fixture
def member(db):
    return MemberFactory()


@pytest.fixture
def facilitator(db):
    return MemberFactory(role=Role.FACILITATOR)


@pytest.fixture
def animator(db):
    return MemberFactory(role=Role.ANIMATOR)


@pytest.fixture
def administrator(db):
    return MemberFactory(role=Role.ADMINISTRATOR)
