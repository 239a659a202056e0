"""Composes groups of a fictitious network and pairs it: `python -m bench.composing`. SIZES may be given: 60 600.

Everyone placed or explained, rules checked by the checker of the tests, processor time of the whole search and of the explanations.
"""

import sys
from time import process_time

from alliage.codev.composing import Rules, compose, explain
from alliage.codev.composing.people import Board
from alliage.codev.pairing import Partner, pair
from alliage.codev.tests.composing_world import check, network

SIZES = (60, 600)
SEEDS = (1, 2, 3)


def composed(size: int, seed: int) -> str:
    """One line: how many are placed, in how many groups, all four métiers in how many, the time."""
    people, rules = network(size, seed), Rules()
    begun = process_time()
    proposal = compose(people, rules, seed=seed)
    searched = process_time() - begun
    check(people, proposal, rules)
    board = Board(people, rules)
    groups = [[board.at[one] for one in group] for group in proposal.groups]
    begun = process_time()
    told = explain.unplaced(board, groups, [board.at[one] for one in proposal.unplaced])
    explained = process_time() - begun
    metiers = {person.id: person.metiers for person in people}
    four = sum(
        len(frozenset().union(*(metiers[one] for one in group))) == len(rules.metiers) for group in proposal.groups
    )
    placed = size - len(proposal.unplaced)
    assert len(told) == len(proposal.unplaced)
    return f"| {size} | {seed} | {placed} | {len(told)} | {len(groups)} | {four} | {searched:.2f} | {explained * 1000:.0f} |"


def paired(size: int) -> str:
    people = [
        Partner(one.id, one.free, one.metiers, one.leviers, one.organisations, one.companions) for one in network(size)
    ]
    begun = process_time()
    pairs, left = pair(people)
    return f"{size} members: {len(pairs)} duos, {len(left)} left out, {process_time() - begun:.2f} s"


def report(sizes: tuple[int, ...] = SIZES) -> list[str]:
    lines = [
        "| people | seed | placed | explained | groups | with the four métiers | search (s of processor) | explanations (ms) |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [composed(size, seed) for size in sizes for seed in SEEDS]
    return [*lines, "", *(paired(size) for size in sizes)]


if __name__ == "__main__":
    print("\n".join(report(tuple(map(int, sys.argv[1:])) or SIZES)))
