"""What a member finds of the library on « mon espace », except what they write: read once for the page, in one query."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.library import permissions
from alliage.library.enums import SHOWN, DoubtState, StepState
from alliage.library.models import (
    Collection,
    KitRun,
    Proposal,
    Receipt,
    RecommendedResource,
    Resource,
    Suggestion,
    Translation,
)
from alliage.library.queries import collections, kits, renewal, reuse, reviews, translations
from alliage.library.queries.recommendations import received_by
from alliage.prepared import Prepared

SHOWN_OF_EACH = 3
SHOWN_TO_TEND = 5
SHOWN_ASKED = 4
_NAMES = ("what", "number", "said", "who", "more", "first", "second", "moment")


@dataclass(frozen=True)
class Line:
    """`first` and `second` count: steps settled and steps in all, resources in a collection, resources recommended and 1 when
    nobody opened it yet. `who` sent it; of a translation, `number` is that of its resource, `who` its language, `more` its state.
    To tend: `first` readers doubt, `more` is the day. Asked by a reader: `who` is the title. Reviewed: `first` is 1 for one's own."""

    number: int
    said: str
    who: str
    more: str
    first: int
    second: int
    moment: datetime


@dataclass(frozen=True)
class Desk:
    """The latest of each."""

    runs: list[Line]
    collections: list[Line]
    received: list[Line]
    translations: list[Line]
    to_tend: list[Line]
    asked: list[Line]
    reviews: list[Line]


def desk_of(request: HttpRequest) -> Desk:
    """One query for a page, whatever the number of parts that ask."""
    if not hasattr(request, "library_desk"):
        request.library_desk = _read(request.user, timezone.localdate())  # type: ignore[attr-defined]
    return cast(Desk, request.library_desk)  # type: ignore[attr-defined]


_KINDS = ("run", "collection", "received", "translation", "tend", "asked", "review")


def _read(member: Any, today: date) -> Desk:
    rows = _rows(permissions.is_reviewer(member))(member.pk, today + renewal.ASKED_BEFORE)
    found: dict[str, list[Line]] = {what: [] for what in _KINDS}
    for what, *rest in rows:
        found[what].append(Line(*rest))
    for lines in found.values():
        lines.sort(key=lambda line: (line.moment, line.number), reverse=True)
    return Desk(*(found[what] for what in _KINDS))


@cache
def _rows(with_reviews: bool) -> Prepared:
    return Prepared(lambda pk, due_by: _union(Member(pk=pk), due_by - renewal.ASKED_BEFORE, with_reviews))


def _union(member: Member, today: date, with_reviews: bool) -> QuerySet[Any, Any]:
    parts = [_collections(member), _received(member), _translations(member), _to_tend(member, today), _asked(member)]
    if with_reviews:
        parts.append(_reviews(member))
    return _runs(member).union(*parts, all=True)


def _runs(member: Any) -> QuerySet[Any, Any]:
    here = Q(steps__is_gone=False)
    latest = kits.runs_of(member).values("pk")[:SHOWN_OF_EACH]
    found = KitRun.objects.filter(pk__in=latest).order_by()
    return _columns(
        found,
        what="run",
        said=F("name"),
        first=Count("steps", filter=here & ~Q(steps__state=StepState.TO_DO)),
        second=Count("steps", filter=here),
        moment=F("moved_at"),
    )


def _collections(member: Any) -> QuerySet[Any, Any]:
    latest = collections.mine(member).values("pk")[:SHOWN_OF_EACH]
    found = Collection.objects.filter(pk__in=latest).order_by()
    count = Count("items", filter=Q(items__resource__state__in=SHOWN, items__resource__is_hidden=False))
    return _columns(found, what="collection", said=F("name"), first=count, moment=F("changed_at"))


def _received(member: Any) -> QuerySet[Any, Any]:
    latest = received_by(member).values("pk")[:SHOWN_OF_EACH]
    lines = RecommendedResource.objects.filter(
        recommendation=OuterRef("recommendation"), resource__state__in=SHOWN, resource__is_hidden=False
    )
    return _columns(
        Receipt.objects.filter(pk__in=latest).order_by(),
        what="received",
        said=Coalesce(Subquery(lines.order_by("position").values("resource__title")[:1]), Value("")),
        who=F("recommendation__sender__name"),
        first=F("recommendation__resource_count"),
        second=Case(When(opened_at=None, then=1), default=0, output_field=IntegerField()),
        moment=F("recommendation__sent_at"),
    )


def _translations(member: Any) -> QuerySet[Any, Any]:
    latest = translations.mine(member).values("pk")[:SHOWN_OF_EACH]
    return _columns(
        Translation.objects.filter(pk__in=latest).order_by(),
        what="translation",
        number="resource_id",
        said=F("resource__title"),
        who=F("language"),
        more=F("state"),
        first=Value(0),
        moment=F("moved_at"),
    )


def _to_tend(member: Any, today: date) -> QuerySet[Any, Any]:
    first_due = renewal.mine_to_tend(member, today).values("pk")[:SHOWN_TO_TEND]
    return _columns(
        Resource.objects.filter(pk__in=first_due).order_by(),
        what="tend",
        said=F("title"),
        more=Coalesce(Cast("renew_on", CharField()), Value("")),
        first=Count("doubts", filter=Q(doubts__state=DoubtState.OPEN)),
        moment=F("changed_at"),
    )


def _asked(member: Any) -> QuerySet[Any, Any]:
    latest = reuse.waiting_for_me(member).values("pk")[:SHOWN_ASKED]
    found = Suggestion.objects.filter(pk__in=latest).order_by()
    return _columns(
        found, what="asked", said=F("text"), who=F("resource__title"), first=Value(0), moment=F("created_at")
    )


def _reviews(member: Any) -> QuerySet[Any, Any]:
    """Of what waits for anybody, no title: it is counted."""
    mine = Q(reviewer=member)
    return _columns(
        Proposal.objects.filter(pk__in=reviews.for_the_panel(member).order_by().values("pk")).order_by(),
        what="review",
        said=Case(When(mine, then=Cast(KT("content__title"), CharField())), default=Value("")),
        first=Case(When(mine, then=1), default=0, output_field=IntegerField()),
        moment=F("moved_at"),
    )


def _columns(  # noqa: PLR0913 one for each column
    found: QuerySet[Any],
    *,
    what: str,
    said: Any,
    first: Any,
    moment: Any,
    number: str = "pk",
    who: Any = None,
    more: Any = None,
    second: Any = None,
) -> Any:
    """The same columns, of the same types, whatever the table."""
    nothing = Value("", CharField())
    return found.annotate(
        what=Value(what, CharField()),
        number=Cast(number, BigIntegerField()),
        said=Cast(said, CharField()),
        who=Cast(who, CharField()) if who is not None else nothing,
        more=Cast(more, CharField()) if more is not None else nothing,
        first=Cast(first, IntegerField()),
        second=Cast(second, IntegerField()) if second is not None else Value(0, IntegerField()),
        moment=moment,
    ).values_list(*_NAMES)
