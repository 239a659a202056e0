"""Fictitious people to compose groups from, and a checker of compositions that shares nothing with the composer."""

from datetime import date
from random import Random

from alliage.codev.composing import Person, Proposal, Rules, slots

START = date(2027, 1, 11)
METIERS = Rules().metiers
LEVIERS = ("qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence")
# A network as it is: most in mainland France, one in five overseas.
ZONES = ["Europe/Paris"] * 16 + ["Indian/Reunion", "America/Martinique", "Pacific/Noumea", "Pacific/Tahiti"]


def tick(*blocks: tuple[int, int]) -> int:
    """The blocks of these (day, hour)."""
    return sum({1 << slots.block_number(day, hour) for day, hour in blocks})


def free(*blocks: tuple[int, int], zone: str = "Europe/Paris") -> int:
    return slots.free_half_hours(tick(*blocks), zone, START)


def network(count: int, seed: int = 1) -> list[Person]:
    """So many people: four to twelve blocks each, mostly in working hours; one organisation for three of them or so."""
    chance = Random(seed)
    return [_someone(number, count, chance) for number in range(1, count + 1)]


def _someone(number: int, count: int, chance: Random) -> Person:
    place = chance.randrange(len(ZONES))
    blocks = {(chance.randrange(5), chance.choice((8, 10, 14, 16))) for _ in range(chance.randint(3, 8))}
    blocks |= {(chance.randrange(7), chance.choice(slots.BLOCK_STARTS)) for _ in range(chance.randint(1, 4))}
    others = range(1, count + 1)
    return Person(
        number,
        free(*blocks, zone=ZONES[place]),
        frozenset(chance.sample(METIERS, chance.choice((1, 1, 1, 2)))),
        frozenset(chance.sample(LEVIERS, 2)),
        f"region {place}",
        frozenset({chance.randrange(count)}),
        chance.random() < 0.1,
        wishes=frozenset({chance.choice(others)} if chance.random() < 0.1 else ()),
        avoids=frozenset({chance.choice(others)} if chance.random() < 0.1 else ()),
        companions=frozenset(chance.sample(others, min(4, count)) if chance.random() < 0.2 else ()),
    )


def starts_of(person: Person, minutes: int) -> set[int]:
    """The half-hours at which a person is free to the end of a session, counted one by one."""
    half_hours = range(-(-minutes // 30))
    return {start for start in range(336) if all(person.free >> (start + later) % 336 & 1 for later in half_hours)}


def faults(group: list[Person], rules: Rules) -> set[str]:
    """Which hard rules a group breaks, hours and people counted the slow way."""
    hours = set.intersection(*(starts_of(person, rules.minutes) for person in group))
    pairs = [(one, other) for one in group for other in group if one.id != other.id]
    broken = {
        "size": not rules.smallest <= len(group) <= rules.largest,
        "hours": not hours,
        "region": any(sum(two.region == one.region != "" for two in group) > rules.of_a_region for one in group),
        "colleagues": any(_colleagues(one, other) for one, other in pairs),
        "avoided": any(other.id in one.avoids for one, other in pairs),
    }
    return {name for name, is_broken in broken.items() if is_broken}


def _colleagues(one: Person, other: Person) -> bool:
    return bool(one.organisations & other.organisations) and not (one.with_colleagues and other.with_colleagues)


def check(people: list[Person], proposal: Proposal, rules: Rules) -> None:
    """Everyone is once somewhere, and every group keeps every hard rule."""
    known = {person.id: person for person in people}
    placed = [identity for group in proposal.groups for identity in group]
    assert sorted([*placed, *proposal.unplaced]) == sorted(known)
    assert {group: faults([known[one] for one in group], rules) for group in proposal.groups} == {
        group: set() for group in proposal.groups
    }
