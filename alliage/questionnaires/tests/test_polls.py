"""Polls of a live room: asked at once, voted, changed, closed, counted."""

import pytest
from django.http import QueryDict

from alliage.questionnaires import polls, queries, services
from alliage.questionnaires.enums import Shows
from alliage.questionnaires.models import Opening
from alliage.questionnaires.questions import QuestionsRefused, read_one
from alliage.questionnaires.services import AnswersRefused, QuestionnaireRefused, Scope, Terms
from alliage.questionnaires.tests.factories import NOW, asked

pytestmark = pytest.mark.django_db


def quick(kind="one", **more):
    question = {name: value for name, value in asked(kind, **more).items() if name != "code"}
    return polls.quick(question, scope="room", scope_id=12, by=None, now=NOW)


def test_a_poll_is_asked_at_once_anonymous_and_without_a_floor():
    opening = quick()
    assert (opening.is_open, opening.is_anonymous, opening.floor, opening.shows) == (True, True, 0, Shows.AT_ONCE)
    assert list(queries.openings_of(Scope("room", "12"))) == [opening]
    assert polls.question_of(opening).title == "Question one"


def test_a_poll_may_be_prepared_under_other_terms():
    question = read_one(asked("text"))
    opening = polls.prepare(question, scope="room", scope_id=12, by=None, now=NOW, terms=Terms(floor=3))
    assert (opening.state, opening.floor) == ("prepared", 3)
    services.open_now(opening, by=None, now=NOW)
    polls.answer(opening, "Bon", respondent="p1", now=NOW)
    assert "clôture" in polls.result(opening).hidden


def test_a_question_that_is_not_right_asks_nothing():
    with pytest.raises(QuestionsRefused):
        quick(options=[])
    assert not Opening.objects.exists()


def test_votes_are_counted_and_may_change_until_the_end():
    opening = quick()
    polls.answer(opening, "a", respondent="p1", now=NOW)
    polls.answer(opening, "b", respondent="p2", now=NOW)
    polls.answer(opening, "b", respondent="p1", now=NOW)
    assert polls.answer_of(opening, "p1") == "b"
    assert polls.answer_of(opening, "p3") is None
    polls.close(opening, by=None, now=NOW)
    with pytest.raises(QuestionnaireRefused):
        polls.answer(opening, "a", respondent="p1", now=NOW)
    assert [bar.count for bar in polls.result(opening).bars] == [0, 2, 0]


def test_a_vote_that_is_not_right_says_why():
    opening = quick()
    with pytest.raises(AnswersRefused) as refused:
        polls.answer(opening, "z", respondent="p1", now=NOW)
    assert refused.value.message == "Choisissez parmi les réponses proposées."
    required = quick(required=True)
    with pytest.raises(AnswersRefused, match="Des réponses"):
        polls.answer(required, None, respondent="p1", now=NOW)


def test_a_form_is_a_vote():
    opening = quick("words")
    polls.answer_posted(opening, QueryDict("q.q=Lien&q.q=Entraide"), respondent="p1", now=NOW)
    polls.answer_posted(opening, QueryDict("q.q=lien"), respondent="p2", now=NOW)
    polls.answer_posted(opening, QueryDict(""), respondent="p3", now=NOW)
    assert [(word.text, word.count) for word in polls.result(opening).words] == [("Lien", 2), ("Entraide", 1)]


def test_the_results_of_all_polls_of_a_room_take_one_query(django_assert_num_queries):
    for kind in ("one", "scale", "order"):
        polls.answer(quick(kind), {"one": "a", "scale": "n1", "order": ["a"]}[kind], respondent="p1", now=NOW)
    found = list(queries.openings_of(Scope("room", "12")))
    with django_assert_num_queries(1):
        assert [one.answered for one in polls.results(found)] == [1, 1, 1]


def test_what_somebody_answered_to_all_polls_of_a_room_takes_one_query(django_assert_num_queries):
    named = polls.prepare(asked("one"), scope="room", scope_id=12, by=None, now=NOW, terms=Terms(is_anonymous=False))
    services.open_now(named, by=None, now=NOW)
    first, second, third = quick("one"), quick("scale"), quick("text")
    for opening in (first, named):
        polls.answer(opening, "b", respondent="p1", now=NOW)
    polls.answer(second, "n1", respondent="p2", now=NOW)
    polls.answer(third, None, respondent="p1", now=NOW)
    found = list(queries.openings_of(Scope("room", "12")))
    with django_assert_num_queries(1):
        assert polls.answers_of(found, "p1") == {first.pk: "b", named.pk: "b"}


def test_a_vote_takes_few_queries(django_assert_max_num_queries):
    opening = quick()
    polls.answer(opening, "a", respondent="p1", now=NOW)
    with django_assert_max_num_queries(8):
        polls.answer(opening, "b", respondent="p1", now=NOW)
