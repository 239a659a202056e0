"""Days when people work, counted where a person is: overseas has its own time and its own days off."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from alliage.directory import working_days
from alliage.notifications.timing import zone_of

# The commemorations of the abolition of slavery, public holidays there (Code du travail, article L3422-2): month, day.
OVERSEAS = {
    "Indian/Mayotte": (4, 27),
    "America/Martinique": (5, 22),
    "America/Guadeloupe": (5, 27),
    "America/Marigot": (5, 27),
    "America/Cayenne": (6, 10),
    "America/St_Barthelemy": (10, 9),
    "Indian/Reunion": (12, 20),
}


def is_working(day: date, zone: str) -> bool:
    return working_days.is_working(day) and OVERSEAS.get(zone) != (day.month, day.day)


def after(moment: datetime, days: int, zone: str) -> datetime:
    """The same hour of the clock there, so many working days later."""
    local = moment.astimezone(zone_of(zone))
    while days > 0:
        local += timedelta(days=1)
        days -= is_working(local.date(), zone)
    return local.astimezone(ZoneInfo("UTC"))


def not_before(moment: datetime, zone: str) -> datetime:
    """That moment, or the same hour of the next working day there."""
    local = moment.astimezone(zone_of(zone))
    while not is_working(local.date(), zone):
        local += timedelta(days=1)
    return local.astimezone(ZoneInfo("UTC"))
