"""Fictitious people of the demonstration."""

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.models import Member
from alliage.accounts.services.consents import give_consent
from alliage.accounts.services.roles import change_role

PERSONAS = Path(__file__).resolve().parent.parent / "data" / "personas.csv"


@dataclass(frozen=True)
class Persona:
    email: str
    name: str
    role: Role
    time_zone: str
    line: str

    @property
    def code(self) -> str:
        """Its name in addresses and forms: the part of its address before the @."""
        return self.email.partition("@")[0]


@cache
def personas() -> tuple[Persona, ...]:
    """Read the personas of the data file, in its order."""
    with PERSONAS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Persona(row["email"], row["name"], Role(row["role"]), row["time_zone"], row["line"])
            for row in csv.DictReader(file)
        )


@transaction.atomic
def load_personas(*, now: datetime) -> int:
    """Create the missing demo members and bring the others back to what the file says; answers how many were created."""
    created_count = 0
    for persona in personas():
        member, created = Member.objects.get_or_create(
            email=persona.email,
            defaults={"name": persona.name, "time_zone": persona.time_zone, "is_demo": True, "created_at": now},
        )
        created_count += created
        if not created:
            Member.objects.filter(pk=member.pk).update(
                name=persona.name, time_zone=persona.time_zone, is_demo=True, is_active=True
            )
        EmailAddress.objects.get_or_create(
            user=member, email=persona.email, defaults={"primary": True, "verified": True}
        )
        give_consent(member, ConsentKind.TERMS, by=member, now=now, where=_("démonstration"))
        change_role(member, persona.role, by=None, now=now, reason=_("démonstration"))
    return created_count
