"""What somebody is before the door of a sequence, and in its room: questions, no writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.events.enums import SeatState
from alliage.events.enums import Standing as ProgrammeStanding
from alliage.events.live_enums import DoorState, Standing
from alliage.events.live_times import FREED_AFTER, door
from alliage.events.models import Appearance, Attendee, Seat, Sequence, Speaker, Steward
from alliage.events.services.seats import HELD
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.rooms.registry import Entry


@dataclass(frozen=True)
class Visitor:
    """Who stands there: a member, someone registered or a speaker by a personal link, several of these, or none."""

    member: Member | None = None
    attendee: Attendee | None = None
    speaker: Speaker | None = None


def member_of(user: Any) -> Member | None:
    return user if user is not None and user.is_authenticated and user.is_active else None


def holds(member: Member | None, sequence: Sequence) -> bool:
    """Stewards, and those who organise: animators too, without being expected to facilitate (`hosts`)."""
    return member is not None and (is_animator(member) or hosts(member, sequence))


def hosts(member: Member, sequence: Sequence) -> bool:
    """Named for this sequence or for its event."""
    if sequence.event.owner_id == member.pk or Steward.objects.filter(sequence=sequence, member=member).exists():
        return True
    return sequence.event.organisers.filter(pk=member.pk).exists()


def speaks(visitor: Visitor, sequence: Sequence) -> bool:
    """Has a part in the sequence, and did not decline it."""
    known = Q(pk__in=[])
    if visitor.speaker is not None:
        known |= Q(speaker=visitor.speaker)
    if visitor.member is not None:
        known |= Q(speaker__member=visitor.member)
    if visitor.speaker is None and visitor.member is None:
        return False
    parts = Appearance.objects.filter(known, item__sequence=sequence)
    return parts.exclude(standing=ProgrammeStanding.DECLINED).exists()


def standing(visitor: Visitor, sequence: Sequence, *, now: datetime) -> Standing:
    """What they are for this sequence, whatever the hour."""
    if holds(visitor.member, sequence):
        return Standing.HOLDS
    if speaks(visitor, sequence):
        return Standing.SPEAKS
    if sequence.event.is_open:
        return Standing.OPEN
    return _seat(visitor.attendee, sequence, now=now) if visitor.attendee is not None else Standing.NOBODY


def _seat(attendee: Attendee, sequence: Sequence, *, now: datetime) -> Standing:
    if not sequence.takes_registrations:
        # Nobody registers to it apart: whoever has a place that day enters.
        has_one = Seat.objects.filter(attendee=attendee, state=SeatState.SEATED).exists()
        return Standing.SEATED if has_one else Standing.NOBODY
    seat = Seat.objects.filter(attendee=attendee, sequence=sequence, state__in=HELD).first()
    if seat is None:
        return Standing.NOBODY
    if seat.state == SeatState.SEATED:
        return Standing.SEATED
    return Standing.FREED if now >= sequence.starts_at + FREED_AFTER and _has_room_left(sequence) else Standing.WAITING


def _has_room_left(sequence: Sequence) -> bool:
    """Fewer people came than there are seats: those who take part are counted, not those who hold it or speak."""
    if sequence.capacity is None or sequence.room_id is None:
        return sequence.capacity is None
    there = Participant.objects.filter(room=sequence.room_id).exclude(role__in=[Role.FACILITATOR, Role.SPEAKER])
    return there.count() < sequence.capacity


def enters(found: Standing, sequence: Sequence, *, now: datetime) -> bool:
    """Whether the door lets them in now. Those who hold the sequence prepare it before, and tidy up after the hour."""
    state = door(sequence, now=now)
    if found == Standing.HOLDS:
        return state != DoorState.CANCELLED
    return state == DoorState.OPEN and found not in {Standing.WAITING, Standing.NOBODY}


def role(visitor: Visitor, sequence: Sequence, room: Room) -> Entry:
    """What they are in the room once the door let them in."""
    if visitor.member is not None and hosts(visitor.member, sequence):
        return Entry(Role.FACILITATOR, may_facilitate=True)
    is_animating = visitor.member is not None and is_animator(visitor.member)
    is_speaking = Role.SPEAKER in room.sheet.roles and speaks(visitor, sequence)
    return Entry(Role.SPEAKER if is_speaking else room.sheet.default_role, may_facilitate=is_animating)


def entry(user: Any, room: Room, *, now: datetime) -> Entry | None:
    """For `rooms`: what this account is in the room. Someone without an account comes through the door of the sequence alone."""
    sequence = Sequence.objects.select_related("event", "room").filter(room=room).first()
    if sequence is None:
        return None
    member = member_of(user)
    visitor = Visitor(member, _registered(member, sequence))
    found = standing(visitor, sequence, now=now)
    if found != Standing.HOLDS and not sequence.event.is_public:
        return None
    return role(visitor, sequence, room) if enters(found, sequence, now=now) else None


def _registered(member: Member | None, sequence: Sequence) -> Attendee | None:
    if member is None:
        return None
    return Attendee.objects.filter(event=sequence.event_id, member=member, forgotten_at=None).first()


def may_contribute(visitor: Visitor) -> bool:
    """Those registered to the event, seated or not, and members: those who could not come count as much. Never by the address alone."""
    return visitor.attendee is not None or visitor.member is not None
