"""What upper folders add: the objects that openings are for, and who holds them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alliage.registry import Registry


@dataclass(frozen=True)
class ScopeKind:
    """Openings for objects of one kind (`scope`): who reads their answers, opens and closes them.

    `can_hold(user, scope_id)` answers for an anonymous visitor too.
    """

    code: str
    can_hold: Callable[[Any, str], bool]


scopes: Registry[ScopeKind] = Registry(
    "questionnaires.scopes", "Objects that questions are asked for, and who holds what is asked there."
)
