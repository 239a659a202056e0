"""Accounts that a member wrote or signed, for their own copy."""

from typing import Any

from django.db.models import Q

from alliage.accounts.models import Member
from alliage.events.models import Minutes


def export_of(member: Member) -> list[dict[str, Any]]:
    rows = Minutes.objects.filter(Q(written_by=member) | Q(signed_by=member)).select_related("sequence")
    return [
        {
            "sequence": row.sequence.title,
            "written": [line["text"] for line in row.lines] if row.written_by_id == member.pk else [],
            "signed": [line["text"] for line in row.published] if row.signed_by_id == member.pk else [],
            "written_at": row.written_at,
            "signed_at": row.signed_at,
        }
        for row in rows.order_by("pk")
    ]
