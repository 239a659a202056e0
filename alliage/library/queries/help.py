"""Reads of help wanted: what everyone may answer, what one resource seeks."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from alliage.library.enums import OPEN, SHOWN, HelpKind, ResourceKind, State
from alliage.library.models import HelpWanted, Proposal, Resource

Wanted = QuerySet[HelpWanted]


def can_be_helped(resource: Resource) -> bool:
    """Published, or being written."""
    if resource.is_hidden:
        return False
    return resource.state in SHOWN or (
        resource.state == State.DRAFT and resource.proposals.filter(state__in=OPEN).exists()
    )


def shown(now: datetime) -> Wanted:
    """What everyone reads. `is_titled`: the title may be said; that of a draft only when its author agreed."""
    written = Proposal.objects.filter(resource=OuterRef("resource"), state__in=OPEN)
    titled = written.filter(shows_title=True, content__hides_place=False)
    readable = Q(resource__state__in=SHOWN)
    return (
        HelpWanted.objects.filter(closed_at=None, expires_at__gt=now, is_hidden=False, resource__is_hidden=False)
        .annotate(is_titled=Exists(titled))
        .filter(readable | Q(Exists(written), resource__state=State.DRAFT))
        .select_related("resource")
        .defer("resource__content")
        .order_by("-created_at", "-pk")
    )


def of_page(resource: Resource, now: datetime, *, limit: int) -> list[HelpWanted]:
    """The same for one resource that everyone reads: its title is known, nothing is joined."""
    if not resource.is_shown:
        return []
    open_ones = HelpWanted.objects.filter(resource=resource, closed_at=None, expires_at__gt=now, is_hidden=False)
    found = list(open_ones.order_by("-created_at", "-pk")[:limit])
    for wanted in found:
        wanted.resource = resource
    return found


def is_shown(wanted: HelpWanted, now: datetime) -> bool:
    return shown(now).filter(pk=wanted.pk).exists()


def counts(now: datetime) -> dict[str, int]:
    """How many of each kind; one query."""
    return dict(shown(now).order_by().values_list("kind").annotate(Count("pk")))


def by_number(pk: int) -> HelpWanted | None:
    return HelpWanted.objects.select_related("resource").filter(pk=pk).first()


def of_resource(resource: Resource) -> Wanted:
    """What is sought for a resource, for those who write it."""
    return resource.help_wanted.filter(closed_at=None).annotate(answer_count=Count("answers")).order_by("pk")


def row(wanted: Any) -> dict[str, Any]:
    """One line as anyone may read it: codes, and labels beside them. Never who asks."""
    resource = wanted.resource
    readable = resource.state in SHOWN
    return {
        "id": wanted.pk,
        "kind": wanted.kind,
        "kind_label": str(HelpKind(wanted.kind).label),
        "text": wanted.text,
        "resource_kind": resource.kind,
        "resource_kind_label": str(ResourceKind(resource.kind).label),
        "resource": resource.pk if readable else None,
        "resource_title": resource.title if readable or wanted.is_titled else None,
        "resource_url": resource.get_absolute_url() if readable else None,
        "created_on": timezone.localdate(wanted.created_at),
        "expires_on": timezone.localdate(wanted.expires_at),
    }


def export_of(member: Any) -> list[dict[str, Any]]:
    asked = HelpWanted.objects.filter(by=member)
    return [{**each} for each in asked.values("kind", "text", "created_at", "expires_at", "closed_at")]
