"""What becomes of a registration: its address is confirmed, or its seats are released; it joins an account, is cancelled, is forgotten."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Min, Q, Value
from django.db.models.functions import Cast, Concat, Lower

from alliage.accounts.models import Member
from alliage.events.enums import WordKind
from alliage.events.models import Attendee, Seat
from alliage.events.services import registrations, seats, workshop_erasing
from alliage.events.services.seats import HELD

# An address is confirmed within …, or before the eve of what it is for; in any case it is given …
TO_CONFIRM, EVE, AT_LEAST = timedelta(hours=48), timedelta(hours=24), timedelta(hours=3)
# How long after an event nothing tells any more who came.
KEPT = timedelta(days=365)


@transaction.atomic
def confirm(attendee: Attendee, *, now: datetime) -> bool:
    """The link was opened: the address is right, once. Whoever has an account with that address finds it there too."""
    if attendee.confirmed_at is not None:
        return False
    done = Attendee.objects.filter(pk=attendee.pk, confirmed_at=None, forgotten_at=None).update(confirmed_at=now)
    attendee.confirmed_at = now
    member = Member.objects.filter(email=attendee.email, is_active=True).first() if attendee.member_id is None else None
    if done and member is not None:
        join(member, now=now)
    return bool(done)


def release_unconfirmed(now: datetime) -> int:
    """Give back the seats of addresses that nobody confirmed in time; answers how many people lost theirs."""
    held = Q(seats__state__in=HELD, seats__sequence__starts_at__gt=now)
    waiting = Attendee.objects.filter(confirmed_at=None, forgotten_at=None, created_at__lte=now - AT_LEAST)
    rows = waiting.annotate(first=Min("seats__sequence__starts_at", filter=held)).filter(first__isnull=False)
    late = [row.pk for row in rows.order_by("pk") if row.created_at <= now - TO_CONFIRM or row.first - EVE <= now]
    return sum(_release(pk, now=now) for pk in late)


@transaction.atomic
def _release(pk: int, *, now: datetime) -> bool:
    row = Attendee.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk, confirmed_at=None).first()
    if row is None:
        return False
    left = seats.leave(row, seats.lock(registrations.held_by(row)), now=now)
    if left:
        registrations.tell(row, WordKind.RELEASED, now=now)
    return bool(left)


@transaction.atomic
def cancel_registration(attendee: Attendee, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Nothing is left of it: seats go to those who wait, and what was said of the person is erased."""
    row = Attendee.objects.select_for_update(of=("self",), no_key=True).filter(pk=attendee.pk).first()
    if row is None:
        return
    every = Seat.objects.filter(attendee=row).values_list("sequence", flat=True)
    seats.leave(row, seats.lock(every), now=now)
    workshop_erasing.forget_attendee(row)
    row.delete()


@transaction.atomic
def join(member: Member, *, now: datetime) -> int:
    """Registrations made by mail with the address of an account become that member's; their links still open."""
    theirs = Attendee.objects.filter(member=member).values("event")
    found = Attendee.objects.alias(address=Lower("email")).filter(address=member.email.lower(), member=None)
    rows = list(found.exclude(event__in=theirs).filter(forgotten_at=None).order_by("pk"))
    for row in rows:
        row.member, row.confirmed_at = member, row.confirmed_at or now
        row.save(update_fields=["member", "confirmed_at"])
    return len(rows)


def forget_member(member: Member, *, now: datetime) -> None:
    """An account closes: seats to come are freed, and nothing is left of the person."""
    for row in Attendee.objects.filter(member=member).order_by("pk"):
        cancel_registration(row, by=member, now=now)


def forget_old(now: datetime) -> int:
    """A year after the end of an event, who came is no longer told: counts by profile and territory stay; answers how many people."""
    old = Attendee.objects.filter(event__ends_at__lt=now - KEPT, forgotten_at=None)
    workshop_erasing.unname_authors(old)
    number = Cast("pk", CharField())
    return old.update(
        member=None,
        email=Concat(number, Value("@efface.invalid")),
        name="–",
        organisation="",
        answers={},
        may_be_recorded=False,
        seed="",
        token_digest=Concat(Value("forgotten-"), number),
        forgotten_at=now,
    )
