"""Acts by the page: forms without script, operations for the script, refusals that give the text back, doors that stay shut."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.rooms.enums import Role
from alliage.rooms.models import Card, Participant, Room
from alliage.rooms.registers.free import FREE
from alliage.rooms.services import rooms
from alliage.rooms.tests.factories import NOW, Session, person, prepared

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


class Live:
    """A member's room, with two browsers: hers, and one without an account."""

    def __init__(self, code="codev", *, is_open=True, **more):
        self.member = MemberFactory(name="Aude")
        self.room = prepared(code, by=self.member, **more)
        self.mine, self.other = Client(), Client()
        self.mine.force_login(self.member)
        self.url, self.act_url = self.room.get_absolute_url(), reverse("rooms:act", args=[self.room.code])
        self.mine.post(self.url, {"name": "Aude"})
        self.other.post(self.url, {"name": "Karim"})
        if is_open:
            self.act(self.mine, do="open")

    def act(self, client, *, script=False, **data):
        return client.post(self.act_url, {"act": uuid.uuid4(), **data}, headers=SCRIPT if script else {})

    def text(self, client, **asked):
        return client.get(self.url, asked).content.decode()


def test_a_member_prepares_a_room_and_facilitates_it():
    member = MemberFactory(name="Aude")
    client = Client()
    client.force_login(member)
    from alliage.rooms.services.run_sheets import load

    load(now=NOW)
    page = client.get(reverse("rooms:prepare")).content.decode()
    sheet = re.search(r'<option value="(\d+)"[^>]*>Trio', page)[1]
    assert client.post(reverse("rooms:prepare"), {"title": "", "run_sheet": sheet}).status_code == 422
    assert client.post(reverse("rooms:prepare"), {"title": "\x01 ", "run_sheet": "0"}).status_code == 422
    answer = client.post(
        reverse("rooms:prepare"), {"title": "Notre trio", "run_sheet": sheet, "video_url": "visio.exemple.fr/a"}
    )
    room = Room.objects.get()
    assert answer.url == room.get_absolute_url()
    assert (room.purpose, room.sheet.length, room.video_url) == (FREE, 25, "https://visio.exemple.fr/a")
    assert room.participants.get().role == Role.FACILITATOR
    assert "Notre trio" in client.get(reverse("rooms:index")).content.decode()
    assert load(now=NOW) == 9


def test_one_comes_in_by_the_link_without_an_account():
    live = Live(is_open=False)
    assert set(live.room.participants.values_list("name", "role")) == {("Aude", "facilitator"), ("Karim", "consultant")}
    assert "Vous êtes Karim, consultant." in live.text(live.other)
    assert "frame-src 'self'" in live.other.get(live.url)["Content-Security-Policy"]
    stranger = Client()
    page = live.text(stranger)
    assert "Comment vous appeler" in page
    assert "Karim" not in page
    assert "prénom suffit" in stranger.post(live.url, {"name": " "}).content.decode()
    # Someone already inside who sends the door's form again is simply inside.
    assert live.other.post(live.url, {"name": "Autre"}).status_code == 302
    assert live.room.participants.count() == 2


def test_a_confidential_room_answers_strangers_as_one_that_does_not_exist():
    live = Live(is_confidential=True)
    assert live.room.participants.count() == 1
    stranger, member = Client(), Client()
    member.force_login(MemberFactory())
    for path in (live.url, "/salles/inconnue22/"):
        assert stranger.get(path).status_code == 302
        assert member.get(path).status_code == 404
    assert live.act(member, do="open").status_code == 404
    for name in ("projector", "timer", "stay", "qr"):
        assert member.get(reverse(f"rooms:{name}", args=[live.room.code])).status_code == 404
    assert "Séance confidentielle" in live.text(live.mine)


def test_an_act_without_script_leads_back_to_the_room():
    live = Live()
    assert live.act(live.other, do="write", kind="sujet", text="Un sujet").url == live.url
    assert "Un sujet" in live.text(live.mine)
    assert live.act(live.other, do="inconnu").status_code == 404
    assert (
        live.other.post(live.act_url, {"do": "write", "kind": "meteo", "text": "Bien", "act": "pas un nom"}).status_code
        == 302
    )


def test_a_refused_act_gives_the_text_back():
    live = Live()
    answer = live.act(live.other, do="write", kind="idee", text="Trop tôt")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "L’étape a changé" in page
    assert "Trop tôt" in page
    told = live.act(live.other, script=True, do="write", kind="idee", text="Trop tôt")
    assert (told.status_code, told.json()["number"]) == (422, Room.objects.get().last_number)
    assert "L’étape a changé" in told.json()["error"]
    assert not Card.objects.exists()


def test_a_text_typed_for_another_phase_is_not_written_in_this_one():
    """A capture of the same code may be private in one phase and read by all in the next: the text comes back, apart."""
    live = Live()
    page = live.text(live.other)
    assert '<input type="hidden" name="phase" value="accueil">' in page
    answer = live.act(live.other, do="write", kind="sujet", phase="ailleurs", text="Pour moi")
    page = answer.content.decode()
    assert (answer.status_code, page.count("Pour moi")) == (422, 1)
    assert "L’étape a changé" in page
    assert live.act(live.other, script=True, do="write", kind="sujet", phase="ailleurs", text="X").status_code == 422
    assert not Card.objects.exists()
    assert live.act(live.other, do="write", kind="sujet", phase="accueil", text="Un sujet").status_code == 302


def test_the_script_is_told_what_its_act_changed():
    live = Live()
    told = live.act(live.other, script=True, do="write", kind="sujet", text="Un sujet").json()
    assert told["number"] == Room.objects.get().last_number
    assert "Retirer" in told["ops"][0]["html"]
    assert live.act(live.other, script=True, take_back=Card.objects.get().pk).json()["ops"][0]["op"] == "drop"
    assert live.act(live.other, script=True, take_back=99999).status_code == 422


def test_every_gesture_of_facilitation():
    live = Live()
    karim = Participant.objects.get(name="Karim")
    live.act(live.other, do="write", kind="sujet", text="Un sujet")
    card = Card.objects.get()
    for data in (
        {"hide": card.pk}, {"show": card.pk}, {"choose": card.pk}, {"unchoose": card.pk},
        {"rewrite": card.pk, f"text_{card.pk}": "Mieux"}, {"do": "pause"}, {"do": "resume"}, {"add": "5"},
        {"do": "ask_turn"}, {"do": "leave_turn"}, {"give_turn": karim.pk}, {"do": "lower_hands"},
        {"do": "add_person", "name": "Marie"}, {"do": "lengths", "length_expose": "9"},
        {"do": "give_role", "person": karim.pk, "role": "client"}, {"do": "take_over"},
        {"do": "next", "seen": "0"}, {"do": "back", "seen": "1"},
    ):  # fmt: skip
        told = live.act(live.mine, script=True, **data)
        assert told.status_code == 200, (data, told.content)
    marie = Participant.objects.get(name="Marie")
    told = live.act(live.mine, script=True, do="write", kind="sujet", text="De Marie", author=marie.pk)
    assert "(écrit par l’animation)" in told.json()["ops"][0]["html"]
    assert live.act(live.mine, script=True, give_turn="99999").status_code == 422
    live.act(live.mine, do="close")
    assert "La séance est terminée" in live.text(live.other)
    assert "Cette séance est terminée" in live.text(Client())


def test_the_page_offers_to_write_in_the_name_of_others_where_facilitators_do_not_write():
    live = Live()
    live.act(live.mine, do="add_person", name="Marie")
    for _phase in range(4):
        live.act(live.mine, do="next", seen=Room.objects.get().phase)
    marie = Participant.objects.get(name="Marie")
    page = live.text(live.mine)
    assert 'data-writes="idee"' in page
    assert f'<option value="{marie.pk}">Marie (sans appareil)</option>' in page
    assert 'name="author" required' in page
    assert 'name="author"' not in live.text(live.other)
    assert live.act(live.mine, do="write", kind="idee", phase="consultation", text="Dit par elle", author=marie.pk).url
    assert Card.objects.get().author == marie
    told = live.act(live.mine, script=True, do="add_person", name="Paul").json()
    assert told["ops"] == [{"op": "refresh"}]


def test_without_script_the_page_says_that_the_time_is_past():
    live = Live()
    assert "clock--over" not in live.text(live.other)
    Room.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    page = live.text(live.other)
    assert "clock clock--over" in page
    assert ">Le temps prévu est passé</p>" in page


def test_one_changes_ones_own_card_by_its_own_button():
    live = Live()
    live.act(live.other, do="write", kind="sujet", text="Un sujet")
    card = Card.objects.get()
    assert "Modifier" in live.text(live.other)
    assert 'name="rewrite"' not in live.text(live.mine)
    live.act(live.other, rewrite=card.pk, **{f"text_{card.pk}": "Mieux dit"})
    assert Card.objects.get().text == "Mieux dit"
    told = live.act(live.other, script=True, rewrite=card.pk, **{f"text_{card.pk}": "Encore"}).json()
    assert 'name="rewrite"' in told["ops"][0]["html"]
    refused = live.act(live.other, rewrite=card.pk, **{f"text_{card.pk}": "trop " * 500})
    assert refused.status_code == 422
    assert "trop trop" in refused.content.decode()
    live.act(live.mine, do="next", seen="0")
    assert 'name="rewrite"' not in live.text(live.other)


def test_screens_say_who_may_speak_and_how_to_come_in():
    live = Live()
    for page in ("projeter/", "minuteur/"):
        assert "Parle dans cette étape" in live.mine.get(f"{live.url}{page}").content.decode()
    assert f"{live.url}code.svg" in live.mine.get(f"{live.url}projeter/").content.decode()
    live.act(live.other, do="ask_turn")
    assert "Karim" in live.mine.get(f"{live.url}projeter/").content.decode()


def test_only_facilitators_facilitate_by_the_page_too():
    live = Live()
    for data in (
        {"do": "next", "seen": "0"},
        {"do": "pause"},
        {"add": "1"},
        {"do": "close"},
        {"do": "add_person", "name": "X"},
    ):
        assert live.act(live.other, script=True, **data).status_code == 422
    assert "Étape suivante" not in live.text(live.other)
    assert "Étape suivante" in live.text(live.mine)


def test_a_part_alone_is_given_to_the_script():
    live = Live()
    answer = live.other.get(live.url, {"partie": "1"})
    assert answer["X-Room-Number"] == str(Room.objects.get().last_number)
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("name", ["projector", "timer", "stay"])
def test_other_views_of_the_room(name):
    live = Live()
    live.act(live.other, do="write", kind="sujet", text="Un sujet")
    answer = live.mine.get(reverse(f"rooms:{name}", args=[live.room.code]))
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "Accueil et choix du sujet" in page
    assert "Étape suivante" not in page
    assert live.mine.get(reverse("rooms:qr", args=[live.room.code]))["Content-Type"] == "image/svg+xml"


def test_words_not_sent_yet_belong_to_one_person_of_one_room():
    live, other = Live(), Live()
    other.other.cookies = live.other.cookies
    other.other.post(other.url, {"name": "Karim"})
    pages = (live.text(live.mine), live.text(live.other), live.text(live.other), other.text(other.other))
    keys = [re.search(r'data-key="([0-9a-f]{32})"', page)[1] for page in pages]
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


def test_the_projector_shows_nothing_of_what_waits_nor_is_private():
    session = Session("webinaire")
    session.go("presentation")
    public = person(session.room, Role.PARTICIPANT, name="Paul")
    from alliage.rooms.services import cards

    cards.write(session.room, "question", "canari", by=public, now=NOW)
    client = Client()
    client.force_login(session.room.created_by)
    for name in ("projector", "timer"):
        shown = client.get(reverse(f"rooms:{name}", args=[session.room.code])).content.decode()
        assert ("canari" in shown, "data-screen" in shown) == (False, True)
    assert "canari" in client.get(session.room.get_absolute_url()).content.decode()


def test_an_erased_room_is_gone_for_all():
    live = Live()
    rooms.erase(live.room, now=NOW)
    assert live.mine.get(live.url).status_code == 404
    assert live.other.get(live.url).status_code == 302
    assert live.act(live.mine, do="open").status_code == 404


# --- Polls ---------------------------------------------------------------------------------------------------------


def test_a_poll_is_asked_answered_and_stopped():
    live = Live()
    live.act(live.mine, do="ask_poll", sort="one", title="On continue ?", options="Oui\nNon\n")
    page = live.text(live.other)
    assert "On continue ?" in page
    poll = re.search(r'name="poll" value="(\d+)"', page)[1]
    name, value = re.search(r'<input type="radio"[^>]* name="([^"]+)" value="([^"]+)"', page).groups()
    told = live.act(live.other, script=True, do="answer_poll", poll=poll, **{name: value}).json()
    assert told["ops"][0]["id"] == f"sondage-{poll}-chiffres"
    assert "Karim" not in str(told)
    assert Room.objects.get().events.get(kind="polled").participant is None
    assert "Arrêter ce sondage" in live.text(live.mine)
    assert "On continue" in live.mine.get(reverse("rooms:projector", args=[live.room.code])).content.decode()
    live.act(live.mine, do="close_poll", poll=poll)
    assert "Arrêter ce sondage" not in live.text(live.mine)
    assert live.act(live.other, script=True, do="answer_poll", poll=poll, **{name: value}).status_code == 422
    assert live.act(live.other, script=True, do="answer_poll", poll="99999").status_code == 422


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"sort": "rien", "title": "T"}, "sorte de question"),
        ({"sort": "one", "title": "T", "options": "Oui"}, "au moins deux"),
        ({"sort": "words", "title": ""}, ""),
    ],
    ids=["unknown kind", "one option", "no title"],
)
def test_a_poll_that_asks_nothing_is_refused(data, why):
    live = Live()
    told = live.act(live.mine, script=True, do="ask_poll", **data)
    assert told.status_code == 422
    assert why in told.json()["error"]


def test_a_poll_refused_comes_back_as_it_was_typed():
    live = Live()
    page = live.act(live.mine, do="ask_poll", sort="several", title="On continue ?", options="Oui").content.decode()
    assert 'required value="On continue ?"' in page
    assert '<option value="several" selected>' in page
    assert ">Oui</textarea>" in page
    live.act(live.mine, do="ask_poll", sort="words", title="En un mot")
    poll, name = re.search(
        r'name="poll" value="(\d+)".*?<input type="text"[^>]* name="([^"]+)"', live.text(live.other), re.S
    ).groups()
    long = {"do": "answer_poll", "poll": poll, name: ["Canari", "x" * 90]}
    page = live.act(live.other, **long).content.decode()
    assert 'value="Canari"' in page
    live.act(live.mine, do="close_poll", poll=poll)
    # Its form is gone: the words are under the eyes.
    assert "Canari" in live.act(live.other, **long).content.decode()
    live.act(live.mine, do="ask_poll", sort="text", title="Pourquoi ?")
    poll, name = re.search(
        r'name="poll" value="(\d+)".*?<textarea[^>]* name="([^"]+)"', live.text(live.other), re.S
    ).groups()
    live.act(live.mine, do="close")
    assert "Perruche" in live.act(live.other, do="answer_poll", poll=poll, **{name: "Perruche"}).content.decode()
    assert "Ce que vous aviez tapé" not in live.act(live.other, do="answer_poll", poll=poll).content.decode()


def test_a_poll_belongs_to_a_phase_that_takes_it(monkeypatch):
    from alliage.rooms.services import polls

    live = Live()
    monkeypatch.setattr(polls, "MOST_POLLS", 1)
    assert live.act(live.mine, script=True, do="ask_poll", sort="words", title="En un mot").status_code == 200
    assert (
        "beaucoup de questions"
        in live.act(live.mine, script=True, do="ask_poll", sort="text", title="X").json()["error"]
    )
    live.act(live.mine, do="next", seen="0")
    assert "pas de sondage" in live.act(live.mine, script=True, do="ask_poll", sort="text", title="X").json()["error"]
    rooms.erase(live.room, now=NOW)
    from alliage.rooms.queries import polls as queries

    assert queries.of_room(live.room, None) == []
    assert queries.shown(live.room, 1) is None


def test_a_question_is_taken_answered_in_writing_and_seen_by_all():
    live = Live("webinaire")
    live.act(live.mine, do="next", seen="0")
    live.act(live.other, do="write", kind="question", text="Qui paie ?")
    card = Card.objects.get()
    assert "Y répondre maintenant" not in live.text(live.mine)
    live.act(live.mine, show=card.pk)
    told = live.act(live.mine, script=True, take=card.pk).json()["ops"]
    assert [f"ecrit-{card.pk}", "question"] == [op["id"] for op in told]
    projector = live.mine.get(reverse("rooms:projector", args=[live.room.code])).content.decode()
    assert "On répond à cette question" in projector
    assert "Répondre par écrit" not in projector
    assert live.act(live.mine, script=True, put_back=card.pk).status_code == 200
    refused = live.act(live.mine, **{"answer": card.pk, f"answer_{card.pk}": "x" * 2001})
    assert refused.status_code == 422
    assert "x" * 2001 in refused.content.decode()
    live.act(live.mine, **{"answer": card.pk, f"answer_{card.pk}": "La commune et l’État."})
    page = live.text(live.other)
    assert "La commune et l’État." in page
    assert "réponse écrite" in page
    assert "Sans réponse" in page
    assert live.act(live.other, script=True, answered=card.pk).status_code == 422
    assert live.act(live.mine, script=True, answered=card.pk).status_code == 200
    assert "La commune" not in live.text(live.other)


def test_captions_are_typed_by_plain_forms_and_read_everywhere():
    live = Live("webinaire")
    karim = Participant.objects.get(name="Karim")
    assert "Envoyer la ligne" not in live.text(live.other)
    live.act(live.mine, do="entrust", person=karim.pk)
    assert "Envoyer la ligne" in live.text(live.other)
    assert live.act(live.other, do="take_relay").url == f"{live.url}#sous-titres"
    assert live.act(live.other, do="caption", text="Bonjour à toutes et à tous.").url == f"{live.url}#sous-titres"
    refused = live.act(live.mine, do="caption", text="Moi aussi j’écris")
    assert "Karim écrit les sous-titres" in refused.content.decode()
    assert "Moi aussi j’écris" in refused.content.decode()
    frame = live.mine.get(reverse("rooms:stay", args=[live.room.code]))
    assert frame["Refresh"] == "4"
    for page in (
        live.text(live.mine), frame.content.decode(),
        live.mine.get(reverse("rooms:projector", args=[live.room.code])).content.decode(),
    ):  # fmt: skip
        assert "Bonjour à toutes et à tous." in page
    live.act(live.other, do="leave_relay")
    assert "Personne n’écrit ce qui est dit" in live.text(live.mine)
    live.act(live.mine, relieve=karim.pk)
    assert "Envoyer la ligne" not in live.text(live.other)


def test_the_transcript_is_corrected_by_who_facilitates_and_taken_away():
    live = Live("webinaire")
    live.act(live.mine, do="caption", text="Bonjour & bienvenu")
    line, url = live.room.captions.get(), reverse("rooms:transcript", args=[live.room.code])
    assert Client().get(url).status_code == 404
    assert "Corriger" not in live.other.get(url, {"ligne": line.pk}).content.decode()
    assert '<textarea id="ligne"' in live.mine.get(url, {"ligne": line.pk}).content.decode()
    assert live.other.post(url, {"line": line.pk, "text": "Autre"}).status_code == 422
    for wrong in ("99999", "x", "1" * 30):
        assert live.mine.post(url, {"line": wrong, "text": "Autre"}).status_code == 404
    refused = live.mine.post(url, {"line": line.pk, "text": "x" * 401})
    assert (refused.status_code, "x" * 401 in refused.content.decode()) == (422, True)
    assert live.mine.post(url, {"line": line.pk, "text": "Bonjour & bienvenue"}).url == f"{url}#dit-{line.pk}"
    files = {kind: live.other.get(f"{url[:-1]}.{kind}") for kind in ("txt", "vtt")}
    assert "Bonjour & bienvenue" in files["txt"].content.decode()
    assert files["vtt"].content.decode().startswith("WEBVTT\n\n00:00:")
    assert "Bonjour &amp; bienvenue" in files["vtt"].content.decode()
    assert files["vtt"]["Content-Disposition"] == 'attachment; filename="transcription.vtt"'
    Room.objects.update(is_confidential=True)
    assert live.mine.get(f"{url[:-1]}.txt").status_code == 404
    assert "ne s’emporte pas" in live.mine.get(url).content.decode()
    assert live.mine.post(url, {"do": "forget"}).url == url
    assert "Rien n’a été écrit" in live.mine.get(url).content.decode()
