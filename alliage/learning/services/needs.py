"""A territory lets its priorities count in « la vue des besoins », and takes that back; each night, lots are made and the reading with them.

Rules of lots (why: queries/needs.py): five territories of one département, of five files that nobody reads two of; never two that were together
before; a result in one lot only. A lot that loses one goes whole. Its figures are made again when its five all have a newer result.
"""

from collections import defaultdict
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.learning.lots import LOT, Candidate, five
from alliage.learning.models import Diagnostic, FileMember, NeedsLot, NeedsPlace, NeedsReading, TerritoryFile
from alliage.learning.queries import needs
from alliage.learning.services.files import lock, note
from alliage.refusals import Refusal


class NeedsRefused(Refusal):
    """This territory cannot count."""


@transaction.atomic
def agree(file: TerritoryFile, *, by: Any, now: datetime) -> None:
    """It counts from the night when five of its département may be together. Twice is once."""
    row = lock(file)
    if needs.area_of(row.territory) is None:
        raise NeedsRefused(
            _(
                "Ce territoire n’est dans aucun département ni collectivité d’outre-mer\u00a0: il n’a pas de ligne où compter."
            )
        )
    if not row.counts_needs:
        _write(file, row, counts=True)
        note(row, _("Les priorités du territoire peuvent être comptées dans la vue des besoins."), by=by, now=now)


@transaction.atomic
def withdraw(file: TerritoryFile, *, by: Any, now: datetime) -> None:
    """It counts no more: the next reading, the same night, is without its lot. Twice is once."""
    row = lock(file)
    if row.counts_needs:
        _write(file, row, counts=False)
        NeedsPlace.objects.filter(file=row, left_at=None).update(left_at=now)
        note(row, _("Les priorités du territoire ne sont plus comptées dans la vue des besoins."), by=by, now=now)


def _write(file: TerritoryFile, row: TerritoryFile, *, counts: bool) -> None:
    row.counts_needs = file.counts_needs = counts
    row.save(update_fields=["counts_needs"])


# --- Each night --------------------------------------------------------------------------------------------------------


@transaction.atomic
def recount(now: datetime) -> int:
    """Lots that lost one go, others are made or made again, then the reading; answers for how many lots count. Bears being run again."""
    files = list(TerritoryFile.objects.select_for_update().filter(counts_needs=True).values_list("pk", flat=True))
    last = needs.latest(files)
    _dissolve(now=now)
    _renew(last)
    _make_lots(last, now=now)
    lots = needs.whole_lots()
    made = NeedsReading.objects.create(made_at=now, rows=needs.published(lots))
    NeedsReading.objects.exclude(pk=made.pk).delete()
    return len(lots)


def _living() -> dict[int, list[NeedsPlace]]:
    places: dict[int, list[NeedsPlace]] = defaultdict(list)
    for each in NeedsPlace.objects.filter(left_at=None, file__counts_needs=True).select_related("lot"):
        places[each.lot_id].append(each)
    return places


def _dissolve(*, now: datetime) -> None:
    """The others of a lot that lost one leave it too: they wait for another, with their next result."""
    whole = [lot for lot, places in _living().items() if len(places) == LOT]
    NeedsPlace.objects.filter(left_at=None).exclude(lot__in=whole).update(left_at=now)


def _renew(last: dict[int, Diagnostic]) -> None:
    for places in _living().values():
        newer = [last.get(each.file_id) for each in places]
        fresh = [each for each in newer if each is not None and not needs.is_used(each)]
        if len(fresh) == LOT:
            for place, diagnostic in zip(places, fresh, strict=True):
                place.diagnostic = diagnostic
                place.save(update_fields=["diagnostic"])
            NeedsLot.objects.filter(pk=places[0].lot_id).update(figures=needs.figures(fresh))


def _make_lots(last: dict[int, Diagnostic], *, now: datetime) -> None:
    """Département by département, those that wait for the longest first."""
    inside = set(NeedsPlace.objects.filter(left_at=None).values_list("file", flat=True))
    waiting = [each for file, each in last.items() if file not in inside and not needs.is_used(each)]
    by_area: dict[int | None, list[Candidate]] = defaultdict(list)
    for candidate in _candidates(sorted(waiting, key=lambda each: (each.closed_at or now, each.pk))):
        by_area[needs.area_of(candidate.item.file.territory)].append(candidate)
    for area, candidates in by_area.items():
        if area is not None:
            _make_lots_of(area, candidates, now=now)


def _make_lots_of(area: int, candidates: list[Candidate], *, now: datetime) -> None:
    while chosen := five(candidates):
        lot = NeedsLot.objects.create(area_id=area, made_at=now, figures=needs.figures(chosen))
        NeedsPlace.objects.bulk_create(NeedsPlace(lot=lot, file=each.file, diagnostic=each) for each in chosen)
        candidates = [each for each in candidates if each.item not in chosen]


def _candidates(waiting: list[Diagnostic]) -> list[Candidate]:
    """Bound by everyone who reads the file, whoever opened the diagnostic, and the lots where the territory was."""
    files = [each.file_id for each in waiting]
    bonds: dict[int | None, set[Hashable]] = defaultdict(set)
    for file, member in FileMember.objects.filter(file__in=files).values_list("file", "member"):
        bonds[file].add(("member", member))
    for file, lot in NeedsPlace.objects.filter(file__in=files).values_list("file", "lot"):
        bonds[file].add(("lot", lot))
    for each in waiting:
        if each.opened_by_id is not None:
            bonds[each.file_id].add(("member", each.opened_by_id))
    return [Candidate(each, each.file_id, frozenset(bonds[each.file_id])) for each in waiting]
