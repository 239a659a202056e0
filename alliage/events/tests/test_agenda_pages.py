"""The agenda as people read it: filters, feeds, the page of an event, proposing and changing; and what nobody else may read."""

import csv
import io
import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.utils import timezone
from icalendar import Calendar

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.events import lines, moments
from alliage.events.enums import EventKind, EventState, Repeats, Venue
from alliage.events.models import Event, Item, Occurrence
from alliage.events.queries import agenda as reads
from alliage.events.queries import coming
from alliage.events.queries import events as event_reads
from alliage.events.registers import agenda
from alliage.events.services import events as services
from alliage.events.services import series as cycles
from alliage.events.tests.factories import NOW, SOON, EventFactory, rencontre, seated, webinar
from alliage.events.tests.test_agenda_services import of as replace_said
from alliage.events.tests.test_agenda_services import said
from alliage.library.models import Resource
from alliage.library.tests.factories import published
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
LINK = "https://visio.exemple.fr/canari"
PAST = {"starts_at": timezone.now() - timedelta(days=3)}


@pytest.fixture
def guyane():
    region = TerritoryFactory(kind=Kind.REGION, code="03", name="Guyane")
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="973", name="Guyane", region=region)
    commune = TerritoryFactory(code="97302", name="Cayenne", departement=departement, region=region)
    cache.clear()
    return region, departement, commune


def titles(query: str = "", *, now=None) -> list[str]:
    from django.http import QueryDict

    filters = reads.parse(QueryDict(query))
    return [event.title for event in reads.rows(filters, now=now or timezone.now())]


def text_of(client, address: str) -> str:
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


# --- List and filters ----------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_to_come_by_month_and_what_is_past_behind_a_tab(client):
    webinar(title="Plus tard", starts_at=SOON + timedelta(days=40))
    webinar(title="Bientôt")
    webinar(title="Fini", **PAST)
    webinar(title="Secret", state=EventState.DRAFT)
    webinar(title="Masqué", is_hidden=True)
    webinar(title="Sans lieu", state=EventState.CANCELLED)
    page = client.get("/agenda/").text
    assert page.index("Juillet 2035") < page.index("Bientôt") < page.index("Août 2035") < page.index("Plus tard")
    assert "annulé" in page
    assert "heure de Paris" in page
    for absent in ("Fini", "Secret", "Masqué"):
        assert absent not in page
    assert titles("quand=passes") == ["Fini"]
    assert "Fini" in client.get("/agenda/?quand=passes").text


def test_each_filter_narrows_and_each_chip_removes_its_own(client, guyane):
    _region, _departement, commune = guyane
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS, code="numerique-bis", label="Numérique")
    cache.clear()
    here = webinar(title="Ici", territory=commune, venue=Venue.PLACE, place="3 rue", kind=EventKind.MEETING)
    here.levers.add(lever)
    webinar(title="En ligne")
    webinar(title="Les deux", venue=Venue.BOTH, place="x")
    assert titles("nature=reunion") == titles("levier=numerique-bis") == titles("outremer=1") == ["Ici"]
    assert (
        titles("territoire=region:03")
        == titles("territoire=departement:973")
        == titles("territoire=commune:97302")
        == ["Ici"]
    )
    assert titles("lieu=ligne") == ["En ligne", "Les deux"]
    assert titles("lieu=place") == ["Ici", "Les deux"]
    assert titles("outremer=0") == titles() == ["Ici", "En ligne", "Les deux"]
    whole = "nature=reunion&levier=numerique-bis&territoire=departement:973&lieu=place&outremer=1"
    page = client.get(f"/agenda/?{whole}").text
    assert page.count('class="chip"') == 5
    assert (
        'href="/agenda/?nature=reunion&amp;levier=numerique-bis&amp;territoire=departement:973&amp;lieu=place"' in page
    )
    assert f"/agenda.ics?{whole}".replace("&", "&amp;") in page


def test_an_event_of_a_whole_departement_is_of_its_communes_too(guyane):
    _region, departement, _commune = guyane
    webinar(title="Partout en Guyane", territory=departement)
    assert titles("territoire=commune:97302") == ["Partout en Guyane"]
    assert [event.title for event in coming.of_territory(guyane[2], now=NOW, limit=3)] == ["Partout en Guyane"]


def test_a_place_typed_without_javascript_leads_to_the_address_that_names_it(client, guyane):
    answer = client.get("/agenda/?ou=Cayenne&nature=&levier=&lieu=&territoire=")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/agenda/?territoire=commune:97302")
    assert client.get("/agenda/?ou=&territoire=commune:97302").headers["Location"] == "/agenda/"
    assert reads.parse({"lieu": "Cayenne"}).territory.code == "97302"


def test_what_an_address_says_that_means_nothing_is_told_and_ignored(client):
    page = client.get("/agenda/?nature=bal&levier=99&territoire=commune:00000&quand=hier&ou=nullepartdutout").text
    assert "Nous n’avons pas reconnu" in page
    for word in ("bal", "99", "nullepartdutout", "hier"):
        assert word in page


def test_an_empty_result_offers_the_wider_territory_and_the_filter_to_remove(client, guyane):
    region, _departement, commune = guyane
    other = TerritoryFactory(code="97311", name="Saint-Laurent", departement=guyane[1], region=region)
    cache.clear()
    webinar(title="Fleuve", territory=other, kind=EventKind.MEETING)
    page = client.get("/agenda/?territoire=commune:97302").text
    assert "Aucun rendez-vous ne répond" in page
    assert "élargir à Guyane" in page
    page = client.get(f"/agenda/?territoire=commune:97302&nature={EventKind.MEETING}").text
    assert "élargir à Guyane" in page  # where the meeting is: what else was asked is still asked
    assert "élargir" not in client.get("/agenda/?territoire=commune:97302&nature=atelier").text
    page = client.get("/agenda/?nature=atelier").text
    assert "retirer le filtre Atelier" in page
    assert commune.code == "97302"
    assert "Retirer tous les filtres" in client.get("/agenda/?nature=atelier&quand=passes").text
    assert "Rien n’a encore eu lieu" in client.get("/agenda/?quand=passes").text
    Event.objects.all().delete()
    assert "Proposez le premier" in client.get("/agenda/").text


def test_counts_are_those_of_the_list_whatever_the_filter():
    webinar()
    webinar(kind=EventKind.MEETING)
    webinar(**PAST)
    found = reads.counts(reads.parse({}), now=timezone.now())
    assert (found.coming, found.past, found.kinds) == (2, 1, {"webinaire": 1, "reunion": 1})
    found = reads.counts(reads.parse({"nature": "webinaire", "quand": "passes"}), now=timezone.now())
    assert (found.coming, found.past, found.kinds) == (1, 1, {"webinaire": 1, "reunion": 0})
    assert reads.counts(reads.parse({"nature": "codev"}), now=timezone.now()).coming == 0


# --- Local times ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "mardi 3 juillet 2035, de 9\u00a0h à 10\u00a0h, heure de Paris"),
        ("America/Cayenne", "mardi 3 juillet 2035, de 4\u00a0h à 5\u00a0h, heure de Cayenne (heure de Paris\u00a0: de 9\u00a0h à 10\u00a0h)"),
        ("Indian/Reunion", "mardi 3 juillet 2035, de 11\u00a0h à 12\u00a0h, heure de La Réunion (heure de Paris\u00a0: de 9\u00a0h à 10\u00a0h)"),
        ("Pacific/Noumea", "mardi 3 juillet 2035, de 18\u00a0h à 19\u00a0h, heure de Nouméa (heure de Paris\u00a0: de 9\u00a0h à 10\u00a0h)"),
    ],
)  # fmt: skip
def test_a_moment_is_said_at_the_clock_of_the_reader_and_in_paris(client, zone, words):
    event = webinar()
    client.force_login(MemberFactory(time_zone=zone))
    assert words in client.get("/agenda/").text
    assert words.split(",")[0] in client.get(event.get_absolute_url()).text


def test_the_clock_of_the_place_is_said_too_and_another_day_in_full():
    start = SOON + timedelta(hours=13)
    with timezone.override(ZoneInfo("Indian/Reunion")):
        told = moments.said(start, start + timedelta(hours=1), "America/Cayenne")
    assert told == (
        "mercredi 4 juillet 2035, de 0\u00a0h à 1\u00a0h, heure de La Réunion (heure de Paris\u00a0: mardi 3 juillet 2035, "
        "de 22\u00a0h à 23\u00a0h\u00a0; heure de Cayenne\u00a0: mardi 3 juillet 2035, de 17\u00a0h à 18\u00a0h)"
    )
    several = moments.said(SOON, SOON + timedelta(days=2))
    assert several.startswith("du mardi 3 juillet 2035 à 9\u00a0h au jeudi 5 juillet 2035 à 9\u00a0h")
    assert moments.clock_words("UTC") == "heure de UTC"


# --- Formats -------------------------------------------------------------------------------------------------------


def test_formats_hold_the_same_filters_and_no_link_of_those_who_register(client, guyane):
    webinar(title="Avec inscription", join_url=LINK, phone="01 99 00 00 00", territory=guyane[2])
    webinar(title="Ouvert", join_url="https://visio.exemple.fr/pour-tous", is_open=True)
    webinar(title="Annulé net", state=EventState.CANCELLED, join_url="https://visio.exemple.fr/canari-2", is_open=True)
    webinar(title="Brouillon", state=EventState.DRAFT)
    day = rencontre(join_url="https://visio.exemple.fr/canari-3")
    for form in ("ics", "rss", "json", "csv"):
        text = text_of(client, f"/agenda.{form}")
        assert "canari" not in text, form
        assert "01 99" not in text, form
        assert "Brouillon" not in text, form
        assert "Avec inscription" in text, form
        assert day.title in text, form
        assert "Ouvert" not in text_of(client, f"/agenda.{form}?outremer=1"), form
    found = json.loads(text_of(client, "/agenda.json"))
    assert found["count"] == len(found["results"]) == 4
    by_title = {row["title"]: row for row in found["results"]}
    assert by_title["Ouvert"]["join_url"] == "https://visio.exemple.fr/pour-tous"
    assert by_title["Avec inscription"]["territory_code"] == "97302"
    assert by_title[day.title]["url"].endswith("/rencontres/rencontre/")
    rows = list(csv.DictReader(io.StringIO(text_of(client, "/agenda.csv"))))
    assert [row["id"] for row in rows] == [row["id"] for row in found["results"]]


def test_the_calendar_keeps_what_just_took_place_and_says_what_is_cancelled(client):
    webinar(title="Récent", **PAST)
    webinar(title="Ancien", starts_at=timezone.now() - timedelta(days=800))
    webinar(title="Manqué", state=EventState.CANCELLED, change=2)
    parsed = Calendar.from_ical(client.get("/agenda.ics").content)
    found = {str(each["summary"]): each for each in parsed.walk("VEVENT")}
    assert set(found) == {"Récent", "Annulé\u00a0: Manqué"}
    gone = found["Annulé\u00a0: Manqué"]
    assert (gone["status"], int(gone["sequence"])) == ("CANCELLED", 2)
    past = Calendar.from_ical(client.get("/agenda.ics?quand=passes&nature=webinaire").content)
    assert {str(each["summary"]) for each in past.walk("VEVENT")} == {"Récent", "Ancien"}
    kinds = Calendar.from_ical(client.get("/agenda.ics?nature=atelier").content)
    assert not list(kinds.walk("VEVENT"))


def test_the_feed_says_what_was_announced_last_first(client):
    webinar(title="Annoncé avant", published_at=NOW - timedelta(days=2))
    webinar(title="Annoncé après", published_at=None, starts_at=SOON + timedelta(days=300), created_at=NOW)
    webinar(title="Annoncé hier", published_at=NOW - timedelta(days=1))
    feed = client.get("/agenda.rss").text
    assert feed.index("Annoncé hier") < feed.index("Annoncé avant")
    assert "mardi 3 juillet 2035" in feed


def test_one_event_for_a_calendar_is_at_the_clock_of_its_place(client):
    event = webinar(zone="America/Cayenne", venue=Venue.PLACE, place="3 rue des Essais", join_url=LINK)
    answer = client.get(f"/agenda/{event.slug}.ics")
    (one,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert one["dtstart"].dt.utcoffset() == timedelta(hours=-3)
    assert str(one["location"]) == "3 rue des Essais"
    assert "canari" not in answer.text


# --- Page of an event ----------------------------------------------------------------------------------------------


def test_the_page_says_what_when_where_by_whom_and_what_for(client, guyane):
    host = OrganisationFactory(name="La Fabrique", visibility=Visibility.PUBLIC)
    event = webinar(
        title="Se retrouver", summary="Pour qui agit", text="Le déroulé", host=host, territory=guyane[2], venue=Venue.BOTH,
        place="3 rue des Essais", zone="America/Cayenne", join_url=LINK,
    )  # fmt: skip
    event.levers.add(TermFactory(vocabulary=Vocabulary.LEVIERS, code="un-levier", label="Un levier"))
    cache.clear()
    Item.objects.create(sequence=event.sequences.get(), rank=1, kind="tool", resource=published(title="Le diaporama"))
    hidden = published(title="Masquée")
    Resource.objects.filter(pk=hidden.pk).update(is_hidden=True)
    Item.objects.create(sequence=event.sequences.get(), rank=2, kind="tool", resource=hidden)
    page = client.get(event.get_absolute_url()).text
    for told in (
        "Se retrouver",
        "Pour qui agit",
        "Le déroulé",
        "La Fabrique",
        "Cayenne",
        "3 rue des Essais",
        "Le diaporama",
        "Un levier",
    ):
        assert told in page, told
    assert "Heure de Paris" in page
    assert "Heure de Cayenne" in page
    assert "canari" not in page
    assert "Masquée" not in page
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (data["@type"], data["startDate"], len(data["location"])) == ("Event", "2035-07-03T04:00:00-03:00", 2)


@pytest.mark.parametrize(
    ("more", "told"), [({}, LINK), ({"state": EventState.CANCELLED}, "n’aura pas lieu"), (PAST, "est passé")]
)
def test_an_open_event_gives_its_link_to_everyone_unless_it_is_over_or_cancelled(client, more, told):
    event = webinar(is_open=True, join_url=LINK, phone="01 99 00 00 00", **more)
    page = client.get(event.get_absolute_url()).text
    assert told in page
    assert ("Rejoindre la visioconférence" in page) == (told == LINK)


def test_a_draft_and_what_is_hidden_are_for_those_who_hold_them(client, member, animator):
    draft = webinar(title="Pas encore", state=EventState.DRAFT, owner=member, join_url=LINK)
    hidden = webinar(title="Caché", is_hidden=True, owner=member)
    helper, stranger = MemberFactory(), MemberFactory()
    draft.organisers.add(helper)
    for event in (draft, hidden):
        for address in (event.get_absolute_url(), f"/agenda/{event.slug}.ics"):
            client.logout()
            assert client.get(address).status_code == 404
            client.force_login(stranger)
            assert client.get(address).status_code == 404
            for person in (member, animator):
                client.force_login(person)
                assert client.get(address).status_code == 200
    client.force_login(helper)
    page = client.get(draft.get_absolute_url()).text
    assert "En préparation" in page
    assert LINK in page
    assert client.get(f"/agenda/{draft.slug}/modifier/").status_code == 200
    client.force_login(stranger)
    assert client.get(f"/agenda/{webinar().slug}/modifier/").status_code == 403
    assert client.post(f"/agenda/{webinar().slug}/geste/", {"act": "cancel"}).status_code == 403


def test_who_hosts_is_said_as_the_reader_may_know_it(member, animator):
    private = OrganisationFactory(visibility=Visibility.MEMBERS)
    assert event_reads.host_words(webinar(host=private, owner=member)) == member.get_full_name()
    assert event_reads.host_words(webinar(owner=animator)) == event_reads.host_words(webinar()) == "le réseau"
    assert event_reads.where_words(webinar(venue=Venue.PLACE, place="3 rue")) == "3 rue"


def test_the_other_dates_of_a_cycle_are_on_the_page_without_its_drafts(client, member):
    series = cycles.plan(said(), cycles.Asked(Repeats.WEEKDAY, times=3), by=member, now=NOW)
    one, two, three = (row.event for row in series.occurrences.order_by("on").select_related("event"))
    services.publish(one, by=member, now=NOW)
    services.publish(two, by=member, now=NOW)
    page = client.get(one.get_absolute_url()).text
    assert "chaque mois, le 1er mardi" in page
    assert two.get_absolute_url() in page
    assert three.get_absolute_url() not in page


# --- Propose and change --------------------------------------------------------------------------------------------


def typed(**more) -> dict[str, str]:
    return {
        "kind": "webinaire", "title": "Proposé", "summary": "", "day": "2035-07-05", "hour": "13:00", "end_hour": "14:00",
        "end_day": "", "zone": "Europe/Paris", "repeats": "", "every": "", "times": "", "until": "", "venue": "online", "place": "",
        "territory": "", "resources": "", "join_url": "visio.exemple.fr/a", "phone": "", "capacity": "20", "closes_on": "", "host": "", "text": "",
        **more,
    }  # fmt: skip


def test_a_member_proposes_publishes_changes_and_cancels(client, member):
    mine = CatalystFactory(owner=member, visibility=Visibility.PUBLIC)
    client.force_login(member)
    assert "Proposer un rendez-vous" in client.get("/agenda/proposer/?nature=atelier&territoire=commune:%00").text
    answer = client.post("/agenda/proposer/", typed(act="publish", host=mine.slug, closes_on="2035-07-05"))
    event = Event.objects.get()
    assert answer.headers["Location"] == event.get_absolute_url() == "/agenda/propose-2035-07-05/"
    assert (event.state, event.host, event.starts_at.hour, event.sequences.get().capacity) == (
        "published",
        mine,
        11,
        20,
    )
    assert event.registration_closes_at == event.ends_at
    edit = f"/agenda/{event.slug}/modifier/"
    assert 'value="13:00"' in client.get(edit).text
    assert (
        client.post(edit, typed(hour="18:00", end_hour="20:00", end_day="2035-07-06", host=mine.slug)).status_code
        == 302
    )
    event.refresh_from_db()
    assert (event.starts_at.hour, event.ends_at.day, event.change) == (16, 6, 1)
    assert 'value="2035-07-06"' in client.get(edit).text
    for act, state in (("cancel", "cancelled"), ("reopen", "published"), ("withdraw", "draft"), ("danse", "draft")):
        client.post(f"/agenda/{event.slug}/geste/", {"act": act})
        event.refresh_from_db()
        assert event.state == state
    answer = client.post(f"/agenda/{event.slug}/geste/", {"act": "cancel"}, follow=True)
    assert "ce geste n’est pas possible" in answer.text


def test_the_recording_and_the_slides_are_given_by_their_addresses_in_the_library(client, member):
    event = webinar(owner=member, **PAST)
    slides, recording = published(title="Le diaporama"), published(title="L’enregistrement")
    client.force_login(member)
    local = event.starts_at.astimezone(event.clock)
    same = {
        "title": event.title, "day": f"{local:%Y-%m-%d}", "hour": f"{local:%H:%M:%S.%f}"[:8], "capacity": "", "join_url": "",
        "end_hour": f"{event.ends_at.astimezone(event.clock):%H:%M:%S}", "end_day": f"{event.ends_at.astimezone(event.clock):%Y-%m-%d}",
    }  # fmt: skip
    edit = f"/agenda/{event.slug}/modifier/"
    Event.objects.filter(pk=event.pk).update(
        starts_at=event.starts_at.replace(microsecond=0), ends_at=event.ends_at.replace(microsecond=0)
    )
    both = "\n".join(f"http://localhost{each.get_absolute_url()}" for each in (slides, recording, slides))
    assert client.post(edit, typed(**same, resources=both)).status_code == 302
    page = client.get(event.get_absolute_url()).text
    assert page.index("Le diaporama") < page.index("L’enregistrement")
    assert recording.get_absolute_url() in client.get(edit).text
    assert client.post(edit, typed(**same, resources=recording.get_absolute_url())).status_code == 302
    assert list(Item.objects.values_list("resource", flat=True)) == [recording.pk]
    refused = client.post(edit, typed(**same, resources="https://exemple.fr/ailleurs"))
    assert (refused.status_code, "l’adresse de la page d’une ressource" in refused.text) == (422, True)
    event.refresh_from_db()
    services.change(event, replace_said(event), by=member, now=NOW)
    assert Item.objects.count() == 1


def test_a_refused_form_comes_back_filled_with_what_was_typed(client, member):
    client.force_login(member)
    for wrong, told in (
        ({"end_hour": "12:00"}, "après le début"),
        ({"day": "2020-01-01"}, "déjà passé"),
        ({"repeats": "weekday"}, "combien de dates"),
        ({"hour": "hier"}, "heure"),
        ({"day": "9999-12-31", "zone": "Pacific/Tahiti"}, "plus de cent ans"),
        ({"closes_on": "0001-01-01"}, "plus de cent ans"),
        ({"closes_on": "1960-01-01"}, "trop loin"),
        ({"day": "2035-03-25", "hour": "02:30", "end_hour": "04:00"}, "n’existe pas"),
    ):
        answer = client.post("/agenda/proposer/", typed(**wrong))
        assert answer.status_code == 422, wrong
        assert told in answer.text, wrong
        assert 'value="Proposé"' in answer.text
    assert not Event.objects.exists()


def test_a_cycle_is_proposed_published_and_changed_from_a_date_on(client, member):
    client.force_login(member)
    client.post("/agenda/proposer/", typed(repeats="weekday", times="3", act="publish"))
    one, two, three = (row.event for row in Occurrence.objects.order_by("on").select_related("event"))
    assert {event.state for event in Event.objects.all()} == {"published"}
    edit = f"/agenda/{two.slug}/modifier/"
    assert "Cette date et les suivantes" in client.get(edit).text
    answer = client.post(edit, typed(day="2035-08-02", title="Nouveau nom", scope="next"), follow=True)
    assert "2 dates sont changées" in answer.text
    assert sorted(Event.objects.values_list("title", flat=True)) == ["Nouveau nom", "Nouveau nom", "Proposé"]
    answer = client.post(f"/agenda/{two.slug}/geste/", {"act": "cancel", "scope": "next"}, follow=True)
    assert "2 dates sont concernées" in answer.text
    client.post(f"/agenda/{one.slug}/geste/", {"act": "skip"})
    assert list(Event.objects.order_by("pk")) == [two, three]
    seated(three.sequences.get())
    assert "annulez-la" in client.post(f"/agenda/{three.slug}/geste/", {"act": "skip"}, follow=True).text
    client.post("/agenda/proposer/", typed(title="Autre", repeats="weeks", every="2", until="2035-08-30"))
    assert Event.objects.filter(title="Autre", state="draft").count() == 5


def test_a_cancelled_event_is_not_changed_and_says_why(client, member):
    event = webinar(owner=member, state=EventState.CANCELLED)
    client.force_login(member)
    answer = client.post(f"/agenda/{event.slug}/modifier/", typed())
    assert (answer.status_code, "remettez-le d’abord" in answer.text) == (422, True)


def test_a_rencontre_is_proposed_by_animators_alone_and_prepared_elsewhere(client, member, animator):
    client.force_login(member)
    answer = client.post("/agenda/proposer/", typed(kind="rencontre"))
    assert (answer.status_code, Event.objects.count()) == (422, 0)
    client.force_login(animator)
    assert "edition" in client.get("/agenda/proposer/").text
    assert client.post("/agenda/proposer/", typed(kind="rencontre", repeats="date", times="3")).status_code == 422
    answer = client.post("/agenda/proposer/", typed(kind="rencontre", edition="8", title="8e Rencontre"))
    assert answer.headers["Location"] == "/rencontres/8e-rencontre-2035-07-05/preparer/"
    assert client.get("/agenda/8e-rencontre-2035-07-05/").headers["Location"] == "/rencontres/8e-rencontre-2035-07-05/"


def test_too_many_proposals_are_slowed_down_and_nothing_typed_is_lost(client, member, monkeypatch):
    from alliage.events.views import events as views

    monkeypatch.setattr(views, "PROPOSED_PER_PERSON", "1/10m")
    client.force_login(member)
    client.post("/agenda/proposer/", typed())
    answer = client.post("/agenda/proposer/", typed(title="Encore un"))
    assert answer.status_code == 429
    assert 'value="Encore un"' in answer.text


# --- Panels --------------------------------------------------------------------------------------------------------


def test_the_home_page_and_the_pages_of_places_and_hosts_show_what_is_to_come(
    client, guyane, django_assert_num_queries
):
    host = OrganisationFactory(visibility=Visibility.PUBLIC)
    webinar(title="Chez nous", territory=guyane[2], host=host)
    cache.clear()
    assert "Chez nous" in str(lines.next_lines(now=NOW))
    assert agenda.of_territory(TerritoryFactory(code="01001"), None) is None
    assert agenda.hosted(OrganisationFactory.build(pk=98), None) is None
    assert "Rendez-vous ici" in client.get("/territoires/departement/973/").text
    assert "Ses prochains rendez-vous" in client.get(host.get_absolute_url()).text
    assert [event.title for event in coming.next_ones(now=NOW, limit=3)] == ["Chez nous"]
    other = TerritoryFactory(code="42218", name="Saint-Étienne")
    with django_assert_num_queries(0):
        assert coming.of_territory(other, now=NOW, limit=3) == []
        assert coming.hosted_by(OrganisationFactory.build(pk=99), now=NOW, limit=3) == []


def test_my_space_says_where_i_am_expected_and_what_i_prepare_in_one_query(client, member, django_assert_num_queries):
    expected = webinar(title="On m’attend")
    seated(expected.sequences.get(), member=member, email=member.email)
    webinar(title="Je prépare", owner=member, state=EventState.DRAFT)
    shared = webinar(title="Nous préparons")
    shared.organisers.add(member)
    webinar(title="Annulé", owner=member, state=EventState.CANCELLED)
    EventFactory(title="D’autres")
    with django_assert_num_queries(1):
        found = coming.mine(member, now=NOW, limit=5)
    assert [event.title for event in found] == ["On m’attend", "Je prépare", "Nous préparons"]
    client.force_login(member)
    assert "Mes prochains rendez-vous" in client.get("/mon-espace/").text


def test_lists_ask_as_many_questions_for_thirty_as_for_one(client, django_assert_max_num_queries):
    host = OrganisationFactory(visibility=Visibility.PUBLIC)
    for _number in range(30):
        webinar(host=host, territory=TerritoryFactory())
    with django_assert_max_num_queries(4):
        client.get("/agenda/")
