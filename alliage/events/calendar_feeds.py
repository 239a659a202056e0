"""One's own calendars: the seats of a registration, « mon programme ». The link that one joins by is given to who has a seat."""

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliage.events import calendar_entries
from alliage.events.models import Attendee
from alliage.events.queries import registrations as queries
from alliage.events.queries.my_programme import Line
from alliage.formats import ics


def of_attendee(attendee: Attendee, *, zone: ZoneInfo) -> HttpResponse:
    """Seats, and numbers in a line, marked so."""
    lines = []
    for place in queries.places_of(attendee):
        place.sequence.event = attendee.event
        lines.append(Line(place.sequence, place.state))
    return of_lines(lines, zone=zone, filename=f"{attendee.event.slug}.ics")


def of_lines(lines: Iterable[Line], *, zone: ZoneInfo, filename: str = "") -> HttpResponse:
    """`sequence.event` at hand."""
    return ics.response(
        [entry_of(line) for line in lines], zone=zone, name=_("Mon programme Alliage"), filename=filename
    )  # fmt: skip


def entry_of(line: Line) -> ics.Entry:
    """As the calendar of whoever holds the seat keeps it. `sequence.event` at hand."""
    sequence, event = line.sequence, line.sequence.event
    if not line.is_seated:
        entry = calendar_entries.of_sequence(sequence)
        return replace(entry, title=_("En attente\u00a0: %s") % entry.title) if line.is_waiting else entry
    return calendar_entries.of_sequence(
        sequence, join_url=sequence.join_url or event.join_url, phone=sequence.phone or event.phone
    )
