"""Who may do what with an agreement: questions, no writes. Animators have no right of their own here."""

from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.agreements.models import Agreement, Partner
from alliage.agreements.queries import agreements as queries


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def can_open(user: Any) -> bool:
    """Any member; in whose name is asked by the form."""
    return _is_member(user)


def mine_in(user: Any, agreement: Agreement) -> list[Partner]:
    """The partners that this person speaks for, asked or in; their query, asked once for each agreement."""
    if not _is_member(user):
        return []
    return [each for each in queries.partners(agreement, user) if each.is_mine]


def can_see(user: Any, agreement: Agreement) -> bool:
    """The people of its partners, and of those who are asked to join."""
    return bool(mine_in(user, agreement))


def acts_for(user: Any, agreement: Agreement) -> list[Partner]:
    """The partners in whose name this person acts."""
    return [each for each in mine_in(user, agreement) if each.is_in]


def can_act(user: Any, agreement: Agreement) -> bool:
    return bool(acts_for(user, agreement))


def can_reword(user: Any) -> bool:
    """The words of the reviews to come."""
    return is_animator(user)
