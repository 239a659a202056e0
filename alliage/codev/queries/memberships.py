"""Reads of who is in a group, who asked, who was invited."""

from typing import Any

from django.db.models import Q, QuerySet

from alliage.accounts.models import Member
from alliage.codev.enums import MemberRole, MemberState
from alliage.codev.models import Group, Membership
from alliage.directory.models import Entry

WAITING = (MemberState.ASKED, MemberState.INVITED)


def active(group: Group) -> QuerySet[Membership]:
    """Those who are in it: who facilitates first, then by name."""
    found = Membership.objects.filter(group=group, state=MemberState.ACTIVE)
    return found.select_related("member").order_by("role", "member__name", "pk")


def waiting(group: Group) -> QuerySet[Membership]:
    """Requests and invitations without an answer."""
    return (
        Membership.objects.filter(group=group, state__in=WAITING).select_related("member").order_by("created_at", "pk")
    )


def of_group(group: Group, pk: int) -> Membership | None:
    return Membership.objects.filter(group=group, pk=pk).select_related("member", "group").first()


def facilitators_of(group: Group) -> list[Member]:
    found = Membership.objects.filter(group=group, role=MemberRole.FACILITATOR, state=MemberState.ACTIVE)
    return [each.member for each in found.select_related("member").order_by("pk") if each.member.is_active]


def categories_of(member: Any) -> set[str]:
    """Codes of the categories that the directory knows of a member: her own entry's, those of her organisations."""
    found = Entry.objects.filter(Q(owner=member) | Q(people__person__owner=member), category__isnull=False)
    return set(found.values_list("category__code", flat=True))


def my_waiting(member: Any) -> QuerySet[Membership]:
    """Invitations to answer, requests of hers that wait."""
    found = Membership.objects.filter(member=member, state__in=WAITING, group__is_hidden=False)
    return found.select_related("group").order_by("-created_at", "-pk")


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy: where she is, what she declared. Never what others wrote."""
    rows = Membership.objects.filter(member=member).select_related("group").order_by("pk")
    return [
        {
            "groupe": row.group.name,
            "etat": row.get_state_display(),
            "role": row.get_role_display(),
            "message": row.text,
            "nom_montre": row.is_shown,
            "charte_acceptee_le": row.charter_accepted_at,
            "absence_de_lien_hierarchique_declaree_le": row.no_hierarchy_declared_at,
            "depuis_le": row.joined_at,
            "jusqu_au": row.ended_at if row.state == MemberState.LEFT else None,
        }
        for row in rows
    ]
