"""Questions answered by mail: the words go where a person would have written them, and only there."""

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import Answer, Call, Complement
from alliage.codev.services import answers as services
from alliage.codev.services import calls, questions
from alliage.codev.services.questions import QuestionRefused
from alliage.codev.tests.asked import NOW, answer, ask, ask_everyone
from alliage.notifications.registry import kinds, replies

pytestmark = pytest.mark.django_db


def called(question, member):
    return Call.objects.create(question=question, member=member, seat=1, month="2026-11", turn=1, sent_at=NOW)


def reply(code, obj, by, text="Par courriel."):
    return replies.get(code).answer(str(obj.pk), by=by, text=text, now=NOW, sent="un-courriel")


def test_a_question_sent_to_someone_is_answered_once():
    member = MemberFactory()
    call = called(ask_everyone(), member)
    url = reply(calls.SENT, call, member)
    assert reply(calls.SENT, call, member) == url
    given = Answer.objects.get()
    assert (given.author, given.text, given.question) == (member, "Par courriel.", call.question)
    assert url == given.get_absolute_url()


def test_someone_else_and_a_question_that_is_gone_are_refused():
    member = MemberFactory()
    call = called(ask(), member)
    with pytest.raises(QuestionRefused):
        reply(calls.SENT, call, MemberFactory())
    questions.close(call.question, now=NOW)
    with pytest.raises(QuestionRefused):
        reply(calls.SENT, call, member)
    questions.hide(call.question, by=None, now=NOW)
    with pytest.raises(QuestionRefused):
        reply(calls.SENT, call, member)
    assert not Answer.objects.exists()


def test_who_asked_completes_the_answer_that_they_received():
    asking = MemberFactory()
    given = answer(ask(by=asking))
    url = reply(services.ANSWERED, given, asking, "Merci, et ensuite ?")
    assert Complement.objects.get().text == "Merci, et ensuite ?"
    assert url == Complement.objects.get().get_absolute_url()


def test_an_answer_that_was_hidden_is_not_completed():
    asking = MemberFactory()
    given = answer(ask(by=asking))
    services.hide(given, by=None, now=NOW)
    with pytest.raises(QuestionRefused):
        reply(services.ANSWERED, given, asking)


def test_no_confidential_kind_is_answered_by_mail():
    assert not [code for code in replies.keys() if kinds.get(code) and kinds.get(code).confidential]  # noqa: SIM118 a registry
    assert "codev.thread" not in replies
