"""The door of the exhibition, on the pages of a Rencontre and of its programme."""

from typing import Any

from django import template
from django.utils import timezone

from alliage.events.models import Event
from alliage.events.queries import exhibition as queries

register = template.Library()


@register.inclusion_tag("events/_exhibition_door_body.html")
def exhibition_door(event: Event) -> dict[str, Any]:
    """`{% exhibition_door event %}`: one query; nothing for an event without a panel that takes none any more."""
    count = queries.count(event) if event.is_rencontre else 0
    still_takes = event.is_rencontre and event.ends_at > timezone.now()
    return {"event": event, "count": count, "is_shown": count > 0 or still_takes}
