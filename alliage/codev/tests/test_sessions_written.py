"""A session in writing, in ten days: the clock moved by hand, mails that carry a step, a day and a link, and no word of the case."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import session_steps
from alliage.codev.models import Commitment
from alliage.codev.services import session_erasing, sessions
from alliage.codev.services.sessions import SessionRefused
from alliage.codev.tests.factories import NOW, MembershipFactory
from alliage.codev.tests.sessioned import Worked
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import compose_due
from alliage.rooms.services import cards, clock, rooms, spread

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MARKER = "canarimot"


@pytest.fixture
def written():
    """Ready, and everyone but the facilitator came in by their link."""
    w = Worked("codev_differe").prepare()
    for member in (w.camille, w.driss, w.ines, w.omar):
        w.enter(member)
    return w


def steps_told():
    return list(Notification.objects.filter(kind=sessions.STEP).order_by("pk"))


def test_a_session_in_writing_runs_by_itself_from_one_mail_to_the_next(written):
    w = written
    sessions.open_in_writing(w.session, by=w.fanta, now=NOW)
    assert sessions.open_in_writing(w.session, by=w.fanta, now=NOW) == w.room
    now, seen = NOW, []
    while w.room.is_open:
        phase = w.room.current
        seen.append(phase.code)
        for capture in phase.captures:
            for member in (w.camille, w.driss):
                person = w.in_room(member)
                if person.role in capture.by:
                    cards.write(w.room, capture.code, f"{MARKER} {capture.code}", by=person, now=now)
        assert spread.move_on(now=now + timedelta(hours=12)) == 0
        now += timedelta(days=phase.length)
        assert spread.move_on(now=now) == 1
        compose_due(now=now)
    assert seen == ["expose", "clarification", "contrat", "consultation", "synthese", "apprentissages"]
    assert now == NOW + 10 * DAY
    told = steps_told()
    assert len(told) == 6 * 5
    assert told[0].title == "Séance par écrit, étape «\u00a0Exposé\u00a0», jusqu’au 27 novembre 2026 à 13\u00a0h"
    for each in told:
        assert session_steps.read(each.url.split("/")[-2]) == (w.session.pk, each.person_id)
    assert {each.person_id for each in told} == {each.pk for each in (w.fanta, w.camille, w.driss, w.ines, w.omar)}
    mails = [f"{mail.subject}{mail.text}{mail.html}" for mail in OutgoingMail.objects.all()]
    assert mails
    assert not any(MARKER in mail for mail in mails)
    w.session.refresh_from_db()
    assert w.session.is_ended
    assert Commitment.objects.get().text == f"{MARKER} action"


def test_a_step_begun_in_the_room_is_told_as_one_begun_by_the_calendar(written):
    w = written
    w.enter(w.fanta)
    host = w.in_room(w.fanta)
    rooms.open_room(w.room, by=host, now=NOW)
    assert len(steps_told()) == 5
    act = uuid.uuid4()
    for _sent_twice in range(2):
        clock.go_to(w.room, 1, seen=0, by=host, now=NOW + DAY, act=act)
    assert len(steps_told()) == 10
    assert spread.move_on(now=NOW + DAY) == 0
    # Begun again, the first step has another deadline.
    clock.go_to(w.room, 0, seen=1, by=host, now=NOW + 2 * DAY)
    assert len(steps_told()) == 15
    assert steps_told()[-1].title != steps_told()[0].title
    assert "Exposé" in steps_told()[-1].title


def test_steps_that_last_minutes_are_told_to_nobody():
    w = Worked().prepare().open()
    w.go("expose")
    assert not steps_told()


def test_who_animates_opens_it(written):
    with pytest.raises(SessionRefused, match="Qui anime"):
        sessions.open_in_writing(written.session, by=written.driss, now=NOW)
    with pytest.raises(SessionRefused, match="Qui anime"):
        sessions.open_in_writing(written.session, by=MemberFactory(), now=NOW)
    for session in (Worked().session, Worked().prepare().session):
        with pytest.raises(SessionRefused, match="par écrit"):
            sessions.open_in_writing(session, by=written.fanta, now=NOW)


def test_nobody_is_told_of_the_steps_of_an_erased_session(written):
    w = written
    sessions.open_in_writing(w.session, by=w.fanta, now=NOW)
    before = len(steps_told())
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    assert spread.move_on(now=NOW + 2 * DAY) == 0
    sessions.step_began(w.room, now=NOW)
    assert len(steps_told()) == before


def test_who_left_is_told_nothing_more(written):
    w = written
    gone = MembershipFactory(group=w.group, state="left", ended_at=NOW).member
    sessions.open_in_writing(w.session, by=w.fanta, now=NOW)
    assert gone.pk not in {each.person_id for each in steps_told()}


def test_a_link_leads_its_member_to_the_room_and_nobody_else(written):
    w = written
    path = session_steps.path(w.session, w.driss)
    client = MemberClient()
    assert client.get(path)["Location"].startswith("/compte/connexion/")
    client.force_login(w.driss)
    assert client.get(path)["Location"] == w.room.get_absolute_url()
    assert client.get(reverse("codev:session_link", args=["faux"])).status_code == 404
    other = MemberClient()
    other.force_login(w.ines)
    assert other.get(path).status_code == 403
    sessions.open_in_writing(w.session, by=w.fanta, now=NOW)
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    assert client.get(path)["Location"] == w.session.get_absolute_url()
    w.session.delete()
    assert client.get(path).status_code == 404


def test_the_page_opens_a_session_in_writing(written):
    w = written
    client = MemberClient()
    client.force_login(w.fanta)
    url = f"{w.session.get_absolute_url()}ouvrir/"
    assert "Ouvrir la séance par écrit" in client.get(w.session.get_absolute_url()).content.decode()
    assert client.post(url)["Location"] == w.room.get_absolute_url()
    assert "en cours" in client.get(w.session.get_absolute_url()).content.decode()
    other = MemberClient()
    other.force_login(w.driss)
    assert other.post(f"{Worked().session.get_absolute_url()}ouvrir/").status_code == 403
