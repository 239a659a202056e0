"""Proposals: begun, written by one tab at a time, submitted, taken back, dropped."""

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.content import ContentRefused
from alliage.library.enums import ProposalState, State
from alliage.library.models import Proposal, Resource
from alliage.library.services import proposals, resources
from alliage.library.tests.factories import NOW, proposed, published, said

pytestmark = pytest.mark.django_db


def test_a_proposal_begins_as_a_draft_that_names_its_resource():
    author = MemberFactory()
    proposal = proposals.begin(said(title="  Un  titre "), by=author, now=NOW)
    assert (proposal.state, proposal.content["title"], proposal.author) == (ProposalState.DRAFT, "Un titre", author)
    assert (proposal.resource.title, proposal.resource.state, proposal.resource.content) == (
        "Un titre",
        State.DRAFT,
        {},
    )
    with pytest.raises(ContentRefused, match="titre"):
        proposals.begin(said(title=" "), by=author, now=NOW)
    assert Resource.objects.count() == 1


def test_two_tabs_do_not_overwrite_one_another():
    proposal = proposed()
    token = proposal.token
    proposals.write(proposal, said(title="La première"), token=token, by=None, now=NOW, note="Le titre")
    with pytest.raises(proposals.ChangedMeanwhile) as refused:
        proposals.write(proposal, said(title="La seconde"), token=token, by=None, now=NOW)
    assert refused.value.token == proposal.token
    proposal.refresh_from_db()
    assert (proposal.content["title"], proposal.note, proposal.resource.title) == (
        "La première",
        "Le titre",
        "La première",
    )


def test_what_is_under_review_is_not_written():
    proposal = proposals.submit(proposed(), by=None, now=NOW)
    assert (proposal.state, proposal.submitted_at) == (ProposalState.SUBMITTED, NOW)
    assert proposals.submit(proposal, by=None, now=NOW).state == ProposalState.SUBMITTED
    with pytest.raises(proposals.ProposalRefused, match="relit"):
        proposals.write(proposal, said(), token=proposal.token, by=None, now=NOW)
    assert proposals.take_back(proposal, by=None, now=NOW).state == ProposalState.DRAFT


def test_one_proposal_is_open_at_a_time():
    resource = published()
    first = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    assert proposals.open_proposal(resource, by=resource.owner, now=NOW) == first
    assert first.content == resource.content
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(resource=resource)


def test_giving_up_forgets_a_text_that_nobody_read():
    proposal = proposed()
    proposals.drop(proposal, by=None, now=NOW)
    assert not Resource.objects.exists()
    resource = published()
    next_one = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    proposals.drop(next_one, by=None, now=NOW)
    next_one.refresh_from_db()
    assert (next_one.state, next_one.content) == (ProposalState.DROPPED, {})
    with pytest.raises(proposals.ProposalRefused, match="entre-temps"):
        resources.publish(next_one, by=None, now=NOW)


def test_a_title_of_what_is_published_changes_with_the_next_version_only():
    resource = published()
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    proposals.write(proposal, said(title="Un autre titre"), token=proposal.token, by=None, now=NOW)
    resource.refresh_from_db()
    assert resource.title == said()["title"]


def test_two_who_open_a_proposal_at_the_same_moment_find_the_same_one(monkeypatch):
    resource = published()
    made = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    asked: list[str] = []
    real = type(resource.proposals).filter

    def nothing_the_first_time(self, *args, **kwargs):
        asked.append("filter")
        return self.none() if len(asked) == 1 else real(self, *args, **kwargs)

    monkeypatch.setattr(type(resource.proposals), "filter", nothing_the_first_time)
    assert proposals.open_proposal(resource, by=resource.owner, now=NOW) == made
