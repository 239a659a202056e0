"""Who is to be placed, under which rules, and what the composer answers. Pure: no Django, no database."""

from dataclasses import dataclass, field
from functools import reduce

from alliage.codev.composing import slots


@dataclass(frozen=True)
class Person:
    """Someone who looks for a group. `free`: half-hours of the week in UTC (slots). Codes and numbers are those of the caller.

    Two people of one organisation are kept apart, lest one answers to the other, unless both said `with_colleagues`.
    `avoids` keeps apart, `wishes` brings together when it can; `companions` were in a group with them before.
    `comes_first`: when there is not a seat for everyone, theirs is looked for before the others' (« les moins équipés d’abord »).
    """

    id: int
    free: int
    metiers: frozenset[str] = frozenset()
    leviers: frozenset[str] = frozenset()
    region: str = ""
    organisations: frozenset[int] = frozenset()
    with_colleagues: bool = False
    wishes: frozenset[int] = frozenset()
    avoids: frozenset[int] = frozenset()
    companions: frozenset[int] = frozenset()
    comes_first: bool = False


@dataclass(frozen=True)
class Rules:
    """Sizes of groups, length of a session in minutes, how many of one region, the métiers that there are."""

    smallest: int = 5
    ideal: int = 7
    largest: int = 8
    minutes: int = 90
    of_a_region: int = 3
    metiers: tuple[str, ...] = ("dialogue", "experimentation", "accompagnement", "lieu")


# What no composition does by itself; a person may decide it.
HARD = frozenset({"no_hour", "colleagues", "apart", "too_few", "too_many", "one_region"})


@dataclass(frozen=True)
class Flag:
    """Something that a group does not satisfy: a code of `explain`, whom it is about, what to say it with."""

    code: str
    people: frozenset[int] = frozenset()
    values: tuple[str, ...] = ()

    @property
    def hard(self) -> bool:
        return self.code in HARD


@dataclass(frozen=True)
class Reason:
    """Why someone sits there: a code of `explain`, and what to say it with."""

    code: str
    values: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Hint:
    """What would place someone. `start`: a half-hour of the week; `group`: a number, from 1; `count`: of people."""

    code: str
    start: int = -1
    group: int = 0
    count: int = 0


@dataclass(frozen=True)
class Unplaced:
    person: int
    code: str
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Groups of identities, in a stable order, and what the search cost."""

    groups: tuple[tuple[int, ...], ...]
    unplaced: tuple[int, ...]
    score: float = 0.0
    tries: int = 0


@dataclass
class Board:
    """People by their place in a list, and what the search asks of them a million times, as bits."""

    people: list[Person]
    rules: Rules
    at: dict[int, int] = field(init=False)
    starts: list[int] = field(init=False)
    apart: list[int] = field(init=False)
    colleagues: list[int] = field(init=False)
    known: list[int] = field(init=False)
    wished: list[int] = field(init=False)
    metiers: list[int] = field(init=False)
    leviers: list[int] = field(init=False)
    of_region: dict[str, int] = field(init=False)
    free_at: list[int] = field(init=False)

    def __post_init__(self) -> None:
        people, rules = self.people, self.rules
        self.at = {person.id: place for place, person in enumerate(people)}
        if len(self.at) != len(people):
            raise ValueError("Someone is given twice.")
        self.starts = [slots.starts(person.free, rules.minutes) for person in people]
        self.colleagues = self._colleagues()
        avoided = self._both_ways([person.avoids for person in people])
        self.apart = [here | there for here, there in zip(self.colleagues, avoided, strict=True)]
        self.known = self._both_ways([person.companions for person in people])
        self.wished = self._both_ways([person.wishes for person in people])
        number = {code: place for place, code in enumerate(rules.metiers)}
        self.metiers = [sum(1 << number[code] for code in person.metiers if code in number) for person in people]
        leviers = {code: place for place, code in enumerate(sorted({c for p in people for c in p.leviers}))}
        self.leviers = [sum(1 << leviers[code] for code in person.leviers) for person in people]
        self.of_region = {}
        for place, person in enumerate(people):
            if person.region:
                self.of_region[person.region] = self.of_region.get(person.region, 0) | 1 << place
        self.free_at = [0] * slots.HALF_HOURS
        for place, mask in enumerate(self.starts):
            for start in slots.bits(mask):
                self.free_at[start] |= 1 << place

    def _colleagues(self) -> list[int]:
        of_organisation: dict[int, list[int]] = {}
        for place, person in enumerate(self.people):
            for organisation in person.organisations:
                of_organisation.setdefault(organisation, []).append(place)
        found = [0] * len(self.people)
        for places in of_organisation.values():
            for one in places:
                for other in places:
                    agreed = self.people[one].with_colleagues and self.people[other].with_colleagues
                    if one != other and not agreed:
                        found[one] |= 1 << other
        return found

    def _both_ways(self, named: list[frozenset[int]]) -> list[int]:
        found = [0] * len(named)
        for place, others in enumerate(named):
            for other in others:
                there = self.at.get(other)
                if there is not None and there != place:
                    found[place] |= 1 << there
                    found[there] |= 1 << place
        return found

    def common(self, members: list[int]) -> int:
        """The starts that suit all."""
        return reduce(int.__and__, (self.starts[member] for member in members), slots.WEEK)

    def regions_full(self, members: list[int]) -> int:
        """Everyone whose region has its share of a group already."""
        counted: dict[str, int] = {}
        for member in members:
            region = self.people[member].region
            counted[region] = counted.get(region, 0) + 1
        full = (region for region, count in counted.items() if region and count >= self.rules.of_a_region)
        return sum(self.of_region[region] for region in full)

    def barred(self, members: list[int]) -> int:
        """Everyone whom the rules, hours set aside, keep out of a group."""
        found = self.regions_full(members)
        for member in members:
            found |= self.apart[member]
        return found

    def takes(self, members: list[int], newcomer: int) -> bool:
        """Whether someone may join these, whatever their number."""
        return bool(self.common([*members, newcomer])) and not self.barred(members) >> newcomer & 1

    def score(self, members: list[int]) -> float:
        """How good a group is: métiers first, then size, old companions, wishes, leviers, regions, choice of hours."""
        seen = everyone = 0
        lev_once = lev_twice = 0
        for member in members:
            everyone |= 1 << member
            seen |= self.metiers[member]
            lev_twice |= lev_once & self.leviers[member]
            lev_once |= self.leviers[member]
        metiers, size = seen.bit_count(), len(members)
        value = 12.0 * metiers - (60 if metiers < 2 else 0) - 3.0 * abs(size - self.rules.ideal)
        regions = {self.people[member].region for member in members}
        for member in members:
            value -= 3.0 * (self.known[member] & everyone).bit_count()
            value += 4.0 * (self.wished[member] & everyone).bit_count()
            value += 1.0 if self.leviers[member] & lev_twice else 0.0
        return value + 1.5 * len(regions) + 0.5 * min(self.common(members).bit_count(), 6)
