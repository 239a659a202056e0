"""The shared cache, which a site can do without for a while: when Redis is away, each process remembers by itself."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# After a failure, how long before Redis is asked again: a page never waits twice for the same outage.
AWAY_SECONDS = 5.0
MOST_REMEMBERED = 10_000


class PatientCache(RedisCache):
    """Redis, or the memory of this process while it does not answer.

    What was written meanwhile is forgotten by Redis when it comes back: nobody is given what is out of date.
    """

    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache(f"beside {server}", {})
        self._again_at = 0.0
        self._written: set[tuple[str, int | None]] = set()

    @property
    def is_away(self) -> bool:
        """True while this process remembers by itself."""
        return self.clock() < self._again_at

    def _ask(self, name: str, *args: Any, **options: Any) -> Any:
        if not self.is_away:
            try:
                self._come_back()
                return getattr(super(), name)(*args, **options)
            except RedisError as error:
                self._again_at = self.clock() + AWAY_SECONDS
                logger.warning("Redis does not answer (%s): this process remembers by itself.", type(error).__name__)
        return getattr(self._own, name)(*args, **options)

    def _come_back(self) -> None:
        while self._written:
            key, version = next(iter(self._written))
            super().delete(key, version=version)
            self._written.discard((key, version))
            self._own.delete(key, version=version)

    def _write(self, name: str, key: str, *args: Any, version: int | None = None, **options: Any) -> Any:
        answer = self._ask(name, key, *args, version=version, **options)
        if self.is_away and len(self._written) < MOST_REMEMBERED:
            self._written.add((key, version))
        return answer

    def add(self, key: str, *args: Any, **options: Any) -> Any:
        return self._write("add", key, *args, **options)

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        return self._ask("get", key, *args, **options)

    def set(self, key: str, *args: Any, **options: Any) -> Any:
        return self._write("set", key, *args, **options)

    def touch(self, key: str, *args: Any, **options: Any) -> Any:
        return self._ask("touch", key, *args, **options)

    def delete(self, key: str, *args: Any, **options: Any) -> Any:
        return self._write("delete", key, *args, **options)

    def incr(self, key: str, *args: Any, **options: Any) -> Any:
        return self._write("incr", key, *args, **options)

    def has_key(self, key: str, *args: Any, **options: Any) -> Any:
        return self._ask("has_key", key, *args, **options)

    def get_many(self, *args: Any, **options: Any) -> Any:
        return self._ask("get_many", *args, **options)

    def set_many(self, data: dict[str, Any], *args: Any, **options: Any) -> Any:
        for key, value in data.items():
            self.set(key, value, *args, **options)
        return []

    def delete_many(self, keys: Any, *args: Any, **options: Any) -> None:
        for key in keys:
            self.delete(key, *args, **options)

    def clear(self) -> Any:
        self._own.clear()
        return self._ask("clear")
