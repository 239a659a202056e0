"""Documents kept once they are made: the same letter is not made again for everyone who opens it.

A document is kept until the directory changes, an hour at most, in the memory of the process, within `MOST_BYTES`. Only one is
made at a time: several at once would hold the processors that pages need.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from alliage.directory.queries.snapshot import snapshot

MOST_BYTES = 24_000_000
SECONDS = 3600

Key = tuple[str, str, str]


class Shelf:
    """Documents by key, those read last are kept. Safe between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._held = most_bytes, 0
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[object, ...]) -> bytes | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[object, ...], made: bytes) -> None:
        with self._lock:
            self._held += len(made) - len(self._kept.pop(key, b""))
            self._kept[key] = made
            while self._held > self._most:
                self._held -= len(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._held = 0


shelf = Shelf()
_making = Lock()


def kept(key: Key, *, now: datetime) -> bytes | None:
    """The document, if it was made since the directory last changed."""
    return shelf.get(_dated(key, now))


def made(key: Key, make: Callable[[], bytes], *, now: datetime) -> bytes:
    """The document, made now unless somebody else just made it."""
    dated = _dated(key, now)
    with _making:
        found = shelf.get(dated)
        if found is None:
            found = make()
            shelf.put(dated, found)
        return found


def _dated(key: Key, now: datetime) -> tuple[object, ...]:
    known = snapshot()
    return (*key, known.token, known.number, int(now.timestamp()) // SECONDS)
