"""What the templates of accounts need."""

import json
from collections.abc import Sequence
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from alliage.accounts.services.demo import Persona, personas

register = template.Library()


@register.simple_tag
def demo_personas() -> Sequence[Persona]:
    return personas()


@register.filter
def as_json(value: Any) -> str:
    """Data for a script, in an attribute (`data-options="{{ options|as_json }}"`): nothing inline."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def in_groups(value: str) -> str:
    """A long key in groups of four, easier to copy."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4))


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def browser_name(user_agent: str) -> str:
    """« Firefox, Windows »: enough to recognise one's own device; « Appareil inconnu » otherwise."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or str(_("Appareil inconnu"))
