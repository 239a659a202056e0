"""Which groups sleep: neither session, nor message, nor date for months; since when."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from alliage.codev.enums import EncounterState, GroupState
from alliage.codev.models import DatePoll, Encounter, Group, Thread

A_MONTH = timedelta(days=365.25 / 12)


def limit(now: datetime) -> datetime:
    """What happened before is too far: a group that did nothing since sleeps."""
    return now - settings.GROUP_DORMANT_MONTHS * A_MONTH


def dormant(now: datetime) -> Any:
    """Groups under way that sleep, with `active_at`: the last sign of life, an encounter to come included."""
    found = Group.objects.filter(state=GroupState.ACTIVE).annotate(
        active_at=Greatest(
            F("created_at"),
            Coalesce(F("reopened_at"), F("created_at")),
            _last(Encounter.objects.filter(state=EncounterState.PLANNED), "starts_at"),
            _last(Thread.objects.all(), "last_at"),
            _last(DatePoll.objects.all(), "created_at"),
        )
    )
    return found.filter(active_at__lt=limit(now))


def _last(rows: QuerySet[Any], name: str) -> Coalesce:
    """The latest of a group's rows; its beginning when it has none: the greatest of several with an empty one is empty on SQLite."""
    latest = rows.filter(group=OuterRef("pk")).order_by(f"-{name}").values(name)[:1]
    return Coalesce(Subquery(latest, output_field=DateTimeField()), F("created_at"))


def dormant_since(group: Group, now: datetime) -> datetime | None:
    """The last sign of life of a group that sleeps; None when it does not. One query."""
    return dormant(now).filter(pk=group.pk).values_list("active_at", flat=True).first()


def among(groups: Iterable[Group], now: datetime) -> set[int]:
    """Numbers of those of these groups that sleep: one query."""
    return set(dormant(now).filter(pk__in=[each.pk for each in groups]).values_list("pk", flat=True))


def to_tell(now: datetime) -> Any:
    """Those that sleep, and whose members were not told of this sleep."""
    return dormant(now).filter(Q(dormant_told_at=None) | Q(dormant_told_at__lt=F("active_at")))
