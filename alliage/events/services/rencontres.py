"""What a Rencontre says of itself. Its date moves its whole programme, at the same hours of its own clock."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.models import Event
from alliage.events.services import events
from alliage.events.services.events import Said
from alliage.events.services.programme import ProgrammeRefused, lock, refuse_stale


class Clock:
    """Moves a moment to another day at the same hour of an event's own clock, whatever its summer time."""

    def __init__(self, event: Event, day: date) -> None:
        self.zone: ZoneInfo = event.clock
        self.days = day - event.starts_at.astimezone(self.zone).date()

    def __call__(self, moment: datetime) -> datetime:
        local = moment.astimezone(self.zone)
        return datetime.combine(local.date() + self.days, local.time(), tzinfo=self.zone)


@transaction.atomic
def change(event: Event, said: Said, *, by: Any, now: datetime, seen: str | None = None) -> Event:
    """Say it otherwise; another day takes temps and sequences along. Those who are registered are told of another time or place."""
    row = lock(event.pk)
    if not row.is_rencontre:
        raise ProgrammeRefused(_("Ce rendez-vous n’est pas une Rencontre."))
    refuse_stale(row, seen)
    moved = Clock(row, said.starts_at.astimezone(row.clock).date())
    changed = events.change(row, said, by=by, now=now)
    if moved.days:
        parts: list[Any] = [*changed.temps.all(), *changed.sequences.select_for_update().order_by("pk")]
        for part in parts:
            part.starts_at, part.ends_at = moved(part.starts_at), moved(part.ends_at)
            if hasattr(part, "change"):
                part.change += 1
            part.save()
    return changed
