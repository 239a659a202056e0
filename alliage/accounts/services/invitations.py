"""Invite an address with a role: one secret link, thirty days, one use, and it can be taken back."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import RANK, Role
from alliage.accounts.models import Invitation, Member
from alliage.accounts.permissions import can_invite
from alliage.accounts.services.account import open_account
from alliage.accounts.services.roles import change_role
from alliage.refusals import Refusal

VALIDITY = timedelta(days=30)


class InvitationRefusal(Refusal):
    """The invitation cannot be sent, taken back or accepted."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(email: str, role: Role, *, by: Member, now: datetime) -> tuple[Invitation, str]:
    """Invite `email` with `role`; answers the invitation and the secret of its link, which is stored nowhere.

    Inviting an address again takes the earlier invitation back: only the last link works.
    """
    if not can_invite(by, role):
        raise InvitationRefusal(_("Vous ne pouvez pas inviter avec un rôle plus étendu que le vôtre."))
    email = email.strip().lower()
    Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        token_digest=digest(token),
        invited_by=by,
        created_at=now,
        expires_at=now + VALIDITY,
    )
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Member, now: datetime) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not can_invite(by, Role(invitation.role)):
        raise InvitationRefusal(_("Vous ne pouvez pas annuler une invitation à un rôle plus étendu que le vôtre."))
    if invitation.accepted_at is not None:
        raise InvitationRefusal(_("Cette invitation a déjà été acceptée : il n’y a plus rien à annuler."))
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: Member | None, name: str = "", now: datetime) -> Member:
    """Accept once: give the role to `by` (the signed-in person invited) or open their account when `by` is None.

    A role is only ever raised, and only as far as whoever invited may still give. Answers the member.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open(now=now):
        raise InvitationRefusal(_("Ce lien a déjà servi, a été annulé ou n’est plus valable. Demandez-en un nouveau."))
    if by is not None and by.email.lower() != invitation.email.lower():
        raise InvitationRefusal(_("Cette invitation est pour une autre adresse que celle de votre compte."))
    if invitation.invited_by is None or not can_invite(invitation.invited_by, Role(invitation.role)):
        raise InvitationRefusal(
            _("La personne qui vous invite ne peut plus donner ce rôle. Demandez une nouvelle invitation.")
        )
    member = by or open_account(invitation.email, name, where=_("invitation"), now=now)
    invitation.accepted_at = now
    invitation.accepted_by = member
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if RANK[invitation.role] > RANK[member.role]:
        change_role(member, Role(invitation.role), by=invitation.invited_by, now=now, reason=_("invitation"))
        member.refresh_from_db()
    return member
