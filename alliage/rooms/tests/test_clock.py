"""The clock is the server's: phases, pauses, minutes added; two facilitators who press at once move by one."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from alliage.rooms.enums import RoomState
from alliage.rooms.models import Event, Room
from alliage.rooms.services import clock, people, rooms, spread
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.tests.factories import NOW, Session

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_the_first_phase_begins_with_the_room():
    session = Session()
    assert (session.room.phase, session.room.ends_at) == (0, NOW + 10 * MINUTE)
    assert session.room.current.code == "accueil"
    with pytest.raises(RoomRefused, match="déjà ouverte"):
        rooms.open_room(session.room, by=session.facilitator, now=NOW)


def test_two_who_press_next_at_once_move_by_one():
    session = Session()
    clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="vient de changer"):
        clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW)
    assert session.room.phase == 1


def test_the_same_press_sent_twice_moves_once():
    session, act = Session(), uuid.uuid4()
    first = clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW, act=act)
    assert clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW, act=act) == first
    assert session.room.phase == 1


@pytest.mark.parametrize("rank", [-1, 7], ids=["before the first", "after the last"])
def test_there_is_nothing_beyond_the_phases(rank):
    session = Session()
    with pytest.raises(RoomRefused, match="pas d’étape de ce côté"):
        clock.go_to(session.room, rank, seen=0, by=session.facilitator, now=NOW)


def test_a_stopped_clock_keeps_what_is_left():
    session = Session()
    for _twice in range(2):
        clock.pause(session.room, by=session.facilitator, now=NOW + 4 * MINUTE)
    assert (session.room.ends_at, session.room.left_seconds) == (None, 360)
    clock.add_time(session.room, 2, by=session.facilitator, now=NOW)
    assert session.room.left_seconds == 480
    for _twice in range(2):
        clock.resume(session.room, by=session.facilitator, now=NOW + 60 * MINUTE)
    assert session.room.ends_at == NOW + 68 * MINUTE


def test_minutes_are_added_to_what_is_left_or_from_now_when_time_is_over():
    session = Session()
    clock.add_time(session.room, 1, by=session.facilitator, now=NOW)
    assert session.room.ends_at == NOW + 11 * MINUTE
    clock.add_time(session.room, -3, by=session.facilitator, now=NOW)
    assert session.room.ends_at == NOW + 8 * MINUTE
    clock.add_time(session.room, 1, by=session.facilitator, now=NOW + 20 * MINUTE)
    assert session.room.ends_at == NOW + 21 * MINUTE
    for wrong in (0, 61, -61):
        with pytest.raises(RoomRefused, match="Ajoutez"):
            clock.add_time(session.room, wrong, by=session.facilitator, now=NOW)


@pytest.mark.parametrize("gesture", ["pause", "resume"])
def test_the_clock_is_held_by_facilitators(gesture):
    session = Session()
    for who in (session.client, session.observer):
        with pytest.raises(RoomRefused, match="geste de l’animation"):
            getattr(clock, gesture)(session.room, by=who, now=NOW)
        with pytest.raises(RoomRefused):
            clock.add_time(session.room, 1, by=who, now=NOW)
        with pytest.raises(RoomRefused):
            clock.go_to(session.room, 1, seen=0, by=who, now=NOW)


def test_hands_are_lowered_when_the_phase_changes():
    session = Session()
    people.ask_turn(session.room, by=session.client, now=NOW)
    session.go("expose")
    assert not session.client.turns.filter(ended_at=None).exists()


def test_durations_of_what_is_to_come_are_changed_and_of_nothing_else():
    session = Session()
    rooms.set_lengths(session.room, {"accueil": 99, "expose": 9}, by=session.facilitator, now=NOW)
    assert [phase.length for phase in session.room.sheet.phases][:2] == [10, 9]
    with pytest.raises(RoomRefused):
        rooms.set_lengths(session.room, {"expose": 9}, by=session.client, now=NOW)


def test_an_end_is_an_end():
    session, act = Session(), uuid.uuid4()
    first = rooms.close_room(session.room, by=session.facilitator, now=NOW, act=act)
    assert rooms.close_room(session.room, by=session.facilitator, now=NOW, act=act) == first
    assert (session.room.state, session.room.current, session.room.ends_at) == (RoomState.CLOSED, None, None)
    assert session.room.purge_on == (NOW + timedelta(days=90)).date()
    for gesture in (clock.pause, clock.resume):
        with pytest.raises(RoomRefused, match="terminée"):
            gesture(session.room, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="terminée"):
        rooms.close_room(session.room, by=session.facilitator, now=NOW)


def test_a_rehearsal_is_erased_the_next_day_and_others_at_their_date():
    rehearsal, kept = Session(is_rehearsal=True), Session(purge_on=(NOW + timedelta(days=9)).date())
    for each in (rehearsal, kept):
        rooms.close_room(each.room, by=each.facilitator, now=NOW)
    assert rooms.erase_due(now=NOW) == 0
    assert rooms.erase_due(now=NOW + timedelta(days=1)) == 1
    assert Room.objects.get(pk=rehearsal.room.pk).erased_at is not None
    assert Room.objects.get(pk=kept.room.pk).erased_at is None
    assert rooms.erase_due(now=NOW + timedelta(days=1)) == 0


def test_a_room_that_nobody_ends_is_erased_a_year_after_its_last_phase_began():
    session, waiting = Session(), Session(is_open=False)
    clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW + timedelta(days=2))
    assert rooms.erase_due(now=NOW + timedelta(days=364)) == 0
    assert rooms.erase_due(now=NOW + timedelta(days=365)) == 1
    assert Room.objects.get(pk=waiting.room.pk).erased_at is not None
    assert rooms.erase_due(now=NOW + timedelta(days=367)) == 1
    session.room.refresh_from_db()
    assert (session.room.is_closed, session.room.ends_at) == (True, None)


def test_a_room_over_several_days_moves_by_itself_and_ends():
    session = Session("codev_differe")
    assert session.room.ends_at == NOW + timedelta(days=1)
    assert spread.move_on(now=NOW + timedelta(hours=23)) == 0
    at = NOW
    for rank in range(1, 6):
        at += timedelta(days=3)
        assert spread.move_on(now=at) == 1
        session.room.refresh_from_db()
        assert session.room.phase == rank
    assert spread.move_on(now=at + timedelta(days=3)) == 1
    session.room.refresh_from_db()
    assert session.room.is_closed
    assert Event.objects.filter(room=session.room, kind="phase").count() == 6


def test_the_function_of_a_room_over_several_days_is_told_of_each_phase_once_whoever_begins_it(monkeypatch):
    told = []
    purpose = SimpleNamespace(moved=lambda room, *, now: told.append((room.phase, now)))
    monkeypatch.setattr(clock, "purpose_of", lambda room: purpose)
    session = Session("codev_differe")
    clock.go_to(session.room, 1, seen=0, by=session.facilitator, now=NOW)
    assert spread.move_on(now=NOW + timedelta(days=3)) == 1
    assert told == [(0, NOW), (1, NOW), (2, NOW + timedelta(days=3))]
    Session("codev")
    Session("codev_differe", is_rehearsal=True)
    assert len(told) == 3


def test_a_live_room_never_moves_by_itself():
    session = Session()
    assert spread.move_on(now=NOW + timedelta(days=1)) == 0
    assert session.room.phase == 0


def test_a_room_moved_by_someone_meanwhile_does_not_move_again(monkeypatch):
    session = Session("codev_differe")
    late = Room.objects.get(pk=session.room.pk)
    session.go("clarification")
    monkeypatch.setattr(Room.objects, "filter", lambda **asked: [late])
    assert spread.move_on(now=NOW + timedelta(days=1, hours=1)) == 0


def test_a_room_given_more_time_in_its_last_phase_does_not_end(monkeypatch):
    session = Session("codev_differe")
    session.go(session.room.sheet.phases[-1].code)
    late = Room.objects.get(pk=session.room.pk)
    clock.add_time(session.room, 60, by=session.facilitator, now=late.ends_at)
    monkeypatch.setattr(Room.objects, "filter", lambda **asked: [late])
    assert spread.move_on(now=late.ends_at) == 0
    assert Room.objects.get(pk=session.room.pk).is_open


def test_a_room_that_refuses_keeps_no_other_waiting(monkeypatch):
    first, second = Session("codev_differe"), Session("codev_differe")
    begin = spread.start_phase

    def refusing(act, rank):
        if act.room.pk == first.room.pk:
            raise RoomRefused("non")
        begin(act, rank)

    monkeypatch.setattr(spread, "start_phase", refusing)
    assert spread.move_on(now=NOW + timedelta(days=1)) == 1
    assert Room.objects.get(pk=second.room.pk).phase == 1


def test_a_room_whose_function_is_no_longer_there_moves_all_the_same():
    session = Session("codev_differe")
    Room.objects.filter(pk=session.room.pk).update(purpose="partie")
    assert spread.move_on(now=NOW + timedelta(days=2)) == 1
    for _rank in range(6):
        spread.move_on(now=NOW + timedelta(days=60 + _rank * 30))
    session.room.refresh_from_db()
    assert session.room.is_closed
