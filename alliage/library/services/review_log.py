"""The history of proposals: each move is written, and told to the side that waits for it. Called by the services that move."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from alliage.accounts.models import Member
from alliage.library.enums import ReviewDeed
from alliage.library.models import Proposal, Remark, ReviewAct
from alliage.library.permissions import REVIEWERS
from alliage.notifications.services import notify_many

TO_TAKE, MINE, REVIEWED = "library.to_review", "library.my_proposals", "library.my_reviews"
# Deeds of the reviewers, told to the author; the others are the author's, told to the reviewer.
OF_REVIEWERS = frozenset(
    {
        ReviewDeed.TAKEN,
        ReviewDeed.GIVEN_BACK,
        ReviewDeed.CHANGES_ASKED,
        ReviewDeed.ACCEPTED,
        ReviewDeed.PUBLISHED,
        ReviewDeed.REFUSED,
    }
)


def write(proposal: Proposal, deed: ReviewDeed, *, by: Any, now: datetime, note: str = "") -> ReviewAct:
    """Keep a move of a locked proposal, and tell it. What is submitted is kept as it was, so that rounds are compared."""
    content = proposal.content if deed == ReviewDeed.SUBMITTED else None
    act = ReviewAct.objects.create(proposal=proposal, deed=deed, by=by, note=note, content=content, at=now)
    if deed in OF_REVIEWERS:
        notify_many(authors_of(proposal), MINE, act, by=by, now=now)
    elif proposal.reviewer is not None:
        notify_many([proposal.reviewer], REVIEWED, act, by=by, now=now)
    elif deed == ReviewDeed.SUBMITTED:
        notify_many(reviewers(proposal), TO_TAKE, act, by=by, now=now)
    return act


def authors_of(proposal: Proposal) -> list[Member]:
    """Who wrote it, and who holds the resource."""
    found = [person for person in (proposal.author, proposal.resource.owner) if person is not None]
    return list(dict.fromkeys(found))


def reviewers(proposal: Proposal) -> Iterable[Member]:
    """Everyone who may take it."""
    own = Q(pk=proposal.author_id) | Q(pk=proposal.resource.owner_id)
    return Member.objects.filter(role__in=REVIEWERS, is_active=True).exclude(own)


def forget_texts(proposal: Proposal) -> None:
    """What was said of a text that its author gave up goes with it; that it was proposed stays."""
    Remark.objects.filter(proposal=proposal).delete()
    ReviewAct.objects.filter(proposal=proposal).update(content=None, note="")
