"""Reads of cycles and of the choice of a date."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from alliage.accounts.models import Member
from alliage.codev.enums import CycleState, MemberState, PollChoice, PollState
from alliage.codev.models import Cycle, DatePoll, Group, Membership, PollAnswer, PollDate, Turn


def open_cycle(group: Group) -> Cycle | None:
    return Cycle.objects.filter(group=group, state=CycleState.OPEN).first()


def turns(group: Group) -> list[Turn]:
    """Sessions of the cycle under way, in order, each with its client, its encounter and its cycle; one query."""
    found = Turn.objects.filter(cycle__group=group, cycle__state=CycleState.OPEN)
    return list(found.select_related("cycle__group", "client", "encounter").order_by("position"))


def turn(group: Group, pk: int) -> Turn | None:
    found = Turn.objects.filter(cycle__group=group, cycle__state=CycleState.OPEN, pk=pk)
    return found.select_related("cycle__group", "encounter").first()


def expected_on(row: Turn) -> date | None:
    """Around when, at the rhythm of the cycle; None without a rhythm."""
    if not row.cycle.rhythm:
        return row.cycle.starts_on if row.position == 1 else None
    return row.cycle.starts_on + timedelta(weeks=row.cycle.rhythm * (row.position - 1))


def without_a_turn(group: Group) -> list[Member]:
    """Members who are the client of no session of the cycle under way."""
    taken = Turn.objects.filter(cycle__group=group, cycle__state=CycleState.OPEN, client=OuterRef("member"))
    inside = Membership.objects.filter(~Exists(taken), group=group, state=MemberState.ACTIVE)
    return [row.member for row in inside.select_related("member").order_by("member__name", "pk")]


# --- Choose a date -------------------------------------------------------------------------------------------------


def open_polls(group: Group, member: Any) -> Any:
    """Dates to choose, with whether she answered: `answered`."""
    mine = PollAnswer.objects.filter(date__poll=OuterRef("pk"), member=member.pk)
    found = DatePoll.objects.filter(group=group, state=PollState.OPEN)
    return found.annotate(answered=Exists(mine)).order_by("created_at", "pk")


def poll(group: Group, pk: int) -> DatePoll | None:
    return DatePoll.objects.filter(group=group, pk=pk).select_related("group", "turn__client", "encounter").first()


def poll_date(row: DatePoll, pk: int) -> PollDate | None:
    return PollDate.objects.filter(poll=row, pk=pk).first()


@dataclass
class Line:
    """One date: what each says, what one says oneself, and whether it is the best."""

    date: PollDate
    said: dict[int, str]
    mine: str
    people: list[tuple[str, str]]
    is_best: bool = False

    def count(self, choice: str) -> int:
        return sum(each == choice for each in self.said.values())

    @property
    def yes(self) -> int:
        return self.count(PollChoice.YES)

    @property
    def maybe(self) -> int:
        return self.count(PollChoice.MAYBE)

    @property
    def no(self) -> int:
        return self.count(PollChoice.NO)


@dataclass(frozen=True)
class Table:
    """Dates × members; `names` by member, in order."""

    lines: list[Line]
    names: dict[int, str]

    @property
    def best(self) -> Line | None:
        return next((line for line in self.lines if line.is_best), None)


def table(row: DatePoll, member: Any) -> Table:
    """Three queries. The answers of who left the group count no more."""
    inside = Membership.objects.filter(group=row.group_id, state=MemberState.ACTIVE)
    people = inside.select_related("member").order_by("member__name", "pk")
    names = {each.member_id: each.member.get_full_name() for each in people}
    said: dict[int, dict[int, str]] = defaultdict(dict)
    for answer in PollAnswer.objects.filter(date__poll=row, member__in=list(names)):
        said[answer.date_id][answer.member_id] = answer.choice
    dates = PollDate.objects.filter(poll=row).order_by("starts_at")
    lines = [
        Line(
            each,
            said[each.pk],
            said[each.pk].get(member.pk, ""),
            [(name, said[each.pk].get(pk, "")) for pk, name in names.items()],
        )
        for each in dates
    ]
    best = best_of(lines, client=row.turn.client_id if row.turn else None)
    if best is not None:
        best.is_best = True
    return Table(lines, names)


def best_of(lines: list[Line], *, client: int | None = None) -> Line | None:
    """The date when most can come, then when most say « oui », then the earliest; never one when the client cannot."""
    possible = [line for line in lines if line.yes + line.maybe and line.said.get(client or 0) != PollChoice.NO]
    return max(
        possible, key=lambda line: (line.yes + line.maybe, line.yes, -line.date.starts_at.timestamp()), default=None
    )


def polls_to_answer(member: Any) -> QuerySet[DatePoll]:
    """Open, in her groups, and she said nothing yet."""
    inside = Membership.objects.filter(member=member.pk, state=MemberState.ACTIVE).values("group")
    mine = PollAnswer.objects.filter(date__poll=OuterRef("pk"), member=member.pk)
    found = DatePoll.objects.filter(~Exists(mine), group__in=inside, state=PollState.OPEN)
    return found.select_related("group").order_by("created_at", "pk")


def export_of(member: Any) -> dict[str, Any]:
    """A member's own copy: what she answered, when she was the client."""
    said = PollAnswer.objects.filter(member=member).select_related("date").order_by("answered_at", "pk")
    clients = Turn.objects.filter(client=member).select_related("cycle__group").order_by("pk")
    return {
        "reponses_aux_dates": [
            {"date": row.date.starts_at, "reponse": row.get_choice_display(), "le": row.answered_at} for row in said
        ],
        "seances_ou_j_apporte_une_situation": [
            {"groupe": row.cycle.group.name, "rang": row.position} for row in clients
        ],
    }
