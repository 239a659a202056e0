"""When a mail may leave: in the person's own time zone, never at night, grouped mails in the morning."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alliage.notifications.enums import Frequency

NIGHT_STARTS = time(21)
NIGHT_ENDS = time(7)
GROUPED_AT = time(8)
MONDAY = 0


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; Paris when the name means nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Europe/Paris")


def is_night(local: datetime) -> bool:
    return local.time() >= NIGHT_STARTS or local.time() < NIGHT_ENDS


def _next(local: datetime, at: time) -> datetime:
    """The next time the clock of the wall shows `at`, strictly later."""
    moment = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    return moment if moment > local else datetime.combine(local.date() + timedelta(days=1), at, tzinfo=local.tzinfo)


def due_at(frequency: str, *, urgent: bool, zone: str, now: datetime) -> datetime | None:
    """When the mail of something told now must leave; None when no mail is wanted."""
    local = now.astimezone(zone_of(zone))
    if frequency == Frequency.NEVER:
        return None
    if frequency == Frequency.NOW:
        return _next(local, NIGHT_ENDS) if is_night(local) and not urgent else now
    morning = _next(local, GROUPED_AT)
    if frequency == Frequency.WEEKLY:
        days = (MONDAY - morning.weekday()) % 7
        morning = datetime.combine(morning.date() + timedelta(days=days), GROUPED_AT, tzinfo=local.tzinfo)
    return morning
