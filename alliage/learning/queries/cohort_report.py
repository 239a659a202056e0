"""What a cohort leaves: levels before and after, what its territories chose; and what earlier ones chose from the same point.

Made once, when the cohort closes (`Cohort.report`), so that two readings never differ by one territory. Shape:
{"files": n, "measured": n, "levers": {lever: {"before": mean, "after": mean}}, "chosen": {level: {"files": n, "levers": {lever: n}}}}
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from statistics import fmean
from typing import Any

from django.utils import timezone

from alliage.learning.enums import ActionState, CohortState
from alliage.learning.lots import FLOOR, fives
from alliage.learning.models import Action, Cohort, Diagnostic
from alliage.learning.queries.cohort_board import closed_of, level_of


@dataclass(frozen=True)
class Span:
    """Where a territory was when the cohort began, and where it is: two diagnostics, or one, or none."""

    before: Diagnostic | None = None
    after: Diagnostic | None = None

    @property
    def is_measured(self) -> bool:
        return self.before is not None and self.after is not None


def spans(cohort: Cohort, files: Iterable[int], *, now: datetime) -> dict[int, Span]:
    """Before: the last one closed before the cohort began, or else the first one during it. After: the last one during it. One query."""
    began = timezone.make_aware(datetime.combine(cohort.opens_on, time.min))
    ended = cohort.closed_at or now
    by_file: dict[int, list[Diagnostic]] = defaultdict(list)
    numbers = list(files)
    for row in closed_of(numbers).filter(closed_at__lte=ended):
        by_file[row.file_id].append(row)  # type: ignore[index]  # of a file
    return {pk: _span(by_file[pk], began) for pk in numbers}


def _span(latest_first: list[Diagnostic], began: datetime) -> Span:
    during = [row for row in latest_first if row.closed_at is not None and row.closed_at >= began]
    earlier = [row for row in latest_first if row not in during]
    before = earlier[0] if earlier else during[-1] if during else None
    after = during[0] if during and during[0] != before else None
    return Span(before, after)


def make(cohort: Cohort, *, now: datetime) -> dict[str, Any]:
    """Of the territories that are in when it closes; three queries."""
    files = list(cohort.places.filter(joined_at__isnull=False, left_at=None).values_list("file", flat=True))
    found = spans(cohort, files, now=now)
    measured = [span for span in found.values() if span.is_measured]
    return {
        "files": len(files),
        "measured": len(measured),
        "levers": _means(measured),
        "chosen": _chosen(cohort, found),
    }


def _means(measured: list[Span]) -> dict[str, dict[str, float]]:
    """Only levers that five territories at least know both times."""
    known: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for span in measured:
        before, after = _levers(span.before), _levers(span.after)
        for lever, mean in before.items():
            if lever in after:
                known[lever].append((mean, after[lever]))
    return {
        lever: {"before": round(fmean(a for a, _b in two), 2), "after": round(fmean(b for _a, b in two), 2)}
        for lever, two in known.items()
        if len(two) >= FLOOR
    }


def _levers(diagnostic: Diagnostic | None) -> dict[str, float]:
    result: dict[str, Any] = diagnostic.result if diagnostic is not None else {}
    return {code: one["mean"] for code, one in result.get("levers", {}).items() if one.get("mean") is not None}


def _chosen(cohort: Cohort, found: dict[int, Span]) -> dict[str, Any]:
    """For each level at the start: how many territories, and how many chose an action of each lever."""
    began = timezone.make_aware(datetime.combine(cohort.opens_on, time.min))
    actions = Action.objects.filter(file__in=list(found), lever__isnull=False, created_at__gte=began)
    levers: dict[int, set[str]] = defaultdict(set)
    for file, lever in actions.exclude(state=ActionState.DROPPED).values_list("file", "lever__code"):
        levers[file].add(lever)
    chosen: dict[str, Any] = {}
    for file, span in found.items():
        level = level_of(span.before)
        if level is None:
            continue
        at = chosen.setdefault(str(level), {"files": 0, "levers": {}})
        at["files"] += 1
        for lever in levers[file]:
            at["levers"][lever] = at["levers"].get(lever, 0) + 1
    return chosen


# --- What earlier cohorts chose --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earlier:
    """« Au moins n territoires »: whole fives, so that one more territory is never seen. `levers`: code, at least how many."""

    files: int
    levers: list[tuple[str, int]]


def earlier(level: int | None, *, but: Cohort) -> Earlier | None:
    """From the same point, in all closed cohorts; None below the floor. One query."""
    if level is None:
        return None
    files, levers = 0, defaultdict[str, int](int)
    for report in Cohort.objects.filter(state=CohortState.CLOSED).exclude(pk=but.pk).values_list("report", flat=True):
        at = report.get("chosen", {}).get(str(level), {"files": 0, "levers": {}})
        files += at["files"]
        for lever, count in at["levers"].items():
            levers[lever] += count
    shown = [(lever, fives(count)) for lever, count in levers.items() if count >= FLOOR]
    return Earlier(fives(files), sorted(shown, key=lambda pair: (-pair[1], pair[0]))) if files >= FLOOR else None
