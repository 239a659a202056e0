"""One's own calendars: the seats of a registration, « mon programme », the file that goes with a mail.

The link that one joins by is given to who has a seat.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliage.events import calendar_entries
from alliage.events.models import Attendee, Sequence
from alliage.events.queries import registrations as queries
from alliage.events.queries.my_programme import Line
from alliage.formats import ics
from alliage.formats.mail import Attachment
from alliage.notifications.timing import zone_of


def of_attendee(attendee: Attendee, *, zone: ZoneInfo, now: datetime) -> HttpResponse:
    """Seats, and numbers in a line, marked so; an event that was hidden is left out, with its link."""
    entries = _entries(attendee, queries.places_of(attendee), now=now) if attendee.event.is_public else []
    return ics.response(entries, zone=zone, name=_("Mon programme Alliage"), filename=f"{attendee.event.slug}.ics")


def _entries(
    attendee: Attendee, places: Iterable[queries.Place], *, may_join: bool = True, now: datetime
) -> list[ics.Entry]:
    entries = []
    for place in places:
        place.sequence.event = attendee.event
        entries.append(_as_of(now, entry_of(Line(place.sequence, place.state), may_join=may_join)))
    return entries


def _as_of(now: datetime, entry: ics.Entry) -> ics.Entry:
    """A seat moves while its event does not: without a later stamp, a calendar may keep what it had (RFC 5546, 2.1.5)."""
    return replace(entry, changed_at=max(now, entry.changed_at))


def files_of(attendee: Attendee, places: Iterable[queries.Place], *, now: datetime) -> tuple[Attachment, ...]:
    """The same, to go with a mail; no file where there is nothing to put in it.

    An address that nobody proved yet may be somebody else's: its file bears no link to join by. What is left out of a file stays in
    the calendar that took an earlier one: seats given back are in it, as cancelled.
    """
    if not attendee.event.is_public:
        return ()
    places = list(places)
    entries = _entries(attendee, places, may_join=attendee.confirmed_at is not None, now=now)
    held = [place.sequence.pk for place in places]
    entries += [_as_of(now, _given_back(attendee, each)) for each in queries.given_back_by(attendee, held, now=now)]
    if not entries:
        return ()
    written = ics.calendar(entries, zone=zone_of(attendee.time_zone))
    return (Attachment(f"{attendee.event.slug}.ics", ics.MAIL_MEDIA, written),)


def _given_back(attendee: Attendee, sequence: Sequence) -> ics.Entry:
    sequence.event = attendee.event
    entry = calendar_entries.of_sequence(sequence)
    return entry if entry.cancelled else replace(entry, title=_("Place rendue\u00a0: %s") % entry.title, cancelled=True)


def files_of_member(member: Any, *, now: datetime, **asked: Any) -> tuple[Attachment, ...]:
    """The same for a member, by the number of a registration or of an event; nothing where it is no longer theirs."""
    attendee = queries.held_by(member, **asked)
    return files_of(attendee, queries.places_of(attendee), now=now) if attendee is not None else ()


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
