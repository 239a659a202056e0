"""A Rencontre in the words of schema.org, for search engines: what anyone may read."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from alliage.events.enums import Venue
from alliage.events.models import Event, Sequence
from alliage.events.programme import Line, Programme

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_MODES = {Venue.ONLINE: "Online", Venue.PLACE: "Offline", Venue.BOTH: "Mixed"}


def block(programme: Programme) -> SafeString:
    """A data block: browsers never run it."""
    text = json.dumps(rencontre(programme), ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


def rencontre(programme: Programme) -> dict[str, Any]:
    event = programme.event
    said = _hours(event, event) | {
        "@context": "https://schema.org",
        "name": event.title,
        "description": event.summary or event.theme or event.title,
        "url": settings.ORIGIN + event.get_absolute_url(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if event.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[Venue(event.venue)]}EventAttendanceMode",
        "location": _where(event),
        "subEvent": [_sequence(event, line) for line in programme.lines()],
    }
    sponsors = [_organisation(partner.name) for partner in [*programme.partners, *programme.support]]
    return said | ({"sponsor": sponsors} if sponsors else {})


def _sequence(event: Event, line: Line) -> dict[str, Any]:
    sequence = line.sequence
    said = _hours(sequence, event) | {
        "name": sequence.title,
        "url": settings.ORIGIN + sequence.get_absolute_url(),
        "location": _where(event),
    }
    people = [
        _organisation(each.name) if each.is_organisation else {"@type": "Person", "name": each.name}
        for content in line.contents
        for each in content.everyone
        if not each.is_away
    ]
    performers = [each for rank, each in enumerate(people) if each not in people[:rank]]
    return said | ({"performer": performers} if performers else {})


def _hours(row: Event | Sequence, event: Event) -> dict[str, Any]:
    return {
        "@type": "Event",
        "startDate": row.starts_at.astimezone(event.clock).isoformat(),
        "endDate": row.ends_at.astimezone(event.clock).isoformat(),
    }


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _where(event: Event) -> Any:
    online = {"@type": "VirtualLocation", "url": settings.ORIGIN + event.get_absolute_url()}
    place = {"@type": "Place", "name": event.place or event.title, "address": event.place}
    return {Venue.ONLINE: online, Venue.PLACE: place, Venue.BOTH: [place, online]}[Venue(event.venue)]
