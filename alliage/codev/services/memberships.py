"""Writes of who is in a group: ask, invite, answer, accept the charter, leave, hand the facilitation over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.enums import MEMBER_MOVES, Access, MemberRole, MemberState
from alliage.codev.models import Group, Membership, Session
from alliage.codev.queries.memberships import categories_of, facilitators_of
from alliage.codev.services.groups import GroupRefused, close_group, locked, locked_active
from alliage.notifications.services import notify, notify_many
from alliage.rooms.enums import RoomState
from alliage.rooms.models import Room
from alliage.rooms.services import notes

ASKED, INVITED, ANSWERED, LIFE = "codev.group_asked", "codev.group_invited", "codev.group_answered", "codev.group_life"
LONGEST_WORD = 1000
# After a no, one asks again a month later.
WAITS = timedelta(days=30)


class MembershipRefused(GroupRefused):
    """The rules of coming in and leaving say no."""


@dataclass(frozen=True)
class Pledge:
    """What someone says as she comes in: the version of the charter that she read, no hierarchical link, a word."""

    charter_version: int
    no_hierarchy: bool = False
    is_shown: bool = False
    text: str = ""


# --- Come in -------------------------------------------------------------------------------------------------------


@transaction.atomic
def join(group: Group, pledge: Pledge, *, by: Member, now: datetime) -> Membership:
    """Come in when invited or when the group is open; otherwise ask, and the facilitators answer. Twice is once."""
    group = locked_active(group)
    row = Membership.objects.filter(group=group, member=by).first()
    if row is None:
        row = Membership(group=group, member=by, state=MemberState.ASKED, created_at=now)
    elif row.state == MemberState.ACTIVE:
        return row
    _check_pledge(group, pledge)
    state = _state_on_joining(group, row, now=now)
    row.charter_accepted_at, row.charter_version = now, group.charter_version
    row.no_hierarchy_declared_at = now if pledge.no_hierarchy else None
    row.is_shown, row.text = pledge.is_shown, _word(pledge.text)
    if state == MemberState.ACTIVE:
        was_invited = row.pk is not None and row.state == MemberState.INVITED
        _activate(group, row, now=now)
        if was_invited:
            notify_many(facilitators_of(group), ANSWERED, row, by=by, now=now, key=f"in|{now.isoformat()}")
        return row
    if row.pk is not None and row.state == state:  # she waits already, and they know it: another word only
        row.save()
        return row
    row.state, row.ended_at, row.created_at, row.decided_by = state, None, now, None
    row.save()
    notify_many(facilitators_of(group), ASKED, row, by=by, now=now, key=now.isoformat())
    return row


def _check_pledge(group: Group, pledge: Pledge) -> None:
    if pledge.charter_version != group.charter_version:
        raise MembershipRefused(_("La charte vient de changer\u00a0: relisez-la, puis acceptez-la."))
    if group.is_codev and not pledge.no_hierarchy:
        raise MembershipRefused(
            _(
                "Dans un groupe de codéveloppement, personne n’a de lien hiérarchique avec un autre membre\u00a0: "
                "cochez la déclaration, ou choisissez un autre groupe."
            )
        )


def _state_on_joining(group: Group, row: Membership, *, now: datetime) -> str:
    """Active at once, or asked; a refusal when the group is not for her."""
    if row.pk is not None and row.state == MemberState.INVITED:
        return MemberState.ACTIVE
    if group.access == Access.CLOSED:
        raise MembershipRefused(_("On entre dans ce groupe sur invitation."))
    if row.state == MemberState.REFUSED and row.decided_by_id not in (None, row.member_id) and _is_recent(row, now):
        raise MembershipRefused(
            _("Votre demande a reçu une réponse il y a moins d’un mois. D’autres groupes ont des places.")
        )
    known = categories_of(row.member)
    if known & set(group.excluded_categories):
        raise MembershipRefused(_("Ce groupe a choisi de ne pas accueillir votre catégorie de membre."))
    was_removed = row.state == MemberState.LEFT and row.decided_by_id not in (None, row.member_id)
    is_unsure = bool(group.excluded_categories) and not known
    if group.access == Access.OPEN and not was_removed and not is_unsure:
        return MemberState.ACTIVE
    return MemberState.ASKED


def _is_recent(row: Membership, now: datetime) -> bool:
    return row.ended_at is not None and now - row.ended_at < WAITS


def _activate(group: Group, row: Membership, *, now: datetime) -> None:
    """Under the group's lock: a seat is taken. The first to come in a group without anyone facilitates it."""
    if group.member_count >= group.seats:
        raise MembershipRefused(_("Toutes les places de ce groupe sont prises."))
    if not _facilitators(group).exists():
        row.role = MemberRole.FACILITATOR
    row.state, row.joined_at, row.ended_at, row.text = MemberState.ACTIVE, now, None, ""
    row.save()
    Group.objects.filter(pk=group.pk).update(member_count=F("member_count") + 1)
    group.member_count += 1


def _facilitators(group: Group) -> Any:
    return Membership.objects.filter(group=group, role=MemberRole.FACILITATOR, state=MemberState.ACTIVE)


@transaction.atomic
def invite(group: Group, member: Member, *, by: Any, now: datetime, role: str = MemberRole.MEMBER) -> Membership:
    """Invite a member; she accepts the charter and comes in, or declines. Twice is once; who asked is accepted."""
    group = locked_active(group)
    if not member.is_active:
        raise MembershipRefused(_("Ce compte est fermé."))
    row = Membership.objects.filter(group=group, member=member).first()
    if row is None:
        row = Membership(group=group, member=member, created_at=now)
    elif row.state == MemberState.ACTIVE:
        raise MembershipRefused(_("Cette personne fait déjà partie du groupe."))
    elif row.state == MemberState.INVITED:
        return row
    elif row.state == MemberState.ASKED:
        return _accepted(group, row, by=by, now=now)
    row.state, row.role, row.invited_by, row.created_at = MemberState.INVITED, MemberRole(role), by, now
    row.ended_at, row.decided_by, row.text = None, None, ""
    row.save()
    notify(member, INVITED, row, by=by, now=now, key=now.isoformat())
    return row


# --- Answer --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(membership: Membership, *, accept: bool, by: Any, now: datetime) -> Membership:
    """Accept or refuse someone who asked; she is told."""
    group = locked_active(membership.group)
    row = _locked(membership, MemberState.ASKED)
    if accept:
        return _accepted(group, row, by=by, now=now)
    _end(row, MemberState.REFUSED, by=by, now=now)
    notify(row.member, ANSWERED, row, by=by, now=now, key=now.isoformat())
    return row


def _accepted(group: Group, row: Membership, *, by: Any, now: datetime) -> Membership:
    row.decided_by = by
    _activate(group, row, now=now)
    notify(row.member, ANSWERED, row, by=by, now=now, key=now.isoformat())
    return row


@transaction.atomic
def take_back(membership: Membership, *, by: Any, now: datetime) -> Membership:
    """Who asked changes her mind, who was invited declines, or the facilitators take their invitation back."""
    locked(membership.group)
    row = _locked(membership, MemberState.ASKED, MemberState.INVITED)
    _end(row, MemberState.REFUSED, by=by, now=now)
    return row


def _locked(membership: Membership, *states: str) -> Membership:
    row = Membership.objects.select_for_update(of=("self",)).select_related("member", "group").get(pk=membership.pk)
    if row.state not in states:
        raise MembershipRefused(_("La situation a changé entre-temps. Rien n’a été fait\u00a0: relisez la page."))
    return row


def _end(row: Membership, state: str, *, by: Any, now: datetime) -> None:
    assert state in MEMBER_MOVES[row.state]
    row.state, row.role, row.ended_at, row.decided_by, row.text = state, MemberRole.MEMBER, now, by, ""
    row.save()


# --- Stay, leave ---------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_charter(membership: Membership, version: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 hers alone
    """The charter as it is now."""
    group = locked(membership.group)
    if version != group.charter_version:
        raise MembershipRefused(_("La charte vient de changer\u00a0: relisez-la, puis acceptez-la."))
    row = _locked(membership, MemberState.ACTIVE)
    row.charter_version, row.charter_accepted_at = version, now
    row.save(update_fields=["charter_version", "charter_accepted_at"])


def show_name(membership: Membership, *, shown: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Whether everyone reads her name on the group's page."""
    Membership.objects.filter(pk=membership.pk).update(is_shown=shown)


@transaction.atomic
def leave(membership: Membership, *, by: Any, now: datetime) -> Membership:
    """Leave, or be taken off. A group keeps somebody to facilitate it: the last one hands over first."""
    group = locked(membership.group)
    row = _locked(membership, MemberState.ACTIVE)
    others = _facilitators(group).exclude(pk=row.pk)
    if row.is_facilitator and group.is_active and group.member_count > 1 and not others.exists():
        raise MembershipRefused(_("Confiez d’abord la facilitation à quelqu’un du groupe."))
    _end(row, MemberState.LEFT, by=by, now=now)
    _free_seat(group)
    _ask_in_rooms(group)
    if by != row.member:
        notify(row.member, LIFE, row, by=by, now=now, key=f"left|{now.isoformat()}")
    return row


def _free_seat(group: Group) -> None:
    Group.objects.filter(pk=group.pk, member_count__gt=0).update(member_count=F("member_count") - 1)


@transaction.atomic
def hand_over(membership: Membership, *, by: Member, now: datetime, keeps: bool = False) -> Membership:
    """Give the facilitation to somebody of the group, in one gesture; with `keeps`, share it."""
    group = locked_active(membership.group)
    row = _locked(membership, MemberState.ACTIVE)
    if not row.is_facilitator:
        row.role = MemberRole.FACILITATOR
        row.save(update_fields=["role"])
        notify(row.member, LIFE, row, by=by, now=now, key=f"given|{now.isoformat()}")
    if not keeps and by != row.member:
        _facilitators(group).filter(member=by).update(role=MemberRole.MEMBER)
    return row


@transaction.atomic
def forget_member(member: Member, *, now: datetime) -> None:
    """Take someone out of every group: those she facilitated alone go to who has been there longest, or end."""
    rows = list(Membership.objects.filter(member=member).select_related("group"))
    for row in rows:
        group = locked(row.group)
        row.delete()
        if row.state != MemberState.ACTIVE:
            continue
        _free_seat(group)
        _ask_in_rooms(group)
        if row.is_facilitator and not _facilitators(group).exists():
            next_one = Membership.objects.filter(group=group, state=MemberState.ACTIVE, member__is_active=True).first()
            if next_one is not None:
                next_one.role = MemberRole.FACILITATOR
                next_one.save(update_fields=["role"])
                notify(next_one.member, LIFE, next_one, by=None, now=now, key=f"given|{now.isoformat()}")
            else:
                close_group(group, by=None, now=now)


def _ask_in_rooms(group: Group) -> None:
    """Whoever writes at this moment in the notes of a session of the group is asked again whether they are in it."""
    held = Session.objects.filter(encounter__group=group).values("room")
    notes.ask_again(Room.objects.filter(pk__in=held, state=RoomState.OPEN))


def _word(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_WORD]
