"""Guard rails of the whole suite, and the people and places that tests need."""

import socket
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from tests.migrated import MigratedCreation

if connection.vendor == "sqlite":
    connection.creation = MigratedCreation(connection)

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
