"""Words of run sheets in templates."""

from django import template

from alliage.rooms.phases import Sheet
from alliage.rooms.queries import run_sheets

register = template.Library()


@register.filter
def lasting(sheet: Sheet) -> str:
    """« 1 h 16 », « 10 jours »."""
    return run_sheets.whole(sheet)
