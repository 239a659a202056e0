"""Reads about the links of resources: whose turn has come, which are dead."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from alliage.library.models import Resource, ResourceLink
from alliage.library.queries.resources import shown

# How often a link is looked at, and how soon again when it failed.
EVERY, FAILED_EVERY = timedelta(days=30), timedelta(days=3)
# From this many failures in a row, it is said to be dead.
FAILED_OFTEN = 3
PER_TURN = 300


def looked_at() -> QuerySet[Resource]:
    """What readers see; the addresses of the demonstration are fictitious."""
    return shown().filter(is_demo=False)


def due(now: datetime) -> QuerySet[ResourceLink]:
    """Links whose turn has come: never looked at first, then the oldest."""
    never, well = Q(checked_at=None), Q(failed_count=0, checked_at__lt=now - EVERY)
    failed = Q(failed_count__gt=0, checked_at__lt=now - FAILED_EVERY)
    found = ResourceLink.objects.filter(never | well | failed, resource__in=looked_at())
    return found.order_by(F("checked_at").asc(nulls_first=True), "pk")


def addresses(now: datetime) -> list[str]:
    """Each once, whatever the number of resources that name it."""
    return list(dict.fromkeys(due(now).values_list("url", flat=True)[:PER_TURN]))


def dead() -> QuerySet[ResourceLink]:
    """The last found dead first."""
    found = ResourceLink.objects.filter(failed_count__gte=FAILED_OFTEN, resource__in=looked_at())
    return found.select_related("resource__owner").order_by("-checked_at", "pk")


def by_number(pk: int) -> ResourceLink | None:
    return dead().filter(pk=pk).first()
