"""Days when people work, and hours when one may call them, here and in Paris."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row
from alliage.ui.templatetags.ui import date_fr

PARIS = "Europe/Paris"
# By the first digits of codes: of communes and départements, then of régions.
ZONES = {
    "971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
    "975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/St_Barthelemy", "978": "America/Marigot",
    "984": "Indian/Kerguelen", "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
}  # fmt: skip
REGIONS = {
    "01": "America/Guadeloupe", "02": "America/Martinique", "03": "America/Cayenne", "04": "Indian/Reunion",
    "06": "Indian/Mayotte",
}  # fmt: skip
ISLANDS = {
    "98719": "Pacific/Gambier", "98718": "Pacific/Marquesas", "98723": "Pacific/Marquesas",
    "98731": "Pacific/Marquesas", "98746": "Pacific/Marquesas", "98756": "Pacific/Marquesas",
    "98757": "Pacific/Marquesas",
}  # fmt: skip
SLOT_DAYS = 5
STARTS = (time(9), time(14))
LASTS = timedelta(hours=3)


def zone_of(territory: Territory | Row | None) -> str:
    """The time zone of a territory; that of its communes for an intercommunality or a custom territory."""
    if territory is None:
        return PARIS
    if territory.kind == Kind.REGION:
        return REGIONS.get(territory.code, PARIS)
    if territory.kind in (Kind.EPCI, Kind.EPT, Kind.CUSTOM):
        inside = territories.communes(territory)  # type: ignore[arg-type]
        return zone_of(inside[0]) if inside else PARIS
    return ISLANDS.get(territory.code) or ZONES.get(territory.code[:3], PARIS)


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def after(moment: datetime, days: int) -> datetime:
    """The same hour, so many working days later, as days are counted in Paris."""
    local = moment.astimezone(ZoneInfo(PARIS))
    while days > 0:
        local += timedelta(days=1)
        days -= is_working(local.date())
    return local.astimezone(moment.tzinfo)


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of the Code du travail (article L3133-1)."""
    easter = _easter(year)
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    return frozenset(
        [date(year, month, day) for month, day in fixed] + [easter + timedelta(days=gap) for gap in (1, 39, 50)]
    )


def _easter(year: int) -> date:
    """Easter Sunday (algorithm of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    shift = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(year, month, day + 1)


# --- Slots ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """Half a day when someone may be called. `starts_at` is in UTC; `where` is « à Maripasoula », « chez vous » when empty."""

    starts_at: datetime
    zone: str
    where: str = ""

    @property
    def value(self) -> str:
        return self.starts_at.strftime("%Y-%m-%dT%H:%MZ")

    @property
    def label(self) -> str:
        """« lundi 30 novembre 2026, de 9 h à 12 h à Maripasoula (à Paris : de 13 h à 16 h) »."""
        here = self.starts_at.astimezone(ZoneInfo(self.zone))
        paris = self.starts_at.astimezone(ZoneInfo(PARIS))
        said = f"{_day(here)}, {_hours(here)}"
        if here.utcoffset() == paris.utcoffset():
            return said
        there = _hours(paris) if here.date() == paris.date() else f"{_day(paris)}, {_hours(paris)}"
        return _("%(said)s %(where)s (à Paris : %(there)s)") % {
            "said": said,
            "where": self.where or _("chez vous"),
            "there": there,
        }


def slots(zone: str, *, now: datetime) -> list[Slot]:
    """The half-days of the next working days, in the order of time."""
    here = now.astimezone(ZoneInfo(zone))
    found: list[Slot] = []
    day = here.date()
    while len(found) < SLOT_DAYS * len(STARTS):
        day += timedelta(days=1)
        if is_working(day):
            found += [Slot(_utc(day, start, zone), zone) for start in STARTS]
    return found


def read_slot(value: str, zone: str, where: str = "") -> Slot:
    """From what was kept. Raises ValueError."""
    return Slot(datetime.fromisoformat(value), zone, where)


def _utc(day: date, start: time, zone: str) -> datetime:
    return datetime.combine(day, start, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def _day(moment: datetime) -> str:
    return date_fr(moment.replace(tzinfo=None), "day")


def _hours(moment: datetime) -> str:
    ends = moment + LASTS
    return _("de %(start)s à %(end)s") % {
        "start": date_fr(moment.replace(tzinfo=None), "time"),
        "end": date_fr(ends.replace(tzinfo=None), "time"),
    }
