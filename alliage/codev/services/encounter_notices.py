"""Who is told of an encounter, and how: whoever fixes, moves or cancels one, or ends its group."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from alliage.accounts.models import Member
from alliage.codev.enums import Coming, EncounterState, MemberState
from alliage.codev.models import Encounter, Membership, Presence
from alliage.notifications.services import notify_many
from alliage.notifications.timing import zone_of

FIXED = "codev.encounter"


def call_off(encounter: Encounter, *, by: Any, now: datetime) -> None:
    """It will not take place: the members are told, and their calendars too."""
    encounter.state, encounter.changed_at = EncounterState.CANCELLED, now
    encounter.sequence += 1
    encounter.save()
    tell(encounter, by=by, now=now)


def participants(encounter: Encounter) -> list[Member]:
    """Those who are in the group and did not say that they cannot come."""
    absent = Presence.objects.filter(encounter=encounter, coming=Coming.NO).values("member")
    inside = Membership.objects.filter(group=encounter.group_id, state=MemberState.ACTIVE).exclude(member__in=absent)
    return list(Member.objects.filter(pk__in=inside.values("member"), is_active=True).order_by("time_zone", "pk"))


def reminded(encounter: Encounter) -> list[Member]:
    """In a codev group of eight, each is expected: those who have not answered yet are reminded too. Elsewhere, those who come alone."""
    people = participants(encounter)
    if encounter.group.is_codev:
        return people
    coming = Presence.objects.filter(encounter=encounter, coming=Coming.YES).values_list("member", flat=True)
    wanted = set(coming)
    return [person for person in people if person.pk in wanted]


def by_zone(people: list[Member]) -> Iterator[tuple[ZoneInfo, list[Member]]]:
    """A moment is written in each one's own time zone."""
    for name, some in groupby(people, key=lambda person: person.time_zone):
        yield zone_of(name), list(some)


def tell(encounter: Encounter, *, by: Any, now: datetime) -> None:
    for zone, people in by_zone(participants(encounter)):
        with timezone.override(zone):
            notify_many(people, FIXED, encounter, by=by, now=now, key=f"{encounter.sequence}|{encounter.state}")
