"""People whose entry somebody else began, by a file or by hand: who is to be invited to hold it, and what waits for a member."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet
from django.db.models.functions import Cast, Lower

from alliage.accounts.models import Member
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.imports.models import Change
from alliage.imports.records import label_of
from alliage.notifications.links import address_digest
from alliage.notifications.models import RefusedAddress

# Somebody who did not answer is written to again after that, if an animator asks for it.
AGAIN_AFTER = timedelta(days=30)
# Addresses of people who had what others wrote of them erased: nobody begins it again by a file, nor invites them.
ERASED = "directory.erased"


def unheld() -> QuerySet[Entry]:
    """Entries of people that nobody holds and whose address is known."""
    people = Entry.objects.filter(kind=EntryKind.CATALYST, owner=None, is_hidden=False, is_demo=False)
    return people.filter(withdrawn_on=None).exclude(email="")


def of_import(run_id: UUID) -> QuerySet[Entry]:
    """Among them, those that an import wrote."""
    told = Change.objects.filter(run=run_id, model=label_of(Entry)).annotate(entry_pk=Cast("object_id", IntegerField()))
    return unheld().filter(pk__in=told.values("entry_pk"))


@dataclass(frozen=True)
class ToInvite:
    """`people` to write to, by name; how many were written to and did not answer yet."""

    people: QuerySet[Entry]
    silent: int


def to_invite(*, run_id: UUID | None = None, now: datetime) -> ToInvite:
    """Who may be written to now: closed accounts and who was erased are left alone, and so is who was written to lately."""
    closed = Member.objects.filter(is_active=False).annotate(address=Lower("email")).values("address")
    found = unheld() if run_id is None else of_import(run_id)
    found = found.annotate(address=Lower("email")).exclude(address__in=closed)
    lately = Q(invitation__sent_at__gt=now - AGAIN_AFTER)
    if digests := erased():
        found = found.exclude(
            pk__in=[pk for pk, address in found.values_list("pk", "address") if address_digest(address) in digests]
        )
    people = found.exclude(lately).select_related("territory").order_by("sort_name", "pk")
    return ToInvite(people, found.filter(lately).count())


def erased() -> set[str]:
    """Digests of the addresses whose people want nothing to be written of them."""
    return set(RefusedAddress.objects.filter(scope=ERASED).values_list("digest", flat=True))


def waiting_for(member: Any) -> Entry | None:
    """What somebody else wrote of a member: the entry that bears their address, held by nobody."""
    return unheld().filter(email__iexact=member.email).order_by("pk").first()
