"""« Où en sommes-nous »: what somebody who comes late is told."""

from datetime import timedelta

import pytest

from alliage.rooms.enums import Role
from alliage.rooms.queries import rooms as queries
from alliage.rooms.queries import summary
from alliage.rooms.services import cards, clock, people, rooms
from alliage.rooms.tests.factories import NOW, Session, person

pytestmark = pytest.mark.django_db


def told(session, viewer=None, *, minutes=0, polls=0):
    scene = queries.scene(session.room, viewer or session.other)
    return summary.of_scene(scene, open_polls=polls, now=NOW + timedelta(minutes=minutes))


def test_who_comes_late_reads_the_phase_the_roles_what_is_decided_and_what_came_last():
    session = Session()
    for by, text in ((session.client, "Le maire"), (session.consultant, "Le budget")):
        cards.write(session.room, "sujet", text, by=by, now=NOW)
    chosen = session.room.cards.get(text="Le maire")
    cards.choose(session.room, chosen, wanted=True, by=session.other, now=NOW)
    session.go("contrat")
    cards.write(session.room, "contrat", "J’aimerais renouer. " + "x" * 300, by=session.client, now=NOW)
    cards.write(session.room, "reformulation", "Renouer sans forcer", by=session.consultant, now=NOW)
    people.give_turn(session.room, session.client, by=session.facilitator, now=NOW)
    late = person(session.room, name="Zoé")
    late.joined_at = NOW + timedelta(minutes=2)
    found = told(session, late, minutes=2, polls=1)
    assert (
        found.when == "Étape 4 sur 7, «\u00a0Contrat de consultation\u00a0»\u00a0: il reste 3 minutes, jusqu’à 10:05."
    )
    assert found.roles == [
        ("animation", "Aude"),
        ("client", "Clara"),
        ("consultant", "Karim, Ketty, Zoé"),
        ("observation", "Omar"),
    ]
    assert [(said.what, said.text, said.name) for said in found.outcomes] == [
        ("Un sujet que je propose (1 choix)", "Le maire", "Clara"),
        ("J’aimerais que vous m’aidiez à…", "J’aimerais renouer.…", "Clara"),
    ]
    assert found.outcomes[0].href == f"#ecrit-{chosen.pk}"
    assert [said.text for said in found.last] == ["Renouer sans forcer", "Le budget"][: len(found.last)]
    assert (found.has_the_floor, found.open_polls, found.is_new) == ("Clara", 1, True)
    assert not told(session, late, minutes=8).is_new
    assert not told(session, session.other, minutes=2).is_new
    assert not summary.of_scene(queries.scene(session.room, None), open_polls=0, now=NOW).is_new


def test_the_question_of_the_moment_is_told_and_a_crowd_is_counted():
    session = Session("webinaire")
    session.go("questions")
    for rank in range(5):
        person(session.room, Role.PARTICIPANT, name=f"P{rank}")
    asker = session.room.participants.filter(role=Role.PARTICIPANT).first()
    cards.write(session.room, "question", "Qui paie ?", by=asker, now=NOW)
    card = session.room.cards.get()
    assert told(session).last == []
    cards.set_state(session.room, card, "shown", by=session.facilitator, now=NOW)
    cards.take(session.room, card, wanted=True, by=session.facilitator, now=NOW)
    found = told(session)
    assert found.question.text == "Qui paie ?"
    assert ("participation", "5 personnes") in found.roles
    assert found.outcomes == []


@pytest.mark.parametrize(
    ("minutes", "left"),
    [(9.5, "moins d’une minute"), (11, "le temps prévu est passé"), (8.5, "il reste 1 minute, jusqu’à 10:10.")],
    ids=["seconds", "over", "one"],
)
def test_what_is_left_is_said_in_words(minutes, left):
    session = Session()
    assert left in summary.when(session.room, now=NOW + timedelta(minutes=minutes))
    clock.pause(session.room, by=session.facilitator, now=NOW)
    assert "l’horloge est arrêtée" in summary.when(session.room, now=NOW)


def test_over_several_days_what_is_left_is_days_and_nothing_is_said_once_over():
    session = Session("codev_differe")
    session.go("consultation")
    assert "il reste 3 jours." in told(session).when
    assert "aujourd’hui ou demain" in told(session, minutes=60 * 60).when
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    assert told(session) is None
