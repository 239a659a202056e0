"""What the library says on other pages; links are the same from both sides."""

import json
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import RequestFactory

from alliage.directory.letters import content as letter
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import panels
from alliage.library.models import Author
from alliage.library.queries import alike, impact, places
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, published
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import queries as territories
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
REQUEST = RequestFactory().get("/")


@pytest.fixture(autouse=True)
def _land():
    region = TerritoryFactory(kind=Kind.REGION, code="01", name="Guadeloupe", population=380_000)
    TerritoryFactory(code="97101", name="Les Abymes", population=53_000, region=region)
    TerritoryFactory(code="97120", name="Pointe-à-Pitre", population=52_000, region=region)
    TerritoryFactory(code="75056", name="Paris", population=2_100_000)
    snapshot.forget()


def place(code: str) -> Territory:
    return Territory.objects.get(code=code)


def titles(code: str) -> list[tuple[str, bool]]:
    return [(each.resource.title, each.is_here) for each in places.of_territory(place(code), limit=9)]


def test_a_territory_shows_what_was_done_here_and_inside_then_in_places_like_it(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        published(title="Aux Abymes", territories=["commune:97101"])
        published(title="En Guadeloupe", territories=["region:01"])
    assert titles("97101") == [("Aux Abymes", True)]
    assert sorted(titles("01")) == [("Aux Abymes", True), ("En Guadeloupe", True)]
    assert titles("97120") == [("Aux Abymes", False)]
    assert "lui ressemble (même taille" in places.of_territory(place("97120"), limit=1)[0].why
    assert titles("75056") == []


def test_what_is_withdrawn_leaves_every_page(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        resource = published(territories=["commune:97101"])
    assert len(titles("97101")) == 1
    resources.withdraw(resource, by=None, now=NOW)
    assert titles("97101") == []


def test_a_panel_leads_to_the_whole_list():
    for number in range(panels.SHOWN + 1):
        published(title=f"Atelier {number}", territories=["commune:97101"])
    section = panels.of_territory(place("97101"), REQUEST)
    assert (len(section.context["cards"]), section.context["more"]) == (panels.SHOWN, True)
    assert section.context["url"] == "/ressources/?territoire=commune:97101"
    assert section.title == "Ce qui s’est fait ici et ailleurs"
    assert panels.of_territory(place("97120"), REQUEST).title == "Ce que des territoires semblables ont fait"
    assert panels.of_territory(place("75056"), REQUEST) is None


def test_what_is_like_a_territory_is_looked_for_once_and_kept_in_a_bounded_memory(monkeypatch):
    monkeypatch.setattr(places, "ALIKE_KEPT", 1)
    published(title="Aux Abymes", territories=["commune:97101"])
    assert titles("97120") == titles("97120") == [("Aux Abymes", False)]
    assert list(places.named().alike) == [place("97120").pk]
    assert titles("75056") == []
    assert list(places.named().alike) == [place("75056").pk]
    # A process that knew another state, and whose cache says nothing, reads again.
    cache.delete(places.CHANGED)
    assert list(places.named().alike) == []


def test_a_territory_that_is_not_in_force_or_has_nothing_shows_nothing():
    assert places.of_territory(TerritoryFactory(code="01999", status="former"), limit=3) == []
    assert places.of_territory(place("75056"), limit=3) == []


def test_the_closest_of_some_territories_are_those_that_have_a_reason():
    among = [place("97101").pk, place("75056").pk, place("97120").pk, 0]
    found = territories.closest(place("97120"), among)
    assert [each.territory.code for each in found] == ["97101"]
    assert found[0].reasons
    assert territories.closest(place("97120"), []) == []
    assert territories.closest(TerritoryFactory(code="01999", status="former"), among) == []


def test_a_page_and_its_resources_lead_to_each_other(client):
    entry = CatalystFactory(slug="alix-demo")
    resource = published(authors=[{"name": "Alix", "entry": "alix-demo"}], territories=["commune:97101"])
    assert resource.get_absolute_url() in client.get(entry.get_absolute_url()).content.decode()
    assert resource.get_absolute_url() in client.get(place("97101").get_absolute_url()).content.decode()
    html = client.get(resource.get_absolute_url()).content.decode()
    assert entry.get_absolute_url() in html
    assert place("97101").get_absolute_url() in html


def test_an_entry_shows_what_it_wrote_and_no_more_than_a_few(client):
    entry = CatalystFactory(slug="alix-demo", name="Alix Demo")
    assert panels.of_entry(entry, REQUEST) is None
    first = published(authors=[{"name": "Alix", "entry": "alix-demo"}])
    assert panels.of_entry(entry, REQUEST).context["url"] == ""
    for _number in range(panels.SHOWN_OF_AN_ENTRY):
        published(authors=[{"name": "Alix", "entry": "alix-demo"}])
    assert panels.of_entry(entry, REQUEST).context["url"] == "/ressources/?q=Alix+Demo"
    resources.hide(first, by=None, now=NOW)
    assert panels.of_entry(entry, REQUEST).context["more"] is False
    assert Author.objects.filter(entry=entry).count() == panels.SHOWN_OF_AN_ENTRY + 1


def test_the_letter_of_a_territory_says_what_places_like_it_did():
    assert panels.in_the_letter(place("97120")) is None
    resource = published(title="Aux Abymes", territories=["commune:97101"])
    cache.clear()
    said = panels.in_the_letter(place("97120"))
    assert said["items"][0]["name"] == "Aux Abymes"
    assert said["items"][0]["url"] == resource.permanent_url
    assert said in letter(place("97120"), today=NOW.date())["parts"]


def test_terms_lead_to_the_list_narrowed_to_them(client):
    call_command("load_taxonomy", verbosity=0)
    term = taxonomy.term(Vocabulary.LEVIERS, "alliance")
    assert panels.address_by("levier")(term) == "/ressources/?levier=alliance"
    assert "/ressources/?levier=alliance" in client.get("/reperes/leviers/").content.decode()


def test_a_frame_shows_what_everyone_may_read_and_its_page_announces_it(client, settings):
    resource = published(title="Aux Abymes")
    assert panels.frame(str(resource.pk), {}).title == "Aux Abymes"
    assert client.get(f"/integrer/ressource/{resource.pk}/").status_code == 200
    found = client.get("/oembed", {"url": settings.ORIGIN + resource.get_absolute_url()})
    assert json.loads(found.content)["title"] == "Aux Abymes"
    resources.withdraw(resource, by=None, now=NOW)
    for record in (str(resource.pk), "abc", "²", "9" * 19):
        assert panels.frame(record, {}) is None


def test_the_home_page_and_the_impact_count_what_everyone_reads():
    failure = published(sections={"contexte": "x", "echecs": "Le four."}, proof="evalue", territories=["commune:97101"])
    hidden = published(kind="lien", sections={"description": "x"}, proof="idee")
    assert impact.counted() == impact.Counted(total=2, practices=1, sure=1, failures=1, territories=1)
    resources.hide(hidden, by=None, now=NOW)
    assert impact.counted().total == 1
    assert [each.pk for each in impact.latest(3)] == [failure.pk]


def test_what_resembles_by_nothing_that_can_be_said_says_nothing():
    assert alike._why(SimpleNamespace(facets=[], places=[], words=[])) == ""
