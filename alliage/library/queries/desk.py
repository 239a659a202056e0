"""What a member finds on « mon espace » of kits, collections, recommendations and translations: read once for the page, in one query."""

from dataclasses import dataclass
from datetime import datetime
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
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest

from alliage.library.enums import SHOWN, StepState
from alliage.library.models import Collection, KitRun, Receipt, RecommendedResource, Translation
from alliage.library.queries import collections, kits, translations
from alliage.library.queries.recommendations import received_by

SHOWN_OF_EACH = 3
_NAMES = ("what", "number", "said", "who", "more", "first", "second", "moment")


@dataclass(frozen=True)
class Line:
    """`first` and `second` count: steps settled and steps in all, resources in a collection, resources recommended and 1 when
    nobody opened it yet. `who` sent it; of a translation, `number` is that of its resource, `who` its language, `more` its state."""

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


def desk_of(request: HttpRequest) -> Desk:
    """One query for a page, whatever the number of parts that ask."""
    if not hasattr(request, "library_desk"):
        request.library_desk = _read(request.user)  # type: ignore[attr-defined]
    return cast(Desk, request.library_desk)  # type: ignore[attr-defined]


def _read(member: Any) -> Desk:
    rows = _runs(member).union(_collections(member), _received(member), _translations(member), all=True)
    found: dict[str, list[Line]] = {"run": [], "collection": [], "received": [], "translation": []}
    for what, *rest in rows:
        found[what].append(Line(*rest))
    for lines in found.values():
        lines.sort(key=lambda line: (line.moment, line.number), reverse=True)
    return Desk(found["run"], found["collection"], found["received"], found["translation"])


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
