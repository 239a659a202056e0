"""What other folders add to accounts: rights of roles, and the personal data they keep."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from alliage.accounts.enums import ConsentKind, Role
from alliage.registry import Registry

if TYPE_CHECKING:
    from alliage.accounts.models import Member


@dataclass(frozen=True)
class RolePermission:
    """`permission` ("app.codename") belongs to `role` and to every role above it."""

    code: str
    role: Role
    permission: str


@dataclass(frozen=True)
class PersonalData:
    """What one folder keeps about a member.

    `export(member)` returns plain data (dicts, lists, strings, numbers, dates) for the member's own copy;
    `erase(member)` removes or anonymises it when the account closes. Both run inside the caller's transaction.
    """

    code: str
    label: "str | Promise"
    export: "Callable[[Member], Any]"
    erase: "Callable[[Member], None]"


@dataclass(frozen=True)
class ConsentEffect:
    """What a function undoes when a consent of `kind` is taken back, in the same transaction.

    `withdrawn(member, now=…)` runs once per consent that was in force.
    """

    code: str
    kind: ConsentKind
    withdrawn: "Callable[..., None]"


@dataclass(frozen=True)
class Arrival:
    """What a function does when a member signs in, their address being proved: `arrived(member, request, now=…)`.

    What was begun without an account joins it. It must be quick, and bear being done at each sign-in.
    """

    code: str
    arrived: "Callable[..., None]"


role_permissions: Registry[RolePermission] = Registry(
    "accounts.role_permissions", "Rights that a role gives, as permission code names."
)
personal_data: Registry[PersonalData] = Registry(
    "accounts.personal_data", "What each function keeps about a member: exported on request, erased with the account."
)

consent_effects: Registry[ConsentEffect] = Registry(
    "accounts.consent_effects", "What is undone at once when a member takes a consent back."
)

arrivals: Registry[Arrival] = Registry("accounts.arrivals", "What joins an account when its member signs in.")


def permissions_of(role: str, rank: dict[str, int]) -> frozenset[str]:
    """Return the permissions that a role holds, those of lower roles included."""
    return frozenset(item.permission for item in role_permissions if rank[item.role] <= rank[role])
