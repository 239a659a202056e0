"""Reads of moderation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from alliage.accounts.models import Member
from alliage.moderation.enums import ReportState
from alliage.moderation.models import Decision, Report
from alliage.moderation.registry import DeskQueue, queues


@dataclass(frozen=True)
class WaitingQueue:
    queue: DeskQueue
    count: int


def desk() -> list[WaitingQueue]:
    """Every queue of the desk with what waits in it, in order."""
    counted = _counted({queue.code: queue.rows() for queue in queues if queue.rows})
    return [
        WaitingQueue(queue, queue.count() if queue.count else counted.get(queue.code, 0))
        for queue in sorted(queues, key=lambda queue: queue.position)
    ]


def _counted(rows: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each has, in one query."""
    parts = [
        found.model.objects.filter(pk__in=found.order_by().values("pk"))
        .order_by()
        .annotate(queue=Value(code, CharField()))
        .values("queue")
        .annotate(number=Count("pk"))
        .values_list("queue", "number")
        for code, found in rows.items()
    ]
    return dict(parts[0].union(*parts[1:], all=True)) if parts else {}


def open_report_count() -> int:
    return Report.objects.filter(state=ReportState.OPEN).count()


def reports(*, handled: bool = False, reason: str = "", kind: str = "") -> QuerySet[Report]:
    """Reports to handle, oldest first; or those handled, newest first."""
    rows = Report.objects.select_related("reporter", "decision")
    rows = rows.exclude(state=ReportState.OPEN) if handled else rows.filter(state=ReportState.OPEN)
    if reason:
        rows = rows.filter(reason=reason)
    if kind:
        rows = rows.filter(object_kind=kind)
    return rows.order_by("-decided_at", "-pk") if handled else rows.order_by("created_at", "pk")


def same_object(report: Report) -> QuerySet[Report]:
    """The other open reports about the same object: one decision answers them all."""
    others = Report.objects.filter(object_kind=report.object_kind, object_id=report.object_id, state=ReportState.OPEN)
    return others.exclude(pk=report.pk).order_by("created_at", "pk")


def decisions_about(report: Report) -> QuerySet[Decision]:
    """What was decided before about the same object, newest first."""
    return Decision.objects.filter(object_kind=report.object_kind, object_id=report.object_id)


def log() -> QuerySet[Decision]:
    return Decision.objects.order_by("-decided_at", "-pk")


def names_of(decisions: Iterable[Decision]) -> dict[int, str]:
    """The names of those who decided, by number: those whose account is gone are not there."""
    members = Member.objects.filter(pk__in={decision.by_id for decision in decisions})
    return {member.pk: member.get_full_name() for member in members}


def has_contested(member: Member, decision: Decision) -> bool:
    return Report.objects.filter(contests=decision, reporter=member).exists()
