"""Pairing: as many pairs as can be, against every pairing there is; those left out last time served first."""

from functools import cache
from random import Random

from alliage.codev.composing import slots
from alliage.codev.pairing import Partner, can_meet, pair, worth

ALWAYS = slots.WEEK


def some(seed: int) -> list[Partner]:
    """People drawn from a seed: from none to nine of them, of few hours, few of each kind."""
    chance = Random(seed)

    def drawn(values: object, most: int) -> frozenset:
        return frozenset(chance.choices(values, k=chance.randint(0, most)))

    count = seed % 10
    return [
        Partner(
            number,
            chance.randrange(16),
            drawn("abcd", 2),
            drawn("xyz", 2),
            drawn((1, 2, 3), 1),
            drawn(range(1, count + 1), 2),
            chance.random() < 0.5,
        )
        for number in range(1, count + 1)
    ]


def most_pairs(people: list[Partner]) -> int:
    """How many pairs there can be, by trying them all."""

    @cache
    def most(left: frozenset[int]) -> int:
        if not left:
            return 0
        first = min(left)
        rest = left - {first}
        meets = [most(rest - {other}) + 1 for other in rest if can_meet(people[first], people[other])]
        return max([most(rest), *meets])

    return most(frozenset(range(len(people))))


def test_there_are_as_many_pairs_as_can_be_and_everyone_is_once_somewhere():
    for seed in range(600):
        people = some(seed)
        pairs, left = pair(people)
        known = {person.id: person for person in people}
        assert all(one < other and can_meet(known[one], known[other]) for one, other in pairs), seed
        assert sorted([*(one for both in pairs for one in both), *left]) == sorted(known), seed
        assert len(pairs) == most_pairs(people), seed


def test_the_order_of_people_changes_nothing():
    for seed in range(100):
        people = some(seed)
        assert pair(people) == pair(people[::-1]), seed


def test_of_three_the_one_left_out_last_time_is_served():
    people = [Partner(number, ALWAYS, was_left_out=number == 3) for number in (1, 2, 3)]
    pairs, left = pair(people)
    assert left != [3]
    assert len(pairs) == 1


def test_whoever_met_this_year_does_not_meet_again_either_way_round():
    assert pair([Partner(1, ALWAYS, met=frozenset({2})), Partner(2, ALWAYS)]) == ([], [1, 2])
    assert pair([Partner(1, ALWAYS), Partner(2, ALWAYS, met=frozenset({1}))]) == ([], [1, 2])


def test_a_pair_needs_a_common_quarter_of_an_hour():
    assert pair([Partner(1, 1), Partner(2, 2)]) == ([], [1, 2])


def test_metiers_that_complete_one_another_are_worth_more_than_the_same_or_a_colleague():
    lien, lieu = frozenset({"dialogue"}), frozenset({"lieu"})
    people = [Partner(1, ALWAYS, lien), Partner(2, ALWAYS, lien), Partner(3, ALWAYS, lieu), Partner(4, ALWAYS, lieu)]
    for one, other in pair(people)[0]:
        assert {one <= 2, other <= 2} == {True, False}
    assert worth(people[0], people[2]) > worth(people[0], people[1])
    colleague = Partner(5, ALWAYS, lieu, organisations=frozenset({7}))
    assert worth(Partner(6, ALWAYS, lien, organisations=frozenset({7})), colleague) < worth(people[0], people[2])


def test_pairs_are_exchanged_when_both_gain():
    """The greatest matching comes first; then métiers decide who is with whom."""
    metiers = ["a", "a", "b", "b", "c", "c", "d", "d"]
    people = [Partner(number, ALWAYS, frozenset({code})) for number, code in enumerate(metiers, start=1)]
    known = {person.id: person for person in people}
    assert all(known[one].metiers != known[other].metiers for one, other in pair(people)[0])
