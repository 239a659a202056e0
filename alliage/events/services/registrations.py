"""Registering to an event, then to its sequences; changing one's mind; confirming an address; giving everything up.

What happens to an address that nobody proved: its seats are held at once, and the mail's link confirms it. Left unconfirmed two days
(or on the eve of its first sequence, three hours being left in any case), its seats go to those who wait, and it is told; the same link
then proves the address and chooses again. An address that is registered already is told so by mail and nothing else: a stranger
neither reads nor changes what is behind it. Someone signed in, or who holds the link, changes everything at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.accounts.time_zones import KNOWN
from alliage.events import registration_links as links
from alliage.events.enums import EventState, WordKind
from alliage.events.models import Attendee, Event, Seat, Sequence, Word
from alliage.events.services import seats
from alliage.events.services.seats import HELD, SeatRefused
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

LONGEST_NAME, LONGEST_ORGANISATION = 120, 200


class RegistrationRefused(SeatRefused):
    """The rules of registration say no."""


@dataclass(frozen=True)
class Said:
    """What the form says of someone; `sequences` are the numbers of those that are asked for."""

    email: str
    name: str
    organisation: str = ""
    profile: Term | None = None
    territory: Territory | None = None
    time_zone: str = "Europe/Paris"
    may_be_recorded: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    sequences: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Registered:
    """`is_known`: the address was registered already; whoever typed it may be a stranger and is told nothing."""

    attendee: Attendee
    is_known: bool = False


# --- Register ------------------------------------------------------------------------------------------------------


@transaction.atomic
def register(event: Event, said: Said, *, by: Member | None, now: datetime) -> Registered:
    """Register someone once to an event, and to the sequences they ask for. Twice the same is once."""
    check_open(event, now=now)
    if not said.sequences:
        raise RegistrationRefused(_("Choisissez au moins une séquence."))
    attendee = found(event, said.email, by)
    if attendee is None:
        attendee = create(event, said, by=by, now=now)
        if attendee is not None:
            take(attendee, said.sequences, now=now)
            tell(attendee, WordKind.REGISTERED, now=now)
            return Registered(attendee)
        attendee = found(event, said.email, by) or Attendee(event=event)
    return _registered_again(locked_attendee(attendee), said, by=by, now=now)


def _registered_again(attendee: Attendee, said: Said, *, by: Member | None, now: datetime) -> Registered:
    """An address or a member that is there already. What nobody proved and holds nothing any more may be said anew."""
    if by is None and (attendee.confirmed_at is not None or _holds(attendee)):
        tell(attendee, WordKind.AGAIN, now=now)
        return Registered(attendee, is_known=True)
    if by is None:
        attendee.created_at = now
    else:
        attendee.member = by
        attendee.confirmed_at = attendee.confirmed_at or now
    _write(attendee, said)
    attendee.save()
    if _change(attendee, said.sequences, now=now):
        tell(attendee, WordKind.REGISTERED, now=now)
    return Registered(attendee)


def found(event: Event, email: str, by: Member | None) -> Attendee | None:
    """By the member first, then by the address: a member whose address is registered owns that registration."""
    rows = Attendee.objects.filter(event=event)
    if by is not None:
        mine = rows.filter(member=by).first()
        if mine is not None:
            return mine
        return rows.alias(address=Lower("email")).filter(address=by.email.lower(), member=None).first()
    return rows.alias(address=Lower("email")).filter(address=email.strip().lower()).first()


def create(event: Event, said: Said, *, by: Member | None, now: datetime, vouched: bool = False) -> Attendee | None:
    """None when another request has just registered the same address or member."""
    seed = links.new_seed()
    attendee = Attendee(
        event=event,
        member=by,
        email=by.email.lower() if by is not None else said.email.strip().lower(),
        seed=seed,
        token_digest=links.digest(links.token_of(seed)),
        created_at=now,
        confirmed_at=now if by is not None or vouched else None,
    )
    _write(attendee, said)
    try:
        with transaction.atomic():
            attendee.save(force_insert=True)
    except IntegrityError:
        return None
    return attendee


def _write(attendee: Attendee, said: Said) -> None:
    attendee.name = _line(said.name)[:LONGEST_NAME].strip()
    attendee.organisation = _line(said.organisation)[:LONGEST_ORGANISATION].strip()
    attendee.profile, attendee.territory = said.profile, said.territory
    attendee.time_zone = said.time_zone if said.time_zone in KNOWN else attendee.event.zone
    attendee.may_be_recorded, attendee.answers = said.may_be_recorded, said.answers


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _holds(attendee: Attendee) -> bool:
    return Seat.objects.filter(attendee=attendee, state__in=HELD).exists()


def check_open(event: Event, *, now: datetime) -> None:
    """Raises why one cannot register now."""
    why = closed_because(event, now=now)
    if why:
        raise RegistrationRefused(why)


def closed_because(event: Event, *, now: datetime) -> str:
    """Why one cannot register to this event now, in words; empty when one can."""
    opens, closes = event.registration_opens_at, event.registration_closes_at
    reasons = (
        (event.state == EventState.CANCELLED, _("Cet événement est annulé.")),
        (not event.is_public, _("Cet événement n’est pas encore ouvert aux inscriptions.")),
        (event.is_open, _("Cet événement est ouvert à toutes et à tous, sans inscription.")),
        (event.ends_at <= now, _("Cet événement est passé.")),
        (opens is not None and now < opens, _("Les inscriptions ne sont pas encore ouvertes.")),
        (closes is not None and now >= closes, _("Les inscriptions sont closes.")),
    )
    return next((why for is_so, why in reasons if is_so), "")


# --- Seats of one person -------------------------------------------------------------------------------------------


def take(attendee: Attendee, pks: Iterable[int], *, now: datetime) -> list[Seat]:
    """Ask for these sequences, in a transaction. Those of another event, cancelled, over, or that take nobody are refused."""
    locked = seats.lock(pks)
    if any(not _takes(sequence, attendee, now=now) for sequence in locked.values()) or len(locked) < len(set(pks)):
        raise RegistrationRefused(
            _("Une des séquences choisies ne prend plus d’inscription\u00a0: revoyez votre choix.")
        )
    return seats.ask(attendee, locked, now=now)


def _takes(sequence: Sequence, attendee: Attendee, *, now: datetime) -> bool:
    here = sequence.event_id == attendee.event_id
    return here and sequence.takes_registrations and not sequence.is_cancelled and sequence.ends_at > now


@transaction.atomic
def ask(attendee: Attendee, sequences: Iterable[int], *, now: datetime) -> list[Seat]:
    """Add these sequences to what someone has."""
    row = locked_attendee(attendee)
    return take(row, frozenset(sequences), now=now)


@transaction.atomic
def give_up(attendee: Attendee, sequences: Iterable[int], *, now: datetime) -> int:
    """Give back these sequences; answers how many were held. Who gave one back is told, once: the mail takes it out of a calendar.
    Of what is over, or was cancelled, there is nothing to tell."""
    row = locked_attendee(attendee)
    locked = seats.lock(sequences)
    coming = {pk: each for pk, each in locked.items() if seats.is_to_come(each, now=now)}
    left = seats.leave(row, coming, now=now)
    if left and not row.event.is_cancelled:
        tell(row, WordKind.CHANGED, now=now)
    return left + seats.leave(row, {pk: each for pk, each in locked.items() if pk not in coming}, now=now)


@transaction.atomic
def change_mind(attendee: Attendee, sequences: Iterable[int], *, now: datetime, by: Any = None) -> bool:  # noqa: ARG001 the name of every service
    """These sequences and no other, in one act: what is kept keeps its place in the line. Answers whether something changed."""
    row = locked_attendee(attendee)
    wanted = frozenset(sequences)
    if wanted - held_by(row):
        check_open(row.event, now=now)
    changed = _change(row, wanted, now=now)
    if changed:
        tell(row, WordKind.CHANGED, now=now)
    return changed


def held_by(attendee: Attendee) -> frozenset[int]:
    """Numbers of the sequences where someone is seated or waits."""
    held = Seat.objects.filter(attendee=attendee, state__in=HELD, sequence__is_cancelled=False)
    return frozenset(held.values_list("sequence", flat=True))


def _change(attendee: Attendee, wanted: frozenset[int], *, now: datetime) -> bool:
    held = held_by(attendee)
    out, new = held - wanted, wanted - held
    if not out and not new:
        return False
    # All at once, in the one order: taking those to leave, then those to have, could cross somebody who does the contrary.
    locked = seats.lock(out | new)
    seats.leave(attendee, {pk: row for pk, row in locked.items() if pk in out}, now=now)
    if new:
        asked = {pk: row for pk, row in locked.items() if pk in new}
        if len(asked) < len(new) or any(not _takes(row, attendee, now=now) for row in asked.values()):
            raise RegistrationRefused(
                _("Une des séquences choisies ne prend plus d’inscription\u00a0: revoyez votre choix.")
            )
        seats.ask(attendee, asked, now=now)
    return True


@transaction.atomic
def rewrite(attendee: Attendee, said: Said, *, now: datetime) -> bool:
    """What the form of one's own page says: who one is, one's answers, one's sequences. The address stays."""
    row = locked_attendee(attendee)
    _write(row, said)
    row.save()
    return change_mind(row, said.sequences, now=now)


def locked_attendee(attendee: Attendee) -> Attendee:
    rows = Attendee.objects.select_for_update(of=("self",), no_key=True).select_related("event")
    row = rows.filter(pk=attendee.pk, forgotten_at=None).first()
    if row is None:
        raise RegistrationRefused(_("Cette inscription n’existe plus."))
    return row


def tell(attendee: Attendee, kind: WordKind, *, now: datetime) -> None:
    """Write down what to tell someone: the mail leaves after the transaction, and says where they stand by then."""
    Word.objects.create(attendee=attendee, kind=kind, created_at=now)
