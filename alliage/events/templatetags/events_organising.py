"""What those who organise find on the pages of their Rencontre."""

from typing import Any

from django import template
from django.template import Context

from alliage.events.forms.organising import choice_of
from alliage.events.models import Event
from alliage.events.permissions import can_open_rencontre, can_organise

register = template.Library()
register.filter(choice_of)


@register.inclusion_tag("events/_organiser_door_body.html", takes_context=True)
def organiser_door(context: Context, event: Event) -> dict[str, Any]:
    """The door to the preparation, for those who organise; nothing for the others. One query at most, none for a visitor."""
    user = getattr(context.get("request"), "user", None)
    prepares = user is not None and event.is_rencontre and can_organise(user, event)
    return {
        "event": event,
        "prepares": prepares,
        "clones": user is not None and event.is_rencontre and can_open_rencontre(user),
    }
