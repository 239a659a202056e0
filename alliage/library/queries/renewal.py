"""Reads about what may be out of date: what is due, who was asked, what readers doubt."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from alliage.library.enums import DoubtState, State
from alliage.library.models import Doubt, Resource
from alliage.library.permissions import FOLLOWED
from alliage.library.queries.resources import shown

# How long before its date a resource is asked about, how long after it is said to be due, and how often it is asked again.
ASKED_BEFORE, SILENT_AFTER, ASKED_EVERY = timedelta(days=30), timedelta(days=30), timedelta(days=365)
# When animators look at a doubt that nobody answered.
ANSWERED_WITHIN = timedelta(days=15)

Resources = QuerySet[Resource]
Doubts = QuerySet[Doubt]


def has_owner() -> Q:
    return Q(owner__is_active=True)


def due(today: date) -> Any:
    """Those whose date comes, or has passed; what an outside bank keeps is kept there. `last_sent`: the last reminder."""
    asked = Max("renewal_notices__sent_on", filter=Q(renewal_notices__sent_on__gte=F("confirmed_on")))
    kept_here = shown().exclude(source_code__startswith=FOLLOWED).filter(renew_on__lte=today + ASKED_BEFORE)
    return (
        kept_here.filter(state__in=[State.PUBLISHED, State.TO_RENEW])
        .annotate(last_sent=asked)
        .order_by("renew_on", "pk")
    )


@dataclass(frozen=True)
class ToDo:
    """What one day asks: numbers of the resources to ask about, and of those to be said due."""

    ask: list[int]
    say_due: list[int]


def to_do(today: date) -> ToDo:
    """Asked a month before its date, then on its date; a month later without an answer, readers are told; then yearly."""
    ask, say_due = [], []
    rows = due(today).values_list("pk", "state", "renew_on", "last_sent", "owner__is_active")
    for pk, state, renew_on, last_sent, has_one in rows.iterator():
        if has_one and _is_to_ask(state, renew_on, last_sent, today):
            ask.append(pk)
        elif state == State.PUBLISHED and today >= renew_on + SILENT_AFTER and _was_silent(has_one, last_sent, today):
            say_due.append(pk)
    return ToDo(ask, say_due)


def _is_to_ask(state: str, renew_on: date, last_sent: date | None, today: date) -> bool:
    if last_sent is None:
        return True
    if state == State.TO_RENEW:
        return today >= last_sent + ASKED_EVERY
    return last_sent < renew_on <= today


def _was_silent(has_one: bool | None, last_sent: date | None, today: date) -> bool:
    return not has_one or (last_sent is not None and today >= last_sent + SILENT_AFTER)


def for_the_desk(today: date) -> Any:
    """What animators look at: due, those that nobody holds first."""
    found = due(today).filter(Q(renew_on__lte=today) | Q(state=State.TO_RENEW)).select_related("owner")
    return found.defer("content").order_by(F("owner").asc(nulls_first=True), "renew_on", "pk")


def of_the_desk(today: date) -> QuerySet[Resource]:
    """What nobody else can confirm."""
    return due(today).filter(renew_on__lte=today).exclude(has_owner())


# --- Doubts --------------------------------------------------------------------------------------------------------


def open_doubts() -> Doubts:
    return Doubt.objects.filter(state=DoubtState.OPEN).select_related("resource", "by").defer("resource__content")


def late_doubts(now: datetime) -> Doubts:
    """Left without an answer, or of a resource that nobody holds."""
    late = Q(at__lt=now - ANSWERED_WITHIN) | ~Q(resource__owner__is_active=True) | Q(resource__owner=None)
    return open_doubts().filter(late)


def doubts_of(resource: Resource) -> Doubts:
    return open_doubts().filter(resource=resource)


def doubt(pk: int) -> Doubt | None:
    return Doubt.objects.select_related("resource__owner", "by").filter(pk=pk).first()


# --- One's own -----------------------------------------------------------------------------------------------------


def mine_to_tend(person: Any, today: date) -> Resources:
    """Resources that a member holds and that wait for them: due, or doubted. One query."""
    doubted = Count("doubts", filter=Q(doubts__state=DoubtState.OPEN))
    mine = shown().filter(owner=person).annotate(doubt_count=doubted).defer("content")
    is_due = Q(state=State.TO_RENEW) | Q(state=State.PUBLISHED, renew_on__lte=today + ASKED_BEFORE)
    return mine.filter(is_due | Q(doubt_count__gt=0)).order_by("renew_on", "pk")


def export_of(member: Any) -> list[dict[str, Any]]:
    said = Doubt.objects.filter(by=member)
    return [{**each} for each in said.values("resource", "text", "state", "answer", "at")]
