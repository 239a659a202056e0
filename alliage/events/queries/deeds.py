"""Where a member spoke or facilitated: a part of « Mes preuves »."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.urls import reverse

from alliage.directory.registry import DeedRow, deed_rows
from alliage.events.enums import EventKind, EventState, Standing, StewardRole
from alliage.events.models import Appearance, Sequence, Steward

SEQUENCES = "events.sequences"
# Before the address of an event whose sequences have no page of their own.
_ALONE = "/"


def taken(member: int, now: datetime) -> QuerySet[Any]:
    """Sequences that are over, of what everyone reads, where they were confirmed, or which they facilitated."""
    speaks = Appearance.objects.filter(
        item__sequence=OuterRef("pk"), speaker__member=member, standing=Standing.CONFIRMED
    )
    leads = Steward.objects.filter(sequence=OuterRef("pk"), member=member, role=StewardRole.FACILITATOR)
    found = Sequence.objects.filter(
        Q(Exists(speaks)) | Q(Exists(leads)),
        ends_at__lte=now,
        is_cancelled=False,
        event__state=EventState.PUBLISHED,
        event__is_hidden=False,
    )
    place = Case(
        When(event__kind=EventKind.RENCONTRE, then=F("event__slug")),
        default=Concat(Value(_ALONE), F("event__slug"), output_field=CharField()),
    )
    return deed_rows(SEQUENCES, found, at="starts_at", title=F("title"), place=place)


def url(row: DeedRow) -> str:
    if row.place.startswith(_ALONE):
        return reverse("events:event", args=[row.place.removeprefix(_ALONE)])
    return reverse("events:sequence", args=[row.place, row.key])
