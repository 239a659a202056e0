"""Give and take roles, keep their history, and keep the groups of the CMS in step."""

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import GROUP_NAMES, RANK, Role
from alliage.accounts.models import Member, RoleChange
from alliage.accounts.registry import permissions_of
from alliage.refusals import Refusal


class RoleRefusal(Refusal):
    """The role cannot change that way."""


@transaction.atomic
def change_role(member: Member, role: Role, *, by: Member | None, now: datetime, reason: str = "") -> RoleChange | None:
    """Give `member` the role `role` and write it in the history; None when they already hold it.

    `by` is None for the installation itself (a command). Nobody gives more than they hold, and the last administrator
    stays one.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.role == role:
        return None
    if by is not None and RANK[by.role] < max(RANK[role], RANK[member.role]):
        raise RoleRefusal(_("Vous ne pouvez ni donner ni retirer un rôle plus étendu que le vôtre."))
    refuse_if_last_administrator(member)
    change = RoleChange.objects.create(
        member=member, old_role=member.role, new_role=role, changed_by=by, changed_at=now, reason=reason
    )
    member.role = role
    member.save(update_fields=["role"])
    place_in_groups(member)
    return change


def refuse_if_last_administrator(member: Member) -> None:
    """Locks the administrators, so that the last two cannot leave at the same time. Fictitious ones do not count."""
    if member.role != Role.ADMINISTRATOR or member.is_demo:
        return
    administrators = Member.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True, is_demo=False)
    if {administrator.pk for administrator in administrators} <= {member.pk}:
        raise RoleRefusal(
            _("C’est le dernier compte d’administration. Nommez d’abord une autre personne, puis recommencez.")
        )


def place_in_groups(member: Member) -> None:
    """Put the member in the group of their role and of every role below it, and out of those above."""
    for role, name in GROUP_NAMES.items():
        group, _created = Group.objects.get_or_create(name=name)
        if RANK[role] <= RANK[member.role]:
            group.user_set.add(member)
        else:
            group.user_set.remove(member)


@transaction.atomic
def set_up_roles() -> dict[str, int]:
    """Create the groups and give them the registered rights; answers how many each holds. May run again at will.

    A right whose permission does not exist yet (its folder has no such model) is left out. Rights given by hand to a
    group, or by another folder's command (pages of the CMS), are kept.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    counts = {}
    for role, name in GROUP_NAMES.items():
        group, _created = Group.objects.get_or_create(name=name)
        granted = [known[code] for code in sorted(permissions_of(role, RANK)) if code in known]
        group.permissions.add(*granted)
        counts[name] = len(granted)
    for member in Member.objects.exclude(role=Role.MEMBER):
        place_in_groups(member)
    return counts
