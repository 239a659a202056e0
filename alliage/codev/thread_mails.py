"""What threads tell: the kinds of notifications they send, and for what a member chooses how often."""

from typing import Any

from alliage.notifications.enums import Frequency

TOLD, CALLED, FLAGGED = "codev.thread", "codev.mention", "codev.flag"
DEFAULT_FREQUENCY = Frequency.DAILY


def scope_of(group: Any) -> str:
    """What a member's choice of mails is kept for."""
    return f"group-{group.pk}"
