"""How fresh an entry is, in words and a sign: computed from the day it was last confirmed, for pages, lists and exports."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliage.directory.enums import Freshness
from alliage.ui.templatetags.ui import date_fr, icon

AGEING_AFTER, STALE_AFTER = 12, 24  # months
ICONS = {Freshness.FRESH: "check", Freshness.AGEING: "clock", Freshness.STALE: "warning", Freshness.NEVER: "info"}


def months_after(day: date, months: int) -> date:
    """The same day, so many months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def state_of(confirmed_on: date | None, today: date) -> Freshness:
    """Green up to a year, amber up to two, red beyond."""
    if confirmed_on is None:
        return Freshness.NEVER
    if confirmed_on >= months_after(today, -AGEING_AFTER):
        return Freshness.FRESH
    return Freshness.AGEING if confirmed_on >= months_after(today, -STALE_AFTER) else Freshness.STALE


def words(confirmed_on: date | None, today: date) -> str:
    """« confirmée le 3 mars 2026 », « confirmée le 3 mars 2024, il y a plus de deux ans », « jamais confirmée »."""
    state = state_of(confirmed_on, today)
    if confirmed_on is None:
        return _("jamais confirmée")
    day = date_fr(confirmed_on)
    if state == Freshness.AGEING:
        return _("confirmée le %(day)s, il y a plus d’un an") % {"day": day}
    if state == Freshness.STALE:
        return _("confirmée le %(day)s, il y a plus de deux ans") % {"day": day}
    return _("confirmée le %(day)s") % {"day": day}


@lru_cache(maxsize=4096)
def tag(confirmed_on: date | None, today: date) -> SafeString:
    """The words with their sign, coloured. Kept: a list writes the same ones again and again."""
    state = state_of(confirmed_on, today)
    said = _("fiche %(words)s") % {"words": words(confirmed_on, today)}
    return format_html('<span class="freshness freshness--{}">{}{}</span>', state.value, icon(ICONS[state]), said)
