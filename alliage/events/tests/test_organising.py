"""The pages of those who organise: what is missing, speakers, retro-planning, taking again, bringing a programme."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import OrganisationFactory
from alliage.events.enums import EventState, Standing
from alliage.events.models import Event, Partner, Rehearsal, Sequence, Sheet, Speaker, Task
from alliage.events.organising_enums import Missing
from alliage.events.queries.speakers import partner_rows
from alliage.events.services import sheets
from alliage.events.services.sheets import SheetSaid
from alliage.events.tests.factories import NOW, SpeakerFactory, rencontre, seated
from alliage.files.tests.factories import upload
from alliage.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return MemberFactory(name="Organisatrice")


@pytest.fixture
def day(owner) -> Event:
    return rencontre(owner=owner)


@pytest.fixture
def client(owner) -> MemberClient:
    return signed_in(owner)


def signed_in(member: object) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def at(name: str, event: Event, *more: object) -> str:
    return reverse(f"events:{name}", args=[event.slug, *more])


# --- Home ------------------------------------------------------------------------------------------------------------


def test_home_says_what_is_missing_and_opens_every_door(client, day):
    SpeakerFactory(event=day, name="Awa Diallo")
    page = client.get(at("organise", day)).content.decode()
    for words in ("Séquences sans intervenant", "Séquences que personne ne tient", "Awa Diallo", "présentation"):
        assert words in page
    for name in ("grid", "speakers", "attendees", "planning", "exhibition", "proceedings", "organise_settings"):
        assert at(name, day) in page


def test_home_asks_as_few_questions_for_ten_as_for_a_thousand(client, day):
    counts = []
    for more in (10, 300):
        Speaker.objects.bulk_create(Speaker(event=day, name=f"Personne {rank}") for rank in range(more))
        for name in ("organise", "speakers"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(at(name, day)).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_an_empty_programme_offers_to_paste_one(client, day):
    day.sequences.all().delete()
    assert "Coller un programme" in client.get(at("organise", day)).content.decode()


def test_a_rencontre_is_published_withdrawn_cancelled_and_held_after_all(client, day):
    Event.objects.update(state=EventState.DRAFT)
    for act, state in (
        ("publish", EventState.PUBLISHED), ("withdraw", EventState.DRAFT), ("publish", EventState.PUBLISHED), ("cancel", EventState.CANCELLED), ("reopen", EventState.PUBLISHED),
        ("fly", EventState.PUBLISHED),
    ):  # fmt: skip
        assert client.post(at("organise_state", day), {"act": act})["Location"] == at("organise", day)
        day.refresh_from_db()
        assert day.state == state
    seated(Sequence.objects.get(event=day, rank=1))
    client.post(at("organise_state", day), {"act": "withdraw"})
    day.refresh_from_db()
    assert day.state == EventState.PUBLISHED


def test_title_and_date_are_changed_and_two_windows_do_not_undo_each_other(client, day):
    url = at("organise_settings", day)
    form = client.get(url).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    said |= {"day": "2035-07-04", "start": "09:00", "end": "17:30", "closes_on": "2035-07-01", "title": "Un"}
    assert client.post(url, said).status_code == 302
    day.refresh_from_db()
    assert (day.title, day.starts_at.day) == ("Un", 4)
    assert day.registration_closes_at is not None
    refused = client.post(url, {**said, "title": "Deux"})
    assert refused.status_code == 422
    assert "Deux" in refused.content.decode()
    assert client.post(url, {**said, "seen": "", "venue": "place"}).status_code == 422
    assert client.get(url).context["form"]["closes_on"].value() is not None


def test_only_organisers_and_animators_find_the_door(client, day):
    assert at("organise", day) in client.get(at("programme", day)).content.decode()
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert at("clone", day) in animator.get(at("programme", day)).content.decode()
    for other in (MemberClient(), signed_in(MemberFactory())):
        assert at("organise", day) not in other.get(at("programme", day)).content.decode()


# --- Speakers ----------------------------------------------------------------------------------------------------------


def test_everybody_is_invited_in_one_gesture_then_reminded_in_another(client, day):
    one = SpeakerFactory(event=day, name="Awa", email="a@exemple.fr")
    SpeakerFactory(event=day, name="Teva", email="b@exemple.fr")
    SpeakerFactory(event=day, name="Sans adresse")
    url = at("speakers", day)
    page = client.get(url).content.decode()
    assert "Inviter 2 personnes" in page
    client.post(url, {"act": f"invite:{one.pk}"})
    client.post(url, {"act": "invite"})
    client.post(url, {"act": "invite"})
    assert OutgoingMail.objects.count() == 2
    client.post(url, {"act": f"remind:{one.pk}"})
    client.post(url, {"act": "remind"})
    assert OutgoingMail.objects.count() == 2  # they were written to today
    for sheet in day.speakers.exclude(sheet=None):
        sheet.sheet.reminded_on = NOW.date()
        sheet.sheet.save()
    client.post(url, {"act": "remind"})
    assert OutgoingMail.objects.count() == 4
    assert client.post(url, {"act": "fly"}).status_code == 404
    sheets.save(sheets.of(one), SheetSaid(answer=Standing.CONFIRMED, message="Je viens avec joie"), now=NOW)
    assert "Je viens avec joie" in client.get(url).content.decode()


def test_nobody_is_invited_to_a_cancelled_day(client, day):
    SpeakerFactory(event=day, email="a@exemple.fr")
    Event.objects.update(state=EventState.CANCELLED)
    client.post(at("speakers", day), {"act": "invite"})
    assert not OutgoingMail.objects.exists()


def test_a_speaker_is_added_changed_and_taken_away(client, day):
    url = at("speakers", day)
    assert client.post(url, {"name": ""}).status_code == 422
    assert client.post(url, {"name": "\u200b \x1f"}).status_code in {302, 422}
    assert client.post(url, {"name": "Awa", "organisation": "Inconnue au bataillon"}).status_code == 422
    fonda = OrganisationFactory(name="La Fonda")
    client.post(url, {"name": "Awa", "email": "a@exemple.fr", "organisation": "la fonda"})
    assert Speaker.objects.get(name="Awa").organisation == fonda
    speaker = Speaker.objects.get(name="Awa")
    url = at("speaker_edit", day, speaker.pk)
    seen = client.get(url).context["form"]["seen"].value()
    assert client.post(url, {"name": "Awa D.", "seen": seen}).status_code == 302
    assert client.post(url, {"name": "Autre", "seen": seen}).status_code == 422
    client.post(url, {"act": "link"})
    first = client.get(url).context["link"]
    assert "/intervenants/" in first
    client.post(url, {"act": "renew"})
    assert client.get(url).context["link"] != first
    sheets.save(sheets.of(speaker), SheetSaid(bio="Texte"), now=NOW)
    client.post(url, {"act": "off"})
    assert sheets.of(speaker).bio == ""
    client.post(url, {"act": "remove"})
    assert not Speaker.objects.filter(pk=speaker.pk).exists()
    assert client.get(url).status_code == 404


def test_taking_off_what_was_never_given_does_nothing(client, day):
    speaker = SpeakerFactory(event=day)
    assert client.post(at("speaker_edit", day, speaker.pk), {"act": "off"}).status_code == 302


def test_a_partner_receives_a_link_too(client, day):
    partner = Partner.objects.create(event=day, name="Comité 21")
    url = at("partner_edit", day, partner.pk)
    assert client.post(url, {"contact": "faux"}).status_code == 422
    assert client.post(url, {"contact": "contact@exemple.fr"}).status_code == 302
    assert "/intervenants/" in client.get(url).context["link"]
    client.post(at("speakers", day), {"act": f"invite-partner:{partner.pk}"})
    assert OutgoingMail.objects.get().to == "contact@exemple.fr"
    assert Missing.ANSWER in partner_rows(day)[0].missing
    Sheet.objects.filter(partner=partner).update(answer=Standing.CONFIRMED)
    assert Missing.ANSWER not in partner_rows(day)[0].missing
    assert client.get(at("partner_edit", rencontre(slug="autre", owner=day.owner), partner.pk)).status_code == 404
    assert client.get(at("partner_edit", day, 999_999)).status_code == 404


def test_moments_to_rehearse_are_offered_and_withdrawn(client, day):
    url = at("rehearsals", day)
    said = {"day": "2035-06-01", "hour": "10:00", "minutes": "15", "seats": "1"}
    assert client.post(url, {**said, "day": "2020-06-01"}).status_code == 422
    assert client.post(url, {**said, "day": "2035-03-25", "hour": "02:30"}).status_code == 422
    assert client.post(url, said).status_code == 302
    moment = Rehearsal.objects.get()
    assert "10\u00a0h" in client.get(url).content.decode()
    sheets.save(sheets.ensure(SpeakerFactory(event=day)), SheetSaid(rehearsal=moment), now=NOW)
    client.post(url, {"act": f"off:{moment.pk}"})
    client.post(url, {"act": "off:0"})
    assert Rehearsal.objects.exists()


# --- Retro-planning ----------------------------------------------------------------------------------------------------


def test_the_retro_planning_is_begun_changed_and_settled(client, day):
    url = at("planning", day)
    client.post(url, {"act": "begin"})
    assert Task.objects.count() == 20
    assert client.post(url, {"title": "", "due": "2035-06-01"}).status_code == 422
    assert client.post(url, {"title": "Un", "due": "2030-06-01"}).status_code == 422
    assert client.post(url, {"title": "Louer des chaises", "due": "2035-07-01"}).status_code == 302
    task = Task.objects.get(title="Louer des chaises")
    assert task.offset == -2
    assert client.get(url, {"modifier": task.pk}).context["form"]["title"].value() == "Louer des chaises"
    client.post(url, {"pk": task.pk, "title": "Louer des tables", "due": "2035-07-02"})
    client.post(url, {"act": f"done:{task.pk}"})
    task.refresh_from_db()
    assert (task.title, task.offset, task.done_at is not None) == ("Louer des tables", -1, True)
    calendar = client.get(at("planning_ics", day)).content.decode()
    assert calendar.count("BEGIN:VEVENT") == 20
    assert "Louer des tables" not in calendar
    client.post(url, {"act": f"undone:{task.pk}"})
    client.post(url, {"act": f"off:{task.pk}"})
    client.post(url, {"act": f"off:{task.pk}"})
    assert Task.objects.count() == 20
    assert client.post(url, {"act": "fly:1"}).status_code == 404


# --- Taken again -------------------------------------------------------------------------------------------------------


def test_a_rencontre_is_taken_again_by_who_organised_it_or_animates(client, day):
    url = at("clone", day)
    assert client.get(url).context["form"]["day"].value().year == 2036
    assert client.post(url, {"title": "", "day": "2036-07-01"}).status_code == 422
    assert client.post(url, {"title": "Suite", "day": "2020-07-01"}).status_code == 422
    answer = client.post(url, {"title": "Suite", "day": "2036-07-01", "keeps_speakers": "on"})
    made = Event.objects.get(title="Suite")
    assert answer["Location"] == at("organise", made)
    assert signed_in(MemberFactory(role=Role.ANIMATOR)).get(url).status_code == 200
    assert MemberClient().get(at("organise", made)).status_code == 302
    assert MemberClient().get(at("rencontre", made)).status_code == 404


# --- Bringing a programme ------------------------------------------------------------------------------------------------


def test_a_pasted_text_is_read_then_accepted_once(client, day):
    url = at("programme_paste", day)
    assert client.post(url, {"text": ""}).status_code == 422
    assert client.post(url, {"text": "Bonjour"}).status_code == 422
    page = client.post(url, {"text": "9h – 10h – Une\n10h – 11h – Deux\nTémoignage de Awa, maire\n"})
    assert page.status_code == 200
    signed = page.context["signed"]
    assert not Sequence.objects.filter(title="Une").exists()  # nothing is written before it is accepted
    for _twice in range(2):
        assert client.post(url, {"plan": signed, "keep": ["2"]})["Location"] == at("grid", day)
    assert list(Sequence.objects.filter(event=day, title__in=["Une", "Deux"]).values_list("title", flat=True)) == [
        "Deux"
    ]
    assert Speaker.objects.get(event=day).name == "Awa"
    other = rencontre(slug="autre", owner=day.owner)
    for wrong in ({"plan": signed, "keep": ["2"]}, {"plan": "faux", "keep": ["2"]}):
        assert client.post(at("programme_paste", other), wrong)["Location"] == at("programme_paste", other)
    assert client.post(url, {"plan": signed})["Location"] == url  # nothing ticked
    assert other.sequences.count() == 5


def test_a_file_is_tried_first_and_refused_rows_are_told(client, day):
    url = at("programme_import", day)
    assert client.post(url).status_code == 422
    wrong = client.post(url, {"file": upload(b"titre;debut;fin\nUn;9h;10h\nDeux;hier;10h\n", "programme.csv")})
    assert "Ligne 3" in wrong.content.decode()
    assert client.post(url, {"file": upload(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "vieux.xls")}).status_code == 422
    assert client.post(url, {"file": upload(b"{}", "schedule.json")}).status_code == 422
    assert client.post(url, {"file": upload(b"a" * (2 * 1024 * 1024 + 1), "gros.csv")}).status_code == 422
    good = client.post(
        url, {"file": upload("titre;debut;fin\nÉté;2019-05-01 09:00;2019-05-01 10:00\n".encode("cp1252"), "p.csv")}
    )
    assert good.context["moved"] != 0
    client.post(url, {"plan": good.context["signed"], "keep": ["1"], "replaces": "1"})
    assert [each.title for each in day.sequences.all()] == ["Été"]
    assert day.sequences.get().starts_at.date() == day.starts_at.date()
    out = client.get(reverse("events:programme_data", args=[day.slug, "json"])).content
    again = client.post(url, {"file": upload(out, "schedule.json")})
    assert [line["plan"].title for line in again.context["lines"]] == ["Été"]
