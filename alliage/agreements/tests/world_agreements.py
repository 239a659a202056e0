"""What the page table needs of agreements: one in preparation, one signed, one with an open review, one reviewed.

None is of the people of the table, for whom they do not exist: `test_agreements_pages.py` holds these pages to the same rules, read by their
own people.
"""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.agreements.services import reviews
from alliage.agreements.tests.factories import active, agreed, group, reviewed, scoped


def ids(holder: Member, *, now: datetime) -> dict[str, Any]:
    """All made by an organisation that this member holds."""
    said = {"mine": group("Organisation qui s’accorde", owner=holder), "now": now}
    lived = reviewed(other=group("Partenaire au bilan"), subject="Un accord au bilan", **said)
    begun = active(other=group("Partenaire en cours"), subject="Un accord en cours", **said)
    return {
        "agreement": scoped(other=group("Partenaire qui prépare"), subject="Un accord en préparation", **said).pk,
        "agreed": agreed(other=group("Partenaire qui signe"), subject="Un accord signé", **said).pk,
        "active": begun.pk,
        "active_review": reviews.open_review(begun, by=holder, now=now).number,
        "reviewed": lived.agreement.pk,
        "review_done": lived.number,
    }
