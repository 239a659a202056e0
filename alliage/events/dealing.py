"""People dealt into sub-groups of the same size, each with as many of every profile, then of every territory, as can be.

Pure: the same people, the same groups and the same seed give the same answer, whatever the order in which they come.
"""

import random
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Someone:
    """`key` names them; `profile` and `territory` None: not said."""

    key: int
    profile: Hashable = None
    territory: Hashable = None


def deal(
    people: Iterable[Someone],
    groups: Iterable[int],
    *,
    seed: int,
    seated: Mapping[int, Iterable[Someone]] | None = None,
) -> dict[int, int]:
    """{key of each person: group}. `seated`: those who stay where they are, and whom the newcomers are dealt around."""
    groups = list(groups)
    lots = random.Random(seed)  # noqa: S311 who sits with whom is no secret
    sizes, profiles, territories = Counter[int](), Counter[tuple[int, Hashable]](), Counter[tuple[int, Hashable]]()
    for group, there in (seated or {}).items():
        for each in there:
            _sit(each, group, sizes, profiles, territories)
    order = lots.sample(groups, len(groups))
    found: dict[int, int] = {}
    for each in _line(people, lots):
        weights = {one: (sizes[one], profiles[one, each.profile], territories[one, each.territory]) for one in order}
        group = min(order, key=weights.__getitem__)
        _sit(each, group, sizes, profiles, territories)
        found[each.key] = group
    return found


def _sit(
    each: Someone,
    group: int,
    sizes: Counter[int],
    profiles: Counter[tuple[int, Hashable]],
    territories: Counter[tuple[int, Hashable]],
) -> None:
    sizes[group] += 1
    profiles[group, each.profile] += 1
    territories[group, each.territory] += 1


def _line(people: Iterable[Someone], lots: random.Random) -> list[Someone]:
    """Those of one profile follow one another, then those of one territory; profiles, territories and people in the order of the lots."""
    people = sorted(people, key=lambda each: each.key)
    rank: dict[Hashable, float] = {}
    for each in people:
        for what in (("profile", each.profile), ("territory", each.territory), ("key", each.key)):
            rank.setdefault(what, lots.random())
    return sorted(
        people,
        key=lambda each: (rank["profile", each.profile], rank["territory", each.territory], rank["key", each.key]),
    )
