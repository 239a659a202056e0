"""A group sleeps: its members are told once for each sleep, gently; they take it up again, or close it."""

from datetime import datetime

from django.db import transaction

from alliage.codev.enums import GroupState
from alliage.codev.models import Group
from alliage.codev.queries import dormancy as queries
from alliage.codev.queries.groups import active_members
from alliage.codev.services.groups import locked
from alliage.notifications.services import notify_many

DORMANT = "codev.group_dormant"


def tell(now: datetime) -> int:
    """Tell the members of each group that fell asleep. Answers how many groups."""
    return sum(_tell(group, now=now) for group in queries.to_tell(now).order_by("pk"))


@transaction.atomic
def _tell(group: Group, *, now: datetime) -> bool:
    """Under its lock, asked again: a message may have come meanwhile, or another worker."""
    row = locked(group)
    if not queries.to_tell(now).filter(pk=row.pk).exists():
        return False
    row.dormant_told_at = now
    row.save(update_fields=["dormant_told_at"])
    notify_many(active_members(row), DORMANT, row, by=None, now=now, key=now.isoformat())
    return True


@transaction.atomic
def reopen(group: Group, *, by: object, now: datetime) -> Group:  # noqa: ARG001 the name of every service
    """A group that ended begins again, as it was: its people, its charter, what was written. Twice is once."""
    row = locked(group)
    if row.is_active:
        return row
    row.state, row.closed_at, row.reopened_at = GroupState.ACTIVE, None, now
    row.save(update_fields=["state", "closed_at", "reopened_at"])
    return row
