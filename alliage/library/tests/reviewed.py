"""What tables of pages need of reviews, help wanted and renewal: one of each, of one member; or a great many."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from alliage.accounts.models import Member
from alliage.library import renewal_links
from alliage.library.content import cleaned
from alliage.library.enums import ProposalState, State
from alliage.library.models import Doubt, HelpWanted, Proposal, Remark, Resource, Version
from alliage.library.services import help as helps
from alliage.library.services import proposals, renewal
from alliage.library.tests.factories import published, said


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    proposal = proposals.open_proposal(published(by=member, now=now), by=member, now=now)
    text = proposal.content | {"title": "Un texte à relire"}
    proposals.submit(proposals.write(proposal, text, token=proposal.token, by=member, now=now), by=member, now=now)
    resource = published(by=member, now=now, title="Une ressource tenue")
    wanted = helps.ask_help(resource, kind="relecture", text="Relire les moyens", by=member, now=now)
    return {
        "review": proposal.pk,
        "tended": resource.pk,
        "help": wanted.pk,
        "doubt": renewal.say_doubt(resource, text="La loi a changé", by=None, now=now).pk,
        "renewal_link": renewal_links.path(resource).split("/")[-2],
    }


def many(first: int, last: int, *, author: Member, reviewer: Member, now: datetime) -> None:
    """Resources that wait for everything at once: a review, help, an answer, their date."""
    content = cleaned(said())
    made = Resource.objects.bulk_create(
        Resource(
            kind=content["kind"], title=f"Essai {number}", content=content, licence=content["licence"], owner=author,
            state=State.PUBLISHED, edition=1, published_at=now, edited_at=now, confirmed_on=localdate(now),
            renew_on=localdate(now) - timedelta(days=1),
        )
        for number in range(first, last)
    )  # fmt: skip
    proposals_made = Proposal.objects.bulk_create(
        Proposal(
            resource=one, content=content, author=author, submitted_at=now, moved_at=now - timedelta(days=30),
            state=ProposalState.IN_REVIEW if one.pk % 2 else ProposalState.SUBMITTED,
            reviewer=reviewer if one.pk % 2 else None,
        )
        for one in made
    )  # fmt: skip
    Remark.objects.bulk_create(
        Remark(proposal=one, part="title", text="Dites où.", author=reviewer, created_at=now, moved_at=now)
        for one in proposals_made
    )
    HelpWanted.objects.bulk_create(
        HelpWanted(
            resource=one,
            kind="relecture",
            text="Relire",
            by=author,
            created_at=now,
            expires_at=now + timedelta(days=900),
        )
        for one in made
    )
    Doubt.objects.bulk_create(Doubt(resource=one, text="La loi", at=now - timedelta(days=30)) for one in made)
    Version.objects.bulk_create(
        Version(resource=one, number=1, content=content, by=reviewer, published_at=now) for one in made
    )
