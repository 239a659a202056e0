"""A file changes hands, in one act: by its holder who leaves, or by an animator when nobody holds it any more."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.enums import FileRole
from alliage.learning.models import FileInvitation, FileMember, TerritoryFile
from alliage.learning.services.files import LIFE, FileRefused, lock, note
from alliage.notifications.services import notify


@transaction.atomic
def hand_over(file: TerritoryFile, to: Member, *, leaves: bool, by: Member, now: datetime) -> FileMember:
    """`to` holds the file from now on. `leaves`: who held it goes; otherwise they stay in the team. Twice is once."""
    row = lock(file)
    if not to.is_active:
        raise FileRefused(_("Ce compte est fermé\u00a0: choisissez quelqu’un d’autre."))
    before = row.people.select_related("member").filter(role=FileRole.HOLDER).first()
    if before is not None and before.member_id == to.pk:
        return before
    if before is not None and leaves:
        before.delete()
    elif before is not None:
        before.role = FileRole.TEAM
        before.save(update_fields=["role"])
    FileInvitation.objects.filter(file=row, member=to).delete()
    holder, _is_new = FileMember.objects.update_or_create(
        file=row,
        member=to,
        defaults={"role": FileRole.HOLDER},
        create_defaults={"role": FileRole.HOLDER, "joined_at": now},
    )
    note(row, _said(before, to, by), by=by, now=now)
    for person in _told(before, to):
        notify(person, LIFE, row, by=by, now=now, key=f"hand|{now.isoformat()}")
    return holder


def _said(before: FileMember | None, to: Member, by: Member) -> str:
    words = {"by": by.get_full_name(), "to": to.get_full_name()}
    if before is not None and before.member_id == by.pk:
        return _("%(by)s confie le dossier à %(to)s.") % words
    return _("L’animation du réseau (%(by)s) confie le dossier à %(to)s.") % words


def _told(before: FileMember | None, to: Member) -> list[Member]:
    """Who takes it; who held it, when an animator decided."""
    return [to] if before is None else [to, before.member]
