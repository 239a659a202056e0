"""What clients are told: everything, in order, once, whatever they missed; and nothing that is not for them."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from alliage.accounts.tests.factories import MemberFactory
from alliage.rooms import live, presenting, visits
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import rooms as queries
from alliage.rooms.registry import Entry
from alliage.rooms.services import captions, cards, clock, people, rooms
from alliage.rooms.tests.factories import NOW, Session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_follower(monkeypatch):
    """Each test has its own loop, and a follower lives in one."""
    monkeypatch.setattr(live, "follower", live.Follower())


def ops(session, since, *, facilitates=False, viewer=None):
    room = Room.objects.get(pk=session.room.pk)
    return presenting.told(room, queries.events_after(room.pk, since), facilitates=facilitates, viewer=viewer)


def write(session, kind, text, by):
    return cards.write(session.room, kind, text, by=by, now=NOW)


def test_a_card_is_put_once_with_its_last_words():
    session = Session()
    since = session.room.last_number
    write(session, "sujet", "Premier", session.client)
    card = session.room.cards.get()
    cards.rewrite(session.room, card, "Dernier", by=session.client, now=NOW)
    (op,) = ops(session, since)
    assert (op["op"], op["id"], op["into"]) == ("put", f"ecrit-{card.pk}", "ecrits-accueil-sujet")
    assert "Dernier" in op["html"]
    cards.take_back(session.room, card, by=session.client, now=NOW)
    assert ops(session, since) == [{"op": "drop", "id": f"ecrit-{card.pk}"}]


def test_html_typed_is_shown_as_it_was_typed():
    session = Session()
    since = session.room.last_number
    write(session, "sujet", "<script>alert(1)</script>", session.client)
    assert "&lt;script&gt;" in ops(session, since)[0]["html"]


@pytest.mark.parametrize(
    ("code", "phase", "kind", "role", "audiences"),
    [
        ("codev", "consultation", "note_client", Role.CLIENT, set()),
        ("codev", "consultation", "idee", Role.CONSULTANT, {True, False}),
        ("webinaire", "presentation", "question", Role.PARTICIPANT, {True}),
    ],
    ids=["private notes", "an idea", "a question that waits"],
)
def test_each_audience_is_told_what_it_may_read(code, phase, kind, role, audiences):
    session = Session(code)
    author = session.client if role == Role.CLIENT else session.consultant
    if author.role != role:
        people.give_role(session.room, author, role, by=session.facilitator, now=NOW)
    session.go(phase)
    since = session.room.last_number
    write(session, kind, "canari", author)
    told = {audience for audience in (True, False) if "canari" in str(ops(session, since, facilitates=audience))}
    assert told == audiences
    # What others are not told is not taken away from its author's page either.
    assert audiences or not ops(session, since)
    assert "canari" in str(ops(session, since, viewer=author))


def test_an_anonymous_card_names_its_author_to_facilitators_alone():
    session = Session()
    content = session.room.content
    content["phases"][0]["captures"][1]["is_anonymous"] = True
    Room.objects.filter(pk=session.room.pk).update(content=content)
    session.room = Room.objects.get(pk=session.room.pk)
    since = session.room.last_number
    write(session, "sujet", "Un mot", session.consultant)
    assert "Karim" in str(ops(session, since, facilitates=True))
    assert "Karim" not in str(ops(session, since))


def test_a_change_of_phase_is_said_and_the_page_read_again():
    session = Session()
    since = session.room.last_number
    session.go("expose")
    assert ops(session, since) == [{"op": "say", "text": "Étape 2 sur 7\u00a0: Exposé."}, presenting.REFRESH]
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    assert {"op": "say", "text": "La séance est terminée."} in ops(session, since)


def test_small_changes_are_small():
    session = Session()
    since = session.room.last_number
    clock.add_time(session.room, 1, by=session.facilitator, now=NOW)
    clock.pause(session.room, by=session.facilitator, now=NOW)
    people.ask_turn(session.room, by=session.client, now=NOW)
    late = people.join(session.room, Entry(Role.OBSERVER), name="Zoé", key="z", now=NOW)
    assert [(op["op"], op["id"]) for op in ops(session, since)] == [
        ("fill", "horloge"), ("fill", "paroles"), ("put", f"personne-{late.pk}"),
    ]  # fmt: skip
    assert "Donner la parole" in str(ops(session, since, facilitates=True))
    assert "Donner la parole" not in str(ops(session, since))
    late.delete()
    assert f"personne-{late.pk}" not in str(ops(session, since))


def test_what_happened_many_times_is_drawn_once(monkeypatch):
    session = Session()
    since = session.room.last_number
    for _press in range(3):
        clock.add_time(session.room, 1, by=session.facilitator, now=NOW)
        people.ask_turn(session.room, by=session.client, now=NOW)
        people.ask_turn(session.room, by=session.consultant, now=NOW)
    drawn, draw = [], presenting.render_to_string

    def counting(name, context):
        drawn.append(name)
        return draw(name, context)

    monkeypatch.setattr(presenting, "render_to_string", counting)
    assert [op["id"] for op in ops(session, since)] == ["paroles", "horloge"]
    assert sorted(drawn) == ["rooms/_clock.html", "rooms/_turns.html"]


def test_a_change_of_phase_in_an_erased_room_still_tells_to_read_again():
    session = Session()
    since = session.room.last_number
    session.go("expose")
    rooms.erase(session.room, now=NOW)
    assert ops(session, since) == [presenting.REFRESH]


def test_a_room_that_cannot_be_told_keeps_no_other_silent(monkeypatch, caplog):
    broken, other = Session(), Session()
    since = {each.room.pk: each.room.last_number for each in (broken, other)}
    for each in (broken, other):
        write(each, "sujet", "canari", each.client)
    read = live.read_news

    def failing(room_id, number):
        if room_id == broken.room.pk:
            raise KeyError("canari")
        return read(room_id, number)

    monkeypatch.setattr(live, "read_news", failing)
    found = live.read_all_news(since)
    assert "canari" in str(found[other.room.pk].ops)
    assert found[broken.room.pk].number == since[broken.room.pk] + 1
    assert found[broken.room.pk].ops[False] == [presenting.REFRESH]
    assert broken.facilitator.pk in found[broken.room.pk].facilitators
    assert "KeyError" in caplog.text
    assert "canari" not in caplog.text


def test_whoever_left_the_group_hears_a_confidential_room_no_more(monkeypatch):
    """Asked again while they listen: the function says who may still enter."""
    secret, plain = Session(is_confidential=True), Session()
    listeners = [
        live.Listener(each.room.pk, person.pk, facilitates=False, seen=0, user_id=person.member_id)
        for each in (secret, plain)
        for person in (each.facilitator, each.other)
    ]
    assert live.read_refused(live.places(listeners)) == {(secret.room.pk, secret.other.pk, None)}
    Room.objects.update(created_by=None)
    refused = live.read_refused(live.places(listeners))
    assert refused == {
        (secret.room.pk, secret.other.pk, None), (secret.room.pk, secret.facilitator.pk, secret.facilitator.member_id),
    }  # fmt: skip
    follower = live.Follower()
    for listener in listeners:
        follower.rooms.setdefault(listener.room_id, set()).add(listener)
    listeners[0].tell(live.Told.of(1, [presenting.REFRESH]))

    async def answered(read, *_given):
        return refused if read is live.read_refused else {}

    async def attend() -> list[live.Told]:
        attendance = asyncio.create_task(follower._attend())
        found = await listeners[1].next(5)
        follower.rooms.clear()
        await attendance
        return found + await listeners[0].next(5)

    monkeypatch.setattr(live, "in_thread", answered)
    monkeypatch.setattr(live, "PRESENCE_SECONDS", 0.01)
    assert asyncio.run(attend()) == []
    assert [listener.is_over for listener in listeners] == [True, True, False, False]
    listeners[0].tell(live.Told.of(2, [presenting.REFRESH]))
    listeners[0].tell_aside([presenting.REFRESH])
    assert asyncio.run(listeners[0].next(5)) == []


def test_someone_far_behind_reads_the_page_again(monkeypatch):
    session = Session()
    monkeypatch.setattr(queries, "MOST_EVENTS", 3)
    news = live.read_news(session.room.pk, 0)
    assert news.number == session.room.last_number
    assert news.ops[False] == [presenting.REFRESH]
    assert session.facilitator.pk in news.facilitators
    assert live.read_news(session.room.pk, session.room.last_number) is None
    assert live.read_news(MemberFactory.build().pk or "00000000-0000-0000-0000-000000000000", 0) is None


def test_captions_are_put_line_by_line_and_read_again_when_corrected():
    session = Session("webinaire")
    since = session.room.last_number
    captions.say(session.room, "<b>Bonjour</b>", by=session.facilitator, now=NOW)
    line = session.room.captions.get()
    relay, put = ops(session, since)
    assert (relay["op"], relay["id"], put["op"], put["id"], put["into"]) == (
        "fill", "relais", "put", f"dit-{line.pk}", "dits",
    )  # fmt: skip
    assert "&lt;b&gt;Bonjour" in put["html"]
    assert f'data-typist="{session.facilitator.pk}"' in relay["html"]
    since = session.room.last_number
    captions.correct(session.room, line, "Bonsoir", by=session.facilitator, now=NOW)
    (fill,) = ops(session, since)
    assert (fill["op"], fill["id"], "Bonsoir" in fill["html"]) == ("fill", "dits", True)
    captions.forget(session.room, by=session.facilitator, now=NOW)
    assert ops(session, since) == [{"op": "fill", "id": "dits", "html": ""}]
    assert all(op["id"] != f"dit-{line.pk}" for op in ops(session, 0) if "id" in op)


def test_the_question_being_answered_is_told_to_all_and_goes_with_its_card():
    session = Session("webinaire")
    people.give_role(session.room, session.consultant, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    session.go("presentation")
    write(session, "question", "Qui paie ?", session.consultant)
    card = session.room.cards.get()
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    since = session.room.last_number
    cards.take(session.room, card, wanted=True, by=session.facilitator, now=NOW)
    assert "Qui paie" in next(op["html"] for op in ops(session, since) if op["id"] == "question")
    since = session.room.last_number
    cards.take_back(session.room, card, by=session.consultant, now=NOW)
    assert ops(session, since) == [
        {"op": "drop", "id": f"ecrit-{card.pk}"}, {"op": "fill", "id": "question", "html": ""},
    ]  # fmt: skip


def test_those_who_listen_are_there_and_the_others_are_told_away():
    session = Session()
    long_ago = timezone.now() - timedelta(minutes=5)
    session.room.participants.update(seen_at=long_ago)
    room_id, heard = session.room.pk, {session.client.pk}
    found = live.read_presence(heard, {room_id: frozenset()})[room_id]
    assert found.away == {each.pk for each in session.room.participants.all()} - heard
    assert "pas là en ce moment" in found.ops[False][0]["html"]
    assert "Donner la parole" in str(found.ops[True])
    assert live.read_presence(heard, {room_id: found.away}) == {}
    back = live.read_presence(heard | {session.other.pk}, {room_id: found.away})[room_id]
    assert [(op["id"], "pas là" in op["html"]) for op in back.ops[False]] == [(f"personne-{session.other.pk}", False)]


@pytest.mark.django_db(transaction=True)
def test_listeners_are_told_aside_and_a_base_that_fails_does_not_stop_it(transactional_db, monkeypatch):
    monkeypatch.setattr(live, "PRESENCE_SECONDS", 0.02)
    session = Session()
    follower, read, calls = live.Follower(), live.read_presence, []

    def failing_once(*args):
        calls.append(args)
        if len(calls) == 1:
            raise DatabaseError
        return read(*args)

    monkeypatch.setattr(live, "read_presence", failing_once)
    session.room.participants.update(seen_at=timezone.now() - timedelta(minutes=5))

    async def follow() -> list[live.Told]:
        number = session.room.last_number
        listener = live.Listener(session.room.pk, session.other.pk, facilitates=False, seen=number)
        follower.add(listener)
        try:
            return await listener.next(5)
        finally:
            follower.remove(listener)

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    (told,) = asyncio.run(follow())
    assert told.number == session.room.last_number
    assert "pas là en ce moment" in str(told.ops)
    full = live.Listener(session.room.pk, 1, facilitates=False, seen=0)
    monkeypatch.setattr(live, "MOST_WAITING", 0)
    full.tell_aside([presenting.REFRESH])
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "")
    assert asyncio.run(full.next(0.01)) == []


# --- The address ---------------------------------------------------------------------------------------------------


@pytest.fixture
def door(transactional_db):
    with TestClient(Starlette(routes=[Mount("/direct", routes=live.routes)])) as client:
        yield client


@pytest.mark.django_db(transaction=True)
def test_one_answer_as_soon_as_there_is_news(door, monkeypatch):
    session = Session()
    people.join(session.room, Entry(Role.CONSULTANT), name="Anne", key="cle", now=NOW)
    since = session.room.last_number
    write(session, "sujet", "Un sujet", session.client)
    path = f"/direct/salles/{session.room.code}?attendre=1&depuis="
    assert door.get(path + str(since)).status_code == 404
    door.cookies.set(visits.COOKIE, "cle")
    answer = door.get(path + str(since))
    assert answer.status_code == 200
    assert answer.json()["number"] == since + 1
    assert "Un sujet" in answer.json()["ops"][0]["html"]
    monkeypatch.setattr(live, "LONG_POLL_SECONDS", 0.2)
    # A number that nobody has seen yet is the present one.
    for nothing_new in (str(since + 1), "999999999", "abc"):
        assert door.get(path + nothing_new).status_code == 204
    monkeypatch.setattr(live, "MAX_LISTENERS", 0)
    assert door.get(path + "0").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_screen_is_told_what_all_may_read_even_when_its_owner_facilitates(door):
    session = Session("webinaire")
    session.go("presentation")
    people.give_role(session.room, session.consultant, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    person = people.join(session.room, Entry(Role.FACILITATOR), name="Anne", key="cle", now=NOW)
    since = session.room.last_number
    write(session, "question", "canari", session.consultant)
    door.cookies.set(visits.COOKIE, "cle")
    path = f"/direct/salles/{session.room.code}?attendre=1&depuis={since}"
    assert "canari" in door.get(path).text
    screen = door.get(f"{path}&ecran=1")
    assert (screen.status_code, "canari" in screen.text) == (200, False)
    # Nor when a change of roles says again who facilitates.
    listener = live.Listener(session.room.pk, person.pk, facilitates=True, seen=since, is_screen=True)
    follower = live.Follower()
    follower.rooms[session.room.pk] = {listener}
    follower._tell(session.room.pk, live.read_news(session.room.pk, since - 1))
    follower._tell(session.room.pk, live.News(since + 9, {True: [], False: []}, frozenset({person.pk})))
    assert not listener.facilitates
    assert "canari" not in str([each.ops for each in asyncio.run(listener.next(0.1))])


@pytest.mark.django_db(transaction=True)
def test_a_confidential_room_does_not_exist_for_whoever_was_put_out(door):
    session = Session(is_confidential=True)
    people.join(session.room, Entry(Role.CONSULTANT), name="Anne", key="cle", now=NOW)
    door.cookies.set(visits.COOKIE, "cle")
    assert door.get(f"/direct/salles/{session.room.code}?attendre=1&depuis=0").status_code == 404
    rooms.erase(session.room, now=NOW)
    assert door.get(f"/direct/salles/{session.room.code}?attendre=1").status_code == 404
    assert door.get("/direct/salles/inconnue").status_code == 404
    # A browser is not told why its stream was refused: it asks.
    assert door.head(f"/direct/salles/{session.room.code}").status_code == 404
    opened = Session()
    people.join(opened.room, Entry(Role.CONSULTANT), name="Anne", key="cle", now=NOW)
    assert door.head(f"/direct/salles/{opened.room.code}").status_code == 204


def heard(text: str) -> list[dict]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith('data: {"number"')]


@pytest.mark.django_db(transaction=True)
def test_a_stream_tells_what_was_missed_then_what_comes(transactional_db, monkeypatch):
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.02)
    session = Session()
    since = session.room.last_number
    write(session, "sujet", "Avant", session.client)

    async def listen() -> str:
        listener = live.Listener(session.room.pk, session.consultant.pk, facilitates=False, seen=since)
        stream, text = live._events(listener), ""
        try:
            while "Pendant" not in text:
                text += (await asyncio.wait_for(anext(stream), 10)).decode()
                if "Avant" in text and "Pendant" not in text and not sent:
                    sent.append(await live.in_thread(write, session, "sujet", "Pendant", session.client))
        finally:
            await stream.aclose()
        return text

    sent: list[int] = []
    text = asyncio.run(listen())
    assert text.startswith("retry: 2000\nevent: bonjour")
    numbers = [each["number"] for each in heard(text)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == since + 2
    assert not live.follower.rooms


@pytest.mark.django_db(transaction=True)
def test_who_is_told_of_something_before_the_look_at_what_was_missed_is_told_both(transactional_db):
    session = Session()
    since = session.room.last_number
    write(session, "sujet", "Avant", session.client)

    async def listen() -> str:
        listener = live.Listener(session.room.pk, session.consultant.pk, facilitates=False, seen=since)
        stream = live._events(listener)
        text = (await anext(stream)).decode()
        # Meanwhile, the room that others listen to moved on.
        listener.tell(live.Told.of(since + 2, [{"op": "drop", "id": "pendant"}]))
        try:
            for _word in range(2):
                text += (await asyncio.wait_for(anext(stream), 10)).decode()
        finally:
            await stream.aclose()
        return text

    told = heard(asyncio.run(listen()))
    assert [each["number"] for each in told] == [since + 1, since + 2]
    assert "Avant" in told[0]["ops"][0]["html"]


@pytest.mark.django_db(transaction=True)
def test_listeners_who_take_the_facilitation_are_told_what_facilitators_see(transactional_db, monkeypatch):
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.02)
    session = Session("webinaire")
    people.give_role(session.room, session.consultant, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    session.go("presentation")
    follower = live.Follower()

    async def follow() -> list[live.Told]:
        listener = live.Listener(
            session.room.pk, session.other.pk, facilitates=False, seen=Room.objects.get(pk=session.room.pk).last_number
        )
        follower.add(listener)
        await live.in_thread(
            lambda: people.give_role(session.room, session.other, Role.FACILITATOR, by=session.facilitator, now=NOW)
        )
        first = await listener.next(5)
        await live.in_thread(write, session, "question", "canari", session.consultant)
        return first + await listener.next(5)

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    told = asyncio.run(follow())
    assert "canari" in str([each.ops for each in told])


@pytest.mark.django_db(transaction=True)
def test_two_live_processes_tell_every_number_once_each(transactional_db, monkeypatch):
    """Each has its own follower and its own look at the database: what one tells takes nothing from the other."""
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.02)
    session = Session()
    since, wanted = session.room.last_number, 24

    def listener() -> live.Listener:
        return live.Listener(session.room.pk, session.other.pk, facilitates=False, seen=since)

    async def hear(follower: live.Follower, mine: live.Listener) -> list[live.Told]:
        follower.add(mine)
        told: list[live.Told] = []
        try:
            while not told or told[-1].number < since + wanted:
                told += await mine.next(10)
        finally:
            follower.remove(mine)
        return told

    async def write_all(by: Participant) -> None:
        for rank in range(wanted // 2):
            await live.in_thread(write, session, "sujet", f"{by.pk} {rank}", by)

    async def both() -> list[list[live.Told]]:
        hearing = [asyncio.create_task(hear(live.Follower(), listener())) for _process in range(2)]
        await asyncio.gather(write_all(session.client), write_all(session.consultant))
        return await asyncio.gather(*hearing)

    cards_there = None
    for told in asyncio.run(both()):
        numbers = [each.number for each in told]
        assert numbers == sorted(set(numbers))
        assert (numbers[0] > since, numbers[-1]) == (True, since + wanted)
        ops = [op["id"] for each in told for op in each.ops if op["op"] == "put"]
        assert len(ops) == len(set(ops)) == wanted
        assert cards_there in (None, set(ops))
        cards_there = set(ops)


def test_when_who_facilitates_goes_away_or_comes_back_the_others_read_the_page_again():
    session = Session()
    room_id, others = session.room.pk, {session.client.pk, session.consultant.pk, session.other.pk, session.observer.pk}
    gone = live.read_presence(others, {room_id: frozenset()})[room_id]
    assert gone.away == {session.facilitator.pk}
    assert presenting.REFRESH in gone.ops[False]
    assert gone.ops[True][0]["id"] == f"personne-{session.facilitator.pk}"
    back = live.read_presence(others | {session.facilitator.pk}, {room_id: gone.away})[room_id]
    assert presenting.REFRESH in back.ops[False]


def test_who_was_away_from_a_room_that_emptied_meanwhile_is_not_kept(monkeypatch):
    follower, mine = live.Follower(), live.Listener("salle", 1, facilitates=False, seen=0)
    follower.rooms["salle"] = {mine}

    async def emptied_meanwhile(_read, _heard, known):
        follower.remove(mine)
        return {room_id: live.Presence(frozenset({2}), {True: [], False: []}) for room_id in known}

    monkeypatch.setattr(live, "in_thread", emptied_meanwhile)
    asyncio.run(follower._tell_presence())
    assert follower.away == {}


def test_a_slow_client_is_told_to_read_the_page_again(monkeypatch):
    monkeypatch.setattr(live, "MOST_WAITING", 2)
    listener = live.Listener("salle", 1, facilitates=False, seen=0)
    for number in (1, 2, 2, 1, 3):
        listener.tell(live.Told.of(number, [{"op": "drop", "id": str(number)}]))
    found = asyncio.run(listener.next(1))
    assert [(told.number, told.ops) for told in found] == [(3, (presenting.REFRESH,))]
    assert asyncio.run(listener.next(0.01)) == []
