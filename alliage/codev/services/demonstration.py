"""The fictitious groups of the demonstration, from a data file. Nobody is told: they are there from the start."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from alliage.accounts.models import Member
from alliage.codev import charter
from alliage.codev.enums import MemberRole, MemberState, PollChoice
from alliage.codev.models import Cycle, DatePoll, Encounter, Group, Membership, PollAnswer, PollDate, Turn

PARIS = ZoneInfo("Europe/Paris")
HOST = "@demonstration.exemple.fr"
# So long ago did the people of a group come in.
SINCE = timedelta(days=60)


@transaction.atomic
def load_groups(said: dict[str, Any], *, now: datetime) -> int:
    """Add the groups that are not there yet; answers how many. Safe to repeat: one without a date to come has one again."""
    for row in said["members"]:
        Member.objects.get_or_create(
            email=row["email"],
            defaults={"name": row["name"], "time_zone": row["time_zone"], "is_demo": True, "created_at": now},
        )
    known = {
        member.email.removesuffix(HOST): member for member in Member.objects.filter(is_demo=True, email__endswith=HOST)
    }
    there = {group.name: group for group in Group.objects.filter(is_demo=True)}
    added = 0
    for row in said["groups"]:
        people = [known[code] for code in row["people"] if code in known]
        if row["name"] in there:
            _dates(there[row["name"]], row, now=now)
        elif people:
            _group(row, people, known, now=now)
            added += 1
    return added


def _group(row: dict[str, Any], people: list[Member], known: dict[str, Member], *, now: datetime) -> None:
    group = Group.objects.create(
        kind=row["kind"],
        name=row["name"],
        text=row["text"],
        access=row["access"],
        seats=row["seats"],
        rhythm=row["rhythm"],
        excluded_categories=row.get("excluded", []),
        charter=charter.starting_text(),
        video_url=row.get("video_url", ""),
        member_count=len(people),
        created_by=people[0],
        created_at=now - SINCE,
        is_demo=True,
    )
    shown = set(row.get("shown", ()))
    Membership.objects.bulk_create(
        [
            _membership(group, person, rank, person.email.removesuffix(HOST) in shown, now)
            for rank, person in enumerate(people)
        ]
    )
    Membership.objects.bulk_create(
        [
            Membership(
                group=group,
                member=known[code],
                state=MemberState.ASKED,
                created_at=now,
                charter_version=1,
                charter_accepted_at=now,
            )
            for code in row.get("asked", ())
            if code in known
        ]
    )
    _dates(group, row, now=now)
    if row.get("clients"):
        _cycle(group, [known[code] for code in row["clients"] if code in known], now=now)
    if "poll" in row:
        _poll(group, row["poll"], people, now=now)


def _membership(group: Group, person: Member, rank: int, shown: bool, now: datetime) -> Membership:
    return Membership(
        group=group,
        member=person,
        role=MemberRole.MEMBER if rank else MemberRole.FACILITATOR,
        state=MemberState.ACTIVE,
        is_shown=shown,
        charter_accepted_at=now - SINCE,
        charter_version=1,
        no_hierarchy_declared_at=now - SINCE,
        created_at=now - SINCE,
        joined_at=now - SINCE,
    )


def _at(now: datetime, days: int, hour: int) -> datetime:
    """So many days from today, at an hour of Paris."""
    day = now.astimezone(PARIS).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=PARIS)


def _dates(group: Group, row: dict[str, Any], *, now: datetime) -> None:
    """Its encounters, unless one is to come already."""
    if Encounter.objects.filter(group=group, starts_at__gt=now).exists():
        return
    Encounter.objects.bulk_create(
        [
            Encounter(
                group=group,
                title=each["title"],
                starts_at=_at(now, each["in_days"], each["hour"]),
                minutes=each["minutes"],
                created_at=now,
                changed_at=now,
            )
            for each in row["encounters"]
        ]
    )


def _cycle(group: Group, clients: list[Member], *, now: datetime) -> None:
    cycle = Cycle.objects.create(
        group=group, starts_on=(now - timedelta(days=28)).date(), rhythm=group.rhythm, created_at=now - SINCE
    )
    dated = list(Encounter.objects.filter(group=group).order_by("starts_at"))[: group.member_count]
    Turn.objects.bulk_create(
        [
            Turn(
                cycle=cycle,
                position=rank + 1,
                client=clients[rank] if rank < len(clients) else None,
                encounter=dated[rank] if rank < len(dated) else None,
            )
            for rank in range(group.member_count)
        ]
    )


def _poll(group: Group, row: dict[str, Any], people: list[Member], *, now: datetime) -> None:
    poll = DatePoll.objects.create(
        group=group, title=row["title"], minutes=row["minutes"], created_by=people[0], created_at=now
    )
    dates = PollDate.objects.bulk_create(
        [PollDate(poll=poll, starts_at=_at(now, days, row["hour"])) for days in row["in_days"]]
    )
    choices = (PollChoice.YES, PollChoice.MAYBE, PollChoice.YES, PollChoice.NO)
    PollAnswer.objects.bulk_create(
        [
            PollAnswer(date=date, member=person, choice=choices[(rank * 2 + which) % len(choices)], answered_at=now)
            for which, date in enumerate(dates)
            for rank, person in enumerate(people[:1] + people[2:5])
        ]
    )
