"""Pages of territories, their exports and suggestions, as a visitor meets them."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.cache import cache
from django.template import Context, Template
from django.urls import reverse

from alliage.territories import queries, registry
from alliage.territories.enums import Change, Kind, Metric, Precision, Status
from alliage.territories.models import DataSource, Outline, Territory, TerritoryChange
from alliage.territories.registry import Panel, Section
from alliage.territories.tests.factories import IndicatorFactory, TerritoryFactory, ZoningFactory
from alliage.territories.tests.places import small_france
from alliage.territories.views import situation

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return small_france()


def page_of(client, territory):
    return client.get(territory.get_absolute_url()).content.decode()


def text_of(response):
    return b"".join(response.streaming_content).decode()


# --- One territory -------------------------------------------------------------------------------------------------


def test_a_commune_says_what_where_and_which_others_look_like_it(client, places):
    page = page_of(client, places.etienne)
    assert page.count("<h1") == 1
    assert "Saint-Étienne</h1>" in page
    assert "173\u202f136 habitants, dans la Loire." in page
    assert "Saint-Étienne Métropole</a>" in page
    assert "42000 · 42100" in page
    assert "214 202 186" in page
    assert "département de la Loire</a>" in page
    assert "map-pin" in page
    assert "Le point marque le chef-lieu ou le centre connu." in page
    assert "Contours approchés." in page
    assert "Territoires qui lui ressemblent" in page
    assert "Rochetaillée" in page
    assert "Ce que le réseau y fait" in page


def test_every_kind_of_territory_has_a_page(client, places):
    TerritoryFactory(kind=Kind.EPT, code="200057941", name="Paris Est Marne et Bois", nature="EPT")
    custom = TerritoryFactory(kind=Kind.CUSTOM, code="pays-d-auray", name="Pays d'Auray", source="Le pays lui-même")
    custom.communes.add(places.etienne, places.chamond)
    for territory in Territory.objects.all():
        response = client.get(territory.get_absolute_url())
        assert response.status_code == 200, territory
    page = page_of(client, custom)
    assert "Territoire de projet" in page
    assert "Saint-Chamond" in page
    assert "Le pays lui-même" in page


def test_an_approximate_point_says_so(client, places):
    assert "Emplacement approché\xa0: centre de son intercommunalité." in page_of(client, places.small)


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        (Precision.MEMBERS, "centre de ses communes"),
        (Precision.DEPARTEMENT, "centre de son département"),
        (Precision.UNKNOWN, "n’est pas connu"),
    ],
)
def test_the_precision_of_a_point_is_told_in_words(precision, words):
    assert words in situation.precision(Territory(kind=Kind.COMMUNE, precision=precision))


def test_a_departement_without_a_seat_says_nothing_of_a_point():
    assert situation.precision(Territory(kind=Kind.DEPARTEMENT)) == ""


def test_a_departement_lists_what_it_contains_with_populations(client, places):
    page = page_of(client, places.loire)
    assert 'href="/territoires/epci/244200770/"' in page
    assert "35\u202f000" in page
    assert "Le point marque le chef-lieu." in page
    assert "Auvergne-Rhône-Alpes" in page
    assert "770\u202f000 habitants dans 3 communes, en Auvergne-Rhône-Alpes." in page


def test_a_region_links_its_departements_on_its_map(client, places):
    page = page_of(client, places.region)
    assert page.count('href="/territoires/departement/69/"') == 2


def test_an_intercommunality_says_where_it_lies(client, places):
    page = page_of(client, places.metropole)
    assert "dans la Loire." in page
    assert "Chaque point est une commune dont l’emplacement est connu." in page
    assert "1 rue" not in page


def test_an_intercommunality_of_imprecise_communes_is_drawn_all_the_same(client, places):
    epci = TerritoryFactory(kind=Kind.EPCI, code="9", name="CC du Pilat", nature="CC")
    TerritoryFactory(
        code="42100", name="Doizieux", epci=epci, departement=places.loire, latitude=45.4, longitude=4.5,
        precision=Precision.EPCI,
    )  # fmt: skip
    assert "Communauté de communes du Pilat" in page_of(client, epci)
    assert "map-here" in page_of(client, epci)


def test_a_territory_without_place_has_a_page_without_map(client):
    page = page_of(client, TerritoryFactory(kind=Kind.EPCI, code="8", name="Nulle part"))
    assert "map__svg" not in page


def test_la_reunion_is_named_once_in_the_way_back_and_lit_among_its_equals(client, places):
    page = page_of(client, places.reunion)
    assert page.count(">La Réunion</a></li>") == 0
    assert "map__inset--here" in page
    assert "à La Réunion" in page_of(client, places.denis)


def test_a_collectivity_shows_an_island_close(client, places):
    assert "en Polynésie française" in page_of(client, places.papeete)
    assert "Papeete" in page_of(client, places.polynesie)


def test_mayotte_says_that_its_census_is_older(client):
    assert "2017" in page_of(client, TerritoryFactory(kind=Kind.REGION, code="06", name="Mayotte", population=256_000))


def test_an_associated_commune_leads_to_the_one_it_is_part_of(client, places):
    page = page_of(client, places.rochetaillee)
    assert "Commune associée" in page
    assert "Cette commune associée fait partie de Saint-Étienne." in page
    assert 'href="/territoires/commune/42218/">Voir la page de Saint-Étienne' in page
    assert "Territoires qui lui ressemblent" not in page


def test_a_merged_commune_leads_to_the_present_one_for_good(client, places):
    TerritoryFactory(code="42999", name="Terrenoire", status=Status.FORMER, part_of=places.etienne)
    response = client.get("/territoires/commune/42999/")
    assert (response.status_code, response.url) == (301, "/territoires/commune/42218/")


def test_a_territory_that_ended_without_heir_keeps_its_page(client):
    gone = TerritoryFactory(code="99998", name="Ys", status=Status.FORMER)
    assert "Ce territoire n’existe plus." in page_of(client, gone)


def test_a_code_of_the_past_leads_to_the_present(client, places):
    TerritoryChange.objects.create(territory=places.etienne, change=Change.RECODED, old_code="42888", version="1")
    response = client.get("/territoires/commune/42888/")
    assert (response.status_code, response.url) == (301, "/territoires/commune/42218/")


def test_another_case_leads_to_the_canonical_address(client):
    TerritoryFactory(code="2A004", name="Ajaccio", article_code=1)
    TerritoryFactory(kind=Kind.CUSTOM, code="pilat", name="Pilat")
    TerritoryFactory(code="2A999", name="Ancienne", status=Status.FORMER, part_of=Territory.objects.get(code="2A004"))
    assert client.get("/territoires/commune/2a004/").url == "/territoires/commune/2A004/"
    assert client.get("/territoires/commune/2a999/").url == "/territoires/commune/2A004/"
    assert client.get("/territoires/perso/PILAT/").url == "/territoires/perso/pilat/"


def test_an_unknown_code_is_a_404_that_proposes_the_closest(client, places):
    response = client.get("/territoires/commune/saint-chamon/")
    page = response.content.decode()
    assert response.status_code == 404
    assert page.count("<h1") == 1
    assert "Saint-Chamond" in page
    assert 'rel="canonical"' not in page


def test_an_unknown_kind_is_a_404_that_helps(client, places):
    response = client.get("/territoires/canton/lyon/")
    assert response.status_code == 404
    assert "Lyon" in response.content.decode()
    assert "aucune sorte de territoire" in response.content.decode()
    assert client.get("/territoires/canton/zzzzzzzz/").status_code == 404


@pytest.mark.parametrize("code", ["%00", "%3Cscript%3E", "%F0%9F%98%80", "a" * 300, "..%2f"])
def test_no_address_breaks_the_page(client, places, code):
    response = client.get(f"/territoires/commune/{code}/")
    assert response.status_code == 404
    assert "<script>" not in response.content.decode().replace("<script type", "")


def test_indicators_and_zonings_are_facts_with_source_and_year(client, places):
    IndicatorFactory(territory=places.etienne, code=Metric.DENSITY, value=2164.4, year=2015)
    IndicatorFactory(
        territory=places.etienne, code=Metric.DENSITY, value=2170.6, year=2021, source="Insee, comparateur"
    )
    IndicatorFactory(territory=places.etienne, code=Metric.TREND, value=-0.35, year=2021)
    ZoningFactory(label="Territoires d’industrie", dated_on=date(2024, 1, 1)).communes.add(places.etienne)
    ZoningFactory(label="Sans date").communes.add(places.etienne)
    page = page_of(client, places.etienne)
    assert "2\u202f171\xa0habitants par km²" in page
    assert "Insee, comparateur, 2021" in page
    assert "2015" not in page
    assert "−0,4\xa0% par an" in page or "−0,3\xa0% par an" in page
    assert "Territoires d’industrie" in page
    assert "Sans date" in page


def test_history_other_names_and_projects_are_told(client, places):
    Territory.objects.filter(pk=places.etienne.pk).update(other_names="Armeville;Sant-Etiève")
    TerritoryChange.objects.create(
        territory=places.etienne, change=Change.RENAMED, before="Armeville", after="Saint-Étienne", version="1",
        effective_on=date(1795, 1, 1),
    )  # fmt: skip
    TerritoryChange.objects.create(territory=places.etienne, change=Change.CREATED, version="1")
    custom = TerritoryFactory(kind=Kind.CUSTOM, code="pilat", name="Pilat")
    custom.communes.add(places.etienne)
    page = page_of(client, places.etienne)
    assert "Armeville, Sant-Etiève" in page
    assert "Renommé" in page
    assert "1er janvier 1795" in page
    assert 'href="/territoires/perso/pilat/"' in page


def test_an_official_outline_is_drawn_and_credited(client, places):
    square = {"type": "Polygon", "coordinates": [[[4.3, 45.3], [4.5, 45.3], [4.5, 45.5], [4.3, 45.3]]]}
    Outline.objects.create(territory=places.etienne, geometry=square, source="IGN, Admin Express")
    page = page_of(client, places.etienne)
    assert "map-own" in page
    assert "IGN, Admin Express" in page
    assert "Natural Earth" not in page


def test_the_page_credits_the_sources_of_its_data(client, places):
    DataSource.objects.create(
        name="decoupage", label="Découpage", version="1", source="Insee", licence="Licence Ouverte 2.0",
        imported_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    DataSource.objects.create(
        name="points", label="Points", version="1", source="GeoNames", attribution="GeoNames (geonames.org)",
        imported_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    page = page_of(client, places.etienne)
    assert "Découpage\xa0: Insee (Licence Ouverte 2.0)" in page
    assert "GeoNames (geonames.org)" in page


def test_linked_data_says_where_the_place_is(client, places):
    page = page_of(client, places.etienne)
    block = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    data = json.loads(block)
    assert (data["@type"], data["name"], data["geo"]["latitude"]) == ("AdministrativeArea", "Saint-Étienne", 45.43)
    assert {place["name"] for place in data["containedInPlace"]} >= {"Loire", "Auvergne-Rhône-Alpes"}


def test_upper_functions_say_their_part(client, places, monkeypatch):
    panel = Panel(
        "essai", 1, lambda territory, request: Section("Essai", "ui/components/tag.html", {"label": territory.name})
    )
    silent = Panel("silence", 0, lambda territory, request: None)
    monkeypatch.setattr(registry, "panels", [panel, silent])
    page = page_of(client, places.etienne)
    assert "<h3>Essai</h3>" in page
    assert "n’a encore rien dit" not in page


def test_where_the_network_says_nothing_the_page_says_so_and_what_is_everywhere_still_shows(client, places):
    page = page_of(client, places.etienne)
    assert "n’a encore rien dit" in page
    assert page.index("n’a encore rien dit") < page.index("De l’aide pour le numérique")


@pytest.mark.parametrize("name", ["etienne", "metropole", "loire", "region", "reunion", "polynesie"])
def test_a_page_costs_few_queries(client, places, django_assert_max_num_queries, name):
    territory = getattr(places, name)
    client.get(territory.get_absolute_url())
    with django_assert_max_num_queries(6):
        client.get(territory.get_absolute_url())


# --- The index -----------------------------------------------------------------------------------------------------


def test_the_index_shows_regions_overseas_and_counts(client, places):
    page = client.get("/territoires/").content.decode()
    assert "Régions de métropole" in page
    assert "Outre-mer" in page
    assert "<strong>2</strong> départements" not in page
    assert "<strong>3</strong> départements" in page
    assert 'href="/territoires/departement/974/"' in page
    assert 'href="/territoires/com/987/"' in page
    assert 'href="/territoires.csv"' in page


def test_filters_narrow_the_list_and_are_removable(client, places):
    page = client.get("/territoires/?type=commune&departement=42").content.decode()
    assert "3 territoires" in page
    assert "Lyon" not in page.split('class="list"')[1]
    assert 'href="?type=commune"' in page
    page = client.get("/territoires/?type=epci&region=84").content.decode()
    assert "1 territoire" in page
    assert "Métropole" in page


def test_a_search_finds_with_a_mistake_and_without_script(client, places):
    page = client.get("/territoires/?q=saint-etiene").content.decode()
    assert "Saint-Étienne" in page.split('class="list"')[1]
    page = client.get("/territoires/?q=saint&type=commune&departement=42").content.decode()
    assert "2 territoires" in page


def test_an_empty_result_says_which_filter_empties_it(client, places):
    page = client.get("/territoires/?q=lyon&type=commune&departement=42").content.decode()
    assert "Aucun territoire" in page
    assert "Rien ne correspond avec le filtre Loire" in page
    assert 'href="?q=lyon&amp;type=commune"' in page
    page = client.get("/territoires/?type=ept").content.decode()
    assert 'href="/territoires/"' in page


@pytest.mark.parametrize(
    "query", ["type=canton", "region=zz&departement=00", "page=zz&type=commune", "q=%00", "page=-1&q=saint"]
)
def test_unknown_filters_never_break_the_index(client, places, query):
    assert client.get(f"/territoires/?{query}").status_code == 200


def test_a_search_is_exported_whole(client, places):
    for number in range(150):
        TerritoryFactory(code=f"4260{number:03d}", name=f"Hameau {number:03d}", departement=places.loire)
    cache.clear()
    exported = json.loads(b"".join(client.get("/territoires.json?q=hameau").streaming_content))
    assert exported["count"] == len(exported["results"]) == 150


def test_a_list_is_paged_and_costs_no_more_when_it_grows(client, places, django_assert_num_queries):
    for number in range(90):
        TerritoryFactory(code=f"4250{number:02d}", name=f"Village {number:02d}", departement=places.loire)
    cache.clear()
    first = client.get("/territoires/?type=commune").content.decode()
    assert "Page 1 sur 3" in first
    assert 'href="?type=commune&amp;page=2"' in first
    with django_assert_num_queries(0):
        client.get("/territoires/?type=commune&page=2")


# --- Open formats ----------------------------------------------------------------------------------------------------


def test_exports_are_complete_with_the_same_filters(client, places):
    TerritoryFactory.create_batch(60, departement=places.loire)
    rows = list(csv.DictReader(io.StringIO(text_of(client.get("/territoires.csv?type=commune&departement=42")))))
    assert len(rows) == 63
    etienne = next(row for row in rows if row["code"] == "42218")
    assert (etienne["name"], etienne["departement"], etienne["epci"]) == ("Saint-Étienne", "42", "244200770")
    assert etienne["postal_codes"] == "42000 42100"
    answer = json.loads(text_of(client.get("/territoires.json?type=commune&departement=42")))
    assert answer["count"] == len(answer["results"]) == 63


def test_geojson_keeps_territories_without_a_point(client, places):
    answer = json.loads(text_of(client.get("/territoires.geojson?type=departement")))
    assert {feature["geometry"] for feature in answer["features"]} == {None}
    commune = json.loads(text_of(client.get("/territoires.geojson?q=42218")))["features"][0]
    assert commune["geometry"]["coordinates"] == [4.39, 45.43]
    assert commune["id"] == "commune:42218"


def test_an_export_survives_a_row_deleted_meanwhile(places):
    rows = queries.listed(queries.filters({"type": "com"}))
    Territory.objects.filter(kind=Kind.COM).delete()
    assert next(iter(queries.exported(rows)))["siren"] == ""


# --- Suggestions -----------------------------------------------------------------------------------------------------


def test_suggestions_answer_what_a_picker_needs(client, places):
    answer = client.get("/territoires/suggestions.json?q=saint+etienne").json()
    first = answer["results"][0]
    assert set(first) == {"kind", "code", "name", "label", "population", "url"}
    assert (first["code"], first["url"]) == ("42218", "/territoires/commune/42218/")
    only = client.get("/territoires/suggestions.json?q=saint+etienne&type=epci&type=canton").json()["results"]
    assert {item["kind"] for item in only} == {"epci"}


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=zzzzqqqq", "?q=%00", "?q=" + "x" * 5000, "?type=commune", "?q=%F0%9F%98%80"]
)
def test_nonsense_gives_an_empty_list(client, places, query):
    response = client.get(f"/territoires/suggestions.json{query}")
    assert response.json() == {"results": []}
    assert "max-age=3600" in response["Cache-Control"]


def test_only_reading_is_allowed(client, places):
    for name in ("index", "suggestions"):
        assert client.post(reverse(f"territories:{name}")).status_code == 405


def test_a_map_template_stands_alone():
    written = Template("{% include 'territories/_map.html' with map=map only %}").render(
        Context({"map": situation.maps.france([situation.maps.Mark(48.85, 2.35, "Paris", "/x/")])})
    )
    assert "data-zoom" in written
    assert 'viewBox="0 0 1000 970"' in written


def test_an_intercommunality_whose_communes_have_no_point_shows_its_departement(client, places):
    epci = TerritoryFactory(kind=Kind.EPCI, code="7", name="CC du Forez", nature="CC")
    TerritoryFactory(code="42147", name="Montbrison", epci=epci, departement=places.loire)
    assert "map-here" in page_of(client, epci)


def test_the_population_of_a_custom_territory_says_that_it_is_a_sum(client, places):
    custom = TerritoryFactory(kind=Kind.CUSTOM, code="pilat", name="Pilat", population=1000)
    assert "somme des communes" in page_of(client, custom)
