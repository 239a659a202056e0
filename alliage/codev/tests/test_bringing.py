"""A question of the network is brought into a group in one gesture: a link, nothing of it copied, nobody else told."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import help_permissions, taken
from alliage.codev.help_enums import QuestionKind
from alliage.codev.models import Question, Session, Subject
from alliage.codev.queries import bringing as queries
from alliage.codev.queries import sessions as session_queries
from alliage.codev.services import encounters, groups, questions, session_subjects, sessions
from alliage.codev.services.sessions import SessionRefused
from alliage.codev.tests.asked import ask
from alliage.codev.tests.factories import NOW, group_of
from alliage.notifications.models import Notification
from alliage.search.queries import listing

pytestmark = pytest.mark.django_db
TEXT = "Comment payer un local à zibeline ?"


@pytest.fixture
def camille():
    return MemberFactory(name="Solveig Roche")


@pytest.fixture
def driss():
    return MemberFactory(name="Driss Alaoui")


def planned(group, days=1, now=NOW):
    fixed = encounters.Fixed(now + timedelta(days=days))
    return encounters.plan(group, fixed, by=group.memberships.get(role="facilitator").member, now=now)


def brought(group, question, by):
    return session_subjects.bring_question(planned(group), question, by=by, now=NOW)


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


# --- What is kept --------------------------------------------------------------------------------------------------


def test_a_question_is_proposed_once_without_its_words_nor_who_asked(camille, driss):
    question = ask(TEXT, by=camille)
    group, ines = group_of(driss), MemberFactory()
    told = Notification.objects.filter(person=camille).count()
    subject = brought(group, question, driss)
    assert (subject.question, subject.author) == (question, driss)
    assert "zibeline" not in subject.text
    assert "Solveig" not in subject.text
    again = session_subjects.bring_question(subject.session.encounter, question, by=driss, now=NOW)
    assert again == subject
    with pytest.raises(SessionRefused, match="ne fait pas partie"):
        session_subjects.bring_question(subject.session.encounter, question, by=ines, now=NOW)
    # Who asked is told nothing of the group.
    assert Notification.objects.filter(person=camille).count() == told


def test_the_database_keeps_one_subject_of_a_question_in_a_session(camille, driss):
    subject = brought(group_of(driss), ask(by=camille), driss)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.create(session=subject.session, author=camille, question=subject.question, text="x")


def test_one_brings_no_more_than_the_other_subjects_allow(camille, driss):
    group = group_of(driss)
    encounter = planned(group)
    session = sessions.of_encounter(encounter, now=NOW)
    for number in range(session_subjects.MOST):
        session_subjects.propose(session, session_subjects.Brought(f"Situation {number}"), by=driss, now=NOW)
    with pytest.raises(SessionRefused, match="déjà proposé"):
        session_subjects.bring_question(encounter, ask(by=camille), by=driss, now=NOW)


def test_what_was_hidden_or_withdrawn_is_no_longer_shown(camille, driss):
    question = ask(TEXT, by=camille)
    group = group_of(driss)
    subject = brought(group, question, driss)
    Question.objects.update(is_hidden=True)
    subject = session_queries.subject(subject.session, subject.pk)
    assert subject.shown_question is None
    with pytest.raises(SessionRefused, match="plus lue"):
        session_subjects.bring_question(subject.session.encounter, subject.question, by=driss, now=NOW)
    Question.objects.update(is_hidden=False)
    questions.withdraw(question, now=NOW)
    subject.refresh_from_db()
    assert (subject.question, subject.shown_question) == (None, None)
    assert "zibeline" not in str(taken.as_data(group, driss))


def test_what_one_takes_away_leads_to_the_question(camille, driss, monkeypatch):
    group = group_of(driss)
    subject = brought(group, ask(TEXT, by=camille), driss)
    (said,) = taken.as_data(group, driss)["seances"][0]["sujets"]
    assert said["question_du_reseau"] == subject.question.get_absolute_url()
    asked = []
    monkeypatch.setattr(listing, "find", lambda *_kind, q, **_more: asked.append(q) or SimpleNamespace(hits=[]))
    assert session_queries.similar(subject, driss) == []
    assert asked[0].startswith(subject.question.title)


# --- Where it may go -----------------------------------------------------------------------------------------------


def test_it_goes_to_the_next_session_of_a_codev_group_of_one_s_own(driss):
    group = group_of(driss, name="A")
    without = group_of(driss, name="B")
    thematic = group_of(driss, kind="thematic", name="C")
    planned(group, 5)
    first = planned(group, 2)
    planned(thematic)
    planned(group_of(name="D"))
    closed = group_of(driss, name="E")
    planned(closed)
    groups.close_group(closed, by=closed.memberships.get(role="facilitator").member, now=NOW)
    found = queries.my_groups(driss, NOW)
    assert [(each.group, each.next_at) for each in found] == [(group, first.starts_at), (without, None)]
    assert queries.next_encounter(driss, group.pk, NOW) == first
    assert [queries.next_encounter(driss, each.pk, NOW) for each in (without, thematic, closed)] == [None] * 3
    assert queries.next_encounter(MemberFactory(), group.pk, NOW) is None


def test_a_session_that_ended_takes_no_subject(driss):
    group = group_of(driss)
    encounter = planned(group)
    session = sessions.of_encounter(encounter, now=NOW)
    Session.objects.filter(pk=session.pk).update(state="ended", ended_at=NOW)
    assert queries.next_encounter(driss, group.pk, NOW) is None


def test_members_bring_what_asks_and_is_read_by_all(camille, driss):
    question = ask(by=camille)
    assert help_permissions.can_bring(driss, question)
    assert not help_permissions.can_bring(AnonymousUser(), question)
    assert not help_permissions.can_bring(driss, ask(by=camille, kind=QuestionKind.STORY))
    question.is_hidden = True
    assert not help_permissions.can_bring(camille, question)


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_one_button_by_group_and_the_way_back(camille, driss):
    now = timezone.now()
    question = ask(TEXT, by=camille)
    group, without = group_of(driss, name="Pairs"), group_of(driss, name="Sans date")
    planned(group, now=now)
    page = question.get_absolute_url()
    client = signed_in(driss)
    html = client.get(page).content.decode()
    assert "La proposer à «\u00a0Pairs\u00a0»" in html
    assert "«\u00a0Sans date\u00a0» n’a pas de séance à venir" in html
    assert "En parler dans mon groupe" not in signed_in(camille).get(page).content.decode()
    url = f"/entraide/{question.pk}/groupe/"
    response = client.post(url, {"groupe": group.pk})
    subject = Subject.objects.get()
    assert response["Location"] == subject.get_absolute_url()
    for path in (subject.get_absolute_url(), subject.session.get_absolute_url()):
        html = client.get(path).content.decode()
        assert page in html
        assert "zibeline" in html
        assert "Solveig" not in html
        Question.objects.update(is_hidden=True)
        assert "zibeline" not in client.get(path).content.decode()
        Question.objects.update(is_hidden=False)
    assert client.post(url, {"groupe": without.pk})["Location"] == page
    assert client.post(url, {"groupe": "x"})["Location"] == page
    assert Subject.objects.count() == 1


def test_what_one_does_not_read_or_may_not_bring_goes_nowhere(camille, driss):
    group = group_of(driss, camille)
    planned(group, now=timezone.now())
    story = ask(by=camille, kind=QuestionKind.STORY)
    hidden = ask("Une autre ?", by=camille)
    Question.objects.filter(pk=hidden.pk).update(is_hidden=True)
    client = signed_in(driss)
    sent = {"groupe": group.pk}
    assert client.post(f"/entraide/{story.pk}/groupe/", sent).status_code == 403
    assert client.post(f"/entraide/{hidden.pk}/groupe/", sent).status_code == 404
    assert signed_in(camille).post(f"/entraide/{hidden.pk}/groupe/", sent).status_code == 403


def test_a_refusal_is_said_on_the_page_of_the_question(camille, driss):
    now = timezone.now()
    group = group_of(driss)
    session = sessions.of_encounter(planned(group, now=now), now=now)
    for number in range(session_subjects.MOST):
        session_subjects.propose(session, session_subjects.Brought(f"Situation {number}"), by=driss, now=now)
    question = ask(by=camille)
    response = signed_in(driss).post(f"/entraide/{question.pk}/groupe/", {"groupe": group.pk}, follow=True)
    assert "Vous avez déjà proposé" in response.content.decode()
