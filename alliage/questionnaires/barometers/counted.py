"""Figures that may be drawn from a closed consultation: shares of each answer, medians of numbers. Nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliage.questionnaires import queries
from alliage.questionnaires.models import Opening
from alliage.questionnaires.models.barometers import PERCENT
from alliage.questionnaires.results import Result


@dataclass(frozen=True)
class Counted:
    """One figure that may be published. `code` names its question, its row and its answer."""

    code: str
    value: Decimal
    unit: str
    statement: str
    n: int


def figures(opening: Opening, *, floor: int) -> list[Counted]:
    """Of a closed consultation; below the floor a question gives none."""
    if not opening.is_closed:
        return []
    found = queries.results(opening)
    return [each for result in found.questions for each in _of(result, floor)]


def _of(result: Result, floor: int) -> Iterator[Counted]:
    for row in result.rows:
        yield from _of_one(row, floor)
    if not result.rows:
        yield from _of_one(result, floor)


def _of_one(result: Result, floor: int) -> Iterator[Counted]:
    if result.hidden or result.answered < floor:
        return
    place = f"{result.question.code}.{result.row.code}" if result.row else result.question.code
    title = f"{result.question.title} – {result.row.title}" if result.row else result.question.title
    for bar in result.bars:
        share = Decimal(bar.count * 100) / Decimal(result.answered)
        yield Counted(f"{place}:{bar.code}", _rounded(share), PERCENT, f"{title}\u00a0: {bar.title}", result.answered)
    if result.spread is not None and not result.bars:
        median = _("%(title)s\u00a0: médiane") % {"title": title}
        yield Counted(
            place, _rounded(Decimal(str(result.spread.median)), 2), result.question.unit, median, result.answered
        )


def _rounded(value: Decimal, decimals: int = 0) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def month(moment: datetime) -> str:
    """« novembre 2026 »."""
    return date_format(timezone.localtime(moment), "F Y")
