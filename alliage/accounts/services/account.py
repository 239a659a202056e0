"""Open, change, copy and close an account."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.models import Member, RoleChange
from alliage.accounts.registry import personal_data
from alliage.accounts.services.consents import give_consent
from alliage.accounts.services.roles import place_in_groups, refuse_if_last_administrator
from alliage.accounts.time_zones import KNOWN
from alliage.refusals import Refusal


class AccountRefusal(Refusal):
    """The account cannot change that way."""


@transaction.atomic
def open_account(email: str, name: str, *, where: str, now: datetime) -> Member:
    """Open an account for an address that its owner has just proved, with the account terms agreed to."""
    email = email.strip().lower()
    if is_known_address(email):
        raise AccountRefusal(_("Un compte existe déjà pour cette adresse : connectez-vous."))
    member = Member.objects.create_user(email, name=name.strip(), created_at=now)
    EmailAddress.objects.create(user=member, email=email, primary=True, verified=True)
    give_consent(member, ConsentKind.TERMS, by=member, now=now, where=where)
    return member


def is_known_address(email: str) -> bool:
    """True when a member, open or closed, already has this address."""
    return (
        Member.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


def update_account(member: Member, *, name: str, time_zone: str, by: Member) -> Member:
    if by != member:
        raise AccountRefusal(_("Seule la personne concernée peut modifier son compte."))
    if time_zone not in KNOWN:
        raise AccountRefusal(_("Ce fuseau horaire n’est pas proposé : choisissez-en un dans la liste."))
    member.name = name.strip()
    member.time_zone = time_zone
    member.save(update_fields=["name", "time_zone"])
    return member


def export_personal_data(member: Member, *, by: Member, now: datetime) -> dict[str, Any]:
    """Return everything every function keeps about the member, as plain data, by code of the registry."""
    if by != member:
        raise AccountRefusal(_("Seule la personne concernée peut recevoir ses données."))
    parts = {item.code: {"label": str(item.label), "data": item.export(member)} for item in personal_data}
    return {"format": "alliage-donnees-personnelles/1", "exported_at": now, "parts": parts}


@transaction.atomic
def close_account(member: Member, *, by: Member, now: datetime) -> Member:
    """Close the account for good: every function erases or anonymises what it keeps; the address becomes free again."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if by != member:
        raise AccountRefusal(_("Seule la personne concernée peut fermer son compte."))
    if member.is_demo:
        raise AccountRefusal(_("Un compte de démonstration ne se ferme pas."))
    refuse_if_last_administrator(member)
    if member.role != Role.MEMBER:
        RoleChange.objects.create(
            member=member,
            old_role=member.role,
            new_role=Role.MEMBER,
            changed_by=member,
            changed_at=now,
            reason=_("compte fermé"),
        )
    for item in personal_data:
        item.erase(member)
    member.name = ""
    member.email = f"compte-ferme-{member.pk}@exemple.invalid"
    member.role = Role.MEMBER
    member.is_active = member.is_superuser = False
    member.set_unusable_password()
    member.save()
    place_in_groups(member)
    return member
