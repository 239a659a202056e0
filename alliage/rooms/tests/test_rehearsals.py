"""A rehearsal: fictitious people come, do what each phase lets them, and leave nothing behind."""

import uuid
from datetime import timedelta

import pytest

from alliage.refusals import Refusal
from alliage.rooms.enums import CardState, Role, RoomState
from alliage.rooms.models import Card, CardVote, Event, Participant, Room, Turn
from alliage.rooms.services import clock, rehearsals, rooms
from alliage.rooms.tests.factories import NOW, person, prepared

pytestmark = pytest.mark.django_db


class Rehearsal:
    """A facilitator alone in a rehearsal."""

    def __init__(self, code="codev", *, is_open=True, is_full=True):
        self.room = prepared(code, is_rehearsal=True)
        self.by = person(self.room, Role.FACILITATOR, name="Aude", member=self.room.created_by)
        if is_full:
            rehearsals.bring(self.room, by=self.by, now=NOW)
        if is_open:
            rooms.open_room(self.room, by=self.by, now=NOW)

    def go(self, code: str) -> None:
        clock.go_to(self.room, self.room.sheet.rank(code), seen=self.room.phase, by=self.by, now=NOW)

    def take_part(self, act=None) -> None:
        rehearsals.take_part(self.room, by=self.by, now=NOW, act=act)

    def roles(self) -> list[str]:
        return sorted(self.room.participants.filter(is_fictitious=True).values_list("role", flat=True))


# --- Coming --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "roles"),
    [
        ("codev", ["client", "consultant", "consultant", "consultant", "observer"]),
        ("trio", ["client", "consultant"]),
        ("atelier_2020", ["observer", *["participant"] * 4, "speaker"]),
        ("regards_croises", ["observer", *["participant"] * 4, "speaker", "speaker"]),
    ],
)
def test_enough_people_come_for_the_roles_of_the_run_sheet(code, roles):
    assert Rehearsal(code, is_open=False).roles() == roles


def test_they_are_named_as_fictitious_and_told_to_everybody():
    rehearsal = Rehearsal("trio", is_open=False)
    names = list(rehearsal.room.participants.filter(is_fictitious=True).values_list("name", flat=True))
    assert names == ["Personne fictive 1", "Personne fictive 2"]
    told = Event.objects.filter(room=rehearsal.room, kind="joined", participant=rehearsal.by)
    assert told.count() == 3


def test_pressed_again_nobody_more_comes_and_real_people_keep_their_places():
    rehearsal = Rehearsal("trio", is_open=False, is_full=False)
    person(rehearsal.room, Role.CLIENT, name="Clara")
    rehearsals.bring(rehearsal.room, by=rehearsal.by, now=NOW)
    rehearsals.bring(rehearsal.room, by=rehearsal.by, now=NOW)
    assert rehearsal.roles() == ["consultant"]


def test_the_same_act_sent_twice_is_done_once():
    rehearsal = Rehearsal("trio", is_open=False, is_full=False)
    act = uuid.uuid4()
    first = rehearsals.bring(rehearsal.room, by=rehearsal.by, now=NOW, act=act)
    rehearsal.room.participants.filter(is_fictitious=True, role="client").delete()
    rehearsals.bring(rehearsal.room, by=rehearsal.by, now=NOW, act=act)
    assert rehearsal.roles() == ["consultant"]
    assert first <= rehearsal.room.last_number


@pytest.mark.parametrize("verb", ["bring", "take_part", "start_over", "erase"])
def test_nothing_of_this_is_for_a_real_room(verb):
    room = prepared("trio")
    by = person(room, Role.FACILITATOR, name="Aude")
    rooms.open_room(room, by=by, now=NOW)
    with pytest.raises(Refusal, match="pas une répétition"):
        getattr(rehearsals, verb)(room, by=by, now=NOW)
    assert Room.objects.get(pk=room.pk).erased_at is None


@pytest.mark.parametrize("verb", ["bring", "take_part", "start_over", "erase"])
def test_those_who_facilitate_alone_press_these(verb):
    rehearsal = Rehearsal("trio")
    other = person(rehearsal.room, name="Karim")
    with pytest.raises(Refusal, match="geste de l’animation"):
        getattr(rehearsals, verb)(rehearsal.room, by=other, now=NOW)


def test_nobody_comes_once_it_is_closed():
    rehearsal = Rehearsal("trio", is_full=False)
    rooms.close_room(rehearsal.room, by=rehearsal.by, now=NOW)
    with pytest.raises(Refusal, match="recommencez"):
        rehearsals.bring(rehearsal.room, by=rehearsal.by, now=NOW)


# --- Taking part ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["codev", "codev_rapide", "trio", "codev_differe", "atelier_2020", "webinaire", "regards_croises"])  # fmt: skip
def test_a_whole_run_sheet_is_played_and_each_writes_only_what_their_role_may(code):
    rehearsal = Rehearsal(code)
    for phase in rehearsal.room.sheet.phases:
        if phase.code != rehearsal.room.current.code:
            rehearsal.go(phase.code)
        rehearsal.take_part()
        written = Card.objects.filter(room=rehearsal.room, phase=phase.code).select_related("author")
        for capture in phase.captures:
            kinds = [card for card in written if card.kind == capture.code]
            allowed = [role for role in rehearsal.roles() if role in capture.by]
            assert len(kinds) == len(allowed)
            assert {card.author.role for card in kinds} <= set(capture.by)
            assert all(card.author.is_fictitious and card.text.startswith("Phrase d’essai") for card in kinds)


def test_pressed_again_they_write_once_more_then_no_more():
    rehearsal = Rehearsal("trio")
    for count in (1, 2, 2):
        rehearsal.take_part()
        assert Card.objects.filter(room=rehearsal.room, kind="situation").count() == count
    assert len(set(Card.objects.filter(kind="situation").values_list("text", flat=True))) == 2


def test_the_limit_of_each_zone_holds_for_them():
    rehearsal = Rehearsal()
    rehearsal.take_part()
    rehearsal.take_part()
    assert Card.objects.filter(room=rehearsal.room, kind="meteo").count() == len(rehearsal.roles())


def test_the_same_participation_sent_twice_is_done_once():
    rehearsal = Rehearsal("trio")
    act = uuid.uuid4()
    rehearsal.take_part(act)
    rehearsal.take_part(act)
    assert Card.objects.filter(room=rehearsal.room, kind="situation").count() == 1


def test_hands_are_raised_only_where_the_phase_lets_them():
    rehearsal = Rehearsal("trio")
    rehearsal.take_part()
    assert not Turn.objects.exists()
    rehearsal.go("consultation")
    rehearsal.take_part()
    assert {turn.participant.role for turn in Turn.objects.all()} == {"consultant"}
    rehearsal.take_part()
    assert Turn.objects.count() == 1


def test_they_choose_among_what_is_shown_and_observers_do_not():
    rehearsal = Rehearsal()
    rehearsal.take_part()
    votes = CardVote.objects.filter(card__kind="sujet")
    assert votes.count() == 4
    assert not votes.filter(participant__role=Role.OBSERVER).exists()
    rehearsal.take_part()
    assert votes.count() == 4
    card = Card.objects.filter(kind="sujet").order_by("-votes_count").first()
    assert card.votes_count == card.votes.count()


def test_what_facilitators_show_first_waits_for_them():
    rehearsal = Rehearsal("webinaire")
    rehearsal.go("presentation")
    rehearsal.take_part()
    questions = Card.objects.filter(room=rehearsal.room, kind="question")
    assert set(questions.values_list("state", flat=True)) == {CardState.WAITING}
    assert not CardVote.objects.exists()


def test_someone_must_have_come_first():
    rehearsal = Rehearsal("trio", is_full=False)
    with pytest.raises(Refusal, match="Faites d’abord venir"):
        rehearsal.take_part()


def test_they_wait_for_the_opening():
    with pytest.raises(Refusal, match="pas encore ouverte"):
        Rehearsal("trio", is_open=False).take_part()


def test_a_zone_that_no_sentence_knows_gets_a_neutral_one():
    assert rehearsals.sentence("inconnu", 1) != rehearsals.sentence("inconnu", 2)
    assert rehearsals.sentence("inconnu", 1).startswith("Phrase d’essai")


# --- The end -------------------------------------------------------------------------------------------------------


def test_started_over_the_room_is_as_it_was_prepared():
    rehearsal = Rehearsal()
    rehearsal.take_part()
    before = rehearsal.room.last_number
    rehearsals.start_over(rehearsal.room, by=rehearsal.by, now=NOW)
    room = Room.objects.get(pk=rehearsal.room.pk)
    assert (room.state, room.phase, room.ends_at, room.opened_at) == (RoomState.PREPARED, -1, None, None)
    assert list(room.participants.all()) == [rehearsal.by]
    assert not Card.objects.exists()
    assert not CardVote.objects.exists()
    assert not Turn.objects.exists()
    assert room.last_number == before + 1
    rooms.open_room(rehearsal.room, by=rehearsal.by, now=NOW)
    rooms.close_room(rehearsal.room, by=rehearsal.by, now=NOW)
    rehearsals.start_over(rehearsal.room, by=rehearsal.by, now=NOW)
    assert Room.objects.get(pk=room.pk).closed_at is None


def test_erased_at_once_nothing_is_left():
    rehearsal = Rehearsal()
    rehearsal.take_part()
    rehearsals.erase(rehearsal.room, by=rehearsal.by, now=NOW)
    assert rehearsal.room.erased_at == NOW
    assert not Card.objects.exists()
    assert not Participant.objects.filter(room=rehearsal.room).exists()
    assert rehearsal.room.title == "Salle effacée"


def test_it_is_erased_the_day_after_it_was_opened_even_if_nobody_closes_it():
    rehearsal = Rehearsal()
    rehearsal.take_part()
    assert rooms.erase_due(now=NOW) == 0
    assert rooms.erase_due(now=NOW + timedelta(days=1)) == 1
    assert not Card.objects.exists()


def test_it_is_erased_the_day_after_it_was_closed():
    rehearsal = Rehearsal("trio", is_open=False)
    rooms.close_room(rehearsal.room, by=rehearsal.by, now=NOW)
    assert rehearsal.room.purge_on == (NOW + timedelta(days=1)).date()


def test_one_that_nobody_opens_waits_a_month():
    room = prepared("trio", is_rehearsal=True)
    assert rooms.erase_due(now=NOW + timedelta(days=29)) == 0
    assert rooms.erase_due(now=NOW + timedelta(days=30)) == 1
    assert Room.objects.get(pk=room.pk).erased_at is not None
