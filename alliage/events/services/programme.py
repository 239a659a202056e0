"""Writes of a programme: what all of them share, and sequences. Also `temps.py`, `contents.py`, `speakers.py`.

Every write takes the lock of the event's row first, then moves what it must. `seen` is what the page showed (`mark_of`): a page that
shows what is no longer there is refused, its text kept by the form.
"""
# ruff: noqa: ARG001 every service says who acts (`by`)

import hashlib
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from alliage import days
from alliage.events import searchable
from alliage.events.enums import EventState, SeatState, SequenceKind, WordKind
from alliage.events.models import Event, Seat, Sequence, Temps
from alliage.events.queries import taking_part
from alliage.events.services import moves, organising_seats, seats
from alliage.refusals import Refusal
from alliage.taxonomy.models import Term

LONGEST = timedelta(hours=24)
SHORTEST = timedelta(minutes=5)
# Moved by registrations, the live page or the lock: what another page changes without any harm to this one.
_NOT_SHOWN = frozenset({"seat_count", "waiting_last", "room_id", "rank", "change"})


class ProgrammeRefused(Refusal):
    """The rules of programmes say no."""


class ChangedMeanwhile(ProgrammeRefused):
    """Somebody, or another window, changed it since the page was shown."""


@dataclass(frozen=True)
class SequenceSaid:
    title: str
    starts_at: datetime
    ends_at: datetime
    kind: str = SequenceKind.PLENARY
    temps: Temps | None = None
    parent: Sequence | None = None
    mirror_of: Sequence | None = None
    number: int | None = None
    track: str = ""
    text: str = ""
    note: str = ""
    join_url: str = ""
    phone: str = ""
    takes_registrations: bool = True
    capacity: int | None = None
    levers: Several[Term] = field(default_factory=tuple)


def mark_of(row: Any) -> str:
    """What a page shows of a row, in a few signs: it changes when what is shown changes."""
    values = [(each.attname, getattr(row, each.attname)) for each in row._meta.concrete_fields]  # noqa: SLF001 Django documents it
    shown = [(name, str(value)) for name, value in values if name not in _NOT_SHOWN]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:20]


def lock(event_pk: int) -> Event:
    """The event, under the lock that every write of its programme takes."""
    return Event.objects.select_for_update().get(pk=event_pk)


def refuse_stale(row: Any, seen: str | None) -> None:
    """`seen` None: the act says by itself what it does (later by five minutes), whatever was shown."""
    if seen is not None and seen != mark_of(row):
        raise ChangedMeanwhile(
            _(
                "Quelqu’un d’autre a changé cette page depuis que vous l’avez ouverte. Ce que vous avez écrit est gardé ici\u00a0: "
                "relisez, puis enregistrez de nouveau pour remplacer."
            )
        )


def touched(event: Event, *, now: datetime, moved: bool = False) -> None:
    """The programme changed; `moved`: calendars must learn it."""
    if moved:
        event.change += 1
    event.changed_at = now
    event.save(update_fields=["change", "changed_at"])
    searchable.told(event, now=now)
    transaction.on_commit(taking_part.forget)


def one_line(text: str, longest: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:longest].strip()


def plain(text: str, longest: int = 8000) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]


def close_ranks(rows: Any) -> None:
    """1, 2, 3…: no hole. Lower ranks first, so that no two rows hold the same one on the way."""
    for rank, row in enumerate(rows.order_by("rank"), start=1):
        if row.rank != rank:
            type(row).objects.filter(pk=row.pk).update(rank=rank)


def next_rank(rows: Any) -> int:
    return int(rows.aggregate(last=Max("rank"))["last"] or 0) + 1


def swap_ranks(rows: Any, row: Any, step: int) -> None:
    """One place up (−1) or down (+1); at an end, nothing moves. Ranks are unique: one of them waits outside."""
    order = rows.order_by("rank") if step > 0 else rows.order_by("-rank")
    beyond = order.filter(rank__gt=row.rank) if step > 0 else order.filter(rank__lt=row.rank)
    other = beyond.first()
    if other is None:
        return
    model, outside = type(row), next_rank(rows) + 1
    model.objects.filter(pk=other.pk).update(rank=outside)
    model.objects.filter(pk=row.pk).update(rank=other.rank)
    model.objects.filter(pk=other.pk).update(rank=row.rank)


def check_hours(starts_at: datetime, ends_at: datetime) -> None:
    if not days.is_near(starts_at):
        raise ProgrammeRefused(days.TOO_FAR)
    if ends_at - starts_at < SHORTEST:
        raise ProgrammeRefused(_("La fin doit venir au moins cinq minutes après le début."))
    if ends_at - starts_at > LONGEST:
        raise ProgrammeRefused(_("Cela durerait plus d’un jour\u00a0: vérifiez les heures."))


# --- Sequences -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_sequence(event: Event, said: SequenceSaid, *, by: Any, now: datetime) -> Sequence:
    row = lock(event.pk)
    sequence = Sequence(event=row, rank=next_rank(row.sequences.all()))
    _write_sequence(sequence, said)
    touched(row, now=now, moved=True)
    return sequence


@transaction.atomic
def change_sequence(
    sequence: Sequence, said: SequenceSaid, *, by: Any, now: datetime, seen: str | None = None
) -> Sequence:
    event, row = _locked(sequence)
    refuse_stale(row, seen)
    before = moves.state_of(row)
    _write_sequence(row, said)
    # More seats go at once to those who wait.
    seats.resize(row, row.capacity, now=now)
    moved = before != moves.state_of(row)
    if moved:
        _moved([row.pk])
        _tell_moved(event, {row.pk: before}, now=now)
    touched(event, now=now, moved=moved)
    row.refresh_from_db()
    return row


def _locked(sequence: Sequence) -> tuple[Event, Sequence]:
    event = lock(sequence.event_id)
    return event, Sequence.objects.select_for_update().get(pk=sequence.pk)


def _write_sequence(row: Sequence, said: SequenceSaid) -> None:
    row.title = one_line(said.title, 200)
    if not row.title:
        raise ProgrammeRefused(_("Donnez un titre à cette séquence."))
    check_hours(said.starts_at, said.ends_at)
    row.starts_at, row.ends_at = said.starts_at, said.ends_at
    row.kind, row.number = SequenceKind(said.kind), said.number
    _place(row, said)
    row.track, row.phone = one_line(said.track, 80), one_line(said.phone, 60)
    row.text, row.note, row.join_url = plain(said.text), plain(said.note), said.join_url
    row.takes_registrations, row.capacity = said.takes_registrations, said.capacity
    if row.capacity is not None and row.capacity < row.seat_count:
        raise ProgrammeRefused(
            _("%(count)s places sont déjà prises\u00a0: gardez au moins autant de places.") % {"count": row.seat_count}
        )
    row.save()
    row.levers.set(said.levers)


def _place(row: Sequence, said: SequenceSaid) -> None:
    """Its temps, what it is part of and what it mirrors are of the same event; no sequence is inside itself."""
    for other in (said.temps, said.parent, said.mirror_of):
        if other is not None and other.event_id != row.event_id:
            raise ProgrammeRefused(_("Un temps ou une séquence choisis sont d’un autre événement."))
    if said.parent is not None and (said.parent.pk == row.pk or said.parent.parent_id is not None):
        raise ProgrammeRefused(_("Un atelier fait partie d’une séquence qui ne fait elle-même partie d’aucune autre."))
    if said.parent is not None and row.pk and Sequence.objects.filter(parent=row).exists():
        raise ProgrammeRefused(
            _("Cette séquence réunit des ateliers\u00a0: elle ne peut pas faire partie d’une autre.")
        )
    if said.mirror_of is not None and said.mirror_of.pk == row.pk:
        raise ProgrammeRefused(_("Une séance miroir reprend une autre séquence qu’elle-même."))
    row.temps, row.parent, row.mirror_of = said.temps, said.parent, said.mirror_of


def _tell_moved(event: Event, known: dict[int, moves.State], *, now: datetime) -> None:
    """Those who have a seat are told, ten minutes later: one mail for a whole morning of moves, none for what came back."""
    if event.state == EventState.PUBLISHED:
        moves.tell(known, now=now)


def _moved(pks: list[int]) -> None:
    Sequence.objects.filter(pk__in=pks).update(change=F("change") + 1)


@transaction.atomic
def shift_sequence(sequence: Sequence, minutes: int, *, by: Any, now: datetime) -> Sequence:
    """Earlier or later, with the workshops it gathers."""
    event, row = _locked(sequence)
    known = {each.pk: moves.hours_of(each) for each in (row, *Sequence.objects.filter(parent=row))}
    step = timedelta(minutes=minutes)
    Sequence.objects.filter(pk__in=known).update(
        starts_at=_later("starts_at", step), ends_at=_later("ends_at", step), change=F("change") + 1
    )
    _tell_moved(event, known, now=now)
    touched(event, now=now, moved=True)
    row.refresh_from_db()
    return row


def _later(name: str, step: timedelta) -> Any:
    return F(name) + step


@transaction.atomic
def resize_sequence(sequence: Sequence, minutes: int, *, by: Any, now: datetime) -> Sequence:
    """Longer or shorter, by its end."""
    event, row = _locked(sequence)
    known = {row.pk: moves.hours_of(row)}
    row.ends_at += timedelta(minutes=minutes)
    check_hours(row.starts_at, row.ends_at)
    row.change += 1
    row.save(update_fields=["ends_at", "change"])
    _tell_moved(event, known, now=now)
    touched(event, now=now, moved=True)
    return row


@transaction.atomic
def place_sequence(
    sequence: Sequence,
    *,
    by: Any,
    now: datetime,
    track: str,
    temps: Temps | None,
    starts_at: datetime,
    ends_at: datetime,
    seen: str | None = None,
) -> Sequence:
    """Somewhere else in the grid: hours, track and temps at once, with the workshops it gathers. Also how a move is taken back.
    Where it is already, nothing is written."""
    event, row = _locked(sequence)
    refuse_stale(row, seen)
    if temps is not None and temps.event_id != event.pk:
        raise ProgrammeRefused(_("Ce temps est d’un autre événement."))
    check_hours(starts_at, ends_at)
    before, known = (row.starts_at, row.ends_at, row.track, row.temps), {row.pk: moves.hours_of(row)}
    row.starts_at, row.ends_at, row.track, row.temps = starts_at, ends_at, one_line(track, 80), temps
    if before == (row.starts_at, row.ends_at, row.track, row.temps):
        return row
    step = starts_at - before[0]
    row.change += 1
    row.save(update_fields=["starts_at", "ends_at", "track", "temps", "change"])
    if step:
        inside = Sequence.objects.filter(parent=row)
        known |= {each.pk: moves.hours_of(each) for each in inside}
        inside.update(starts_at=_later("starts_at", step), ends_at=_later("ends_at", step), change=F("change") + 1)
    if before[:2] != (starts_at, ends_at):
        _tell_moved(event, known, now=now)
    touched(event, now=now, moved=True)
    return row


@transaction.atomic
def cancel_sequence(sequence: Sequence, *, by: Any, now: datetime, cancelled: bool = True) -> None:
    """It stays on the page, marked so; `cancelled=False` restores it. Twice is once."""
    event, row = _locked(sequence)
    if row.is_cancelled == cancelled:
        return
    row.is_cancelled = cancelled
    row.change += 1
    row.save(update_fields=["is_cancelled", "change"])
    if cancelled and event.state == EventState.PUBLISHED:
        organising_seats.tell_held([row.pk], WordKind.CANCELLED, now=now)
    touched(event, now=now, moved=True)


@transaction.atomic
def remove_sequence(sequence: Sequence, *, by: Any, now: datetime) -> None:
    """Out of the programme, when nobody registered to it, nor to the workshops it gathers, and nothing took place there. Twice is once."""
    event = lock(sequence.event_id)
    row = Sequence.objects.select_for_update().filter(pk=sequence.pk).first()
    if row is None:
        return
    whole = Sequence.objects.filter(pk=row.pk) | Sequence.objects.filter(parent=row)
    if Seat.objects.filter(sequence__in=whole).exclude(state=SeatState.LEFT).exists():
        raise ProgrammeRefused(
            _("Des personnes y sont inscrites\u00a0: cette séquence ne peut pas être supprimée. Annulez-la.")
        )
    if whole.filter(room__isnull=False).exists():
        raise ProgrammeRefused(
            _("Sa salle a déjà ouvert\u00a0: cette séquence ne peut pas être supprimée. Annulez-la.")
        )
    if event.is_public and event.sequences.count() == whole.count():
        raise ProgrammeRefused(_("C’est la dernière séquence d’un événement publié\u00a0: gardez-en au moins une."))
    row.delete()
    close_ranks(event.sequences.all())
    touched(event, now=now, moved=True)
