"""When something happens, in words: at the clock of who reads, at the clock of Paris, at the clock of the place; each named."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.ui.templatetags.ui import date_fr

CLOCKS = {
    "Europe/Paris": gettext_lazy("heure de Paris"),
    "America/Guadeloupe": gettext_lazy("heure de la Guadeloupe"),
    "America/Cayenne": gettext_lazy("heure de Cayenne"),
    "Indian/Reunion": gettext_lazy("heure de La Réunion"),
    "America/Martinique": gettext_lazy("heure de la Martinique"),
    "Indian/Mayotte": gettext_lazy("heure de Mayotte"),
    "Pacific/Noumea": gettext_lazy("heure de Nouméa"),
    "Pacific/Tahiti": gettext_lazy("heure de Tahiti"),
    "Pacific/Gambier": gettext_lazy("heure des Gambier"),
    "Pacific/Marquesas": gettext_lazy("heure des Marquises"),
    "America/St_Barthelemy": gettext_lazy("heure de Saint-Barthélemy"),
    "America/Marigot": gettext_lazy("heure de Saint-Martin"),
    "America/Miquelon": gettext_lazy("heure de Saint-Pierre-et-Miquelon"),
    "Indian/Kerguelen": gettext_lazy("heure des Kerguelen"),
    "Pacific/Wallis": gettext_lazy("heure de Wallis-et-Futuna"),
}
MORE_THAN_A_DAY = timedelta(hours=20)


def clock_words(zone: str) -> str:
    return str(CLOCKS.get(zone) or _("heure de %s") % zone)


@lru_cache(maxsize=4096)
def span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Kept in memory: lists say the same moments again and again.

    « jeudi 3 décembre 2026, de 14 h à 15 h 30 », « du jeudi 3 décembre 2026 à 9 h au vendredi 4 décembre 2026 à 17 h ».
    """
    with timezone.override(zone):
        start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
        hours = (date_fr(start, "time"), date_fr(end, "time"))
        if start.date() == end.date() or end - start < MORE_THAN_A_DAY:
            return _("%(day)s, de %(start)s à %(end)s") % {
                "day": date_fr(start, "day"), "start": hours[0], "end": hours[1]
            }  # fmt: skip
        return _("du %(first)s à %(start)s au %(last)s à %(end)s") % {
            "first": date_fr(start, "day"), "start": hours[0], "last": date_fr(end, "day"), "end": hours[1]
        }  # fmt: skip


def said(starts_at: datetime, ends_at: datetime, place_zone: str = "") -> str:
    """One line: at the reader's clock, then, where the clocks say something else, in Paris and at the place."""
    first, *others = lines(starts_at, ends_at, place_zone)
    text = f"{first[0]}, {first[1]}"
    told = "\u00a0; ".join(f"{clock}\u00a0: {when}" for when, clock in others)
    return f"{text} ({told})" if told else text


def lines(starts_at: datetime, ends_at: datetime, place_zone: str = "") -> list[tuple[str, str]]:
    """(moment, name of the clock): the reader's, then Paris, then the place, each once. Two clocks that agree are one."""
    seen: list[tuple[str, str]] = []
    for zone in _clocks(starts_at, place_zone):
        when = span(starts_at, ends_at, ZoneInfo(zone))
        if seen:
            when = _shortened(when, seen[0][0])
        seen.append((when, clock_words(zone)))
    return seen


def hours(moment: datetime, place_zone: str = "") -> list[tuple[str, str]]:
    """(hour, name of the clock), as `lines` does and without the day: « 9 h », or « le 4 à 1 h » where the date is another one."""
    here = timezone.localtime(moment).date()
    told = []
    for zone in _clocks(moment, place_zone):
        with timezone.override(ZoneInfo(zone)):
            day, hour = timezone.localtime(moment).date(), date_fr(moment, "time")
        if day != here:
            hour = _("le %(day)s à %(hour)s") % {"day": day.day, "hour": hour}
        told.append((hour, clock_words(zone)))
    return told


def _clocks(moment: datetime, place_zone: str) -> list[str]:
    """The reader's, Paris, the place's: those that agree are one."""
    offsets: dict[Any, str] = {}
    for zone in (timezone.get_current_timezone_name(), "Europe/Paris", place_zone):
        if zone:
            offsets.setdefault(moment.astimezone(ZoneInfo(zone)).utcoffset(), zone)
    return list(offsets.values())


def _shortened(when: str, first: str) -> str:
    """Without the day, when it is the same one."""
    day, _comma, hours = when.partition(", ")
    return hours if hours and first.startswith(f"{day}, ") else when
