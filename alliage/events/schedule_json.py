"""A programme as `schedule.json`: the form that frab and pretalx share, which the programmes of many conferences and their apps read.

Sequences are its « events », in rooms; what happens side by side needs a room each. What has no room of its own is given one.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.events.enums import SequenceKind
from alliage.events.programme import Content, Group, Line, Programme, Someone

SCHEMA = "https://c3voc.de/schedule/schema.json"
SLOT = "00:05"


def schedule(programme: Programme) -> dict[str, Any]:
    event = programme.event
    zone = event.clock
    first, last = event.starts_at.astimezone(zone).date(), event.ends_at.astimezone(zone).date()
    days = [first + timedelta(days=rank) for rank in range((last - first).days + 1)]
    rooms = _rooms(programme)
    names = list(dict.fromkeys(rooms.values()))
    page = settings.ORIGIN + reverse("events:programme", args=[event.slug])
    return {
        "$schema": SCHEMA,
        "generator": {"name": "Alliage", "url": settings.ORIGIN},
        "schedule": {
            "url": page,
            "version": f"{event.changed_at.astimezone(zone):%Y-%m-%d %H:%M} ({event.change})",
            "base_url": settings.ORIGIN,
            "conference": {
                "acronym": event.slug.replace("-", "_"),
                "title": event.title,
                "description": event.theme,
                "start": first.isoformat(),
                "end": last.isoformat(),
                "daysCount": len(days),
                "timeslot_duration": SLOT,
                "time_zone_name": event.zone,
                "url": page,
                "tracks": [{"name": group.temps.title} for group in programme.groups if group.temps],
                "rooms": [{"name": name, "guid": _guid(page, "salle", name)} for name in names],
                "days": [_day(programme, rank, day, rooms, names) for rank, day in enumerate(days, 1)],
            },
        },
    }


def _rooms(programme: Programme) -> dict[int, str]:
    """The room of each sequence: its own, else one for all, else one for each workshop held at the same time."""
    found = {}
    for group in programme.groups:
        for line in group.lines:
            found[line.sequence.pk] = line.sequence.track or _("Séances communes")
            for rank, workshop in enumerate(line.workshops, 1):
                found[workshop.sequence.pk] = workshop.sequence.track or _("Atelier %(rank)d") % {"rank": rank}
    return found


def _day(programme: Programme, rank: int, day: date, rooms: dict[int, str], names: list[str]) -> dict[str, Any]:
    event = programme.event
    held: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for group in programme.groups:
        for line in group.lines:
            for each in (line, *line.workshops):
                if each.sequence.starts_at.astimezone(event.clock).date() == day and not each.sequence.is_cancelled:
                    held[rooms[each.sequence.pk]].append(_event(programme, group, each, rooms[each.sequence.pk]))
    opens = datetime.combine(day, datetime.min.time(), event.clock)
    return {
        "index": rank,
        "date": day.isoformat(),
        "day_start": opens.isoformat(),
        "day_end": (opens + timedelta(days=1)).isoformat(),
        "rooms": held,
    }


def _event(programme: Programme, group: Group, line: Line, room: str) -> dict[str, Any]:
    event, sequence = programme.event, line.sequence
    starts = sequence.starts_at.astimezone(event.clock)
    url = settings.ORIGIN + sequence.get_absolute_url()
    return {
        "id": sequence.pk,
        "guid": _guid(url),
        "url": url,
        "date": starts.isoformat(),
        "start": f"{starts:%H:%M}",
        "duration": _duration(sequence.ends_at - sequence.starts_at),
        "room": room,
        "slug": f"{event.slug}-{sequence.pk}",
        "title": sequence.title,
        "subtitle": group.temps.title if group.temps else "",
        "track": group.temps.title if group.temps else None,
        "type": str(SequenceKind(sequence.kind).label),
        "language": "fr",
        "abstract": sequence.text,
        "description": "\n".join(_told(content) for content in line.contents),
        "do_not_record": None,
        "persons": _persons(line),
        "links": [
            {"title": content.resource.title, "url": settings.ORIGIN + content.resource.get_absolute_url()}
            for content in line.contents
            if content.resource
        ],
        "attachments": [],
    }


def _told(content: Content) -> str:
    names = ", ".join(_named(each) for each in [*content.presents, *content.speaks])
    leads = ", ".join(_named(each) for each in content.leads)
    said = " – ".join(part for part in (content.label.capitalize(), content.title, names) if part)
    return f"{said} ({content.led_by} {leads})" if leads else said


def _named(someone: Someone) -> str:
    return _("%(name)s (en cours de confirmation)") % {"name": someone.name} if someone.is_expected else someone.name


def _persons(line: Line) -> list[dict[str, Any]]:
    """Each once; who will not come is left out."""
    found = {
        someone.speaker_id: {
            "id": someone.speaker_id,
            "guid": _guid("speaker", str(someone.speaker_id)),
            "name": someone.name,
        }
        for content in line.contents
        for someone in content.everyone
        if not someone.is_away
    }
    return list(found.values())


def _guid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "#".join((settings.ORIGIN, *parts))))


def _duration(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
