"""Reads of resources: what readers see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from alliage.directory.enums import Visibility
from alliage.directory.models import Entry, address
from alliage.library.enums import SHOWN, Density, Phase, Size
from alliage.library.labels import label
from alliage.library.models import Author, Resource, ResourceLink, Version
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind

OF_A_CARD = ("kind", "title", "summary", "content", "proof", "year", "language", "state", "is_demo")


def shown() -> QuerySet[Resource]:
    """What everyone may read: the base of lists, exports, feeds and the index."""
    return Resource.objects.filter(state__in=SHOWN, is_hidden=False)


def visible(_viewer: Any) -> QuerySet[Resource]:
    """The same for everyone: a proposal is found by nobody."""
    return shown()


def by_number(pk: int) -> Resource | None:
    """The resource of this number, whoever may see it: the caller asks `permissions`."""
    return next(iter(Resource.objects.filter(pk=pk)[:1]), None)


def terms_of(content: dict[str, Any], name: str, vocabulary: Vocabulary) -> list[Term]:
    """The terms that a content names, from the process' memory: « leviers », « odd »…"""
    found = (taxonomy.term(vocabulary, code) for code in content.get(name, ()))
    return [term for term in found if term is not None]


def context_words(context: dict[str, Any]) -> list[str]:
    """« de 2 000 à 10 000 habitants, rural, en lancement »: what is known of the kind of territory, in words."""
    choices = (("territory_kind", Kind), ("size", Size), ("density", Density), ("phase", Phase))
    return [label(codes, context[name]) for name, codes in choices if context.get(name)]


# --- One resource --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """When a link of the resource was last looked at; `answers` is False once it failed."""

    at: datetime
    answers: bool


@dataclass(frozen=True)
class Beside:
    """What stands beside a content: the page of each author who has one (by rank), what is known of each link (by address),
    and those of the other resources asked about that everyone may read."""

    entries: dict[int, str] = field(default_factory=dict)
    links: dict[str, Checked] = field(default_factory=dict)
    shown: frozenset[int] = frozenset()


OTHER = "other"
# Columns of the one question: what a row is, then its rank, its words, its number, its moment.
_BESIDE = ("what", "rank", "said", "number", "moment")


def beside(resource: Resource, others: Iterable[int] = ()) -> Beside:
    """Of the published content, and of other resources; one query, none when there is nothing to ask."""
    wanted = _wanted(resource, list(others))
    if not wanted:
        return Beside()
    rows = wanted[0].union(*wanted[1:], all=True) if len(wanted) > 1 else wanted[0]
    entries, links, readable = {}, {}, set()
    for kind, rank, key, number, moment in rows:
        if kind == OTHER:
            readable.add(number)
        elif kind:
            entries[rank] = address(key, kind)
        elif moment:
            links[key] = Checked(moment, answers=not number)
    return Beside(entries, links, frozenset(readable))


def _wanted(resource: Resource, others: list[int]) -> list[QuerySet[Any, Any]]:
    """What is worth asking, from what the content holds."""
    content = resource.content
    return [
        *([_links(resource)] if content["links"] else []),
        *([_entries(resource)] if any(author["entry"] for author in content["authors"]) else []),
        *([_shown(others)] if others else []),
    ]


def _links(resource: Resource) -> QuerySet[Any, Any]:
    found = ResourceLink.objects.filter(resource=resource).order_by()
    return found.annotate(
        what=Value("", CharField()),
        rank=Cast("position", BigIntegerField()),
        said=Cast("url", CharField()),
        number=Cast("failed_count", BigIntegerField()),
        moment=F("checked_at"),
    ).values_list(*_BESIDE)


def _entries(resource: Resource) -> QuerySet[Any, Any]:
    """Those that anyone may see."""
    found = Author.objects.filter(seen("entry__"), resource=resource, entry__isnull=False).order_by()
    return found.annotate(
        what=Cast("entry__kind", CharField()),
        rank=Cast("position", BigIntegerField()),
        said=Cast("entry__slug", CharField()),
        number=Value(0, BigIntegerField()),
        moment=Value(None, DateTimeField()),
    ).values_list(*_BESIDE)


def _shown(numbers: list[int]) -> QuerySet[Any, Any]:
    found = shown().filter(pk__in=numbers).order_by()
    return found.annotate(
        what=Value(OTHER, CharField()),
        rank=Value(0, BigIntegerField()),
        said=Value("", CharField()),
        number=Cast("pk", BigIntegerField()),
        moment=Value(None, DateTimeField()),
    ).values_list(*_BESIDE)


def seen(prefix: str = "") -> Q:
    """Entries that anyone may see."""
    return Q(**{f"{prefix}is_hidden": False, f"{prefix}visibility": Visibility.PUBLIC})


def version(resource: Resource, number: int) -> Version | None:
    return Version.objects.filter(resource=resource, number=number).first()


# --- From elsewhere ------------------------------------------------------------------------------------------------


def written_by(entry: Entry, *, limit: int) -> list[Resource]:
    """What an entry wrote or took part in, the last first, one more than asked when there are others; one query."""
    found: list[Resource] = _written_by(limit + 1)(entry.pk)
    return found


@cache
def _written_by(most: int) -> Prepared:
    return Prepared(
        lambda entry: listed(shown().filter(pk__in=Author.objects.filter(entry=entry).values("resource")))[:most]
    )


def with_numbers(pks: list[int]) -> list[Resource]:
    """Those of these numbers that everyone may read, ready for cards, the last published first; one query."""
    return _WITH_NUMBERS(pks) if pks else []


def listed(found: QuerySet[Resource]) -> QuerySet[Resource]:
    """Ready for cards, the last published first: without the columns that no card reads."""
    return found.only(*OF_A_CARD).order_by("-edited_at", "-pk")


_WITH_NUMBERS = Prepared(lambda pks: listed(shown().filter(pk__in=pks)))
