"""The list of resources, what it proposes when it is empty, and its exports."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from alliage.library import exports
from alliage.library.models import Resource
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, published
from alliage.library.views import lists
from alliage.search import services as search
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(settings, tmp_path):
    """A commune in its département and its région, and one of the same size elsewhere."""
    settings.VAR_DIR = tmp_path
    call_command("load_taxonomy", verbosity=0)
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    around = {
        "region": region,
        "departement": TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region),
    }
    TerritoryFactory(code="42218", name="Saint-Étienne", population=172_000, **around)
    TerritoryFactory(code="42187", name="Roanne", population=34_000, **around)
    TerritoryFactory(code="97411", name="Saint-Denis", population=153_000)
    snapshot.forget()


@pytest.fixture
def three():
    """A practice of Roanne, a guide for large towns, a failure without a place."""
    found = [
        published(title="Compost de quartier", leviers=["alliance"], territories=["commune:42187"], proof="teste", year=2021),
        published(
            kind="guide", title="Ouvrir un atelier", sections={"pourquoi": "Pour réparer.", "questions": "Avec qui ?"},
            leviers=["alliance", "numerique"], context={"size": "50000-200000"}, year=2024, territories=["commune:97411"],
        ),
        published(title="Un four abandonné", leviers=["modele"], hides_place=True, authors=[], year=None),
    ]  # fmt: skip
    search.rebuild()
    return found


def page(client, query: str = "") -> str:
    answer = client.get(f"/ressources/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(html: str, *titles: str) -> list[bool]:
    """Whether each title is a link of the list, marks of the words found taken away."""
    bare = html.replace("<mark>", "").replace("</mark>", "")
    return [f">{title}</a>" in bare for title in titles]


TITLES = ("Compost de quartier", "Ouvrir un atelier", "Un four abandonné")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [True, True, True]),
        ("?q=composts", [True, False, False]),
        ("?levier=alliance", [True, True, False]),
        ("?levier=numerique&levier=modele", [False, True, True]),
        ("?levier=alliance&preuve=teste", [True, False, False]),
        ("?sorte=guide", [False, True, False]),
        ("?de=2022&a=2025", [False, True, False]),
        ("?annee=2021", [True, False, False]),
        ("?territoire=departement:42", [True, False, False]),
        ("?region=84", [True, False, False]),
        ("?q=atelier&tri=recentes", [True, True, True]),
    ],
    ids=["all", "words", "facet", "or", "and", "kind", "years", "year", "place", "region", "order"],
)
def test_the_list_is_narrowed_by_its_address(client, three, query, found):
    assert listed(page(client, query), *TITLES) == found


def test_filters_in_force_can_each_be_taken_away(client, three):
    html = page(client, "?q=compost&levier=alliance&territoire=departement:42&de=2020")
    for left in (
        "/ressources/?levier=alliance&amp;territoire=departement:42&amp;de=2020",
        "/ressources/?q=compost&amp;territoire=departement:42&amp;de=2020",
        "/ressources/?q=compost&amp;levier=alliance&amp;de=2020",
        "/ressources/?q=compost&amp;levier=alliance&amp;territoire=departement:42",
    ):
        assert f'href="{left}"' in html


def test_values_are_counted_and_those_that_would_change_nothing_are_left_out(client, three):
    html = page(client)
    assert 'name="levier" value="alliance"' in html
    assert 'name="langue"' not in html
    assert "Guides" in html
    assert 'name="levier" value="alliance" checked' in page(client, "?levier=alliance")


def test_a_word_that_is_found_is_marked_and_a_slip_is_read(client, three):
    assert "<mark>Compost</mark>" in page(client, "?q=compost")
    assert "Nous avons lu" in page(client, "?q=compozt")
    assert "Les plus récentes" in page(client, "?q=compost")


def test_an_empty_list_says_which_filter_empties_it_and_offers_the_next_widening(client, three):
    html = page(client, "?levier=alliance&territoire=commune:42218")
    assert "Aucune ressource ne répond à tous ces filtres" in html
    assert "élargir à Loire" in html
    assert 'href="/ressources/?levier=alliance&amp;territoire=departement:42"' in html
    html = page(client, "?levier=modele&preuve=teste")
    assert "retirer le filtre testé" in html
    assert "retirer le filtre Modèle" in html
    assert "chercher dans toute la France" in page(client, "?q=four&territoire=commune:42218")
    assert "chercher sans" in page(client, "?q=compost+xylophone")
    nothing = page(client, "?preuve=essaime")
    assert "retirer le filtre essaimé" in nothing


def test_a_territory_brings_its_reasons_and_what_comes_from_places_like_it(client, three):
    html = page(client, "?territoire=commune:42187")
    assert "parce que la ressource vient de ce territoire" in html
    html = page(client, "?territoire=commune:42218")
    assert "Dans des territoires de même taille" in html
    assert listed(html, *TITLES) == [False, True, False]
    assert "Dans des territoires de même taille" not in page(client, "?territoire=commune:42218&taille=%3C2000")
    assert "Dans des territoires de même taille" not in page(client, "?territoire=departement:42")


def test_what_is_asked_and_not_known_is_told(client, three):
    assert "Nous n’avons pas reconnu" in page(client, "?levier=inconnu")
    answer = client.get("/ressources/?lieu=Roanne")
    assert answer.url == "/ressources/?territoire=commune:42187"
    assert "Nous n’avons pas reconnu" in page(client, "?lieu=Nulle-part-du-tout")
    assert "Compost" in page(client, "?page=abc")


def test_while_the_index_is_made_the_whole_list_is_there_and_a_filter_finds_nothing_wrong(client):
    published(title="Compost de quartier")
    html = page(client)
    assert "La recherche se prépare" in html
    assert listed(html, "Compost de quartier") == [True]
    assert listed(page(client, "?levier=alliance"), "Compost de quartier") == [False]
    assert client.get("/ressources.csv?levier=alliance").status_code == 503
    assert json.loads(client.get("/ressources.json").getvalue())["count"] == 1


def test_there_may_be_nothing_at_all(client):
    search.rebuild()
    assert "Partagez la première" in page(client)


def test_a_page_of_the_list_costs_the_same_whatever_its_length(client, django_assert_max_num_queries):
    for number in range(25):
        published(title=f"Atelier numéro {number}", territories=["commune:42187"], context={"size": "10000-50000"})
    search.rebuild()
    page(client)
    for query in ("", "?page=2", "?q=atelier&levier=alliance", "?territoire=commune:42187"):
        with django_assert_max_num_queries(6):
            page(client, query)
    assert "Atelier numéro 0<" in page(client, "?page=2")


# --- Exports -------------------------------------------------------------------------------------------------------


def numbers(client, query: str = "") -> list[int]:
    found = json.loads(client.get(f"/ressources.json{query}").getvalue())
    assert found["count"] == len(found["results"])
    return [each["id"] for each in found["results"]]


def test_exports_follow_the_filters_of_the_page(client, three):
    compost, guide, four = (each.pk for each in three)
    assert sorted(numbers(client)) == sorted([compost, guide, four])
    assert sorted(numbers(client, "?levier=alliance")) == sorted([compost, guide])
    assert numbers(client, "?q=compost&territoire=departement:42") == [compost]
    assert numbers(client, "?preuve=essaime") == []


def test_a_table_says_everything_and_its_cells_are_safe(client, three):
    Resource.objects.filter(pk=three[0].pk).update(content=three[0].content | {"title": "=1+1"})
    rows = list(csv.DictReader(io.StringIO(client.get("/ressources.csv").getvalue().decode())))
    assert tuple(rows[0]) == exports.COLUMNS
    said = next(row for row in rows if row["id"] == str(three[0].pk))
    assert said["title"] == "'=1+1"
    assert said["territories"] == "commune:42187"
    assert said["territory_names"] == "Roanne"
    assert said["authors"] == "Alix Demo (auteur)"
    assert said["section_methode"].startswith("Trois réunions")
    assert client.get("/ressources.csv?excel=1").getvalue().decode().startswith("\ufeffid;")
    sheet = load_workbook(io.BytesIO(client.get("/ressources.xlsx").getvalue())).active
    assert (sheet.max_row, sheet.cell(1, 1).value) == (4, "id")


def test_a_feed_keeps_the_identity_of_what_changes(client, three):
    feed = ElementTree.fromstring(client.get("/ressources.rss?levier=alliance").content)
    items = feed.findall("channel/item")
    assert {item.findtext("title") for item in items} == {"Compost de quartier", "Ouvrir un atelier"}
    assert {item.findtext("guid") for item in items} == {each.permanent_url for each in three[:2]}
    assert "Alliance" in feed.findtext("channel/title")
    unpublished = Resource(pk=1, title="x", kind="lien")
    with pytest.raises(ValueError, match="never published"):
        lists._entry(unpublished)


def test_what_is_withdrawn_while_a_feed_is_read_keeps_its_place(three):
    resources.hide(three[1], by=None, now=NOW)
    titles = [entry and entry.title for entry in lists._entries([each.pk for each in three])]
    assert titles == [three[0].title, None, three[2].title]


def test_what_was_withdrawn_after_the_index_was_made_is_in_no_list(client, three):
    resources.withdraw(three[0], by=None, now=NOW)
    assert listed(page(client), *TITLES) == [False, True, True]
    assert three[0].pk not in numbers(client)
    assert three[0].pk not in numbers(client, "?levier=alliance")
    search.rebuild()
    assert listed(page(client, "?q=compost"), *TITLES) == [False, False, False]


def test_the_list_tells_reference_pages_and_feeds(client, three):
    html = page(client, "?levier=alliance")
    assert 'type="application/rss+xml"' in html
    assert f"{reverse('library:export', args=['csv'])}?levier=alliance" in html
    assert "noindex" in html
    assert "noindex" not in page(client)
