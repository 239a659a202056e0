"""The one mechanism of inversion: a lower folder owns a registry, upper folders fill it when the site starts.

The lower folder writes, in its `registry.py`:

    panels: Registry[Panel] = Registry("territories.panels", "What other functions say on a territory's page.")

The upper folder writes, in its `registers.py` (imported once, when all applications are ready):

    panels.add(Panel(...))

A test lists every registry in `docs/architecture.md`.
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """An ordered set of items, unique by key, filled at start and only read afterwards.

    `key` gives an item's identity (by default its `code` attribute); adding the same key twice is an error, except
    from the same module being imported again.
    """

    known: ClassVar[dict[str, "Registry[Any]"]] = {}

    def __init__(self, name: str, purpose: str, *, key: Callable[[Item], str] | None = None) -> None:
        if name in Registry.known:
            raise ValueError(f"A registry is already named {name}.")
        self.name = name
        self.purpose = purpose
        self._key: Callable[[Any], str] = key or (lambda item: item.code)
        self._items: dict[str, Item] = {}
        Registry.known[name] = self

    def add(self, item: Item) -> Item:
        key = self._key(item)
        if self._items.get(key, item) != item:
            raise ValueError(f"{self.name} already holds {key}.")
        self._items[key] = item
        return item

    def get(self, key: str) -> Item | None:
        return self._items.get(key)

    def keys(self) -> list[str]:
        return list(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items
