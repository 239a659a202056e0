"""A resource of the library on an editorial page: found by the words of the search, shown as it is today, gone once withdrawn."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.library.services import resources
from alliage.library.tests.factories import published
from alliage.search import services as search
from alliage.website.tests.factories import make_standard

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosing(signed_in, animator, site, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return signed_in(animator)


def page_with(site, resource, why="À lire avant la réunion."):
    return make_standard(site, body=[("resource", {"resource": resource, "why": why})])


def test_a_page_shows_the_card_of_a_resource(client, site, django_assert_max_num_queries):
    resource = published(title="Partager un jardin")
    page = page_with(site, resource)
    client.get(page.get_url())
    with django_assert_max_num_queries(6):
        text = client.get(page.get_url()).content.decode()
    assert f'href="{resource.get_absolute_url()}"' in text
    assert "Partager un jardin" in text
    assert "À lire avant la réunion." in text


def test_what_is_withdrawn_shows_no_more_not_even_why(client, site):
    resource = published(title="Partager un jardin")
    page = page_with(site, resource)
    resources.withdraw(resource, by=None, now=timezone.now())
    text = client.get(page.get_url()).content.decode()
    assert "Partager un jardin" not in text
    assert "À lire avant" not in text


def test_a_resource_that_is_no_longer_in_the_base_breaks_no_page(client, site):
    resource = published(title="Partager un jardin")
    page = page_with(site, resource)
    resource.delete()
    assert client.get(page.get_url()).status_code == 200


def test_editors_find_it_by_words_with_a_typo_or_by_its_address(choosing):
    resource = published(title="Partager un jardin")
    published(title="Une cantine")
    search.rebuild()
    address = reverse("ressources:choose_results")
    for words in ("jardyn partag", resource.get_absolute_url()):
        text = choosing.get(address, {"q": words}).content.decode()
        assert "Partager un jardin" in text, words
        assert "Une cantine" not in text, words
    assert "Une cantine" in choosing.get(address).content.decode()
    assert "Une cantine" not in choosing.get(address, {"q": "xylophone"}).content.decode()
    assert "Titre ou adresse" in choosing.get(reverse("ressources:choose")).json()["html"]


def test_only_what_everyone_reads_is_chosen(choosing):
    resource, other = published(title="Partager un jardin"), published(title="Retirée")
    resources.withdraw(other, by=None, now=timezone.now())
    assert "Retirée" not in choosing.get(reverse("ressources:choose_results")).content.decode()
    chosen = choosing.get(reverse("ressources:chosen", args=[resource.pk]))
    assert chosen.json()["result"]["title"] == "Partager un jardin"
    assert choosing.get(reverse("ressources:chosen", args=[other.pk])).status_code == 404
    several = choosing.get(reverse("ressources:chosen_multiple"), {"id": [resource.pk, other.pk]})
    assert len(several.json()["result"]) == 1


def test_an_editor_opens_a_page_that_holds_one_and_a_member_does_not_choose(choosing, client, member, site):
    page = page_with(site, published(title="Partager un jardin"))
    text = choosing.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Choisir une ressource" in text
    client.force_login(member)
    assert client.get(reverse("ressources:choose")).status_code in {302, 403}
