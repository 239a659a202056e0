"""What the session of an encounter, and its room, follow of it: until when they are kept, how one joins."""

from datetime import date, datetime, timedelta

from django.db import transaction

from alliage.codev.models import Encounter, Group, Session, SessionKeeping
from alliage.codev.session_enums import Kept
from alliage.rooms.models import Room


def kept_days(group: Group) -> int:
    row = SessionKeeping.objects.filter(group=group).first()
    return row.days if row is not None else int(Kept.SEASON)


def purge_day(ended_at: datetime, days: int) -> date:
    return (ended_at + timedelta(days=days)).date()


def day_before_it_ends(encounter: Encounter, *, now: datetime) -> date:
    """The day of a session that is still to be held."""
    return purge_day(max(encounter.ends_at, now), kept_days(encounter.group))


@transaction.atomic
def moved(encounter: Encounter, *, now: datetime) -> None:
    """Its encounter has another moment: what was prepared is kept that much longer. What ended keeps its day."""
    found = Session.objects.filter(encounter=encounter)
    # The room first, as when it ends.
    list(Room.objects.select_for_update().filter(pk__in=found.values("room")).values_list("pk"))
    row = found.select_for_update().first()
    if row is None or not row.is_before:
        return
    row.purge_on = day_before_it_ends(encounter, now=now)
    row.save(update_fields=["purge_on"])
    Room.objects.filter(pk__in=found.values("room")).update(purge_on=row.purge_on)


@transaction.atomic
def joined_otherwise(encounter: Encounter) -> None:
    """Its encounter has another video link or telephone: the room that was prepared says the same. Once it ended, nobody joins."""
    found = Session.objects.filter(encounter=encounter)
    # The room first, as when it ends.
    list(Room.objects.select_for_update().filter(pk__in=found.values("room")).values_list("pk"))
    row = found.select_for_update().first()
    if row is None or not row.is_before:
        return
    video_url = encounter.video_url or encounter.group.video_url
    Room.objects.filter(pk__in=found.values("room")).update(video_url=video_url, phone=encounter.phone)
