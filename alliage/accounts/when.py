"""Moments as people read them: in their own time zone, and in Paris when the clock there says something else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.time_zones import FRENCH
from alliage.ui.templatetags.ui import date_fr

PARIS = ZoneInfo("Europe/Paris")
_PLACES = dict(FRENCH)


def said(starts_at: datetime, minutes: int = 0) -> str:
    """« jeudi 3 décembre 2026, de 14 h à 15 h 30 (à Paris : de 11 h à 12 h 30) », in the current time zone."""
    here, paris = timezone.localtime(starts_at), starts_at.astimezone(PARIS)
    words = f"{date_fr(here, 'day')}, {_hours(here, minutes)}"
    if here.utcoffset() == paris.utcoffset():
        return words
    with timezone.override(PARIS):
        there = _hours(paris, minutes)
        if here.date() != paris.date():
            there = f"{date_fr(paris, 'day')}, {there}"
    return _("%(here)s (à Paris\u00a0: %(there)s)") % {"here": words, "there": there}


def _hours(local: datetime, minutes: int) -> str:
    if not minutes:
        return _("à %s") % date_fr(local, "time")
    ends = local + timedelta(minutes=minutes)
    return _("de %(start)s à %(end)s") % {"start": date_fr(local, "time"), "end": date_fr(ends, "time")}


def zone_words() -> str:
    """« à votre heure : La Réunion »: which clock a form speaks of."""
    name = timezone.get_current_timezone_name()
    return str(_PLACES.get(name, name))
