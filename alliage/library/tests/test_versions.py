"""Versions as readers see them: a history, two of them compared; nothing of what is not published."""

import pytest
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.enums import State
from alliage.library.models import Proposal, Resource
from alliage.library.services import proposals, resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.tests.test_resources import again
from alliage.library.tests.test_review_pages import signed_in, text_of
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


def test_an_earlier_version_begins_the_next_one_which_is_read_again_like_any_other():
    author = MemberFactory()
    resource = published(by=author)
    again(resource, summary="Une phrase à oublier.")
    restoring = reverse("library:version_restore", args=[resource.pk, 1])
    for name, more in (("versions", ()), ("version", (1,))):
        assert restoring in text_of(signed_in(author).get(url(name, resource, *more)))
        assert restoring not in text_of(signed_in(MemberFactory()).get(url(name, resource, *more)))
    assert restoring not in text_of(signed_in(author).get(url("version", resource, 2)))
    browser = signed_in(author)
    for _twice in range(2):
        assert browser.post(restoring).url == reverse("library:edit", args=[resource.pk])
    begun = Proposal.objects.get(resource=resource, state="draft")
    assert begun.content == resource.versions.get(number=1).content
    assert (begun.note, begun.author) == ("Repart de la version 1.", author)
    page = text_of(browser.get(reverse("library:edit", args=[resource.pk])))
    assert "Voici le texte de la version 1" in page
    assert "Une phrase à oublier." not in page
    assert Resource.objects.get(pk=resource.pk).edition == 2


def test_only_those_who_write_it_begin_again_from_a_version_that_exists():
    author = MemberFactory()
    resource = published(by=author)
    again(resource)
    restoring = reverse("library:version_restore", args=[resource.pk, 1])
    assert signed_in(MemberFactory()).post(restoring).status_code == 403
    assert signed_in(MemberFactory(role=Role.FACILITATOR)).post(restoring).status_code == 403
    assert signed_in(author).post(reverse("library:version_restore", args=[resource.pk, 9])).status_code == 404
    assert not Proposal.objects.filter(resource=resource, state="draft").exists()


def test_a_text_on_its_way_is_not_thrown_away_for_an_earlier_version():
    author = MemberFactory()
    resource = published(by=author)
    again(resource, summary="Autre chose.")
    resource.refresh_from_db()
    on_its_way = proposals.open_proposal(
        resource, by=author, now=NOW, content=resource.content | {"summary": "En cours."}
    )
    page = signed_in(author).post(reverse("library:version_restore", args=[resource.pk, 1]), follow=True)
    assert "déjà en cours" in text_of(page)
    on_its_way.refresh_from_db()
    assert on_its_way.content["summary"] == "En cours."


def test_what_an_earlier_version_does_not_tell_is_kept_for_its_writers():
    author, place = MemberFactory(), TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    resource = published(by=author, territories=[f"{place.kind}:{place.code}"], hides_place=True)
    again(resource, summary="Autre chose.", hides_place=True, territories=[f"{place.kind}:{place.code}"])
    first = resource.versions.get(number=1)
    assert first.content["territories"] == []
    begun = proposals.begin_again(first, by=author, now=NOW)
    assert begun.content["territories"] == ["commune:42218"]
    assert begun.content["summary"] == first.content["summary"]


def test_a_version_shows_its_steps_its_conditions_and_its_authors(client):
    place = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    sheet = published(title="Une fiche à lire")
    resource = published(
        kind="kit",
        sections={},
        title="Un kit",
        territories=[f"{place.kind}:{place.code}"],
        kit_items=[
            {"title": "Ouvrir", "text": "La porte", "minutes": 90, "role": "une animatrice", "resource": sheet.pk}
        ],
        conditions=[{"importance": "required", "text": "Un local libre"}],
    )
    again(resource, kind="kit", sections={}, title="Un kit")
    page = text_of(client.get(url("version", resource, 1)))
    for words in (
        "Ouvrir",
        "La porte",
        "une animatrice",
        sheet.title,
        "Un local libre",
        "indispensable",
        "Alix Demo",
        place.name,
    ):
        assert words in page


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
