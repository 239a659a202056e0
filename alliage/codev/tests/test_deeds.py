"""What codev gives to « Mes preuves »: how many sessions, never which; answers that served, and the title of public questions alone."""

from datetime import UTC, datetime

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.queries import deeds as reads
from alliage.codev.services import answers, session_erasing
from alliage.codev.tests import asked
from alliage.codev.tests.sessioned import Worked, ended
from alliage.directory.queries import deeds as queries
from alliage.directory.services import deeds as services
from alliage.directory.services.deeds import Said
from alliage.directory.tests.factories import CatalystFactory
from alliage.rooms.services import rooms
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 9, tzinfo=UTC)


def of(member) -> list[tuple[str, str, str]]:
    return [(deed.source.code, deed.title, deed.url) for deed in queries.of_member(member, now=NOW)]


def test_a_session_is_counted_for_who_facilitates_the_group_and_for_nobody_else():
    worked = ended(name="canari")
    assert of(worked.fanta) == [(reads.SESSIONS, "1 séance de codéveloppement animée", "")]
    for other in (worked.camille, worked.driss, worked.omar):
        assert of(other) == []


def test_who_was_designated_is_counted_and_who_facilitates_the_group_is_not():
    worked = Worked().prepare()
    worked.session.facilitator = worked.ines
    worked.session.save()
    leader = worked.enter(worked.ines)
    worked.enter(worked.fanta)
    rooms.open_room(worked.room, by=leader, now=worked.now)
    rooms.close_room(worked.room, by=leader, now=worked.now)
    assert [source for source, _title, _url in of(worked.ines)] == [reads.SESSIONS]
    assert of(worked.fanta) == []


def test_a_session_that_was_only_prepared_is_no_deed_and_an_erased_one_remains():
    assert of(Worked().prepare().fanta) == []
    worked = ended()
    session_erasing.erase(worked.session, by=worked.camille, now=worked.now)
    assert len(of(worked.fanta)) == 1


def test_sessions_are_shown_as_the_number_of_a_year_from_three_on_and_never_named(client):
    worked = ended(name="canari")
    entry = CatalystFactory(owner=worked.fanta)
    services.change(Said(shows=(reads.SESSIONS, "")), by=worked.fanta, now=NOW)
    assert queries.shown_of(worked.fanta.pk, now=LATER) == []
    for _more in range(2):
        other = ended(name="canari")
        other.session.facilitator = worked.fanta
        other.session.save()
    [shown] = queries.shown_of(worked.fanta.pk, now=LATER)
    assert shown.title == "3 séances de codéveloppement animées"
    assert queries.shown_of(worked.fanta.pk, now=NOW) == []
    page = client.get(entry.get_absolute_url()).text
    assert "canari" not in page
    assert "codéveloppement animée" not in page


def test_an_answer_counts_once_it_is_thanked_or_kept(member):
    thanked, kept = asked.answer(by=member), asked.answer(by=member)
    asked.answer(by=member)
    assert of(member) == []
    answers.thank(thanked, by=MemberFactory(), now=NOW)
    answers.accept(kept, by=kept.question.author, now=NOW)
    assert len(of(member)) == 2


def test_a_public_question_is_named_and_leads_to_the_answer_with_its_metiers(member):
    question = asked.ask_everyone("Qui anime un lieu partagé ?")
    metier = Term.objects.create(vocabulary=Vocabulary.METIERS, code="lieu", label="Gestion d’un lieu")
    question.terms.add(metier)
    answer = asked.answer(question, by=member)
    answers.thank(answer, by=MemberFactory(), now=NOW)
    answer.refresh_from_db()
    [deed] = queries.of_member(member, now=NOW)
    assert (deed.title, deed.url, deed.metiers) == (question.title, answer.get_absolute_url(), ("lieu",))


def test_a_question_for_members_is_neither_named_nor_linked_and_a_hidden_one_is_gone(member):
    answer = asked.answer(asked.ask("canari"), by=member)
    answers.thank(answer, by=MemberFactory(), now=NOW)
    assert of(member) == [(reads.ANSWERS, "Une réponse à une question que les membres lisent", "")]
    answer.question.is_hidden = True
    answer.question.save()
    assert of(member) == []
