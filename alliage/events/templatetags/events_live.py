"""The door of a sequence and what was measured of somebody, in the pages of others."""

from typing import Any

from django import template
from django.utils import timezone

from alliage.events import attestations, live_times, moments
from alliage.events.live_enums import DoorState
from alliage.events.models import Attendee, Sequence, Speaker
from alliage.events.queries import live as queries

register = template.Library()


@register.inclusion_tag("events/_live_door_inside.html")
def live_door(sequence: Sequence | None, token: str = "") -> dict[str, Any]:
    """Where to go, by the clock alone: no query. `token`: the personal link of whoever reads, on their own page."""
    if not sequence or not live_times.has_room(sequence):
        return {}
    now = timezone.now()
    state = live_times.door_by_clock(sequence, now=now)
    return {
        "sequence": sequence,
        "state": state,
        "opens_in": live_times.until(live_times.opens_at(sequence), now=now) if state == DoorState.BEFORE else "",
        "takes_contributions": state == DoorState.OVER and now < live_times.contributions_until(sequence),
        "query": f"?inscription={token}" if token else "",
    }


@register.inclusion_tag("events/_speaker_doors.html")
def speaker_doors(speaker: Speaker, token: str = "") -> dict[str, Any]:
    """The ways in of a speaker, on the page of their personal link (`token`). One query."""
    found = Sequence.objects.filter(items__appearances__speaker=speaker, is_cancelled=False).select_related("event")
    query = f"?intervention={token}" if token else ""
    return {"sequences": found.distinct().order_by("starts_at", "rank"), "query": query}


@register.inclusion_tag("events/_attendance.html")
def measured_attendance(attendee: Attendee) -> dict[str, Any]:
    """What was measured of somebody, and their attestation: for their own page. One query."""
    presences = queries.presences_of(attendee)
    path = attestations.path_of(attendee) if any(each.minutes for each in presences) else ""
    return {"presences": presences, "attestation": path}


@register.simple_tag
def sequence_when(sequence: Sequence) -> str:
    """Its day and hours, at the clock of who reads and in Paris."""
    return moments.said(sequence.starts_at, sequence.ends_at, sequence.event.zone)
