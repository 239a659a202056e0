"""What is to come, in a few lines: home page, territories, organisations, « mon espace ».

Where the next public events are is kept a minute in memory, so that a page about a place where nothing happens asks nothing; the
database still says whether each may be shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache as cache_once
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from alliage.directory.models import Entry
from alliage.directory.queries.placed import Placed
from alliage.events.enums import EventState, SeatState
from alliage.events.models import Event
from alliage.prepared import Prepared
from alliage.territories.models import Territory

KEY, KEPT_SECONDS = "events:coming", 60
MOST = 50
# What one line shows.
LINE = (
    "slug", "kind", "state", "title", "starts_at", "ends_at", "zone", "venue", "place", "summary", "is_demo", "is_hidden", "territory__kind",
    "territory__code", "territory__name", "territory__nature", "territory__article_code",
)  # fmt: skip
HELD = (SeatState.SEATED, SeatState.WAITING)


@dataclass
class Known:
    """The next events: which are of a territory, inside it or around it; which an organisation hosts; the very next ones."""

    first: list[int] = field(default_factory=list)
    hosted: dict[int, list[int]] = field(default_factory=dict)
    placed: Placed | None = None


def public() -> QuerySet[Event]:
    """What everyone reads: published or cancelled, not hidden."""
    return Event.objects.filter(is_hidden=False).exclude(state=EventState.DRAFT)


def to_come(now: datetime) -> QuerySet[Event]:
    return Event.objects.filter(state=EventState.PUBLISHED, is_hidden=False, ends_at__gt=now)


def changed() -> None:
    """Any write that readers can see ends here, in its transaction."""
    transaction.on_commit(lambda: cache.delete(KEY))


def known() -> Known:
    found: Known = cache.get_or_set(KEY, _read, KEPT_SECONDS) or Known()
    return found


def _read() -> Known:
    found = to_come(timezone.now()).order_by("starts_at", "pk")
    hosted: dict[int, list[int]] = defaultdict(list)
    first = []
    for pk, host in found.values_list("pk", "host_id"):
        first.append(pk)
        if host:
            hosted[host].append(pk)
    return Known(first[:MOST], dict(hosted), Placed(found))


def _lines(numbers: Iterable[int], now: datetime, limit: int) -> list[Event]:
    pks = list(islice(numbers, MOST))
    if not pks:
        return []
    found: list[Event] = _read_lines(limit)(pks, now)
    return found


@cache_once
def _read_lines(limit: int) -> Prepared:
    return Prepared(
        lambda pks, now: (
            to_come(now).filter(pk__in=pks).select_related("territory").only(*LINE).order_by("starts_at", "pk")[:limit]
        )
    )


def next_ones(*, now: datetime, limit: int) -> list[Event]:
    """The very next events of the network; one query, none when there is nothing."""
    return _lines(known().first, now, limit)


def of_territory(territory: Territory, *, now: datetime, limit: int) -> list[Event]:
    """What happens in a territory, inside it, or in what contains it; none where nothing does, one query elsewhere."""
    placed = known().placed
    return _lines(placed.in_order(territory), now, limit) if placed else []


def hosted_by(entry: Entry, *, now: datetime, limit: int) -> list[Event]:
    return _lines(known().hosted.get(entry.pk, ()), now, limit)


def mine(member: Any, *, now: datetime, limit: int) -> list[Event]:
    """Where a member is expected, and what they prepare; one query."""
    found: list[Event] = _read_mine(limit)(member.pk, now)
    return found


@cache_once
def _read_mine(limit: int) -> Prepared:
    return Prepared(lambda member, now: _mine(member, now)[:limit])


def _mine(member: int, now: datetime) -> QuerySet[Event]:
    found = Event.objects.filter(ends_at__gt=now).exclude(state=EventState.CANCELLED)
    concerned = (
        Q(pk__in=Event.objects.filter(attendees__member=member, attendees__seats__state__in=HELD).values("pk"))
        | Q(owner=member)
        | Q(pk__in=Event.organisers.through.objects.filter(member_id=member).values("event_id"))
    )
    return found.filter(concerned).select_related("territory").only(*LINE, "owner_id").order_by("starts_at", "pk")
