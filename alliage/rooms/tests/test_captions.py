"""Captions: typed by those whom facilitators chose, one at a time, kept with their time, corrected, erased with the rest."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.rooms.models import Caption, Participant, Relay
from alliage.rooms.queries import captions as queries
from alliage.rooms.services import captions, people, rooms
from alliage.rooms.services.log import RoomRefused
from alliage.rooms.services.run_sheets import of_platform
from alliage.rooms.tests.factories import NOW, Session

pytestmark = pytest.mark.django_db


def say(session, text, by, *, after=0, **more):
    return captions.say(session.room, text, by=by, now=NOW + timedelta(seconds=after), **more)


@pytest.fixture
def session():
    """Two people who take turns, in a session whose run sheet has no captions."""
    session = Session()
    for person in (session.consultant, session.other):
        captions.entrust(session.room, person, wanted=True, by=session.facilitator, now=NOW)
    return session


def test_people_type_in_turn_and_each_sees_who_does(session):
    say(session, "  Bonjour \0 à\ntous. ", session.consultant)
    assert queries.typist(session.room) == session.consultant
    captions.take_relay(session.room, by=session.other, now=NOW + timedelta(seconds=60))
    captions.take_relay(session.room, by=session.other, now=NOW + timedelta(seconds=60))
    assert queries.typist(session.room) == session.other
    # The sentence begun is finished, by who began it.
    say(session, "Et merci.", session.consultant, after=80)
    say(session, "On commence.", session.other, after=81)
    with pytest.raises(RoomRefused, match="Ketty écrit les sous-titres"):
        say(session, "Trop tard", session.consultant, after=95)
    assert [each.text for each in Caption.objects.all()] == ["Bonjour à tous.", "Et merci.", "On commence."]
    assert Relay.objects.count() == 2


def test_whoever_stops_leaves_the_relay_free(session):
    say(session, "Une", session.consultant)
    captions.leave_relay(session.room, by=session.consultant, now=NOW)
    captions.leave_relay(session.room, by=session.other, now=NOW)
    say(session, "Deux", session.consultant, after=5)
    assert queries.typist(session.room) is None
    say(session, "Trois", session.consultant, after=60)
    assert queries.typist(session.room) == session.consultant


def test_the_same_line_sent_twice_is_kept_once(session):
    act = uuid.uuid4()
    for _twice in range(2):
        say(session, "Une", session.consultant, act=act)
    assert Caption.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "why"), [(" \0", "ce qui est dit"), ("x" * 401, "trop long")], ids=["nothing", "too long"]
)
def test_a_line_has_a_size(session, text, why):
    with pytest.raises(RoomRefused, match=why):
        say(session, text, session.consultant)


def test_a_room_keeps_so_many_lines(session, monkeypatch):
    monkeypatch.setattr(captions, "MOST_LINES", 1)
    say(session, "Une", session.consultant)
    with pytest.raises(RoomRefused, match="n’en garde pas plus"):
        say(session, "Deux", session.consultant)


def test_only_those_who_were_chosen_type(session):
    with pytest.raises(RoomRefused, match="que l’animation a choisies"):
        say(session, "Moi", session.client)
    with pytest.raises(RoomRefused, match="que l’animation a choisies"):
        captions.take_relay(session.room, by=session.client, now=NOW)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        captions.entrust(session.room, session.client, wanted=True, by=session.client, now=NOW)
    absent = people.add_person(session.room, "Marie", by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="Il faut un appareil"):
        captions.entrust(session.room, absent, wanted=True, by=session.facilitator, now=NOW)
    with pytest.raises(RoomRefused, match="pas dans la salle"):
        captions.entrust(session.room, Participant(pk=99_999), wanted=True, by=session.facilitator, now=NOW)
    # Once is enough, and who is relieved hands over.
    before = session.room.last_number
    captions.entrust(session.room, session.consultant, wanted=True, by=session.facilitator, now=NOW)
    assert session.room.last_number == before
    say(session, "Une", session.consultant)
    captions.entrust(session.room, session.consultant, wanted=False, by=session.facilitator, now=NOW)
    assert queries.typist(session.room) is None


def test_captions_are_open_in_the_phases_that_say_so_or_once_entrusted():
    session = Session()
    with pytest.raises(RoomRefused, match="pas de sous-titres"):
        say(session, "Une", session.facilitator)
    assert not queries.of_room(session.room, session.client, []).is_open
    webinar = Session("webinaire")
    say(webinar, "Bienvenue", webinar.facilitator)
    shown = queries.of_room(webinar.room, webinar.facilitator, [])
    assert (shown.is_open, shown.may_type, shown.holds) == (True, True, True)
    shown = queries.of_room(webinar.room, webinar.other, [])
    assert (shown.may_type, shown.holds, [line.text for line in shown.lines]) == (False, False, ["Bienvenue"])
    assert not queries.of_room(webinar.room, None, []).may_type
    rooms.close_room(webinar.room, by=webinar.facilitator, now=NOW)
    assert queries.typist(webinar.room) is None
    assert queries.last(webinar.room) == []
    with pytest.raises(RoomRefused, match="terminée"):
        say(webinar, "Encore", webinar.facilitator)


def test_a_transcript_is_corrected_and_forgotten(session):
    say(session, "Bonsoir", session.consultant)
    line, by = Caption.objects.get(), {"by": session.facilitator, "now": NOW}
    before = session.room.last_number
    captions.correct(session.room, line, "Bonsoir", **by)
    assert session.room.last_number == before
    captions.correct(session.room, line, " Bonjour ", **by)
    line.refresh_from_db()
    assert (line.text, line.changed_at) == ("Bonjour", NOW)
    with pytest.raises(RoomRefused, match="trop long"):
        captions.correct(session.room, line, "x" * 401, **by)
    with pytest.raises(RoomRefused, match="geste de l’animation"):
        captions.correct(session.room, line, "Non", by=session.consultant, now=NOW)
    captions.correct(session.room, line, " ", **by)
    assert not queries.has_transcript(session.room)
    with pytest.raises(RoomRefused, match="plus là"):
        captions.correct(session.room, line, "Encore", **by)
    say(session, "Une", session.consultant)
    for _twice in range(2):
        captions.forget(session.room, **by)
    assert not queries.has_transcript(session.room)


def test_the_transcript_tells_when_and_in_which_phase():
    session = Session("webinaire")
    say(session, "Bienvenue", session.facilitator, after=3)
    say(session, "à <tous> & toutes", session.facilitator, after=4)
    session.go("presentation")
    say(
        session,
        "Une phrase assez longue pour rester à l’écran un peu plus longtemps que les autres.",
        session.facilitator,
        after=3723,
    )
    assert [(part.title, [line.clock for line in part.lines]) for part in queries.transcript(session.room)] == [
        ("Accueil", ["0:00:03", "0:00:04"]), ("Présentation", ["1:02:03"]),
    ]  # fmt: skip
    text = queries.as_text(session.room)
    assert text.startswith("Une séance\n\nAccueil\n\n[0:00:03] Bienvenue\n")
    film = queries.as_vtt(session.room).splitlines()
    assert film[:6] == [
        "WEBVTT", "", "00:00:03.000 --> 00:00:04.000", "Bienvenue", "", "00:00:04.000 --> 00:00:05.500",
    ]  # fmt: skip
    assert film[6] == "à &lt;tous&gt; &amp; toutes"
    assert film[8] == "01:02:03.000 --> 01:02:08.533"


def test_the_base_holds_one_relay_and_no_empty_line(session):
    say(session, "Une", session.consultant)
    for broken in (
        lambda: Relay.objects.create(room=session.room, participant=session.other, began_at=NOW),
        lambda: Caption.objects.update(text=""),
        lambda: Caption.objects.create(
            room=session.room, text="Deux", number=Caption.objects.get().number, said_at=NOW
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
    assert "Une" not in f"{Caption.objects.get()!r} {Relay.objects.get()!r}"


def test_run_sheets_of_the_platform_say_what_is_asked_and_what_is_kept():
    assert of_platform("webinaire").capture("questions", "question").is_question
    assert of_platform("codev").capture("contrat", "contrat").is_outcome
    assert of_platform("codev").capture("contrat", "rien") is None
    assert of_platform("codev").capture("rien", "contrat") is None
