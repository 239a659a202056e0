"""What a member finds of learning on « mon espace »: one query says what they carry, and whether other panels have anything to ask."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.db.models import BigIntegerField, CharField, DateField, Exists, F, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse

from alliage.accounts.models import Member
from alliage.learning.enums import PENDING
from alliage.learning.models import Action, FileMember, Follow
from alliage.prepared import Prepared

_NAMES = ("what", "number", "of_file", "said", "about", "day")
ACTION, FILES, PATHS = "action", "files", "paths"
# What has no date comes last.
_LAST = date.max


@dataclass(frozen=True)
class Carried:
    """An action that one carries, in a file where one still is."""

    title: str
    territory: str
    due_on: date | None
    url: str


@dataclass
class Desk:
    """The most pressing first; whether one is in a file, whether one follows a path under way."""

    carried: list[Carried] = field(default_factory=list)
    has_files: bool = False
    has_paths: bool = False


def desk_of(request: HttpRequest) -> Desk:
    """One query, once for a page."""
    found = getattr(request, "_learning_desk", None)
    if found is None:
        found = _read(request.user)
        request._learning_desk = found  # type: ignore[attr-defined]  # noqa: SLF001
    return cast("Desk", found)


def _rows(member: int) -> QuerySet[Any]:
    files = FileMember.objects.filter(member=member)
    follows = Follow.objects.filter(member=member, set_aside_at=None, completed_at=None)
    carried = Action.objects.filter(owner=member, file__in=files.values("file"), state__in=PENDING)
    lines = _lines(
        carried,
        ACTION,
        number=F("pk"),
        of_file=F("file"),
        said=F("title"),
        about=F("file__territory__name"),
        day=F("due_on"),
    )
    return lines.union(*(_is_any(member, what, rows) for what, rows in ((FILES, files), (PATHS, follows))), all=True)


_OF_MEMBER = Prepared(_rows)


def _read(member: Any) -> Desk:
    desk = Desk()
    for what, number, of_file, said, about, day in _OF_MEMBER(member.pk):
        if what == ACTION:
            desk.carried.append(Carried(said, about, day, reverse("learning:action", args=[of_file, number])))
        desk.has_files |= what == FILES
        desk.has_paths |= what == PATHS
    desk.carried.sort(key=lambda row: (row.due_on or _LAST, row.title))
    return desk


def _is_any(member: int, what: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """One line when there is any of them, none otherwise."""
    nothing = Value(0, BigIntegerField())
    words = Value("", CharField())
    found = Member.objects.filter(Exists(rows), pk=member)
    return _lines(
        found, what, number=nothing, of_file=nothing, said=words, about=words, day=Cast(Value(None), DateField())
    )


def _lines(rows: QuerySet[Any], what: str, **said: Any) -> QuerySet[Any]:
    """The same columns, whatever they come from."""
    named = {f"{name}_": value for name, value in said.items()}
    found = rows.annotate(what_=Value(what, CharField()), **named)
    return found.order_by().values_list(*(f"{name}_" for name in _NAMES))
