"""What is written: only what the phase lets this role write, once, shown to those who may read it, gone when it is taken back."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from alliage.rooms.enums import CardState, Role
from alliage.rooms.models import Card, CardVote, Event
from alliage.rooms.queries import rooms as queries
from alliage.rooms.services import cards, people, rooms
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.tests.factories import NOW, Session, prepared

pytestmark = pytest.mark.django_db


def write(session, kind, *, by, text="Un mot", **more) -> Card:
    number = cards.write(session.room, kind, text, by=by, now=NOW, **more)
    return Card.objects.get(room=session.room, number=number)


def test_the_client_listens_during_the_consultation_and_the_server_says_so():
    session = Session()
    session.go("consultation")
    write(session, "idee", by=session.consultant)
    with pytest.raises(RoomRefused, match="Vous écoutez et vous notez"):
        write(session, "idee", by=session.client)
    assert Card.objects.count() == 1


def test_advice_waits_for_its_step():
    session = Session()
    session.go("clarification")
    write(session, "question", by=session.consultant)
    with pytest.raises(RoomRefused, match="L’étape a changé"):
        write(session, "idee", by=session.consultant)


def test_nothing_is_written_before_the_opening_nor_after_the_end():
    session = Session(is_open=False)
    with pytest.raises(RoomRefused, match="pas encore ouverte"):
        write(session, "meteo", by=session.client)
    rooms.open_room(session.room, by=session.facilitator, now=NOW)
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="terminée"):
        write(session, "meteo", by=session.client)


def test_the_same_act_sent_twice_is_written_once():
    session, act = Session(), uuid.uuid4()
    first = cards.write(session.room, "sujet", "Un sujet", by=session.client, now=NOW, act=act)
    assert cards.write(session.room, "sujet", "Un sujet", by=session.client, now=NOW, act=act) == first
    assert Card.objects.count() == 1
    assert Event.objects.filter(room=session.room, act=act).count() == 1


@pytest.mark.parametrize(
    ("text", "why"), [("", "Écrivez quelque chose"), (" \0 \n", "Écrivez quelque chose"), ("x" * 2001, "trop long")],
    ids=["nothing", "signs that nobody sees", "too long"],
)  # fmt: skip
def test_a_text_has_a_size(text, why):
    session = Session()
    with pytest.raises(RoomRefused, match=why):
        write(session, "sujet", by=session.client, text=text)


def test_one_arrives_once():
    session = Session()
    write(session, "meteo", by=session.client)
    with pytest.raises(RoomRefused, match="déjà écrit"):
        write(session, "meteo", by=session.client)
    write(session, "meteo", by=session.consultant)


def test_facilitators_write_for_someone_without_a_device_and_nobody_else_does():
    session = Session()
    absent = people.add_person(session.room, "Marie", by=session.facilitator, now=NOW)
    card = write(session, "sujet", by=session.facilitator, author=absent)
    assert (card.author, card.typed_by) == (absent, session.facilitator)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        write(session, "sujet", by=session.consultant, author=absent)


def named(session, viewer, phase):
    """For each capture of this phase: in whose name this viewer may write."""
    session.go(phase)
    return {each.capture.code: each.for_others for each in queries.scene(session.room, viewer).present}


def test_facilitators_write_in_the_name_of_those_whom_the_phase_lets_write_though_they_may_not_themselves():
    session = Session()
    marie = people.add_person(session.room, "Marie", by=session.facilitator, now=NOW)
    found = named(session, session.facilitator, "expose")
    assert found == {"situation": [session.client]}
    found = named(session, session.facilitator, "consultation")
    # Those without a device first; private notes are nobody else's.
    assert found == {"idee": [marie, session.consultant, session.other]}
    card = write(session, "idee", by=session.facilitator, author=marie)
    assert (card.author, card.typed_by) == (marie, session.facilitator)
    assert named(session, session.consultant, "clarification") == {"question": [], "reponse": []}


def test_who_wrote_what_the_phase_asks_of_each_is_named_no_more_and_a_crowd_is_not_listed(monkeypatch):
    session = Session()
    marie = people.add_person(session.room, "Marie", by=session.facilitator, now=NOW)
    session.go("contrat")
    write(session, "reformulation", by=session.consultant)
    assert named(session, session.facilitator, "contrat")["reformulation"] == [marie, session.other]
    monkeypatch.setattr(queries, "MOST_NAMED", 5)
    assert named(session, session.facilitator, "contrat")["reformulation"] == [marie]


def test_a_role_is_what_it_is_now():
    session = Session()
    session.go("consultation")
    people.give_role(session.room, session.consultant, Role.CLIENT, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused):
        write(session, "idee", by=session.consultant)
    assert session.room.participants.filter(role=Role.CLIENT).count() == 1


def test_a_room_keeps_so_much_and_no_more(monkeypatch):
    monkeypatch.setattr(cards, "MOST_CARDS", 1)
    session = Session()
    write(session, "sujet", by=session.client)
    with pytest.raises(RoomRefused, match="beaucoup de choses"):
        write(session, "sujet", by=session.consultant)


# --- Who reads it --------------------------------------------------------------------------------------------------


def lines(session, viewer, code):
    scene = queries.scene(session.room, viewer)
    return [
        line for gathered in scene.present + scene.before if gathered.capture.code == code for line in gathered.lines
    ]


def test_private_notes_are_read_by_their_author_alone():
    session = Session()
    session.go("consultation")
    card = write(session, "note_client", by=session.client)
    assert card.state == CardState.PRIVATE
    assert [line.is_mine for line in lines(session, session.client, "note_client")] == [True]
    assert not lines(session, session.facilitator, "note_client")
    assert not lines(session, session.other, "note_client")
    assert not lines(session, None, "note_client")
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    assert Card.objects.get().state == CardState.PRIVATE


def test_a_moderated_question_waits_then_is_shown():
    session = Session("webinaire")
    session.go("presentation")
    public = session.consultant
    people.give_role(session.room, public, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    card = write(session, "question", by=public)
    assert card.state == CardState.WAITING
    assert lines(session, public, "question")
    assert lines(session, session.facilitator, "question")
    assert not lines(session, session.other, "question")
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    assert lines(session, session.other, "question")
    with pytest.raises(RoomRefused, match="se montre, ou se masque"):
        cards.set_state(session.room, card, "private", by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        cards.set_state(session.room, card, "hidden", by=public, now=NOW)


@pytest.fixture
def asked():
    """A webinar with two questions shown to all."""
    session = Session("webinaire")
    session.go("questions")
    for person in (session.client, session.consultant):
        people.give_role(session.room, person, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    session.questions = [write(session, "question", by=by) for by in (session.client, session.consultant)]
    for card in session.questions:
        cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    return session


def facilitated(session, gesture, card, *more, **named):
    return gesture(session.room, card, *more, by=session.facilitator, now=NOW, **named)


def test_a_question_is_answered_aloud_or_in_writing_then_open_again(asked):
    card = asked.questions[0]
    facilitated(asked, cards.answered, card)
    card.refresh_from_db()
    assert (card.answered_at, card.answer) == (NOW, "")
    facilitated(asked, cards.answer, card, " Oui. \r\n\0")
    facilitated(asked, cards.answer, card, "Oui, dès lundi.")
    card.refresh_from_db()
    assert (card.answered_at, card.answer) == (NOW, "Oui, dès lundi.")
    facilitated(asked, cards.answered, card)
    card.refresh_from_db()
    assert (card.answered_at, card.answer) == (None, "")
    for text in ("", "x" * 2001):
        with pytest.raises(RoomRefused, match="de 1 à 2000"):
            facilitated(asked, cards.answer, card, text)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        cards.answer(asked.room, card, "Oui", by=asked.client, now=NOW)
    with pytest.raises(RoomRefused, match="plus là"):
        facilitated(asked, cards.answered, Card(pk=99))


def test_one_question_is_answered_at_a_time(asked):
    first, second = asked.questions
    facilitated(asked, cards.take, first, wanted=True)
    before = asked.room.last_number
    facilitated(asked, cards.take, first, wanted=True)
    assert asked.room.last_number == before
    facilitated(asked, cards.take, second, wanted=True)
    assert queries.current_question(asked.room) == second
    facilitated(asked, cards.take, second, wanted=False)
    assert queries.current_question(asked.room) is None
    facilitated(asked, cards.take, first, wanted=True)
    facilitated(asked, cards.answered, first)
    assert queries.current_question(asked.room) is None
    facilitated(asked, cards.take, second, wanted=True)
    facilitated(asked, cards.set_state, second, "hidden")
    assert queries.current_question(asked.room) is None
    with pytest.raises(RoomRefused, match="Montrez cette question"):
        facilitated(asked, cards.take, second, wanted=True)


def test_only_a_question_is_answered():
    session = Session()
    card = write(session, "sujet", by=session.client)
    for gesture, more, named in (
        (cards.answered, (), {}),
        (cards.answer, ("Oui",), {}),
        (cards.take, (), {"wanted": True}),
    ):
        with pytest.raises(RoomRefused, match="pas une question"):
            facilitated(session, gesture, card, *more, **named)
    session.room.cards.update(phase="inconnue")
    with pytest.raises(RoomRefused, match="pas une question"):
        facilitated(session, cards.answered, card)


def test_the_base_holds_what_questions_are(asked):
    first, second = asked.questions
    facilitated(asked, cards.take, first, wanted=True)
    for card, broken in (
        (second, {"taken_at": NOW}), (second, {"answer": "Oui"}), (first, {"answered_at": NOW}),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.filter(pk=card.pk).update(**broken)


# --- Change, take back ---------------------------------------------------------------------------------------------


def test_one_changes_ones_own_words_while_the_step_lasts():
    session = Session()
    card = write(session, "sujet", by=session.client)
    cards.rewrite(session.room, card, "Autrement", by=session.client, now=NOW)
    assert Card.objects.get().text == "Autrement"
    for refused in ("", "x" * 2001):
        with pytest.raises(RoomRefused, match="de 1 à"):
            cards.rewrite(session.room, card, refused, by=session.client, now=NOW)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        cards.rewrite(session.room, card, "Pas à moi", by=session.other, now=NOW)
    session.go("expose")
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        cards.rewrite(session.room, card, "Trop tard", by=session.client, now=NOW)
    cards.rewrite(session.room, card, "Par l’animation", by=session.facilitator, now=NOW)


def test_what_moderation_let_through_is_changed_by_facilitators_alone():
    session = Session("webinaire")
    people.give_role(session.room, session.consultant, Role.PARTICIPANT, by=session.facilitator, now=NOW)
    session.go("presentation")
    card = write(session, "question", by=session.consultant)
    cards.rewrite(session.room, card, "Mieux", by=session.consultant, now=NOW)
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="montré ce texte à tous"):
        cards.rewrite(session.room, card, "Tout autre chose", by=session.consultant, now=NOW)
    cards.rewrite(session.room, card, "Bien mieux", by=session.facilitator, now=NOW)
    assert Card.objects.get().text == "Bien mieux"


def test_one_changes_only_what_ones_role_may_still_write():
    session = Session()
    session.go("consultation")
    card = write(session, "idee", by=session.consultant)
    people.give_role(session.room, session.consultant, Role.OBSERVER, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused):
        cards.rewrite(session.room, card, "Autre", by=session.consultant, now=NOW)
    assert Card.objects.get().text == "Un mot"


def test_a_private_note_is_touched_by_its_author_alone():
    session = Session()
    session.go("consultation")
    note = write(session, "note_client", by=session.client)
    with pytest.raises(RoomRefused, match="n’est plus là"):
        cards.rewrite(session.room, note, "Autre", by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="n’est plus là"):
        cards.take_back(session.room, note, by=session.facilitator, now=NOW)
    cards.rewrite(session.room, note, "À moi", by=session.client, now=NOW)
    assert Card.objects.get().text == "À moi"


def test_words_taken_back_are_gone_whatever_the_step():
    session = Session()
    card = write(session, "sujet", by=session.client)
    session.go("expose")
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    cards.take_back(session.room, card, by=session.client, now=NOW)
    assert not Card.objects.exists()
    assert "sujet" not in str(list(Event.objects.values_list("data", flat=True)))
    with pytest.raises(RoomRefused, match="plus là"):
        cards.take_back(session.room, card, by=session.client, now=NOW)


def test_nobody_takes_back_the_words_of_another():
    session = Session()
    card = write(session, "sujet", by=session.client)
    with pytest.raises(RoomRefused):
        cards.take_back(session.room, card, by=session.other, now=NOW)
    cards.take_back(session.room, card, by=session.facilitator, now=NOW)


# --- Choose --------------------------------------------------------------------------------------------------------


def choose(session, card, by, wanted=True):
    cards.choose(session.room, card, wanted=wanted, by=by, now=NOW)


def test_each_has_so_many_choices():
    session = Session()
    found = [write(session, "sujet", by=by) for by in (session.client, session.consultant, session.other)]
    choose(session, found[0], session.client)
    choose(session, found[0], session.client)
    choose(session, found[1], session.client)
    with pytest.raises(RoomRefused, match="déjà choisi 2 fois"):
        choose(session, found[2], session.client)
    choose(session, found[0], session.client, wanted=False)
    choose(session, found[2], session.client)
    assert list(Card.objects.order_by("number").values_list("votes_count", flat=True)) == [0, 1, 1]
    gathered = next(
        each for each in queries.scene(session.room, session.client).present if each.capture.code == "sujet"
    )
    # The most chosen first.
    assert [line.is_chosen for line in gathered.lines] == [True, True, False]
    assert gathered.choices_left == 0


def test_one_chooses_only_what_is_there_to_be_chosen():
    session = Session()
    subject, weather = write(session, "sujet", by=session.client), write(session, "meteo", by=session.client)
    with pytest.raises(RoomRefused, match="On ne choisit pas"):
        choose(session, weather, session.consultant)
    with pytest.raises(RoomRefused, match="d’observer"):
        choose(session, subject, session.observer)
    cards.set_state(session.room, subject, "hidden", by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="plus là"):
        choose(session, subject, session.consultant)
    cards.set_state(session.room, subject, "shown", by=session.facilitator, now=NOW)
    session.go("expose")
    with pytest.raises(RoomRefused, match="On ne choisit pas"):
        choose(session, subject, session.consultant)


# --- The database says it too --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        lambda session, card: Card.objects.filter(pk=card.pk).update(text=""),
        lambda session, card: Card.objects.filter(pk=card.pk).update(state="ailleurs"),
        lambda session, card: Card.objects.create(
            room=session.room, phase="accueil", kind="sujet", text="Double", number=card.number, written_at=NOW
        ),
        lambda session, card: CardVote.objects.bulk_create(
            [CardVote(card=card, participant=session.client), CardVote(card=card, participant=session.client)]
        ),
    ],
    ids=["no text", "unknown state", "number taken", "chosen twice"],
)
def test_the_base_refuses(broken):
    session = Session()
    card = write(session, "sujet", by=session.client)
    with pytest.raises(IntegrityError), transaction.atomic():
        broken(session, card)


def test_a_card_prints_nothing_of_its_text():
    session = Session()
    card = write(session, "sujet", by=session.client, text="canari")
    assert "canari" not in f"{card!s} {card!r} {prepared()!r}"
    choose(session, card, session.consultant)
    assert str(CardVote.objects.get()).startswith("choix")
