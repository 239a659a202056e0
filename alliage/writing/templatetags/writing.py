"""A document inside any page."""

from typing import Any

from django import template

from alliage.writing.models import Document
from alliage.writing.presenting import shown
from alliage.writing.visits import visit_of

register = template.Library()


@register.inclusion_tag("writing/_writing.html", takes_context=True)
def co_writing(context: dict[str, Any], document: Document, level: int = 2) -> dict[str, Any]:
    """`{% co_writing document %}`: the text, read or written as this person may; nothing when it does not exist for them.
    `level` is the one of the headings of the text in the page."""
    return {"shown": shown(document, visit_of(context["request"]), level=level)}
