"""Who may see and do what with an opening."""

from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.questionnaires.enums import Shows
from alliage.questionnaires.models import Opening
from alliage.questionnaires.registry import scopes


def can_hold(user: Any, opening: Opening) -> bool:
    """Open, close, read results and tables: who made the questionnaire; those whom the object says; for a survey of the
    network, animators."""
    if not (user.is_authenticated and user.is_active):
        return False
    if not opening.scope:
        return is_animator(user) or opening.version.questionnaire.owner_id == user.pk
    kind = scopes.get(opening.scope)
    if kind is not None:
        return kind.can_hold(user, opening.scope_id)
    return opening.version.questionnaire.owner_id == user.pk


def can_see_results(opening: Opening, *, is_holder: bool, has_answered: bool) -> bool:
    """Whoever was asked: when the opening says so. The floor is another matter (queries.results)."""
    if is_holder:
        return True
    if opening.shows == Shows.AT_ONCE:
        return has_answered or opening.is_closed
    return opening.shows == Shows.AT_END and opening.is_closed
