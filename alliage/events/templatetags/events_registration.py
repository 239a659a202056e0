"""Tags of registration: the state of one's seats in the page of an event or of a sequence, its stars."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from alliage.events import registration_lines, workshop_people
from alliage.events import registration_links as links
from alliage.events.enums import SeatState
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.queries import my_programme
from alliage.events.services import registrations, stars
from alliage.events.services.seats import HELD

register = template.Library()


@register.inclusion_tag("events/_registration_door.html", takes_context=True)
def registration_door(context: Context, event: Event, sequence: Sequence | None = None) -> dict[str, Any]:
    """What one holds, else the way in. One query for who is known here, two when they are registered; none for the others."""
    request = context["request"]
    now = timezone.now()
    mine = _mine(request, event)
    seats = _seats(mine, sequence)
    closed = registrations.closed_because(event, now=now)
    return {
        "event": event,
        "sequence": sequence,
        "is_open_event": event.is_open,
        "mine": links.path_of(mine) if mine else "",
        "seated": sum(seat == SeatState.SEATED for seat in seats),
        "waiting": sum(seat == SeatState.WAITING for seat in seats),
        "closed": closed,
        "is_over": event.ends_at <= now or (sequence is not None and sequence.ends_at <= now),
        "opens_at": event.registration_opens_at
        if event.registration_opens_at and event.registration_opens_at > now
        else None,
        "closes_at": event.registration_closes_at,
        "seats": registration_lines.seats_words(sequence) if sequence is not None else "",
        "takes": sequence is None or (sequence.takes_registrations and not sequence.is_cancelled),
        "may_star": sequence is not None and sequence.ends_at > now,
        "starred": sequence is not None and sequence.ends_at > now and bool(_starred(request, sequence)),
        "next": request.path,
    }


def _mine(request: Any, event: Event) -> Attendee | None:
    if request.user.is_authenticated:
        return Attendee.objects.filter(event=event, member=request.user.pk).first()
    opened = workshop_people.kept(request.COOKIES)
    return Attendee.objects.filter(event=event, pk__in=opened, forgotten_at=None).first() if opened else None


def _seats(mine: Attendee | None, sequence: Sequence | None) -> list[str]:
    if mine is None:
        return []
    held = Seat.objects.filter(attendee=mine, state__in=HELD)
    if sequence is not None:
        held = held.filter(sequence=sequence)
    return list(held.values_list("state", flat=True))


def _starred(request: Any, sequence: Sequence) -> set[int]:
    return my_programme.starred_by(request.user, stars.kept(request.COOKIES), [sequence.pk])


@register.inclusion_tag("events/_star.html", takes_context=True)
def star(context: Context, sequence: Sequence) -> dict[str, Any]:
    """The star of one sequence, for a page that shows one: a query for a member, none for a visitor."""
    request = context["request"]
    return {
        "sequence": sequence,
        "starred": bool(_starred(request, sequence)),
        "next": request.path,
        "csrf_token": context.get("csrf_token"),
    }
