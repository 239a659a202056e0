"""What the library gives to « Mes preuves »: resources that everyone reads, signed by the person's entry."""

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.queries import deeds as queries
from alliage.directory.tests.factories import CatalystFactory
from alliage.library.enums import AuthorRole
from alliage.library.models import Author
from alliage.library.tests.factories import NOW, proposed, published
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(member):
    return CatalystFactory(owner=member, name="Ilona Démo", slug="ilona-demo")


def signed(entry, role=AuthorRole.AUTHOR, **more):
    return published(authors=[{"name": entry.name, "entry": entry.slug, "role": role}], **more)


def test_a_published_resource_is_there_with_its_page_and_its_metiers(entry, member):
    for code, position in (("dialogue", 1), ("lieu", 2)):
        Term.objects.create(vocabulary=Vocabulary.METIERS, code=code, label=code, position=position)
    resource = signed(entry, metiers=["lieu", "dialogue"])
    [deed] = queries.of_member(member, now=NOW)
    assert (deed.title, deed.url) == (resource.title, resource.get_absolute_url())
    assert deed.metiers == ("dialogue", "lieu")
    assert not deed.is_sorted_by_hand


def test_only_authors_have_it(entry, member):
    signed(entry, AuthorRole.REVIEWER)
    signed(CatalystFactory(owner=MemberFactory()))
    published(by=member)
    assert queries.of_member(member, now=NOW) == []


def test_a_draft_a_hidden_one_or_one_that_names_neither_place_nor_authors_is_not_there(entry, member):
    proposed(authors=[{"name": entry.name, "entry": entry.slug}])
    hidden = signed(entry)
    hidden.is_hidden = True
    hidden.save()
    discreet = signed(entry, hides_place=True)
    Author.objects.get_or_create(resource=discreet, name=entry.name, entry=entry)
    assert queries.of_member(member, now=NOW) == []
