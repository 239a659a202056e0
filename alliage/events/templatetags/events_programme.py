"""Words of a programme in templates."""

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliage.accounts.when import PARIS
from alliage.events.models import Partner, Sequence
from alliage.events.programme import Someone, is_shown
from alliage.ui.templatetags.ui import date_fr

register = template.Library()


@register.simple_tag
def partners_line(partners: list[Partner]) -> SafeString:
    """Their names, with a link where everyone may read their page of the directory; `organisation` at hand."""
    return format_html_join(", ", "{}", ((_partner(each),) for each in partners))


def _partner(partner: Partner) -> str | SafeString:
    entry = partner.organisation
    return _linked(partner.name, entry.get_absolute_url() if entry is not None and is_shown(entry) else "")


@register.simple_tag
def people_line(people: list[Someone]) -> SafeString:
    """Who they are, for whom they speak, and whether they come for sure."""
    return format_html_join(", ", "{}", ((_someone(each),) for each in people))


def _someone(someone: Someone) -> SafeString:
    name = _linked(someone.name, someone.url) if someone.is_organisation else format_html("<b>{}</b>", someone.name)
    role = _role(someone)
    said = format_html('{}, <span class="muted">{}</span>', name, role) if role else format_html("{}", name)
    if someone.is_away:
        return format_html('<s>{}</s> <span class="tag">{}</span>', said, _("ne viendra pas"))
    if someone.is_expected:
        return format_html('{} <span class="tag tag--copper">{}</span>', said, _("en cours de confirmation"))
    return said


def _role(someone: Someone) -> str | SafeString:
    """Their function and their organisation; once only when the function names it."""
    if someone.is_organisation or not someone.organisation:
        return someone.role
    if not someone.role:
        return _linked(someone.organisation, someone.url)
    if someone.organisation.casefold() in someone.role.casefold():
        return _linked(someone.role, someone.url)
    return format_html("{} ({})", someone.role, _linked(someone.organisation, someone.url))


def _linked(text: str, url: str) -> str | SafeString:
    return format_html('<a href="{}">{}</a>', url, text) if url else text


@register.simple_tag
def paris_hours(sequence: Sequence) -> str:
    """« à Paris : 9 h – 9 h 45 », beside the hours of another clock."""
    with timezone.override(PARIS):
        start, end = date_fr(sequence.starts_at, "time"), date_fr(sequence.ends_at, "time")
    return _("à Paris\u00a0: %(start)s – %(end)s") % {"start": start, "end": end}
