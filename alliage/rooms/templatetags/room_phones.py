"""The telephone of a meeting, in templates."""

import re

from django import template
from django.utils.html import format_html

register = template.Library()

# A number, then what people add to it: « 01 02 03 04 05, code 678# ».
NUMBER = re.compile(r"\+?\d[\d .\u00a0\u202f]*")
FEWEST_DIGITS = 4


@register.filter
def phone_link(said: str) -> str:
    """The number as a link, what follows it as text: a code dialled with the number would reach nobody."""
    found = NUMBER.match(said)
    number = found[0].rstrip(" .\u00a0\u202f") if found else ""
    digits = re.sub(r"[^\d+]", "", number)
    if len(digits.lstrip("+")) < FEWEST_DIGITS:
        return said
    return format_html('<a href="tel:{}">{}</a>{}', digits, number, said[len(number) :])
