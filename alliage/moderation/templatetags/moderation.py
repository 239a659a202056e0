"""The report button of any page."""

from typing import Any

from django import template

from alliage.moderation.references import report_url

register = template.Library()


@register.inclusion_tag("moderation/report_button.html")
def report_button(obj: Any, of: str = "") -> dict[str, str]:
    """`{% report_button object %}`: a quiet link to the form; nothing when this kind cannot be reported.

    `of="la réponse de Moana"`: one of several on the page, said in one word; who does not see the page hears of which.
    """
    return {"url": report_url(obj), "of": of}
