"""What reviews add: the rooms where they are talked over, the daily reminder."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from alliage.agreements import permissions
from alliage.agreements.models import Review
from alliage.agreements.services import reminders
from alliage.agreements.services.reviews import PURPOSE
from alliage.jobs.registry import Periodic, schedule
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.registry import Entry, Purpose, purposes


def _review_of(room: Room) -> Review | None:
    return Review.objects.filter(room=room).select_related("agreement").first()


def entry(user: Any, room: Room) -> Entry | None:
    """The partners' people. Whoever opened it facilitates; any of them may take over."""
    found = _review_of(room)
    if found is None or not permissions.can_act(user, found.agreement):
        return None
    role = Role.FACILITATOR if room.created_by_id == user.pk else Role.PARTICIPANT
    return Entry(role, may_facilitate=True)


def url(room: Room) -> str:
    found = _review_of(room)
    return found.agreement.get_absolute_url() if found is not None else ""


purposes.add(Purpose(PURPOSE, gettext_lazy("Bilan de santé d’un accord d’alliance"), entry, url=url))
schedule.add(
    Periodic(
        "agreements.reviews",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=40),
        run=reminders.remind,
        label=gettext_lazy("Rappeler les bilans de santé des accords d’alliance"),
    )
)
