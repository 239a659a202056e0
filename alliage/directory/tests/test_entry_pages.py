"""The page of a person, an organisation or a team, and its record as data."""

import json
import re

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import EntryKind, Means, Visibility
from alliage.directory.registry import Panel, Section, panels
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory, TeamFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def text(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.fixture
def anne(db):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    other = TermFactory(vocabulary=Vocabulary.METIERS, code="dialogue", label="Dialogue territorial")
    mission = TermFactory(vocabulary=Vocabulary.MISSIONS, code="lieu-fablab", label="Un atelier", parent=metier)
    return CatalystFactory(
        slug="anne", name="Anne Martin", function="Directrice", presentation="J’aide à ouvrir des lieux.",
        scale=TermFactory(vocabulary=Vocabulary.SCALES, code="local", label="Local"),
        areas=[TerritoryFactory(kind="departement", code="974", name="La Réunion")], cross_border="Maurice",
        terms=[
            other, metier, mission, TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Faire alliance"),
            TermFactory(vocabulary=Vocabulary.ODD, code="17", label="Partenariats"),
        ],
        links=[{"label": "Carnet", "url": "https://carnet.exemple.fr/"}], website="https://exemple.fr/", is_demo=True,
        licence="Licence Ouverte", confirmed_on="2026-03-02",
    )  # fmt: skip


def test_a_person_says_what_she_does_where_with_whom_and_what_comes_next(client, anne):
    MembershipFactory(person=anne, group=OrganisationFactory(name="Le Relais", slug="relais"), role="Présidente")
    page = text(client, "/annuaire/catalyseurs/anne/")
    for expected in (
        "Peut vous aider pour\u00a0: gestion d’un lieu et dialogue territorial.", "J’aide à ouvrir des lieux.", "Directrice",
        "Un atelier", "Faire alliance", "ODD 17, Partenariats", "/territoires/departement/974/", "Local", "Maurice",
        "/annuaire/organisations/relais/", "Présidente", "démonstration", "https://carnet.exemple.fr/", "Carnet",
        "https://exemple.fr/", "Licence Ouverte", "/annuaire/catalyseurs/anne/ecrire/",
        "/annuaire/trouver/", 'rel="alternate" type="application/json" href="/annuaire/catalyseurs/anne.json"',
    ):  # fmt: skip
        assert expected in page, expected
    block = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert (block["@type"], block["jobTitle"], block["areaServed"]) == ("Person", "Directrice", ["La Réunion"])
    assert block["memberOf"] == [{"@type": "Organization", "name": "Le Relais"}]
    assert block["sameAs"] == ["https://exemple.fr/", "https://carnet.exemple.fr/"]


def test_the_page_says_when_the_position_is_approximate(client):
    at = {"latitude": 45.1, "longitude": 4.2}
    blurred = CatalystFactory(**at, blur=2000)
    assert "position approchée, à 2 km près" in text(client, blurred.get_absolute_url())
    for values in ({**at, "blur": 0}, {**at, "blur": 2000, "place_visibility": Visibility.MEMBERS}, {"blur": 2000},
                   {**at, "blur": 2000, "withdrawn_on": "2026-03-02"}):  # fmt: skip
        assert "position approchée" not in text(client, CatalystFactory(**values).get_absolute_url())


def test_an_organisation_and_a_team_show_their_people(client, anne):
    MembershipFactory(person=anne, group=OrganisationFactory(slug="relais", name="Le Relais"), role="Présidente")
    team = TeamFactory(slug="ouest", means=Means.PART_TIME, is_national=True, terms=[anne.terms.get(code="lieu")])
    MembershipFactory(person=anne, group=team)
    assert "/annuaire/catalyseurs/anne/" in text(client, "/annuaire/organisations/relais/")
    page = text(client, "/annuaire/equipes/ouest/")
    for expected in ("Anne Martin", "une personne à temps partiel", "Dans toute la France", "Pratique la catalyse"):
        assert expected in page
    block = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert block["member"] == [{"@type": "Person", "name": "Anne Martin"}]


def test_a_mission_alone_stands_under_its_metier(client):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    CatalystFactory(
        slug="a", terms=[TermFactory(vocabulary=Vocabulary.MISSIONS, code="m", label="Un atelier", parent=metier)]
    )
    page = text(client, "/annuaire/catalyseurs/a/")
    assert page.index("Gestion d’un lieu") < page.index("Un atelier")


def test_the_record_is_that_of_the_exports(client, anne):
    record = json.loads(text(client, "/annuaire/catalyseurs/anne.json"))
    listed = json.loads(b"".join(client.get("/annuaire.json").streaming_content))["results"]
    assert record in listed
    assert (record["metiers"], record["missions"], record["odd"]) == (["lieu", "dialogue"], ["lieu-fablab"], ["17"])
    assert (record["areas"], record["scale"], record["licence"]) == (["departement:974"], "local", "Licence Ouverte")
    assert client.get("/annuaire/organisations/anne.json").status_code == 404
    assert client.get("/annuaire/catalyseurs/inconnue.json").status_code == 404


def test_a_record_is_written_flat_with_its_links_and_its_people(client, anne):
    import csv
    import io

    MembershipFactory(person=anne, group=OrganisationFactory(slug="relais"), role="Présidente")
    MembershipFactory(person=anne, group=TeamFactory(slug="ouest"))
    written = b"".join(client.get("/annuaire.csv?nature=catalyseurs").streaming_content).decode()
    row = next(csv.DictReader(io.StringIO(written)))
    assert (row["organisations"], row["links"]) == ("relais (Présidente); ouest", "Carnet: https://carnet.exemple.fr/")
    assert (row["metiers"], row["areas"], row["is_demo"], row["is_national"]) == (
        "lieu dialogue",
        "departement:974",
        "oui",
        "non",
    )
    excel = b"".join(client.get("/annuaire.csv?excel=1").streaming_content).decode()
    assert excel.startswith("\ufeffkind;slug;name;")
    assert b"".join(client.get("/annuaire.xlsx").streaming_content)[:2] == b"PK"


def test_what_was_withdrawn_from_the_map_keeps_its_place_and_loses_its_point(client):
    place = TerritoryFactory(name="Lille", code="59350", latitude=50.6, longitude=3.06)
    OrganisationFactory(slug="a", territory=place, withdrawn_on="2026-01-01")
    feature = json.loads(b"".join(client.get("/annuaire.geojson").streaming_content))["features"][0]
    assert feature["geometry"] is None
    assert (feature["properties"]["territory_name"], feature["properties"]["blur"]) == ("Lille", None)


def test_an_owner_reads_her_own_entry_before_anyone(client):
    owner = MemberFactory()
    CatalystFactory(slug="a", owner=owner, visibility=Visibility.NOBODY, areas=[TerritoryFactory(name="Ici")], terms=[
        TermFactory(vocabulary=Vocabulary.LEVIERS, code="x", label="Un levier")])  # fmt: skip
    assert client.get("/annuaire/catalyseurs/a/").status_code == 404
    client.force_login(owner)
    page = text(client, "/annuaire/catalyseurs/a/")
    for expected in ("Cette fiche n’est pas publique", "noindex", "Ici", "Un levier"):
        assert expected in page
    assert "ld+json" not in page
    client.force_login(MemberFactory())
    assert client.get("/annuaire/catalyseurs/a/").status_code == 404


def test_other_functions_add_their_part_to_the_page(client, anne, monkeypatch):
    said = Panel(
        "essai", 1, lambda entry, _request: Section("Ses essais", "ui/components/tag.html", {"label": entry.name})
    )
    silent = Panel("rien", 2, lambda _entry, _request: None)
    monkeypatch.setattr(panels, "_items", {each.code: each for each in (silent, said)})
    page = text(client, "/annuaire/catalyseurs/anne/")
    assert "Ses essais" in page
    assert '<span class="tag">Anne Martin</span>' in page


@pytest.mark.parametrize("kind", EntryKind.values)
def test_a_page_holds_in_six_queries_for_a_visitor(client, kind, django_assert_max_num_queries):
    entry = OrganisationFactory(kind=kind, slug="a", territory=TerritoryFactory())
    for _ in range(3):
        MembershipFactory(**{"person": entry} if kind == EntryKind.CATALYST else {"group": entry})
    client.get(entry.get_absolute_url())
    with django_assert_max_num_queries(6):
        text(client, entry.get_absolute_url())
