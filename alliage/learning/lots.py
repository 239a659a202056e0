"""Lots of five, and counts told by whole fives: the arithmetic of what territories let be counted. Pure: no database, no clock.

Two exports then differ by five territories at least, and a count of a few is never seen.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

LOT = FLOOR = 5


@dataclass(frozen=True)
class Candidate:
    """`item` waits for a lot; it is of `territory`. Two that share a bond (someone of both teams, a former lot) are never put together."""

    item: Any
    territory: int | None
    bonds: frozenset[Hashable] = frozenset()


def five(waiting: Iterable[Candidate]) -> list[Any]:
    """The first five, in the order given, of five territories without a common bond; none when there are fewer."""
    chosen: list[Any] = []
    places: set[int | None] = set()
    bonds: set[Hashable] = set()
    for each in waiting:
        if len(chosen) < LOT and each.territory not in places and not each.bonds & bonds:
            chosen.append(each.item)
            places.add(each.territory)
            bonds |= each.bonds
    return chosen if len(chosen) == LOT else []


def fives(count: int) -> int:
    """« Au moins n »: 0 to 4 are not told apart, nor 5 to 9."""
    return count - count % FLOOR
