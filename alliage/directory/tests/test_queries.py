import pytest
from django.http import QueryDict

from alliage.directory import queries, wording
from alliage.directory.enums import Role, Visibility
from alliage.directory.filters import Filters, parse
from alliage.directory.tests.factories import MentionFactory, OrganisationFactory
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nord(db):
    """Lille, in its EPCI, its département and its région; a Parisian EPT; a custom territory around Lille."""
    region = TerritoryFactory(kind="region", code="32", name="Hauts-de-France")
    departement = TerritoryFactory(kind="departement", code="59", name="Nord", region=region)
    epci = TerritoryFactory(kind="epci", code="200093201", name="Métropole Européenne de Lille")
    lille = TerritoryFactory(
        code="59350", name="Lille", epci=epci, departement=departement, region=region, latitude=50.6, longitude=3.06,
        precision="exact",
    )  # fmt: skip
    part = TerritoryFactory(code="59298", name="Hellemmes", status="associated", part_of=lille)
    custom = TerritoryFactory(kind="perso", code="bassin", name="Bassin lillois")
    custom.communes.add(lille)
    far = TerritoryFactory(code="97411", name="Saint-Denis", latitude=-20.9, longitude=55.4, precision="exact")
    return {
        "region": region, "departement": departement, "epci": epci, "commune": lille, "part": part, "custom": custom,
        "far": far,
    }  # fmt: skip


def found(**asked):
    rows = queries.filtered(queries.visible(), Filters(**asked))
    return [organisation.name for organisation in queries.with_mentions(rows)]


def test_a_visitor_sees_what_is_public_and_a_member_a_little_more():
    for visibility in Visibility.values:
        OrganisationFactory(name=visibility, visibility=visibility)
    assert [each.name for each in queries.visible()] == ["public"]
    assert sorted(each.name for each in queries.visible(to_members=True)) == ["members", "public"]


@pytest.mark.parametrize("q", ["reseau", "RÉSEAU alli", "alliances reseau", "  réseau   "])
def test_a_search_forgives_case_accents_order_and_endings(q):
    OrganisationFactory(name="Réseau Alliances")
    OrganisationFactory(name="Autre")
    assert found(q=q) == ["Réseau Alliances"]


@pytest.mark.parametrize("q", ["eseau", "réseau absent", "%", "«»"])
def test_a_search_finds_nothing_else(q):
    OrganisationFactory(name="Réseau Alliances")
    assert found(q=q) == []


def test_a_category_and_the_lack_of_one_are_filters():
    term = TermFactory(vocabulary="categories", code="fondation")
    OrganisationFactory(name="A", category=term)
    OrganisationFactory(name="B")
    assert found(category="fondation") == ["A"]
    assert found(category="a-preciser") == ["B"]
    assert found(category="inconnue") == []


def test_a_sequence_is_a_filter():
    MentionFactory(organisation__name="A", sequence=3)
    MentionFactory(organisation__name="B", sequence=None)
    assert found(sequence=3) == ["A"]


ALL = ("region", "departement", "epci", "commune")


@pytest.mark.parametrize("asked", [*ALL, "custom", "part"])
def test_a_territory_gives_what_is_inside_it_and_what_contains_it(nord, asked):
    for place in ALL:
        OrganisationFactory(name=place, territory=nord[place])
    OrganisationFactory(name="Loin", territory=nord["far"])
    OrganisationFactory(name="Nulle part")
    assert sorted(found(territory=nord[asked])) == sorted(ALL)


def test_an_associated_commune_and_a_custom_territory_are_inside_too(nord):
    OrganisationFactory(name="Partie", territory=nord["part"])
    OrganisationFactory(name="Bassin", territory=nord["custom"])
    assert found(territory=nord["commune"]) == ["Partie"]
    assert found(territory=nord["custom"]) == ["Bassin"]


def test_a_departement_without_a_region_and_a_com_stand_alone():
    com = TerritoryFactory(kind="com", code="988", name="Nouvelle-Calédonie")
    noumea = TerritoryFactory(code="98818", name="Nouméa", com=com)
    OrganisationFactory(name="Nouméa", territory=noumea)
    assert found(territory=com) == ["Nouméa"]
    assert found(territory=TerritoryFactory(kind="departement", code="69")) == []


def test_counts_say_what_each_facet_would_give_in_one_query(django_assert_num_queries, nord):
    term = TermFactory(vocabulary="categories", code="fondation")
    both = OrganisationFactory(category=term, territory=nord["commune"])
    MentionFactory(organisation=both, sequence=1)
    MentionFactory(organisation=both, sequence=1)
    MentionFactory(organisation=both, sequence=2)
    MentionFactory(sequence=1)
    MentionFactory(sequence=None)
    queries.counts(queries.visible(), Filters())
    with django_assert_num_queries(1):
        counts = queries.counts(queries.visible(), Filters(category="fondation"))
    assert counts.total == 1
    assert counts.categories == {"fondation": 1, "a-preciser": 2}
    assert counts.sequences == {1: 1, 2: 1}
    assert queries.counts(queries.visible(), Filters(sequence=1)).sequences == {1: 2, 2: 1}


def test_an_empty_directory_counts_nothing():
    counts = queries.counts(queries.visible(), Filters(q="x"))
    assert (counts.total, counts.categories, counts.sequences) == (0, {}, {})


def ways(**asked):
    return [
        (way.removed or way.filters.territory.name, way.count)
        for way in queries.ways_out(queries.visible(), Filters(**asked))
    ]


def test_an_empty_result_says_which_filter_empties_it_and_offers_to_widen(nord):
    OrganisationFactory(name="Voisine", territory=nord["epci"])
    other = TerritoryFactory(code="59000", name="Ailleurs", departement=nord["departement"], region=nord["region"])
    TerritoryFactory(code="59001", epci=nord["epci"], departement=nord["departement"], region=nord["region"])
    assert ways(territory=other) == [("Nord", 1), ("Hauts-de-France", 1), ("territoire", 1)]
    assert ways(q="voisine", category="a-preciser", sequence=4) == [("sequence", 1)]


def test_an_epci_is_widened_through_its_communes(nord):
    OrganisationFactory(name="Régionale", territory=TerritoryFactory(code="59002", region=nord["region"]))
    assert ways(territory=nord["epci"]) == [("Hauts-de-France", 1), ("territoire", 1)]
    assert list(queries.wider(TerritoryFactory(kind="epci", code="vide"))) == []


def test_nothing_helps_when_there_is_nothing():
    assert ways(q="x") == []
    assert ways() == []


def test_the_map_gathers_organisations_of_one_place(nord, django_assert_num_queries):
    OrganisationFactory(name="A", slug="a", territory=nord["commune"])
    OrganisationFactory(name="B", slug="b", territory=nord["commune"])
    OrganisationFactory(name="C", slug="c", territory=nord["far"])
    OrganisationFactory(name="D", slug="d", latitude=45.0, longitude=1.0)
    OrganisationFactory(name="E", slug="e")
    with django_assert_num_queries(1):
        places = queries.places(queries.visible())
    assert [(p.name, p.count, p.slug) for p in places] == [("Lille", 2, ""), ("Saint-Denis", 1, "c"), ("", 1, "d")]


def test_neighbours_are_those_of_the_most_sequences_in_common():
    me = OrganisationFactory(name="Moi")
    close, near, far = (OrganisationFactory(name=name) for name in ("Z proche", "A voisine", "Ailleurs"))
    for organisation, sequence in [(me, 1), (me, 2), (close, 1), (close, 2), (near, 2), (far, 3)]:
        MentionFactory(organisation=organisation, sequence=sequence)
    assert [each.name for each in queries.met_in_the_same_sequences(me, limit=5)] == ["Z proche", "A voisine"]
    assert queries.met_in_the_same_sequences(OrganisationFactory(), limit=5) == []


def test_the_page_of_a_territory_shows_its_first_organisations_and_counts_them_all(nord):
    for letter in "CAB":
        OrganisationFactory(name=letter, territory=nord["commune"])
    first, count = queries.of_territory(nord["departement"], limit=2)
    assert ([each.name for each in first], count) == (["A", "B"], 3)
    assert queries.of_territory(nord["far"], limit=2) == ([], 0)


def test_an_address_is_read_and_written_back_the_same():
    TermFactory(vocabulary="categories", code="fondation", label="Fondation")
    TerritoryFactory(code="59350", name="Lille")
    query = "q=deux+mots&categorie=fondation&territoire=commune:59350&sequence=4"
    filters = parse(QueryDict(query))
    assert filters.query() == query
    assert [label for _name, label in filters.active()] == [
        "«\u00a0deux mots\u00a0»",
        "Fondation",
        "Lille",
        "Séquence 4",
    ]
    assert filters.without("q").without("categorie").without("territoire").without("sequence") == Filters()


@pytest.mark.parametrize(
    "asked", ["categorie=zzz", "territoire=commune:zzz", "territoire=lille", "sequence=99", "sequence=²"]
)
def test_what_is_not_recognised_is_ignored_and_told(asked):
    filters = parse(QueryDict(asked))
    assert filters.parameters() == {}
    assert filters.ignored == (asked.partition("=")[2],)


def test_a_hostile_search_is_shortened_and_cleaned():
    assert parse(QueryDict("q=a%00b")).q == "ab"
    assert len(parse(QueryDict("q=" + "x" * 5000)).q) == 200


def test_the_label_of_a_lost_category_is_its_code():
    from alliage.directory.filters import category_label

    assert category_label("perdue") == "perdue"
    assert category_label("a-preciser") == "Catégorie à préciser"


def test_wording_says_where_one_met_an_organisation():
    organisation = OrganisationFactory()
    assert "Dans le programme" in wording.why(organisation)
    MentionFactory(organisation=organisation, sequence=None, title="Temps 3\u00a0: Le numérique", role=Role.SUPPORT)
    assert wording.reason(wording.parts_of(organisation)) == "Temps 3\u00a0: appui"
    MentionFactory(
        organisation=organisation, sequence=5, title="Les métiers de la «\u00a0catalyse\u00a0»", role=Role.WITNESS
    )
    MentionFactory(organisation=organisation, sequence=6, title="Les profils", role=Role.WITNESS)
    assert wording.why(organisation) == (
        "À la Rencontre du 8 juillet 2020\u00a0: «\u00a0Les métiers de la “catalyse”\u00a0» et «\u00a0Les profils\u00a0»."
    )
