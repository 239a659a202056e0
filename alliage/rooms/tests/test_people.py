"""Who enters, what they are, who speaks: rules held by the server and by the database."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client

from alliage.accounts.tests.factories import MemberFactory
from alliage.questionnaires import queries as questionnaires
from alliage.questionnaires.models import Response
from alliage.rooms import permissions
from alliage.rooms.enums import Role
from alliage.rooms.models import Caption, Event, Participant, Relay, Room, Turn
from alliage.rooms.queries import personal
from alliage.rooms.queries import rooms as queries
from alliage.rooms.registry import Entry, Purpose, purpose_of
from alliage.rooms.services import captions, cards, people, polls, rooms
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.tests.factories import NOW, Session, person, prepared

pytestmark = pytest.mark.django_db
CIRCLE = "tests.circle"


def test_one_enters_once_and_may_change_how_one_is_called():
    room, member = prepared(), MemberFactory()
    first = person(room, name="Anne", member=member)
    assert person(room, name="Anne", member=member) == first
    assert person(room, name="Anne-Lise", member=member) == first
    assert room.participants.get().name == "Anne-Lise"
    assert Event.objects.filter(room=room, kind="joined").count() == 2


def test_a_browser_without_an_account_is_known_by_its_key():
    room = prepared()
    first = people.join(room, Entry(Role.CONSULTANT), name="Anne", key="abc", now=NOW)
    assert people.join(room, Entry(Role.CONSULTANT), name="Anne", key="abc", now=NOW) == first
    assert "abc" not in first.key_digest
    assert queries.person_in(room, member=None, key="abc") == first
    assert queries.person_in(room, member=None, key="autre") is None
    assert queries.person_in(room, member=None, key="") is None


def test_one_is_found_among_those_whom_the_page_read_already(django_assert_num_queries):
    room, member = prepared(), MemberFactory()
    mine = person(room, name="Inès", member=member)
    known = people.join(room, Entry(Role.CONSULTANT), name="Anne", key="abc", now=NOW)
    there = queries.people_of(room)
    with django_assert_num_queries(0):
        assert queries.person_in(room, member=member, key="", people=there) == mine
        assert queries.person_in(room, member=None, key="abc", people=there) == known
        assert queries.person_in(room, member=AnonymousUser(), key="", people=there) is None
        assert queries.person_in(room, member=None, key="autre", people=there) is None
    assert queries.person_in(room, member=member, key="", people=[]) is None


@pytest.mark.parametrize("name", ["", "  \0 "], ids=["nothing", "blank"])
def test_one_says_ones_name(name):
    room = prepared()
    with pytest.raises(RoomRefused, match="prénom suffit"):
        people.join(room, Entry(Role.CONSULTANT), name=name, key="k", now=NOW)
    session = Session()
    with pytest.raises(RoomRefused, match="comment appeler"):
        people.add_person(session.room, name, by=session.facilitator, now=NOW)


def test_nobody_enters_a_room_that_is_over_or_full(monkeypatch):
    session = Session()
    monkeypatch.setattr(people, "MOST_PEOPLE", 1)
    with pytest.raises(RoomRefused, match="pleine"):
        person(session.room)
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="terminée"):
        person(session.room)


def test_there_is_one_client_and_the_second_gets_the_usual_role():
    session = Session()
    assert person(session.room, Role.CLIENT).role == Role.CONSULTANT
    people.give_role(session.room, session.other, Role.CLIENT, by=session.facilitator, now=NOW)
    assert list(session.room.participants.filter(role=Role.CLIENT)) == [session.other]
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=session.consultant.pk).update(role=Role.CLIENT)


def test_someone_always_facilitates():
    session = Session()
    with pytest.raises(RoomRefused, match="Quelqu’un doit animer"):
        people.give_role(session.room, session.facilitator, Role.CONSULTANT, by=session.facilitator, now=NOW)
    people.give_role(session.room, session.other, Role.FACILITATOR, by=session.facilitator, now=NOW)
    people.give_role(session.room, session.facilitator, Role.CONSULTANT, by=session.other, now=NOW)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        people.give_role(session.room, session.client, Role.OBSERVER, by=session.facilitator, now=NOW)


def test_a_role_is_one_of_the_run_sheet_and_a_person_one_of_the_room():
    session, elsewhere = Session(), Session()
    for role in (Role.SPEAKER, "reine"):
        with pytest.raises(RoomRefused, match="n’a pas ce rôle"):
            people.give_role(session.room, session.other, role, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="pas dans la salle"):
        people.give_role(session.room, elsewhere.other, Role.OBSERVER, by=session.facilitator, now=NOW)
    before = session.room.last_number
    people.give_role(session.room, session.other, Role.CONSULTANT, by=session.facilitator, now=NOW)
    assert session.room.last_number == before


def test_a_second_person_takes_the_facilitation_in_one_gesture():
    session = Session()
    second = person(session.room, name="Béa", may_facilitate=True)
    for _twice in range(2):
        people.take_over(session.room, by=second, now=NOW)
    assert set(session.room.participants.filter(role=Role.FACILITATOR)) == {session.facilitator, second}
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=session.client, now=NOW)


def test_the_facilitation_taken_away_by_another_is_not_taken_back():
    session = Session()
    given = session.other
    people.give_role(session.room, given, Role.FACILITATOR, by=session.facilitator, now=NOW)
    people.give_role(session.room, given, Role.CONSULTANT, by=given, now=NOW)
    # Left to others, it may be taken again.
    people.take_over(session.room, by=given, now=NOW)
    people.give_role(session.room, given, Role.CONSULTANT, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=given, now=NOW)


def test_whoever_the_function_designates_takes_the_facilitation_whatever_was_said_before():
    session = Session()
    people.give_role(session.room, session.other, Role.FACILITATOR, by=session.facilitator, now=NOW)
    people.give_role(session.room, session.facilitator, Role.CONSULTANT, by=session.other, now=NOW)
    Participant.objects.filter(pk=session.facilitator.pk).update(may_facilitate=False)
    browser = Client()
    browser.force_login(session.room.created_by)
    assert "take_over" in browser.get(session.room.get_absolute_url()).content.decode()
    people.take_over(session.room, by=session.facilitator, now=NOW)
    assert Participant.objects.get(pk=session.facilitator.pk).facilitates


@pytest.fixture
def circle(monkeypatch):
    """A function whose members are all expected in its rooms, as those of a group are."""
    found = Purpose(CIRCLE, "Cercle", lambda user, _room: Entry(Role.CONSULTANT) if user.is_active else None)
    monkeypatch.setattr(permissions, "purpose_of", lambda room: found if room.purpose == CIRCLE else purpose_of(room))


def a_room_left_alone(code="codev"):
    """The only one who facilitates is away; of the members whom the function expects, one consults, another watches; others have no account."""
    session = Session(code, purpose=CIRCLE)
    session.members = [
        person(session.room, role, name=role, member=MemberFactory()) for role in (Role.CONSULTANT, Role.OBSERVER)
    ]
    later = NOW + timedelta(minutes=3)
    people.all_seen(
        session.room.participants.exclude(pk=session.facilitator.pk).values_list("pk", flat=True), now=later
    )
    return session, later


@pytest.mark.usefixtures("circle")
def test_a_member_takes_the_facilitation_when_all_who_had_it_are_away_and_the_log_says_so():
    session, later = a_room_left_alone()
    consultant, observer = session.members
    for who in (session.client, session.other, observer):
        with pytest.raises(RoomRefused, match="personnes désignées"):
            people.take_over(session.room, by=who, now=later)
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=consultant, now=NOW)
    people.take_over(session.room, by=consultant, now=later)
    assert Event.objects.filter(kind="role").latest("number").data == {"participant": consultant.pk, "stepped_in": True}
    # Whoever comes back has kept their place; who stepped in, and goes back among the others, keeps no right of it.
    people.all_seen([session.facilitator.pk], now=later)
    people.give_role(session.room, consultant, Role.CONSULTANT, by=consultant, now=later)
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=consultant, now=later)


@pytest.mark.usefixtures("circle")
def test_who_stepped_in_hands_over_the_facilitation_and_no_right_of_it():
    session, later = a_room_left_alone()
    consultant, _observer = session.members
    people.take_over(session.room, by=consultant, now=later)
    friend = person(session.room, name="Amie", member=MemberFactory())
    people.give_role(session.room, friend, Role.FACILITATOR, by=consultant, now=later)
    friend.refresh_from_db()
    assert (friend.facilitates, friend.may_facilitate) == (True, False)
    people.all_seen([session.facilitator.pk], now=later)
    people.give_role(session.room, friend, Role.CONSULTANT, by=friend, now=later)
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=friend, now=later)
    # Given by someone whom the function designated, it may be taken again.
    people.give_role(session.room, friend, Role.FACILITATOR, by=session.facilitator, now=later)
    friend.refresh_from_db()
    assert friend.may_facilitate


def test_the_link_of_a_free_room_is_not_enough_to_step_in():
    session = Session()
    guest = person(session.room, name="Venue par le lien", member=MemberFactory())
    later = NOW + timedelta(minutes=3)
    assert not queries.scene(session.room, guest, now=later).may_take_over
    with pytest.raises(RoomRefused, match="personnes désignées"):
        people.take_over(session.room, by=guest, now=later)


@pytest.mark.usefixtures("circle")
def test_nobody_steps_in_where_nobody_is_expected():
    session, later = a_room_left_alone("codev_differe")
    assert not queries.scene(session.room, session.members[0], now=later).may_take_over
    session, later = a_room_left_alone()
    assert queries.scene(session.room, session.members[0], now=later).may_take_over
    assert not queries.scene(session.room, session.members[0]).may_take_over
    assert not queries.scene(session.room, None, now=later).may_take_over
    rooms.close_room(session.room, by=session.facilitator, now=later)
    assert not queries.scene(session.room, session.members[0], now=later).may_take_over


def test_a_person_added_twice_by_the_same_press_is_one():
    session, act = Session(), uuid.uuid4()
    first = people.add_person(session.room, "Marie", by=session.facilitator, now=NOW, act=act)
    assert people.add_person(session.room, "Marie", by=session.facilitator, now=NOW, act=act) == first
    with pytest.raises(RoomRefused):
        people.add_person(session.room, "Marie", by=session.client, now=NOW)


def test_presence_is_written_rarely_and_tells_nothing():
    session = Session()
    before = session.room.last_number
    people.seen(session.client, now=NOW + timedelta(seconds=10))
    assert Participant.objects.get(pk=session.client.pk).seen_at == NOW
    people.seen(session.client, now=NOW + timedelta(seconds=40))
    assert Participant.objects.get(pk=session.client.pk).seen_at == NOW + timedelta(seconds=40)
    assert Room.objects.get(pk=session.room.pk).last_number == before
    # What it is for left the platform: the presence is still written.
    session.client.room.purpose = "gone"
    people.seen(session.client, now=NOW + timedelta(seconds=80))
    assert Participant.objects.get(pk=session.client.pk).seen_at == NOW + timedelta(seconds=80)
    assert queries.is_away(session.client, now=NOW + timedelta(minutes=5))
    assert not queries.is_away(session.client, now=NOW + timedelta(minutes=1))


def test_who_is_away_is_shown_and_never_those_who_have_no_device_nor_oneself():
    session = Session()
    people.add_person(session.room, "Marie", by=session.facilitator, now=NOW)
    later = NOW + timedelta(minutes=5)
    people.all_seen([session.consultant.pk], now=later)
    scene = queries.scene(session.room, session.other, now=later)
    assert scene.away == {session.facilitator.pk, session.client.pk, session.observer.pk}
    assert queries.scene(session.room, session.other).away == set()
    assert {each.pk for each in queries.away_from([session.room.pk], now=later)} == scene.away | {session.other.pk}


# --- Turns ---------------------------------------------------------------------------------------------------------


def test_the_floor_is_asked_given_and_left():
    session = Session()
    for who in (session.client, session.consultant):
        for _twice in range(2):
            people.ask_turn(session.room, by=who, now=NOW)
    people.give_turn(session.room, session.consultant, by=session.facilitator, now=NOW)
    assert [(each.person, each.has_it) for each in queries.speakers(session.room)] == [
        (session.consultant, True), (session.client, False),
    ]  # fmt: skip
    people.give_turn(session.room, session.other, by=session.facilitator, now=NOW)
    assert [each.person for each in queries.speakers(session.room)] == [session.other, session.client]
    for _twice in range(2):
        people.leave_turn(session.room, by=session.other, now=NOW)
    for _twice in range(2):
        people.lower_hands(session.room, by=session.facilitator, now=NOW)
    assert not queries.speakers(session.room)


def test_the_floor_is_not_asked_where_one_listens():
    session = Session()
    session.go("expose")
    with pytest.raises(RoomRefused, match="ne demande pas la parole"):
        people.ask_turn(session.room, by=session.client, now=NOW)
    session.go("consultation")
    with pytest.raises(RoomRefused, match="rôle est d’écouter"):
        people.ask_turn(session.room, by=session.client, now=NOW)
    people.ask_turn(session.room, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        people.give_turn(session.room, session.client, by=session.client, now=NOW)
    with pytest.raises(RoomRefused, match="pas dans la salle"):
        people.give_turn(session.room, Session().client, by=session.facilitator, now=NOW)


def test_nobody_waits_twice_says_the_base():
    session = Session()
    people.ask_turn(session.room, by=session.client, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.create(participant=session.client, asked_at=NOW)


def test_facilitators_see_who_has_said_nothing():
    session = Session()
    people.give_turn(session.room, session.client, by=session.facilitator, now=NOW)
    cards.write(session.room, "sujet", "Un sujet", by=session.consultant, now=NOW)
    assert queries.scene(session.room, None).silent == [session.other]


# --- Doors ---------------------------------------------------------------------------------------------------------


def test_the_link_opens_a_members_room_but_never_a_confidential_one():
    room = prepared()
    assert permissions.may_enter_by_link(room)
    assert permissions.entry(room.created_by, room).role == Role.FACILITATOR
    assert permissions.entry(MemberFactory(), room) is None
    assert not permissions.may_enter_by_link(prepared(is_confidential=True))
    assert not permissions.may_enter_by_link(Room(purpose="personne"))
    assert permissions.entry(room.created_by, Room(purpose="personne")) is None


def test_those_who_were_there_read_it_and_no_one_else():
    session = Session()
    stranger = MemberFactory()
    assert permissions.can_read(stranger, session.room, session.client)
    assert permissions.can_read(session.room.created_by, session.room, None)
    assert not permissions.can_read(stranger, session.room, None)
    confidential = Session(is_confidential=True)
    assert not permissions.can_read(stranger, confidential.room, confidential.client)
    assert permissions.can_read(confidential.room.created_by, confidential.room, None)


# --- Personal data, erasure ----------------------------------------------------------------------------------------


def poll_of(session):
    polls.ask(session.room, polls.question("one", "On continue ?", "Oui\nNon"), by=session.facilitator, now=NOW)
    return questionnaires.openings_of(polls.scope_of(session.room)).get()


def test_a_member_takes_away_and_erases_what_is_theirs():
    session, member = Session(), MemberFactory()
    mine = person(session.room, name="Anne", member=member)
    cards.write(session.room, "sujet", "À moi", by=mine, now=NOW)
    cards.write(session.room, "sujet", "canari", by=session.other, now=NOW)
    captions.entrust(session.room, mine, wanted=True, by=session.facilitator, now=NOW)
    captions.say(session.room, "Dit par d’autres", by=mine, now=NOW)
    opening = poll_of(session)
    (told,) = personal.export_of(member)
    assert (told["polls"], told["captions"][0]["text"]) == ([], "Dit par d’autres")
    for by, value in ((mine, "r1"), (session.other, "r2")):
        polls.answer(session.room, opening, QueryDict(f"q.q={value}"), by=by, now=NOW)
    (told,) = personal.export_of(member)
    assert told["polls"] == [{"question": "On continue ?", "answer": "r1"}]
    assert "À moi" in str(told)
    assert "canari" not in str(told)
    theirs = session.room.cards.get(text="canari")
    for by in (mine, session.client):
        cards.choose(session.room, theirs, wanted=True, by=by, now=NOW)
    personal.forget(member)
    theirs.refresh_from_db()
    assert theirs.votes_count == theirs.votes.count() == 1
    assert not personal.export_of(member)
    assert not session.room.captions.exists()
    assert [response.answers for response in opening.responses.all()] == [{"q": "r2"}]
    assert [card.text for card in session.room.cards.all()] == ["canari"]
    personal.forget(session.room.created_by)
    session.room.refresh_from_db()
    assert session.room.created_by is None


def test_nothing_said_is_left_of_a_room_that_is_erased():
    session = Session(title="canari")
    card = cards.write(session.room, "sujet", "canari", by=session.client, now=NOW)
    people.ask_turn(session.room, by=session.client, now=NOW)
    captions.entrust(session.room, session.client, wanted=True, by=session.facilitator, now=NOW)
    captions.say(session.room, "canari", by=session.client, now=NOW)
    polls.answer(session.room, poll_of(session), QueryDict("q.q=r1"), by=session.client, now=NOW)
    rooms.erase(session.room, now=NOW)
    assert [kept.objects.count() for kept in (Caption, Relay, Response)] == [0, 0, 0]
    assert not session.room.cards.exists()
    assert not session.room.participants.exists()
    assert "canari" not in str(Room.objects.filter(pk=session.room.pk).values())
    assert "canari" not in str(list(Event.objects.values()))
    assert Event.objects.filter(room=session.room).count() == session.room.last_number > card


def test_a_room_has_a_title_and_its_constraints():
    with pytest.raises(RoomRefused, match="titre"):
        prepared(title=" \0 ")
    room = prepared()
    for broken in ({"state": "ailleurs"}, {"phase": -2}, {"ends_at": NOW, "left_seconds": 3}, {"state": "closed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.filter(pk=room.pk).update(**broken)
    for broken in ({"number": 0}, {"kind": "rien"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.create(**({"room": room, "number": 9, "kind": "opened", "at": NOW} | broken))
    assert room.title not in f"{room} {room!r}"
