"""Who reports, who decides, who contests."""

from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.moderation.models import Decision, Report
from alliage.moderation.registry import Reportable


def can_report(user: Any, kind: Reportable, obj: Any) -> bool:
    """Whoever may see it, with or without an account."""
    return kind.can_see(user, obj)


def can_moderate(user: Any) -> bool:
    return is_animator(user)


def can_read_decision(user: Any, decision: Decision) -> bool:
    """Animators, the author, and those who reported it."""
    if not user.is_authenticated:
        return False
    return (
        can_moderate(user)
        or is_author(user, decision)
        or Report.objects.filter(decision=decision, reporter=user).exists()
    )


def is_author(user: Any, decision: Decision) -> bool:
    return bool(user.is_authenticated and user.is_active and decision.author_id == user.pk)
