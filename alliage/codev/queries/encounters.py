"""Reads of encounters: those of a group, one's own, who comes, the calendar behind a secret link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from alliage.accounts.models import Member
from alliage.codev import calendars
from alliage.codev.enums import Coming, EncounterState, MemberState
from alliage.codev.models import CalendarLink, Encounter, Group, Membership, Presence

# A calendar keeps what is over this long.
KEPT = timedelta(days=60)


def _with_mine(found: Any, member: Any) -> Any:
    """`my_answer`: what she said of her presence, or None."""
    mine = Presence.objects.filter(encounter=OuterRef("pk"), member=member.pk).values("coming")[:1]
    return found.annotate(my_answer=Subquery(mine))


def coming_up(group: Group, member: Any, now: datetime) -> Any:
    """Those that are not over, the next first; what was cancelled shows until its hour."""
    found = Encounter.objects.filter(group=group, starts_at__gte=now - timedelta(hours=10))
    return _with_mine(found, member).order_by("starts_at", "pk")


def past(group: Group, now: datetime) -> QuerySet[Encounter]:
    found = Encounter.objects.filter(group=group, state=EncounterState.PLANNED, starts_at__lt=now)
    return found.order_by("-starts_at", "-pk")


def of_group(group: Group, pk: int, member: Any) -> Any:
    found = Encounter.objects.filter(group=group, pk=pk)
    return _with_mine(found, member).select_related("group").first()


@dataclass(frozen=True)
class Answers:
    """Names of those who come, of those who cannot, of those who did not say."""

    coming: list[str]
    absent: list[str]
    silent: list[str]


def answers(encounter: Encounter) -> Answers:
    """One query."""
    said = Presence.objects.filter(encounter=encounter, member=OuterRef("member")).values("coming")[:1]
    inside = Membership.objects.filter(group=encounter.group_id, state=MemberState.ACTIVE)
    rows = inside.annotate(said=Subquery(said)).select_related("member").order_by("member__name", "pk")
    names: dict[Any, list[str]] = {Coming.YES: [], Coming.NO: [], None: []}
    for row in rows:
        names[row.said].append(row.member.get_full_name())
    return Answers(names[Coming.YES], names[Coming.NO], names[None])


def mine(member: Any, now: datetime) -> QuerySet[Encounter]:
    """The next encounters of her groups, those that she cannot attend left out."""
    found = Encounter.objects.filter(_of_member(member), state=EncounterState.PLANNED, starts_at__gte=now)
    goes = Q(my_answer=None) | ~Q(my_answer=Coming.NO)
    return _with_mine(found, member).filter(goes).select_related("group").order_by("starts_at", "pk")


def _of_member(member: Any) -> Q:
    inside = Membership.objects.filter(member=member.pk, state=MemberState.ACTIVE).values("group")
    return Q(group__in=inside)


# --- One's own calendar --------------------------------------------------------------------------------------------


def link_of(member: Any) -> str:
    """What one gives to one's calendar; empty when there is none."""
    row = CalendarLink.objects.filter(member=member.pk).first()
    if row is None:
        return ""
    return settings.ORIGIN + reverse("codev:calendar_feed", args=[calendars.token_of(row.seed)])


def by_token(token: str) -> Member | None:
    """Whose calendar a secret link opens."""
    row = CalendarLink.objects.filter(token_digest=calendars.digest(token), member__is_active=True)
    found = row.select_related("member").first()
    return found.member if found is not None else None


def for_calendar(member: Member, now: datetime) -> QuerySet[Encounter]:
    """Those of her groups, cancelled ones too: a calendar must be told."""
    found = Encounter.objects.filter(_of_member(member), starts_at__gte=now - KEPT)
    return found.select_related("group").order_by("starts_at", "pk")


def export_of(member: Any) -> dict[str, Any]:
    """A member's own copy: what she said of her presence, never what a group wrote."""
    said = Presence.objects.filter(member=member).select_related("encounter").order_by("answered_at", "pk")
    link = CalendarLink.objects.filter(member=member).first()
    return {
        "presences": [
            {"rencontre_du": row.encounter.starts_at, "reponse": row.get_coming_display(), "le": row.answered_at}
            for row in said
        ],
        "lien_d_agenda_fait_le": link.created_at if link else None,
    }
