"""Answers: given, changed, completed, thanked, kept as the answer, hidden; what is told, and to whom."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import help_permissions as permissions
from alliage.codev.help_enums import Reuse
from alliage.codev.models import Answer, AnswerText, Complement, Question, Thank
from alliage.codev.queries import answers as queries
from alliage.codev.queries import questions as question_queries
from alliage.codev.services import answers, questions
from alliage.codev.services.answers import AUTHOR_ALONE, AnswerRefused
from alliage.codev.services.questions import QuestionRefused
from alliage.codev.tests.asked import NOW, answer, ask
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
LONG_AFTER = NOW + AUTHOR_ALONE


def titles(person):
    return [told.title for told in Notification.objects.filter(person=person).order_by("pk")]


def test_an_answer_is_counted_and_told_to_who_asked():
    question = ask()
    given = answer(question, now=LATER)
    assert (question.answer_count, question.active_at, question.waits) == (1, LATER, False)
    told = Notification.objects.get(person=question.author)
    assert told.title == f"Une réponse à votre question\u00a0: {question.title}"
    assert given.text not in f"{told.title} {told.text}"
    assert told.url == given.get_absolute_url()


def test_saying_where_one_stands_is_no_answer():
    question = ask()
    answer(question, by=question.author)
    assert question.answer_count == 0
    assert question.waits
    assert not Notification.objects.exists()


def test_the_same_display_of_the_form_answers_once(member):
    question = ask()
    first = answer(question, by=member, sent="un")
    assert answer(question, by=member, sent="un") == first
    assert question.answer_count == 1


@pytest.mark.parametrize("how", ["closed", "hidden"])
def test_what_is_closed_or_hidden_takes_no_answer(how, animator):
    given = answer()
    question = given.question
    if how == "closed":
        questions.close(question, now=NOW)
    else:
        questions.hide(question, by=animator, now=NOW)
    with pytest.raises(AnswerRefused):
        answer(question)
    with pytest.raises(AnswerRefused):
        answers.complete(given, "Un mot", by=MemberFactory(), now=NOW)


def test_an_empty_answer_is_refused():
    with pytest.raises(QuestionRefused):
        answer(text=" \0 ")
    assert not Answer.objects.exists()


def test_changing_an_answer_keeps_the_earlier_text():
    given = answer()
    answers.edit(given, given.text, now=LATER)
    assert not AnswerText.objects.exists()
    answers.edit(given, "Mieux dit", now=LATER)
    answers.edit(given, "Encore mieux", now=LATER + timedelta(days=1))
    assert [each.text for each in queries.history(given.question)] == ["Mieux dit", "Demandez d’abord à la mairie."]
    assert given.edited_at == LATER + timedelta(days=1)


def test_an_answer_is_withdrawn_by_its_author():
    given = answer()
    answers.withdraw(given, now=LATER)
    question = ask_again(given)
    assert question.answer_count == 0
    assert question.waits


def ask_again(given):
    given.question.refresh_from_db()
    return given.question


# --- Complete, thank -----------------------------------------------------------------------------------------------


def test_an_answer_is_completed_by_another_and_its_author_is_told(member):
    given = answer()
    said = answers.complete(given, "Et un budget", by=member, now=LATER, sent="un")
    assert answers.complete(given, "Et un budget", by=member, now=LATER, sent="un") == said
    assert titles(given.author) == [f"Votre réponse a été complétée\u00a0: {given.question.title}"]
    answers.complete(given, "J’ajoute", by=given.author, now=LATER)
    assert len(titles(given.author)) == 1
    assert Complement.objects.count() == 2
    assert said.get_absolute_url().endswith(f"#complement-{said.pk}")
    answers.withdraw_complement(said, now=LATER)
    assert Complement.objects.count() == 1


def test_thanks_are_said_once_and_taken_back(member):
    given = answer()
    answers.thank(given, by=member, now=NOW)
    answers.thank(given, by=member, now=NOW)
    assert given.thanks_count == 1
    answers.take_thanks_back(given, by=member)
    answers.take_thanks_back(given, by=member)
    assert given.thanks_count == 0
    with pytest.raises(AnswerRefused):
        answers.thank(given, by=given.author, now=NOW)
    assert not Thank.objects.exists()


# --- The answer that served ----------------------------------------------------------------------------------------


def test_who_asked_says_which_answer_served():
    given = answer()
    author = given.question.author
    answers.accept(given, by=author, now=LATER)
    question = given.question
    assert (question.accepted, question.accepted_by, question.accepted_for_author) == (given, author, False)
    assert titles(given.author) == [f"Votre réponse a servi\u00a0: {question.title}"]
    answers.no_longer_accept(question, now=LATER)
    assert (question.accepted, question.accepted_at, question.accepted_by) == (None, None, None)


def test_ones_own_answer_may_be_the_one_without_a_word_to_oneself():
    question = ask()
    given = answer(question, by=question.author)
    answers.accept(given, by=question.author, now=LATER)
    assert not Notification.objects.exists()


def test_an_animator_says_it_after_thirty_days_and_it_shows(animator):
    given = answer()
    question = given.question
    assert not permissions.can_accept(animator, question, now=LONG_AFTER - timedelta(seconds=1))
    with pytest.raises(AnswerRefused):
        answers.accept(given, by=animator, now=LONG_AFTER - timedelta(seconds=1))
    assert permissions.can_accept(animator, question, now=LONG_AFTER)
    answers.accept(given, by=animator, now=LONG_AFTER)
    assert (question.accepted_by, question.accepted_for_author) == (animator, True)
    assert permissions.can_take_acceptance_back(animator, question)
    assert not permissions.can_accept(animator, question, now=LONG_AFTER)


def test_what_its_author_said_is_not_taken_back_by_an_animator(animator, member):
    given = answer()
    question = given.question
    assert not permissions.can_take_acceptance_back(question.author, question)
    answers.accept(given, by=question.author, now=LATER)
    assert permissions.can_take_acceptance_back(question.author, question)
    assert not permissions.can_take_acceptance_back(animator, question)
    assert not permissions.can_take_acceptance_back(member, question)


def test_a_question_whose_author_left_is_settled_by_an_animator(animator):
    given = answer()
    questions.forget_member(given.question.author, now=NOW)
    given.refresh_from_db()
    answers.accept(given, by=animator, now=LONG_AFTER)
    assert given.question.accepted_for_author


def test_hiding_an_answer_uncounts_it_and_undoes_its_acceptance(animator):
    given = answer()
    question = given.question
    answers.accept(given, by=question.author, now=LATER)
    answers.hide(given, by=animator, now=LATER)
    question.refresh_from_db()
    assert (question.answer_count, question.accepted) == (0, None)
    given.refresh_from_db()
    with pytest.raises(AnswerRefused):
        answers.accept(given, by=question.author, now=LATER)
    answers.restore(given, by=animator, now=LATER)
    question.refresh_from_db()
    assert question.answer_count == 1


def test_a_hidden_complement_is_read_by_animators_alone(animator, member):
    given = answer()
    said = answers.complete(given, "Un mot", by=member, now=NOW)
    answers.hide_complement(said, by=animator, now=NOW)
    [seen] = queries.of_question(given.question, member)
    assert list(seen.complements.all()) == []
    [seen] = queries.of_question(given.question, animator)
    assert list(seen.complements.all()) == [said]
    answers.restore_complement(said, by=animator, now=NOW)
    [seen] = queries.of_question(given.question, member)
    assert list(seen.complements.all()) == [said]


def test_the_answer_that_served_comes_first(member):
    question = ask()
    first, second = answer(question), answer(question, now=LATER)
    assert queries.of_question(question, member) == [first, second]
    answers.accept(second, by=question.author, now=LATER)
    question.refresh_from_db()
    assert queries.of_question(question, member) == [second, first]


def test_those_who_left_are_said_to_have_left(member):
    given = answer()
    answers.complete(given, "Un mot", by=given.author, now=NOW)
    questions.forget_member(given.author, now=NOW)
    given.refresh_from_db()
    [seen] = queries.of_question(given.question, member)
    line = queries.line(seen, given.question, member, {}, now=NOW)
    assert line.author == question_queries.gone()
    assert line.complements[0][1] == question_queries.gone()


# --- Invariants, rights --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"text": ""}, {"reuse": "autre"}], ids=["text", "reuse"])
def test_the_database_refuses_a_wrong_answer(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(**({"question": ask(), "text": "t"} | wrong))


def test_the_database_refuses_empty_words_and_double_thanks(member):
    given = answer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complement.objects.create(answer=given, text="")
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerText.objects.create(answer=given, text="", written_at=NOW, replaced_at=NOW)
    Thank.objects.create(answer=given, member=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Thank.objects.create(answer=given, member=member)


def test_who_may_do_what(member, facilitator, animator):
    from django.contrib.auth.models import AnonymousUser

    visitor, given = AnonymousUser(), answer()
    question = given.question
    assert not any(
        (
            permissions.can_post(visitor),
            permissions.wrote(visitor, question),
            permissions.can_answer(visitor, question),
            permissions.can_watch(visitor),
            permissions.can_see_subjects(visitor),
            permissions.can_make_resource(visitor, given),
            permissions.can_accept(visitor, question, now=LONG_AFTER),
        )
    )
    assert permissions.can_watch(member)
    assert permissions.can_answer(member, question)
    assert not permissions.can_make_resource(member, given)
    assert not permissions.can_see_subjects(member)
    for person in (given.author, question.author, facilitator, animator):
        assert permissions.can_make_resource(person, given)
    assert permissions.can_see_subjects(facilitator)
    given.is_hidden = True
    assert not permissions.can_make_resource(facilitator, given)
    given.is_hidden, question.is_hidden = False, True
    given.question = question
    assert not permissions.can_make_resource(facilitator, given)
    assert not permissions.can_answer(member, question)


def test_reuse_is_said_when_answering():
    assert answer(reuse=Reuse.NAMED).reuse == Reuse.NAMED


def test_answers_are_counted_all_the_same_once_the_account_of_who_asked_is_closed():
    question = ask()
    answer(question)
    Question.objects.filter(pk=question.pk).update(author=None)
    question.refresh_from_db()
    answers.count(question, now=LATER)
    assert question.answer_count == 1
