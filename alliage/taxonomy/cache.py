"""What every page reads of the taxonomy, kept in this process until someone edits it.

A number in the shared cache says which edition is the current one: reading it costs no SQL, and an edit changes it for
every process that shares the cache. Where processes do not share one (no Redis), an edition is read again after
`MAX_AGE` seconds, so that an edit made in another process shows up within that time.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.db import transaction

from alliage import marks

VERSION_KEY = "taxonomy.version"
MAX_AGE = 60.0  # seconds

_kept: dict[str, tuple[object, float, Any]] = {}


def keep(key: str, read: Callable[[], Any]) -> Any:
    """The value of `read()`, from this process' memory when it is of the current edition."""
    version = marks.mark(VERSION_KEY, _version)
    known = _kept.get(key)
    if known and known[0] == version and monotonic() - known[1] < MAX_AGE:
        return known[2]
    value = read()
    _kept[key] = (version, monotonic(), value)
    return value


def _version() -> Any:
    return cache.get(VERSION_KEY, 0)


def forget() -> None:
    """Start a new edition, for every process that shares the cache."""
    _kept.clear()
    cache.add(VERSION_KEY, 0, timeout=None)
    cache.incr(VERSION_KEY)
    marks.forget(VERSION_KEY)


def forget_on_commit() -> None:
    """Now, for what follows in this transaction, and again once others can read what it wrote."""
    forget()
    transaction.on_commit(forget)
