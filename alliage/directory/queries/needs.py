"""Reads of needs, offers and calls: the list, its map and its exports come from the same filters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from alliage.accounts.models import Member
from alliage.directory.enums import NEEDS_SHOWN, EntryKind, NeedState, Visibility
from alliage.directory.models import Entry, Membership, Need
from alliage.directory.permissions import can_tend_need
from alliage.directory.queries.alliances import spoken_for
from alliage.directory.queries.need_filters import (
    RADII,
    NeedFilters,
    conditions,
    filtered,
    in_order,
    measured,
    place_asked,
    shown_needs,
)
from alliage.directory.queries.placed import Placed
from alliage.directory.queries.reach import wider
from alliage.directory.queries.snapshot import Snapshot
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

PER_PAGE = 24
MOST_WAYS = 6
MOST_OF_AN_ENTRY = 50
MOST_OF_A_TERRITORY = 50


def with_details(found: QuerySet[Need]) -> QuerySet[Need]:
    """Rows ready for a list or an export: two queries in all."""
    return found.select_related("entry", "territory").prefetch_related("terms")


def rows(filters: NeedFilters, *, now: datetime) -> QuerySet[Need]:
    """The list that anyone may read, in its order."""
    return in_order(filtered(shown_needs(now), filters), filters)


def side_counts(filters: NeedFilters, *, now: datetime) -> dict[str, int]:
    """How many of each nature the other filters leave."""
    found = filtered(shown_needs(now), replace(filters, side="")).order_by()
    return dict(found.values_list("side").annotate(count=Count("pk")))


@dataclass(frozen=True)
class Spot:
    """What is at one territory: how many, and the page of the only one."""

    territory: Row
    count: int
    pk: int
    title: str


def spots(filters: NeedFilters, *, now: datetime) -> list[Spot]:
    """The territories of the list that have a point, in one query; the largest first."""
    found = filtered(shown_needs(now), filters).order_by().exclude(territory=None)
    groups = found.values("territory_id").annotate(count=Count("pk"), first=Min("pk"), title=Max("title"))
    known = snapshot().by_id
    made = [
        Spot(place, group["count"], group["first"], group["title"])
        for group in groups
        if (place := known.get(group["territory_id"])) is not None and place.latitude is not None
    ]
    return sorted(made, key=lambda spot: (-spot.count, spot.territory.name))


@dataclass(frozen=True)
class WayOut:
    """One filter less, or a wider place: how many that gives. `removed` is empty for a wider place."""

    filters: NeedFilters
    removed: str
    count: int


def ways_out(filters: NeedFilters, *, now: datetime) -> list[WayOut]:
    """What an empty list may become, in one query; the smallest change first."""
    asked = conditions(filters)
    tries: list[tuple[NeedFilters, str]] = []
    if filters.territory and filters.radius:
        tries += [(replace(filters, radius=each), "") for each in RADII if each > filters.radius]
        tries.append((replace(filters, radius=0), "rayon"))
    if filters.territory:
        tries += [(replace(filters, territory=each, radius=0), "") for each in wider(filters.territory)]
    tries += [(filters.without(name), name) for name in filters.parameters() if name not in ("rayon",)]
    wanted = {f"n{rank}": _joined(asked, filters, each) for rank, (each, _name) in enumerate(tries)}
    if not wanted:
        return []
    found = measured(shown_needs(now), filters.territory if filters.radius else None)
    counts = found.aggregate(**{key: Count("pk", filter=condition) for key, condition in wanted.items()})
    ways = [WayOut(each, name, counts[f"n{rank}"]) for rank, (each, name) in enumerate(tries)]
    return [way for way in ways if way.count][:MOST_WAYS]


def _joined(asked: dict[str, Q], filters: NeedFilters, other: NeedFilters) -> Q:
    """What other filters ask, from the conditions already written; `pk` keeps it from being empty."""
    whole = Q(pk__isnull=False)
    for name in other.parameters():
        if name == "territoire" and (other.territory != filters.territory or other.radius != filters.radius):
            whole &= place_asked(other.territory, other.radius)
        elif name != "rayon":
            whole &= asked[name]
    return whole


# --- One need ------------------------------------------------------------------------------------------------------


def is_shown(need: Need, now: datetime) -> bool:
    """Whether it is in the list, where one may answer: the same answer as `shown_needs`, for one."""
    return (
        need.state in NEEDS_SHOWN and need.expires_at is not None and need.expires_at > now and _of_someone_seen(need)
    )


def is_public(need: Need, now: datetime) -> bool:
    """Whether anyone may read its page: in the list, or met, with what came of it."""
    return is_shown(need, now) or (need.state == NeedState.MET and _of_someone_seen(need))


def _of_someone_seen(need: Need) -> bool:
    entry = need.entry
    seen = entry is None or (not entry.is_hidden and entry.visibility == Visibility.PUBLIC)
    return seen and not need.is_hidden


def need(pk: int, user: Any, *, now: datetime) -> Need | None:
    """One need, if this person may read it: those who hold it and animators always may."""
    found = with_details(Need.objects.filter(pk=pk)).first()
    if found is None or is_public(found, now):
        return found
    return found if can_tend_need(user, found) else None


def speakable(user: Any) -> list[Entry]:
    """The published entries in whose name a member may speak: their own, then their organisations and teams."""
    if not user.is_authenticated:
        return []
    mine = Entry.objects.filter(owner=user, kind=EntryKind.CATALYST, is_hidden=False)
    return [entry for entry in (*mine, *spoken_for(user)) if entry.visibility == Visibility.PUBLIC]


def mine(user: Any) -> QuerySet[Need]:
    """What the entries that a member holds or may edit ask and offer, whatever its state; the latest first."""
    edited = Membership.objects.filter(is_editor=True, person__owner=user).values("group_id")
    held = Need.objects.filter(Q(entry__owner=user) | Q(entry__in=edited))
    return held.select_related("entry", "territory").order_by("-created_at", "-pk")


def written_by(member: Member) -> Iterator[dict[str, object]]:
    """What a member wrote, for their own copy of their data."""
    for row in Need.objects.filter(author=member).order_by("pk"):
        yield {
            "side": row.side,
            "kind": row.kind,
            "title": row.title,
            "text": row.text,
            "name": row.name,
            "email": row.email,
            "state": row.state,
            "outcome": row.outcome,
            "created_at": row.created_at,
        }


def terms_of(need: Need, vocabulary: Vocabulary) -> list[Term]:
    """ODD or leviers of a need, in the order of their vocabulary; from memory once `terms` was prefetched."""
    numbers = {term.pk for term in need.terms.all()}
    return [term for term in taxonomy.terms(vocabulary) if term.pk in numbers]


def of_territory(territory: Territory, *, now: datetime, limit: int, known: Snapshot) -> list[Need]:
    """The first of a territory, one more than asked when there are others; one query, none where there is none.

    More are asked for than are wanted: some may be past their date.
    """
    placed: Placed = known.keep(("needs of territories",), _placed)
    pks = list(islice(placed.by_nearness(territory), MOST_OF_A_TERRITORY))
    if not pks:
        return []
    found: list[Need] = _OF_CARDS(pks, now)
    return sorted(found, key=lambda need: pks.index(need.pk))[: limit + 1]


# What one line of a list shows.
_OF_A_CARD = (
    "side", "kind", "title", "name", "state", "expires_at", "is_demo", "entry__name",
    "territory__kind", "territory__code", "territory__name", "territory__nature",
)  # fmt: skip
_OF_CARDS = Prepared(
    lambda pks, now: (
        shown_needs(now).filter(pk__in=pks).order_by().select_related("entry", "territory").only(*_OF_A_CARD)
    )
)


def _placed() -> Placed:
    """What may be shown: services tell the directory each time there is one more, or that one moved."""
    return Placed(Need.objects.filter(state__in=NEEDS_SHOWN, is_hidden=False).order_by("-opened_at", "-pk"))


def of_entry(entry: Entry, *, now: datetime, known: Snapshot) -> list[Need]:
    """What anyone may read of an entry's needs and offers, the latest first; one query, none for those who have none."""
    if entry.pk not in known.keep(("needs",), _entries_with_needs):
        return []
    found = Need.objects.filter(entry=entry).filter(
        Q(state__in=NEEDS_SHOWN, expires_at__gt=now) | Q(state=NeedState.MET), is_hidden=False
    )
    return list(found.select_related("entry", "territory").order_by("-opened_at", "-pk")[:MOST_OF_AN_ENTRY])


def _entries_with_needs() -> frozenset[int]:
    """Entries that may have something to show: services tell the directory each time one more has."""
    found = Need.objects.filter(state__in=(*NEEDS_SHOWN, NeedState.MET), entry__isnull=False)
    return frozenset(found.order_by().values_list("entry_id", flat=True).distinct())
