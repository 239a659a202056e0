"""Who reads the files of a resource."""

import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.accounts.tests.factories import MemberFactory
from alliage.library import permissions
from alliage.library.services import proposals, resources
from alliage.library.tests.factories import NOW, proposed, published

pytestmark = pytest.mark.django_db


def readers(resource, *, is_published: bool, facilitator) -> list[bool]:
    """A visitor, a member, a reviewer, its author."""
    people = (AnonymousUser(), MemberFactory(), facilitator, resource.owner)
    return [permissions.can_read_file(each, resource, is_published=is_published) for each in people]


def test_a_published_file_goes_with_its_resource(facilitator):
    resource = published()
    assert readers(resource, is_published=True, facilitator=facilitator) == [True] * 4
    resources.hide(resource, by=None, now=NOW)
    resource.refresh_from_db()
    assert readers(resource, is_published=True, facilitator=facilitator) == [False, False, False, True]


def test_the_file_of_a_proposal_goes_with_it(facilitator):
    proposal = proposed()
    assert readers(proposal.resource, is_published=False, facilitator=facilitator) == [False, False, False, True]
    proposals.submit(proposal, by=None, now=NOW)
    assert readers(proposal.resource, is_published=False, facilitator=facilitator) == [False, False, True, True]
