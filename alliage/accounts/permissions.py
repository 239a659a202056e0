"""Who may do what, by role. Every question answers for an anonymous visitor too.

A role is *held* (what the network gave) and *effective* (what this request may use): until someone who needs a second
factor has used it, SecondFactorMiddleware marks the member of the request and the effective role is that of a member.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from alliage.accounts.enums import RANK, Role

DEMO_PERSONA_KEY = "demo_persona"


def _is_open(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def has_role(user: Any, role: Role) -> bool:
    """True when the user is an open account that may use `role` now."""
    if not _is_open(user):
        return False
    effective = Role.MEMBER if user.lacks_second_factor else user.role
    return RANK[effective] >= RANK[role]


def is_facilitator(user: Any) -> bool:
    return has_role(user, Role.FACILITATOR)


def is_animator(user: Any) -> bool:
    return has_role(user, Role.ANIMATOR)


def is_administrator(user: Any) -> bool:
    return has_role(user, Role.ADMINISTRATOR)


def needs_second_factor(user: Any) -> bool:
    """Those who can read or change what belongs to others prove who they are twice."""
    return _is_open(user) and (RANK[user.role] >= RANK[Role.ANIMATOR] or user.is_superuser)


def is_demo_persona(request: HttpRequest) -> bool:
    """True when the demonstration bar, and nothing else, signed this persona in."""
    user: Any = request.user
    return bool(settings.DEMO and user.is_demo and request.session.get(DEMO_PERSONA_KEY) == user.pk)


def has_proved_identity(request: HttpRequest) -> bool:
    """True when whoever signed in may use the role they hold: nothing more is asked, or the second factor was used."""
    if not needs_second_factor(request.user) or is_demo_persona(request):
        return True
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def can_invite(user: Any, role: Role) -> bool:
    """An animator invites up to their own role."""
    return is_animator(user) and RANK[user.role] >= RANK[role]


def can_change_roles(user: Any) -> bool:
    return is_administrator(user)
