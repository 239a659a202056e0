"""One's own calendars: the seats of a registration, « mon programme », the file that goes with a mail.

The link that one joins by is given to who has a seat.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliage.events import calendar_entries
from alliage.events.models import Attendee
from alliage.events.queries import registrations as queries
from alliage.events.queries.my_programme import Line
from alliage.formats import ics
from alliage.formats.mail import Attachment
from alliage.notifications.timing import zone_of


def of_attendee(attendee: Attendee, *, zone: ZoneInfo) -> HttpResponse:
    """Seats, and numbers in a line, marked so."""
    lines = _lines(attendee, queries.places_of(attendee))
    return of_lines(lines, zone=zone, filename=f"{attendee.event.slug}.ics")


def _lines(attendee: Attendee, places: Iterable[queries.Place]) -> list[Line]:
    lines = []
    for place in places:
        place.sequence.event = attendee.event
        lines.append(Line(place.sequence, place.state))
    return lines


def files_of(attendee: Attendee, places: Iterable[queries.Place]) -> tuple[Attachment, ...]:
    """The same, to go with a mail; no file where there is nothing to put in it.

    An address that nobody proved yet may be somebody else's: its file bears no link to join by.
    """
    lines = _lines(attendee, places)
    if not lines:
        return ()
    is_proved = attendee.confirmed_at is not None
    entries = [entry_of(line, may_join=is_proved) for line in lines]
    written = ics.calendar(entries, zone=zone_of(attendee.time_zone))
    return (Attachment(f"{attendee.event.slug}.ics", ics.MAIL_MEDIA, written),)


def files_of_member(member: Any, **asked: Any) -> tuple[Attachment, ...]:
    """The same for a member, by the number of a registration or of an event; nothing where it is no longer theirs."""
    attendee = queries.held_by(member, **asked)
    return files_of(attendee, queries.places_of(attendee)) if attendee is not None else ()


def of_lines(lines: Iterable[Line], *, zone: ZoneInfo, filename: str = "") -> HttpResponse:
    """`sequence.event` at hand."""
    return ics.response(
        [entry_of(line) for line in lines], zone=zone, name=_("Mon programme Alliage"), filename=filename
    )  # fmt: skip


def entry_of(line: Line, *, may_join: bool = True) -> ics.Entry:
    """As the calendar of whoever holds the seat keeps it. `sequence.event` at hand."""
    sequence, event = line.sequence, line.sequence.event
    if not line.is_seated:
        entry = calendar_entries.of_sequence(sequence)
        return replace(entry, title=_("En attente\u00a0: %s") % entry.title) if line.is_waiting else entry
    if not may_join:
        return calendar_entries.of_sequence(sequence)
    return calendar_entries.of_sequence(
        sequence, join_url=sequence.join_url or event.join_url, phone=sequence.phone or event.phone
    )
