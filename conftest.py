"""Guard rails of the whole suite, and the people and places that tests need."""

import gc
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.middleware import csrf
from django.template import Context, Template
from django.test.signals import template_rendered
from hypothesis import HealthCheck, settings

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.prepared import Prepared
from tests.migrated import MigratedCreation

if connection.vendor == "sqlite":
    connection.creation = MigratedCreation(connection)

# What is drawn at random must hold on a machine that does other things too: how long it takes proves nothing.
settings.register_profile("alliage", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("alliage")

WHOLE_SITE = Path(__file__).parent / "tests"
# What says that a test asks the database.
_ASKING = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is covered is said by the tests that stand beside the code; on PostgreSQL, leave out what would prove the same.

    The tables that walk through the whole site meet nearly every line and prove little of each, and following them line by line
    takes half as long again. What asks no database, or counts questions, was proved in the run on SQLite.
    """
    for item in items:
        if _walks(item):
            item.add_marker("no_cover")
    if connection.vendor != "postgresql":
        return
    kept, left = [], []
    for item in items:
        asks = item.get_closest_marker("django_db") or _ASKING & set(getattr(item, "fixturenames", ()))
        (kept if asks and not item.get_closest_marker("either") else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def _walks(item: pytest.Item) -> bool:
    return WHOLE_SITE in item.path.parents


def _kept_once() -> Iterator[Callable[[], None]]:
    """What empties each thing that a process of ours writes once (`@cache`, `Prepared`), found in the modules that are loaded."""
    modules = [module for name, module in sys.modules.items() if name.startswith("alliage.")]
    for each in [each for module in modules for each in vars(module).values()]:
        if isinstance(each, _lru_cache_wrapper):
            yield each.cache_clear
        elif isinstance(each, Prepared):
            yield each._written.clear  # noqa: SLF001 nobody else forgets


_walked = False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a walk wrote once, unseen, is written again by the tests that stand beside the code: who came first changes nothing."""
    global _walked  # noqa: PLW0603 one worker, one test at a time
    if _walked and not _walks(item):
        for empty in list(_kept_once()):
            empty()
    _walked = _walks(item)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Who runs what, when several run at once."""
    from tests.scheduling import Together

    return Together(config, log)


def pytest_collection_finish() -> None:
    """What was collected lives to the end: the garbage collector looks at it no more, and less often at the rest (a tenth of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


_plainly = Template._render  # noqa: SLF001 what Django itself replaces


def _told(template: Template, context: Context) -> Any:
    """The template asked for tells the client its context; those that it includes do not (another tenth of the time)."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return _plainly(template, context)


@pytest.fixture(scope="session", autouse=True)
def _only_templates_asked_for_are_told(django_test_environment: None) -> None:
    """In place of what Django puts there for its test client."""
    Template._render = _told  # noqa: SLF001 as above


@pytest.fixture(scope="session", autouse=True)
def _tokens_that_hold_no_word() -> None:
    """Among those drawn at random for forms, one in a thousand holds « Ada »: in tests they are made of letters that make no word."""
    csrf.CSRF_ALLOWED_CHARS = "KQXZ"


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
