"""What is shown of a proposal: each group with the reason of each seat, what it lacks; those without a seat, and why.

Nothing of this is kept: it is computed from what is true when the page is read.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import gettext as _

from alliage.codev.composing import explain, slots, words
from alliage.codev.composing.people import Board, Unplaced
from alliage.codev.models import ComposedGroup, SeatRequest
from alliage.codev.queries.availabilities import PARIS
from alliage.codev.queries.availabilities import place as place_of
from alliage.codev.queries.compositions import Gathered

MOST_HOURS = 4


@dataclass(frozen=True)
class ShownSeat:
    request: SeatRequest
    name: str
    line: str
    reasons: list[str]
    is_moved: bool


@dataclass(frozen=True)
class ShownGroup:
    """`hours` in Paris time; `elsewhere`: the first of them at the clock of those who live by another."""

    row: ComposedGroup
    seats: list[ShownSeat]
    hours: list[str]
    more_hours: int
    elsewhere: list[str]
    regions: str
    broken: list[str]
    lacking: list[str]


@dataclass(frozen=True)
class ShownAlone:
    request: SeatRequest
    name: str
    line: str
    why: str
    hints: list[str]


@dataclass(frozen=True)
class Target:
    """Where someone may be moved: what that breaks or loses, in words."""

    number: int
    size: int
    broken: list[str]
    lost: list[str]


@dataclass
class Proposal:
    """A reading of what was gathered."""

    gathered: Gathered
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        self.board = Board(self.gathered.people, self.gathered.rules)

    @cached_property
    def speaker(self) -> words.Speaker:
        return words.Speaker(self.gathered.composition.starts_on, self.gathered.rules, self.gathered.names)

    @cached_property
    def seated(self) -> dict[int, list[int]]:
        """Places of the board by group's key."""
        found: dict[int, list[int]] = {group.pk: [] for group in self.gathered.groups}
        for pk, request in self.gathered.requests.items():
            seat = getattr(request, "seat", None)
            if seat is not None:
                found[seat.group_id].append(self.board.at[pk])
        return {pk: sorted(places) for pk, places in found.items()}

    @cached_property
    def left(self) -> list[int]:
        """Places without a seat, by name."""
        taken = {place for places in self.seated.values() for place in places}
        names = self.gathered.names
        alone = (place for place in range(len(self.board.people)) if place not in taken)
        return sorted(alone, key=lambda place: (names[self._member(place)], place))

    def _member(self, place: int) -> int:
        return self.board.people[place].id

    def _line(self, place: int) -> str:
        """Where someone is: their region, else where their clock is."""
        person = self.board.people[place]
        zone = self.gathered.zone(person.id)
        return person.region or ("" if zone == PARIS else place_of(zone))

    # --- Groups --------------------------------------------------------------------------------------------------

    def groups(self, rows: list[ComposedGroup]) -> list[ShownGroup]:
        return [self._shown(row) for row in rows]

    def _shown(self, row: ComposedGroup) -> ShownGroup:
        members = self.seated[row.pk]
        rules, on = self.gathered.rules, self.gathered.composition.starts_on
        common = self.board.common(members) if members else 0
        hours = words.hours(common, rules.minutes, PARIS, on)
        flags = explain.flags(self.board, members)
        return ShownGroup(
            row,
            sorted((self._seat(members, place) for place in members), key=lambda seat: seat.name),
            hours[:MOST_HOURS],
            max(0, len(hours) - MOST_HOURS),
            self._elsewhere(members, common),
            self._regions(members),
            [words.flag(flag, self.speaker) for flag in flags if flag.hard],
            [words.flag(flag, self.speaker) for flag in flags if not flag.hard],
        )

    def _seat(self, members: list[int], place: int) -> ShownSeat:
        request = self.gathered.requests[self._member(place)]
        reasons = explain.reasons(self.board, members, place)
        telling = [reason for reason in reasons if reason.code != explain.FREE] or reasons
        said = [words.reason(reason) for reason in telling]
        return ShownSeat(request, request.member.get_full_name(), self._line(place), said, bool(request.seat.is_moved))

    def _elsewhere(self, members: list[int], common: int) -> list[str]:
        """The same hours at the clocks of those who do not live by that of Paris."""
        rules, on = self.gathered.rules, self.gathered.composition.starts_on
        shift = slots.offset_minutes(PARIS, on)
        zones = {self.gathered.zone(self._member(place)) for place in members}
        others = sorted(zone for zone in zones if slots.offset_minutes(zone, on) != shift)
        return [
            f"{place_of(zone)}\u00a0: {', '.join(words.hours(common, rules.minutes, zone, on)[:MOST_HOURS])}"
            for zone in others
            if common
        ]

    def _regions(self, members: list[int]) -> str:
        """« La Réunion (2), Bretagne »: where they come from, in words."""
        counted: dict[str, int] = {}
        for each in members:
            region = self.board.people[each].region
            if region:
                counted[region] = counted.get(region, 0) + 1
        return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in sorted(counted.items()))

    # --- Without a seat ------------------------------------------------------------------------------------------

    @property
    def _groups(self) -> list[list[int]]:
        return [self.seated[row.pk] for row in self.gathered.groups]

    def alone(self) -> list[ShownAlone]:
        """Everyone without a seat: why, and what would give one."""
        return self._told(explain.unplaced(self.board, self._groups, self.left))

    def of_alone(self, member_pk: int) -> ShownAlone | None:
        """The same for one person; nothing when they have a seat."""
        at = self.board.at.get(member_pk)
        if at not in self.left:
            return None
        return self._told(explain.unplaced(self.board, self._groups, self.left, only=at), named=False)[0]

    def _told(self, unplaced: list[Unplaced], *, named: bool = True) -> list[ShownAlone]:
        numbers = {position: row.number for position, row in enumerate(self.gathered.groups, start=1)}
        found = []
        for each in unplaced:
            request = self.gathered.requests[each.person]
            zone, at = self.gathered.zone(each.person), self.board.at[each.person]
            free = self.board.people[at].free
            numbered = [replace(hint, group=numbers.get(hint.group, 0)) for hint in each.hints]
            hints = [words.hint(hint, self.speaker, free, zone, named=named) for hint in numbered]
            name = request.member.get_full_name()
            found.append(ShownAlone(request, name, self._line(at), words.unplaced(each), hints))
        return found

    # --- Moves ---------------------------------------------------------------------------------------------------

    def _around(self, request: SeatRequest) -> tuple[int, list[int], int | None]:
        """Her place on the board, those of her group, its key."""
        seat = getattr(request, "seat", None)
        here = self.seated[seat.group_id] if seat is not None else []
        return self.board.at[request.member_id], here, seat.group_id if seat is not None else None

    def targets(self, request: SeatRequest) -> list[Target]:
        """Every other group, those that break least first."""
        at, here, key = self._around(request)
        others = (row for row in self.gathered.groups if row.pk != key)
        found = [self._target(row.number, self.seated[row.pk], here, at) for row in others]
        return sorted(found, key=lambda target: (len(target.broken), len(target.lost), target.number))

    def leaving(self, request: SeatRequest) -> list[str]:
        """What her group no longer satisfies without her."""
        at, here, _key = self._around(request)
        broken = explain.broken_by(self.board, [here], [[each for each in here if each != at]])
        return [words.flag(flag, self.speaker) for _position, flag in broken]

    def _target(self, number: int, there: list[int], here: list[int], at: int) -> Target:
        broken: list[str] = []
        lost: list[str] = []
        rest = [each for each in here if each != at]
        for position, flag in explain.broken_by(self.board, [here, there], [rest, [*there, at]]):
            said = words.flag(flag, self.speaker)
            said = _("Dans le groupe quitté\u00a0: %s") % said if position == 0 else said
            (broken if flag.hard else lost).append(said)
        return Target(number, len(there), broken, lost)
