"""Days that people type: near enough for a calendar to be written with them.

One day of the year 9999, typed by mistake, would stop the calendars of all those who receive it: no day comes after, and the rules of
clocks are told year by year.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_YEARS = 100
TOO_FAR: Any = _("Ce jour est à plus de cent ans d’ici\u00a0: vérifiez l’année.")


def is_near(day: date) -> bool:
    """Within a hundred years, before or after; of a moment too."""
    return abs(day.year - timezone.now().year) <= MOST_YEARS


def must_be_near(day: date) -> None:
    """A validator for the fields of forms."""
    if not is_near(day):
        raise ValidationError(TOO_FAR, code="far")
