"""The door of the proceedings, on the pages of an event, of a Rencontre and of a sequence: nothing before the end."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone

from alliage.events.models import Event, Sequence
from alliage.events.permissions import can_organise, holds_sequence
from alliage.events.queries import proceedings as queries
from alliage.events.services import surveys

register = template.Library()


@register.inclusion_tag("events/_proceedings_door_body.html", takes_context=True)
def proceedings_door(context: Context, event: Event, sequence: Sequence | None = None) -> dict[str, Any]:
    """`{% proceedings_door event sequence %}`: where to read what was said, and where its theme leads. No query before the end."""
    now = timezone.now()
    sequence = sequence or None
    is_over = (sequence or event).ends_at <= now
    if not is_over or event.is_cancelled:
        return {"is_over": False}
    request = context["request"]
    page = reverse("events:proceedings", args=[event.slug])
    found: dict[str, Any] = {"is_over": True, "event": event, "sequence": sequence, "url": page}
    if sequence:
        found |= {
            "url": f"{page}#sequence-{sequence.pk}",
            "minutes": queries.minutes_of(sequence),
            "after_url": reverse("events:after", args=[event.slug, sequence.pk]),
            "may_write": holds_sequence(request.user, sequence),
            "write_url": reverse("events:minutes", args=[event.slug, sequence.pk]),
        }
    elif can_organise(request.user, event):
        found["prepare_url"] = reverse("events:proceedings_prepare", args=[event.slug])
    opening = surveys.of_event(event) if sequence is None or not event.is_rencontre else None
    if opening is not None and opening.is_open:
        found["survey_url"] = reverse("events:survey", args=[event.slug])
    return found
