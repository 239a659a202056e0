"""Which documents of the index a person may find."""

from typing import Any

from alliage.accounts.enums import RANK
from alliage.search.registry import MEMBERS, PUBLIC, VISITORS, audiences


def tokens(viewer: Any) -> list[str]:
    """The audiences that this person is in. `role:animator` is also held by administrators."""
    if not viewer.is_authenticated:
        return [PUBLIC, VISITORS]
    rank = RANK[viewer.role]
    roles = [f"role:{role}" for role, other in RANK.items() if other <= rank]
    return [PUBLIC, MEMBERS, *roles, *(token for audience in audiences for token in audience.tokens(viewer))]
