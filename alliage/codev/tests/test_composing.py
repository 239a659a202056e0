"""The composer: rules never broken, everyone placed or explained, advice that works, the same answer for the same question."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from alliage.codev.composing import Person, Rules, compose, explain, slots
from alliage.codev.composing.people import Board
from alliage.codev.tests.composing_world import METIERS, check, faults, free, network

MONDAY, TUESDAY = 0, 1
MORNING = free((MONDAY, 8), (MONDAY, 10))
RULES = Rules()


def team(count: int, **more: object) -> list[Person]:
    """People who can all meet on Monday morning and whom nothing keeps apart."""
    base = [
        Person(n, MORNING, frozenset({METIERS[n % 4]}), frozenset({"alliance"}), f"r{n}") for n in range(1, count + 1)
    ]
    return [replace(person, **more) for person in base]


def explained(people: list[Person], groups: list[list[int]], rules: Rules = RULES) -> dict[int, explain.Unplaced]:
    board = Board(people, rules)
    places = [[board.at[one] for one in group] for group in groups]
    seated = {place for group in places for place in group}
    left = [place for place in range(len(people)) if place not in seated]
    return {each.person: each for each in explain.unplaced(board, places, left)}


def flag_codes(people: list[Person], members: list[int]) -> list[str]:
    board = Board(people, RULES)
    return [flag.code for flag in explain.flags(board, [board.at[one] for one in members])]


def anyone(number: int, count: int, chance: Random) -> Person:
    def some(values: Sequence[Any], most: int) -> frozenset[Any]:
        return frozenset(chance.choices(values, k=chance.randint(0, most)))

    blocks = [(chance.randrange(3), chance.choice((8, 10, 14))) for _ in range(chance.randint(0, 5))]
    others = range(1, count + 1)
    return Person(
        number,
        free(*blocks, zone=chance.choice(("Europe/Paris", "Indian/Reunion", "Pacific/Noumea"))),
        some(METIERS, 2),
        some(("alliance", "modele"), 2),
        chance.choice(("", "84", "04", "988")),
        some(range(1, 7), 1),
        chance.random() < 0.5,
        some(others, 2),
        some(others, 2) - {number},
        some(others, 2),
    )


def crowds(times: int = 30) -> Iterator[list[Person]]:
    """Some people drawn from a seed, from nobody to twenty-four."""
    for seed in range(times):
        chance = Random(seed)
        count = chance.randint(0, 24) if seed else 0
        yield [anyone(number, count, chance) for number in range(1, count + 1)]


def test_whoever_comes_every_rule_is_kept_and_everyone_is_placed_or_explained():
    for anybody in crowds():
        proposal = compose(anybody, tries=2)
        check(anybody, proposal, RULES)
        told = explained(anybody, [list(group) for group in proposal.groups])
        assert set(told) == set(proposal.unplaced)
        assert all(each.hints for each in told.values())


def test_an_hour_that_is_advised_opens_a_seat_in_the_group_it_names():
    advised = 0
    for anybody in crowds(60):
        proposal = compose(anybody, tries=1)
        known = {person.id: person for person in anybody}
        for identity, each in explained(anybody, [list(group) for group in proposal.groups]).items():
            for hint in each.hints:
                if hint.code == explain.ADD and hint.group:
                    person = known[identity]
                    freer = replace(person, free=person.free | slots.window(hint.start, RULES.minutes))
                    group = [known[one] for one in proposal.groups[hint.group - 1]]
                    assert faults([*group, freer], RULES) == set()
                    advised += 1
    assert advised


def test_what_is_said_of_a_group_made_by_hand_is_what_it_breaks():
    for anybody in crowds():
        if not anybody:
            continue
        group = anybody[:9]
        board = Board(anybody, RULES)
        said = {flag.code for flag in explain.flags(board, range(len(group))) if flag.hard}
        broken = faults(group, RULES)
        assert (explain.NO_HOUR in said) == ("hours" in broken)
        assert (explain.ONE_REGION in said) == ("region" in broken)
        assert bool({explain.TOO_FEW, explain.TOO_MANY} & said) == ("size" in broken)
        assert bool({explain.COLLEAGUES, explain.APART} & said) == bool({"colleagues", "avoided"} & broken)


@pytest.mark.parametrize("count", [60, 600])
def test_the_network_is_placed_and_what_is_left_is_explained(count):
    everyone = network(count)
    proposal = compose(everyone, tries=1)
    check(everyone, proposal, RULES)
    assert len(proposal.unplaced) <= count // 12
    assert set(explained(everyone, [list(group) for group in proposal.groups])) == set(proposal.unplaced)
    metiers = {person.id: person.metiers for person in everyone}
    four = [len(frozenset().union(*(metiers[one] for one in group))) == 4 for group in proposal.groups]
    assert sum(four) >= 0.9 * len(four)


def test_the_same_people_in_another_order_are_placed_the_same():
    everyone = network(40)
    assert compose(everyone, seed=3, tries=1) == compose(everyone[::-1], seed=3, tries=1)


def test_progress_is_told_up_to_the_end():
    told: list[tuple[int, int]] = []
    compose(team(6), tries=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_someone_given_twice_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="twice"):
        compose([*team(3), *team(1)])


def test_nobody_makes_no_group():
    assert compose([]).groups == ()


def test_sixteen_people_make_two_groups_of_eight_or_so_and_nobody_is_left():
    assert sorted(map(len, compose(team(16), tries=2).groups)) in ([8, 8], [5, 5, 6])
    assert compose(team(16), tries=1).unplaced == ()


def test_old_companions_are_parted_and_wishes_heard_when_it_costs_nothing():
    pair = frozenset({1, 2})
    everyone = [
        replace(person, companions=pair - {person.id} if person.id in pair else frozenset()) for person in team(14)
    ]
    apart = compose(everyone, tries=3)
    assert not any(pair <= set(group) for group in apart.groups)
    wishing = [replace(person, wishes=frozenset({12}) if person.id == 1 else frozenset()) for person in team(14)]
    assert any({1, 12} <= set(group) for group in compose(wishing, tries=3).groups)


def test_someone_who_fits_one_full_group_alone_takes_the_seat_of_someone_who_has_another():
    """Eight can meet on Monday, six on Tuesday, two of the first too: the last comer of Monday pushes one of these."""
    tuesday = free((TUESDAY, 8))
    mondays = [replace(person, free=MORNING | tuesday) if person.id <= 2 else person for person in team(9)]
    tuesdays = [replace(person, id=person.id + 20, free=tuesday) for person in team(5)]
    proposal = compose([*mondays, *tuesdays])
    assert proposal.unplaced == ()
    check([*mondays, *tuesdays], proposal, RULES)


def test_nobody_compatible_is_a_worst_case_that_is_explained():
    """Seven people, seven days: no group at all, and each is told the hour at which most others could come."""
    alone = [replace(person, free=free((day, 8))) for day, person in enumerate(team(7))]
    assert compose(alone).groups == ()
    told = explained(alone, [])
    assert {each.code for each in told.values()} == {explain.ALONE}
    assert told[1].hints[0].code == explain.ADD
    assert told[1].hints[0].group == 0
    assert told[1].hints[0].count == 1
    assert told[1].hints[1] == explain.Hint(explain.MORE_PEOPLE, start=told[1].hints[1].start, count=4)


def test_whoever_ticked_nothing_is_told_to_tick_and_which_hour_would_do():
    everyone = [*team(6), Person(7, 0)]
    told = explained(everyone, [[1, 2, 3, 4, 5, 6]])[7]
    assert told.code == explain.NO_SLOTS
    assert [hint.code for hint in told.hints] == [explain.TICK, explain.ADD]
    assert told.hints[1].group == 1


def test_full_groups_and_too_few_people_left_say_how_many_more_would_open_a_group():
    told = explained(team(9), [[1, 2, 3, 4, 5, 6, 7, 8]])[9]
    assert told == explain.Unplaced(9, explain.FULL, (told.hints[0],))
    assert (told.hints[0].code, told.hints[0].count) == (explain.MORE_PEOPLE, 4)


def test_a_colleague_who_accepts_colleagues_opens_a_seat_to_whoever_accepts_them_too():
    everyone = team(7)
    everyone[0] = replace(everyone[0], organisations=frozenset({1}), with_colleagues=True)
    everyone[6] = replace(everyone[6], organisations=frozenset({1}))
    told = explained(everyone, [[1, 2, 3, 4, 5, 6]])[7]
    assert told.code == explain.RULED_OUT
    assert told.hints[0].code == explain.WITH_COLLEAGUES
    everyone[0] = replace(everyone[0], with_colleagues=False)
    assert explain.WITH_COLLEAGUES not in {hint.code for hint in explained(everyone, [[1, 2, 3, 4, 5, 6]])[7].hints}
    everyone[0] = replace(everyone[0], with_colleagues=True, avoids=frozenset({7}))
    assert explain.WITH_COLLEAGUES not in {hint.code for hint in explained(everyone, [[1, 2, 3, 4, 5, 6]])[7].hints}


def test_reasons_say_what_one_brings_shares_and_where_one_comes_from():
    everyone = team(5)
    everyone[0] = replace(everyone[0], wishes=frozenset({2}))
    board = Board(everyone, RULES)
    codes = {one: [reason.code for reason in explain.reasons(board, range(5), one)] for one in range(5)}
    assert codes[0] == [explain.SHARES, explain.FROM_ELSEWHERE, explain.WISHED, explain.ONLY_HOURS]
    assert codes[1] == [explain.BRINGS, explain.SHARES, explain.FROM_ELSEWHERE, explain.WISHED, explain.ONLY_HOURS]
    shared = explain.reasons(board, range(5), 1)[1]
    assert (shared.values, shared.count) == (("alliance",), 4)


def test_someone_with_many_hours_sits_there_because_they_are_free_then():
    everyone = [replace(person, free=free((MONDAY, 8), (MONDAY, 10), (MONDAY, 14))) for person in team(5)]
    found = explain.reasons(Board(everyone, RULES), range(5), 4)[-1]
    assert (found.code, found.count) == (explain.FREE, 8)
    bare = [Person(number, 0) for number in range(5)]
    assert explain.reasons(Board(bare, RULES), range(5), 0) == []


def test_flags_say_what_is_wrong_the_hard_ones_first():
    everyone = team(9)
    assert flag_codes(everyone, [1, 2, 3, 4, 5]) == []
    assert flag_codes(everyone, [1, 2, 3]) == [explain.TOO_FEW, explain.MISSING_METIERS]
    assert flag_codes(everyone, list(range(1, 10))) == [explain.TOO_MANY]
    same = [replace(person, metiers=frozenset({METIERS[0]}), region="84") for person in everyone]
    assert flag_codes(same, [1, 2, 3, 4, 5]) == [explain.ONE_REGION, explain.ONE_METIER]
    together = [replace(person, organisations=frozenset({3}), companions=frozenset({1})) for person in team(2)]
    assert flag_codes([*together, *team(5)[2:]], [1, 2, 3, 4, 5]) == [explain.COLLEAGUES, explain.MET_BEFORE]
    assert flag_codes([], []) == []


def test_a_group_without_an_hour_names_the_one_person_who_cannot_come():
    everyone = team(6)
    everyone[5] = replace(everyone[5], free=free((TUESDAY, 8)))
    board = Board(everyone, RULES)
    assert explain.flags(board, range(6))[0] == explain.Flag(explain.NO_HOUR, frozenset({6}))


def test_who_asked_not_to_meet_whom_is_never_told():
    everyone = team(5)
    everyone[0] = replace(everyone[0], avoids=frozenset({2}))
    assert explain.flags(Board(everyone, RULES), range(5)) == [explain.Flag(explain.APART)]


def test_a_move_says_what_it_breaks_and_only_that():
    everyone = team(12)
    board = Board(everyone, RULES)
    before = [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11]]
    after = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11, 0]]
    assert [(group, flag.code) for group, flag in explain.broken_by(board, before, after)] == [(0, explain.TOO_FEW)]
    assert explain.broken_by(board, [[0]], [[]]) == []


def test_when_there_is_not_a_seat_for_everyone_those_who_come_first_have_one():
    people = team(9)
    for number in range(1, 10):
        asked = [replace(person, comes_first=person.id == number) for person in people]
        assert number not in compose(asked, replace(RULES, of_a_region=9)).unplaced
    assert len(compose(people).unplaced) == 1
