"""What the live page shows, before, during and after; who was there; what was written since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from alliage.events import live_people, live_times
from alliage.events.enums import SeatState
from alliage.events.live_enums import ContributionState, DoorState, Standing
from alliage.events.live_people import Visitor
from alliage.events.models import Attendee, Contribution, Event, Seat, Sequence, Stay
from alliage.events.services.contributions import mine
from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import rooms


@dataclass(frozen=True)
class Door:
    """Where somebody stands before a sequence at one moment. `person`: who they are inside, once they came in."""

    sequence: Sequence
    state: DoorState
    standing: Standing
    opens_at: datetime
    person: Participant | None = None
    enters: bool = False
    opens_in: str = ""
    starts_in: str = ""
    may_contribute: bool = False
    takes_contributions: bool = False
    contributions_until: datetime | None = None

    @property
    def room(self) -> Room | None:
        return self.sequence.room

    @property
    def holds(self) -> bool:
        return self.standing == Standing.HOLDS

    @property
    def shows_link(self) -> bool:
        """The video link and the telephone: for those whom the door lets in, and for nobody else."""
        return self.enters or (self.person is not None and self.state == DoorState.OPEN)

    @property
    def join_url(self) -> str:
        return (self.sequence.join_url or self.sequence.event.join_url) if self.shows_link else ""

    @property
    def phone(self) -> str:
        return (self.sequence.phone or self.sequence.event.phone) if self.shows_link else ""


def door(sequence: Sequence, visitor: Visitor, *, key: str, now: datetime) -> Door:
    """Four queries at most."""
    standing = live_people.standing(visitor, sequence, now=now)
    person = None
    if sequence.room is not None:
        person = rooms.person_in(sequence.room, member=visitor.member, key=key)
    takes = live_times.takes_contributions(sequence, now=now)
    return Door(
        sequence,
        live_times.door(sequence, now=now),
        standing,
        live_times.opens_at(sequence),
        person=person,
        enters=live_people.enters(standing, sequence, now=now) and live_times.has_room(sequence),
        opens_in=live_times.until(live_times.opens_at(sequence), now=now),
        starts_in=live_times.until(sequence.starts_at, now=now),
        may_contribute=takes and live_people.may_contribute(visitor),
        takes_contributions=takes,
        contributions_until=live_times.contributions_until(sequence),
    )


def children(sequence: Sequence) -> list[Sequence]:
    """The workshops held side by side in a sequence that gathers them."""
    return list(Sequence.objects.filter(parent=sequence, is_cancelled=False).order_by("rank"))


def of_event(event: Event) -> list[Sequence]:
    """The sequences of an event that are held in a room, with their rooms."""
    found = Sequence.objects.filter(event=event, is_cancelled=False).select_related("event", "room")
    return [each for each in found.order_by("starts_at", "rank") if live_times.has_room(each)]


# --- Attendance --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """How long somebody was in the room of a sequence, between its hours: `minutes` out of `planned`."""

    sequence: Sequence
    minutes: int
    planned: int
    first: datetime
    last: datetime


def measured(stays: Iterable[Stay], sequence: Sequence) -> timedelta:
    """Time there, two devices counted once, nothing before the start announced nor after the door closed."""
    total, until = timedelta(), sequence.starts_at
    for stay in sorted(stays, key=lambda each: each.began_at):
        began = max(stay.began_at, until)
        ended = min(stay.last_at, live_times.closes_at(sequence))
        if ended > began:
            total += ended - began
            until = ended
    return total


def presences_of(attendee: Attendee) -> list[Presence]:
    """Where somebody was, sequence by sequence, in order. One query."""
    held: dict[int, list[Stay]] = {}
    sequences: dict[int, Sequence] = {}
    for stay in Stay.objects.filter(attendee=attendee).select_related("sequence__event").order_by("began_at"):
        held.setdefault(stay.sequence_id, []).append(stay)
        sequences[stay.sequence_id] = stay.sequence
    found = [_presence(sequences[pk], stays) for pk, stays in held.items()]
    return sorted(found, key=lambda each: each.sequence.starts_at)


def _presence(sequence: Sequence, stays: list[Stay]) -> Presence:
    return Presence(
        sequence,
        minutes=int(measured(stays, sequence).total_seconds() // 60),
        planned=int((sequence.ends_at - sequence.starts_at).total_seconds() // 60),
        first=stays[0].began_at,
        last=max(each.last_at for each in stays),
    )


@dataclass(frozen=True)
class Attendance:
    """Counts for those who organise: nobody is named."""

    seated: int
    came: int
    there_now: int


def attendance_of(sequence: Sequence, *, now: datetime) -> Attendance:
    """How many had a seat, how many of those registered came, how many are there now. Two queries."""
    seated = Seat.objects.filter(sequence=sequence, state=SeatState.SEATED).count()
    since = now - timedelta(seconds=90)
    came = Stay.objects.filter(sequence=sequence).aggregate(
        came=Count("attendee", distinct=True), there=Count("attendee", distinct=True, filter=Q(last_at__gte=since))
    )
    return Attendance(seated, came["came"], came["there"])


# --- Contributions -----------------------------------------------------------------------------------------------------


def contributions_of(sequence: Sequence) -> QuerySet[Contribution]:
    """Those that everybody may read, in the order they came."""
    return Contribution.objects.filter(sequence=sequence, state=ContributionState.SHOWN).order_by("written_at", "pk")


def written_by(sequence: Sequence, visitor: Visitor) -> list[Contribution]:
    """Their own, whatever became of them."""
    return list(Contribution.objects.filter(mine(visitor), sequence=sequence).order_by("written_at", "pk"))


def to_decide(sequence: Sequence) -> list[Contribution]:
    """All of them, those that wait first: for those who hold the sequence."""
    found = Contribution.objects.filter(sequence=sequence).order_by("written_at", "pk")
    return sorted(found, key=lambda each: each.state != ContributionState.WAITING)


def contribution(sequence: Sequence, pk: int) -> Contribution | None:
    return Contribution.objects.select_related("sequence__event").filter(pk=pk, sequence=sequence).first()


def waiting() -> QuerySet[Contribution]:
    """What waits for a decision anywhere."""
    return Contribution.objects.filter(state=ContributionState.WAITING)


def where_they_wait() -> list[Sequence]:
    """The sequences with contributions to decide, and how many (`waiting_count`)."""
    found = Sequence.objects.filter(contributions__state=ContributionState.WAITING).select_related("event")
    return list(found.annotate(waiting_count=Count("contributions")).order_by("starts_at", "pk"))


def export_of(member: Any) -> list[dict[str, Any]]:
    """What the day keeps about a member."""
    found: list[dict[str, Any]] = [
        {"sequence": stay.sequence.title, "from": stay.began_at, "to": stay.last_at}
        for stay in Stay.objects.filter(attendee__member=member).select_related("sequence").order_by("began_at")
    ]
    return found + [
        {"sequence": each.sequence.title, "written_at": each.written_at, "kind": each.kind, "text": each.text}
        for each in Contribution.objects.filter(member=member).select_related("sequence").order_by("written_at")
    ]
