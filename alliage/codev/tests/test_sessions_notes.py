"""Notes of a session, step by step: read and taken away by the group, closed to who leaves it, erased with the session."""

import pytest

from alliage.accounts.tests.clients import MemberClient
from alliage.codev import taken
from alliage.codev.models import Membership
from alliage.codev.services import memberships, session_erasing, session_subjects, session_words
from alliage.codev.tests.factories import NOW, MembershipFactory
from alliage.codev.tests.sessioned import Worked
from alliage.rooms.queries import notes
from alliage.rooms.services import cards
from alliage.writing import permissions, services
from alliage.writing.models import Document
from alliage.writing.registry import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted():
    """A session at its first step with notes, where Driss wrote."""
    worked = Worked().prepare().open()
    worked.go("expose")
    document = notes.of_room(worked.room).present
    by = notes.writer(worked.room, worked.in_room(worked.driss), "expose")
    services.write(document, "# Le fil\nUn maire silencieux", by=by, now=NOW)
    return worked, document


def test_the_group_takes_away_what_it_reads_of_its_sessions_until_they_are_erased():
    w = Worked()
    session_subjects.choose(w.bring("Un collectif à relancer", stakes="La confiance"), by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    w.prepare().open().work("dit : ").close()
    session_words.learn(w.session, "Écouter d’abord", by=w.driss, now=NOW)
    (told,) = taken.as_data(w.group, w.ines)["seances"]
    assert (told["cliente_ou_client"], told["sujets"][0]["enjeux"]) == ("Camille Roche", "La confiance")
    assert {"contrat", "retenu", "action", "appris", "idee"} <= {each["texte"].split()[2] for each in told["ecrits"]}
    # Private notes are of one person.
    assert not {"note_client", "a_demander"} & {each["texte"].split()[2] for each in told["ecrits"]}
    assert told["engagements"][0]["texte"].startswith("dit : action")
    assert told["appris"] == [{"par": "Driss Alaoui", "texte": "Écouter d’abord"}]
    read = str(taken.as_document(w.group, w.ines).blocks)
    for said in (
        "Un collectif à relancer – La confiance",
        "dit : contrat",
        "Engagements",
        "Écouter d’abord",
        "Consultation, ",
    ):
        assert said in read, said
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    assert taken.as_data(w.group, w.ines)["seances"] == []


def test_who_was_not_there_takes_away_only_what_the_page_of_an_ended_session_shows():
    w = Worked()
    w.bring("Un autre sujet", by=w.driss)
    chosen = w.bring("Un collectif à relancer")
    session_subjects.choose(chosen, by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    w.prepare().open().work("dit : ")
    joined = MembershipFactory(group=w.group).member
    (told,) = taken.as_data(w.group, joined)["seances"]
    assert (told["ecrits"], len(told["sujets"])) == ([], 2)
    assert taken.as_data(w.group, w.ines)["seances"][0]["ecrits"]
    w.close()
    (told,) = taken.as_data(w.group, joined)["seances"]
    assert {each["texte"].split()[2] for each in told["ecrits"]} == {"contrat", "retenu", "appris"}
    assert [each["texte"] for each in told["sujets"]] == ["Un collectif à relancer"]
    assert "dit : idee" not in str(taken.as_document(w.group, joined).blocks)
    assert "dit : idee" in str(taken.as_document(w.group, w.ines).blocks)
    # Once each, however many were there.
    texts = [each["texte"] for each in taken.as_data(w.group, w.ines)["seances"][0]["ecrits"]]
    assert len(texts) == len(set(texts))


def test_what_was_written_in_someone_s_name_is_taken_away_as_such():
    w = Worked().prepare().open()
    w.go("consultation")
    cards.write(w.room, "idee", "Dite tout haut", by=w.in_room(w.fanta), author=w.in_room(w.driss), now=NOW)
    w.write("consultation", "idee", "Écrite", by=w.driss)
    written = taken.as_data(w.group, w.ines)["seances"][0]["ecrits"]
    assert [(each["par"], each["ecrit_par_l_animation"]) for each in written] == [
        ("Driss Alaoui", True),
        ("Driss Alaoui", False),
    ]
    read = str(taken.as_document(w.group, w.ines).blocks)
    assert "Dite tout haut (Driss Alaoui, écrit par l’animation)" in read
    assert "Écrite (Driss Alaoui)" in read


def may(document, member):
    document.refresh_from_db()
    found = permissions.writer_of(document, Visit(member))
    return found and found.can_write


def test_whoever_leaves_the_group_neither_reads_nor_writes_any_more(noted):
    worked, document = noted
    assert may(document, worked.driss)
    assert may(document, worked.camille) is False
    before = document.rights_number
    memberships.leave(Membership.objects.get(group=worked.group, member=worked.driss), by=worked.driss, now=NOW)
    assert may(document, worked.driss) is None
    assert document.rights_number > before


def test_the_group_reads_them_after_takes_them_away_and_they_go_with_the_session(noted):
    worked, document = noted
    ines = MemberClient()
    ines.force_login(worked.ines)
    assert "Les notes" not in ines.get(worked.session.get_absolute_url()).content.decode()
    worked.close()
    page = ines.get(worked.session.get_absolute_url()).content.decode()
    assert document.get_absolute_url() in page
    # From the page of the group, and from nowhere else.
    assert f"/salles/{worked.room.code}/notes." not in page
    assert "depuis la page du groupe" in page
    assert ines.get(f"/ecrits/{document.pk}.docx").status_code == 404
    (row,) = taken.as_data(worked.group, worked.ines)["notes_des_seances"]
    assert (row["etape"], row["texte"], row["par"]) == ("Exposé", "# Le fil\nUn maire silencieux", ["Driss Alaoui"])
    said = str(taken.as_document(worked.group, worked.ines).blocks)
    assert "Notes des séances" in said
    assert "Driss Alaoui" in said
    memberships.forget_member(worked.omar, now=NOW)
    services.forget_member(worked.driss)
    assert "une personne qui a quitté" in str(taken.as_document(worked.group, worked.ines).blocks)
    session_erasing.erase(worked.session, by=worked.camille, now=NOW)
    assert not Document.objects.exists()
    assert taken.as_data(worked.group, worked.ines)["notes_des_seances"] == []
