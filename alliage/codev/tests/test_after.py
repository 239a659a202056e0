"""What codev offers after a sequence: groups with room, public questions about its theme."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from alliage.codev.help_enums import Readers
from alliage.codev.registers import after
from alliage.codev.tests.asked import ask, ask_everyone
from alliage.codev.tests.factories import GroupFactory
from alliage.events.models import Sequence
from alliage.events.registry import proceedings_offers
from alliage.events.tests.factories import rencontre
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


def sequence() -> Sequence:
    return rencontre().sequences.get(rank=1)


def test_groups_where_there_is_room_are_offered_and_the_way_to_seek_one(request_of):
    group = GroupFactory(name="Pairs de la Loire", access="open")
    GroupFactory(name="Masqué", is_hidden=True, access="open")
    found = after.of_groups(sequence(), [], request_of)
    assert [link.title for link in found.links] == [group.name]
    assert found.more.url == "/codev/chercher-un-groupe/"


def test_questions_of_the_theme_are_offered_when_they_are_public(request_of):
    term = Term.objects.filter(vocabulary=Vocabulary.LEVIERS).first() or TermFactory(vocabulary=Vocabulary.LEVIERS)
    public, private = ask_everyone(), ask("Une question pour les membres, assez longue pour être lue.")
    for question in (public, private):
        question.terms.set([term])
    assert private.readers != Readers.PUBLIC
    told = sequence()
    found = after.of_questions(told, [term], request_of)
    assert [link.title for link in found.links] == [public.title]
    assert f"levier={term.code}" in found.more.url
    assert after.of_questions(told, [], request_of) is None
    assert after.of_questions(told, [TermFactory(vocabulary=Vocabulary.LEVIERS, code="autre")], request_of) is None


def test_codev_is_among_what_a_sequence_leads_to():
    assert {"codev.groups", "codev.questions"} <= {offer.code for offer in proceedings_offers}
