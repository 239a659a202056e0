"""What waits for a review in the demonstration, and the help that its people look for, from a data file. Brought in once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliage.accounts.models import Member
from alliage.library.models import Proposal, Resource
from alliage.library.services import help as helps
from alliage.library.services import proposals, reviews
from alliage.library.services.loading import MARK


@transaction.atomic
def load_reviews(said: dict[str, Any], *, now: datetime) -> int:
    """Bring in the proposals and the help of the file, unless some proposal of the demonstration was; answers how many."""
    known = Member.objects.filter(is_demo=True).in_bulk(field_name="email")
    if Proposal.objects.filter(resource__is_demo=True, submitted_at__isnull=False).exists():
        return 0
    made = [_proposal(row, known, now=now) for row in said["proposals"] if row["author"] in known]
    for row in said["help"]:
        resource = Resource.objects.filter(external_id=f"{MARK}{row['code']}", owner__isnull=False).first()
        if resource is not None:
            helps.ask_help(resource, kind=row["kind"], text=row["text"], by=resource.owner, now=now)  # type: ignore[arg-type]
    return len(made)


def _proposal(row: dict[str, Any], known: dict[str, Member], *, now: datetime) -> Proposal:
    """Proposed so many days ago; read by the one whom the row names, with remarks."""
    then = now - timedelta(days=row["days"])
    author = known[row["author"]]
    proposal = proposals.begin(row["content"], by=author, now=then, is_demo=True)
    proposals.submit(proposal, by=author, now=then)
    if row.get("shows_title"):
        reviews.show_title(proposal, shown=True, by=author, now=then)
    reader = known.get(row.get("reviewer", ""))
    if reader is not None:
        reviews.take(proposal, by=reader, now=then + timedelta(days=1))
        for remark in row["remarks"]:
            reviews.remark(proposal, part=remark["part"], text=remark["text"], by=reader, now=then + timedelta(days=2))
        reviews.ask_changes(proposal, by=reader, now=then + timedelta(days=2), note=row["message"])
    return proposal
