"""Reads of what brings a question of the network into a group: one's codev groups, and the next session of each."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from alliage.codev.enums import EncounterState, GroupKind, GroupState, MemberState
from alliage.codev.models import Encounter, Membership
from alliage.codev.session_enums import SessionState

BEFORE = (SessionState.PLANNED, SessionState.READY)


def _next(group: Any, now: datetime) -> QuerySet[Encounter]:
    """The encounters to come whose session may still be given a subject."""
    found = Encounter.objects.filter(group=group, state=EncounterState.PLANNED, starts_at__gte=now)
    return found.filter(Q(session=None) | Q(session__state__in=BEFORE)).order_by("starts_at", "pk")


def my_groups(member: Any, now: datetime) -> list[Any]:
    """One's codev groups under way, by name, with `next_at`: when each works next, None without a date. One query."""
    inside = Membership.objects.filter(
        member=member.pk, state=MemberState.ACTIVE, group__kind=GroupKind.CODEV, group__state=GroupState.ACTIVE
    )
    soon = _next(OuterRef("group"), now).values("starts_at")[:1]
    return list(inside.select_related("group").annotate(next_at=Subquery(soon)).order_by("group__name", "pk"))


def next_encounter(member: Any, group: int, now: datetime) -> Encounter | None:
    """Where a question goes, in a group where this person is."""
    inside = Membership.objects.filter(member=member.pk, state=MemberState.ACTIVE, group__kind=GroupKind.CODEV)
    found = _next(group, now).filter(group__in=inside.values("group"), group__state=GroupState.ACTIVE)
    return found.select_related("group").first()
