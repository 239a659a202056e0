"""Reads of duos: where someone stands this month, who wants one, what both may be proposed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from alliage.codev.composing import slots
from alliage.codev.composing_enums import TurnOutcome
from alliage.codev.models import Duo, DuoMember, DuoTurn
from alliage.codev.models.duos import MINUTES
from alliage.codev.pairing import Partner
from alliage.codev.queries import availabilities
from alliage.codev.queries.compositions import profiles
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.permissions import can_see

PROPOSED, DAYS_AHEAD = 3, 26


def month_of(now: datetime) -> date:
    """The first day of the month, as Paris reads the date."""
    return timezone.localdate(now, timezone=timezone.get_default_timezone()).replace(day=1)


def next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def a_year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def participation(member: Any) -> DuoMember | None:
    return DuoMember.objects.filter(member=member.pk).first()


def taking_part(month: date) -> QuerySet[DuoMember]:
    """Those who asked for duos, did not stop, did not leave this month out, and said when they are free."""
    found = DuoMember.objects.filter(stopped_at=None, member__is_active=True, member__codev_availability__blocks__gt=0)
    return found.exclude(skipped_month=month).select_related("member__codev_availability").order_by("member")


def partners(month: date) -> list[Partner]:
    """Everyone to pair for a month; six queries."""
    members: dict[int, Any] = {row.member_id: row.member for row in taking_part(month)}
    known, met = profiles(members), _met(members)
    before = (month - timedelta(days=1)).replace(day=1)
    waiting = set(DuoTurn.objects.filter(month=before, outcome=TurnOutcome.LEFT_OUT).values_list("member", flat=True))
    return [
        Partner(
            pk,
            slots.free_half_hours(member.codev_availability.blocks, availabilities.zone_name(member), month),
            metiers=known.get(pk, {}).get("metiers", frozenset()),
            leviers=known.get(pk, {}).get("leviers", frozenset()),
            organisations=known.get(pk, {}).get("organisations", frozenset()),
            met=frozenset(met.get(pk, ())),
            was_left_out=pk in waiting,
        )
        for pk, member in members.items()
    ]


def _met(members: Any) -> dict[int, set[int]]:
    """Pairs of the year: their rows are still there."""
    found: dict[int, set[int]] = {}
    for first, second in Duo.objects.filter(Q(first__in=members) | Q(second__in=members)).values_list(
        "first", "second"
    ):
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return found


def moments(one: Any, other: Any, now: datetime) -> list[str]:
    """Up to three moments of the coming weeks when both are free, on different days, clocks of those days (ISO, UTC)."""
    found: list[datetime] = []
    weeks = [(each.codev_availability.blocks, availabilities.zone_name(each)) for each in (one, other)]
    for start in slots.coming(now + timedelta(days=1), DAYS_AHEAD):
        if found and start - found[-1] < timedelta(hours=20):
            continue
        if all(slots.is_free(blocks, zone, start, MINUTES) for blocks, zone in weeks):
            found.append(start)
        if len(found) == PROPOSED:
            break
    return [moment.astimezone(UTC).isoformat() for moment in found]


def moments_of(duo: Duo) -> list[datetime]:
    return [datetime.fromisoformat(each) for each in duo.proposed]


# --- One's own page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """Where a member stands: the month it is, her participation, this month's turn and duo."""

    month: date
    row: DuoMember | None
    turn: DuoTurn | None

    @property
    def takes_part(self) -> bool:
        return self.row is not None and self.row.stopped_at is None

    @property
    def duo(self) -> Duo | None:
        found = self.turn.duo if self.turn else None
        return found if found and found.cancelled_at is None else None

    @property
    def skips(self) -> date | None:
        """The month that she leaves out, if it is this one or a later one."""
        skipped = self.row.skipped_month if self.row else None
        return skipped if skipped and skipped >= self.month else None


def mine(member: Any, now: datetime) -> Mine:
    """Two queries."""
    month = month_of(now)
    turn = DuoTurn.objects.filter(member=member.pk, month=month).select_related("duo__first", "duo__second").first()
    return Mine(month, participation(member), turn)


def of_member(member: Any, pk: int) -> Duo | None:
    found = Duo.objects.filter(Q(first=member.pk) | Q(second=member.pk), pk=pk, cancelled_at=None)
    return found.select_related("first", "second").first()


def entry_of(member: Any, viewer: Any) -> Entry | None:
    """The profile of someone, when the viewer may see it."""
    entry = Entry.objects.filter(owner=member.pk, kind=EntryKind.CATALYST).select_related("owner").first()
    return entry if entry and can_see(viewer, entry) else None


def export_of(member: Any) -> dict[str, Any]:
    row = participation(member)
    turns = DuoTurn.objects.filter(member=member).select_related("duo__first", "duo__second").order_by("month")
    return {
        "accord_donne_le": row.joined_at if row else None,
        "arrete_le": row.stopped_at if row else None,
        "mois": [
            {
                "mois": turn.month,
                "issue": turn.get_outcome_display(),
                "avec": turn.duo.other(member).get_full_name() if turn.duo else None,
            }
            for turn in turns
        ],
    }
