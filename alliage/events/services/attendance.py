"""Who was there, from the signs that their page gives: never more than what was measured, erased a year later."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from alliage.events.live_times import closes_at, opens_at
from alliage.events.models import Arrival, Attendee, Contribution, Sequence, Stay
from alliage.rooms.models import Participant
from alliage.rooms.presence import AWAY_AFTER_SECONDS

# A cut shorter than this is no departure: a page gives a sign every half minute.
CUT = timedelta(seconds=AWAY_AFTER_SECONDS)
KEPT = timedelta(days=365)


def heard(participants: Iterable[int], *, now: datetime) -> int:
    """These people of rooms gave a sign: their stays last until now, or begin. The same few queries for one and for hundreds."""
    places = _places(list(participants), now=now)
    if not places:
        return 0
    attendees, sequences = {each for each, _sequence in places}, {each for _attendee, each in places}
    rows = Stay.objects.filter(attendee__in=attendees, sequence__in=sequences, last_at__gte=now - CUT)
    going = {(row.attendee_id, row.sequence_id): row.pk for row in rows if (row.attendee_id, row.sequence_id) in places}
    Stay.objects.filter(pk__in=going.values(), last_at__lt=now).update(last_at=now)
    new = [
        Stay(attendee_id=attendee, sequence_id=sequence, began_at=now, last_at=now)
        for attendee, sequence in places
        if (attendee, sequence) not in going
    ]
    Stay.objects.bulk_create(new, ignore_conflicts=True)
    return len(places)


def _places(participants: list[int], *, now: datetime) -> set[tuple[int, int]]:
    """(attendee, sequence) of those who are registered and whose sequence is open now."""
    people = list(Participant.objects.filter(pk__in=participants).values_list("pk", "room", "member"))
    rows = Sequence.objects.filter(room__in={room for _pk, room, _member in people})
    open_now = {row.room_id: row for row in rows if opens_at(row) <= now <= closes_at(row)}
    inside = [(pk, open_now[room], member) for pk, room, member in people if room in open_now]
    if not inside:
        return set()
    by_link = dict(
        Arrival.objects.filter(participant__in=[pk for pk, _row, _member in inside]).values_list(
            "participant", "attendee"
        )
    )
    known = Q()
    for _pk, row, member in inside:
        if member is not None:
            known |= Q(event=row.event_id, member=member)
    by_account = {
        (event, member): pk
        for pk, event, member in (Attendee.objects.filter(known).values_list("pk", "event", "member") if known else ())
    }
    found = set()
    for pk, row, member in inside:
        attendee = by_link.get(pk) or by_account.get((row.event_id, member))
        if attendee is not None:
            found.add((attendee, row.pk))
    return found


def forget_due(*, now: datetime) -> int:
    """A year after an event, nothing says any more who was there: stays go, contributions keep their words alone."""
    before = now - KEPT
    Arrival.objects.filter(attendee__event__ends_at__lt=before).delete()
    Contribution.objects.filter(sequence__event__ends_at__lt=before).update(attendee=None, member=None)
    return Stay.objects.filter(attendee__event__ends_at__lt=before).delete()[0]
