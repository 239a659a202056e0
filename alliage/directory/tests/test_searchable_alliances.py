"""Alliances are found by whoever may see their two sides; never one that is not confirmed, or hidden."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import AllianceState, Visibility
from alliage.directory.services import alliances as services
from alliage.directory.services import entries
from alliage.directory.services.alliances import Said
from alliage.directory.tests.factories import AllianceFactory, OrganisationFactory
from alliage.search import queries
from alliage.search import services as search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def find(question: str, viewer=None) -> list[str]:
    search.follow()
    found = queries.search(queries.parse({"q": question, "sorte": "alliances"}), viewer or AnonymousUser())
    return [hit.plain_title for hit in found.hits]


def made(**more):
    sides = {"first": OrganisationFactory(name="La Grange"), "second": OrganisationFactory(name="Le Pont")}
    values = {"subject": "Un atelier vélo partagé", "state": AllianceState.CONFIRMED, "confirmed_at": timezone.now()}
    return AllianceFactory(**(sides | values | more))


def test_a_confirmed_alliance_is_found_by_its_words_and_its_sides():
    alliance = made(outcome="Trois cents vélos réparés")
    search.rebuild()
    for question in ("atelier vélo", "réparés", "Grange"):
        assert find(question) == [alliance.subject]
    hit = queries.search(queries.parse({"q": "atelier vélo"}), AnonymousUser()).hits[0]
    assert hit.url == alliance.get_absolute_url()
    assert hit.summary == f"La Grange et Le Pont, depuis {alliance.since}"


@pytest.mark.parametrize("more", [{"state": AllianceState.DECLARED, "confirmed_at": None}, {"is_hidden": True}])
def test_what_is_not_confirmed_or_is_hidden_is_found_by_nobody(more):
    made(**more)
    search.rebuild()
    assert find("atelier vélo", MemberFactory()) == []


def test_an_alliance_of_a_side_shown_to_members_is_found_by_members_alone():
    made(second=OrganisationFactory(name="Réservée", visibility=Visibility.MEMBERS))
    search.rebuild()
    assert find("atelier vélo") == []
    assert find("atelier vélo", MemberFactory()) == ["Un atelier vélo partagé"]


def test_the_index_follows_what_becomes_of_it():
    mine, other, now = OrganisationFactory(), OrganisationFactory(), timezone.now()
    search.rebuild()
    alliance = services.declare_alliance(
        mine, other, Said("Un atelier vélo partagé", 2020), by=MemberFactory(), now=now
    )
    assert find("atelier vélo") == []
    services.confirm_alliance(alliance, by=None, now=now)
    assert find("atelier vélo") == [alliance.subject]
    services.hide_alliance(alliance, by=None, now=now)
    assert find("atelier vélo") == []
    services.restore_alliance(alliance, by=None, now=now)
    entries.hide(other, by=None, now=now)
    assert find("atelier vélo") == []
    entries.restore(other, by=None, now=now)
    assert find("atelier vélo") == [alliance.subject]
    services.delete_alliance(alliance, by=None, now=now)
    assert find("atelier vélo") == []
