"""Versions as readers see them: a history, two of them compared; nothing of what is not published."""

import pytest
from django.urls import reverse

from alliage.library.enums import State
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.tests.test_resources import again
from alliage.library.tests.test_review_pages import text_of
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def url(name, resource, *more):
    return reverse(f"library:{name}", args=[resource.pk, resource.slug, *more])


def test_each_version_may_be_read_and_compared_with_the_one_before(client):
    resource = published()
    again(resource, summary="Trois communes et une ferme ouvrent ensemble un atelier.")
    page = text_of(client.get(url("versions", resource)))
    assert page.index("Version 2") < page.index("Version 1")
    assert url("version", resource, 1) in page
    assert f"{url('compare', resource)}?de=1&amp;a=2" in page
    compared = text_of(client.get(f"{url('compare', resource)}?de=1&a=2"))
    assert "<ins>" in compared
    assert "et une ferme" in compared
    assert "Sans changement" in compared
    latest = text_of(client.get(url("compare", resource)))
    assert "De la version 1 à la version 2" in latest
    assert "et une ferme" in latest
    back = text_of(client.get(f"{url('compare', resource)}?de=2&a=1"))
    assert "<del>" in back


def test_a_resource_with_one_version_is_the_same_as_itself(client):
    resource = published()
    assert "Comparer deux versions" not in text_of(client.get(url("versions", resource)))
    assert "Rien n’a changé" in text_of(client.get(url("compare", resource)))


def test_what_does_not_exist_is_not_compared(client):
    resource = published()
    for query in ("?de=1&a=7", "?de=7&a=1", "?a=9"):
        assert client.get(url("compare", resource) + query).status_code == 404
    assert client.get(url("compare", resource) + "?de=x&a=99999999999999999999").status_code == 200
    assert client.get("/ressources/999999-rien/versions/").status_code == 404
    draft = proposed().resource
    assert client.get(url("versions", draft)).status_code == 404


def test_its_author_reads_no_version_of_a_draft(client):
    proposal = proposed()
    client.force_login(proposal.author)
    assert client.get(url("versions", proposal.resource)).status_code == 404


def test_a_former_name_leads_to_the_name_of_today(client):
    resource = published()
    for name, query in (("versions", ""), ("compare", "?de=1&a=1"), ("compare", "")):
        old = reverse(f"library:{name}", args=[resource.pk, "ancien-titre"])
        answer = client.get(old + query)
        assert (answer.status_code, answer["Location"]) == (301, url(name, resource) + query)


def test_hidden_and_withdrawn_resources_have_no_history_for_readers(client):
    resource = published()
    resources.hide(resource, by=None, now=NOW)
    for name in ("versions", "compare"):
        assert client.get(url(name, resource)).status_code == 404
    resources.restore(resource, by=None, now=NOW)
    resources.withdraw(resource, by=None, now=NOW)
    assert resource.state == State.WITHDRAWN
    for name in ("versions", "compare"):
        assert client.get(url(name, resource)).status_code == 404


def test_what_hides_its_place_names_it_in_no_version_and_no_comparison(client):
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = published(territories=["commune:97411"], authors=[{"name": "Alix Canari"}])
    again(resource, hides_place=True)
    for page in (url("versions", resource), f"{url('compare', resource)}?de=1&a=2", url("version", resource, 1)):
        answer = text_of(client.get(page))
        assert "Saint-Denis" not in answer
        assert "Canari" not in answer
