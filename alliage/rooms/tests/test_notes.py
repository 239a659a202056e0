"""Co-written notes: begun with their phase, written by those whom it names, read by the room, gone with it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from alliage.accounts.tests.factories import MemberFactory
from alliage.rooms import visits
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.queries import notes as queries
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import Entry
from alliage.rooms.services import notes, people, rehearsals, rooms
from alliage.rooms.services.run_sheets import of_platform
from alliage.rooms.tests.factories import NOW, Session
from alliage.writing import permissions, services
from alliage.writing.models import Document, Update
from alliage.writing.queries import text_of
from alliage.writing.registry import Visit

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def document(session, phase) -> Document:
    return Document.objects.get(scope=notes.SCOPE, scope_id=notes.scope_id(session.room, phase))


def may(session, phase, person):
    """None: does not exist for them; else whether they write."""
    row = Document.objects.get(pk=document(session, phase).pk)
    key = f"cle-{person.pk}"
    people.Participant.objects.filter(pk=person.pk, member=None).update(key_digest=people.digest(key))
    found = permissions.writer_of(row, Visit(person.member or NOBODY, {visits.COOKIE: key}))
    return None if found is None else found.can_write


def write(session, phase, text, person):
    by = queries.writer(Room.objects.get(pk=session.room.pk), person, phase)
    services.write(document(session, phase), text, by=by, now=NOW)


def test_a_phase_that_takes_notes_has_them_begun_with_it_once():
    session = Session()
    assert not Document.objects.exists()
    session.go("expose")
    first = document(session, "expose")
    assert first.title == "Exposé"
    session.go("clarification")
    session.go("expose")
    assert Document.objects.count() == 2
    assert document(session, "expose").pk == first.pk


def test_a_room_whose_phases_take_no_notes_asks_nothing(django_assert_num_queries):
    session = Session("codev")
    content = session.room.content
    for phase in content["phases"]:
        phase["tools"] = []
    session.room = Room(content=content)
    with django_assert_num_queries(0):
        assert queries.of_room(session.room) == queries.Notes()
        notes.follow(session.room, "phase", now=NOW)


def test_who_writes_follows_the_phase_and_the_role():
    session = Session()
    session.go("consultation")
    everyone = (session.facilitator, session.consultant, session.client, session.observer)
    assert [may(session, "consultation", each) for each in everyone] == [True, True, False, False]
    session.go("synthese")
    assert [may(session, "synthese", each) for each in everyone] == [True, True, True, False]
    # Those of a phase that is over are read.
    assert [may(session, "consultation", each) for each in everyone] == [False] * 4
    people.give_role(session.room, session.observer, Role.CONSULTANT, by=session.facilitator, now=NOW)
    assert may(session, "synthese", session.observer)
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    assert may(session, "synthese", session.facilitator) is False


def test_each_change_of_what_people_may_do_asks_those_who_are_connected_again():
    session = Session()
    session.go("expose")

    def rights():
        return document(session, "expose").rights_number

    for act in (
        lambda: session.go("clarification"),
        lambda: people.give_role(session.room, session.other, Role.OBSERVER, by=session.facilitator, now=NOW),
        lambda: notes.ask_again([session.room]),
        lambda: rooms.close_room(session.room, by=session.facilitator, now=NOW),
    ):
        before = rights()
        act()
        assert rights() > before


def test_strangers_find_nothing_and_a_confidential_room_follows_its_function():
    session = Session(is_confidential=True)
    session.go("expose")
    row = document(session, "expose")
    stranger = MemberFactory()
    assert permissions.writer_of(row, Visit(stranger)) is None
    assert permissions.writer_of(row, Visit(NOBODY, {visits.COOKIE: "x"})) is None
    # Karim came by the link, the room is confidential: being there is not enough.
    assert may(session, "expose", session.consultant) is None
    assert may(session, "expose", session.facilitator)
    # Whom the function lets in without having come reads.
    session.facilitator.delete()
    reader = permissions.writer_of(row, Visit(session.room.created_by))
    assert (reader.can_read, reader.can_write, reader.can_manage) == (True, False, False)
    Document.objects.filter(pk=row.pk).update(scope_id="inconnue22:expose")
    row.refresh_from_db()
    assert permissions.writer_of(row, Visit(session.room.created_by)) is None


def test_notes_are_erased_with_the_room_and_with_a_rehearsal():
    session = Session(is_rehearsal=True)
    session.go("expose")
    write(session, "expose", "zibeline", session.facilitator)
    rehearsals.start_over(session.room, by=session.facilitator, now=NOW)
    assert not Document.objects.exists()
    rooms.open_room(session.room, by=session.facilitator, now=NOW)
    session.room.refresh_from_db()
    session.go("expose")
    write(session, "expose", "zibeline", session.facilitator)
    row = document(session, "expose")
    rooms.erase(session.room, now=NOW)
    assert not Document.objects.exists()
    assert permissions.writer_of(row, Visit(session.room.created_by)) is None
    assert queries.of_room(session.room) == queries.Notes()


def test_the_end_keeps_the_text_and_lets_go_of_what_was_taken_out():
    session = Session()
    session.go("expose")
    write(session, "expose", "un nom propre", session.facilitator)
    write(session, "expose", "rien", session.facilitator)
    rooms.close_room(session.room, by=session.facilitator, now=NOW)
    assert text_of(document(session, "expose")) == "rien"
    assert not Update.objects.exists()


class Live:
    """A member's room at its first phase with notes, hers and another's browsers."""

    def __init__(self):
        self.member = MemberFactory(name="Aude")
        wanted = rooms.Prepared("Une séance", of_platform("codev"), FREE)
        self.session = Session.__new__(Session)
        self.room = self.session.room = rooms.prepare(wanted, by=self.member, now=NOW)
        self.session.facilitator = people.join(
            self.room, Entry(Role.FACILITATOR), name="Aude", member=self.member, now=NOW
        )
        rooms.open_room(self.room, by=self.session.facilitator, now=NOW)
        self.mine, self.other = Client(), Client()
        self.mine.force_login(self.member)
        self.other.post(self.room.get_absolute_url(), {"name": "Karim"})
        self.session.go("consultation")

    def text(self, client):
        return client.get(self.room.get_absolute_url()).content.decode()


def test_the_page_shows_them_to_be_written_read_and_taken_away():
    live = Live()
    write(live.session, "consultation", "# Pistes\n- aller le voir", live.session.facilitator)
    page = live.text(live.mine)
    assert "data-writes\n" in page.split('id="notes"')[1]
    assert "Écrivent dans cette étape\u00a0: animation, consultant." in page
    # Read without a script, at the level of their place in the page.
    assert "<h4>Pistes</h4>" in page
    karim = live.room.participants.get(name="Karim")
    people.give_role(live.room, karim, Role.OBSERVER, by=live.session.facilitator, now=NOW)
    assert "data-writes\n" not in live.text(live.other)
    services.close(document(live.session, "consultation"), by=None, now=NOW)
    assert "data-writes\n" not in live.text(live.mine)
    live.session.go("synthese")
    page = live.text(live.mine)
    assert document(live.session, "consultation").get_absolute_url() in page
    write(live.session, "synthese", "## Suite\nUn rendez-vous", live.session.facilitator)
    assert "La salle</a>" in live.mine.get(document(live.session, "consultation").get_absolute_url()).content.decode()
    address = f"/salles/{live.room.code}/notes.md"
    assert address in live.text(live.other)
    taken = live.other.get(address).content.decode()
    assert taken == (
        "# Une séance\n\n# Consultation\n\n## Pistes\n- aller le voir\n\n# Synthèse et plan d’action\n\n"
        "### Suite\nUn rendez-vous\n\nÉcrit par Aude.\n"
    )
    one = document(live.session, "synthese").get_absolute_url()
    assert f"{one[:-1]}.md" in live.other.get(one).content.decode()
    # A confidential room keeps its notes inside.
    Room.objects.update(is_confidential=True)
    assert live.mine.get(one).status_code == 200
    for taken in (address, f"{one[:-1]}.md"):
        assert live.mine.get(taken).status_code == 404
        assert taken not in live.text(live.mine) + live.mine.get(one).content.decode()
    Room.objects.update(is_confidential=False)
    stranger = Client()
    assert stranger.get(address).status_code == 404
    assert stranger.get("/salles/inconnue22/notes.md").status_code == 404
    rooms.close_room(live.room, by=live.session.facilitator, now=NOW)
    assert "Notes à plusieurs" in live.text(live.other)
