"""A territory lets its result count in the figures of those like it, and takes it back. Lots are made here, five at a time."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.learning.enums import WRITERS, Depth
from alliage.learning.lots import Candidate, five
from alliage.learning.models import ComparedLot, ComparedPlace, Diagnostic, FileMember
from alliage.learning.queries import comparison
from alliage.learning.queries.comparison import Group, group_of
from alliage.learning.result_words import FEWEST_FOR_DETAIL
from alliage.refusals import Refusal


class ComparisonRefused(Refusal):
    """This result cannot count."""


@transaction.atomic
def join(diagnostic: Diagnostic, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """It counts from the moment when five wait together; nobody knows who the four others are. Twice is once."""
    row = _locked(diagnostic)
    if row.closed_at is None or row.territory is None or row.depth != Depth.SHORT:
        raise ComparisonRefused(_("Seul un diagnostic court et clos peut compter dans les comparaisons."))
    if int(row.result.get("respondents", 0)) < FEWEST_FOR_DETAIL:
        raise ComparisonRefused(
            _("Moins de trois personnes ont répondu\u00a0: ce résultat ne peut pas compter dans les comparaisons.")
        )
    if ComparedPlace.objects.filter(diagnostic=row, left_at__isnull=False).exists():
        raise ComparisonRefused(
            _("Ce résultat a été retiré des comparaisons\u00a0: il n’y revient pas. Le prochain pourra y entrer.")
        )
    _write(diagnostic, row, is_compared=True)
    _make_lot(group_of(row.territory), now=now)


@transaction.atomic
def leave(diagnostic: Diagnostic, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """It counts no more, nor do the four others of its lot: figures before and after differ by five territories. Twice is once."""
    row = _locked(diagnostic)
    _write(diagnostic, row, is_compared=False)
    place = ComparedPlace.objects.filter(diagnostic=row, left_at=None).select_related("lot").first()
    if place is not None:
        place.left_at = now
        place.save(update_fields=["left_at"])
        _forget(Group(place.lot.kind, place.lot.size))


def _locked(diagnostic: Diagnostic) -> Diagnostic:
    return Diagnostic.objects.select_for_update(of=("self",)).select_related("territory").get(pk=diagnostic.pk)


def _write(diagnostic: Diagnostic, row: Diagnostic, *, is_compared: bool) -> None:
    row.is_compared = diagnostic.is_compared = is_compared
    row.save(update_fields=["is_compared"])


def _forget(group: Group) -> None:
    transaction.on_commit(lambda: comparison.forget(group))


def _make_lot(group: Group, *, now: datetime) -> None:
    """The five that wait for the longest, of five territories and five teams; none while there are fewer.

    Someone who writes in two of them would know one answer out of five the more: who opens four files does not read the fifth.
    """
    waiting = (
        Diagnostic.objects.select_for_update(of=("self",))
        .filter(is_compared=True, compared_place=None, territory__kind=group.kind)
        .select_related("territory")
        .order_by("closed_at", "pk")
    )
    chosen = five(_candidates([each for each in waiting if each.territory and group_of(each.territory) == group]))
    if not chosen:
        return
    lot = ComparedLot.objects.create(kind=group.kind, size=group.size, made_at=now)
    ComparedPlace.objects.bulk_create([ComparedPlace(lot=lot, diagnostic=each) for each in chosen])
    _forget(group)


def _candidates(waiting: list[Diagnostic]) -> list[Candidate]:
    """Bound by their team, and by whoever opened the diagnostic."""
    teams: dict[int | None, set[int | None]] = defaultdict(set)
    rows = FileMember.objects.filter(file__in=[each.file_id for each in waiting], role__in=WRITERS)
    for file, member in rows.values_list("file", "member"):
        teams[file].add(member)
    return [
        Candidate(each, each.territory_id, frozenset(teams[each.file_id] | {each.opened_by_id}) - {None})
        for each in waiting
    ]
