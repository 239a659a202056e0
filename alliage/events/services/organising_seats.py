"""What those who organise do with seats: capacity, people added by hand, moved, seated first, taken out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.enums import WordKind
from alliage.events.models import Attendee, Event, Seat, Sequence, Word
from alliage.events.services import registrations, seats
from alliage.events.services.registrations import RegistrationRefused, Said


@transaction.atomic
def set_capacity(sequence: Sequence, capacity: int | None, *, by: Any, now: datetime) -> list[Seat]:  # noqa: ARG001 the name of every service
    """Change how many seats there are; answers the seats given to those who waited."""
    row = seats.lock([sequence.pk]).get(sequence.pk)
    if row is None:
        raise RegistrationRefused(_("Cette séquence n’existe plus."))
    return seats.resize(row, capacity, now=now)


@transaction.atomic
def add(event: Event, said: Said, *, by: Any, now: datetime) -> Attendee:  # noqa: ARG001 the name of every service
    """Register someone by hand, even before the opening and after the closing; organisers vouch for the address, which is told."""
    if event.is_cancelled:
        raise RegistrationRefused(_("Cet événement est annulé."))
    attendee = (
        registrations.found(event, said.email, None)
        or registrations.create(event, said, by=None, now=now, vouched=True)
        or registrations.found(event, said.email, None)
        or Attendee(event=event)
    )
    attendee = registrations.locked_attendee(attendee)
    registrations.take(attendee, said.sequences, now=now)
    registrations.tell(attendee, WordKind.REGISTERED, now=now)
    return attendee


@transaction.atomic
def seat_first(seat: Seat, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Seat one who waits before the others; a full sequence has one seat more."""
    row = seats.lock([seat.sequence_id])[seat.sequence_id]
    seats.seat_first(Seat.objects.get(pk=seat.pk), row, now=now)


@transaction.atomic
def take_out(seat: Seat, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Take someone out of a sequence: they are told."""
    attendee = registrations.locked_attendee(seat.attendee)
    if seats.leave(attendee, seats.lock([seat.sequence_id]), now=now):
        registrations.tell(attendee, WordKind.CHANGED, now=now)


@transaction.atomic
def move(seat: Seat, to: Sequence, *, by: Any, now: datetime) -> Seat:  # noqa: ARG001 the name of every service
    """From one sequence to another, in one act: seated there, or at the end of its line."""
    attendee = registrations.locked_attendee(seat.attendee)
    if to.pk == seat.sequence_id:
        raise RegistrationRefused(_("Cette personne est déjà dans cette séquence."))
    locked = seats.lock([seat.sequence_id, to.pk])
    seats.leave(attendee, {seat.sequence_id: locked[seat.sequence_id]}, now=now)
    given = registrations.take(attendee, [to.pk], now=now)
    registrations.tell(attendee, WordKind.CHANGED, now=now)
    return given[0]


@transaction.atomic
def remove(attendee: Attendee, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Take someone out of every sequence: they are told, and may register again."""
    row = registrations.locked_attendee(attendee)
    if seats.leave(row, seats.lock(registrations.held_by(row)), now=now):
        registrations.tell(row, WordKind.CHANGED, now=now)


# --- What changes for those who come -------------------------------------------------------------------------------


@transaction.atomic
def tell_held(sequences: Iterable[int], kind: WordKind, *, now: datetime) -> int:
    """Tell those who hold or wait for a seat in these sequences: « moved » or « cancelled ». For those who change a programme."""
    held = Seat.objects.filter(sequence__in=list(sequences), state__in=seats.HELD).values_list("attendee", flat=True)
    people = sorted(set(held))
    Word.objects.bulk_create(Word(attendee_id=pk, kind=kind, created_at=now) for pk in people)
    return len(people)
