"""What notifications keeps about a member: given on request, erased with the account."""

from typing import Any

from alliage.accounts.models import Member
from alliage.notifications import queries
from alliage.notifications.models import Notification, OutgoingMail, Preference


def export(member: Member) -> dict[str, Any]:
    return {
        "notifications": list(queries.list_of(member).values("kind", "title", "text", "url", "created_at", "read_at")),
        "choix": {choice.kind.code: choice.frequency.value for choice in queries.choices_of(member)},
        "choix particuliers": dict(
            Preference.objects.filter(person=member, kind__contains="@").values_list("kind", "frequency")
        ),
        "courriers": list(
            OutgoingMail.objects.filter(person=member).values(
                "label", "subject", "text", "state", "created_at", "sent_at"
            )
        ),
    }


def erase(member: Member) -> None:
    Notification.objects.filter(person=member).delete()
    Preference.objects.filter(person=member).delete()
    OutgoingMail.objects.filter(person=member).delete()
