"""The results page, its JSON, and what browsers read."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from alliage.search import services
from alliage.search.tests.kinds import note, record
from alliage.taxonomy.models import Term
from alliage.territories import snapshot, suggestions
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loire():
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", population=768_000, region=region)
    for number in range(5):
        TerritoryFactory(
            kind=Kind.COMMUNE, code=f"4200{number}", name=f"Saint-Essai-{number}", population=number or None
        )
    snapshot.forget()
    suggestions.forget()


def text(response) -> str:
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())  # all spaces alike


def get(client, **parameters: str):
    response = client.get("/recherche/", parameters)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    return response


def test_the_header_of_every_page_searches_here(client):
    html = client.get("/charte-graphique/").content.decode()
    assert '<form class="search" action="/recherche/"' in html
    assert 'type="application/opensearchdescription+xml"' in html


def test_the_box_of_the_header_proposes_places_then_what_its_reader_may_see(client, loire):
    record("Saint Essai des jardins")
    record("Saint secret", seen_by="members")
    services.rebuild()
    answer = client.get("/recherche/suggestions.json", {"q": "saint ess"})
    assert "no-store" in answer.headers["Cache-Control"]
    found = answer.json()["results"]
    assert [each["url"].split("/")[1] for each in found] == ["territoires"] * 3 + ["fiches"]
    assert found[0] == {"label": "Saint-Essai-4", "url": "/territoires/commune/42004/", "aside": "commune"}
    assert found[3]["label"] == "Saint Essai des jardins"
    assert found[3]["aside"].startswith("fiche")
    assert client.get("/recherche/suggestions.json", {"q": ""}).json() == {"results": []}
    things = client.get("/recherche/suggestions.json", {"q": "saint secret"}).json()["results"]
    assert "Saint secret" not in [each["label"] for each in things]


def test_the_page_says_how_to_search(client):
    services.rebuild()
    assert "entre « guillemets »" in text(get(client))


def test_results_show_their_kind_their_marks_and_their_counts(client):
    record("Réseau <des> alliances", "Le texte des alliances & cetera")
    note("Alliance")
    services.rebuild()
    response = get(client, q="alliance")
    html, read = response.content.decode(), text(response)
    assert "Réseau &lt;des&gt; <mark>alliances</mark>" in html
    assert "Le texte des <mark>alliances</mark> &amp; cetera" in html
    assert "2 résultats" in read
    assert "Tout 2" in read
    assert "Fiches 1" in read
    assert response.headers["X-Robots-Tag"] == "noindex, follow"
    assert '<input id="q" name="q" type="search" value="alliance"' in html


def test_more_than_a_thousand_results_are_written_as_one_reads_them(client):
    one = record("Réseau")
    Term.objects.bulk_create(
        Term(code=f"essai-mille-{number}", vocabulary=one.vocabulary, label=one.label) for number in range(1_000)
    )
    note("Réseau")
    services.rebuild()
    read = text(get(client, q="réseau"))
    assert "Tout 1 002" in read
    assert "Fiches 1 001" in read
    assert "Voir les 1 001 résultats : Fiches" in read


def test_filters_are_links_and_chips_take_them_away(client, loire):
    record("Réseau", places="departement:42"), note("Réseau")
    services.rebuild()
    html = get(client, q="réseau", sorte="fiches", territoire="departement:42").content.decode()
    assert 'class="chip" href="/recherche/?q=r%C3%A9seau&amp;territoire=departement:42"' in html
    assert 'class="chip" href="/recherche/?q=r%C3%A9seau&amp;sorte=fiches"' in html
    assert '<input type="hidden" name="sorte" value="fiches">' in html
    assert '<input type="hidden" name="territoire" value="departement:42">' in html
    assert 'aria-current="page">Fiches' in html


def test_pages_follow_one_another(client):
    for number in range(25):
        record(f"Réseau {number}")
    services.rebuild()
    assert 'href="?q=r%C3%A9seau&amp;page=2"' in get(client, q="réseau").content.decode()
    assert "Page 2 sur 2" in text(get(client, q="réseau", page="2"))
    assert "Il n’y a plus rien à cette page" in text(get(client, q="réseau", page="9"))


def test_what_was_read_as_another_word_is_said(client):
    record("Association")
    services.rebuild()
    assert "Aucun texte ne contient « assocation ». Voici ce qui contient « association »." in text(
        get(client, q="assocation")
    )
    assert "Aucun texte ne contient « assocation »." in text(get(client, q="assocation fleuve"))


def test_nothing_found_is_explained_and_leads_somewhere(client, loire):
    record("Réseau", places="region:84"), record("Maison des alliances"), record("Raison")
    services.rebuild()
    assert "sans « fleuve »" in text(get(client, q="réseau fleuve"))
    assert "Essayez avec « maison alliances »" in text(get(client, q="raison alliances"))
    widened = text(get(client, q="réseau", territoire="departement:42"))
    assert "élargir à Auvergne-Rhône-Alpes" in widened
    assert "Rien ne contient tous ces mots avec ce filtre" in widened
    assert "élargir à toute la France" in text(get(client, q="maison", territoire="departement:42"))
    assert "parmi toutes les sortes de résultats" in text(get(client, q="réseau", sorte="notes"))
    assert "Vérifiez l’orthographe" in text(get(client, q="zzzzzz"))


def test_territories_come_first_when_they_are_named_and_after_otherwise(client, loire):
    record("Saint-Essai et Loire")
    services.rebuild()
    named = text(get(client, q="loire"))
    assert named.index("Le territoire") < named.index("1 résultat")
    assert "768 000 habitants" in named.replace("\u202f", " ").replace("\xa0", " ")
    others = text(get(client, q="saint essai"))
    assert others.index("1 résultat") < others.index("Des territoires portent ces mots")
    assert "Voir les autres territoires (2)" in others
    assert "5 territoires" in text(get(client, q="saint essai", sorte="territoires"))


def test_a_place_alone_is_an_answer(client, loire):
    services.rebuild()
    assert "Rien d’autre pour ces mots" in text(get(client, q="loire"))
    assert "Cherchiez-vous un territoire" in text(get(client, q="loirre"))


def test_the_page_answers_while_the_index_is_being_made(client, loire):
    read = text(get(client, q="loire"))
    assert "en cours de fabrication" in read
    assert "Loire, département" in read


def test_the_json_holds_what_everyone_may_find_whoever_asks(client, member, loire):
    record("Réseau Loire", "Un réseau"), record("Réseau caché", seen_by="members")
    services.rebuild()
    client.force_login(member)
    assert "2 résultats" in text(get(client, q="réseau"))
    response = client.get("/recherche.json", {"q": "réseau"})
    answer = response.json()
    assert (answer["count"], answer["counts"], answer["ready"], answer["pages"]) == (1, {"fiches": 1}, True, 1)
    assert answer["results"][0]["title"] == "Réseau Loire"
    assert answer["results"][0]["excerpt"] == "Un <mark>réseau</mark>"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    listed = client.get("/recherche.json", {"q": "loire", "sorte": "territoires"}).json()
    assert [one["code"] for one in listed["territories"]] == ["42"]
    assert listed["count"] == 1


def test_browsers_are_told_how_to_search(client):
    response = client.get(reverse("search:description"))
    assert response.headers["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(response.content)
    templates = [url.attrib["template"] for url in root if url.tag.endswith("Url")]
    assert all("{searchTerms}" in template and template.startswith("http") for template in templates)


@pytest.mark.parametrize(
    "path",
    [
        "/recherche/",
        "/recherche.json",
        "/recherche/choisir.json",
        "/recherche/suggestions.json",
        "/recherche/opensearch.xml",
    ],
)
def test_nothing_is_posted_here(client, path):
    assert client.post(path).status_code == 405


def test_all_kinds_are_grouped_that_of_the_best_result_first(client):
    for number in range(6):
        record(f"Réseau {number}")
    note("Réseau")
    services.rebuild()
    html = get(client, q="réseau").content.decode()
    assert html.index('<h3 id="sorte-note">Notes</h3>') < html.index('<h3 id="sorte-record">Fiches</h3>')
    assert html.count('href="/fiches/') == 5  # one note, the best four of six
    assert "Voir les 6 résultats : Fiches" in text(get(client, q="réseau"))
    assert 'href="/recherche/?q=r%C3%A9seau&amp;sorte=fiches">Voir les 6' in html
    assert "Voir le résultat" not in html
    assert "page=2" not in html
    alone = get(client, q="réseau", sorte="fiches").content.decode()
    assert alone.count('href="/fiches/') == 6
    assert "<h3" not in alone[alone.index("<main") : alone.index("</main")]


def test_a_kind_whose_best_result_comes_late_is_named_with_the_way_to_it(client):
    for number in range(61):
        record(f"Réseau {number}", "Un réseau")
    note("Autre chose", "un réseau")
    services.rebuild()
    html = get(client, q="réseau").content.decode()
    assert html.count('href="/fiches/') == 4
    assert 'href="/recherche/?q=r%C3%A9seau&amp;sorte=notes">Voir le résultat' in html


def test_the_data_stay_in_one_list_page_by_page(client):
    for number in range(25):
        record(f"Réseau {number}")
    note("Réseau")
    services.rebuild()
    answer = client.get("/recherche.json", {"q": "réseau"}).json()
    assert (len(answer["results"]), answer["pages"]) == (20, 2)
