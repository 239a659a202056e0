"""Who uses the data folder: sites that run share it, whoever erases it wants it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

NAME = "running.lock"


class Occupied(Exception):  # noqa: N818 it is no error: a site runs
    """A site that runs uses this data folder."""


@contextmanager
def _held(how: int) -> Iterator[None]:
    with (settings.VAR_DIR / NAME).open("a") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Occupied from error
        yield


@contextmanager
def shared() -> Iterator[None]:
    """Hold the folder with others, as a running site does; the lock ends with the process, however it ends."""
    with _held(fcntl.LOCK_SH):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder alone; Occupied when a site runs on it."""
    with _held(fcntl.LOCK_EX):
        yield
