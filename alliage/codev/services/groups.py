"""Writes of groups: open one, change what it says, close it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.codev.enums import (
    CODEV_FEWEST,
    CODEV_MOST,
    GROUP_MOST,
    Access,
    CycleState,
    EncounterState,
    GroupKind,
    GroupState,
    MemberRole,
    MemberState,
    PollState,
)
from alliage.codev.models import Cycle, DatePoll, Encounter, Group, Membership
from alliage.codev.services.encounter_notices import call_off
from alliage.refusals import Refusal

LONGEST_NAME = 120
LONGEST_TEXT = 4000
LONGEST_CHARTER = 8000


class GroupRefused(Refusal):
    """The rules of groups say no."""


@dataclass(frozen=True)
class Said:
    """What a facilitator says of a group."""

    name: str
    kind: str = GroupKind.CODEV
    text: str = ""
    access: str = Access.REQUEST
    seats: int = CODEV_MOST
    rhythm: int = 0
    excluded_categories: Sequence[str] = field(default_factory=tuple)
    charter: str = ""
    video_url: str = ""


@transaction.atomic
def open_group(said: Said, *, by: Any, now: datetime, joins: bool = True, is_demo: bool = False) -> Group:
    """A new group, facilitated by who opens it. Without `joins`, nobody is in it: the first to come facilitates it."""
    group = Group(created_by=by, created_at=now, is_demo=is_demo)
    _write(group, said)
    group.charter = _plain(said.charter, LONGEST_CHARTER)
    group.member_count = int(joins)
    group.save()
    if joins:
        Membership.objects.create(
            group=group,
            member=by,
            role=MemberRole.FACILITATOR,
            state=MemberState.ACTIVE,
            charter_accepted_at=now,
            charter_version=group.charter_version,
            no_hierarchy_declared_at=now if group.is_codev else None,
            created_at=now,
            joined_at=now,
        )
    return group


@transaction.atomic
def change_group(group: Group, said: Said, *, by: Any, now: datetime) -> Group:
    """Say it otherwise. Another charter is another version, that each member accepts; who changes it accepts it."""
    row = locked(group)
    _write(row, said, keeps_kind=True)
    charter = _plain(said.charter, LONGEST_CHARTER)
    if charter != row.charter:
        row.charter, row.charter_version = charter, row.charter_version + 1
        Membership.objects.filter(group=row, member=by.pk, state=MemberState.ACTIVE).update(
            charter_version=row.charter_version, charter_accepted_at=now
        )
    row.save()
    return row


def _write(group: Group, said: Said, *, keeps_kind: bool = False) -> None:
    group.name = _line(said.name)
    if not group.name:
        raise GroupRefused(_("Donnez un nom à ce groupe."))
    if not keeps_kind:
        group.kind = GroupKind(said.kind)
    group.text = _plain(said.text, LONGEST_TEXT)
    group.access, group.rhythm, group.video_url = Access(said.access), said.rhythm, said.video_url
    group.excluded_categories = sorted(set(said.excluded_categories))
    group.seats = _seats(group, said.seats)


def _seats(group: Group, seats: int) -> int:
    fewest, most = (CODEV_FEWEST, CODEV_MOST) if group.is_codev else (2, GROUP_MOST)
    if not fewest <= seats <= most:
        raise GroupRefused(
            _("Un groupe de cette nature compte de %(fewest)s à %(most)s places.") % {"fewest": fewest, "most": most}
        )
    if seats < group.member_count:
        raise GroupRefused(
            ngettext(
                "Ce groupe compte déjà %(count)s membre\u00a0: gardez au moins autant de places.",
                "Ce groupe compte déjà %(count)s membres\u00a0: gardez au moins autant de places.",
                group.member_count,
            )
            % {"count": group.member_count}
        )
    return seats


@transaction.atomic
def close_group(group: Group, *, by: Any, now: datetime) -> Group:
    """The group is over: what is written stays read by its members, what was planned is called off. Twice is once."""
    row = locked(group)
    if row.state == GroupState.CLOSED:
        return row
    row.state, row.closed_at = GroupState.CLOSED, now
    row.save(update_fields=["state", "closed_at"])
    waiting = Membership.objects.filter(group=row, state__in=[MemberState.ASKED, MemberState.INVITED])
    waiting.update(state=MemberState.REFUSED, role=MemberRole.MEMBER, ended_at=now, text="")
    to_come = Encounter.objects.select_for_update(of=("self",)).select_related("group")
    for encounter in to_come.filter(group=row, state=EncounterState.PLANNED, starts_at__gt=now).order_by("starts_at"):
        call_off(encounter, by=by, now=now)
    DatePoll.objects.filter(group=row, state=PollState.OPEN).update(state=PollState.CLOSED)
    Cycle.objects.filter(group=row, state=CycleState.OPEN).update(state=CycleState.FINISHED)
    return row


def hide(obj: Group, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Group.objects.filter(pk=obj.pk).update(is_hidden=True)


def restore(obj: Group, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Group.objects.filter(pk=obj.pk).update(is_hidden=False)


def locked(group: Group) -> Group:
    """The row, under the lock that every write of its people and dates takes."""
    return Group.objects.select_for_update().get(pk=group.pk)


def locked_active(group: Group) -> Group:
    row = locked(group)
    if not row.is_active:
        raise GroupRefused(_("Ce groupe est terminé. Rien n’a été changé."))
    return row


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST_NAME].strip()


def _plain(text: str, longest: int) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]
