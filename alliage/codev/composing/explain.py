"""Say why: what a group satisfies or not, why someone sits there, why someone sits nowhere and what would help. Pure.

Answers are codes with their values; `words.py` says them in French. A flag never tells who asked not to meet whom.
"""

from collections.abc import Iterable, Sequence

from alliage.codev.composing import slots
from alliage.codev.composing.people import Board, Flag, Hint, Reason, Unplaced

# Hard flags.
NO_HOUR, COLLEAGUES, APART, TOO_FEW, TOO_MANY, ONE_REGION = (
    "no_hour",
    "colleagues",
    "apart",
    "too_few",
    "too_many",
    "one_region",
)
# Soft ones.
ONE_METIER, MISSING_METIERS, MET_BEFORE = "one_metier", "missing_metiers", "met_before"
# Why someone sits there.
BRINGS, SHARES, FROM_ELSEWHERE, ONLY_HOURS, WISHED, FREE = (
    "brings",
    "shares",
    "elsewhere",
    "only_hours",
    "wished",
    "free",
)
# Why someone sits nowhere.
NO_SLOTS, ALONE, RULED_OUT, FULL = "no_slots", "alone", "ruled_out", "full"
# What would help.
TICK, ADD, MORE_PEOPLE, WITH_COLLEAGUES = "tick", "add", "more_people", "with_colleagues"
FEW_HOURS, MOST_HINTS = 6, 2


# --- A group ---------------------------------------------------------------------------------------------------------


def flags(board: Board, members: Sequence[int]) -> list[Flag]:
    """What a group of these places does not satisfy, the gravest first; an empty group is none."""
    rules = board.rules
    found: list[Flag] = []
    if not members:
        return found
    if len(members) < rules.smallest:
        found.append(Flag(TOO_FEW, values=(str(len(members)),)))
    if len(members) > rules.largest:
        found.append(Flag(TOO_MANY, values=(str(len(members)),)))
    if not board.common(list(members)):
        found.append(Flag(NO_HOUR, _who(board, _odd_ones(board, members))))
    found += _pairs(board, members)
    return found + _regions(board, members) + _metiers(board, members)


def _odd_ones(board: Board, members: Sequence[int]) -> list[int]:
    """Those without whom the others would have an hour; nobody when one person less is not enough."""
    return [one for one in members if board.common([other for other in members if other != one])]


def _pairs(board: Board, members: Sequence[int]) -> list[Flag]:
    found = []
    for number, one in enumerate(members):
        for other in members[number + 1 :]:
            if board.colleagues[one] >> other & 1:
                found.append(Flag(COLLEAGUES, _who(board, [one, other])))
            elif board.apart[one] >> other & 1:
                found.append(Flag(APART))
            if board.known[one] >> other & 1:
                found.append(Flag(MET_BEFORE, _who(board, [one, other])))
    return sorted(found, key=lambda flag: not flag.hard)


def _regions(board: Board, members: Sequence[int]) -> list[Flag]:
    counted: dict[str, list[int]] = {}
    for member in members:
        counted.setdefault(board.people[member].region, []).append(member)
    return [
        Flag(ONE_REGION, _who(board, there), (region, str(len(there))))
        for region, there in sorted(counted.items())
        if region and len(there) > board.rules.of_a_region
    ]


def _metiers(board: Board, members: Sequence[int]) -> list[Flag]:
    seen = 0
    for member in members:
        seen |= board.metiers[member]
    missing = tuple(code for place, code in enumerate(board.rules.metiers) if not seen >> place & 1)
    if not missing:
        return []
    return [Flag(ONE_METIER if seen.bit_count() < 2 else MISSING_METIERS, values=missing)]


def _who(board: Board, places: Iterable[int]) -> frozenset[int]:
    return frozenset(board.people[place].id for place in places)


def reasons(board: Board, members: Sequence[int], member: int) -> list[Reason]:
    """Why someone sits with these, what they bring first; never empty while the group has an hour."""
    others = [other for other in members if other != member]
    person = board.people[member]
    theirs = {code for other in others for code in board.people[other].metiers}
    found = []
    if brought := tuple(code for code in board.rules.metiers if code in person.metiers and code not in theirs):
        found.append(Reason(BRINGS, brought))
    shared = {code: sum(code in board.people[other].leviers for other in others) for code in sorted(person.leviers)}
    code, count = max(shared.items(), key=lambda item: item[1], default=("", 0))
    if count:
        found.append(Reason(SHARES, (code,), count))
    if person.region and all(board.people[other].region != person.region for other in others):
        found.append(Reason(FROM_ELSEWHERE, (person.region,)))
    if any(board.wished[member] >> other & 1 for other in others):
        found.append(Reason(WISHED))
    common = board.common(list(members)).bit_count()
    if common:
        found.append(Reason(ONLY_HOURS if board.starts[member].bit_count() <= FEW_HOURS else FREE, count=common))
    return found


# --- Someone without a seat ------------------------------------------------------------------------------------------


def unplaced(
    board: Board, groups: Sequence[Sequence[int]], left: Iterable[int], *, only: int | None = None
) -> list[Unplaced]:
    """Why each of these (or `only` one of them) has no seat, and at most two things that would give one."""
    alone = list(left)
    return [_explain(board, groups, alone, place) for place in alone if only is None or place == only]


def _explain(board: Board, groups: Sequence[Sequence[int]], left: list[int], place: int) -> Unplaced:
    identity = board.people[place].id
    if not board.starts[place]:
        return Unplaced(identity, NO_SLOTS, (Hint(TICK), *_to_add(board, groups, left, place))[:MOST_HINTS])
    same_hours = [group for group in groups if board.common([*group, place])]
    ruled_out = [group for group in same_hours if board.barred(list(group)) >> place & 1]
    code = ALONE if not same_hours else RULED_OUT if len(ruled_out) == len(same_hours) else FULL
    return Unplaced(identity, code, tuple(_hints(board, groups, left, place))[:MOST_HINTS])


def _hints(board: Board, groups: Sequence[Sequence[int]], left: list[int], place: int) -> list[Hint]:
    found = _to_add(board, groups, left, place)
    person = board.people[place]
    if person.organisations and not person.with_colleagues and _only_colleagues_bar(board, groups, place):
        found.insert(0, Hint(WITH_COLLEAGUES))
    if not found or found[0].code == MORE_PEOPLE:
        return found or [_more_people(board, left, place)]
    return [*found, _more_people(board, left, place)] if board.starts[place] else found


def _only_colleagues_bar(board: Board, groups: Sequence[Sequence[int]], place: int) -> bool:
    """Whether a group with room and a common hour would take them, but for colleagues who agree already."""
    for group in groups:
        if len(group) >= board.rules.largest or not board.common([*group, place]):
            continue
        colleagues = [member for member in group if board.colleagues[place] >> member & 1]
        agreed = all(board.people[member].with_colleagues for member in colleagues)
        rest = [member for member in group if member not in colleagues]
        barred = board.barred(rest) | board.regions_full(list(group))
        if colleagues and agreed and not barred >> place & 1 and not _avoided(board, colleagues, place):
            return True
    return False


def _avoided(board: Board, members: list[int], place: int) -> bool:
    me = board.people[place]
    return any(board.people[one].id in me.avoids or me.id in board.people[one].avoids for one in members)


def _to_add(board: Board, groups: Sequence[Sequence[int]], left: list[int], place: int) -> list[Hint]:
    """The hour to add that opens a seat: in a group with room where nothing else stands against it, else among those left."""
    best: tuple[int, int, int] | None = None
    free = board.people[place].free
    for number, group in enumerate(groups, start=1):
        if len(group) >= board.rules.largest or board.barred(list(group)) >> place & 1:
            continue
        for start in slots.bits(board.common(list(group))):
            cost = (slots.window(start, board.rules.minutes) & ~free).bit_count()
            if cost and (best is None or (cost, number, start) < best):
                best = (cost, number, start)
    if best is not None:
        return [Hint(ADD, start=best[2], group=best[1])]
    return _with_those_left(board, left, place)


def _with_those_left(board: Board, left: list[int], place: int) -> list[Hint]:
    """The hour at which most of those left over could meet her: a group of its own, or some people more."""
    others = sum(1 << other for other in left if other != place) & ~board.apart[place]
    counts = [(board.free_at[start] & others).bit_count() for start in range(slots.HALF_HOURS)]
    most = max(counts)
    here = max((counts[start] for start in slots.bits(board.starts[place])), default=0)
    if most <= here:
        return []
    return [Hint(ADD, start=counts.index(most), count=most)]


def _more_people(board: Board, left: list[int], place: int) -> Hint:
    """How many more people free at the same time would open a group with her."""
    others = sum(1 << other for other in left if other != place) & ~board.apart[place]
    start = max(
        slots.bits(board.starts[place]), key=lambda one: ((board.free_at[one] & others).bit_count(), -one), default=-1
    )
    there = (board.free_at[start] & others).bit_count() if start >= 0 else 0
    return Hint(MORE_PEOPLE, start=start, count=max(1, board.rules.smallest - 1 - there))


# --- A move ----------------------------------------------------------------------------------------------------------


def broken_by(board: Board, before: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> list[tuple[int, Flag]]:
    """What these groups would no longer satisfy, each with its place in the list."""
    found = []
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        known = set(flags(board, was))
        found += [(number, flag) for flag in flags(board, now) if flag not in known]
    return found
