"""« La vue des besoins »: what a lot of five says together, what is published of lots, the last reading, where a file stands in it.

What is published, and why nothing hidden is found by subtraction:
- a département or an overseas collectivity has a line when it has whole lots of five; a line counts whole lots;
- each lever and measure is counted by whole fives (« au moins »): below five nothing is said, and a lot more or less is never one territory seen;
- a territory is counted, or not, on each lever whatever it says of the others: the line has no total that would give what it hides. The three
  priorities of a result are not used: three for each territory would be such a total;
- the line of a région adds what is published of its départements, and nothing else: it says no more than they do.

`rows` of a reading: [{"kind": "departement" | "com" | "region", "code", "name", "region": code or "", "territories": n,
"cells": {lever: {measure: n}}}], where a cell that is not there is « moins de cinq ».
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alliage.learning.enums import ActionState, Depth, NeedsMeasure
from alliage.learning.lots import LOT, fives
from alliage.learning.models import Action, Diagnostic, NeedsLot, NeedsPlace, NeedsReading, TerritoryFile
from alliage.learning.result_words import FEWEST_FOR_DETAIL, STRONG_WISH
from alliage.territories.enums import Kind
from alliage.territories.models import Territory

LOW = 2
Cells = dict[str, dict[str, int]]
_OWN = frozenset({Kind.DEPARTEMENT, Kind.COM})


def area_of(territory: Territory) -> int | None:
    """The département or the overseas collectivity whose line counts this territory; none for a région."""
    return territory.pk if territory.kind in _OWN else territory.departement_id or territory.com_id


# --- Results that may count --------------------------------------------------------------------------------------------


def latest(files: Iterable[int]) -> dict[int, Diagnostic]:
    """By file, its last short result of three people at least, with its place in a lot when it has one. One query."""
    rows = Diagnostic.objects.filter(file__in=list(files), depth=Depth.SHORT, closed_at__isnull=False)
    found: dict[int, Diagnostic] = {}
    for row in rows.select_related("file__territory", "needs_place").order_by("closed_at", "pk"):
        if row.file_id is not None and int((row.result or {}).get("respondents", 0)) >= FEWEST_FOR_DETAIL:
            found[row.file_id] = row
    return found


def figures(diagnostics: Sequence[Diagnostic]) -> dict[str, dict[str, int]]:
    """Of these territories, how many for each measure and lever; one query."""
    found: dict[str, dict[str, int]] = {measure: defaultdict(int) for measure in NeedsMeasure.values}
    for each in diagnostics:
        for lever in _wanted(each.result):
            found[NeedsMeasure.WANTED][lever] += 1
    rows = Action.objects.filter(file__in=[each.file_id for each in diagnostics], lever__isnull=False)
    acting = set(rows.exclude(state=ActionState.DROPPED).values_list("file", "lever__code", "state"))
    for measure, pairs in (
        (NeedsMeasure.PLANNED, {(file, lever) for file, lever, _state in acting}),
        (NeedsMeasure.STUCK, {(file, lever) for file, lever, state in acting if state == ActionState.STUCK}),
    ):
        for _file, lever in pairs:
            found[measure][lever] += 1
    return {measure: dict(counts) for measure, counts in found.items()}


def _wanted(result: dict[str, Any]) -> list[str]:
    """Levers where the level is low and the wish is strong."""
    return [
        lever
        for lever, one in result.get("levers", {}).items()
        if 0 < (one.get("level") or 0) <= LOW and (one.get("wish") or 0) >= STRONG_WISH
    ]


# --- What is published -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Area:
    """A line's place, and the région that adds it (empty for a collectivity)."""

    kind: str
    code: str
    name: str
    region: str = ""
    region_name: str = ""


def published(lots: Iterable[tuple[Area, dict[str, dict[str, int]]]]) -> list[dict[str, Any]]:
    """Pure. Régions by name, each before its départements by code; then collectivities."""
    by_area: dict[Area, list[dict[str, dict[str, int]]]] = defaultdict(list)
    for area, said in lots:
        by_area[area].append(said)
    rows = [_line(area, said) for area, said in by_area.items()]
    regions = {(row["region"], area.region_name) for area, row in zip(by_area, rows, strict=True) if row["region"]}
    found = []
    for code, name in sorted(regions, key=lambda pair: pair[1]):
        inside = sorted((row for row in rows if row["region"] == code), key=lambda row: row["code"])
        found += [_region(code, name, inside), *inside]
    return found + sorted((row for row in rows if not row["region"]), key=lambda row: row["code"])


def _line(area: Area, lots: Sequence[dict[str, dict[str, int]]]) -> dict[str, Any]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for said in lots:
        for measure, levers in said.items():
            for lever, count in levers.items():
                counts[lever, measure] += count
    told = {"kind": area.kind, "code": area.code, "name": area.name, "region": area.region}
    return told | {
        "territories": LOT * len(lots),
        "cells": _cells({key: fives(count) for key, count in counts.items()}),
    }


def _cells(counts: dict[tuple[str, str], int]) -> Cells:
    """Below five a cell is not there: nothing says that it was looked at."""
    found: Cells = {}
    for (lever, measure), count in counts.items():
        if count:
            found.setdefault(lever, {})[measure] = count
    return found


def _region(code: str, name: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """From what its départements publish, never from their lots."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        for lever, measures in row["cells"].items():
            for measure, count in measures.items():
                counts[lever, measure] += count
    told = {"kind": Kind.REGION.value, "code": code, "name": name, "region": code}
    return told | {"territories": sum(row["territories"] for row in rows), "cells": _cells(counts)}


def whole_lots() -> list[tuple[Area, dict[str, dict[str, int]]]]:
    """Those whose five are all there; two queries."""
    places: dict[int, int] = defaultdict(int)
    for lot in (
        NeedsPlace.objects.filter(left_at=None, file__counts_needs=True).order_by().values_list("lot", flat=True)
    ):
        places[lot] += 1
    rows = NeedsLot.objects.filter(pk__in=[lot for lot, count in places.items() if count == LOT])
    return [(_area(lot.area), lot.figures) for lot in rows.select_related("area__region")]


def _area(territory: Territory) -> Area:
    region = territory.region
    of_region = (region.code, region.name) if region is not None else ("", "")
    return Area(territory.kind, territory.code, territory.name, *of_region)


# --- Read --------------------------------------------------------------------------------------------------------------


def reading() -> NeedsReading | None:
    """The last one; one query."""
    return NeedsReading.objects.first()


def value(row: dict[str, Any], lever: str, measure: str) -> int | None:
    """« Au moins n territoires », or nothing below five."""
    found: int | None = row["cells"].get(lever, {}).get(measure)
    return found


def standing(file: TerritoryFile) -> str:
    """« counted », « waiting » for four others, « used » until its next diagnostic, « none » without a result that may count, or nothing. Two queries."""
    if not file.counts_needs:
        return ""
    if NeedsPlace.objects.filter(file=file, left_at=None).exists():
        return "counted"
    last = latest([file.pk]).get(file.pk)
    if last is None:
        return "none"
    return "used" if is_used(last) else "waiting"


def is_used(diagnostic: Diagnostic) -> bool:
    """Whether it is, or was, in a lot: a result counts once. No query when it came with its place."""
    return getattr(diagnostic, "needs_place", None) is not None
