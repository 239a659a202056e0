"""Pair members for a duo: as many as can be, those left out last time first, complementary métiers. Pure, deterministic.

A pair needs a common hour, and not to have met (`met`). The number of pairs is the greatest there can be (Edmonds'
blossoms); exchanges between pairs then make them more complementary. Whoever is matched stays so while the matching
grows: beginning with those who were left out serves them whenever it is possible at all.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from alliage.codev.composing import slots

MOST_ROUNDS = 20


@dataclass(frozen=True)
class Partner:
    """Someone who wants a duo. `free`: half-hours of the week in UTC; `met`: whom not to meet again this year."""

    id: int
    free: int
    metiers: frozenset[str] = frozenset()
    leviers: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    met: frozenset[int] = frozenset()
    was_left_out: bool = False


def can_meet(one: Partner, other: Partner, minutes: int = 15) -> bool:
    return other.id not in one.met and one.id not in other.met and bool(slots.starts(one.free & other.free, minutes))


def worth(one: Partner, other: Partner) -> int:
    """How much two people have to tell each other: métiers that only one has, leviers that both work on."""
    value = 3 * len(one.metiers ^ other.metiers) + min(len(one.leviers & other.leviers), 3)
    return value - (8 if one.organisations & other.organisations else 0)


def pair(partners: Sequence[Partner]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs of identities (smaller first, in order) and those left out."""
    people = sorted(partners, key=lambda partner: (not partner.was_left_out, partner.id))
    count = len(people)
    edges: list[list[int]] = [[] for _ in people]
    for one in range(count):
        for other in range(one + 1, count):
            if can_meet(people[one], people[other]):
                edges[one].append(other)
                edges[other].append(one)
    for one in range(count):
        edges[one].sort(key=lambda other: (-worth(people[one], people[other]), other))
    mate = _improve(people, edges, _Matching(edges).run())
    pairs = sorted(tuple(sorted((people[one].id, people[two].id))) for one, two in enumerate(mate) if two > one)
    return [(one, two) for one, two in pairs], sorted(people[one].id for one, two in enumerate(mate) if two < 0)


class _Matching:
    """The greatest matching of a graph, by augmenting paths and blossoms (Edmonds)."""

    def __init__(self, edges: list[list[int]]) -> None:
        self.edges, self.count = edges, len(edges)
        self.mate = [-1] * self.count
        self.parent = [-1] * self.count
        self.base = list(range(self.count))

    def run(self) -> list[int]:
        for root in range(self.count):
            if self.mate[root] < 0:
                self._augment(self._path_from(root))
        return self.mate

    def _augment(self, end: int) -> None:
        while end >= 0:
            before = self.parent[end]
            following = self.mate[before]
            self.mate[end], self.mate[before] = before, end
            end = following

    def _path_from(self, root: int) -> int:
        """The free end of a path that makes one pair more, or -1."""
        self.parent, self.base = [-1] * self.count, list(range(self.count))
        used = {root}
        queue = deque([root])
        while queue:
            here = queue.popleft()
            for there in self.edges[here]:
                if self.base[here] == self.base[there] or self.mate[here] == there:
                    continue
                if there == root or (self.mate[there] >= 0 and self.parent[self.mate[there]] >= 0):
                    self._contract(here, there, used, queue)
                elif self.parent[there] < 0:
                    self.parent[there] = here
                    if self.mate[there] < 0:
                        return there
                    used.add(self.mate[there])
                    queue.append(self.mate[there])
        return -1

    def _contract(self, here: int, there: int, used: set[int], queue: "deque[int]") -> None:
        """Take a cycle of odd length for one place."""
        base = self._common_base(here, there)
        blossom: set[int] = set()
        self._mark(here, base, there, blossom)
        self._mark(there, base, here, blossom)
        for place in range(self.count):
            if self.base[place] in blossom:
                self.base[place] = base
                if place not in used:
                    used.add(place)
                    queue.append(place)

    def _common_base(self, one: int, other: int) -> int:
        above = set()
        while True:
            one = self.base[one]
            above.add(one)
            if self.mate[one] < 0:
                break
            one = self.parent[self.mate[one]]
        while self.base[other] not in above:
            other = self.parent[self.mate[self.base[other]]]
        return self.base[other]

    def _mark(self, place: int, base: int, child: int, blossom: set[int]) -> None:
        while self.base[place] != base:
            blossom |= {self.base[place], self.base[self.mate[place]]}
            self.parent[place] = child
            child = self.mate[place]
            place = self.parent[child]


def _improve(people: list[Partner], edges: list[list[int]], mate: list[int]) -> list[int]:
    """Exchange between two pairs while it makes them worth more: nobody is left out by it."""
    allowed = [set(others) for others in edges]
    for _round in range(MOST_ROUNDS):
        changed = False
        for one in range(len(people)):
            for other in edges[one]:
                if mate[one] >= 0 and mate[other] >= 0 and mate[one] != other:
                    changed = _exchange(people, allowed, mate, one, other) or changed
        if not changed:
            break
    return mate


def _exchange(people: list[Partner], allowed: list[set[int]], mate: list[int], one: int, other: int) -> bool:
    """(one, a) and (other, b) become (one, other) and (a, b), if a and b may meet and both pairs are worth more."""
    left, right = mate[one], mate[other]
    if right not in allowed[left]:
        return False
    before = worth(people[one], people[left]) + worth(people[other], people[right])
    if worth(people[one], people[other]) + worth(people[left], people[right]) <= before:
        return False
    mate[one], mate[other], mate[left], mate[right] = other, one, right, left
    return True
