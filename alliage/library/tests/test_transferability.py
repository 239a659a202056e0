"""What a resource needs, checked on a territory: only what data say, with its source; the rest is left to the reader."""

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Means, Visibility
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, OrganisationFactory, TeamFactory
from alliage.library.forms import writing
from alliage.library.loading import DEMONSTRATION, read
from alliage.library.queries import transferability
from alliage.library.queries.transferability import Answer
from alliage.library.tests.factories import published
from alliage.library.tests.test_review_pages import text_of
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.territories.tests.factories import TerritoryFactory, ZoningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def land():
    """A commune of Guyane in its intercommunality; towns of the mainland; a collectivity; a custom territory."""
    call_command("load_taxonomy", verbosity=0)
    guyane = TerritoryFactory(kind=Kind.REGION, code="03", name="Guyane", population=286_000)
    dept = TerritoryFactory(kind=Kind.DEPARTEMENT, code="973", name="Guyane", region=guyane, population=286_000)
    savanes = TerritoryFactory(
        kind=Kind.EPCI, code="200027548", name="CC des Savanes", nature="CC", population=29_000, latitude=5.1, longitude=-52.6
    )  # fmt: skip
    whole = {"departement": dept, "region": guyane, "epci": savanes}
    kourou = TerritoryFactory(code="97304", name="Kourou", population=24_000, **whole)
    elie = TerritoryFactory(code="97358", name="Saint-Élie", population=250, **whole)
    metro = TerritoryFactory(
        kind=Kind.EPCI, code="244200770", name="Saint-Étienne Métropole", nature="METRO", population=400_000, latitude=45.4, longitude=4.4
    )  # fmt: skip
    agglo = TerritoryFactory(
        kind=Kind.EPCI, code="200065894", name="CA du Forez", nature="CA", population=112_000, latitude=45.6, longitude=4.1
    )  # fmt: skip
    steph = TerritoryFactory(code="42218", name="Saint-Étienne", population=172_000, epci=metro)
    ept = TerritoryFactory(kind=Kind.EPT, code="T6", name="Plaine Commune", nature="EPT", latitude=48.9, longitude=2.3)
    denis = TerritoryFactory(code="93066", name="Saint-Denis", ept=ept, population=150_000)
    com = TerritoryFactory(kind=Kind.COM, code="978", name="Saint-Martin", population=32_000)
    marigot = TerritoryFactory(code="97801", name="Marigot", com=com)
    old = TerritoryFactory(code="97399", name="Ancienne", status="delegated", part_of=kourou)
    project = TerritoryFactory(kind=Kind.CUSTOM, code="pays", name="Pays des Savanes", latitude=5.1, longitude=-52.6)
    project.communes.set([kourou, elie])
    snapshot.forget()
    return {
        "guyane": guyane, "dept": dept, "savanes": savanes, "kourou": kourou, "elie": elie, "metro": metro, "agglo": agglo,
        "steph": steph, "ept": ept, "denis": denis, "com": com, "marigot": marigot, "old": old, "project": project,
    }  # fmt: skip


def request(user=None):
    made = RequestFactory().get("/")
    made.user = user or MemberFactory()
    return made


def look(code, place):
    around = transferability.Around(transferability.row_of(place), request())
    return transferability.look(code, around)


@pytest.mark.parametrize(
    ("code", "place", "answer", "says"),
    [
        ("population_max:10000", "elie", "met", "250"),
        ("population_max:10000", "kourou", "unmet", "24"),
        ("population_min:20000", "kourou", "met", "24"),
        ("population_min:50000", "kourou", "unmet", "24"),
        ("population_min:50000", "marigot", "unknown", "pas dans nos données"),
        ("population_max:50000", "marigot", "unknown", "pas dans nos données"),
        ("kind:epci", "savanes", "met", "communauté de communes"),
        ("kind:epci", "kourou", "met", "fait partie"),
        ("kind:epci", "marigot", "unmet", "n’appartient"),
        ("kind:epci", "dept", "met", "au moins une"),
        ("kind:epci", "project", "met", "fait partie"),
        ("kind:ept", "project", "unmet", "n’appartient"),
        ("kind:commune", "kourou", "met", "commune"),
        ("nature:CC", "elie", "met", "fait partie"),
        ("nature:CC", "steph", "unmet", "n’en est pas"),
        ("overseas", "kourou", "met", "outre-mer"),
        ("overseas", "savanes", "met", "outre-mer"),
        ("overseas", "com", "met", "outre-mer"),
        ("overseas", "steph", "unmet", "Hexagone"),
        ("mainland", "steph", "met", "Hexagone"),
        ("mainland", "project", "unmet", "outre-mer"),
        ("rural", "elie", "met", "250"),
        ("rural", "kourou", "unmet", "24"),
        ("rural", "savanes", "met", "communauté de communes"),
        ("rural", "agglo", "unmet", "communauté d’agglomération"),
        ("rural", "guyane", "unknown", "trop différents"),
        ("rural", "marigot", "unknown", "trop différents"),
        ("dense", "steph", "met", "172"),
        ("dense", "metro", "met", "métropole"),
        ("dense", "ept", "met", "Plaine Commune"),
        ("dense", "elie", "unmet", "250"),
        ("has_team", "kourou", "unknown", "annuaire"),
        ("has_alliance", "kourou", "unknown", "aucune alliance"),
        ("has_catalyst:lieu", "kourou", "unknown", "Kourou"),
        ("zoning:zrr", "kourou", "unknown", "liste"),
    ],
)  # fmt: skip
def test_each_code_answers_with_a_reason_and_a_source(land, code, place, answer, says):
    found = look(code, land[place])
    assert found.answer == answer
    assert says in found.reason.replace("\u202f", "")
    assert found.source or found.answer == Answer.UNKNOWN


@pytest.mark.parametrize(
    "code", ["", "unknown", "population_max:", "population_max:dix", "population_max:²", "kind:x", "nature:x", "overseas:x", "has_catalyst:x", "zoning:"],
)  # fmt: skip
def test_what_nobody_can_check_is_left_to_the_reader(land, code):
    assert look(code, land["kourou"]) is None
    assert transferability.label(code) == ""


def test_a_delegated_commune_is_looked_at_as_its_commune(land):
    old = Territory.objects.select_related("part_of").get(pk=land["old"].pk)
    assert transferability.row_of(old).code == "97304"
    assert transferability.row_of(None) is None
    old.part_of = None
    assert transferability.row_of(old) is None


# --- Who is there --------------------------------------------------------------------------------------------------


def test_a_team_that_declares_means_counts_where_it_acts_and_around(land):
    TeamFactory(name="Équipe des Savanes", areas=[land["savanes"]], means=Means.PART_TIME)
    for place in ("savanes", "elie", "dept", "project"):
        found = look("has_team", land[place])
        assert (found.answer, "Équipe des Savanes" in found.reason) == ("met", True)
    assert look("has_team", land["steph"]).answer == "unknown"


def test_a_team_without_means_says_so_and_a_hidden_one_says_nothing(land):
    TeamFactory(name="Cachée", areas=[land["kourou"]], means=Means.TEAM, visibility=Visibility.MEMBERS)
    TeamFactory(name="Muette", areas=[land["kourou"]])
    assert look("has_team", land["kourou"]).answer == "unknown"
    TeamFactory(name="Sans moyens", areas=[land["kourou"]], means=Means.NONE)
    found = look("has_team", land["kourou"])
    assert (found.answer, "Sans moyens" in found.reason) == ("unmet", True)


def test_people_of_a_metier_are_counted_never_named(land):
    CatalystFactory(name="Jeanne", areas=[land["savanes"]], terms=[taxonomy.term(Vocabulary.METIERS, "lieu")])
    CatalystFactory(name="Partout", is_national=True, terms=[taxonomy.term(Vocabulary.METIERS, "lieu")])
    found = look("has_catalyst:lieu", land["elie"])
    assert found.answer == "met"
    assert found.reason.startswith("1 personne")
    assert "Jeanne" not in found.reason
    assert "metier=lieu" in found.url
    assert look("has_catalyst:lieu", land["steph"]).answer == "unknown"


def test_an_alliance_counts_on_the_territory_in_it_or_in_its_intercommunality(land):
    AllianceFactory(subject="Le quai", territory=land["kourou"])
    for place in ("kourou", "savanes", "dept", "project"):
        assert look("has_alliance", land[place]).answer == "met"
    assert look("has_alliance", land["elie"]).answer == "unknown"
    AllianceFactory(subject="Cachée", territory=land["steph"], first=OrganisationFactory(visibility=Visibility.NOBODY))
    assert look("has_alliance", land["steph"]).answer == "unknown"


def test_a_programme_counts_for_a_commune_or_a_part_of_what_they_make_up(land):
    zoning = ZoningFactory(code="zrr", label="Revitalisation rurale", source="Ministère")
    zoning.communes.add(land["elie"])
    assert "est dans" in look("zoning:zrr", land["elie"]).reason
    assert "1 de ses 2 communes" in look("zoning:zrr", land["savanes"]).reason
    found = look("zoning:zrr", land["kourou"])
    assert (found.answer, found.source) == ("unmet", "Ministère")


# --- The whole -----------------------------------------------------------------------------------------------------


CONDITIONS = [
    {"importance": "contextual", "text": "Une île", "check": "overseas"},
    {"importance": "required", "text": "Un local libre", "check": ""},
    {"importance": "required", "text": "Une intercommunalité", "check": "kind:epci"},
    {"importance": "optional", "text": "Une grande ville", "check": "population_min:100000"},
]


def test_required_conditions_come_first_and_the_sentence_is_not_a_mark(land):
    found = transferability.fit({"conditions": CONDITIONS}, land["kourou"], request())
    assert [each.text for each in found.verdicts][:2] == ["Un local libre", "Une intercommunalité"]
    assert found.sentence == "2 conditions sur 4 réunies chez vous, 1 à vérifier par vous"
    assert found.verdicts[0].importance_label == "indispensable"
    one = transferability.fit({"conditions": CONDITIONS[:1]}, land["steph"], request())
    assert one.sentence == "0 condition sur 1 réunie chez vous"
    mine = transferability.fit({"conditions": [CONDITIONS[1], CONDITIONS[1]]}, land["steph"], request())
    assert mine.sentence == "2 conditions à vérifier par vous"
    nowhere = transferability.fit({"conditions": CONDITIONS}, None, request())
    assert (nowhere.place, nowhere.verdicts[0].found) == (None, None)
    assert transferability.fit({}, None, request()).verdicts == ()


def test_a_visitor_of_guyane_sees_what_is_met_and_why(client):
    resource = published(conditions=CONDITIONS)
    page = text_of(client.get(resource.get_absolute_url()))
    assert "Choisissez votre territoire" in page
    page = text_of(client.get(resource.get_absolute_url(), {"territoire": "commune:97304"}))
    assert "2 conditions sur 4 réunies chez vous, 1 à vérifier par vous" in page
    assert "Kourou se trouve outre-mer" in page
    assert "code officiel géographique" in page
    page = text_of(client.get(resource.get_absolute_url(), {"lieu": "Kourou"}))
    assert "2 conditions sur 4" in page
    page = text_of(client.get(resource.get_absolute_url(), {"lieu": "Zzzz\0zz"}))
    assert "Nous ne connaissons pas" in page


def test_one_query_more_for_the_directory_whatever_is_asked_of_it(client, land, django_assert_max_num_queries):
    conditions = [{"importance": "required", "text": code, "check": code} for code in ("has_catalyst:lieu", "has_catalyst:dialogue", "overseas", "rural")]  # fmt: skip
    address = published(conditions=conditions).get_absolute_url()
    client.get(address, {"territoire": "commune:97304"})
    with django_assert_max_num_queries(6):
        client.get(address, {"territoire": "commune:97304"})


def test_the_form_offers_every_family_and_keeps_what_was_chosen(land):
    ZoningFactory(code="zrr")
    snapshot.forget()
    families = dict(transferability.choices("population_max:15000")[1:])
    assert set(families) == {
        "Population",
        "Lieu",
        "Sorte de territoire",
        "Personnes et alliances",
        "Programmes",
        "Autre",
    }
    assert families["Programmes"][0][0] == "zoning:zrr"
    assert "15\u202f000" in families["Autre"][0][1]
    assert dict(transferability.choices("ancien:code")[1:])["Autre"] == [("ancien:code", "ancien:code")]
    assert all(label for family in families.values() for _code, label in family)
    typed = {"kind": ["pratique"], "condition_1_text": ["Une île"], "condition_1_check": ["overseas"]}
    form = writing.WritingForm(typed)
    assert form.fields["condition_1_check"].choices[0][0] == ""


def test_every_code_of_the_demonstration_is_known():
    codes = {each["check"] for row in read(DEMONSTRATION) for each in row.get("conditions", ()) if each.get("check")}
    assert {code: transferability.label(code) for code in codes if not transferability.label(code)} == {}


def test_the_address_of_the_list_keeps_the_territory(land):
    around = transferability.Around(transferability.row_of(land["kourou"]), request())
    assert around.list_url(nature="equipes") == f"{reverse('directory:index')}?nature=equipes&territoire=commune:97304"
