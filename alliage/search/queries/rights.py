"""What a person may find: asked of the index, then of the rows."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from alliage.prepared import Prepared
from alliage.search import engine, permissions
from alliage.search.engine import Found, Query, Reader
from alliage.search.models import SearchChange
from alliage.search.registry import SearchableKind, kinds

# Numbers of one kind are asked by multiples of this many.
FEW = 5
logger = logging.getLogger(__name__)

# Changes not in the index yet that are left out one by one; beyond, their kinds are left out whole.
MOST_CHANGES = 5_000


def opened(viewer: Any) -> tuple[Reader, Query] | None:
    """The index as it is now, and the part of it that this person may find; None while it is being made."""
    # Read before the index is looked at: a change that is gone from here is in what is opened next.
    changes = _changes()
    reader = engine.reader()
    return (reader, _scope(permissions.tokens(viewer), changes)) if reader else None


def _changes() -> Iterable[tuple[str, int]] | set[str]:
    """What changed since the last commit of the index: objects, or whole kinds when there are thousands."""
    objects: list[tuple[str, int]] = _FIRST_CHANGES()
    if len(objects) <= MOST_CHANGES:
        return objects
    return set(SearchChange.objects.order_by().values_list("kind", flat=True).distinct())


_FIRST_CHANGES = Prepared(lambda: SearchChange.objects.values_list("kind", "object_id")[: MOST_CHANGES + 1])


def _scope(tokens: Sequence[str], changes: Iterable[tuple[str, int]] | set[str]) -> Query:
    """What this person may find, and only what the index still says right."""
    may = engine.one_of("audience", tokens)
    if isinstance(changes, set):
        return engine.all_of(may, none_of=[engine.one_of("kind", changes)])
    keys = {engine.key(kind, pk) for kind, pk in changes}
    return engine.all_of(may, none_of=[engine.one_of("key", keys)] if keys else [])


def allowed(found: Sequence[Found], viewer: Any) -> tuple[list[Found], list[Found]]:
    """Those of these documents that the rows let this person see, and those that they refuse although the index did not."""
    visible = _visible(found, viewer)
    refused = [one for one in found if (one.kind, one.id) not in visible]
    if refused:
        logger.warning("The index let through %s: a change was not told.", [(one.kind, one.id) for one in refused])
    return [one for one in found if (one.kind, one.id) in visible], refused


def _visible(found: Sequence[Found], viewer: Any) -> set[tuple[str, int]]:
    """Those of these objects that the rows say this person may see; one query for all kinds."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one.id)
    asked = [kind for kind in kinds if kind.code in by_kind]
    numbers = [by_kind[kind.code] for kind in asked]
    if not asked:
        return set()
    now = timezone.now()
    if viewer.is_authenticated or not all(kind.is_steady for kind in asked):
        return set(_union(asked, viewer, now, numbers))
    codes, dated = tuple(kind.code for kind in asked), any(kind.is_dated for kind in asked)
    prepared = _prepared_at(codes) if dated else _prepared(codes)
    return set(prepared(*([now] if dated else []), *map(_filled, numbers)))


def _union(
    asked: Sequence[SearchableKind], viewer: Any, now: datetime, numbers: Sequence[Sequence[int]]
) -> QuerySet[Any, Any]:
    parts = [
        kind.seen_by(viewer, now)
        .filter(pk__in=pks)
        .order_by()
        .annotate(search_kind=Value(kind.code, CharField()), search_id=Cast("pk", BigIntegerField()))
        .values_list("search_kind", "search_id")
        for kind, pks in zip(asked, numbers, strict=True)
    ]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


@lru_cache(maxsize=256)
def _prepared(codes: tuple[str, ...]) -> Prepared:
    """The same question for who is not signed in, by kinds asked together; of none of them does the moment matter."""
    asked = _kinds(codes)
    return Prepared(lambda *numbers: _union(asked, AnonymousUser(), timezone.now(), numbers))


@lru_cache(maxsize=256)
def _prepared_at(codes: tuple[str, ...]) -> Prepared:
    """The same where the moment matters."""
    asked = _kinds(codes)
    return Prepared(lambda now, *numbers: _union(asked, AnonymousUser(), now, numbers))


def _kinds(codes: Sequence[str]) -> list[SearchableKind]:
    known = {kind.code: kind for kind in kinds}
    return [known[code] for code in codes]


def _filled(pks: list[int]) -> list[int]:
    """The last of them again, up to a few lengths: each length is another SQL."""
    return pks + pks[-1:] * (-len(pks) % FEW)
