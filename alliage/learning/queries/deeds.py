"""What a member learnt, and what of their advice served: a part of « Mes preuves »."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from alliage.directory.registry import DeedRow, deed_rows
from alliage.learning.enums import PathState
from alliage.learning.models import Advice, Follow

ADVICE, PATHS = "learning.advice", "learning.paths"


def used(member: int, _now: datetime) -> QuerySet[Any]:
    """Advice whose action was done: neither the territory, nor what was proposed."""
    found = Advice.objects.filter(sender=member, used_at__isnull=False)
    return deed_rows(ADVICE, found, at="used_at", terms="resource__terms")


def completed(member: int, now: datetime) -> QuerySet[Any]:
    """Paths that give an attestation: those that are whole, and still published."""
    found = Follow.objects.filter(member=member, completed_at__lte=now).exclude(path__state=PathState.DRAFT)
    return deed_rows(PATHS, found, at="completed_at", title=F("path__title"), place=F("path__slug"))


def url(row: DeedRow) -> str:
    return reverse("learning:path", args=[row.place])
