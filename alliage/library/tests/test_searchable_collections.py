"""Public collections are found by their name and their words; never a private one, its notes, or what it holds."""

import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.enums import Sharing
from alliage.library.services import collections, resources
from alliage.library.tests.factories import NOW, published
from alliage.search import queries
from alliage.search import services as search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    search.rebuild()


def find(question: str, viewer=None) -> list[str]:
    search.follow()
    asked = queries.parse({"q": question, "sorte": "collections"})
    return [hit.plain_title for hit in queries.search(asked, viewer or AnonymousUser()).hits]


def test_a_collection_is_found_while_it_is_public_and_holds_something():
    holder = MemberFactory()
    named = collections.Named("Mobilités de montagne", "Pour monter sans voiture")
    mine, resource = collections.create(named, by=holder, now=NOW), published()
    collections.share(mine, Sharing.PUBLIC, by=holder, now=NOW)
    assert find("mobilités montagne") == []
    collections.keep(resource, collection=mine, by=holder, now=NOW)
    assert find("mobilités montagne") == find("sans voiture") == ["Mobilités de montagne"]
    collections.let_go(mine, resource.pk, by=holder, now=NOW)
    assert find("mobilités montagne") == []
    collections.keep(resource, collection=mine, by=holder, now=NOW)
    collections.rename(mine, collections.Named("Vallées reliées"), by=holder, now=NOW)
    assert find("vallées") == ["Vallées reliées"]
    assert find("sans voiture") == []
    collections.hide(mine, by=None, now=NOW)
    assert find("vallées", holder) == []
    collections.restore(mine, by=None, now=NOW)
    assert find("vallées") == ["Vallées reliées"]
    collections.share(mine, Sharing.LINK, by=holder, now=NOW)
    assert find("vallées", holder) == []
    collections.share(mine, Sharing.PUBLIC, by=holder, now=NOW)
    collections.remove(mine, by=holder, now=NOW)
    assert find("vallées") == []


def test_notes_and_what_a_collection_holds_are_not_among_its_words():
    holder = MemberFactory()
    mine, resource = (
        collections.create(collections.Named("Mes repères"), by=holder, now=NOW),
        published(title="Un four"),
    )
    kept = collections.keep(resource, collection=mine, by=holder, now=NOW)
    kept.note = "canari"
    kept.save()
    collections.share(mine, Sharing.PUBLIC, by=holder, now=NOW)
    assert find("repères") == ["Mes repères"]
    assert find("canari", holder) == find("four") == []


def test_a_collection_whose_last_resource_was_withdrawn_is_found_no_more():
    holder = MemberFactory()
    mine, resource = collections.create(collections.Named("Mes repères"), by=holder, now=NOW), published()
    collections.keep(resource, collection=mine, by=holder, now=NOW)
    collections.share(mine, Sharing.PUBLIC, by=holder, now=NOW)
    assert find("repères") == ["Mes repères"]
    resources.withdraw(resource, by=None, now=NOW)
    assert find("repères") == []
