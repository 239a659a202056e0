"""« Vous êtes… »: one page, one action; what the home page says of the network."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from alliage.directory.tests.factories import CatalystFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.website import first_content, queries
from alliage.website.blocks.roles import PointBlock
from alliage.website.models import RolePage


def test_there_is_a_page_for_each_of_the_seven_roles(client, site, django_assert_max_num_queries):
    assert [role.url for role in queries.roles()] == [f"/vous-etes/{role}/" for role in first_content.ROLES]
    for role in RolePage.objects.all():
        client.get(role.get_url())
        with django_assert_max_num_queries(6):
            text = client.get(role.get_url()).content.decode()
        assert text.count("button--act") == 1, f"{role.title}: one action, no other"
        assert f'href="{role.action_address}"' in text
        assert text.count("<h1") == 1
        assert len(role.points) <= 3
        others = text.split("Vous êtes plutôt")[1]
        assert f'href="{role.get_url()}"' not in others


def test_the_index_and_the_home_page_lead_to_each_role(client, site):
    for path in ("/", "/vous-etes/"):
        text = client.get(path).content.decode()
        for role in first_content.ROLES:
            assert f'href="/vous-etes/{role}/"' in text, (path, role)


def test_a_role_page_withdrawn_leaves_the_home_page_and_the_index(client, site):
    RolePage.objects.get(slug="fondation").unpublish()
    cache.clear()
    for path in ("/", "/vous-etes/", "/vous-etes/elu/"):
        assert "/vous-etes/fondation/" not in client.get(path).content.decode(), path


def test_without_any_role_the_pages_still_stand(client, site):
    RolePage.objects.all().delete()
    cache.clear()
    assert "Vous êtes…</h2>" not in client.get("/").content.decode()
    assert 'href="/annuaire/trouver/"' in client.get("/vous-etes/").content.decode()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//exemple.fr/", "annuaire/"])
def test_an_action_never_leads_to_a_script_nor_to_another_site_in_disguise(site, address):
    role = RolePage.objects.get(slug="elu")
    role.action_address = address
    with pytest.raises(ValidationError):
        role.full_clean()
    block = PointBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"label": "Voir", "address": address, "why": "Parce que."}))


def test_a_point_leads_to_a_path_of_the_site(site):
    block = PointBlock()
    value = block.to_python({"label": "Voir", "address": "/annuaire/", "why": "Parce que."})
    assert block.clean(value)["address"] == "/annuaire/"


def test_the_home_page_shows_the_words_of_the_network_as_ways_into_the_directory(client, site):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="essai-lieu", label="Tenir un lieu d’essai")
    TermFactory(vocabulary=Vocabulary.LEVIERS, code="essai-alliance", label="S’allier pour essayer")
    person = CatalystFactory()
    person.terms.add(metier)
    cache.clear()
    text = client.get("/").content.decode()
    assert 'href="/annuaire/?metier=essai-lieu"' in text
    assert 'href="/annuaire/?levier=essai-alliance"' in text
    counted = {word.label: word.count for word in queries.words_of_the_network().metiers}
    assert counted["Tenir un lieu d’essai"] == 1


def test_facts_of_the_home_page_say_where_they_come_from(client, site):
    text = client.get("/").content.decode()
    assert "2014" in text
    assert "Programme de la 6e Rencontre" in text
    site.facts_source = ""
    with pytest.raises(ValidationError) as refused:
        site.clean()
    assert "facts_source" in refused.value.message_dict
    site.facts = []
    site.clean()
