"""An alliance declared from several windows at the same moment is there once, and nobody is shown an error."""

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.models import Alliance
from alliage.directory.services import alliances
from alliage.directory.services.alliances import AllianceRefusal, Said
from alliage.directory.tests.factories import OrganisationFactory
from alliage.notifications.models import Notification
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 4


@pytest.fixture
def sides():
    return OrganisationFactory(owner=MemberFactory()), OrganisationFactory(owner=MemberFactory())


def _declare(sides):
    mine, other = sides
    said = Said(subject="Un atelier partagé", since=2019)
    return alliances.declare_alliance(mine, other, said, by=mine.owner, now=timezone.now())


def test_declared_from_several_windows_it_is_there_once(sides):
    made = at_once(*[lambda: _declare(sides)] * WINDOWS)
    assert {each.pk for each in made} == {Alliance.objects.get().pk}
    assert Notification.objects.filter(person=sides[1].owner).count() == 1


def test_an_answer_given_from_several_windows_counts_once(sides):
    alliance = _declare(sides)

    def answer(act):
        try:
            act(Alliance.objects.get(pk=alliance.pk), by=sides[1].owner, now=timezone.now())
        except AllianceRefusal:
            return False
        return True

    acts = [alliances.confirm_alliance] * WINDOWS
    assert at_once(*[lambda act=act: answer(act) for act in acts]).count(True) == 1
