"""Resources: published as versions, to renew, obsolete, withdrawn; what does not name its territory names nobody."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from docx import Document

from alliage.directory.tests.factories import OrganisationFactory
from alliage.files.tests.factories import docx, upload
from alliage.library import content as contents
from alliage.library import permissions
from alliage.library.enums import MOVES, PROPOSAL_MOVES, ProposalState, State
from alliage.library.models import Author, Resource, ResourceLink, Version
from alliage.library.queries import resources as queries
from alliage.library.services import files, proposals, resources
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.search.models import SearchChange
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def again(resource: Resource, **more) -> Version:
    """Its next version."""
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    proposals.write(proposal, proposal.content | more, token=proposal.token, by=None, now=NOW)
    version = resources.publish(proposal, by=resource.owner, now=NOW)
    resource.refresh_from_db()
    return version


def test_each_publication_is_a_version_that_never_changes():
    resource = published(links=[{"url": "https://exemple.fr/a"}])
    link = resource.links.get()
    ResourceLink.objects.filter(pk=link.pk).update(status=200)
    again(resource, title="Deuxième titre", links=[{"url": "https://exemple.fr/b"}, {"url": "https://exemple.fr/a"}])
    assert (resource.edition, resource.title) == (2, "Deuxième titre")
    assert [version.content["title"] for version in resource.versions.all()] == ["Deuxième titre", said()["title"]]
    assert [(link.url[-1], link.status) for link in resource.links.all()] == [("b", None), ("a", 200)]
    assert (resource.published_at, resource.renew_on) == (NOW, datetime.date(2029, 11, 26))
    assert SearchChange.objects.filter(kind="resource", object_id=resource.pk).exists()


def test_authors_are_tied_to_their_entry():
    entry = OrganisationFactory(slug="alix-demo", kind="catalyst")
    resource = published(authors=[{"name": "Alix Demo", "entry": "alix-demo"}, {"name": "Sacha", "entry": "inconnu"}])
    assert [(author.name, author.entry) for author in resource.authors.all()] == [("Alix Demo", entry), ("Sacha", None)]


def test_what_does_not_name_its_territory_names_nobody_even_in_its_past():
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = published(territories=["commune:97411"])
    assert resource.places.get().code == "97411"
    again(resource, hides_place=True)
    assert not Author.objects.exists()
    assert not resource.places.exists()
    for content in (resource.content, *(version.content for version in resource.versions.all())):
        assert (content["territories"], content["authors"]) == ([], [])
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    assert proposal.content["territories"] == ["commune:97411"]


def with_file(content: bytes, **more):
    """A proposal of a resource that names nobody, with one file."""
    proposal = proposed(hides_place=True, **more)
    stored = files.add(proposal.resource, upload(content, "bilan.docx"), by=proposal.author, now=NOW)
    proposals.write(
        proposal,
        proposal.content | {"files": [{"id": str(stored.pk)}]},
        token=proposal.token,
        by=proposal.author,
        now=NOW,
    )
    return proposal, stored


def test_the_files_of_what_names_nobody_do_not_say_who_made_them(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    proposal, stored = with_file(docx())
    resources.publish(proposal, by=None, now=NOW)
    stored.refresh_from_db()
    with stored.file.open() as file:
        assert Document(file).core_properties.author == ""
    assert Resource.objects.get().content["files"][0]["size"] == stored.size
    lost, gone = with_file(docx())
    gone.file.storage.delete(gone.file.name)
    assert resources.publish(lost, by=None, now=NOW).number == 1


def test_a_file_that_may_name_somebody_is_not_published(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    proposal, _stored = with_file(b"%PDF-1.4 %%EOF")
    with pytest.raises(files.FileRefused, match="garde peut-être le nom"):
        resources.publish(proposal, by=None, now=NOW)
    assert not Version.objects.exists()


def test_a_life_after_publication():
    resource, other = published(), published()
    resources.ask_renewal(resource, by=None, now=NOW)
    assert resource.state == State.TO_RENEW
    resources.confirm(resource, by=None, now=NOW)
    assert resource.state == State.PUBLISHED
    with pytest.raises(resources.ResourceRefused, match="pourquoi"):
        resources.make_obsolete(resource, reason=" ", by=None, now=NOW)
    with pytest.raises(resources.ResourceRefused, match="elle-même"):
        resources.make_obsolete(resource, reason="Une loi", replacement=resource, by=None, now=NOW)
    with pytest.raises(resources.ResourceRefused, match="pas publiée"):
        resources.make_obsolete(resource, reason="Une loi", replacement=proposed().resource, by=None, now=NOW)
    resources.make_obsolete(resource, reason="La loi a changé", replacement=other, by=None, now=NOW)
    assert (resource.state, resource.replaced_by) == (State.OBSOLETE, other)
    resources.withdraw(resource, by=None, now=NOW)
    assert resource not in queries.shown()
    with pytest.raises(resources.ResourceRefused, match="entre-temps"):
        resources.ask_renewal(resource, by=None, now=NOW)
    resources.confirm(resource, by=None, now=NOW)
    assert (resource.state, resource.obsolete_reason, resource.replaced_by) == (State.PUBLISHED, "", None)


def test_the_29th_of_february_comes_back_on_the_1st_of_march():
    assert resources.years_after(datetime.date(2028, 2, 29), 3) == datetime.date(2031, 3, 1)


def test_what_moderation_hides_is_read_by_its_authors_alone(client):
    resource = published()
    assert client.get(resource.get_absolute_url()).status_code == 200
    resources.hide(resource, by=None, now=NOW)
    assert client.get(resource.get_absolute_url()).status_code == 404
    resource.refresh_from_db()
    assert permissions.can_see(resource.owner, resource)
    resources.restore(resource, by=None, now=NOW)
    assert client.get(resource.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "inconnue"}, {"state": "inconnu"}, {"proof": "inconnu"}, {"licence": "inconnue"}, {"language": "xx"}, {"title": ""},
        {"state": State.DRAFT}, {"edition": 0}, {"state": State.OBSOLETE}, {"replaced_by": F("pk")},
    ],
    ids=["kind", "state", "proof", "licence", "language", "title", "draft", "edition", "obsolete", "itself"],
)  # fmt: skip
def test_the_database_refuses(broken):
    resource = published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(**broken)


def test_a_number_leads_to_the_page_as_it_is_named_today(client):
    resource = published()
    assert client.get(reverse("library:permanent", args=[resource.pk]), follow=True).status_code == 200
    assert client.get(f"/ressources/{resource.pk}-ancien-titre/").status_code == 301
    assert client.get("/ressources/999999/").status_code == 404
    assert client.get(proposed().resource.get_absolute_url()).status_code == 404


def test_states_lead_somewhere_or_nowhere():
    assert set(MOVES) == set(State.values)
    assert set(PROPOSAL_MOVES) == set(ProposalState.values)


def test_missing_parts_are_said_in_words():
    content = contents.cleaned(said(summary="", authors=[]))
    lacks = contents.missing(content)
    assert lacks[0] == "un résumé"
    assert "Résultats" in lacks[1]
    assert lacks[-2:] == ["un levier", "une autrice ou un auteur"]
