"""Invitations into a file by mail: a link that whoever signs in with it uses once."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning import file_links
from alliage.learning.models import FileInvitation, FileMember, TerritoryFile
from alliage.learning.services.files import GIVEN, FileRefused, come_in, line, lock
from alliage.notifications.services import send_mail_to_address

SCOPE = "learning.files"


@transaction.atomic
def invite(file: TerritoryFile, email: str, *, role: str, word: str = "", by: Member, now: datetime) -> FileInvitation:
    """Send the link to an address; whether it has an account is not said. Again, it is the same link."""
    row = lock(file)
    address = _address(email)
    if role not in GIVEN:
        raise FileRefused(_("Choisissez parmi les rôles proposés."))
    if row.people.filter(member__email__iexact=address).exists():
        raise FileRefused(_("Cette personne est déjà dans le dossier."))
    seed = file_links.new_seed()
    found, is_new = FileInvitation.objects.get_or_create(
        file=row,
        email=address,
        defaults={
            "role": role,
            "note": line(word),
            "seed": seed,
            "token_digest": file_links.digest(file_links.token_of(seed)),
            "by": by,
            "created_at": now,
        },
    )
    if not is_new:
        found.role = role
        found.save(update_fields=["role"])
    _write(found, by=by, now=now)
    return found


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise FileRefused(_("Cette adresse électronique n’a pas la forme attendue.")) from None
    return address


def _write(invitation: FileInvitation, *, by: Member, now: datetime) -> None:
    send_mail_to_address(
        invitation.email,
        "learning/mail/file_invitation.html",
        {
            "file": invitation.file,
            "sender": by.get_full_name(),
            "note": invitation.note,
            "path": file_links.address_of(invitation),
        },
        key=f"file|{invitation.pk}|{localdate(now)}",
        scope=SCOPE,
        label=_("Invitations dans des dossiers de territoire"),
        now=now,
    )


@transaction.atomic
def accept(invitation: FileInvitation, *, by: Member, now: datetime) -> FileMember:
    """Whoever holds the link comes in; the invitation goes."""
    row = lock(invitation.file)
    found = FileInvitation.objects.filter(pk=invitation.pk, is_asked=False).first()
    if found is None:
        raise FileRefused(_("Cette invitation a déjà servi, ou a été retirée. Demandez-en une autre."))
    role = found.role
    found.delete()
    FileInvitation.objects.filter(file=row, member=by).delete()
    return come_in(row, by, role, by=by, now=now)


@transaction.atomic
def withdraw(invitation: FileInvitation, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """The link opens nothing any more; a request of one's own is taken back. Twice is once."""
    FileInvitation.objects.filter(pk=invitation.pk).delete()


def join(member: Member, *, now: datetime) -> int:
    """Someone signs in: the invitations of their address take them in. Answers how many; one query when there is none."""
    waiting = list(FileInvitation.objects.filter(email=member.email.lower(), is_asked=False).select_related("file"))
    for invitation in waiting:
        accept(invitation, by=member, now=now)
    return len(waiting)
