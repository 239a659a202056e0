"""Seats of sequences: ask, leave, move up the line, change how many there are. Never one seat too many.

Whoever moves a seat holds the lock of its sequence, and moves its `seat_count` with it; the database refuses a count above the
capacity (`sequence_never_over_full`), in case this file forgets. Locks are taken in one order, by all: the event when one needs it,
then the attendee, then sequences by number. Nothing that is written under the lock of a sequence needs the lock of another
attendee: those who move up are told by a `Word`, which is a row of its own.

Every function here is called inside a transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.events.enums import SeatState, WordKind
from alliage.events.models import Attendee, Seat, Sequence, Word
from alliage.refusals import Refusal

HELD = (SeatState.SEATED, SeatState.WAITING)


class SeatRefused(Refusal):
    """The rules of seats say no."""


def lock(pks: Iterable[int]) -> dict[int, Sequence]:
    """These sequences under lock, by number: counts read here are true until the end of the transaction."""
    assert connection.in_atomic_block
    rows = Sequence.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {row.pk: row for row in rows}


def ask(attendee: Attendee, sequences: dict[int, Sequence], *, now: datetime) -> list[Seat]:
    """A seat in each of these locked sequences, or a number in its line; what one has already is kept."""
    known = {seat.sequence_id: seat for seat in Seat.objects.filter(attendee=attendee, sequence__in=sequences)}
    given: list[Seat] = []
    made: list[Seat] = []
    back: list[Seat] = []
    for pk, sequence in sequences.items():
        seat = known.get(pk) or Seat(attendee=attendee, sequence=sequence)
        given.append(seat)
        if seat.state in HELD:
            continue
        (back if seat.pk else made).append(seat)
        seat.asked_at = now
        if has_room(sequence) and not _has_line(sequence):
            seat.state, seat.number, seat.seated_at = SeatState.SEATED, None, now
            sequence.seat_count += 1
        else:
            sequence.waiting_last += 1
            seat.state, seat.number, seat.seated_at = SeatState.WAITING, sequence.waiting_last, None
    Seat.objects.bulk_create(made)
    if back:
        Seat.objects.bulk_update(back, ["state", "number", "asked_at", "seated_at"])
    for seat in (*made, *back):
        _count(sequences[seat.sequence_id])
    return given


def leave(attendee: Attendee, sequences: dict[int, Sequence], *, now: datetime) -> int:
    """Give back one's seat or one's number in these locked sequences: whoever waits first has the seat at once, in what is to come."""
    mine = list(Seat.objects.filter(attendee=attendee, sequence__in=sequences, state__in=HELD))
    for seat in mine:
        sequence = sequences[seat.sequence_id]
        was_seated = seat.state == SeatState.SEATED
        seat.state, seat.number, seat.seated_at = SeatState.LEFT, None, None
        seat.save(update_fields=["state", "number", "seated_at"])
        if was_seated:
            sequence.seat_count -= 1
            if is_to_come(sequence, now=now):
                promote(sequence, now=now)
            _count(sequence)
    return len(mine)


def promote(sequence: Sequence, *, now: datetime) -> list[Seat]:
    """Give the free seats of a locked sequence to those who wait, in order; they will be told. The caller writes the count."""
    if not has_room(sequence) or not sequence.waiting_last:
        return []
    free = None if sequence.capacity is None else sequence.capacity - sequence.seat_count
    seats = list(_line(sequence)[:free])
    _seat(sequence, seats, now=now)
    return seats


def resize(sequence: Sequence, capacity: int | None, *, now: datetime) -> list[Seat]:
    """Another number of seats in a locked sequence (None: no limit); those who wait move up. Nobody who sits loses a seat."""
    if capacity is not None and capacity < sequence.seat_count:
        raise SeatRefused(
            ngettext(
                "%(count)d personne a déjà une place\u00a0: donnez au moins autant de places.",
                "%(count)d personnes ont déjà une place\u00a0: donnez au moins autant de places.",
                sequence.seat_count,
            )
            % {"count": sequence.seat_count}
        )
    sequence.capacity = capacity
    promoted = promote(sequence, now=now)
    _count(sequence)
    return promoted


def seat_first(seat: Seat, sequence: Sequence, *, now: datetime) -> None:
    """Seat one who waits before the others, by a decision of those who organise: a full sequence has one seat more."""
    if seat.state != SeatState.WAITING:
        raise SeatRefused(_("Cette personne n’attend plus de place dans cette séquence."))
    if not has_room(sequence) and sequence.capacity is not None:
        sequence.capacity += 1
    _seat(sequence, [seat], now=now)
    _count(sequence)


def is_to_come(sequence: Sequence, *, now: datetime) -> bool:
    """Neither over nor cancelled: a seat in it is worth having, and telling."""
    return not sequence.is_cancelled and sequence.ends_at > now


def has_room(sequence: Sequence) -> bool:
    return sequence.capacity is None or sequence.seat_count < sequence.capacity


def _line(sequence: Sequence) -> QuerySet[Seat]:
    return Seat.objects.filter(sequence=sequence, state=SeatState.WAITING).order_by("number")


def _has_line(sequence: Sequence) -> bool:
    """Does somebody wait while there is room? Only where a capacity was changed behind our back: they come first."""
    return bool(sequence.waiting_last) and _line(sequence).exists()


def _seat(sequence: Sequence, seats: list[Seat], *, now: datetime) -> None:
    if not seats:
        return
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(state=SeatState.SEATED, seated_at=now)
    sequence.seat_count += len(seats)
    Word.objects.bulk_create(
        Word(attendee_id=seat.attendee_id, kind=WordKind.PROMOTED, created_at=now) for seat in seats
    )


def _count(sequence: Sequence) -> None:
    Sequence.objects.filter(pk=sequence.pk).update(
        capacity=sequence.capacity, seat_count=sequence.seat_count, waiting_last=sequence.waiting_last
    )
