"""Frames on other sites and oEmbed: what they show, to whose pages, how they are counted, and that nothing private is in them."""

import json
import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import embeds
from alliage.directory.enums import AllianceState, HostState, NeedState, Visibility
from alliage.directory.models import EmbedCount, EmbedHost
from alliage.directory.queries import embeds as reads
from alliage.directory.registry import embeddables
from alliage.directory.services import embeds as services
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, NeedFactory, OrganisationFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TODAY = date(2026, 11, 26)
TOWN, STRANGER = "https://www.mairie.exemple.fr/vie-associative/", "https://inconnu.exemple.net/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db, animator) -> EmbedHost:
    """A site that may."""
    return services.allow("www.mairie.exemple.fr", with_subdomains=False, by=animator, now=NOW)


@pytest.fixture
def commune(db):
    return TerritoryFactory(
        kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", latitude=45.43, longitude=4.39, precision="exact"
    )


def framed(client, path: str, referer: str = ""):
    return client.get(path, **({"HTTP_REFERER": referer} if referer else {}))


def ancestors(answer) -> list[str]:
    policy = answer["Content-Security-Policy"]
    return re.search(r"frame-ancestors ([^;]*)", policy)[1].split()


# --- Which site may show a frame -----------------------------------------------------------------------------------


def test_a_listed_site_shows_the_frame_and_only_it_may(client, town):
    entry = CatalystFactory(name="Awa Diop", presentation="Relie les gens.")
    answer = framed(client, f"/integrer/fiche/{entry.slug}/", TOWN)
    assert "Relie les gens." in answer.text
    assert ancestors(answer) == ["'self'", "www.mairie.exemple.fr"]
    assert "X-Frame-Options" not in answer


def test_an_unknown_site_gets_a_card_with_a_link_and_nothing_more(client, town):
    entry = CatalystFactory(name="Awa Diop", presentation="Relie les gens.")
    answer = framed(client, f"/integrer/fiche/{entry.slug}/", STRANGER)
    assert answer.status_code == 200
    assert "Lire sur Alliage" in answer.text
    assert entry.get_absolute_url() in answer.text
    assert "Relie les gens." not in answer.text
    assert ancestors(answer) == ["*"]
    assert not EmbedCount.objects.exists()


def test_without_referer_only_listed_sites_may_frame(client, town, settings):
    settings.DEMO = False
    EmbedHost.objects.create(host="refuse.exemple.fr", state=HostState.REFUSED, asked_at=NOW, decided_at=NOW)
    EmbedHost.objects.create(host="attend.exemple.fr", asked_at=NOW)
    answer = framed(client, "/integrer/liste/")
    assert ancestors(answer) == ["'self'", "www.mairie.exemple.fr"]
    assert not EmbedCount.objects.exists()


def test_our_own_pages_frame_the_preview_and_are_not_counted(client, town, settings):
    answer = framed(client, "/integrer/liste/", f"{settings.ORIGIN}/integrer/")
    assert ancestors(answer) == ["'self'"]
    settings.DEMO = False
    assert ancestors(framed(client, "/integrer/liste/", f"{settings.ORIGIN}.exemple.net/")) == ["*"]
    assert not EmbedCount.objects.exists()


def test_this_machine_may_in_demonstration_only(client, settings):
    settings.DEMO, settings.ORIGIN = True, "http://localhost:8000"
    answer = framed(client, "/integrer/liste/", "http://localhost:9999/")
    assert ancestors(answer) == ["'self'", "http://localhost:*", "http://127.0.0.1:*"]
    settings.DEMO = False
    assert ancestors(framed(client, "/integrer/liste/", "http://localhost:9999/")) == ["*"]
    assert EmbedCount.objects.get().host == "localhost"


def test_subdomains_may_when_the_animators_say_so(client, animator):
    row = services.allow("exemple.fr", with_subdomains=True, by=animator, now=NOW)
    for referer in ("https://exemple.fr/", "https://a.b.exemple.fr/"):
        assert ancestors(framed(client, "/integrer/liste/", referer)) == ["'self'", "exemple.fr", "*.exemple.fr"]
    for referer in ("https://mauvais-exemple.fr/", "https://exemple.fr.mechant.net/", "http://[::1/"):
        assert "*.exemple.fr" not in ancestors(framed(client, "/integrer/liste/", referer))[:1]
    assert EmbedCount.objects.get().host == "exemple.fr"
    services.decide(row, state=HostState.ALLOWED, by=animator, now=NOW)
    assert ancestors(framed(client, "/integrer/liste/", "https://a.b.exemple.fr/")) == ["*"]


def test_any_site_may_where_the_installation_says_so_and_made_up_names_fill_no_table(client, town, settings):
    settings.EMBED_ANYWHERE = True
    for each in range(5):
        answer = framed(client, "/integrer/liste/", f"https://invente-{each}.exemple.net/")
        assert ancestors(answer) == ["*"]
        assert "Lire sur Alliage" not in answer.text
    framed(client, "/integrer/liste/", TOWN)
    framed(client, "/integrer/liste/")
    counted = dict(EmbedCount.objects.values_list("host", "count"))
    assert counted == {"autres": 5, "www.mairie.exemple.fr": 1}


# --- A frame keeps nothing of anyone -------------------------------------------------------------------------------


def test_a_frame_sets_no_cookie_reads_no_session_and_shows_no_bar(client, town, member, settings):
    settings.DEMO = True
    entry = CatalystFactory(name="Awa Diop", phone="01 02 03 04 05", phone_visibility=Visibility.MEMBERS, owner=member)
    client.force_login(member)
    for path in ("/integrer/carte/", "/integrer/liste/", f"/integrer/fiche/{entry.slug}/"):
        answer = framed(client, path, TOWN)
        assert not answer.cookies
        assert "01 02 03 04 05" not in answer.text
        for said in ("Mon espace", "demo", "csrfmiddlewaretoken", "<form"):
            assert said not in answer.text.replace("démonstration", ""), f"{said} in {path}"


def test_every_link_of_a_frame_opens_in_the_whole_window(client, town, commune):
    entry = CatalystFactory(name="Awa Diop", territory=commune, areas=[commune])
    CatalystFactory(territory=commune)
    alliance = AllianceFactory()
    for path in (
        "/integrer/carte/", "/integrer/liste/?nombre=1", f"/integrer/fiche/{entry.slug}/", "/integrer/fiche/inconnue/",
        f"/integrer/alliance/{alliance.pk}/", "/integrer/territoire/commune:42218/",
    ):  # fmt: skip
        for referer in (TOWN, STRANGER):
            links = re.findall(r"<a\s[^>]*>", framed(client, path, referer).text)
            assert links
            assert all('target="_top" rel="noopener"' in link for link in links), path


def test_displays_are_counted_by_site_day_and_kind(client, town):
    for _each in range(3):
        framed(client, "/integrer/liste/", TOWN)
    framed(client, "/integrer/carte/", TOWN)
    client.head("/integrer/carte/", HTTP_REFERER=TOWN)
    rows = list(EmbedCount.objects.order_by("kind").values_list("host", "day", "kind", "count"))
    today = timezone.localdate()
    assert rows == [("www.mairie.exemple.fr", today, "carte", 1), ("www.mairie.exemple.fr", today, "liste", 3)]
    assert {field.name for field in EmbedCount._meta.get_fields()} == {"id", "host", "day", "kind", "count"}


def test_a_display_that_cannot_be_counted_is_shown(client, town, monkeypatch):
    def broken(*_args, **_named):
        raise DatabaseError

    monkeypatch.setattr(services, "count", broken)
    assert framed(client, "/integrer/liste/", TOWN).status_code == 200


def test_figures_are_those_of_a_month(town):
    assert reads.figures(TODAY) == reads.Figures(0, 0)
    for day, host in ((date(2026, 11, 26), "a.fr"), (date(2026, 11, 26), "b.fr"), (date(2026, 10, 27), "c.fr")):
        services.count(host, "carte", on=day)
    services.count("a.fr", "liste", on=TODAY)
    services.count("a.fr", "liste", on=TODAY)
    assert reads.figures(TODAY) == reads.Figures(2, 4)
    assert [row["total"] for row in reads.displays(TODAY)["a.fr"]] == [1, 2]
    services.count("a.fr", "liste", on=date(2022, 1, 1))
    services.forget_old(NOW)
    assert EmbedCount.objects.filter(day__year=2022).count() == 0
    assert EmbedCount.objects.count() == 4


def test_a_count_begun_by_another_process_at_the_same_moment_is_one_row(monkeypatch):
    EmbedCount.objects.create(host="a.fr", day=TODAY, kind="carte", count=4)
    updates = type(EmbedCount.objects.all())
    real, calls = updates.update, []

    def not_there_yet(self, **values):
        calls.append(values)
        return real(self, **values) if len(calls) > 1 else 0

    monkeypatch.setattr(updates, "update", not_there_yet)
    services.count("a.fr", "carte", on=TODAY)
    assert EmbedCount.objects.get().count == 5


# --- What frames show ----------------------------------------------------------------------------------------------


def test_the_list_takes_the_filters_of_the_directory_and_says_how_many_are_left(client, commune):
    place = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    for each in range(15):
        CatalystFactory(name=f"Ici {each:02}", areas=[commune], terms=[place])
    CatalystFactory(name="Ailleurs")
    page = client.get("/integrer/liste/?metier=lieu&territoire=commune:42218").text
    assert page.count("Ici ") == 12
    assert "Ailleurs" not in page
    assert "Voir les 15 fiches" in page
    assert "/annuaire/?metier=lieu&amp;territoire=commune:42218" in page
    assert client.get("/integrer/liste/?nombre=3").text.count('class="entry__title"') == 3
    assert client.get("/integrer/liste/?nombre=0").text.count('class="entry__title"') == 12
    assert client.get("/integrer/liste/?nombre=9999").text.count('class="entry__title"') == 12
    assert "Aucune fiche" in client.get("/integrer/liste/?q=introuvable").text


def test_the_map_shows_the_same_and_says_when_it_is_empty(client, commune):
    CatalystFactory(name="Awa Diop", territory=commune, place_precision="seat")
    assert "<svg" in client.get("/integrer/carte/").text
    assert "Awa Diop" in client.get("/integrer/carte/").text
    assert "Aucune fiche n’a de point" in client.get("/integrer/carte/?q=introuvable").text


def test_a_territory_says_who_may_help(client, commune):
    assert "Personne n’agit encore ici" in client.get("/integrer/territoire/commune:42218/").text
    for each in range(8):
        CatalystFactory(name=f"Ici {each}", areas=[commune])
    page = client.get("/integrer/territoire/commune:42218/").text
    assert page.count("Ici ") == 6
    assert "Voir les 2 autres fiches" in page


@pytest.mark.parametrize(
    "path",
    [
        "inconnu/", "fiche/", "carte/fiche/", "fiche/inconnue/", "alliance/x/", "alliance/9999999999999999/",
        "alliance/999/", "territoire/commune:00000/", "territoire/commune/", "territoire/planete:42218/",
    ],
)  # fmt: skip
def test_what_is_unknown_is_not_found(client, path):
    assert client.get(f"/integrer/{path}").status_code == 404


def test_what_is_not_public_is_not_found_and_looks_the_same(client, town):
    hidden = [
        CatalystFactory(name="Secrète", visibility=Visibility.MEMBERS),
        CatalystFactory(name="Secrète", visibility=Visibility.NOBODY),
        OrganisationFactory(name="Secrète", is_hidden=True),
    ]
    unknown = framed(client, "/integrer/fiche/inconnue/", TOWN)
    for entry in hidden:
        answer = framed(client, f"/integrer/fiche/{entry.slug}/", TOWN)
        assert (answer.status_code, answer.content) == (404, unknown.content)
    alliances = [
        AllianceFactory(state=AllianceState.DECLARED),
        AllianceFactory(is_hidden=True),
        AllianceFactory(first=hidden[2]),
    ]
    for alliance in alliances:
        assert framed(client, f"/integrer/alliance/{alliance.pk}/", TOWN).status_code == 404
    assert not EmbedCount.objects.exists()
    for path in ("/integrer/liste/", "/integrer/carte/", "/integrer/liste/?q=secrete"):
        assert ">Secrète" not in framed(client, path, TOWN).text


def test_a_frame_shows_only_the_fields_that_everyone_reads(client, town, member):
    private = {
        "function": "canari-fonction", "presentation": "canari-presentation", "phone": "canari-tel",
        "website": "https://canari.exemple.fr/",
    }  # fmt: skip
    shown_to = {
        f"{name}_visibility": Visibility.MEMBERS
        for name in ("function", "presentation", "phone", "links", "place", "memberships")
    }
    place = TerritoryFactory(name="Canariville", latitude=45.0, longitude=4.0)
    entry = CatalystFactory(
        name="Discrète", email="canari@exemple.fr", territory=place, latitude=45.123456, longitude=4.654321, owner=member,
        place_precision="address", **private, **shown_to,
    )  # fmt: skip
    client.force_login(member)
    paths = [f"/integrer/fiche/{entry.slug}/", "/integrer/carte/", "/integrer/liste/?q=discrete"]
    paths.append(f"/oembed?url={embeds.settings.ORIGIN}{entry.get_absolute_url()}")
    for path in paths:
        page = framed(client, path, TOWN).text.lower()
        assert "canari" not in page, path
        assert "45.123" not in page, path


def test_frames_cost_few_queries(client, town, commune, django_assert_max_num_queries):
    for _each in range(15):
        CatalystFactory(territory=commune, place_precision="seat", areas=[commune])
    for path in ("/integrer/carte/", "/integrer/liste/", "/integrer/territoire/commune:42218/"):
        framed(client, path, TOWN)
        with django_assert_max_num_queries(6):
            framed(client, path, TOWN)


# --- The script and the snippet ------------------------------------------------------------------------------------


def test_the_script_is_small_and_evaluates_nothing(client):
    answer = client.get("/integrer/hauteur.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert len(answer.content) <= 1024
    for word in ("eval", "Function", "innerHTML", "cookie", "localStorage", "fetch"):
        assert word not in answer.text
    assert not answer.cookies


def test_what_is_pasted_holds_text_and_never_markup_of_a_name():
    pasted = embeds.snippet("/integrer/carte/?q=a&territoire=x", title='<b>"L’été"</b>', height=640)
    assert "<b>" not in pasted
    assert "&amp;territoire" in pasted
    assert pasted.count("<iframe") == pasted.count("<script") == 1
    assert 'height="640"' in pasted


def test_the_page_makes_the_text_to_paste(client, commune, settings):
    page = client.get("/integrer/?quoi=liste&metier=lieu&territoire=commune:42218&odd=11&q=velo")
    assert f"{settings.ORIGIN}/integrer/liste/?" in unescape(page.text)
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert 'name="q" value="velo"' in page.text
    assert "Nous n’avons pas reconnu" in client.get("/integrer/?territoire=commune:00000").text
    assert f"{settings.ORIGIN}/integrer/carte/" in client.get("/integrer/").text
    assert "<iframe" not in client.get("/integrer/?quoi=bizarre").text


def test_the_page_finds_the_record_of_an_address(client, settings):
    entry = CatalystFactory(name="Awa Diop")
    hidden = CatalystFactory(visibility=Visibility.MEMBERS)
    page = client.get("/integrer/", {"quoi": "page", "adresse": f" {settings.ORIGIN}{entry.get_absolute_url()} "}).text
    assert f"/integrer/fiche/{entry.slug}/" in page
    for address in (f"{settings.ORIGIN}{hidden.get_absolute_url()}", "https://ailleurs.exemple.fr/", "n’importe quoi"):
        assert "pas de page publique" in client.get("/integrer/", {"quoi": "page", "adresse": address}).text
    assert "pas de page publique" not in client.get("/integrer/", {"quoi": "page"}).text


def test_the_page_says_when_every_site_may(client, settings):
    settings.EMBED_ANYWHERE = True
    assert "Rien à demander" in client.get("/integrer/").text


# --- Sites that ask ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://www.Mairie-Exemple.fr/page?x=1", "www.mairie-exemple.fr"),
        ("mairie.fr:8080", "mairie.fr"),
        ("Mairie.fr.", "mairie.fr"),
    ],
)
def test_a_site_is_read_from_whatever_is_typed(typed, host):
    assert services.read_host(typed) == host


def test_a_site_with_accents_is_kept_as_browsers_name_it():
    assert services.read_host("https://mairie-été.fr/").startswith("xn--")


@pytest.mark.parametrize(
    "typed",
    ["", "*", "*.fr", "fr", "localhost", "127.0.0.1", "a b.fr", "a;b.fr", "'self'.fr", "-a.fr", f"{'a' * 64}.fr",
     ".".join(["a" * 60] * 5) + ".fr", "a..fr"],
)  # fmt: skip
def test_what_is_no_site_is_refused(typed):
    with pytest.raises(services.EmbedRefused):
        services.read_host(typed)


def test_a_site_asks_once_and_what_was_decided_stays(animator):
    row = services.ask("mairie.fr", note="Site de la mairie", now=NOW)
    assert services.ask("https://mairie.fr/", note="Encore", now=NOW) == row
    assert (row.state, row.note) == (HostState.ASKED, "Site de la mairie")
    services.decide(row, state=HostState.REFUSED, with_subdomains=True, by=animator, now=NOW)
    again = services.ask("mairie.fr", note="S’il vous plaît", now=NOW)
    assert (again.state, again.note, again.with_subdomains) == (HostState.REFUSED, "", False)
    with pytest.raises(services.EmbedRefused):
        services.decide(row, state=HostState.ASKED, by=animator, now=NOW)


def test_too_many_sites_waiting_are_told_to_come_back(monkeypatch):
    monkeypatch.setattr(services, "MOST_WAITING", 1)
    services.ask("a.exemple.fr", note="", now=NOW)
    with pytest.raises(services.EmbedRefused):
        services.ask("b.exemple.fr", note="", now=NOW)


def test_the_database_keeps_one_line_per_site_and_dates_decisions():
    EmbedHost.objects.create(host="a.fr", asked_at=NOW)
    for columns in (
        {"host": "a.fr"},
        {"host": "b.fr", "state": "allowed"},
        {"host": "b.fr", "state": "perhaps", "decided_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            EmbedHost.objects.create(asked_at=NOW, **columns)
    EmbedCount.objects.create(host="a.fr", day=TODAY, kind="carte")
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbedCount.objects.create(host="a.fr", day=TODAY, kind="carte")


def test_a_visitor_asks_for_their_site(client, settings, animator):
    settings.HONEYPOT_SECONDS = 0
    page = client.get("/integrer/demander/")
    moment = re.search(r'name="moment" value="([^"]+)"', page.text)[1]
    sent = {"host": "https://mairie.fr", "note": "La mairie", "moment": moment}
    assert client.post("/integrer/demander/", sent | {"host": "rien"}).status_code == 422
    assert client.post("/integrer/demander/", sent | {"site_internet": "x"}).status_code == 422
    assert "est reçue" in client.post("/integrer/demander/", sent, follow=True).text
    row = EmbedHost.objects.get()
    services.decide(row, state=HostState.ALLOWED, by=animator, now=NOW)
    assert "déjà autorisé" in client.post("/integrer/demander/", sent, follow=True).text
    services.decide(row, state=HostState.REFUSED, by=animator, now=NOW)
    answers = [client.post("/integrer/demander/", sent).status_code for _each in range(3)]
    assert answers[-1] == 429


def test_one_refused_is_told_so(client, settings, animator):
    settings.HONEYPOT_SECONDS = 0
    services.decide(services.ask("mairie.fr", note="", now=NOW), state=HostState.REFUSED, by=animator, now=NOW)
    moment = re.search(r'name="moment" value="([^"]+)"', client.get("/integrer/demander/").text)[1]
    sent = {"host": "mairie.fr", "note": "La mairie", "moment": moment}
    assert "a déjà répondu non" in client.post("/integrer/demander/", sent, follow=True).text


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.FACILITATOR])
def test_the_list_of_sites_is_for_animators(client, role):
    row = services.ask("mairie.fr", note="secret-de-mairie", now=NOW)
    if role:
        client.force_login(MemberFactory(role=role))
    refused = 403 if role else 302
    assert client.get("/integrer/sites/").status_code == refused
    assert client.post("/integrer/sites/", {"host": "b.fr"}).status_code == refused
    assert client.post(f"/integrer/sites/{row.pk}/", {"state": "allowed"}).status_code == refused
    assert EmbedHost.objects.get().state == HostState.ASKED
    assert "secret-de-mairie" not in client.get("/integrer/").text


def test_animators_decide(client, animator):
    row = services.ask("mairie.fr", note="La mairie", now=NOW)
    client.force_login(animator)
    assert "La mairie" in client.get("/integrer/sites/").text
    client.post(f"/integrer/sites/{row.pk}/", {"state": "peut-être"})
    row.refresh_from_db()
    assert row.state == HostState.ASKED
    client.post(f"/integrer/sites/{row.pk}/", {"state": "allowed"})
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.note) == (HostState.ALLOWED, animator, "")
    services.count("mairie.fr", "carte", on=timezone.localdate())
    services.count("localhost", "plus-la", on=timezone.localdate())
    page = client.get("/integrer/sites/").text
    assert "1 affichage en 30 jours" in page
    assert "localhost" in page
    client.post(f"/integrer/sites/{row.pk}/", {"state": "refused"})
    assert "Ceux qui ne peuvent pas" in client.get("/integrer/sites/").text
    assert client.post("/integrer/sites/", {"host": "rien"}).status_code == 422
    assert client.post("/integrer/sites/", {"host": "b.exemple.fr", "with_subdomains": "on"}).status_code == 302
    assert EmbedHost.objects.get(host="b.exemple.fr").with_subdomains
    assert "Les sites autorisés" in client.get("/integrer/").text


# --- oEmbed --------------------------------------------------------------------------------------------------------


def asked(client, path: str, **more):
    return client.get("/oembed", {"url": f"{embeds.settings.ORIGIN}{path}", **more})


def test_oembed_answers_for_every_public_record(client, commune):
    entry, team = CatalystFactory(name="Awa & Diop"), OrganisationFactory(name="Orga")
    alliance, need = AllianceFactory(subject="Un atelier"), NeedFactory(title="Un four à pain", text="Pour le village.")
    for path, title in (
        (need.get_absolute_url(), "Un four à pain"),
        (entry.get_absolute_url(), "Awa & Diop"),
        (team.get_absolute_url(), "Orga"),
        (alliance.get_absolute_url(), "Un atelier"),
        (commune.get_absolute_url(), "Saint-Étienne"),
    ):
        answer = asked(client, path)
        assert answer.status_code == 200
        assert answer["Access-Control-Allow-Origin"] == "*"
        said = json.loads(answer.content)
        assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", title)
        source = unescape(re.search(r'src="([^"]+)"', said["html"])[1])
        assert client.get(source.removeprefix(embeds.settings.ORIGIN)).status_code == 200
        page = client.get(path).text
        found = unescape(re.search(r'type="application/json\+oembed" href="([^"]+)"', page)[1])
        assert json.loads(client.get(found.removeprefix(embeds.settings.ORIGIN)).content) == said
    # A new kind of record is asked above, or by the folder that adds it.
    asked_elsewhere = {"ressource", "rendez-vous"}
    kinds = {each.code for each in embeddables if not each.is_list}
    assert kinds - asked_elsewhere == {"fiche", "alliance", "besoin", "territoire"}


def test_a_need_is_framed_as_long_as_everyone_may_read_it(client, town, member):
    need = NeedFactory(title="Un four à pain", text="Pour le village.", is_demo=True)
    page = framed(client, f"/integrer/besoin/{need.pk}/", TOWN).text
    assert all(said in page for said in ("Un four à pain", "Pour le village.", "démonstration", need.entry.name))
    assert "répondre" in page
    need.state, need.outcome, need.ended_at = NeedState.MET, "Il chauffe.", timezone.now()
    need.save()
    assert "annonce close" in framed(client, f"/integrer/besoin/{need.pk}/", TOWN).text
    hidden = NeedFactory(is_hidden=True)
    for record in (hidden.pk, "abc", "9" * 13, 999_999):
        assert framed(client, f"/integrer/besoin/{record}/", TOWN).status_code == 404
    assert asked(client, hidden.get_absolute_url()).status_code == 404


def test_oembed_speaks_xml_and_fits(client):
    entry = CatalystFactory(name="A <b> & C")
    answer = asked(client, entry.get_absolute_url(), format="xml", maxwidth="320", maxheight="90")
    assert answer["Content-Type"].startswith("text/xml")
    tree = ElementTree.fromstring(answer.content)
    assert tree.findtext("title") == "A <b> & C"
    assert (tree.findtext("width"), tree.findtext("height")) == ("320", "120")
    assert 'width="320"' in tree.findtext("html")
    for strange in ("-1", "²", "abc", "999999999", "0"):
        said = json.loads(asked(client, entry.get_absolute_url(), maxwidth=strange).content)
        assert said["width"] in (200, 600)


def test_oembed_says_the_same_of_what_is_unknown_and_of_what_is_private(client, member):
    private = CatalystFactory(visibility=Visibility.MEMBERS, owner=member, name="Secrète")
    hidden = AllianceFactory(state=AllianceState.REFUSED)
    client.force_login(member)
    unknown = asked(client, "/annuaire/catalyseurs/inconnue/")
    assert unknown.status_code == 404
    for path in (private.get_absolute_url(), hidden.get_absolute_url(), "/annuaire/", "/rien/", "/mon-espace/", ""):
        answer = asked(client, path)
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert 'json+oembed"' not in client.get(private.get_absolute_url()).text
    for address in ("https://ailleurs.exemple.fr/x", "ftp://localhost/x", "http://[::1/", "x"):
        assert client.get("/oembed", {"url": address}).status_code == 404


def test_oembed_says_what_is_missing(client):
    assert client.get("/oembed").status_code == 400
    assert asked(client, "/x", format="yaml").status_code == 501


def test_every_kind_of_frame_has_a_height_and_a_label():
    for kind in embeddables:
        assert kind.height > 100
        assert str(kind.label)
    assert (Path(embeds.__file__).parent / "static/directory/framed.js").stat().st_size < 1024
