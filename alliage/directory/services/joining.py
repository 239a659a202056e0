"""Belong to an organisation or a team, hold its entry: ask, invite, answer, leave."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.directory import permissions
from alliage.directory.enums import ChangeAct, EntryKind, JoinKind, JoinState
from alliage.directory.models import Entry, JoinRequest, Membership
from alliage.directory.services.entries import save, touched
from alliage.directory.services.profiles import ProfileRefused, give, join, record
from alliage.notifications.services import notify, notify_many

KIND = "directory.join"


def animators() -> Iterable[Member]:
    return Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)


def editors_of(group: Entry) -> list[Member]:
    """Who may edit an entry besides animators: its holder, and the people of the group who may."""
    found = Member.objects.filter(
        is_active=True, entries__memberships__group=group, entries__memberships__is_editor=True
    ).distinct()
    editors = {member.pk: member for member in found}
    if group.owner is not None and group.owner.is_active:
        editors[group.owner.pk] = group.owner
    return [editors[pk] for pk in sorted(editors)]


def person_of(member: Member) -> Entry | None:
    """The member's own entry."""
    return Entry.objects.filter(owner=member, kind=EntryKind.CATALYST).first()


def ask_to_join(group: Entry, *, role: str, text: str, by: Member, now: datetime) -> JoinRequest | None:
    """Ask those who hold a group to belong to it; who may edit it joins at once (None)."""
    person = _own_entry(by)
    if Membership.objects.filter(person=person, group=group).exists():
        raise ProfileRefused(_("Vous en faites déjà partie."))
    if permissions.is_editor(by, group):
        with transaction.atomic():
            join(person, group, role=role, is_editor=True, now=now)
            record(group, ChangeAct.PEOPLE, by=by, now=now)
        return None
    return _asked(JoinRequest(entry=group, member=by, kind=JoinKind.JOIN, role=role, text=text, created_at=now))


def claim(group: Entry, *, text: str, by: Member, now: datetime) -> JoinRequest:
    """Ask animators to hold the entry of a group that nobody holds."""
    if group.kind == EntryKind.CATALYST or group.owner_id is not None:
        raise ProfileRefused(_("Cette fiche est déjà tenue par quelqu’un\u00a0: demandez à rejoindre l’organisation."))
    return _asked(JoinRequest(entry=group, member=by, kind=JoinKind.CLAIM, text=text, created_at=now))


def invite(group: Entry, person: Entry, *, role: str, by: Member, now: datetime) -> JoinRequest:
    """Invite someone who has an entry; she answers."""
    if person.kind != EntryKind.CATALYST or person.owner is None:
        raise ProfileRefused(_("Cette personne n’a pas encore de compte\u00a0: invitez-la d’abord à en ouvrir un."))
    if Membership.objects.filter(person=person, group=group).exists():
        raise ProfileRefused(_("Cette personne en fait déjà partie."))
    request = JoinRequest(entry=group, member=person.owner, kind=JoinKind.INVITE, role=role, created_at=now)
    return _asked(request, by=by)


def _own_entry(member: Member) -> Entry:
    person = person_of(member)
    if person is None:
        raise ProfileRefused(_("Commencez par votre fiche\u00a0: c’est elle qui rejoint l’organisation."))
    return person


def _asked(request: JoinRequest, *, by: Member | None = None) -> JoinRequest:
    request.role, request.text = request.role.strip()[:120], request.text.strip()
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            notify_many(_answerers(request), KIND, request, by=by or request.member, now=request.created_at)
    except IntegrityError as error:
        raise ProfileRefused(
            _("Une demande est déjà en attente de réponse\u00a0: rien n’a été envoyé de plus.")
        ) from error
    return request


def _answerers(request: JoinRequest) -> Iterable[Member]:
    if request.kind == JoinKind.INVITE:
        return [request.member]
    if request.kind == JoinKind.CLAIM:
        return animators()
    return editors_of(request.entry) or animators()


@transaction.atomic
def answer(request: JoinRequest, *, accept: bool, by: Member, now: datetime) -> JoinRequest:
    """Accept or refuse; the other side is told."""
    row = _locked(request)
    row.state = JoinState.ACCEPTED if accept else JoinState.REFUSED
    row.decided_at, row.decided_by = now, by
    row.save(update_fields=["state", "decided_at", "decided_by"])
    if accept:
        _carry_out(row, by=by, now=now)
    told = editors_of(row.entry) if row.kind == JoinKind.INVITE else [row.member]
    notify_many([each for each in told if each != by], KIND, row, by=by, now=now, key=row.state)
    return row


def _carry_out(row: JoinRequest, *, by: Member, now: datetime) -> None:
    if row.kind == JoinKind.CLAIM:
        if row.entry.owner_id is not None:
            raise ProfileRefused(_("Cette fiche a été confiée à quelqu’un d’autre entre-temps. Refusez la demande."))
        give(row.entry, row.member, by=by, now=now)
        person = person_of(row.member)
        if person is not None:  # she asked for it
            join(person, row.entry, role="", is_editor=True, now=now)
        return
    person = _own_entry(row.member)
    join(person, row.entry, role=row.role, is_editor=False, now=now)
    record(row.entry, ChangeAct.PEOPLE, by=by, now=now)


@transaction.atomic
def take_back(request: JoinRequest, *, by: Member, now: datetime) -> JoinRequest:
    """Who asked changes their mind."""
    row = _locked(request)
    row.state, row.decided_at, row.decided_by = JoinState.WITHDRAWN, now, by
    row.save(update_fields=["state", "decided_at", "decided_by"])
    return row


def _locked(request: JoinRequest) -> JoinRequest:
    row = JoinRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != JoinState.OPEN:
        raise ProfileRefused(_("Cette demande a déjà reçu une réponse. Rien n’a été changé."))
    return row


@transaction.atomic
def set_role(membership: Membership, *, role: str, is_editor: bool, by: Member, now: datetime) -> Membership:
    """What a person does in a group, and whether she may edit its entry."""
    membership.role, membership.is_editor = role.strip()[:120], is_editor
    membership.save(update_fields=["role", "is_editor"])
    touched([membership.person_id, membership.group_id], now=now)
    record(membership.group, ChangeAct.PEOPLE, by=by, now=now)
    return membership


@transaction.atomic
def leave(membership: Membership, *, by: Member, now: datetime) -> None:
    """A person leaves a group, or is taken off it. Its holder first hands its entry over."""
    person, group = membership.person, membership.group
    if person.owner_id is not None and person.owner_id == group.owner_id:
        raise ProfileRefused(_("Cette personne tient la fiche\u00a0: elle la confie d’abord à quelqu’un d’autre."))
    membership.delete()
    save(person, now=now)
    touched([group.pk], now=now)
    record(group, ChangeAct.PEOPLE, by=by, now=now)
    if person.owner is not None and person.owner != by:
        notify(person.owner, "directory.entry_changed", group.changes.latest("at", "pk"), by=by, now=now)
