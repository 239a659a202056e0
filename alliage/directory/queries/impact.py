"""Counts that everyone may read: of entries, territories, requests, alliances, needs. Never of what readers do.

Nothing here tells of one person: what is asked of catalysts is counted from `FEWEST` on, and says None below.
"""

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

import numpy as np
from django.db.models import Case, CharField, Count, Min, Q, Value, When

from alliage.directory.enums import EntryKind, NeedSide, NeedState
from alliage.directory.enums import Freshness as State
from alliage.directory.freshness import AGEING_AFTER, STALE_AFTER, months_after
from alliage.directory.models import HelpRequest, Need
from alliage.directory.queries import bits
from alliage.directory.queries.alliances import visible_alliances
from alliage.directory.queries.coverage import coverage
from alliage.directory.queries.lists import visible
from alliage.directory.queries.snapshot import Snapshot, snapshot
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind

FEWEST = 5
NEAR = (Kind.COMMUNE, Kind.EPCI, Kind.EPT, Kind.CUSTOM)


@dataclass(frozen=True)
class Counted:
    """What the directory shows to anyone. `communes`: where someone says that they act, at the scale of a commune, of
    an intercommunality or of a territory made of communes: a département or a région would count every commune."""

    catalysts: int
    organisations: int
    teams: int
    alliances: int
    communes: int


def counted() -> Counted:
    known = snapshot()
    kinds = {kind: bits.count(known.seen[0] & known.kinds[kind]) for kind in EntryKind}
    return Counted(
        kinds[EntryKind.CATALYST],
        kinds[EntryKind.ORGANISATION],
        kinds[EntryKind.TEAM],
        visible_alliances().count(),
        _communes(known),
    )


def _communes(known: Snapshot) -> int:
    """Linear in the number of areas: each territory is opened once, whoever acts there."""
    if not known.size:
        return 0
    areas, seen = known.areas, np.zeros(known.size, bool)
    seen[bits.rows_of(known.seen[0], known.size)] = True
    ends = np.concatenate([areas.starts[1:], [len(areas.by_level[0])]])
    used = areas.by_level[0][np.repeat(seen, ends - areas.starts)]
    found: set[int] = set()
    for rank in np.unique(used):
        place = known.places.get(int(areas.used[rank]))
        if place is not None and place.kind in NEAR:
            found |= known.places.communes(place)  # type: ignore[arg-type]
    return len(found)


def people_by_term(vocabulary: str) -> list[tuple[Term, int]]:
    """Each term of a vocabulary, and how many entries that anyone may see bear it: what the filter would find."""
    known = snapshot()
    none = bits.empty(known.size)
    return [(term, bits.count(known.seen[0] & known.terms.get(term.pk, none))) for term in taxonomy.terms(vocabulary)]


@dataclass(frozen=True)
class Fresh:
    """How many entries of a kind were confirmed less than a year ago, less than two, longer ago, never."""

    kind: EntryKind
    fresh: int
    ageing: int
    stale: int
    never: int

    @property
    def total(self) -> int:
        return self.fresh + self.ageing + self.stale + self.never


def freshness(today: date) -> list[Fresh]:
    """One query for all kinds."""
    state = Case(
        When(confirmed_on__isnull=True, then=Value(State.NEVER)),
        When(confirmed_on__gte=months_after(today, -AGEING_AFTER), then=Value(State.FRESH)),
        When(confirmed_on__gte=months_after(today, -STALE_AFTER), then=Value(State.AGEING)),
        default=Value(State.STALE),
        output_field=CharField(),
    )
    rows = visible().order_by().annotate(state=state).values("kind", "state").annotate(count=Count("pk"))
    counts = {(row["kind"], row["state"]): row["count"] for row in rows}
    return [Fresh(kind, *(counts.get((kind, name), 0) for name in State)) for kind in EntryKind]


@dataclass(frozen=True)
class Covered:
    """Of the territories of a scale, in how many someone acts; those who act in the whole of France are apart."""

    scale: Kind
    covered: int
    total: int


def covered(scale: Kind) -> Covered:
    cells = coverage(scale).cells
    return Covered(scale, sum(1 for cell in cells if cell.total), len(cells))


@dataclass(frozen=True)
class Requests:
    """Requests for help sent, answered, and half of the answers came within `median_days`. None: too few to say."""

    sent: int | None
    answered: int | None
    median_days: int | None
    since: date | None


def requests() -> Requests:
    whole = HelpRequest.objects.aggregate(sent=Count("pk"), since=Min("created_at"))
    answered = HelpRequest.objects.filter(answered_at__isnull=False)
    delays = [
        (last - first).days for first, last in answered.order_by().values_list("created_at", "answered_at") if last
    ]
    enough = len(delays) >= FEWEST
    if whole["sent"] < FEWEST:
        return Requests(None, None, None, None)
    return Requests(
        whole["sent"],
        len(delays) if enough else None,
        round(median(delays)) if enough else None,
        whole["since"].date(),
    )


@dataclass(frozen=True)
class Needs:
    """Needs, offers and calls shown at least once, and those that came to something."""

    needs: int
    offers: int
    calls: int
    met: int


def needs() -> Needs:
    shown = Q(opened_at__isnull=False, is_hidden=False)
    found = Need.objects.filter(shown).aggregate(
        needs=Count("pk", filter=Q(side=NeedSide.NEED)),
        offers=Count("pk", filter=Q(side=NeedSide.OFFER)),
        calls=Count("pk", filter=Q(side=NeedSide.CALL)),
        met=Count("pk", filter=Q(state=NeedState.MET)),
    )
    return Needs(**found)


def opened_at() -> datetime | None:
    """When the first entry that is still shown came."""
    return visible().aggregate(first=Min("created_at"))["first"]
