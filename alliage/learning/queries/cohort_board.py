"""The facilitator's board: one line per territory, who waits for a place, which binômes would help each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from alliage.learning.enums import PENDING, WRITERS, ActionState, Depth
from alliage.learning.models import (
    Action,
    Cohort,
    CohortMessage,
    CohortPlace,
    Diagnostic,
    FileEvent,
    FileMember,
    Follow,
)
from alliage.learning.queries.files import LEAST_EQUIPPED, least_equipped_first
from alliage.learning.queries.following import in_version
from alliage.territories import grammar

# A month of holidays is no silence to worry about; three weeks are worth a word.
SILENT_WEEKS = 3
STRONG, WEAK = 3, 2
PROPOSED = 5


@dataclass(frozen=True)
class Done:
    """How far a plan is, and the paths that the team follows for its territory."""

    done: int = 0
    late: int = 0
    pending: int = 0
    paths: int = 0
    steps_done: int = 0
    steps: int = 0


@dataclass(frozen=True)
class Line:
    """A territory of the cohort as its facilitator reads it; its own team reads the same."""

    place: CohortPlace
    diagnostic: Diagnostic | None
    deeds: Done
    last_sign: datetime
    now: datetime

    @property
    def title(self) -> str:
        return grammar.title(self.place.file.territory)

    @property
    def level(self) -> int | None:
        return level_of(self.diagnostic)

    @property
    def silent_weeks(self) -> int:
        """Whole weeks without a sign; none before it is worth saying."""
        weeks = (self.now - self.last_sign).days // 7
        return weeks if weeks >= SILENT_WEEKS else 0

    @property
    def buddy(self) -> str:
        return grammar.title(self.place.buddy.file.territory) if self.place.buddy is not None else ""


def level_of(diagnostic: Diagnostic | None) -> int | None:
    return (diagnostic.result or {}).get("level") if diagnostic is not None else None


def closed_of(files: Iterable[int]) -> QuerySet[Diagnostic]:
    """Closed short diagnostics of these files, the latest first."""
    found = Diagnostic.objects.filter(file__in=list(files), depth=Depth.SHORT, closed_at__isnull=False)
    return found.order_by("-closed_at", "-pk")


def _signed(cohort: Cohort) -> QuerySet[CohortPlace]:
    """With what the team last did in its file, and last wrote in the space."""
    team = FileMember.objects.filter(file=OuterRef(OuterRef("file")), role__in=WRITERS)
    events = FileEvent.objects.filter(file=OuterRef("file"), by__in=team.values("member"))
    said = CohortMessage.objects.filter(cohort=OuterRef("cohort"), author__in=team.values("member"))
    return cohort.places.filter(left_at=None).annotate(
        last_event=Subquery(events.order_by("-at").values("at")[:1]),
        last_message=Subquery(said.order_by("-at").values("at")[:1]),
    )


def lines(cohort: Cohort, *, now: datetime, only: int | None = None) -> list[Line]:
    """Those who are in, by name. Four queries. `only`: the number of one place."""
    rows = _signed(cohort).filter(joined_at__isnull=False)
    if only is not None:
        rows = rows.filter(pk=only)
    places = list(rows.select_related("file__territory", "buddy__file__territory").order_by("file__territory__name"))
    files = [each.file_id for each in places]
    last: dict[int | None, Diagnostic] = {}
    for found in closed_of(files):
        last.setdefault(found.file_id, found)
    plans, learnt = _plans(files, now), _learnt(files)
    return [_line(each, last.get(each.file_id), plans[each.file_id], learnt[each.file_id], now) for each in places]


def _line(place: Any, last: Diagnostic | None, plan: dict[str, Any], learnt: dict[str, Any], now: datetime) -> Line:
    signs = [place.joined_at, place.last_event, place.last_message, plan.get("sign"), learnt.get("sign")]
    signs.append(last.closed_at if last is not None else None)
    counted = {name: count for name, count in (plan | learnt).items() if name != "sign"}
    return Line(place, last, Done(**counted), max(sign for sign in signs if sign is not None), now)


def _plans(files: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    waits = Q(state__in=PENDING)
    rows = (
        Action.objects.filter(file__in=files)
        .order_by()
        .values("file")
        .annotate(
            done=Count("pk", filter=Q(state=ActionState.DONE)),
            late=Count("pk", filter=waits & Q(due_on__lt=timezone.localdate(now))),
            pending=Count("pk", filter=waits),
            sign=Max("changed_at"),
        )
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row["file"]] = {name: value for name, value in row.items() if name != "file"}
    return found


def _learnt(files: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Steps done of paths followed for the territory: how many, never which nor what was written."""
    rows = Follow.objects.filter(file__in=files, set_aside_at=None).annotate(
        asked=Count("path__steps", filter=in_version("path__steps"), distinct=True),
        finished=Count("done", filter=in_version("done__step") & Q(done__done_at__isnull=False), distinct=True),
        sign=Max("done__changed_at"),
    )
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        one = found[row.file_id]  # type: ignore[index]
        one["paths"] = one.get("paths", 0) + 1
        one["steps"] = one.get("steps", 0) + row.asked
        one["steps_done"] = one.get("steps_done", 0) + row.finished
        one["sign"] = max(one.get("sign") or row.started_at, row.sign or row.started_at)
    return found


# --- Who waits -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A territory that asks for a place: its name, its means, its zonings; nothing else of it yet."""

    place: CohortPlace
    zonings: tuple[str, ...]

    @property
    def title(self) -> str:
        return grammar.title(self.place.file.territory)


def waiting(cohort: Cohort) -> list[Waiting]:
    """The least equipped first, by the rule of accompaniment; two queries."""
    places = {row.file_id: row for row in cohort.places.filter(joined_at=None).select_related("file__territory")}
    ordered = least_equipped_first(row.file for row in places.values())
    return [Waiting(places[file.pk], zonings) for file, zonings in ordered]


def least_equipped(found: Sequence[Line]) -> int:
    """How many of those who are in are among the least equipped."""
    return sum(line.place.file.means in LEAST_EQUIPPED for line in found)


# --- Binômes that would help each other ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """Two territories: what the first is at ease with where the second begins, and the other way round (codes of levers)."""

    first: Line
    second: Line
    gives: tuple[str, ...]
    receives: tuple[str, ...]


def proposals(found: Sequence[Line]) -> list[Proposal]:
    """Among those without a binôme; each gives and each receives; the most helpful first, each territory once. No query."""
    alone = [line for line in found if line.place.buddy_id is None]
    pairs = [_pair(first, second) for first, second in combinations(alone, 2)]
    pairs = [pair for pair in pairs if pair.gives and pair.receives]
    pairs.sort(key=lambda pair: (-min(len(pair.gives), len(pair.receives)), -len(pair.gives + pair.receives)))
    taken: set[int] = set()
    kept = []
    for pair in pairs:
        two = {pair.first.place.pk, pair.second.place.pk}
        if not two & taken:
            kept.append(pair)
            taken |= two
    return kept[:PROPOSED]


def _pair(first: Line, second: Line) -> Proposal:
    return Proposal(first, second, _helps(first, second), _helps(second, first))


def _helps(strong: Line, weak: Line) -> tuple[str, ...]:
    there, other = _levels(strong), _levels(weak)
    return tuple(code for code, level in sorted(there.items()) if level >= STRONG and 0 < other.get(code, 0) <= WEAK)


def _levels(line: Line) -> dict[str, int]:
    result: dict[str, Any] = line.diagnostic.result if line.diagnostic is not None else {}
    return {code: one["level"] for code, one in result.get("levers", {}).items() if one.get("level")}
