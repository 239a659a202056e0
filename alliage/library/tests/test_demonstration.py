"""What waits for a review in the demonstration: brought in once, by its own people, and read by nobody else."""

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.library import loading
from alliage.library.enums import ProposalState
from alliage.library.models import HelpWanted, Proposal, Resource
from alliage.library.services.demonstration import load_reviews
from alliage.library.tests.factories import NOW, published
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def test_the_queue_of_the_demonstration_is_brought_in_once():
    TermFactory(vocabulary="leviers", code="alliance")
    said = loading.read_reviews()
    assert load_reviews(said, now=NOW) == 0  # nobody is there yet
    emails = {row["author"] for row in said["proposals"]} | {row.get("reviewer") for row in said["proposals"]} - {None}
    for email in emails:
        MemberFactory(email=email, is_demo=True, role="facilitator")
    for row in said["help"]:
        resource = published()
        Resource.objects.filter(pk=resource.pk).update(external_id=f"alliage:{row['code']}")
    assert load_reviews(said, now=NOW) == len(said["proposals"])
    assert load_reviews(said, now=NOW) == 0
    states = [proposal.state for proposal in Proposal.objects.filter(resource__is_demo=True).order_by("pk")]
    assert states == [ProposalState.SUBMITTED, ProposalState.CHANGES_ASKED, ProposalState.SUBMITTED]
    assert Proposal.objects.filter(shows_title=True).count() == 1
    assert HelpWanted.objects.count() == len(said["help"])


def test_help_of_a_resource_that_is_not_there_is_left_out():
    said = {"proposals": [], "help": [{"code": "rien", "kind": "donnees", "text": "Des chiffres"}]}
    assert load_reviews(said, now=NOW) == 0
    assert not HelpWanted.objects.exists()
