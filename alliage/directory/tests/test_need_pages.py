"""« Besoins et offres » seen from a browser: one list in every format, posted and answered with or without an account."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import secret_links
from alliage.directory.enums import NeedKind, NeedSide, NeedState, Visibility
from alliage.directory.models import Need
from alliage.directory.services import alerts
from alliage.directory.services import needs as services
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, NeedFactory, OrganisationFactory
from alliage.imports.tables import read_table
from alliage.notifications.models import OutgoingMail
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Forms may be sent as soon as they are shown."""
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def land():
    """A département with two communes 17 km apart, and one 80 km away."""
    loire = TerritoryFactory(kind="departement", code="42", name="Loire")
    here = TerritoryFactory(
        kind="commune", code="42218", name="Saint-Étienne", latitude=45.43, longitude=4.39, departement=loire
    )
    near = TerritoryFactory(
        kind="commune", code="42207", name="Saint-Chamond", latitude=45.47, longitude=4.51, departement=loire
    )
    far = TerritoryFactory(
        kind="commune", code="42187", name="Roanne", latitude=46.03, longitude=4.07, departement=loire
    )
    return {"loire": loire, "here": here, "near": near, "far": far}


def data(client, url):
    return json.loads(client.get(url).getvalue())


def titles(client, query=""):
    return [row["title"] for row in data(client, f"/annuaire/besoins.json?{query}")["results"]]


def test_the_list_narrows_and_every_format_agrees(client, land):
    mecenat = TermFactory(vocabulary=Vocabulary.PARTNERSHIPS, code="mecenat")
    goal = TermFactory(vocabulary=Vocabulary.ODD, code="11")
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance")
    category = TermFactory(vocabulary=Vocabulary.CATEGORIES, code="entreprise")
    company = OrganisationFactory(name="La Forge", category=category)
    NeedFactory(
        title="Un four à pain", territory=land["near"], kind=NeedKind.EQUIPMENT, partnership=mecenat, terms=[goal]
    )
    NeedFactory(
        title="Dix ordinateurs", side=NeedSide.OFFER, territory=land["far"], kind=NeedKind.EQUIPMENT, entry=company
    )
    NeedFactory(title="Une fête", side=NeedSide.CALL, territory=land["loire"], kind=NeedKind.MONEY, terms=[levier])
    NeedFactory(title="Partout", side=NeedSide.OFFER, kind=NeedKind.TIME)
    asked = {
        "": {"Un four à pain", "Dix ordinateurs", "Une fête", "Partout"},
        "q=four": {"Un four à pain"},
        "nature=offre": {"Dix ordinateurs", "Partout"},
        "quoi=materiel": {"Un four à pain", "Dix ordinateurs"},
        "partenariat=mecenat": {"Un four à pain"},
        "odd=11": {"Un four à pain"},
        "levier=alliance": {"Une fête"},
        "categorie=entreprise": {"Dix ordinateurs"},
        "territoire=commune:42218&rayon=20": {"Un four à pain"},
        "territoire=commune:42218&rayon=100": {"Un four à pain", "Dix ordinateurs"},
        "territoire=commune:42218": {"Une fête", "Partout"},
        "territoire=departement:42": {"Un four à pain", "Dix ordinateurs", "Une fête", "Partout"},
        "territoire=departement:42&nature=besoin": {"Un four à pain"},
    }
    for query, expected in asked.items():
        rows = data(client, f"/annuaire/besoins.json?{query}")
        assert {row["title"] for row in rows["results"]} == expected, query
        assert rows["count"] == len(expected)
        table = list(
            csv.DictReader(io.StringIO(client.get(f"/annuaire/besoins.csv?{query}").getvalue().decode("utf-8-sig")))
        )
        assert [row["title"] for row in table] == [row["title"] for row in rows["results"]]
        book = read_table(io.BytesIO(client.get(f"/annuaire/besoins.xlsx?{query}").getvalue()))
        assert [row.values["title"] for row in book.rows] == [row["title"] for row in rows["results"]]
        features = data(client, f"/annuaire/besoins.geojson?{query}")["features"]
        assert [feature["properties"]["title"] for feature in features] == [row["title"] for row in rows["results"]]
        assert client.get(f"/annuaire/besoins.rss?{query}").getvalue().count(b"<item>") == len(expected)
        page = client.get(f"/annuaire/besoins/?{query}").text
        for title in ("Un four à pain", "Dix ordinateurs", "Une fête", "Partout"):
            assert (f">{title}</a>" in page) == (title in expected), (query, title)


POST = {"side": "besoin", "kind": "lieu", "title": "Un local", "text": "Pour mars", "place": "Saint-Chamond"}
ANSWER = {"name": "Paul", "email": "paul@exemple.fr", "text": "J’en ai un."}


def sent(client, url, values):
    """Send a form as a browser does, with the moment that its page gave."""
    moment = re.search(r'name="moment" value="([^"]+)"', client.get(url).text)[1]
    return client.post(url, values | {"moment": moment})


def link(address):
    mail = OutgoingMail.objects.filter(to=address).latest("pk")
    return re.search(r"/annuaire/(?:besoins/suivre|alertes)/[\w:-]+/", mail.text)[0]


def test_pages_cost_a_constant_number_of_queries(client, land, django_assert_max_num_queries):
    for number in range(8):
        NeedFactory(territory=land["near"], title=f"Un local {number}")
        NeedFactory(territory=land["here"], side=NeedSide.OFFER)
    url = Need.objects.earliest("pk").get_absolute_url()
    for path in (
        "/annuaire/besoins/",
        "/annuaire/besoins/?territoire=commune:42218&rayon=50",
        url,
        "/annuaire/besoins/?q=rien",
    ):
        client.get(path)
        with django_assert_max_num_queries(6):
            assert client.get(path).status_code == 200


def test_the_map_gathers_what_is_at_one_place(client, land):
    NeedFactory(territory=land["far"], title="Seul ici")
    for _number in range(2):
        NeedFactory(territory=land["here"])
    page = client.get("/annuaire/besoins/").text
    assert 'aria-label="Seul ici (Roanne)"' in page
    assert "Saint-Étienne, 2 annonces" in page
    assert "territoire=commune:42218#liste" in page


def test_the_map_opens_on_the_territory_as_far_as_the_radius(client, land):
    NeedFactory(territory=land["far"], title="Au loin")
    NeedFactory(territory=land["here"], title="Ici")
    assert 'viewBox="0 0 1000 970"' in client.get("/annuaire/besoins/").text
    page = client.get("/annuaire/besoins/?territoire=commune:42218&rayon=100").text
    large = page.partition('class="map__main"')[2].partition("</svg>")[0]
    assert "centrée sur Saint-Étienne" in page
    assert 'viewBox="0 0 1000 970"' not in page
    assert "Au loin" in large
    assert "Ici" in large


def test_an_empty_list_explains_and_widens(client, land):
    assert "Il n’y a pas encore d’annonce" in client.get("/annuaire/besoins/").text
    NeedFactory(territory=land["far"])
    page = client.get("/annuaire/besoins/?territoire=commune:42218&rayon=10").text
    assert "élargir à 100 km" in page
    assert "retirer le filtre Saint-Étienne" in page
    assert "Retirer tous les filtres" in client.get("/annuaire/besoins/?q=introuvable&quoi=temps").text
    assert client.get("/annuaire/besoins/?lieu=saint-chamond&rayon=20")["Location"].endswith(
        "territoire=commune:42207&rayon=20"
    )
    assert "Nous n’avons pas reconnu\u00a0: nulle part" in client.get("/annuaire/besoins/?lieu=nulle+part").text


def test_an_address_with_posts_to_confirm_is_sent_no_more_and_what_was_typed_stays(client, land, monkeypatch):
    monkeypatch.setattr(services, "MOST_WAITING", 0)
    said = {"name": "Jeanne", "email": "j@exemple.fr"}
    refused = sent(client, "/annuaire/besoins/proposer/?territoire=commune:42207", POST | said)
    assert refused.status_code == 422
    assert "a déjà des annonces à confirmer" in refused.text
    assert "Pour mars" in refused.text
    assert not Need.objects.exists()


def test_a_visitor_posts_confirms_changes_and_erases_by_links_alone(client, land):
    refused = sent(
        client, "/annuaire/besoins/proposer/", POST | {"title": "", "name": "Jeanne", "email": "j@exemple.fr"}
    )
    assert refused.status_code == 422
    assert "Pour mars" in refused.text
    page = sent(
        client,
        "/annuaire/besoins/proposer/?territoire=commune:42207",
        POST | {"name": "Jeanne", "email": "j@exemple.fr"},
    )
    assert "j@exemple.fr" in page.text
    assert Need.objects.get().territory == land["near"]
    assert titles(client) == []
    url = link("j@exemple.fr")
    assert client.get(url).headers["X-Robots-Tag"] == "noindex, nofollow"
    assert titles(client) == []
    assert "C’est confirmé" in client.post(url, {"acte": "publier"}, follow=True).text
    assert titles(client) == ["Un local"]
    for path in (
        "/annuaire/besoins.json",
        "/annuaire/besoins.csv",
        "/annuaire/besoins/",
        Need.objects.get().get_absolute_url(),
    ):
        answer = client.get(path)
        assert "j@exemple.fr" not in (answer.getvalue().decode() if answer.streaming else answer.text)
    edited = sent(client, f"{url}modifier/", POST | {"title": "Un hangar", "place": ""})
    assert edited["Location"] == url
    assert Need.objects.get().territory is None
    client.post(url, {"acte": "prolonger"})
    client.post(url, {"acte": "autre"})
    closed = client.post(url, {"acte": "clore", "outcome": "Un hangar prêté"}, follow=True).text
    assert "Un hangar prêté" in closed
    refused = sent(client, f"{url}modifier/", POST | {"place": ""})
    assert refused.status_code == 422
    assert "rien n’a été prolongé" in client.post(url, {"acte": "prolonger"}, follow=True).text
    client.post(url, {"acte": "effacer"})
    assert client.get(url).status_code == client.get(f"{url}modifier/").status_code == 404


def test_an_address_is_not_left_in_what_everyone_reads(client, land):
    for name in ("title", "text"):
        values = POST | {"name": "J", "email": "j@exemple.fr", name: "Écrivez à moi@exemple.fr"}
        page = sent(client, "/annuaire/besoins/proposer/", values)
        assert page.status_code == 422
        assert "Retirez l’adresse" in page.text


def test_the_link_sent_to_who_holds_an_entry_renews_and_ends_but_writes_nothing(client):
    need = NeedFactory()
    url = secret_links.need_path(need)
    assert f"/annuaire/besoins/{need.pk}/modifier/" in client.get(url).text
    assert client.get(f"{url}modifier/").status_code == 404
    client.post(url, {"acte": "effacer"})
    assert Need.objects.filter(pk=need.pk).exists()
    before = need.expires_at
    client.post(url, {"acte": "prolonger"})
    need.refresh_from_db()
    assert need.expires_at > before
    client.post(url, {"acte": "clore", "outcome": ""})
    need.refresh_from_db()
    assert need.state == NeedState.CLOSED
    assert "elle est close" in client.get(url).text.lower()


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("Saint", "", "Lequel"),
        ("xyzzyx", "", "Nous ne connaissons pas"),
        ("Saint-Chamond", "commune:42207", None),
        ("42187", "", None),
    ],
)
def test_a_place_is_understood_or_asked_again(client, land, typed, code, said):
    values = POST | {"place": typed, "place_code": code, "name": "J", "email": "j@exemple.fr"}
    page = sent(client, "/annuaire/besoins/proposer/", values)
    assert (said in page.text) if said else page.status_code == 200


def test_a_member_posts_for_an_entry_and_tends_it(client, land):
    member = MemberFactory()
    own, group = CatalystFactory(owner=member), OrganisationFactory(owner=member, name="Le Pont")
    client.force_login(member)
    assert "Le Pont" in client.get("/annuaire/besoins/proposer/").text
    made = sent(client, "/annuaire/besoins/proposer/", POST | {"mine": group.slug})
    need = Need.objects.get()
    assert (need.entry, need.author, made["Location"]) == (group, member, need.get_absolute_url())
    assert client.get(f"/annuaire/besoins/{need.pk}-autre/")["Location"] == need.get_absolute_url()
    assert "Prolonger" in client.get(need.get_absolute_url()).text
    assert client.get("/mon-espace/").text.count("Vos besoins et vos offres") == 1
    edited = sent(
        client, f"/annuaire/besoins/{need.pk}/modifier/", POST | {"title": "Un hangar", "goals": [], "place": "Roanne"}
    )
    assert edited.status_code == 302
    need.refresh_from_db()
    client.post(f"/annuaire/besoins/{need.pk}/suite/", {"acte": "clore", "outcome": "Un hangar"})
    page = client.get(need.get_absolute_url()).text
    assert "En faire une alliance" in page
    url = re.search(r'href="(/annuaire/alliances/declarer/[^"]+)"', page)[1].replace("&amp;", "&")
    form = client.get(url).text
    assert 'value="Un hangar"' in form
    other = NeedFactory(entry=own)
    client.post(f"/annuaire/besoins/{other.pk}/suite/", {"acte": "clore"})
    assert "Personne d’autre ne voit" in client.get(other.get_absolute_url()).text
    client.post(f"/annuaire/besoins/{other.pk}/suite/", {"acte": "prolonger"})
    assert Need.objects.get(pk=other.pk).state == NeedState.CLOSED
    stranger = NeedFactory()
    assert client.post(f"/annuaire/besoins/{stranger.pk}/suite/", {"acte": "clore"}).status_code == 403
    assert client.get(f"/annuaire/besoins/{10**12}/modifier/").status_code == 404


def test_someone_answers_from_the_page_once(client, land):
    need = NeedFactory(entry=OrganisationFactory(owner=MemberFactory()), territory=land["here"])
    refused = client.post(need.get_absolute_url(), ANSWER | {"email": "", "moment": "x"})
    assert refused.status_code == 422
    assert "J’en ai un." in refused.text
    answer = sent(client, need.get_absolute_url(), ANSWER)
    assert answer["Location"] == need.get_absolute_url()
    need.refresh_from_db()
    assert (need.state, need.answers.count()) == (NeedState.ANSWERED, 1)
    met = NeedFactory(state=NeedState.MET, outcome="Fait")
    moment = re.search(r'name="moment" value="([^"]+)"', client.get("/annuaire/alertes/").text)[1]
    late = client.post(met.get_absolute_url(), ANSWER | {"moment": moment})
    assert (late.status_code, met.answers.count()) == (422, 0)
    assert client.get("/annuaire/besoins/999999-x/").status_code == 404


def test_too_many_sendings_are_stopped_and_nothing_typed_is_lost(client, land, settings):
    need = NeedFactory()
    moment = re.search(r'name="moment" value="([^"]+)"', client.get(need.get_absolute_url()).text)[1]
    pages = {
        need.get_absolute_url(): ANSWER,
        "/annuaire/besoins/proposer/": POST | {"name": "Paul", "email": "p@exemple.fr"},
        "/annuaire/alertes/": {"liste": "besoins", "filtres": "quoi=lieu", "email": "p@exemple.fr"},
    }
    for url, values in pages.items():
        codes = [client.post(url, values | {"moment": moment, "text": f"J’en ai {n}."}).status_code for n in range(11)]
        assert codes[-1] == 429, (url, codes)
    posted = services.post_without_account(
        services.Said("besoin", "lieu", "x"), name="J", email="q@exemple.fr", now=timezone.now()
    )
    alert = alerts.ask_alert("besoins", "", email="q@exemple.fr", now=timezone.now())
    for url in (secret_links.need_path(posted), secret_links.alert_path(alert)):
        for _number in range(31):
            client.post(url, {"acte": "rien"})
        assert "Trop d’envois" in client.get(url).text


def test_alerts_are_asked_confirmed_and_stopped(client, land):
    page = client.get("/annuaire/alertes/?liste=besoins&filtres=territoire%3Dcommune%3A42218").text
    assert "Saint-Étienne" in page
    assert sent(client, "/annuaire/alertes/", {"liste": "besoins", "email": "x"}).status_code == 422
    asked = sent(client, "/annuaire/alertes/", {"liste": "annuaire", "filtres": "q=forge", "email": "a@exemple.fr"})
    assert "Ouvrez son lien" in asked.text
    url = link("a@exemple.fr")
    assert "pas encore confirmée" in client.get(url).text
    assert "C’est confirmé" in client.post(url, {"acte": "confirmer"}, follow=True).text
    client.post(url, {"acte": "autre"})
    assert "C’est arrêté" in client.post(url, {"acte": "arreter"}, follow=True).text
    assert client.get(url).status_code == 404


def test_a_member_sees_and_stops_their_alerts(client, monkeypatch):
    client.force_login(MemberFactory())
    made = sent(client, "/annuaire/alertes/", {"liste": "besoins", "filtres": "quoi=lieu"})
    assert made["Location"] == "/annuaire/besoins/?quoi=lieu"
    page = client.get("/annuaire/alertes/").text
    assert "Besoins et offres, Lieu" in page
    monkeypatch.setattr(alerts, "MOST_ALERTS", 1)
    assert (
        "beaucoup d’alertes" in sent(client, "/annuaire/alertes/", {"liste": "besoins", "filtres": "quoi=temps"}).text
    )
    path = re.search(r'action="(/annuaire/alertes/[^"]+)"', page)[1]
    client.post(path, {"acte": "arreter"})
    assert "Vous n’en avez pas encore" in client.get("/annuaire/alertes/").text


def test_what_a_funder_supports_has_its_page_and_its_file(client, land):
    category = TermFactory(vocabulary=Vocabulary.CATEGORIES, code="fondation")
    funder = OrganisationFactory(name="La Boussole", category=category)
    path = f"/annuaire/organisations/{funder.slug}/soutiens"
    assert "Rien n’est encore raconté" in client.get(f"{path}/").text
    assert f"{path}/" in client.get(funder.get_absolute_url()).text
    AllianceFactory(first=funder, subject="Un four", outcome="Dix pains", territory=land["here"])
    NeedFactory(entry=funder, side=NeedSide.CALL, title="Un appel", territory=land["loire"])
    NeedFactory(entry=funder, side=NeedSide.CALL, title="Fini", state=NeedState.MET, outcome="Vingt pains")
    NeedFactory(entry=funder, side=NeedSide.CALL, title="Masqué", is_hidden=True)
    page = client.get(f"{path}/").text
    for words in ("Un four", "Dix pains", "Un appel", "Fini", "Vingt pains"):
        assert words in page
    assert "Masqué" not in page
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").getvalue().decode("utf-8-sig"))))
    assert {row["what"]: row["outcome"] for row in rows if row["outcome"]} == {
        "alliance": "Dix pains",
        "appel": "Vingt pains",
    }
    assert len(rows) == 3
    funder.visibility = Visibility.MEMBERS
    funder.save()
    assert client.get(f"{path}/").status_code == client.get(f"{path}.csv").status_code == 404
    assert client.get(f"/annuaire/organisations/{CatalystFactory().slug}/soutiens/").status_code == 404


def test_territories_and_entries_show_their_needs(client, land):
    need = NeedFactory(territory=land["here"], title="Un four à pain")
    for _number in range(5):
        NeedFactory(territory=land["here"])
    assert "Voir tous les besoins et offres" in client.get("/territoires/commune/42218/").text
    assert "Proposer un besoin ou une offre" not in client.get("/territoires/commune/42187/").text
    assert "Un four à pain" in client.get(need.entry.get_absolute_url()).text
    assert "Un four à pain" not in client.get(OrganisationFactory().get_absolute_url()).text


CANARY = "canari"


def test_what_is_not_for_everyone_is_read_nowhere(client, land):
    now = timezone.now()
    place = land["here"]
    hidden_entry, members_entry = (
        OrganisationFactory(is_hidden=True),
        OrganisationFactory(visibility=Visibility.MEMBERS),
    )
    NeedFactory(title="canari masqué", territory=place, is_hidden=True)
    NeedFactory(title="canari échu", territory=place, opened_at=now - timedelta(days=100))
    NeedFactory(title="canari clos", territory=place, state=NeedState.CLOSED)
    NeedFactory(title="canari expiré", territory=place, state=NeedState.EXPIRED)
    NeedFactory(title="canari caché", territory=place, entry=hidden_entry)
    NeedFactory(title="canari réservé", territory=place, entry=members_entry, state=NeedState.MET, outcome="canari")
    services.post_without_account(
        services.Said("besoin", "lieu", "canari brouillon", territory=place),
        name="canari",
        email="canari@exemple.fr",
        now=now,
    )
    shown = NeedFactory(title="Visible", territory=place, side=NeedSide.OFFER)
    client.force_login(MemberFactory())
    paths = [
        "/annuaire/besoins/", "/annuaire/besoins/?territoire=commune:42218&rayon=20", "/annuaire/besoins.csv",
        "/annuaire/besoins.json", "/annuaire/besoins.geojson", "/annuaire/besoins.rss", "/territoires/commune/42218/",
        shown.get_absolute_url(), members_entry.get_absolute_url(), "/mon-espace/", "/annuaire/alertes/",
        *(need.get_absolute_url() for need in Need.objects.exclude(pk=shown.pk)),
    ]  # fmt: skip
    for path in paths:
        answer = client.get(path)
        if "canari" in path:
            assert answer.status_code == 404, path
        else:
            assert CANARY not in (answer.getvalue().decode() if answer.streaming else answer.text), path
    alert = alerts.ask_alert("besoins", "", email="a@exemple.fr", now=now - timedelta(days=101))
    alerts.confirm_alert(alert, now=now - timedelta(days=101))
    alerts.send_alerts(timezone.now())
    (mail,) = OutgoingMail.objects.filter(subject__startswith="Du nouveau")
    assert "Visible" in mail.text
    assert CANARY not in mail.text + mail.html
