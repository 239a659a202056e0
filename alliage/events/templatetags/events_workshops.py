"""Tags of workshops: a need as a sentence, by whom, and the door of a workshop in the pages of others."""

from typing import Any

from django import template

from alliage.events.enums import SequenceKind
from alliage.events.queries.needs import named
from alliage.events.specification_texts import sentence_of

register = template.Library()


@register.filter
def sentence(need: Any) -> str:
    return sentence_of(need)


@register.filter
def said_by(need: Any) -> str:
    """The names that its authors gave, for those who come."""
    return named(need.authors.all())


@register.filter
def is_workshop(sequence: Any) -> bool:
    """Whether a sequence is a workshop, or gathers some."""
    return getattr(sequence, "kind", "") in (SequenceKind.WORKSHOP, SequenceKind.WORKSHOPS)
