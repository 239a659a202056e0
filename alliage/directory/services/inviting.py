"""People whose entry somebody else began are told of it: they hold it, or erase it. Nobody publishes it in their place."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory import inviting_links
from alliage.directory.models import Entry, EntryInvitation
from alliage.directory.queries import inviting as queries
from alliage.directory.services.profiles import ProfileRefused, erase_person, give
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.jobs.services import enqueue
from alliage.notifications.links import address_digest
from alliage.notifications.models import RefusedAddress
from alliage.notifications.services import send_mail_to_address

JOB = "directory.invite"
MOST_AT_ONCE = 2_000
SCOPE = "directory.inviting"


def ask(pks: Iterable[int], *, by: Member, now: datetime) -> Job:
    """One act: everybody is written to, in the background."""
    wanted = sorted(set(pks))[:MOST_AT_ONCE]
    if not wanted:
        raise ProfileRefused(_("Cochez au moins une personne."))
    return enqueue(JOB, payload={"entries": wanted}, by=by, now=now)


def send(context: JobContext, payload: dict[str, Any], *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Write to each once; run again after an interruption, it goes on where it stopped."""
    people = list(queries.to_invite(now=clock()).people.filter(pk__in=payload["entries"]))
    for rank, entry in enumerate(people):
        context.progress(rank, len(people), _("Préparation des invitations"))
        _invite(entry, now=clock())
    return {"sent": len(people)}


@transaction.atomic
def _invite(entry: Entry, *, now: datetime) -> None:
    EntryInvitation.objects.update_or_create(entry=entry, defaults={"sent_at": now})
    send_mail_to_address(
        entry.email,
        "directory/mail/invited.html",
        {"entry": entry, "path": inviting_links.path(entry)},
        key=f"{entry.pk}|{now:%Y-%m-%d}",
        scope=SCOPE,
        label=_("Invitations à tenir sa fiche"),
        now=now,
    )


@transaction.atomic
def take(entry: Entry, *, by: Member, now: datetime) -> Entry:
    """The person of the entry holds it from now on; it is unpublished until they publish it."""
    current = _locked(entry)
    if not is_theirs(by, current):
        raise ProfileRefused(_("Cette fiche est pour une autre adresse que celle de votre compte."))
    return give(current, by, by=by, now=now)


@transaction.atomic
def erase(entry: Entry, *, now: datetime) -> None:
    """Whoever has the mail, or the account, of that address wants nothing to be written of them, now or by another file."""
    current = _locked(entry)
    digest = address_digest(current.email)
    RefusedAddress.objects.get_or_create(digest=digest, scope=queries.ERASED, defaults={"refused_at": now})
    erase_person(current)


def is_theirs(member: Any, entry: Entry) -> bool:
    return bool(member.is_authenticated) and member.email.lower() == entry.email.lower()


def _locked(entry: Entry) -> Entry:
    current = queries.unheld().select_for_update().filter(pk=entry.pk).first()
    if current is None:
        raise ProfileRefused(_("Quelqu’un tient déjà cette fiche, ou elle a été effacée."))
    return current
