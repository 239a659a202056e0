"""Tags of codev."""

from datetime import datetime

from django import template

from alliage.accounts import when as moments

register = template.Library()


@register.filter
def when(starts_at: datetime, minutes: int = 0) -> str:
    """The moment here, and in Paris when it differs."""
    return moments.said(starts_at, minutes)
