"""Who may do what. Roles live above: this folder only asks for the rights they carry."""

from typing import Any


def can_edit_lists(user: Any) -> bool:
    """Animators write the network's lists and hide comments."""
    return bool(user.has_perm("taxonomy.change_networklist"))


def can_comment(user: Any) -> bool:
    """Any member with an open account."""
    return bool(user.is_authenticated and user.is_active)
