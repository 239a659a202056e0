import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape

from alliage.directory import services
from alliage.directory.enums import Role, Visibility
from alliage.directory.models import Entry
from alliage.directory.queries import lists
from alliage.directory.registers import entries as registers
from alliage.directory.registry import Nearby, nearby
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, MentionFactory, OrganisationFactory
from alliage.directory.views import lists as views
from alliage.formats.csv import restored
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
FORMATS = ["csv", "json", "geojson", "rss"]


def body(response):
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def names(page):
    return re.findall(r'entry__title"><a href="[^"]+">([^<]+)<', page)


@pytest.fixture
def lille(db):
    return TerritoryFactory(code="59350", name="Lille", latitude=50.6, longitude=3.06, precision="exact")


def many(count, territory):
    category = TermFactory(code="fondation", label="Fondation")
    for rank in range(count):
        organisation = OrganisationFactory(
            category=category if rank % 2 else None, territory=territory if rank % 3 else None
        )
        MentionFactory(organisation=organisation, sequence=rank % 4 + 1)


def test_the_directory_lists_organisations_in_alphabetical_order_with_their_reason(client):
    MentionFactory(organisation__name="La Fonda", role=Role.CROSSED, sequence=1, title="Les Alliances")
    OrganisationFactory(name="Écosystème")
    page = body(client.get("/annuaire/"))
    assert names(page) == ["Écosystème", "La Fonda"]
    assert "Rencontre de 2020, séquence 1, Les Alliances\u00a0: regards croisés" in page
    assert "Lieu non précisé" in page


def sql_of(client, path, connection, capture):
    client.get(path)
    with capture(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_lists_cost_at_most_six_queries_the_same_at_10_and_at_200_records(client, lille):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    paths = [
        "/annuaire/",
        "/annuaire/?categorie=fondation&q=organisation&sequence=2",
        "/annuaire/?territoire=commune:59350",
    ]
    many(10, lille)
    few = [sql_of(client, path, connection, CaptureQueriesContext) for path in paths]
    category = Entry.objects.first().category
    Entry.objects.bulk_create(OrganisationFactory.build(category=category, territory=lille) for _ in range(190))
    services.rebuilt()
    assert max(few) <= 6
    assert [sql_of(client, path, connection, CaptureQueriesContext) for path in paths] == few


def test_an_empty_result_stays_within_six_queries(client, lille):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    many(3, lille)
    path = "/annuaire/?territoire=commune:59350&categorie=fondation&q=rien&sequence=9"
    assert sql_of(client, path, connection, CaptureQueriesContext) <= 6


def test_a_detail_costs_at_most_six_queries(client, lille):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    many(12, lille)
    slug = Entry.objects.last().slug
    assert sql_of(client, f"/annuaire/organisations/{slug}/", connection, CaptureQueriesContext) <= 6


def test_a_list_stays_light(client, lille):
    many(30, lille)
    page = re.sub(r"<svg.*?</svg>", "", body(client.get("/annuaire/")), flags=re.DOTALL)
    assert len(re.findall(r"<[a-z]", page)) <= 800


def test_pages_follow_one_another_and_keep_the_filters(client):
    for _ in range(30):
        OrganisationFactory()
    first = body(client.get("/annuaire/?q=organisation"))
    assert len(names(first)) == 24
    assert "?q=organisation&amp;page=2" in first
    assert len(names(body(client.get("/annuaire/?q=organisation&page=2")))) == 6
    assert len(names(body(client.get("/annuaire/?page=zzz")))) == 24


def test_a_filter_in_force_is_a_removable_chip(client, lille):
    OrganisationFactory(name="Fondation de Lille", territory=lille)
    page = body(client.get("/annuaire/?q=fondation&territoire=commune:59350"))
    assert 'class="chip" href="/annuaire/?territoire=commune:59350"' in page
    assert 'class="chip" href="/annuaire/?q=fondation"' in page
    assert 'name="robots" content="noindex,follow"' in page


def test_facets_show_their_counts(client):
    TermFactory(code="fondation", label="Fondation")
    MentionFactory(
        organisation__category=TermFactory(code="association", label="Association"), title="Les élus", sequence=2
    )
    page = body(client.get("/annuaire/?categorie=fondation"))
    assert '<option value="association">Association (1)</option>' in page
    assert '<option value="fondation" selected>Fondation (0)</option>' in page
    assert "2. Les élus (1)" in body(client.get("/annuaire/"))
    assert "9. Séquence 9 (0)" in body(client.get("/annuaire/?sequence=9"))


def test_an_empty_result_offers_a_way_out(client, lille):
    OrganisationFactory(name="Ailleurs")
    page = body(client.get("/annuaire/?q=ailleurs&territoire=commune:59350"))
    assert "Aucune fiche ne répond à tous ces filtres" in page
    assert '<a href="/annuaire/?q=ailleurs">retirer le filtre Lille</a>' in page
    hopeless = body(client.get("/annuaire/?q=zzz"))
    assert "retirer le filtre «\u00a0zzz\u00a0»" in hopeless
    Entry.objects.all().delete()
    services.rebuilt()
    assert "Retirer tous les filtres" in body(client.get("/annuaire/?q=zzz"))
    assert "L’annuaire est encore vide" in body(client.get("/annuaire/"))


def test_a_place_can_be_widened(client):
    departement = TerritoryFactory(kind="departement", code="59", name="Nord")
    TerritoryFactory(code="59009", name="Villeneuve", departement=departement)
    OrganisationFactory(name="Voisine", territory=TerritoryFactory(code="59350", name="Lille", departement=departement))
    page = body(client.get("/annuaire/?territoire=commune:59009"))
    assert '<a href="/annuaire/?territoire=departement:59">élargir à Nord</a>' in page


def test_a_place_is_found_by_what_was_typed(client, lille):
    assert client.get("/annuaire/?q=&lieu=lille&territoire=")["Location"] == "/annuaire/?territoire=commune:59350"
    assert client.get("/annuaire/?lieu=LILLE&territoire=commune:59350")["Location"].endswith(
        "?territoire=commune:59350"
    )
    assert client.get("/annuaire/?q=a&lieu=&territoire=commune:59350")["Location"] == "/annuaire/?q=a"
    assert client.get("/annuaire/?lieu=&q=&territoire=")["Location"] == "/annuaire/"


def test_what_was_typed_wins_over_the_place_chosen_before(client, lille):
    TerritoryFactory(code="69123", name="Lyon")
    found = client.get("/annuaire/?lieu=lyon&territoire=commune:59350")
    assert found["Location"] == "/annuaire/?territoire=commune:69123"


def test_an_unknown_place_is_told_and_kept_in_the_form(client, lille):
    OrganisationFactory(name="A")
    page = body(client.get("/annuaire/?lieu=xqzw%20vvkj"))
    assert "Nous n’avons pas reconnu\u00a0: xqzw vvkj" in page
    assert 'value="xqzw vvkj"' in page
    assert names(page) == ["A"]


def test_the_map_shows_places_and_the_list_says_the_same(client, lille):
    alone = OrganisationFactory(name="Seule", latitude=48.0, longitude=2.0)
    OrganisationFactory(name="Un", territory=lille)
    OrganisationFactory(name="Deux", territory=lille)
    OrganisationFactory(name="Nulle part")
    page = body(client.get("/annuaire/"))
    assert alone.get_absolute_url() in page
    assert 'aria-label="Lille, 2 fiches' in page
    assert "dont une sans point sur la carte" in page
    assert "<svg viewBox" not in body(client.get("/annuaire/?q=nulle"))


def test_a_mark_of_several_leads_to_the_list_narrowed_to_its_place(client):
    for _ in range(2):
        OrganisationFactory(latitude=48.0, longitude=2.0)
    OrganisationFactory(latitude=43.0, longitude=2.0)
    page = body(client.get("/annuaire/?q=organisation"))
    address = re.search(r'href="([^"]+)" class="map-mark[^>]*aria-label="2 fiches', page)[1].replace("&amp;", "&")
    assert address == "/annuaire/?q=organisation&zone=48,2,48,2#liste"
    assert len(names(body(client.get(address)))) == 2


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_gives_everything_the_filters_keep(client, lille, extension):
    for rank in range(30):
        OrganisationFactory(name=f"Fondation {rank}", territory=lille if rank else None)
    OrganisationFactory(name="Autre")
    OrganisationFactory(name="Fondation cachée", visibility=Visibility.NOBODY)
    text = body(client.get(f"/annuaire.{extension}?q=fondation"))
    counted = {
        "csv": lambda: len(list(csv.DictReader(io.StringIO(text)))),
        "json": lambda: json.loads(text)["count"],
        "geojson": lambda: len(json.loads(text)["features"]),
        "rss": lambda: len(ElementTree.fromstring(text).findall("channel/item")),
    }[extension]
    assert counted() == 30
    assert "cachée" not in text


def test_a_record_says_the_same_in_every_format(client, lille):
    organisation = OrganisationFactory(
        name="Fondation", slug="fondation", other_names="A; B", category=TermFactory(code="fondation", label="Fondation"),
        territory=lille,
    )  # fmt: skip
    MentionFactory(organisation=organisation, sequence=6, quote="mots", is_confirmed=False)
    record = json.loads(body(client.get("/annuaire.json")))["results"][0]
    assert (record["slug"], record["other_names"], record["category"]) == ("fondation", ["A", "B"], "fondation")
    assert (record["territory_code"], record["latitude"], record["sequences"]) == ("59350", 50.6, [6])
    assert record["mentions"][0]["is_confirmed"] is False
    row = next(csv.DictReader(io.StringIO(body(client.get("/annuaire.csv")))))
    assert (row["mentions"], row["sequences"], row["territory_name"]) == ("crossed: mots", "6", "Lille")
    feature = json.loads(body(client.get("/annuaire.geojson")))["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [3.06, 50.6]}


def test_an_organisation_without_a_place_has_no_geometry(client):
    OrganisationFactory(latitude=45.0, longitude=1.0, slug="a")
    OrganisationFactory(slug="b")
    features = json.loads(body(client.get("/annuaire.geojson")))["features"]
    assert {feature["id"]: feature["geometry"] and True for feature in features} == {"a": True, "b": None}
    record = json.loads(body(client.get("/annuaire.json")))["results"][1]
    assert (record["territory_code"], record["category"], record["place_precision"]) == (None, None, None)


def test_the_page_of_an_organisation_quotes_the_document_and_leads_further(client, lille):
    organisation = OrganisationFactory(
        name="Fondation de Lille", slug="fdl", other_names="FDL", territory=lille, presentation="Une note.",
        category=TermFactory(code="fondation", label="Fondation"), category_basis="son nom",
    )  # fmt: skip
    MentionFactory(organisation=organisation, sequence=6, quote="avec la Fondation de Lille")
    MentionFactory(organisation__name="French Impact", organisation__slug="fi", sequence=6)
    page = body(client.get("/annuaire/organisations/fdl/"))
    for expected in (
        "«\u00a0avec la Fondation de Lille\u00a0»", "Une note.", "FDL", "/annuaire/organisations/fi/", "/annuaire/?sequence=6",
        "/territoires/commune/59350/", "son nom", "application/ld+json", "8 juillet 2020",
    ):  # fmt: skip
        assert expected in page
    assert "en cours de confirmation" not in page
    assert "/moderation/" in page


def test_what_is_not_known_is_said(client):
    organisation = OrganisationFactory(slug="x", confirmed_on="2026-01-02")
    MentionFactory(organisation=organisation, is_confirmed=False, sequence=None)
    page = body(client.get("/annuaire/organisations/x/"))
    for expected in ("non précisé par le programme", "en cours de confirmation", "le 2 janvier 2026"):
        assert expected in page


def test_the_data_for_search_engines_cannot_close_its_block(client, lille):
    OrganisationFactory(slug="x", name="</script><b>&", latitude=1.0, longitude=2.0, territory=lille, other_names="y")
    block = re.search(r'ld\+json">(.*?)</script>', body(client.get("/annuaire/organisations/x/")))[1]
    data = json.loads(block)
    assert data["name"] == "</script><b>&"
    assert data["location"]["geo"]["latitude"] == 1.0


def test_the_data_for_search_engines_gives_a_place_without_a_point(client):
    OrganisationFactory(slug="x", territory=TerritoryFactory(name="Loin"))
    block = re.search(r'ld\+json">(.*?)</script>', body(client.get("/annuaire/organisations/x/")))[1]
    assert json.loads(block)["location"] == {"@type": "Place", "name": "Loin"}


@pytest.mark.parametrize(
    ("visibility", "visitor", "signed_in"), [("public", 200, 200), ("members", 404, 200), ("nobody", 404, 404)]
)
def test_who_may_read_an_organisation(client, member, visibility, visitor, signed_in):
    OrganisationFactory(slug="x", visibility=visibility)
    assert client.get("/annuaire/organisations/x/").status_code == visitor
    client.force_login(member)
    assert client.get("/annuaire/organisations/x/").status_code == signed_in


def test_exports_hold_only_what_everyone_may_read(client, member):
    OrganisationFactory(name="Membres", visibility=Visibility.MEMBERS)
    client.force_login(member)
    assert names(body(client.get("/annuaire/"))) == ["Membres"]
    assert json.loads(body(client.get("/annuaire.json")))["count"] == 0


def whole(client, query):
    """The records of the page, whatever the number of its pages: (path, name) in order."""
    found, number = [], 1
    while True:
        page = body(client.get(f"/annuaire/?{query}&page={number}"))
        found += re.findall(r'entry__title"><a href="([^"]+)">([^<]+)<', page)
        if 'rel="next"' not in page:
            return found
        number += 1


def cell_of(value):
    """A value of JSON as CSV writes it, but for what is written in a way of its own."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


IN_A_CELL = {
    "other_names": "; ".join, "areas": "; ".join,
    "area_names": "; ".join,
    **dict.fromkeys(("metiers", "missions", "leviers", "odd"), " ".join),
    "links": lambda links: " | ".join(f"{link['label']}: {link['url']}" for link in links),
    **dict.fromkeys(("organisations", "people"), lambda found: "; ".join(f"{each['slug']} ({each['role']})" if each["role"] else each["slug"] for each in found)),
    "sequences": lambda numbers: " ".join(map(str, numbers)),
    "mentions": lambda found: " | ".join(f"{each['role']}: {each['quote']}" for each in found),
}  # fmt: skip


def test_the_page_and_its_three_files_agree_record_for_record(client):
    """`/annuaire/?metier=lieu&territoire=departement:974`: the same records, in the same order, with the same values."""
    call_command("load_taxonomy", verbosity=0)
    lieu, dialogue = (Term.objects.get(vocabulary="metiers", code=code) for code in ("lieu", "dialogue"))
    reunion = TerritoryFactory(kind="departement", code="974", name="La Réunion", latitude=-21.1, longitude=55.5)
    denis = TerritoryFactory(
        code="97411", name="Saint-Denis", departement=reunion, latitude=-20.88, longitude=55.45, precision="exact"
    )
    loire = TerritoryFactory(kind="departement", code="42", name="Loire")
    group = OrganisationFactory(
        name="La Case",
        territory=denis,
        terms=[lieu],
        other_names="Kaz; =1+1",
        links=[{"label": "Blog", "url": "https://a.fr"}],
    )
    for rank in range(30):
        factory = CatalystFactory if rank % 2 else OrganisationFactory
        entry = factory(
            name=f"Élan {rank:02d}; « + »", terms=[lieu, dialogue][: 1 + rank % 2], areas=[(reunion, denis)[rank % 2]],
            territory=denis if rank % 3 else None, latitude=-21.0 if rank % 5 == 1 else None, longitude=55.3 if rank % 5 == 1 else None,
            is_national=rank % 7 == 0, phone="0262000000", phone_visibility=("public", "nobody")[rank % 2],
            presentation="=SOMME(A1)\nDeux", cross_border="-Maurice" if rank % 4 == 0 else "", confirmed_on="2026-01-02" if rank % 6 == 0 else None,
        )  # fmt: skip
        if rank % 2:
            MembershipFactory(person=entry, group=group, role="trésor" if rank % 3 else "")
    OrganisationFactory(name="Ailleurs", areas=[loire], terms=[lieu])
    OrganisationFactory(name="Autre métier", areas=[reunion], terms=[dialogue])
    CatalystFactory(name="Cachée", areas=[reunion], terms=[lieu], visibility=Visibility.MEMBERS)
    services.rebuilt()
    query = "metier=lieu&territoire=departement:974"
    records = json.loads(body(client.get(f"/annuaire.json?{query}")))
    rows = list(csv.DictReader(io.StringIO(body(client.get(f"/annuaire.csv?{query}")), newline="")))
    features = json.loads(body(client.get(f"/annuaire.geojson?{query}")))["features"]
    results = records["results"]
    listed = [(f"/annuaire/{each['url'].split('/annuaire/')[1]}", each["name"]) for each in results]
    assert len(results) == records["count"] == 31
    assert whole(client, query) == [(path, escape(name)) for path, name in listed]
    assert "31" in body(client.get(f"/annuaire/?{query}"))
    assert [feature["properties"] for feature in features] == results
    assert [feature["id"] for feature in features] == [each["slug"] for each in results]
    for feature, each in zip(features, results, strict=True):
        point = None if each["latitude"] is None else [each["longitude"], each["latitude"]]
        assert (feature["geometry"] and feature["geometry"]["coordinates"]) == point
    for row, each in zip(rows, results, strict=True):
        assert {name: restored(text) for name, text in row.items()} == {
            name: IN_A_CELL.get(name, cell_of)(value) for name, value in each.items()
        }


@pytest.mark.parametrize("path", ["/annuaire.xls", "/annuaire/organisations/inconnue/"])
def test_an_unknown_address_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%", "categorie='", "territoire=:", "territoire=commune:" + "9" * 500, "sequence=-1", "page=-3"],
)
def test_bad_input_is_not_an_error(client, query):
    for path in ("/annuaire/", *(f"/annuaire.{extension}" for extension in FORMATS)):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 200
        body(response)


def test_what_is_in_the_address_is_shown_as_text(client):
    assert "<script>alert" not in body(
        client.get("/annuaire/?q=<script>alert(1)</script>&lieu=<script>alert(2)</script>")
    )


def test_the_page_of_a_territory_shows_its_organisations(lille, rf):
    call_command("load_taxonomy", verbosity=0)
    assert registers.entries_of(lille, rf.get("/")) is None
    for rank in range(6):
        OrganisationFactory(name=f"Entry {rank}", territory=lille)
    CatalystFactory(name="Anne", areas=[lille])
    CatalystFactory(name="Partout", is_national=True)
    section = registers.entries_of(lille, rf.get("/"))
    assert [each["line"].name for each in section.context["lines"]] == ["Anne", *(f"Entry {rank}" for rank in range(4))]
    assert section.context["lines"][0]["reason"] == "Agit à Lille"
    assert section.context["more"] == 2
    assert section.context["url"] == "/annuaire/?territoire=commune:59350"


def test_a_category_leads_to_its_organisations():
    assert registers.address_of_category(TermFactory.build(code="fondation")) == "/annuaire/?categorie=fondation"


def test_what_a_member_said_of_the_lists_goes_with_their_account(member):
    from django.utils import timezone

    from alliage.taxonomy import services
    from alliage.taxonomy.tests.factories import NetworkListFactory

    services.comment(NetworkListFactory(), text="Oui", by=member, now=timezone.now())
    assert [said["text"] for said in registers.comments_of(member)] == ["Oui"]
    registers.erase_comments_of(member)
    assert taxonomy.comments_by(member.pk) == []


def test_maps_are_drawn_once_and_kept_in_a_bounded_memory(client, lille, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(views, "MOST_KEPT", 1)
    OrganisationFactory(territory=lille, name="Un")
    client.get("/annuaire/")
    client.get("/annuaire/?q=un")
    assert len(views._drawn) == 1
    client.get("/annuaire/?q=un")
    with django_assert_num_queries(1):  # the edition: everything else is in memory
        client.get("/annuaire/?q=un")
    OrganisationFactory(territory=lille, name="Un autre")
    assert "Lille, 2 fiches" in body(client.get("/annuaire/?q=un"))


def test_lines_are_read_once_for_a_state_of_the_directory_and_kept_in_a_bounded_memory(client, lille, monkeypatch):
    monkeypatch.setattr(lists, "LINES_KEPT", 2)
    one = OrganisationFactory(territory=lille, name="Un")
    for name in ("Deux", "Trois"):
        OrganisationFactory(territory=lille, name=name)
    assert names(body(client.get("/annuaire/?q=un"))) == ["Un"]
    assert len(names(body(client.get("/annuaire/")))) == 3
    assert len(names(body(client.get("/annuaire/?q=deux")))) == 1
    one.name = "Une autre"
    services.save(one, now=timezone.now())
    assert names(body(client.get("/annuaire/?q=une"))) == ["Une autre"]


def test_missions_are_folded_below_the_metiers_until_one_is_chosen(client):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Lieu")
    lab = TermFactory(
        vocabulary=Vocabulary.MISSIONS, code="lieu-fablab", label="Un atelier de fabrication", parent=metier
    )
    CatalystFactory(name="Un", terms=[lab])
    CatalystFactory(name="Deux", terms=[metier])
    page = body(client.get("/annuaire/"))
    assert '<details class="facet"><summary>Missions de ces métiers</summary>' in page
    assert 'value="lieu-fablab">Un atelier de fabrication <span class="count">1</span>' in page
    page = body(client.get("/annuaire/?mission=lieu-fablab&mission=inconnue"))
    assert names(page) == ["Un"]
    assert '<details class="facet" open>' in page
    assert 'value="lieu-fablab" checked>' in page
    assert "reconnu" in page
    assert "inconnue" in page
    assert "<title>Annuaire, Un atelier de fabrication" in page


def test_each_thing_names_itself():
    mention = MentionFactory(organisation__name="RNMA", title="Débat")
    assert str(mention.organisation) == "RNMA"
    assert str(mention) == f"{mention.organisation_id} – Débat"


def test_a_territory_is_offered_and_never_applied_in_silence(client, lille, monkeypatch):
    OrganisationFactory(name="Ailleurs")
    assert "votre territoire" not in body(client.get("/annuaire/"))
    mine = Nearby("essai", lambda _request: lille)
    monkeypatch.setattr(nearby, "_items", {mine.code: mine})
    page = body(client.get("/annuaire/?q=ailleurs"))
    assert names(page) == ["Ailleurs"]
    assert (
        '<a href="/annuaire/?q=ailleurs&amp;territoire=commune:59350">Voir qui agit à Lille</a> (aucune fiche) ' in page
    )
    assert "votre territoire" not in body(client.get("/annuaire/?territoire=commune:59350"))
    OrganisationFactory(name="Ailleurs aussi", areas=[lille])
    assert "Voir qui agit à Lille</a> (1 fiche) " in body(client.get("/annuaire/?q=ailleurs"))


def test_the_title_of_a_sequence_comes_from_what_anyone_may_read(client):
    MentionFactory(sequence=1, title="Les Alliances")
    MentionFactory(sequence=1, title="Un secret", organisation__is_hidden=True)
    page = body(client.get("/annuaire/"))
    assert "1. Les Alliances (1)" in page
    assert "Un secret" not in page


def test_groups_stand_beside_people_as_when_they_are_prefetched(django_assert_num_queries):
    first, second, alone = CatalystFactory(), CatalystFactory(), CatalystFactory()
    for rank, person in enumerate((second, first, second)):
        MembershipFactory(person=person, group=OrganisationFactory(name=f"Groupe {rank}"), position=3 - rank)
    people = list(Entry.objects.filter(pk__in=[first.pk, second.pk, alone.pk]).order_by("pk"))
    with django_assert_num_queries(1):
        lists.place_groups(people)
        said = [[each.group.name for each in person.memberships.all()] for person in people]
    assert said == [["Groupe 1"], ["Groupe 2", "Groupe 0"], []]
    with django_assert_num_queries(0):
        lists.place_groups([])
