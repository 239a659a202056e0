"""Sequences that move: those who come are told where each came to rest, and nothing when it is back where they were told that it is."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from django.db import transaction

from alliage.events.enums import WordKind
from alliage.events.models import Seat, Sequence, Word
from alliage.events.services.seats import HELD

State = dict[str, str]


def hours_of(sequence: Sequence) -> State:
    """What people are told of when it takes place, for a word to keep."""
    return {name: getattr(sequence, name).astimezone(UTC).isoformat() for name in ("starts_at", "ends_at")}


def state_of(sequence: Sequence) -> State:
    """The same, and where: a digest, since the link is not for a table of words."""
    where = sha256(f"{sequence.track}\n{sequence.join_url}".encode()).hexdigest()
    return {**hours_of(sequence), "where": where}


@transaction.atomic
def tell(known: Mapping[int, State], *, now: datetime) -> int:
    """Tell those who hold or wait for a seat in these sequences that they moved; `known`: what was said of each until now."""
    held = Seat.objects.filter(sequence__in=list(known), state__in=HELD).values_list("attendee", "sequence")
    rows = sorted(set(held))
    Word.objects.bulk_create(
        Word(attendee_id=attendee, kind=WordKind.MOVED, sequence_id=sequence, known=known[sequence], created_at=now)
        for attendee, sequence in rows
    )
    return len({attendee for attendee, _sequence in rows})


def moves_of(attendees: Iterable[int]) -> dict[int, list[Word]]:
    """All that moved for these people and is not mailed yet, however recent, oldest first; read with where it is now, at once."""
    rows = Word.objects.filter(attendee__in=list(attendees), kind=WordKind.MOVED).select_related("sequence")
    found: dict[int, list[Word]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.attendee_id, []).append(row)
    return found


def is_back(moves: list[Word]) -> bool:
    """Everything is again where it was when this person was last told of it."""
    known: dict[Sequence, State] = {}
    for move in reversed(moves):
        if move.sequence is None or not move.known:
            return False
        # What was known before the first move is what they were told.
        known.setdefault(move.sequence, {}).update(move.known)
    return all(said.items() <= state_of(sequence).items() for sequence, said in known.items())


def told_otherwise(attendees: Iterable[int]) -> None:
    """Another mail has just said where they stand: what it said of a move, the next one says again, whatever becomes of it."""
    Word.objects.filter(attendee__in=list(attendees), kind=WordKind.MOVED).exclude(known={}).update(known={})
