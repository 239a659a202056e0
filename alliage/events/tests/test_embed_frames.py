"""The agenda and its events in frames on other sites: what is to come, as anyone may read it, at the hour of Paris."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from alliage.events import embed_frames
from alliage.events.enums import EventKind, EventState, Venue
from alliage.events.tests.factories import SOON, EventFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
OURS = {"HTTP_REFERER": f"{settings.ORIGIN}/integrer/"}


@pytest.fixture
def loire():
    return TerritoryFactory(kind="departement", code="42", name="Loire")


def frame(**asked):
    query = QueryDict(mutable=True)
    query.update(asked)
    return embed_frames.the_agenda("", query)


def titles(found):
    return [line["event"].title for line in found.context["lines"]]


def test_the_frame_holds_what_is_to_come_and_leads_to_the_agenda(client, loire):
    town = TerritoryFactory(kind="commune", code="42218", name="Saint-Étienne", departement=loire)
    EventFactory(title="Un webinaire", summary="Pour <tous>.")
    EventFactory(title="Une rencontre locale", territory=town, venue=Venue.PLACE, place="Mairie", starts_at=SOON + timedelta(days=1))  # fmt: skip
    EventFactory(title="Annulé", state=EventState.CANCELLED, starts_at=SOON + timedelta(days=2))
    EventFactory(title="Brouillon", state=EventState.DRAFT)
    EventFactory(title="Masqué", is_hidden=True)
    EventFactory(title="Passé", starts_at=timezone.now() - timedelta(days=3))
    page = client.get("/integrer/agenda/", **OURS).text
    shown = [title for title in ("Un webinaire", "Une rencontre locale", "Annulé", "Brouillon", "Masqué", "Passé") if title in page]  # fmt: skip
    assert shown == ["Un webinaire", "Une rencontre locale", "Annulé"]
    assert "Pour &lt;tous&gt;." in page
    assert "9 h" in page.replace("\u00a0", " ")  # SOON is at seven, universal time
    assert f'href="{settings.ORIGIN}/agenda/"' in page
    assert all('target="_top"' in link for link in re.findall(r"<a [^>]*>", page))
    narrowed = frame(territoire="departement:42", quand="passes", nature="catalyseurs")
    assert titles(narrowed) == ["Une rencontre locale"]
    assert (narrowed.title, narrowed.url) == ("Agenda\u00a0: Loire", "/agenda/?territoire=departement:42")


def test_a_frame_says_how_many_are_left_and_when_there_are_none(client):
    assert "Aucun rendez-vous n’est annoncé" in client.get("/integrer/agenda/", **OURS).text
    EventFactory.create_batch(3)
    assert "Voir les 3 rendez-vous de l’agenda" in client.get("/integrer/agenda/?nombre=1", **OURS).text
    assert "Voir dans l’agenda" in client.get("/integrer/agenda/?nombre=3", **OURS).text
    for strange in ("0", "-1", "²", "abc", "9999"):
        assert len(titles(frame(nombre=strange))) == 3


def test_another_site_is_told_to_ask_first(client):
    EventFactory(title="Un webinaire")
    page = client.get("/integrer/agenda/", HTTP_REFERER="https://inconnu.exemple.net/").text
    assert "Un webinaire" not in page


def test_the_page_makes_the_text_to_paste_with_the_filters_of_the_agenda(client, loire):
    page = client.get("/integrer/?quoi=agenda&territoire=departement:42&nature=webinaire&metier=lieu").text
    assert "/integrer/agenda/?nature=webinaire&amp;amp;territoire=departement:42" in page
    assert "seuls ses rendez-vous sont montrés" in page
    assert 'name="metier"' not in page
    assert (
        "/integrer/?quoi=agenda&amp;territoire=departement:42" in client.get("/agenda/?territoire=departement:42").text
    )


def test_the_form_sent_again_asks_for_the_same_and_understands_it_all(client, loire):
    asked = "/integrer/?quoi=agenda&nature=webinaire&lieu=ligne&territoire=departement:42"
    page = client.get(asked).text
    fields = re.findall(r'<input[^>]* name="(nature|lieu|ou|territoire|metier)"[^>]*?(?: value="([^"]*)")', page)
    assert dict(fields) == {"nature": "webinaire", "lieu": "ligne", "ou": "Loire", "territoire": "departement:42"}
    assert "Ce filtre est ignoré" not in page
    again = client.get("/integrer/", {"quoi": "agenda", **dict(fields)}).text
    for each in (page, again):
        assert "/integrer/agenda/?nature=webinaire&amp;amp;territoire=departement:42&amp;amp;lieu=ligne" in each
    assert "Nous n’avons pas reconnu : jamais" in client.get(asked + "&levier=jamais").text.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", [EventKind.WEBINAR, EventKind.RENCONTRE])
def test_an_event_is_found_by_oembed_as_long_as_everyone_may_read_it(client, kind):
    event = EventFactory(title="Un rendez-vous", kind=kind, is_demo=True)
    path = event.get_absolute_url()
    page = client.get(path).text
    address = unescape(re.search(r'type="application/json\+oembed" href="([^"]+)"', page)[1])
    said = json.loads(client.get(address.removeprefix(settings.ORIGIN)).content)
    assert (said["type"], said["title"]) == ("rich", "Un rendez-vous")
    source = unescape(re.search(r'src="([^"]+)"', said["html"])[1]).removeprefix(settings.ORIGIN)
    assert source == f"/integrer/rendez-vous/{event.slug}/"
    framed = client.get(source, **OURS).text
    assert all(words in framed for words in ("démonstration", "s’inscrire", "Un rendez-vous"))
    event.state = EventState.CANCELLED
    event.save()
    framed = client.get(source, **OURS).text
    assert "annulé" in framed
    assert "s’inscrire" not in framed
    event.state, event.starts_at, event.ends_at = EventState.PUBLISHED, timezone.now() - timedelta(days=2), timezone.now() - timedelta(days=1)  # fmt: skip
    event.save()
    assert "passé" in client.get(source, **OURS).text
    event.is_hidden = True
    event.save()
    assert client.get(source, **OURS).status_code == 404
    assert client.get("/oembed", {"url": settings.ORIGIN + path}).status_code == 404
    assert client.get("/integrer/rendez-vous/inconnu/", **OURS).status_code == 404
