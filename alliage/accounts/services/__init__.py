"""Every write about members, by noun: roles, invitations, consents, accounts, demonstration."""

from alliage.accounts.services.account import (
    AccountRefusal,
    close_account,
    export_personal_data,
    open_account,
    update_account,
)
from alliage.accounts.services.consents import ConsentRefusal, give_consent, load_consent_texts, withdraw_consent
from alliage.accounts.services.invitations import (
    InvitationRefusal,
    accept_invitation,
    invite,
    revoke_invitation,
)
from alliage.accounts.services.roles import RoleRefusal, change_role, place_in_groups, set_up_roles

__all__ = [
    "AccountRefusal",
    "ConsentRefusal",
    "InvitationRefusal",
    "RoleRefusal",
    "accept_invitation",
    "change_role",
    "close_account",
    "export_personal_data",
    "give_consent",
    "invite",
    "load_consent_texts",
    "open_account",
    "place_in_groups",
    "revoke_invitation",
    "set_up_roles",
    "update_account",
    "withdraw_consent",
]
