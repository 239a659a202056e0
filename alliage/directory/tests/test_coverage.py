"""Coverage: where people act, counted once each, overseas like elsewhere."""

import csv
import io
import json
import re

import pytest

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.filters import Filters
from alliage.directory.models import EntryArea, EntryTerm
from alliage.directory.queries import coverage as module
from alliage.directory.queries.coverage import SCALES, _cells, coverage, intercommunalities
from alliage.directory.queries.facets import Found
from alliage.directory.services import rebuilt
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.directory.views import coverage as views
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.maps.shades import shade_of
from alliage.territories.snapshot import forget
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def land():
    """Two départements of one région, a collectivity overseas, an EPCI astride the départements."""
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    loire = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire", region=region)
    rhone = TerritoryFactory(kind=Kind.DEPARTEMENT, code="69", name="Rhône", region=region)
    epci = TerritoryFactory(kind=Kind.EPCI, code="200000001", name="Entre Loire et Rhône")
    other = TerritoryFactory(kind=Kind.EPCI, code="200000002", name="Ailleurs")
    tahiti = TerritoryFactory(kind=Kind.COM, code="987", name="Polynésie française")
    towns = {
        "42001": TerritoryFactory(kind=Kind.COMMUNE, code="42001", departement=loire, region=region, epci=epci),
        "69001": TerritoryFactory(kind=Kind.COMMUNE, code="69001", departement=rhone, region=region, epci=epci),
        "69002": TerritoryFactory(kind=Kind.COMMUNE, code="69002", departement=rhone, region=region, epci=other),
        "98735": TerritoryFactory(kind=Kind.COMMUNE, code="98735", com=tahiti),
    }
    forget()
    return {"region": region, "42": loire, "69": rhone, "epci": epci, "other": other, "987": tahiti} | towns


def acting(*areas, terms=(), **values):
    entry = CatalystFactory(**values)
    EntryArea.objects.bulk_create(EntryArea(entry=entry, territory=area) for area in areas)
    EntryTerm.objects.bulk_create(EntryTerm(entry=entry, term=term) for term in terms)
    rebuilt()
    return entry


def totals(scale=Kind.DEPARTEMENT, **options):
    return {cell.place.code: cell.total for cell in coverage(scale, **options).cells}


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        (("42001",), {"42": 1, "69": 0, "987": 0}),
        (("epci",), {"42": 1, "69": 1, "987": 0}),
        (("42", "42001", "epci"), {"42": 1, "69": 1, "987": 0}),
        (("region",), {"42": 1, "69": 1, "987": 0}),
        (("987",), {"42": 0, "69": 0, "987": 1}),
        (("98735",), {"42": 0, "69": 0, "987": 1}),
    ],
)
def test_a_person_is_counted_once_wherever_her_areas_reach(land, areas, expected):
    acting(*(land[area] for area in areas))
    assert totals() == expected


def test_intercommunalities_are_covered_by_what_shares_their_ground(land):
    acting(land["42"])
    assert totals(Kind.EPCI) == {"200000001": 1, "200000002": 0}
    acting(land["69002"])
    assert totals(Kind.EPCI) == {"200000001": 1, "200000002": 1}


def test_who_has_no_area_is_counted_where_the_office_is_if_that_is_shown(land):
    acting(territory=land["42001"], place_precision="seat")
    acting(territory=land["69001"], place_precision="seat", place_visibility=Visibility.NOBODY)
    assert totals() == {"42": 1, "69": 0, "987": 0}


def test_only_people_that_the_visitor_may_see_are_counted(land):
    acting(land["42"], visibility=Visibility.MEMBERS)
    acting(land["42"], visibility=Visibility.NOBODY)
    acting(land["42"], is_hidden=True)
    OrganisationFactory(territory=land["42"], place_precision="seat")
    rebuilt()
    assert totals()["42"] == 0
    assert totals(level=1)["42"] == 1


def test_who_acts_everywhere_fills_no_hole(land):
    acting(land["42"], is_national=True)
    found = coverage(Kind.DEPARTEMENT)
    assert found.national_count == 1
    assert len(found.empty) == len(found.cells) == 3


def test_each_metier_and_levier_has_its_counts(land):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu")
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance")
    acting(land["42"], terms=[metier])
    acting(land["42"], land["69"], terms=[metier, levier])
    found = coverage(Kind.DEPARTEMENT)
    by_code = {cell.place.code: dict(zip(found.terms, cell.by_term, strict=True)) for cell in found.cells}
    assert by_code["42"] == {metier: 2, levier: 1}
    assert by_code["69"] == {metier: 1, levier: 1}


def test_the_counts_are_those_of_the_list(land):
    """Also in Paris: a métropole holds établissements publics territoriaux, which hold communes."""
    metropole = TerritoryFactory(kind=Kind.EPCI, code="200054781", name="Métropole du Grand Paris")
    ept = TerritoryFactory(kind=Kind.EPT, code="200057966", name="Vallée Sud")
    above = {"departement": land["42"], "region": land["region"]}
    town = TerritoryFactory(kind=Kind.COMMUNE, code="92046", epci=metropole, ept=ept, **above)
    forget()
    for area in (metropole, ept, town, land["42"], land["region"], land["42001"], land["epci"]):
        acting(area)
    acting(land["42"], is_national=True)
    for scale in SCALES:
        for cell in coverage(scale).cells:
            found = Found(Filters(territory=cell.place, kind=EntryKind.CATALYST))
            assert (cell.place.code, cell.total) == (cell.place.code, found.total - 1)
    assert {code: totals(Kind.EPCI)[code] for code in ("200054781", "200057966")} == {"200054781": 5, "200057966": 5}


def test_nobody_at_all_is_an_answer(land):
    assert totals() == {"42": 0, "69": 0, "987": 0}


def test_no_territory_at_all_is_an_answer():
    assert coverage(Kind.EPCI).cells == ()


def test_the_page_its_table_and_its_exports_agree(client, land):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    acting(land["42"], terms=[metier])
    page = client.get("/annuaire/couverture/?metier=lieu").text
    assert "Loire\u00a0: 1 personne" in page
    assert "Rhône\u00a0: personne pour l’instant" in page
    assert "au moins une personne dans 1 des 3 territoires" in page.lower()
    rows = json.loads(client.get("/annuaire/couverture.json").getvalue())
    assert {row["code"]: (row["total"], row["metier_lieu"]) for row in rows["results"]} == {
        "42": (1, 1), "69": (0, 0), "987": (0, 0),
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(client.get("/annuaire/couverture.csv").getvalue().decode())))
    assert [(row["code"], row["metier_lieu"]) for row in table] == [("42", "1"), ("69", "0"), ("987", "0")]


def test_the_page_of_intercommunalities_lists_those_without_anyone(client, land):
    acting(land["69002"])
    page = client.get("/annuaire/couverture/?echelle=epci&departement=42").text
    assert "Entre Loire et Rhône" in page.split('id="manque"')[1].split("</ul>")[0]
    assert client.get("/annuaire/couverture/?echelle=planete&levier=inconnu").status_code == 200


def codes_of(page):
    """The territories of the table, in its order."""
    table = page.split('id="tableau"')[1]
    return re.findall(r'<tr><th scope="row"><a href="[^"]*territoire=\w+:(\w+)', table)


def test_the_intercommunalities_of_a_departement_are_all_there_on_a_map_and_in_a_table(client, land):
    metiers = [TermFactory(vocabulary=Vocabulary.METIERS, code=code, label=f"Métier {code}") for code in "abcd"]
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Alliance")
    TerritoryFactory(
        kind=Kind.COMMUNE, code="69003", departement=land["69"], region=land["region"], epci=land["other"],
        latitude=45.7, longitude=4.6, precision="exact", name="Loin",
    )  # fmt: skip
    forget()
    acting(land["epci"], terms=[metiers[0], levier])
    page = client.get("/annuaire/couverture/?echelle=epci&departement=69").text
    assert codes_of(page) == ["200000002", "200000001"]  # Ailleurs, then Entre Loire et Rhône
    assert [f"Métier {code}" in page.split("<thead>")[1].split("</thead>")[0] for code in "abcd"] == [True] * 4
    row = page.split("territoire=epci:200000001")[-1].split("</tr>")[0]
    assert re.findall(r'class="num">(\d+)<', row) == ["1", "1", "0", "0", "0"]
    assert "Ailleurs\u00a0: personne pour l’instant" in page
    assert "map-spots--0" in page
    assert "Tous les départements" in page
    asked = client.get("/annuaire/couverture/?echelle=epci&departement=69&levier=alliance").text
    assert "Alliance" in asked.split("<thead>")[1].split("</thead>")[0]
    assert codes_of(asked) == ["200000002", "200000001"]
    rows = json.loads(client.get("/annuaire/couverture.json?echelle=epci&departement=42").getvalue())
    assert [row["code"] for row in rows["results"]] == ["200000001"]


def test_all_the_intercommunalities_are_reached_from_their_departements(client, land):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    acting(land["69002"], terms=[metier])
    found = coverage(Kind.EPCI)
    assert [(each.area.code, each.count, each.covered, each.bare, each.shade) for each in intercommunalities(found)] == [
        ("42", 1, 0, 1, 0), ("69", 2, 1, 1, 2),
    ]  # fmt: skip
    page = client.get("/annuaire/couverture/?echelle=epci").text
    assert 'href="/annuaire/couverture/?echelle=epci&amp;departement=69"' in page
    assert "1 sur 2 sans personne" in page
    assert "Rhône\u00a0: intercommunalités où il y a quelqu’un, 1 sur 2" in page
    assert "1 sur 1 sans personne" in client.get("/annuaire/couverture/?echelle=epci&metier=lieu").text
    acting(land["epci"], terms=[metier])
    assert (
        "1 sur"
        not in client.get("/annuaire/couverture/?echelle=epci&metier=lieu")
        .text.split('id="departements"')[1]
        .split("</section>")[0]
    )
    reached = {
        code
        for area in ("42", "69")
        for code in codes_of(client.get(f"/annuaire/couverture/?echelle=epci&departement={area}").text)
    }
    assert reached == {cell.place.code for cell in found.cells}


def test_a_departement_without_an_outline_has_its_table(client, land):
    away = TerritoryFactory(kind=Kind.DEPARTEMENT, code="999", name="Nulle part", region=land["region"])
    TerritoryFactory(kind=Kind.COMMUNE, code="99901", departement=away, region=land["region"], epci=land["epci"])
    forget()
    rebuilt()
    page = client.get("/annuaire/couverture/?echelle=epci&departement=999").text
    assert codes_of(page) == ["200000001"]
    assert "map-spots" not in page


def test_no_row_of_the_table_is_cut_without_a_word(client, land, monkeypatch):
    monkeypatch.setattr(views, "ROWS_A_PAGE", 2)
    monkeypatch.setattr(views, "MOST_BARE", 2)
    acting(land["42"])
    pages = [client.get(f"/annuaire/couverture/?page={number}").text for number in (1, 2)]
    assert [codes_of(page) for page in pages] == [["42", "69"], ["987"]]
    assert "Page 1 sur 2" in pages[0]
    assert "tous sont dans le tableau" not in pages[0]  # two bare ones, both said
    rebuilt()
    monkeypatch.setattr(views, "MOST_BARE", 1)
    assert "tous sont dans le tableau" in client.get("/annuaire/couverture/").text


def test_coverage_stays_light_whatever_the_number_of_intercommunalities(client, land):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    epcis = [TerritoryFactory(kind=Kind.EPCI, code=f"2000010{rank:02d}", name=f"CC {rank:02d}") for rank in range(45)]
    for rank, epci in enumerate(epcis):
        TerritoryFactory(
            kind=Kind.COMMUNE,
            code=f"69{rank + 100}",
            departement=land["69"],
            region=land["region"],
            epci=epci,
            latitude=45.7,
            longitude=4.5 + rank / 100,
        )
    for rank in range(98):
        area = TerritoryFactory(kind=Kind.DEPARTEMENT, code=f"z{rank}", name=f"Département {rank}")
        TerritoryFactory(kind=Kind.COMMUNE, code=f"z{rank:02d}01", departement=area, epci=epcis[rank % 45])
    for rank in range(4):
        TermFactory(vocabulary=Vocabulary.METIERS, code=f"m{rank}", label=f"Métier {rank}")
    forget()
    rebuilt()
    for path in (
        "/annuaire/couverture/",
        "/annuaire/couverture/?echelle=epci",
        "/annuaire/couverture/?echelle=epci&departement=69",
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path).text
        assert len(queries) <= 6, path
        assert len(re.findall(r"<[a-z]", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))) <= 800, path
        assert len(page.encode()) <= 100_000, path


def test_darkness_grows_with_the_figure():
    figures = [1, 1, 2, 3, 5, 40]
    assert [shade_of(value, figures) for value in (0, 1, 2, 3, 5, 40)] == [0, 1, 2, 3, 3, 4]
    assert shade_of(1, []) == 0


def test_it_is_counted_once_until_the_directory_changes(land, monkeypatch):
    counted = []
    monkeypatch.setattr(module, "_cells", lambda *asked: counted.append(1) or _cells(*asked))
    acting(land["42"])
    assert totals()["42"] == totals()["42"] == 1
    assert len(counted) == 1
    acting(land["42"])
    assert totals()["42"] == 2
    assert len(counted) == 2
