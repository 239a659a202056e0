"""Reads of advice: what a territory received, what became of what one sent."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alliage.learning import things
from alliage.learning.enums import AdviceState
from alliage.learning.models import Advice, TerritoryFile


@dataclass(frozen=True)
class Line:
    """An advice as a page says it."""

    advice: Advice
    thing: things.Thing

    @property
    def is_waiting(self) -> bool:
        return self.advice.state == AdviceState.SENT

    @property
    def code(self) -> str:
        """What it proposes, as a form of advice begins with it."""
        row = self.advice.resource or self.advice.entry or self.advice.event
        return things.code_of(row) if row is not None else ""

    @property
    def can_plan(self) -> bool:
        """Not in the plan yet, and what it proposes can still be read."""
        return self.advice.state != AdviceState.PLANNED and self.thing.is_shown


def line(advice: Advice) -> Line:
    return Line(advice, things.of(advice)[0])


def _whole(found: QuerySet[Advice]) -> QuerySet[Advice]:
    return found.select_related("sender", "file__territory", *things.LINKED)


def of_file(file: TerritoryFile) -> list[Line]:
    """What waits first, then the latest; one query."""
    rows = [line(each) for each in _whole(Advice.objects.filter(file=file))]
    return sorted(rows, key=lambda row: not row.is_waiting)


def advice(file_id: int, pk: int) -> Advice | None:
    return _whole(Advice.objects.filter(file=file_id, pk=pk)).select_related("action").first()


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy: what they proposed, and what became of it."""
    return [
        {
            "propose": things.of(each)[0].label,
            "mot": each.note,
            "le": each.sent_at,
            "ouvert_le": each.opened_at,
            "suite": each.get_state_display(),
        }
        for each in _whole(Advice.objects.filter(sender=member)).order_by("pk")
    ]
