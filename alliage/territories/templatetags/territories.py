"""What pages of territories write by the hundred: the template language costs ten times more."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from alliage.territories import queries
from alliage.ui.templatetags.ui import french_number

register = template.Library()


@register.simple_tag
def members(group: queries.Inside) -> SafeString:
    """`{% members group %}`: the `<li>`s of what a territory contains, each with its inhabitants."""
    return mark_safe(  # noqa: S308 escaped here
        "".join(
            f'<li><a href="{row.get_absolute_url()}">{escape(name)}</a>'
            + ("" if row.population is None else f" <span>{french_number(row.population)}</span>")
            + "</li>"
            for row, name in group.named
        )
    )
