"""Writes of a territory's file: opened, its means said, who comes in on request, who leaves, what role each has."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.queries import lists as entries
from alliage.learning.enums import WRITERS, FileRole, Means
from alliage.learning.models import FileEvent, FileInvitation, FileMember, TerritoryFile
from alliage.notifications.services import notify, notify_many
from alliage.questionnaires.questions import clean_text
from alliage.refusals import Refusal
from alliage.territories.models import Territory

ASKED, ANSWERED, LIFE = "learning.file_asked", "learning.file_answered", "learning.file_life"
LONGEST_NOTE = 400
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
# Roles that may be given to someone; holding a file is handed over (handing_over.py).
GIVEN = frozenset({FileRole.TEAM, FileRole.CATALYST})


class FileRefused(Refusal):
    """The rules of files say no."""


@transaction.atomic
def open_file(territory: Territory, *, by: Member, now: datetime) -> TerritoryFile:
    """The file of a territory, held by whoever opens it. Twice by its own people is once."""
    Territory.objects.select_for_update().get(pk=territory.pk)
    found = TerritoryFile.objects.filter(territory=territory).first()
    if found is not None:
        if found.people.filter(member=by).exists():
            return found
        raise FileRefused(
            _("Le dossier de ce territoire est déjà ouvert\u00a0: demandez à y entrer, son équipe vous répondra.")
        )
    made = TerritoryFile.objects.create(territory=territory, team=_team_sheet(territory), created_at=now)
    FileMember.objects.create(file=made, member=by, role=FileRole.HOLDER, joined_at=now)
    note(made, _("Le dossier est ouvert."), by=by, now=now)
    return made


def _team_sheet(territory: Territory) -> Entry | None:
    """What the territory's team says of itself in the directory, when it is there."""
    teams = entries.visible(to_members=True).filter(kind=EntryKind.TEAM, entry_areas__territory=territory)
    return teams.order_by("pk").first()


def lock(file: TerritoryFile) -> TerritoryFile:
    return TerritoryFile.objects.select_for_update(of=("self",)).select_related("territory").get(pk=file.pk)


def note(file: TerritoryFile, text: str, *, by: Any, now: datetime) -> FileEvent:
    """One line of the file's history, for those who are in it."""
    return FileEvent.objects.create(file=file, text=text[:300], by=by, at=now)


def line(text: str, longest: int = LONGEST_NOTE) -> str:
    """What was typed, on one line; unbreakable spaces stay, or « and » would be left alone at the end of a line."""
    return " ".join(_BREAKABLE.split(clean_text(text)))[:longest].strip()


def people(file: TerritoryFile, roles: Iterable[str]) -> list[Member]:
    """Who has one of these roles and an open account."""
    return list(Member.objects.filter(territory_files__file=file, territory_files__role__in=roles, is_active=True))


def writers(file: TerritoryFile) -> list[Member]:
    return people(file, WRITERS)


@transaction.atomic
def declare(file: TerritoryFile, *, means: str, wants_help: bool, by: Any, now: datetime) -> None:
    """What the territory says of its means, and whether it asks to be accompanied."""
    row = lock(file)
    if means not in Means.values:
        raise FileRefused(_("Choisissez parmi les réponses proposées."))
    if wants_help != row.wants_help:
        said = (
            _("Le territoire souhaite être accompagné.")
            if wants_help
            else _("La demande d’accompagnement est retirée.")
        )
        note(row, said, by=by, now=now)
    TerritoryFile.objects.filter(pk=row.pk).update(means=means, wants_help=wants_help)
    file.refresh_from_db()


# --- Come in on request ----------------------------------------------------------------------------------------------


@transaction.atomic
def ask(file: TerritoryFile, *, word: str, role: str = FileRole.TEAM, by: Member, now: datetime) -> FileInvitation:
    """Ask to come in, with a word; a catalyst proposes to accompany a territory that asked for it. Twice is once."""
    row = lock(file)
    if row.people.filter(member=by).exists():
        raise FileRefused(_("Vous êtes déjà dans ce dossier."))
    if role == FileRole.CATALYST and not row.wants_help:
        raise FileRefused(_("Ce territoire ne demande plus à être accompagné."))
    asked, is_new = FileInvitation.objects.get_or_create(
        file=row,
        member=by,
        defaults={"role": _given(role), "note": line(word), "is_asked": True, "by": by, "created_at": now},
    )
    if is_new:
        notify_many(writers(row), ASKED, asked, by=by, now=now, key=f"ask|{now.isoformat()}")
    return asked


def _given(role: str) -> FileRole:
    if role not in GIVEN:
        raise FileRefused(_("Choisissez parmi les rôles proposés."))
    return FileRole(role)


@transaction.atomic
def accept(asked: FileInvitation, *, by: Member, now: datetime) -> FileMember:
    """They come in, with the role they asked for."""
    row = lock(asked.file)
    found = FileInvitation.objects.filter(pk=asked.pk, is_asked=True).select_related("member").first()
    if found is None:
        raise FileRefused(_("Cette demande n’attend plus de réponse."))
    come = come_in(row, _member_of(found), found.role, by=by, now=now)
    found.delete()
    notify(come.member, ANSWERED, row, by=by, now=now, key=f"in|{now.isoformat()}")
    return come


def _member_of(asked: FileInvitation) -> Member:
    member: Any = asked.member
    return member


def come_in(file: TerritoryFile, member: Member, role: str, *, by: Any, now: datetime) -> FileMember:
    """Under the file's lock. Who is already in keeps their place."""
    come, is_new = FileMember.objects.get_or_create(
        file=file, member=member, defaults={"role": _given(role), "joined_at": now}
    )
    if is_new:
        words = {"name": member.get_full_name(), "role": come.get_role_display()}
        note(file, _("%(name)s entre dans le dossier\u00a0: %(role)s.") % words, by=by, now=now)
    return come


@transaction.atomic
def refuse(asked: FileInvitation, *, by: Any, now: datetime) -> None:
    """The request goes; who asked is told, without a reason. Twice is once."""
    found = FileInvitation.objects.filter(pk=asked.pk, is_asked=True).select_related("member", "file").first()
    if found is not None:
        file, member = found.file, _member_of(found)
        found.delete()
        notify(member, ANSWERED, file, by=by, now=now, key=f"no|{now.isoformat()}")


# --- Leave, change role ----------------------------------------------------------------------------------------------


@transaction.atomic
def leave(file: TerritoryFile, *, by: Member, now: datetime) -> None:
    """Someone leaves; the holder first hands the file over (handing_over.py), or leaves it to the animators."""
    row = lock(file)
    gone = row.people.filter(member=by).first()
    if gone is None:
        return
    if gone.role == FileRole.HOLDER and row.people.filter(role=FileRole.TEAM).exists():
        raise FileRefused(_("Vous tenez ce dossier\u00a0: confiez-le d’abord à une personne de l’équipe."))
    gone.delete()
    note(row, _("%(name)s quitte le dossier.") % {"name": by.get_full_name()}, by=by, now=now)


@transaction.atomic
def change_role(person: FileMember, role: str, *, by: Member, now: datetime) -> FileMember:
    """From the team to those who accompany, or back."""
    row, found = _other(person)
    if found.role != _given(role):
        found.role = FileRole(role)
        found.save(update_fields=["role"])
        words = {"name": found.member.get_full_name(), "role": found.get_role_display()}
        note(row, _("%(name)s change de rôle\u00a0: %(role)s.") % words, by=by, now=now)
        notify(found.member, LIFE, row, by=by, now=now, key=f"role|{now.isoformat()}")
    return found


@transaction.atomic
def remove(person: FileMember, *, by: Member, now: datetime) -> None:
    """Someone is taken out of the file, and told so."""
    row, found = _other(person)
    member = found.member
    found.delete()
    note(row, _("%(name)s ne fait plus partie du dossier.") % {"name": member.get_full_name()}, by=by, now=now)
    notify(member, LIFE, row, by=by, now=now, key=f"out|{now.isoformat()}")


def _other(person: FileMember) -> tuple[TerritoryFile, FileMember]:
    """The file, locked, and someone of it who does not hold it."""
    row = lock(person.file)
    found = row.people.select_related("member").filter(pk=person.pk).first()
    if found is None:
        raise FileRefused(_("Cette personne n’est plus dans le dossier."))
    if found.role == FileRole.HOLDER:
        raise FileRefused(_("Cette personne tient le dossier\u00a0: il se confie, il ne se retire pas."))
    return row, found


@transaction.atomic
def forget_member(member: Member) -> None:
    """The account closes: their place and what waits in their name go, the files stay; history keeps no name of theirs."""
    name = member.get_full_name()
    named = FileEvent.objects.filter(text__contains=name) if member.name else FileEvent.objects.none()
    for each in named:
        each.text = each.text.replace(name, _("une personne dont le compte est fermé"))[:300]
        each.save(update_fields=["text"])
    FileEvent.objects.filter(by=member).update(by=None)
    FileMember.objects.filter(member=member).delete()
    FileInvitation.objects.filter(member=member).delete()
    FileInvitation.objects.filter(email__iexact=member.email).delete()
    FileInvitation.objects.filter(by=member).update(by=None)
