"""What a funder (or anybody) supports, and what came of it: alliances, calls and offers that anyone may read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from alliage.directory.enums import NeedSide, NeedState
from alliage.directory.models import Alliance, Entry, Need
from alliage.directory.queries.alliances import alliances_of
from alliage.directory.queries.need_filters import of_someone_seen, shown_needs

MOST_SHOWN = 100
GIVES = (NeedSide.OFFER, NeedSide.CALL)


@dataclass(frozen=True)
class Totals:
    """`outcomes`: of alliances and calls together, those that say what came of them."""

    alliances: int
    partners: int
    territories: int
    open_calls: int
    outcomes: int

    @property
    def any(self) -> bool:
        return bool(self.alliances or self.open_calls or self.outcomes)


def supports_of(entry: Entry) -> QuerySet[Alliance]:
    """Its confirmed alliances that anyone may see."""
    return alliances_of(entry, None).prefetch_related("goals")


def given_by(entry: Entry, *, now: datetime) -> QuerySet[Need]:
    """Its calls and offers: open ones, and those that were met."""
    shown = Q(pk__in=shown_needs(now).values("pk")) | Q(of_someone_seen(), state=NeedState.MET, is_hidden=False)
    found = Need.objects.filter(shown, entry=entry, side__in=GIVES)
    return found.select_related("entry", "territory").prefetch_related("terms").order_by("-opened_at", "-pk")


def totals(entry: Entry, *, now: datetime) -> Totals:
    """Two queries, whatever it supports."""
    of_alliances = (
        supports_of(entry)
        .order_by()
        .aggregate(
            count=Count("pk"),
            first=Count("first", distinct=True, filter=~Q(first=entry)),
            second=Count("second", distinct=True, filter=~Q(second=entry)),
            territories=Count("territory", distinct=True),
            told=Count("pk", filter=~Q(outcome="")),
        )
    )
    of_needs = (
        given_by(entry, now=now)
        .order_by()
        .aggregate(shown=Count("pk", filter=~Q(state=NeedState.MET)), met=Count("pk", filter=Q(state=NeedState.MET)))
    )
    return Totals(
        alliances=of_alliances["count"],
        partners=of_alliances["first"] + of_alliances["second"],
        territories=of_alliances["territories"],
        open_calls=of_needs["shown"],
        outcomes=of_alliances["told"] + of_needs["met"],
    )


def everything(entry: Entry, *, now: datetime) -> Iterator[Alliance | Need]:
    """All of it, for an export."""
    rows: list[Any] = [supports_of(entry), given_by(entry, now=now)]
    for found in rows:
        yield from found.iterator(chunk_size=500)
