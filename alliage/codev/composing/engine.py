"""Place people in groups: rarest first, hours first, then exchanges that make groups better. Deterministic for a seed.

Hard rules, never broken: sizes, a start that suits all, colleagues and those who avoid one another apart, few of a region.
The rest is scored (`Board.score`). A try is a greedy filling, repairs for those left over, then exchanges; the best try is
kept: who is placed first, the score second.
"""

from collections.abc import Callable, Sequence
from random import Random

from alliage.codev.composing import slots
from alliage.codev.composing.people import Board, Person, Proposal, Rules

Progress = Callable[[int, int], None]
TRIES, MANY_PEOPLE, FEW_TRIES = 12, 150, 3
EXCHANGES = 40
# A person left over after that many others were looked at is left over.
MOST_REPAIRS = 80
# What it is worth to seat someone who comes first: more than a region or a lever, less than a métier that nobody brings.
FIRST = 6.0


def compose(
    people: Sequence[Person],
    rules: Rules | None = None,
    *,
    seed: int = 0,
    tries: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Proposal:
    """Groups of everyone who can be placed. The order of `people` does not matter."""
    board = Board(sorted(people, key=lambda person: person.id), rules or Rules())
    count = tries or (TRIES if len(people) <= MANY_PEOPLE else FEW_TRIES)
    best: tuple[int, int, float, list[list[int]]] | None = None
    for number in range(count):
        progress(number, count)
        groups = _Try(board, Random(f"{seed}/{number}")).run()  # noqa: S311 the same answer each time
        seated = [board.people[place] for group in groups for place in group]
        first = sum(person.comes_first for person in seated)
        found = (len(seated), first, sum(map(board.score, groups)), groups)
        if best is None or found[:3] > best[:3]:
            best = found
    progress(count, count)
    return _proposal(board, best[3] if best else [], count)


def _proposal(board: Board, groups: list[list[int]], tries: int) -> Proposal:
    named = sorted(tuple(sorted(board.people[place].id for place in group)) for group in groups)
    placed = {identity for group in named for identity in group}
    left = tuple(person.id for person in board.people if person.id not in placed)
    return Proposal(tuple(named), left, round(sum(map(board.score, groups)), 3), tries)


class _Try:
    """One filling of the board."""

    def __init__(self, board: Board, chance: Random) -> None:
        self.board, self.rules, self.chance = board, board.rules, chance
        self.groups: list[list[int]] = []
        self.left = {place for place, mask in enumerate(board.starts) if mask}
        self.scarcity = self._scarcity()

    def run(self) -> list[list[int]]:
        self._fill()
        self._repair()
        self._exchange()
        return self.groups

    def _scarcity(self) -> list[float]:
        """How rare the métiers are that someone brings: not to be spent where they are already there."""
        counts = [0] * len(self.rules.metiers)
        for mask in self.board.metiers:
            for metier in slots.bits(mask):
                counts[metier] += 1
        return [sum(4.0 / counts[metier] for metier in slots.bits(mask)) for mask in self.board.metiers]

    # --- Fill ------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Begin with those who come first, then with those whom fewest others can meet."""
        board = self.board
        reach = {
            place: sum(1 for other in self.left if board.starts[place] & board.starts[other]) for place in self.left
        }
        people = board.people
        order = {one: (not people[one].comes_first, reach[one] + self.chance.random() * 3, one) for one in self.left}
        for place in sorted(self.left, key=order.__getitem__):
            if place in self.left and (group := self._around(place)):
                self.groups.append(group)
                self.left -= set(group)

    def _around(self, seed: int) -> list[int]:
        """A group for someone, at one of the hours where most could come; nobody when there are too few."""
        free = _mask(self.left) & ~self.board.apart[seed]
        hours = []
        for start in slots.bits(self.board.starts[seed]):
            count = (self.board.free_at[start] & free).bit_count()
            if count >= self.rules.smallest:
                hours.append((count + self.chance.random() * 2, start))
        for _count, start in sorted(hours, reverse=True)[:3]:
            group = self._gather([seed], self.board.free_at[start] & free, self.rules.ideal)
            if len(group) >= self.rules.smallest:
                return group
        return []

    def _gather(self, group: list[int], pool: int, size: int) -> list[int]:
        """Add whoever brings most, one by one."""
        group = list(group)
        pool &= ~_mask(group)
        while len(group) < size:
            candidates = pool & ~self.board.barred(group)
            if not candidates:
                break
            best = max(slots.bits(candidates), key=self._worth(group))
            group.append(best)
            pool &= ~(1 << best)
        return group

    def _worth(self, group: list[int]) -> Callable[[int], tuple[float, int]]:
        board, everyone = self.board, _mask(group)
        seen = leviers = 0
        for member in group:
            seen |= board.metiers[member]
            leviers |= board.leviers[member]
        regions = {board.people[member].region for member in group}

        def worth(place: int) -> tuple[float, int]:
            new = board.metiers[place] & ~seen
            value = 12.0 * new.bit_count() - (0.0 if new else 12.0 * self.scarcity[place])
            value += FIRST * board.people[place].comes_first
            value += 1.5 * (board.people[place].region not in regions) + 1.0 * bool(board.leviers[place] & leviers)
            value += (
                8.0 * (board.wished[place] & everyone).bit_count() - 6.0 * (board.known[place] & everyone).bit_count()
            )
            return value - 0.02 * board.starts[place].bit_count() + self.chance.random(), -place

        return worth

    # --- Repair ----------------------------------------------------------------------------------------------------

    def _repair(self) -> None:
        """Find a seat for those left over: with room, by moving one, by opening a group with some of the largest."""
        again = True
        while again:
            again = False
            people = self.board.people
            waiting = sorted(self.left, key=lambda one: (not people[one].comes_first, one))
            for place in waiting[:MOST_REPAIRS]:
                if place in self.left and (self._join(place) or self._push(place) or self._open(place)):
                    again = True

    def _join(self, place: int, *, without: list[int] | None = None) -> bool:
        """Sit someone in the group that gains most, if one takes them."""
        board = self.board
        room = [
            group
            for group in self.groups
            if group is not without and len(group) < self.rules.largest and board.takes(group, place)
        ]
        if not room:
            return False
        max(room, key=lambda group: board.score([*group, place]) - board.score(group)).append(place)
        self.left.discard(place)
        return True

    def _push(self, place: int) -> bool:
        """Take the seat of someone who has another."""
        board = self.board
        for group in self.groups:
            for number, member in enumerate(group):
                rest = group[:number] + group[number + 1 :]
                if board.takes(rest, place) and self._join(member, without=group):
                    group[number] = place
                    self.left.discard(place)
                    return True
        return False

    def _open(self, place: int) -> bool:
        """A new group of those left over and of those whom groups can spare, at most one from each."""
        board = self.board
        spare = {
            group[number]: group
            for group in self.groups
            if len(group) > self.rules.smallest
            for number in range(len(group))
        }
        left, spared = _mask(self.left), _mask(spare)
        for start in slots.bits(board.starts[place]):
            group = self._gather([place], board.free_at[start] & left, self.rules.ideal)
            pool = board.free_at[start] & spared
            while len(group) < self.rules.smallest and pool:
                group, pool = self._borrow(group, pool, spare)
            if len(group) >= self.rules.smallest:
                for member in group:
                    if member in spare:
                        spare[member].remove(member)
                self.groups.append(group)
                self.left -= set(group)
                return True
        return False

    def _borrow(self, group: list[int], pool: int, spare: dict[int, list[int]]) -> tuple[list[int], int]:
        longer = self._gather(group, pool, len(group) + 1)
        if len(longer) == len(group):
            return group, 0
        return longer, pool & ~_mask(spare[longer[-1]])

    # --- Exchange --------------------------------------------------------------------------------------------------

    def _exchange(self) -> None:
        """Swap two people, or move one, whenever both groups together are the better for it."""
        if len(self.groups) < 2:
            return
        scores = [self.board.score(group) for group in self.groups]
        for _number in range(EXCHANGES * sum(map(len, self.groups))):
            here, there = self.chance.sample(range(len(self.groups)), 2)
            one, other = self.groups[here], self.groups[there]
            mine, theirs = self.chance.randrange(len(one)), self.chance.randrange(len(other) + 1)
            changed = self._exchanged(one, other, mine, theirs)
            if changed is None:
                continue
            gained = [self.board.score(group) for group in changed]
            if sum(gained) > scores[here] + scores[there] + 1e-9:
                self.groups[here], self.groups[there] = changed
                scores[here], scores[there] = gained

    def _exchanged(
        self, one: list[int], other: list[int], mine: int, theirs: int
    ) -> tuple[list[int], list[int]] | None:
        """Both groups after the exchange, or None when a rule forbids it; `theirs` past the end moves without return."""
        board, moved = self.board, one[mine]
        rest, there = one[:mine] + one[mine + 1 :], other[:theirs] + other[theirs + 1 :]
        if not board.takes(there, moved):
            return None
        if theirs == len(other):
            fits = len(rest) >= self.rules.smallest and len(there) < self.rules.largest
            return (rest, [*there, moved]) if fits else None
        back = other[theirs]
        return ([*rest, back], [*there, moved]) if board.takes(rest, back) else None


def _mask(places: "list[int] | set[int] | dict[int, list[int]]") -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found
