from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.utils import timezone

from alliage.directory import queries, services, wording
from alliage.directory.enums import ChangeAct, EntryKind, Reach, Role, Visibility
from alliage.directory.filters import Filters, parse
from alliage.directory.models import Entry, EntryChange
from alliage.directory.queries import Found, Level
from alliage.directory.tests.factories import CatalystFactory, MentionFactory, OrganisationFactory, TeamFactory
from alliage.formats import rss
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.snapshot import snapshot
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


def found(level=Level.ANYONE, **asked):
    return [line.name for line in queries.lines(Found(Filters(**asked), level))]


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
    assert found(territory=nord["commune"]) == ["Bassin", "Partie"]
    assert found(territory=nord["custom"]) == ["Bassin", "Partie"]


def test_a_departement_without_a_region_and_a_com_stand_alone():
    com = TerritoryFactory(kind="com", code="988", name="Nouvelle-Calédonie")
    noumea = TerritoryFactory(code="98818", name="Nouméa", com=com)
    OrganisationFactory(name="Nouméa", territory=noumea)
    assert found(territory=com) == ["Nouméa"]
    assert found(territory=TerritoryFactory(kind="departement", code="69")) == []


def test_counts_say_what_each_facet_would_give_without_asking_the_database(django_assert_num_queries, nord):
    term = TermFactory(vocabulary="categories", code="fondation")
    both = OrganisationFactory(category=term, territory=nord["commune"])
    MentionFactory(organisation=both, sequence=1)
    MentionFactory(organisation=both, sequence=1)
    MentionFactory(organisation=both, sequence=2)
    MentionFactory(sequence=1)
    MentionFactory(sequence=None)
    Found(Filters(category="fondation")).counts("categorie")
    with django_assert_num_queries(1):  # the edition
        counted = Found(Filters(category="fondation"))
        assert counted.total == 1
        assert counted.counts("categorie") == {"fondation": 1, "a-preciser": 2}
        assert counted.counts("sequence") == {"1": 1, "2": 1}
    assert Found(Filters(sequence=1)).counts("sequence") == {"1": 2, "2": 1}


def test_several_values_of_a_filter_widen_it_and_each_facet_ignores_its_own_filter():
    lieu, dialogue = (TermFactory(vocabulary=Vocabulary.METIERS, code=code) for code in ("lieu", "dialogue"))
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance")
    CatalystFactory(name="A", terms=[lieu, levier])
    CatalystFactory(name="B", terms=[dialogue])
    CatalystFactory(name="C", terms=[levier])
    assert found(metiers=("lieu", "dialogue")) == ["A", "B"]
    assert found(metiers=("lieu", "dialogue"), leviers=("alliance",)) == ["A"]
    counted = Found(Filters(metiers=("lieu",), leviers=("alliance",)))
    assert counted.counts("metier") == {"lieu": 1}
    assert counted.counts("levier") == {"alliance": 1}
    assert Found(Filters(metiers=("lieu",))).counts("metier") == {"lieu": 1, "dialogue": 1}
    assert found(odd=("17",)) == []


def test_who_practises_a_mission_is_found_by_its_metier():
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu")
    CatalystFactory(name="A", terms=[TermFactory(vocabulary=Vocabulary.MISSIONS, code="lieu-fablab", parent=metier)])
    assert found(metiers=("lieu",)) == ["A"]


def test_a_mission_is_counted_and_kept_below_its_metier():
    lieu = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu")
    lab = TermFactory(vocabulary=Vocabulary.MISSIONS, code="lieu-fablab", parent=lieu)
    desk = TermFactory(vocabulary=Vocabulary.MISSIONS, code="lieu-bureau", parent=lieu)
    CatalystFactory(name="A", terms=[lab])
    CatalystFactory(name="B", terms=[lab, desk])
    CatalystFactory(name="C", terms=[lieu])
    assert found(missions=("lieu-bureau",)) == ["B"]
    assert found(missions=("lieu-bureau", "lieu-fablab")) == ["A", "B"]
    assert found(metiers=("lieu",), missions=("lieu-fablab",)) == ["A", "B"]
    assert Found(Filters(metiers=("lieu",))).counts("mission") == {"lieu-fablab": 2, "lieu-bureau": 1}
    assert Found(Filters(missions=("lieu-bureau",))).counts("metier") == {"lieu": 1}


def test_kind_scale_and_overseas_are_filters(nord):
    scale = TermFactory(vocabulary=Vocabulary.SCALES, code="local")
    reunion = TerritoryFactory(kind="departement", code="974", name="La Réunion")
    commune = TerritoryFactory(code="97415", name="Saint-Paul", departement=reunion)
    epci = TerritoryFactory(kind="epci", code="249740101", name="TCO")
    TerritoryFactory(code="97407", name="Le Port", departement=reunion, epci=epci)
    project = TerritoryFactory(kind="perso", code="ouest", name="Ouest")
    project.communes.add(commune)
    former = TerritoryFactory(code="97499", name="Ancienne", status="delegated", part_of=commune)
    nowhere = TerritoryFactory(code="00099", name="Perdue", status="former")
    CatalystFactory(name="A", scale=scale, areas=[commune])
    TeamFactory(name="B", territory=reunion)
    OrganisationFactory(name="C", areas=[epci, nord["commune"]])
    OrganisationFactory(name="D", areas=[project])
    OrganisationFactory(name="E", territory=former)
    OrganisationFactory(name="F", areas=[nord["commune"]], territory=reunion)
    OrganisationFactory(name="G", territory=nowhere)
    assert found(overseas=True) == ["A", "B", "C", "D", "E"]
    assert found(kind=EntryKind.CATALYST) == ["A"]
    assert found(scale="local") == ["A"]
    counted = Found(Filters())
    assert counted.counts("nature") == {"catalyst": 1, "organisation": 5, "team": 1}
    assert (counted.counts("echelon"), counted.counts("outremer")) == ({"local": 1}, {"1": 5})


def test_a_territory_gives_equal_then_inside_then_containing_then_national(nord):
    CatalystFactory(name="1 égale", areas=[nord["departement"], nord["far"]])
    CatalystFactory(name="2 dedans", areas=[nord["commune"]])
    CatalystFactory(name="3 autour", areas=[nord["region"]])
    CatalystFactory(name="4 partout", is_national=True)
    CatalystFactory(name="5 ailleurs", areas=[nord["far"]], territory=nord["commune"])
    CatalystFactory(name="0 siège", territory=nord["commune"])
    asked = Found(Filters(territory=nord["departement"]))
    lines = queries.lines(asked)
    assert [(line.name, line.reach) for line in lines] == [
        ("1 égale", Reach.EQUAL), ("0 siège", Reach.INSIDE), ("2 dedans", Reach.INSIDE), ("3 autour", Reach.AROUND),
        ("4 partout", Reach.NATIONAL),
    ]  # fmt: skip
    assert [wording.reasons(line, nord["departement"]) for line in lines] == [
        "Agit dans le Nord", "Agit à Lille, sur une partie du territoire", "Agit à Lille, sur une partie du territoire",
        "Agit dans les Hauts-de-France, dont ce territoire fait partie", "Agit dans toute la France",
    ]  # fmt: skip
    assert (asked.reached(Reach.INSIDE), Found(Filters()).reached(Reach.INSIDE)) == (2, 0)
    assert queries.lines(Found(Filters()))[0].reach is None


def test_projects_are_seen_by_the_communes_they_share(nord):
    both = TerritoryFactory(kind="perso", code="large", name="Large")
    both.communes.add(nord["commune"], nord["far"])
    CatalystFactory(name="Large", areas=[both])
    CatalystFactory(name="Bassin", areas=[nord["custom"]])
    assert [(line.name, line.reach) for line in queries.lines(Found(Filters(territory=nord["commune"])))] == [
        ("Bassin", Reach.INSIDE), ("Large", Reach.AROUND),
    ]  # fmt: skip
    assert found(territory=nord["custom"]) == ["Bassin", "Large"]
    assert found(territory=both) == ["Large", "Bassin"]


def test_a_zone_of_the_map_keeps_those_shown_in_it(nord):
    CatalystFactory(name="A", territory=nord["commune"])
    CatalystFactory(name="B", latitude=44.0, longitude=1.0)
    CatalystFactory(name="C")
    assert found(zone=(50.0, 3.0, 51.0, 4.0)) == ["A"]


def test_what_is_hidden_counts_nowhere(nord):
    """Neither by its place, nor by its words, nor in a facet."""
    term = TermFactory(vocabulary="categories", code="fondation")
    CatalystFactory(name="Cachée", category=term, is_hidden=True, territory=nord["commune"])
    CatalystFactory(name="Réservée", category=term, visibility=Visibility.MEMBERS, territory=nord["commune"])
    secret = CatalystFactory(
        name="Sans lieu", territory=nord["far"], place_visibility=Visibility.MEMBERS, members_text=" sans lieu marin ",
        latitude=-20.9, longitude=55.4,
    )  # fmt: skip
    box = (-21.0, 55.0, -20.0, 56.0)
    assert (found(), Found(Filters()).counts("categorie")) == (["Sans lieu"], {"a-preciser": 1})
    assert found(territory=nord["far"]) == found(q="marin") == found(zone=box) == found(overseas=True) == []
    assert queries.spots(Found(Filters())) == ([], 0)
    assert queries.lines(Found(Filters()))[0].place == ""
    assert found(Level.MEMBER) == ["Réservée", "Sans lieu"]
    assert found(Level.MEMBER, territory=nord["far"]) == found(Level.MEMBER, q="marin") == ["Sans lieu"]
    assert found(Level.OWNER, zone=box) == [secret.name]
    assert queries.spots(Found(Filters(), Level.MEMBER))[1] == 2


def test_the_last_published_come_first_in_a_feed_whatever_was_changed_since(client, monkeypatch):
    now = timezone.now()
    days = [now - timedelta(days=each) for each in range(4)]
    first, second = OrganisationFactory(name="A", created_at=days[2]), OrganisationFactory(name="B", created_at=days[1])
    draft = OrganisationFactory(name="C", created_at=days[3])
    EntryChange.objects.create(entry=draft, act=ChangeAct.PUBLISHED, at=days[1])
    EntryChange.objects.create(entry=draft, act=ChangeAct.PUBLISHED, at=days[0])
    EntryChange.objects.create(entry=first, act=ChangeAct.EDITED, at=days[0])
    services.touched([first.pk], now=now)
    assert [pk for pk, _when in Found(Filters()).newest(slice(9))] == [draft.pk, second.pk, first.pk]
    channel = ElementTree.fromstring(client.get("/annuaire.rss").content).find("channel")
    assert [item.findtext("title") for item in channel.iter("item")] == ["C", "B", "A"]
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in channel.iter("item")]
    assert dates == [each.replace(microsecond=0) for each in days[:3]]
    monkeypatch.setattr(rss, "WINDOW", 2)
    channel = ElementTree.fromstring(client.get("/annuaire.rss").content).find("channel")
    assert [item.findtext("title") for item in channel.iter("item")] == ["C", "B"]


def test_an_entry_hidden_since_the_list_was_made_does_not_end_the_feed(client, monkeypatch):
    monkeypatch.setattr(rss, "WINDOW", 2)
    now = timezone.now()
    _old, hidden, _new = (
        OrganisationFactory(name=name, created_at=now + timedelta(days=day)) for day, name in enumerate("ABC")
    )
    Found(Filters()).newest(slice(9))
    type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
    channel = ElementTree.fromstring(client.get("/annuaire.rss").content).find("channel")
    assert [item.findtext("title") for item in channel.iter("item")] == ["C"]
    assert "next" in {link.get("rel") for link in channel.findall("{http://www.w3.org/2005/Atom}link")}


def test_an_empty_directory_counts_nothing():
    counted = Found(Filters(q="x"))
    assert (counted.total, counted.pks, counted.counts("categorie"), queries.lines(counted)) == (0, [], {}, [])
    assert queries.ways_out(Found(Filters(zone=(1.0, 1.0, 2.0, 2.0)))) == []


def ways(**asked):
    return [(way.removed or way.filters.territory.name, way.count) for way in queries.ways_out(Found(Filters(**asked)))]


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


def test_the_map_gathers_entries_of_one_place(nord, django_assert_num_queries):
    OrganisationFactory(name="A", slug="a", territory=nord["commune"])
    OrganisationFactory(name="B", slug="b", territory=nord["commune"])
    OrganisationFactory(name="C", slug="c", territory=nord["far"])
    CatalystFactory(name="D", slug="d", latitude=45.0, longitude=1.0)
    OrganisationFactory(name="E", slug="e")
    OrganisationFactory(name="Retirée", latitude=45.0, longitude=1.0, withdrawn_on="2026-01-01")
    OrganisationFactory(name="Québec", latitude=46.8, longitude=-71.2)
    Found(Filters()).known.points  # noqa: B018 drawn once for a state of the directory
    with django_assert_num_queries(2):
        spots, count = queries.spots(Found(Filters()))
    assert [(spot.name, spot.count, spot.url) for spot in spots] == [
        ("Lille", 2, ""), ("", 1, "/annuaire/catalyseurs/d/"), ("Saint-Denis", 1, "/annuaire/organisations/c/"),
    ]  # fmt: skip
    assert count == 4
    assert queries.around([spots[0].box, spots[1].box]) == (45.0, 1.0, 50.6, 3.06)
    assert queries.spots(Found(Filters(q="retirée"))) == ([], 0)


def test_many_places_make_few_marks_and_lose_nobody(db):
    Entry.objects.bulk_create(
        CatalystFactory.build(latitude=43 + (rank % 40) / 8, longitude=rank / 100) for rank in range(400)
    )
    services.rebuilt()
    spots, count = queries.spots(Found(Filters()))
    assert count == sum(spot.count for spot in spots) == 400
    assert len(spots) < 200


def test_neighbours_are_those_of_the_most_sequences_in_common():
    me = OrganisationFactory(name="Moi")
    close, near, far = (OrganisationFactory(name=name) for name in ("Z proche", "A voisine", "Ailleurs"))
    for organisation, sequence in [(me, 1), (me, 2), (close, 1), (close, 2), (near, 2), (far, 3)]:
        MentionFactory(organisation=organisation, sequence=sequence)
    assert [each.name for each in queries.met_in_the_same_sequences(me, limit=5)] == ["Z proche", "A voisine"]
    assert queries.met_in_the_same_sequences(OrganisationFactory(), limit=5) == []


def test_the_page_of_a_territory_shows_its_first_entries_and_counts_them_all(nord):
    for letter in "CAB":
        OrganisationFactory(name=letter, territory=nord["commune"])
    CatalystFactory(name="Partout", is_national=True)
    first, count = queries.of_territory(nord["departement"], limit=2)
    assert ([each.name for each in first], count) == (["A", "B"], 3)
    assert queries.of_territory(nord["far"], limit=2) == ([], 0)


def test_an_address_is_read_and_written_back_the_same():
    TermFactory(vocabulary="categories", code="fondation", label="Fondation")
    TerritoryFactory(code="59350", name="Lille")
    for vocabulary, code in (
        ("metiers", "lieu"),
        ("metiers", "dialogue"),
        ("leviers", "alliance"),
        ("echelons", "local"),
    ):
        TermFactory(vocabulary=vocabulary, code=code, label=code.title())
    TermFactory(vocabulary="odd", code="17", label="Partenariats")
    query = (
        "q=deux+mots&nature=catalyseurs&metier=lieu&metier=dialogue&categorie=fondation&territoire=commune:59350"
        "&echelon=local&levier=alliance&odd=17&outremer=1&sequence=4&zone=43.5,-1,44,2"
    )
    filters = parse(QueryDict(query))
    assert filters.query() == query
    assert [label for _name, label in filters.active()] == [
        "«\u00a0deux mots\u00a0»", "Catalyseurs territoriaux", "Lieu ou Dialogue", "Fondation", "Lille", "Local", "Alliance",
        "ODD 17, Partenariats", "Outre-mer", "Séquence 4", "Zone de la carte",
    ]  # fmt: skip
    assert len(list(filters.chips())) == 12
    assert filters.without("metier", "lieu").metiers == ("dialogue",)
    for name in dict(filters.pairs()):
        filters = filters.without(name)
    assert filters == Filters()


@pytest.mark.parametrize(
    "asked",
    [
        "categorie=zzz",
        "territoire=commune:zzz",
        "territoire=lille",
        "sequence=99",
        "sequence=²",
        "nature=robots",
        "metier=zzz",
        "echelon=zzz",
        "zone=1,2",
        "zone=50,1,40,2",
        "zone=a,b,c,d",
        "zone=nan,1,2,3",
    ],
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
    assert wording.reason(wording.parts_of(organisation)) == "Rencontre de 2020, temps 3\u00a0: appui"
    MentionFactory(
        organisation=organisation, sequence=5, title="Les métiers de la «\u00a0catalyse\u00a0»", role=Role.WITNESS
    )
    MentionFactory(organisation=organisation, sequence=6, title="Les profils", role=Role.WITNESS)
    assert wording.why(organisation) == (
        "À la Rencontre du 8 juillet 2020\u00a0: «\u00a0Les métiers de la “catalyse”\u00a0» et «\u00a0Les profils\u00a0»."
    )


def test_a_project_is_widened_to_what_holds_all_its_communes(nord):
    assert [each.name for each in queries.wider(nord["custom"])] == [
        "Métropole Européenne de Lille", "Nord", "Hauts-de-France",
    ]  # fmt: skip
    assert queries.wider(snapshot().by_code[("perso", "bassin")]) == []
    nord["custom"].communes.add(nord["far"])
    del nord["custom"]._members
    assert queries.wider(nord["custom"]) == []


def test_a_territory_of_the_past_is_named_and_has_its_page(nord, client):
    lost = TerritoryFactory(code="00099", name="Perdue", status="former")
    entry = CatalystFactory(name="A", areas=[lost, nord["part"]], is_national=True)
    assert found(territory=nord["commune"]) == ["A"]
    assert "/territoires/commune/00099/" in client.get(entry.get_absolute_url()).content.decode()


def test_words_around_an_entry():
    assert wording.named(["A", "B", "C", "D"]) == "A, B, C et 1 autre"
    assert wording.named(["A", "B", "C", "D", "E"]) == "A, B, C et 2 autres"
