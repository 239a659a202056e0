"""Reads of groups: the public list and page, one's own groups, what a member takes away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet

from alliage.accounts.models import Member
from alliage.codev.enums import EncounterState, GroupKind, GroupState, MemberState
from alliage.codev.models import Group, Membership

COLUMNS = ("id", "kind", "kind_label", "name", "text", "access", "seats", "free_seats", "rhythm_weeks", "url")


def active_members(group: Group) -> QuerySet[Member]:
    """Those who are in it now and whose account is open, by name."""
    found = Membership.objects.filter(group=group, state=MemberState.ACTIVE).values("member")
    return Member.objects.filter(pk__in=found, is_active=True).order_by("name", "pk")


def by_number(pk: int) -> Group | None:
    return Group.objects.filter(pk=pk).first()


def public(kind: str = "", *, with_seats: bool = False) -> QuerySet[Group]:
    """Groups under way that everyone sees; `with_seats`, those where one may still come in. Those with seats first."""
    found = Group.objects.filter(state=GroupState.ACTIVE, is_hidden=False)
    if kind:
        found = found.filter(kind=kind)
    if with_seats:
        found = found.filter(member_count__lt=F("seats")).exclude(access="closed")
    return found.annotate(free=F("seats") - F("member_count")).order_by("-created_at", "-pk")


def counts() -> dict[str, int]:
    """How many of each kind, one query."""
    found = public().order_by().values("kind").annotate(count=Count("pk"))
    by_kind = {row["kind"]: row["count"] for row in found}
    return {kind: by_kind.get(kind, 0) for kind in GroupKind.values}


def mine(member: Any, now: datetime) -> QuerySet[Membership]:
    """One's groups, the next encounter first: `next_at`."""
    soon = Q(group__encounters__state=EncounterState.PLANNED, group__encounters__starts_at__gte=now)
    found = Membership.objects.filter(member=member, state=MemberState.ACTIVE).select_related("group")
    return found.annotate(next_at=Min("group__encounters__starts_at", filter=soon)).order_by(
        "group__state", F("next_at").asc(nulls_last=True), "-joined_at", "pk"
    )


def shown_names(group: Group) -> list[str]:
    """Names that everyone reads: of those who agreed."""
    found = Membership.objects.filter(group=group, state=MemberState.ACTIVE, is_shown=True, member__is_active=True)
    return [each.member.get_full_name() for each in found.select_related("member").order_by("member__name", "pk")]


# --- Exports -------------------------------------------------------------------------------------------------------


def record(group: Group) -> dict[str, Any]:
    """What everyone may read of a group."""
    return {
        "id": group.pk,
        "kind": group.kind,
        "kind_label": group.get_kind_display(),
        "name": group.name,
        "text": group.text,
        "access": group.access,
        "seats": group.seats,
        "free_seats": group.free_seats,
        "rhythm_weeks": group.rhythm or None,
        "url": settings.ORIGIN + group.get_absolute_url(),
    }


def records(found: QuerySet[Group]) -> Iterator[dict[str, Any]]:
    for group in found.iterator(chunk_size=500):
        yield record(group)


@dataclass(frozen=True)
class Waits:
    """What a facilitator has to answer."""

    asked: int
    invited: int


def waits(group: Group) -> Waits:
    found = Membership.objects.filter(group=group).aggregate(
        asked=Count("pk", filter=Q(state=MemberState.ASKED)), invited=Count("pk", filter=Q(state=MemberState.INVITED))
    )
    return Waits(found["asked"], found["invited"])
