"""Reads of recommendations: what one received, what one sent and whether it was read."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.library import previews
from alliage.library.enums import SHOWN
from alliage.library.models import (
    Receipt,
    Recommendation,
    RecommendationMute,
    RecommendedResource,
    Resource,
)


def _lines() -> Prefetch[Any]:
    """Resources that everyone still reads."""
    shown = RecommendedResource.objects.filter(resource__state__in=SHOWN, resource__is_hidden=False)
    return Prefetch("lines", shown.select_related("resource").order_by("position", "pk"))


def received_by(member: Any) -> QuerySet[Receipt]:
    """What waits in one's list, the last first."""
    found = Receipt.objects.filter(person=member, put_away_at=None, recommendation__sender__is_active=True)
    lines = Prefetch("recommendation__lines", _lines().queryset)
    return (
        found.select_related("recommendation__sender")
        .prefetch_related(lines)
        .order_by("-recommendation__sent_at", "-pk")
    )


def sent_by(member: Any) -> QuerySet[Recommendation]:
    """What one sent, with when each person opened it."""
    receipts = Prefetch("receipts", Receipt.objects.order_by("pk"))
    found = Recommendation.objects.filter(sender=member).select_related("entry")
    return found.prefetch_related(_lines(), receipts).order_by("-sent_at", "-pk")


def receipt_of(member: Any, pk: int) -> Receipt | None:
    """Of this member alone."""
    return Receipt.objects.select_related("recommendation__sender").filter(pk=pk, person=member).first()


def receipt_by_token(token: str) -> Receipt | None:
    """What the link of a mail opens; what a member received is read signed in."""
    found = Receipt.objects.select_related("recommendation__sender").filter(
        token_digest=previews.digest(token), person=None, recommendation__sender__is_active=True
    )
    return found.first()


def resources_of(recommendation: Recommendation) -> list[Resource]:
    """Those that everyone still reads, in the order of the sender."""
    lines = recommendation.lines.filter(resource__state__in=SHOWN, resource__is_hidden=False)
    return [line.resource for line in lines.select_related("resource").order_by("position", "pk")]


def entry_of_sender(recommendation: Recommendation) -> Entry | None:
    """Where to answer her, when everyone reads her entry."""
    return Entry.objects.filter(
        owner=recommendation.sender_id, kind=EntryKind.CATALYST, visibility=Visibility.PUBLIC, is_hidden=False
    ).first()


def muted_by(member: Any) -> list[RecommendationMute]:
    """Whom one refuses; a line without sender means everybody."""
    return list(RecommendationMute.objects.filter(person=member).select_related("sender").order_by("pk"))


def export_of(member: Any) -> dict[str, Any]:
    """A member's own copy: what she sent, and what she received, whoever wrote it."""

    def numbers(recommendation: Recommendation) -> list[int]:
        return list(recommendation.lines.values_list("resource_id", flat=True))

    sent = Recommendation.objects.filter(sender=member).select_related("entry").order_by("pk")
    received = Receipt.objects.filter(person=member).select_related("recommendation__sender").order_by("pk")
    return {
        "envoyees": [
            {
                "a": each.entry.name if each.entry is not None else each.address_hint,
                "mot": each.note,
                "ressources": numbers(each),
                "le": each.sent_at,
            }
            for each in sent
        ],
        "recues": [
            {
                "de": each.recommendation.sender.get_full_name(),
                "mot": each.recommendation.note,
                "ressources": numbers(each.recommendation),
                "le": each.recommendation.sent_at,
                "ouverte_le": each.opened_at,
            }
            for each in received
        ],
        "refusees": [
            each.sender.get_full_name() if each.sender is not None else "tout le monde" for each in muted_by(member)
        ],
    }
