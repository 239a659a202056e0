"""Writes of cycles and of the choice of a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.enums import CycleState, MemberState, PollChoice, PollState, Rhythm
from alliage.codev.models import Cycle, DatePoll, Encounter, Group, Membership, PollAnswer, PollDate, Turn
from alliage.codev.services.encounters import Fixed, plan
from alliage.codev.services.groups import GroupRefused, locked_active
from alliage.notifications.services import notify_many

POLL = "codev.poll"
MOST_DATES = 8


class CycleRefused(GroupRefused):
    """The rules of cycles say no."""


@dataclass(frozen=True)
class Proposed:
    """Dates proposed for an encounter."""

    dates: Sequence[datetime]
    minutes: int = 90
    title: str = ""
    turn: Turn | None = None


# --- Cycle ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_cycle(group: Group, *, starts_on: date, rhythm: int, by: Any, now: datetime) -> Cycle:  # noqa: ARG001 as others
    """As many sessions as there are members. One cycle is open at a time."""
    group = locked_active(group)
    if Cycle.objects.filter(group=group, state=CycleState.OPEN).exists():
        raise CycleRefused(_("Un cycle est déjà en cours\u00a0: terminez-le d’abord."))
    if group.member_count < 2:
        raise CycleRefused(_("Il faut être au moins deux pour commencer un cycle."))
    cycle = Cycle.objects.create(group=group, starts_on=starts_on, rhythm=Rhythm(rhythm), created_at=now)
    Turn.objects.bulk_create([Turn(cycle=cycle, position=rank) for rank in range(1, group.member_count + 1)])
    return cycle


@transaction.atomic
def set_client(turn: Turn, member: Member | None, *, by: Any, now: datetime) -> Turn:  # noqa: ARG001 as above
    """Who brings a situation that day: each once per cycle."""
    locked_active(turn.cycle.group)
    row = Turn.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=turn.pk)
    if member is not None:
        inside = Membership.objects.filter(group=row.cycle.group_id, member=member, state=MemberState.ACTIVE)
        if not inside.exists():
            raise CycleRefused(_("Cette personne ne fait pas partie du groupe."))
        if Turn.objects.filter(cycle=row.cycle, client=member).exclude(pk=row.pk).exists():
            raise CycleRefused(
                _("Chaque membre n’apporte qu’une situation par cycle\u00a0: choisissez quelqu’un d’autre.")
            )
    row.client = member
    row.save(update_fields=["client"])
    return row


@transaction.atomic
def follow_members(cycle: Cycle, *, by: Any, now: datetime) -> int:  # noqa: ARG001 as above
    """As many sessions as members again, after some came or left; one with a client or a date stays. Answers how many."""
    group = locked_active(cycle.group)
    turns = list(Turn.objects.filter(cycle=cycle).order_by("position"))
    while len(turns) > group.member_count and turns[-1].client_id is None and turns[-1].encounter_id is None:
        turns.pop().delete()
    missing = range(len(turns) + 1, group.member_count + 1)
    Turn.objects.bulk_create([Turn(cycle=cycle, position=rank) for rank in missing])
    return len(turns) + len(missing)


@transaction.atomic
def finish_cycle(cycle: Cycle, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Twice is once."""
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.FINISHED)


@transaction.atomic
def link_encounter(turn: Turn, encounter: Encounter, *, by: Any, now: datetime) -> Turn:  # noqa: ARG001 as above
    """This session takes place at that encounter of the group."""
    group = locked_active(turn.cycle.group)
    row = Turn.objects.select_for_update().get(pk=turn.pk)
    taken = Turn.objects.filter(encounter=encounter).exclude(pk=row.pk).exists()
    if encounter.group_id != group.pk or taken:
        raise CycleRefused(_("Cette rencontre est déjà celle d’une autre séance."))
    row.encounter = encounter
    row.save(update_fields=["encounter"])
    return row


# --- Choose a date -------------------------------------------------------------------------------------------------


@transaction.atomic
def open_poll(group: Group, said: Proposed, *, by: Member, now: datetime) -> DatePoll:
    """Propose dates; the members are told, who proposes says yes to all."""
    group = locked_active(group)
    dates = sorted({moment for moment in said.dates if moment > now})[:MOST_DATES]
    if len(dates) < 2:
        raise CycleRefused(_("Proposez au moins deux dates à venir."))
    turn = said.turn
    if turn is not None and turn.cycle.group_id != group.pk:
        raise CycleRefused(_("Cette séance n’est pas de ce groupe."))
    title = " ".join(said.title.replace("\x00", "").split())[:120].strip()
    poll = DatePoll.objects.create(
        group=group, turn=turn, title=title, minutes=said.minutes, created_by=by, created_at=now
    )
    rows = PollDate.objects.bulk_create([PollDate(poll=poll, starts_at=moment) for moment in dates])
    PollAnswer.objects.bulk_create(
        [PollAnswer(date=row, member=by, choice=PollChoice.YES, answered_at=now) for row in rows]
    )
    notify_many(_members(group), POLL, poll, by=by, now=now)
    return poll


def _members(group: Group) -> list[Member]:
    inside = Membership.objects.filter(group=group, state=MemberState.ACTIVE).values("member")
    return list(Member.objects.filter(pk__in=inside, is_active=True).order_by("pk"))


@transaction.atomic
def answer_poll(poll: DatePoll, said: Mapping[int, str], *, by: Member, now: datetime) -> None:
    """What one says of the dates, by their numbers; what is left out is kept as it was."""
    _open(poll)
    known = set(PollDate.objects.filter(poll=poll, pk__in=list(said)).values_list("pk", flat=True))
    for pk in sorted(known):
        PollAnswer.objects.update_or_create(
            date_id=pk, member=by, defaults={"choice": PollChoice(said[pk]), "answered_at": now}
        )


@transaction.atomic
def choose_date(poll: DatePoll, chosen: PollDate, *, by: Any, now: datetime) -> Encounter:
    """Fix the encounter at this date; who said yes, or no, has nothing more to say."""
    row = _open(poll)
    encounter = plan(row.group, Fixed(starts_at=chosen.starts_at, minutes=row.minutes, title=row.title), by=by, now=now)
    if DatePoll.objects.filter(encounter=encounter).exists():
        raise CycleRefused(_("Une rencontre est déjà fixée à ce moment."))
    row.state, row.encounter = PollState.CHOSEN, encounter
    row.save(update_fields=["state", "encounter"])
    if row.turn is not None and row.turn.encounter_id is None:
        link_encounter(row.turn, encounter, by=by, now=now)
    _carry_presences(chosen, encounter, now=now)
    return encounter


def _carry_presences(chosen: PollDate, encounter: Encounter, *, now: datetime) -> None:
    """Who said « oui » comes, who said « non » cannot; « si besoin » is asked again."""
    for each in chosen.answers.exclude(choice=PollChoice.MAYBE):
        encounter.presences.get_or_create(
            member_id=each.member_id,
            defaults={"coming": "yes" if each.choice == PollChoice.YES else "no", "answered_at": now},
        )


@transaction.atomic
def close_poll(poll: DatePoll, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """No date after all. Twice is once."""
    DatePoll.objects.filter(pk=poll.pk, state=PollState.OPEN).update(state=PollState.CLOSED)


def _open(poll: DatePoll) -> DatePoll:
    row = DatePoll.objects.select_for_update(of=("self",)).select_related("group", "turn__cycle__group").get(pk=poll.pk)
    if row.state != PollState.OPEN:
        raise CycleRefused(_("La date est déjà choisie. Rien n’a été changé."))
    return row


def forget_member(member: Member) -> None:
    PollAnswer.objects.filter(member=member).delete()
    Turn.objects.filter(client=member).update(client=None)
