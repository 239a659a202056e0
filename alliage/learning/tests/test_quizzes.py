"""A quiz is written as lines, read as questions, and corrected with its reasons."""

import pytest

from alliage.learning import quizzes
from alliage.learning.tests.followed import QUIZ
from alliage.questionnaires.enums import QuestionKind


def test_a_quiz_is_read_and_written_again_the_same():
    questions, right = quizzes.read(QUIZ)
    assert [each.kind for each in questions] == [QuestionKind.ONE, QuestionKind.SEVERAL]
    assert quizzes.write(questions, right) == QUIZ
    assert quizzes.write(questions, {}).count("+") == 0


def test_codes_follow_the_words_wherever_the_question_stands():
    questions, right = quizzes.read(QUIZ)
    turned, _right = quizzes.read("\n\n".join(reversed(QUIZ.split("\n\n"))))
    assert {each.code for each in turned} == set(right) == {each.code for each in questions}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", "au moins une question"),
        ("\n\n".join(["Q ?\n+ a\n- b"] * 13), "12 questions"),
        ("Q ?\n+ a\n- b\n\nQ ?\n+ a\n- b", "déjà posée"),
        ("+ a\n- b", "pas de texte"),
        ("Q ?\n+ a", "au moins deux réponses"),
        ("Q ?\n+ a\n- a", "les mêmes"),
        ("Q ?\n- a\n- b", "réponse juste"),
        ("Q ?\n+ a\nb", "« b »"),
    ],
)
def test_what_is_no_quiz_says_why(text, why):
    with pytest.raises(quizzes.QuizRefused, match=why.replace("« b »", "b")):
        quizzes.read(text)


def test_answers_are_corrected_with_their_reasons():
    questions, right = quizzes.read(QUIZ)
    one, several = questions
    good = {one.code: one.options[1].code, several.code: [option.code for option in several.options[:2]]}
    assert quizzes.score(quizzes.corrected(questions, right, good)) == 2
    half = quizzes.corrected(questions, right, {several.code: [several.options[0].code, "o-inconnu"]})
    assert [each.is_right for each in half] == [False, False]
    assert half[0].chosen == ()
    assert half[0].right == ("Le besoin",)
    assert half[0].why.startswith("Sans besoin")
    assert half[1].chosen == ("Une association",)
