"""The welcome in the room of a session: the last client's return, the subjects, the choice; for the group alone, never on a screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.codev import permissions
from alliage.codev.models import Commitment
from alliage.codev.registers.sessions import beside
from alliage.codev.services import session_subjects, sessions
from alliage.codev.services.sessions import Wanted
from alliage.codev.tests.sessioned import Worked
from alliage.rooms.enums import Role
from alliage.rooms.services import people

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


@pytest.fixture
def met():
    """The second session of a group, at its welcome; Camille was the client of the first one, Driss brings a subject."""
    w = Worked(now=timezone.now()).prepare().open().work().close()
    Commitment.objects.filter(session=w.session).update(text="Appeler le maire", news="Il a répondu.")
    w.encounter = w.planned(w.now + timedelta(days=30))
    w.session = sessions.of_encounter(w.encounter, now=w.now)
    w.subject = w.bring("Un collectif à relancer", by=w.driss, stakes="La confiance")
    sessions.prepare(w.session, Wanted(), by=w.fanta, now=w.now)
    w.session.refresh_from_db()
    return w.open()


def browser(member):
    client = MemberClient()
    client.force_login(member)
    return client


def url_of(w):
    return reverse("codev:session_subject_act", args=[w.group.pk, w.encounter.pk, w.subject.pk])


def test_the_room_opens_with_the_return_of_the_last_client_then_the_subjects(met, django_assert_max_num_queries):
    w = met
    client, path = browser(w.ines), w.room.get_absolute_url()
    client.get(path)
    with django_assert_max_num_queries(12):
        page = client.get(path).content.decode()
    for said in (
        "le retour de Camille Roche",
        "Appeler le maire",
        "Il a répondu.",
        "Un collectif à relancer",
        "La confiance",
    ):
        assert said in page, said
    assert page.index("Il a répondu.") < page.index("Un collectif à relancer")
    assert "Retenir ce sujet" not in page
    assert "Retenir ce sujet" in browser(w.fanta).get(w.room.get_absolute_url()).content.decode()
    assert "Un collectif" not in client.get(f"{w.room.get_absolute_url()}projeter/").content.decode()
    w.go("expose")
    assert "Un collectif à relancer" not in client.get(w.room.get_absolute_url()).content.decode()


def test_the_subject_is_voted_for_and_chosen_in_the_room(met):
    w = met
    ines, fanta = browser(w.ines), browser(w.fanta)
    assert ines.post(url_of(w), {"act": "vote", "from": "room"}).url == w.room.get_absolute_url()
    assert "1 voix" in ines.get(w.room.get_absolute_url()).content.decode()
    assert ines.post(url_of(w), {"act": "unvote"}, headers=SCRIPT).status_code == 200
    assert ines.post(url_of(w), {"act": "choose", "from": "room"}).status_code == 403
    assert fanta.post(url_of(w), {"act": "choose", "from": "room"}, headers=SCRIPT).status_code == 200
    w.session.refresh_from_db()
    assert (w.session.subject, w.session.client) == (w.subject, w.driss)
    assert w.in_room(w.driss).role == Role.CLIENT
    page = ines.get(w.room.get_absolute_url()).content.decode()
    assert "Le sujet de la séance" in page
    w.go("apprentissages")
    w.close()
    refused = ines.post(url_of(w), {"act": "vote", "from": "room"}, headers=SCRIPT)
    assert (refused.status_code, "terminée" in refused.json()["error"]) == (422, True)


def test_once_the_work_began_another_subject_puts_nobody_out_of_the_session(met):
    w = met
    fanta = browser(w.fanta)
    page = w.session.get_absolute_url()
    assert "Retenir ce sujet" in fanta.get(page).content.decode()
    session_subjects.choose(w.subject, by=w.fanta, now=w.now)
    other = w.bring("Le mien", by=w.ines)
    w.go("expose")
    assert "Le mien" in fanta.get(page).content.decode()
    assert "Retenir ce sujet" not in fanta.get(page).content.decode()
    url = reverse("codev:session_subject_act", args=[w.group.pk, w.encounter.pk, other.pk])
    refused = fanta.post(url, {"act": "choose"}, headers=SCRIPT)
    assert (refused.status_code, "revient à l’accueil" in refused.json()["error"]) == (422, True)
    w.session.refresh_from_db()
    assert (w.session.client, w.in_room(w.driss).role) == (w.driss, Role.CLIENT)
    w.go("accueil")
    session_subjects.choose(other, by=w.fanta, now=w.now)
    assert w.in_room(w.ines).role == Role.CLIENT


def test_what_is_pressed_or_opened_in_the_welcome_is_found_again_when_the_page_is_read_again(met):
    w = met
    for member, act in ((w.ines, "vote"), (w.fanta, "choose")):
        page = browser(member).get(w.room.get_absolute_url()).content.decode()
        assert f'id="enjeux-{w.subject.pk}"' in page
        name = "voix" if act == "vote" else "retenir"
        assert f'id="{name}-{w.subject.pk}" name="act" value="{act}"' in page
    session_subjects.vote(w.subject, wanted=True, by=w.ines, now=w.now)
    page = browser(w.ines).get(w.room.get_absolute_url()).content.decode()
    assert f'id="voix-{w.subject.pk}" name="act" value="unvote"' in page


def test_who_animates_in_the_room_chooses_and_nobody_else(met):
    w = met
    standing = permissions.standing(w.ines, w.group)
    assert not permissions.can_choose_subject(w.ines, standing, w.session)
    people.give_role(w.room, w.in_room(w.ines), Role.FACILITATOR, by=w.in_room(w.fanta), now=w.now)
    assert permissions.can_choose_subject(w.ines, standing, w.session)
    w.session.facilitator = w.omar
    assert permissions.can_choose_subject(w.omar, permissions.standing(w.omar, w.group), w.session)
    assert permissions.can_choose_subject(w.fanta, permissions.standing(w.fanta, w.group), w.session)
    w.session.room_id = None
    assert not permissions.can_choose_subject(w.ines, standing, w.session)
    assert not permissions.can_choose_subject(w.camille, permissions.Standing(), w.session)


def test_nothing_is_shown_of_what_is_no_session_or_to_whom_has_no_account(met):
    w = met
    person = w.in_room(w.ines)
    assert beside(w.room, person) is not None
    person.member = None
    assert beside(w.room, person) is None
    room, person = w.room, w.in_room(w.omar)
    w.session.delete()
    assert beside(room, person) is None


def test_a_first_session_without_a_subject_says_what_to_do():
    w = Worked(now=timezone.now())
    sessions.prepare(w.session, Wanted(), by=w.fanta, now=w.now)
    w.open()
    page = browser(w.ines).get(w.room.get_absolute_url()).content.decode()
    assert "Personne n’a proposé de sujet" in page
    assert "Pour commencer" not in page
    brought = w.bring("Le mien")
    session_subjects.choose(brought, by=w.fanta, now=w.now)
    assert "apporté par Camille Roche" in browser(w.ines).get(w.room.get_absolute_url()).content.decode()
