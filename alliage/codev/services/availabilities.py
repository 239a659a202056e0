"""Writes of availabilities."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from alliage.accounts.models import Member
from alliage.codev.composing import slots
from alliage.codev.models import Availability


@transaction.atomic
def say_availability(blocks: Iterable[tuple[int, int]], *, by: Member, now: datetime) -> Availability:
    """The whole ordinary week of a member: what is not said is not free."""
    ticked = 0
    for day, hour in blocks:
        ticked |= 1 << slots.block_number(day, hour)
    found, _created = Availability.objects.update_or_create(member=by, defaults={"blocks": ticked, "changed_at": now})
    return found


def forget_member(member: Member) -> None:
    Availability.objects.filter(member=member).delete()
