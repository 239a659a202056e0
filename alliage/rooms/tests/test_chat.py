"""The chat of a room and its reactions: opened and closed by the facilitation, moderated, cheap for hundreds."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alliage.rooms import live, presenting, visits
from alliage.rooms.enums import Role, Tool
from alliage.rooms.models import Event, Message, Participant, Reaction, Room
from alliage.rooms.queries import chat as queries
from alliage.rooms.queries import personal
from alliage.rooms.services import chat, clock, rooms
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.services.people import digest
from alliage.rooms.tests.factories import NOW, person, prepared

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Webinar:
    """A webinar that began, with whoever facilitates and two who take part."""

    def __init__(self, code="webinaire"):
        self.room = prepared(code)
        self.host = person(self.room, Role.FACILITATOR, name="Aude", member=self.room.created_by)
        self.one = person(self.room, Role.PARTICIPANT, name="Ketty")
        self.other = person(self.room, Role.PARTICIPANT, name="Omar")
        rooms.open_room(self.room, by=self.host, now=NOW)


def say(webinar, text="Bonjour", *, by=None, now=NOW, act=None):
    return chat.say(webinar.room, text, by=by or webinar.one, now=now, act=act)


# --- Chat ------------------------------------------------------------------------------------------------------------


def test_a_line_is_read_by_all_under_the_name_given_at_the_door():
    webinar = Webinar()
    say(webinar)
    line = queries.of_room(webinar.room, webinar.other).lines[0]
    assert (line.text, line.author.name) == ("Bonjour", "Ketty")
    assert Event.objects.latest("number").data == {"message": line.pk}


def test_the_same_line_sent_twice_is_one():
    webinar, act = Webinar(), uuid.uuid4()
    assert say(webinar, act=act) == say(webinar, act=act)
    assert Message.objects.count() == 1


def test_a_closed_chat_takes_nothing_until_it_is_opened_again():
    webinar = Webinar()
    chat.switch(webinar.room, Tool.CHAT, wanted=False, by=webinar.host, now=NOW)
    number = webinar.room.last_number
    chat.switch(webinar.room, Tool.CHAT, wanted=False, by=webinar.host, now=NOW)
    assert webinar.room.last_number == number
    with pytest.raises(RoomRefused, match="fermée"):
        say(webinar)
    clock.go_to(webinar.room, 1, seen=0, by=webinar.host, now=NOW)
    with pytest.raises(RoomRefused, match="fermée"):
        say(webinar)
    chat.switch(webinar.room, Tool.CHAT, wanted=True, by=webinar.host, now=NOW)
    say(webinar)


def test_only_the_facilitation_opens_and_closes_and_only_what_the_run_sheet_has():
    webinar = Webinar()
    with pytest.raises(RoomRefused, match="animation"):
        chat.switch(webinar.room, Tool.CHAT, wanted=False, by=webinar.one, now=NOW)
    with pytest.raises(RoomRefused, match="outil"):
        chat.switch(webinar.room, Tool.POLLS, wanted=False, by=webinar.host, now=NOW)
    session = Webinar("trio")
    with pytest.raises(RoomRefused, match="outil"):
        chat.switch(session.room, Tool.CHAT, wanted=True, by=session.host, now=NOW)
    with pytest.raises(RoomRefused, match="fermée"):
        say(session)


@pytest.mark.parametrize("text", [" ", "x" * 501])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(RoomRefused):
        say(Webinar(), text)


def test_one_person_cannot_flood_the_chat(monkeypatch):
    webinar = Webinar()
    for _rank in range(chat.PACE_COUNT):
        say(webinar)
    with pytest.raises(RoomRefused, match="beaucoup écrit"):
        say(webinar)
    say(webinar, by=webinar.other)
    say(webinar, now=NOW + chat.PACE)
    monkeypatch.setattr(chat, "MOST_MESSAGES", 7)
    with pytest.raises(RoomRefused, match="longue"):
        say(webinar, by=webinar.host)


def test_nobody_writes_before_the_opening_nor_after_the_end():
    room = prepared("webinaire")
    someone = person(room, Role.PARTICIPANT)
    with pytest.raises(RoomRefused, match="pas encore"):
        chat.say(room, "Bonjour", by=someone, now=NOW)
    with pytest.raises(RoomRefused, match="pas encore"):
        chat.react(room, "bravo", by=someone, now=NOW)


def test_a_hidden_line_is_seen_by_those_who_facilitate_alone():
    webinar = Webinar()
    say(webinar)
    line = Message.objects.get()
    with pytest.raises(RoomRefused):
        chat.hide(webinar.room, line.pk, wanted=True, by=webinar.other, now=NOW)
    before = webinar.room.last_number
    chat.hide(webinar.room, line.pk, wanted=True, by=webinar.host, now=NOW)
    chat.hide(webinar.room, line.pk, wanted=True, by=webinar.host, now=NOW)
    assert webinar.room.last_number == before + 1
    assert queries.of_room(webinar.room, webinar.one).lines == []
    assert queries.of_room(webinar.room, None).lines == []
    assert queries.of_room(webinar.room, webinar.host).lines == [line]
    told = presenting.told_to_all(webinar.room, list(Event.objects.filter(number__gt=before)))
    assert told[False] == [{"op": "drop", "id": f"mot-{line.pk}"}]
    assert (told[True][0]["op"], told[True][0]["into"]) == ("put", "mots")
    chat.hide(webinar.room, line.pk, wanted=False, by=webinar.host, now=NOW)
    assert queries.of_room(webinar.room, webinar.one).lines == [line]


def test_one_takes_back_ones_own_line_for_good():
    webinar = Webinar()
    say(webinar)
    line = Message.objects.get()
    chat.take_back(webinar.room, line.pk, by=webinar.other, now=NOW)
    assert Message.objects.count() == 1
    chat.take_back(webinar.room, line.pk, by=webinar.one, now=NOW)
    assert not Message.objects.exists()
    told = presenting.told(webinar.room, list(Event.objects.order_by("-number")[:1]), facilitates=False)
    assert told == [{"op": "drop", "id": f"mot-{line.pk}"}]


def test_the_chat_leaves_with_the_room_and_with_the_account():
    webinar = Webinar()
    say(webinar)
    say(webinar, "De l’animation", by=webinar.host)
    chat.react(webinar.room, "bravo", by=webinar.one, now=NOW)
    member = webinar.host.member
    assert personal.export_of(member)[0]["messages"] == [{"said_at": NOW, "text": "De l’animation"}]
    personal.forget(member)
    assert [line.text for line in Message.objects.all()] == ["Bonjour"]
    rooms.erase(webinar.room, now=NOW)
    assert not Message.objects.exists()
    assert not Reaction.objects.exists()


def test_a_room_without_chat_shows_none_and_costs_no_query():
    session = Webinar("trio")
    with CaptureQueriesContext(connection) as captured:
        assert not queries.of_room(session.room, session.one).is_there
        assert not queries.reactions_of(session.room).is_there
    assert len(captured) == 0


def test_the_database_refuses_an_empty_line_a_number_used_twice_and_an_unknown_reaction():
    webinar = Webinar()
    right = {"room": webinar.room, "author": webinar.one, "text": "Bonjour", "number": 9, "said_at": NOW}
    Message.objects.create(**right)
    for wrong in ({"text": "", "number": 10}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(**(right | wrong))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(room=webinar.room, phase="accueil", kind="boo")
    Reaction.objects.create(room=webinar.room, phase="accueil", kind="bravo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(room=webinar.room, phase="accueil", kind="bravo")


# --- Reactions -------------------------------------------------------------------------------------------------------


def test_reactions_are_counted_by_phase_and_name_nobody():
    webinar = Webinar()
    chat.react(webinar.room, "bravo", by=webinar.one, now=NOW)
    chat.react(webinar.room, "bravo", by=webinar.other, now=NOW)
    chat.react(webinar.room, "slower", by=webinar.one, now=NOW + SECOND)
    assert queries.counts(webinar.room) == [("Bravo", 2), ("Moins vite", 1)]
    clock.go_to(webinar.room, 1, seen=0, by=webinar.host, now=NOW)
    assert queries.counts(webinar.room) == []
    assert queries.counts(Room()) == []


def test_a_reaction_sent_twice_counts_once_and_one_a_second_is_enough():
    webinar, act = Webinar(), uuid.uuid4()
    chat.react(webinar.room, "bravo", by=webinar.one, now=NOW, act=act)
    chat.react(webinar.room, "bravo", by=webinar.one, now=NOW + 9 * SECOND, act=act)
    assert queries.counts(webinar.room) == [("Bravo", 1)]
    with pytest.raises(RoomRefused, match="à la fois"):
        chat.react(webinar.room, "bravo", by=webinar.one, now=NOW)
    with pytest.raises(RoomRefused, match="de la liste"):
        chat.react(webinar.room, "boo", by=webinar.one, now=NOW + SECOND)


def test_closed_reactions_are_refused():
    webinar = Webinar()
    chat.switch(webinar.room, Tool.REACTIONS, wanted=False, by=webinar.host, now=NOW)
    with pytest.raises(RoomRefused, match="fermées"):
        chat.react(webinar.room, "bravo", by=webinar.one, now=NOW)


def test_hundreds_of_reactions_write_no_event_and_are_told_in_one_operation():
    webinar = Webinar()
    before, events = webinar.room.last_number, Event.objects.count()
    crowd = Participant.objects.bulk_create(
        Participant(room=webinar.room, name=f"Personne {rank}", role=Role.PARTICIPANT, key_digest=str(rank))
        for rank in range(350)
    )
    for each in crowd:
        chat.react(webinar.room, "agree", by=each, now=NOW)
    webinar.room.refresh_from_db()
    assert (webinar.room.last_number, Event.objects.count()) == (before, events)
    with CaptureQueriesContext(connection) as captured:
        found = live.read_reactions({webinar.room.pk: 0})
    count, op = found[webinar.room.pk]
    assert (count, op["op"], op["id"]) == (350, "fill", "reactions-comptes")
    assert "350" in op["html"]
    assert len(captured) <= 3
    assert live.read_reactions({webinar.room.pk: 350}) == {}


# --- Pages -----------------------------------------------------------------------------------------------------------


def browser(client, webinar, who):
    """A browser that is this person."""
    if who.member_id is not None:
        client.force_login(who.member)
        return client
    Participant.objects.filter(pk=who.pk).update(key_digest=digest("clef"))
    client.cookies[visits.COOKIE] = "clef"
    return client


def test_the_acts_of_the_chat_go_through_the_page(client):
    webinar = Webinar()
    visitor = browser(client, webinar, webinar.one)
    page = webinar.room.get_absolute_url()
    act = f"{page}agir/"
    script = {"Accept": "application/json"}
    assert "Un mot à tout le monde" in visitor.get(page).content.decode()
    assert visitor.post(act, {"do": "message", "text": "Bonjour"})["Location"].endswith("#discussion")
    answer = visitor.post(act, {"react": "bravo"}, headers=script).json()
    assert [op["id"] for op in answer["ops"]] == ["reactions-comptes"]
    assert visitor.post(act, {"close_tool": "chat"}, headers=script).status_code == 422
    host = browser(type(client)(), webinar, webinar.host)
    line = Message.objects.get()
    host.post(act, {"hide_message": line.pk})
    assert "Bonjour" not in visitor.get(page).content.decode()
    host.post(act, {"show_message": line.pk})
    host.post(act, {"close_tool": "chat"})
    answer = visitor.post(act, {"do": "message", "text": "Trop tard"}, headers=script)
    assert (answer.status_code, "fermée" in answer.json()["error"]) == (422, True)
    refused = visitor.post(act, {"do": "message", "text": "Trop tard"})
    assert (refused.status_code, "Trop tard" in refused.content.decode()) == (422, True)
    host.post(act, {"open_tool": "chat"})
    visitor.post(act, {"take_message": line.pk})
    assert not Message.objects.exists()


def test_each_has_their_window_and_moderation_is_for_those_who_facilitate(client):
    webinar = Webinar()
    clock.go_to(webinar.room, 1, seen=0, by=webinar.host, now=NOW)
    page = webinar.room.get_absolute_url()
    assert client.get(f"{page}parler/").status_code == 404
    visitor = browser(client, webinar, webinar.one)
    assert visitor.get(f"{page}moderer/").status_code == 404
    assert "Les prochaines questions" in visitor.get(f"{page}parler/").content.decode()
    assert "Un mot à tout le monde" in visitor.get(f"{page}discussion/?partie=1").content.decode()
    host = browser(type(client)(), webinar, webinar.host)
    assert "Fermer la discussion" in host.get(f"{page}moderer/").content.decode()
    assert visitor.get(f"{page}suivre/").status_code == 200
