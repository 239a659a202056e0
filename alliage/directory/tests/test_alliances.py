"""Alliances: one side declares, the other confirms; nobody else sees what is not confirmed."""

import csv
import io
import json

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import graph
from alliage.directory.enums import AllianceState, Visibility
from alliage.directory.models import Alliance, Edition
from alliage.directory.queries import alliances as reads
from alliage.directory.services import alliances as services
from alliage.directory.services.alliances import AllianceRefusal, Said
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    OrganisationFactory,
    TeamFactory,
)
from alliage.directory.views import alliances as views
from alliage.imports.tables import read_table
from alliage.notifications.models import Notification
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.snapshot import forget
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def said(**values):
    return Said(**{"subject": "Un atelier partagé", "since": 2019} | values)


@pytest.fixture
def sides():
    """An organisation held by one member, another that a member edits through her own entry."""
    mine = OrganisationFactory(name="La Grange", owner=MemberFactory())
    other = OrganisationFactory(name="Le Pont")
    editor = MemberFactory()
    MembershipFactory(group=other, person=CatalystFactory(owner=editor), is_editor=True)
    return mine, other, editor


def declared(sides, **values):
    mine, other, _editor = sides
    return services.declare_alliance(mine, other, said(**values), by=mine.owner, now=timezone.now())


def data(client, url):
    return json.loads(client.get(url).getvalue())


# --- Services ------------------------------------------------------------------------------------------------------


def test_the_other_side_is_asked_and_confirms(sides):
    _mine, _other, editor = sides
    alliance = declared(sides)
    assert alliance.state == AllianceState.DECLARED
    assert Notification.objects.filter(person=editor).count() == 1
    services.confirm_alliance(alliance, by=editor, now=timezone.now())
    assert list(reads.visible_alliances()) == [alliance]


def test_an_alliance_is_written_once_whatever_the_order(sides):
    mine, other, editor = sides
    declared(sides)
    with pytest.raises(AllianceRefusal, match="déjà dans l’annuaire"):
        services.declare_alliance(other, mine, said(), by=editor, now=timezone.now())


def test_people_and_oneself_are_no_sides(sides):
    mine, _other, _editor = sides
    with pytest.raises(AllianceRefusal, match="pas une personne"):
        services.declare_alliance(mine, CatalystFactory(), said(), by=mine.owner, now=timezone.now())
    with pytest.raises(AllianceRefusal, match="une autre organisation"):
        services.declare_alliance(mine, mine, said(), by=mine.owner, now=timezone.now())


def test_years_go_forwards(sides):
    with pytest.raises(AllianceRefusal, match="vérifiez les deux dates"):
        declared(sides, until=2018)


def test_an_answer_is_given_once(sides):
    alliance, twin = declared(sides), Alliance.objects.get()
    services.confirm_alliance(alliance, by=None, now=timezone.now())
    for late in (alliance, twin):
        with pytest.raises(AllianceRefusal, match="déjà reçu une réponse"):
            services.confirm_alliance(late, by=None, now=timezone.now())


def test_an_alliance_confirmed_may_be_ended_by_one_side(sides):
    alliance = declared(sides)
    services.confirm_alliance(alliance, by=None, now=timezone.now())
    services.refuse_alliance(alliance, by=None, now=timezone.now())
    assert not reads.visible_alliances().exists()
    assert Alliance.objects.get().confirmed_at is None


def test_another_subject_must_be_confirmed_again_another_outcome_need_not(sides):
    mine, _other, editor = sides
    alliance = declared(sides)
    services.confirm_alliance(alliance, by=None, now=timezone.now())
    services.edit_alliance(alliance, said(outcome="Dix emplois."), by=mine.owner, now=timezone.now())
    assert reads.visible_alliances().get().outcome == "Dix emplois."
    services.edit_alliance(alliance, said(subject="Autre chose"), by=mine.owner, now=timezone.now())
    assert not reads.visible_alliances().exists()
    assert Notification.objects.filter(person=editor).exists()


@pytest.mark.parametrize("answered", [services.confirm_alliance, services.refuse_alliance, None])
def test_nobody_confirms_her_own_words(sides, answered):
    """The other side that rewrites an alliance becomes the one that declares: the first must recognise it."""
    mine, other, editor = sides
    alliance = declared(sides)
    if answered:
        answered(alliance, by=editor, now=timezone.now())
    services.edit_alliance(alliance, said(subject="Autre chose"), by=editor, now=timezone.now(), side=other)
    alliance.refresh_from_db()
    assert (alliance.state, alliance.declared_for) == (AllianceState.DECLARED, other)
    assert Notification.objects.filter(person=mine.owner).count() == 1
    assert reads.waiting_for(mine.owner) == [alliance]
    assert reads.waiting_for(editor) == []


def test_what_one_writes_does_not_undo_an_answer_given_meanwhile(sides):
    mine, _other, editor = sides
    alliance = declared(sides)
    services.confirm_alliance(Alliance.objects.get(), by=editor, now=timezone.now())
    services.edit_alliance(alliance, said(outcome="Dix emplois."), by=mine.owner, now=timezone.now(), side=mine)
    assert reads.visible_alliances().get().outcome == "Dix emplois."


def test_the_same_declaration_sent_twice_is_taken_once(sides):
    assert declared(sides) == declared(sides)
    with pytest.raises(AllianceRefusal, match="déjà dans l’annuaire"):
        declared(sides, outcome="Autre chose.")


def test_every_write_is_a_change_of_the_directory(sides):
    alliance = declared(sides)
    before = Edition.objects.get().number
    services.confirm_alliance(alliance, by=None, now=timezone.now())
    services.delete_alliance(alliance, by=None, now=timezone.now())
    assert Edition.objects.get().number == before + 2
    assert not Alliance.objects.exists()


def test_hidden_by_moderation_it_is_seen_by_nobody_then_again():
    alliance = AllianceFactory()
    before = Edition.objects.get().number
    services.hide_alliance(alliance, by=None, now=timezone.now())
    assert not reads.visible_alliances().exists()
    assert Edition.objects.get().number > before  # what is kept of the directory is read again: letters forget it too
    services.restore_alliance(alliance, by=None, now=timezone.now())
    assert reads.visible_alliances().exists()


def test_the_database_refuses_what_makes_no_sense():
    one, two = OrganisationFactory(), OrganisationFactory()
    for values in (
        {"first": two, "second": one},
        {"until": 2000},
        {"since": 12},
        {"subject": ""},
        {"state": "peut-être"},
        {"state": AllianceState.CONFIRMED, "confirmed_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AllianceFactory(**{"first": one, "second": two, "as_given": True} | values)
    AllianceFactory(first=one, second=two, subject="Fois")
    with pytest.raises(IntegrityError), transaction.atomic():
        AllianceFactory(first=one, second=two, subject="Fois")


# --- Reads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["first", "second"])
def test_an_alliance_is_no_more_visible_than_its_sides(side, client, member):
    AllianceFactory(**{side: OrganisationFactory(visibility=Visibility.MEMBERS)})
    AllianceFactory(**{side: OrganisationFactory(is_hidden=True)})
    AllianceFactory(**{side: OrganisationFactory(visibility=Visibility.NOBODY)})
    assert data(client, "/annuaire/alliances.json")["count"] == 0
    assert "Atelier partagé" not in client.get("/annuaire/alliances/").text
    client.force_login(member)
    assert client.get("/annuaire/alliances/").text.count("Atelier partagé") == 1


def test_filters_narrow_the_page_and_every_export_alike(client):
    odd, kind = TermFactory(vocabulary=Vocabulary.ODD, code="11"), TermFactory(vocabulary=Vocabulary.PARTNERSHIPS)
    loire = TerritoryFactory(kind="departement", code="42", name="Loire")
    town = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne", departement=loire)
    found = AllianceFactory(partnership=kind, territory=town, subject="Jardin")
    found.goals.add(odd)
    AllianceFactory(subject="Autre")
    for query in (f"partenariat={kind.code}", "odd=11", "territoire=departement:42", "territoire=commune:42218",
                  f"organisation={found.first.slug}"):  # fmt: skip
        page = client.get(f"/annuaire/alliances/?{query}").text
        assert "Jardin" in page, query
        assert "Autre" not in page, query
        rows = data(client, f"/annuaire/alliances.json?{query}")
        assert [row["subject"] for row in rows["results"]] == ["Jardin"], query
        table = list(csv.DictReader(io.StringIO(client.get(f"/annuaire/alliances.csv?{query}").getvalue().decode())))
        assert [row["id"] for row in table] == [str(found.pk)], query
        book = read_table(io.BytesIO(client.get(f"/annuaire/alliances.xlsx?{query}").getvalue()))
        assert [row.values["id"] for row in book.rows] == [str(found.pk)], query
        assert client.get(f"/annuaire/alliances.rss?{query}").getvalue().count(b"<item>") == 1, query


def test_a_filter_that_names_nothing_is_said(client):
    AllianceFactory()
    page = client.get("/annuaire/alliances/?odd=99").text
    assert "Nous n’avons pas reconnu" in page
    assert "Atelier partagé" in page


def test_a_custom_territory_holds_the_alliances_of_its_communes(client):
    town = TerritoryFactory(kind="commune", code="42218")
    custom = TerritoryFactory(kind="perso", code="pays")
    custom.communes.add(town)
    AllianceFactory(territory=town)
    assert data(client, "/annuaire/alliances.json?territoire=perso:pays")["count"] == 1


def test_what_is_typed_for_a_place_leads_to_its_address(client):
    TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    assert client.get("/annuaire/alliances/?lieu=saint+etienne")["Location"].endswith("territoire=commune:42218")
    assert "Nous n’avons pas reconnu" in client.get("/annuaire/alliances/?lieu=zzzzqq").text
    assert client.get("/annuaire/alliances/?lieu=")["Location"] == "/annuaire/alliances/"


def test_the_list_asks_as_many_questions_for_ten_as_for_two(client, django_assert_max_num_queries):
    AllianceFactory.create_batch(10)
    client.get("/annuaire/alliances/")
    with django_assert_max_num_queries(6):
        client.get("/annuaire/alliances/")


# --- The drawing ---------------------------------------------------------------------------------------------------


def test_the_way_of_seeing_is_kept_when_filters_change(client):
    AllianceFactory(territory=TerritoryFactory(kind="departement", code="42", name="Loire"))
    forget()
    answer = client.get("/annuaire/alliances/?lieu=Loire&vue=graphe")
    assert answer["Location"] == "/annuaire/alliances/?territoire=departement:42&vue=graphe"
    assert '"/annuaire/alliances/?vue=graphe"' in client.get(answer["Location"]).text


def test_an_unknown_way_of_seeing_is_the_list(client):
    alliance = AllianceFactory(subject="Un verger")
    assert alliance.get_absolute_url() in client.get("/annuaire/alliances/?vue=xyz").text


def test_a_long_timeline_says_that_it_is_cut(client, monkeypatch):
    monkeypatch.setattr(views, "MOST_EVENTS", 1)
    AllianceFactory()
    assert "les plus récentes" not in client.get("/annuaire/alliances/?vue=frise").text
    AllianceFactory()
    assert "les plus récentes" in client.get("/annuaire/alliances/?vue=frise").text


def test_the_drawing_shows_each_organisation_once_within_its_frame():
    hub = OrganisationFactory(name="Le Pont, un nom vraiment trop long pour tenir")
    for _rank in range(4):
        AllianceFactory(first=hub)
    AllianceFactory()
    drawing = graph.draw(reads.network(reads.visible_alliances(), most=100))
    assert len(drawing.nodes) == 7
    assert len(drawing.lines) == 5
    assert drawing.by_count[0].count == 4
    assert all(0 < node.x < graph.WIDTH and 0 < node.y < graph.HEIGHT for node in drawing.nodes)
    assert drawing == graph.draw(reads.network(reads.visible_alliances(), most=100))


def test_a_large_network_is_drawn_by_its_best_linked_organisations():
    hub = OrganisationFactory()
    AllianceFactory(first=hub)
    AllianceFactory(first=hub)
    AllianceFactory()
    found = reads.network(reads.visible_alliances(), most=2)
    assert hub.pk in found.names
    assert len(found.names) == 2
    assert found.left_out == 3


def test_the_drawing_is_made_once_until_an_alliance_changes(client, monkeypatch):
    made, draw = [], graph.draw
    monkeypatch.setattr(graph, "draw", lambda found: made.append(1) or draw(found))
    alliance = AllianceFactory()
    services.restore_alliance(alliance, by=None, now=timezone.now())
    for _again in range(2):
        assert alliance.first.name in client.get("/annuaire/alliances/?vue=graphe").text
    assert len(made) == 1
    AllianceFactory()
    services.hide_alliance(alliance, by=None, now=timezone.now())
    assert alliance.first.name not in client.get("/annuaire/alliances/?vue=graphe").text
    assert len(made) == 2


def test_nothing_to_draw_is_said(client):
    assert graph.draw(reads.network(reads.visible_alliances(), most=10)) is None
    assert "Aucune alliance" in client.get("/annuaire/alliances/?vue=graphe").text


@pytest.mark.parametrize("view", ["liste", "frise", "graphe"])
def test_every_view_shows_the_same_alliances(client, view):
    alliance = AllianceFactory(since=2015, until=2018, first=OrganisationFactory(name="Le Moulin"))
    AllianceFactory(since=2017, until=2017)
    page = client.get(f"/annuaire/alliances/?vue={view}").text
    assert "Le Moulin" in page
    if view != "graphe":
        assert alliance.subject in page
        assert "de 2015 à 2018" in page
        assert "en 2017" in page


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_what_is_not_confirmed_is_for_its_two_sides_and_the_animators(client, sides):
    mine, _other, editor = sides
    alliance = declared(sides)
    url = alliance.get_absolute_url()
    assert client.get(url).status_code == 404
    for user, status in (
        (MemberFactory(), 404),
        (editor, 200),
        (mine.owner, 200),
        (MemberFactory(role=Role.ANIMATOR), 200),
    ):
        client.force_login(user)
        assert client.get(url).status_code == status


def form_values(sides, **values):
    mine, other, _editor = sides
    return {
        "mine": mine.slug, "other": other.name, "subject": "Un jardin", "since": 2020, "until": "", "partnership": "",
        "place": "", "outcome": "",
    } | values  # fmt: skip


def test_a_member_declares_an_alliance_of_her_organisation(client, sides, django_capture_on_commit_callbacks):
    mine, other, _editor = sides
    TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne")
    client.force_login(mine.owner)
    assert other.name in client.get(f"/annuaire/alliances/declarer/?avec={other.slug}").text
    answer = client.post("/annuaire/alliances/declarer/", form_values(sides, place="saint etienne"))
    alliance = Alliance.objects.get()
    assert answer["Location"] == alliance.get_absolute_url()
    assert alliance.territory.code == "42218"
    assert not mail.outbox


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("other", "Inconnue", "Aucune organisation"),
        ("other", "La Grange", "une autre organisation"),
        ("place", "zzzzqq", "ne connaissons pas ce territoire"),
        ("until", "1990", "vérifiez les deux dates"),
    ],
)
def test_a_refused_form_comes_back_filled(client, sides, field, typed, words):
    client.force_login(sides[0].owner)
    page = client.post("/annuaire/alliances/declarer/", form_values(sides, **{field: typed})).text
    assert words in page
    assert "Un jardin" in page
    assert not Alliance.objects.exists()


def test_two_entries_of_one_name_must_be_told_apart(client, sides):
    mine, other, _editor = sides
    twin = OrganisationFactory(name=other.name, slug="jumelle")
    client.force_login(mine.owner)
    assert "Plusieurs fiches" in client.post("/annuaire/alliances/declarer/", form_values(sides)).text
    client.post("/annuaire/alliances/declarer/", form_values(sides, other="jumelle"))
    assert Alliance.objects.get().other_side(mine.pk) == twin


def test_one_who_holds_no_organisation_is_told_what_to_do(client):
    client.force_login(MemberFactory())
    assert "Trouver mon organisation" in client.get("/annuaire/alliances/declarer/").text


def test_only_the_other_side_or_an_animator_answers(client, sides):
    mine, _other, editor = sides
    alliance = declared(sides)
    url = f"/annuaire/alliances/{alliance.pk}/repondre/"
    client.force_login(mine.owner)
    assert client.post(url, {"act": "confirm"}).status_code == 403
    client.force_login(editor)
    client.post(url, {"act": "confirm"})
    assert Alliance.objects.get().state == AllianceState.CONFIRMED
    assert "déjà reçu une réponse" in client.post(url, {"act": "confirm"}, follow=True).text
    client.post(url, {"act": "refuse"})
    assert Alliance.objects.get().state == AllianceState.REFUSED
    assert client.post(url, {"act": "autre"})["Location"] == alliance.get_absolute_url()
    client.force_login(mine.owner)
    assert client.post(url, {"act": "delete"})["Location"] == "/annuaire/alliances/"


def test_a_side_edits_and_a_stranger_does_not(client, sides):
    mine, _other, editor = sides
    alliance = declared(sides, territory=TerritoryFactory(name="Saint-Étienne"))
    services.confirm_alliance(alliance, by=editor, now=timezone.now())
    url = f"/annuaire/alliances/{alliance.pk}/modifier/"
    client.force_login(MemberFactory())
    assert client.get(url).status_code == 403
    client.force_login(editor)
    assert alliance.subject in client.get(url).text
    client.post(url, form_values(sides, subject=alliance.subject, place="Saint-Étienne", outcome="Beaucoup."))
    alliance.refresh_from_db()
    assert (alliance.outcome, alliance.territory.name) == ("Beaucoup.", "Saint-Étienne")
    AllianceFactory(first=alliance.first, second=alliance.second, subject="Prise")
    assert "déjà dans l’annuaire" in client.post(url, form_values(sides, subject="Prise")).text
    assert mine.name in client.get(alliance.get_absolute_url()).text


def test_what_waits_for_a_member_is_what_others_declared_with_her_organisations(sides):
    mine, _other, editor = sides
    alliance = declared(sides)
    assert reads.waiting_for(editor) == [alliance]
    assert reads.waiting_for(mine.owner) == []
    assert reads.waiting_for(MemberFactory()) == []


def test_an_organisation_shows_its_alliances(client):
    alliance = AllianceFactory(subject="Le jardin")
    team = AllianceFactory(first=TeamFactory(), subject="La veille")
    assert "Le jardin" in client.get(alliance.second.get_absolute_url()).text
    assert "La veille" in client.get(team.first.get_absolute_url()).text
