"""Reads of what members know of entries: how many know one, who (for members), what waits for whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When, Window

from alliage.directory.enums import OutdatedState, Says
from alliage.directory.models import Entry, Knowledge
from alliage.prepared import Prepared

MOST_NAMES = 12


@dataclass(frozen=True)
class Known:
    """Who knows an entry, as one reader sees it: a count for everyone, names for members, what they said themselves."""

    count: int
    names: list[str]
    mine: Knowledge | None

    @property
    def others(self) -> int:
        """How many of those who know it are not named."""
        return self.count - len(self.names)


def of_entry(entry: Entry, reader: Any) -> Known:
    """One query. Accounts that are closed count no more."""
    if not reader.is_authenticated:
        return Known(sum(_COUNT(entry.pk)), [], None)
    said = _said(entry.pk)
    first = Case(When(member=reader, then=0), default=1)
    rows = list(
        said.filter(Q(says=Says.KNOWN) | Q(member=reader))
        .annotate(total=Window(Count("pk"), partition_by="says"))
        .select_related("member")
        .order_by(first, "-at", "-pk")[: MOST_NAMES + 1]
    )
    mine = next((row for row in rows if row.member_id == reader.pk), None)
    known = [row for row in rows if row.says == Says.KNOWN][:MOST_NAMES]
    total = known[0].total if known else 0
    return Known(total, [str(row.member) for row in known], mine)


def _said(entry: int) -> QuerySet[Knowledge]:
    return Knowledge.objects.filter(entry=entry, member__is_active=True)


_COUNT = Prepared(
    lambda entry: (
        _said(entry)
        .filter(says=Says.KNOWN)
        .order_by()
        .values("entry")
        .annotate(count=Count("pk"))
        .values_list("count", flat=True)
    )
)


def to_answer(person: Any) -> QuerySet[Knowledge]:
    """What waits for a member: their entries, and those of the groups that they may edit."""
    mine = Q(entry__owner=person) | Q(entry__people__is_editor=True, entry__people__person__owner=person)
    found = Knowledge.objects.filter(mine, state=OutdatedState.OPEN).distinct()
    return found.select_related("entry", "member").order_by("at", "pk")


def outdated(pk: int) -> Knowledge | None:
    """One « ce n’est plus exact »: the caller asks `permissions`."""
    said = Knowledge.objects.filter(pk=pk, says=Says.OUTDATED)
    return said.select_related("entry__owner", "member").first()


def handed() -> QuerySet[Knowledge]:
    """What waits for an animator, the oldest first."""
    return Knowledge.objects.filter(state=OutdatedState.HANDED).select_related("entry", "member").order_by("at", "pk")


def handed_count() -> int:
    return Knowledge.objects.filter(state=OutdatedState.HANDED).count()


def late(now: datetime) -> QuerySet[Knowledge]:
    """What its owner left without an answer for too long."""
    return Knowledge.objects.filter(state=OutdatedState.OPEN, due_at__lte=now).order_by("due_at", "pk")


def export_of(member: Any) -> list[dict[str, Any]]:
    """What a member said of entries, and what was answered."""
    rows = Knowledge.objects.filter(member=member).select_related("entry").order_by("pk")
    return [
        {
            "fiche": row.entry.name,
            "dit": row.get_says_display(),
            "sur": row.get_part_display(),
            "precision": row.note,
            "etat": row.get_state_display() if row.state else "",
            "reponse": row.answer,
            "le": row.at,
        }
        for row in rows
    ]
