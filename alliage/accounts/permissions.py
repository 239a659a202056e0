"""Who may do what, by role. Every question answers for an anonymous visitor too."""

from typing import Any

from alliage.accounts.enums import Role

_RANK = {role: rank for rank, role in enumerate(Role.values)}


def has_role(user: Any, role: Role) -> bool:
    """True when the user is an open account holding `role` or one above it."""
    return bool(user.is_authenticated and user.is_active) and _RANK[user.role] >= _RANK[role]


def is_facilitator(user: Any) -> bool:
    return has_role(user, Role.FACILITATOR)


def is_animator(user: Any) -> bool:
    return has_role(user, Role.ANIMATOR)


def is_administrator(user: Any) -> bool:
    return has_role(user, Role.ADMINISTRATOR)


def needs_second_factor(user: Any) -> bool:
    """Those who can read or change what belongs to others prove who they are twice."""
    return is_animator(user)
