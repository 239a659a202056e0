"""What moderation keeps about a member: given on request, erased with the account."""

from typing import Any

from alliage.accounts.models import Member
from alliage.moderation.models import Decision, Report


def export(member: Member) -> dict[str, Any]:
    about_me = Decision.objects.filter(author_id=member.pk)
    return {
        "signalements": list(
            Report.objects.filter(reporter=member).values("title", "url", "reason", "text", "state", "created_at")
        ),
        "decisions_sur_mes_contributions": list(about_me.values("title", "act", "reason", "decided_at")),
    }


def erase(member: Member) -> None:
    """The report stays, without its author: others may depend on the answer. The log holds numbers only."""
    Report.objects.filter(reporter=member).update(reporter=None)
