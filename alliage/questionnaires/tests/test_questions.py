"""Questions read from data, refused in words, written again."""

import pytest

from alliage.questionnaires.questions import Question, QuestionsRefused, dump, read
from alliage.questionnaires.tests.factories import EVERY, LEVELS, OPTIONS, asked


def test_every_kind_reads_and_writes_the_same():
    questions = read(
        [*EVERY, asked("number", code="age", lowest=0, highest=1.5, unit="ans", required=True, help="Ici.")]
    )
    assert dump(read(dump(questions))) == dump(questions)
    assert read(dump(questions)) == questions
    assert [question.kind for question in questions] == [*(one["kind"] for one in EVERY), "number"]


def test_what_is_typed_loses_what_a_database_cannot_hold():
    (question,) = read([asked("text", title=" Pour\0quoi \ud800?\r\n", help="a\r\nb")])
    assert (question.title, question.help) == ("Pourquoi ?", "a\nb")


def test_words_of_options_are_found_by_code():
    (question,) = read([asked("one")])
    assert question.title_of["b"] == "Bêta"
    assert question.option_codes == {"a", "b", "c"}


def test_three_words_are_asked_unless_said():
    assert read([asked("words")])[0].words_asked == 3
    assert read([asked("words", most=1)])[0].words_asked == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(None, "au moins une question", id="nothing"),
        pytest.param([], "au moins une question", id="empty"),
        pytest.param([asked("text", code=f"t{rank}") for rank in range(101)], "100 questions", id="too-many"),
        pytest.param([asked("text"), asked("text")], "même code", id="code-twice"),
        pytest.param([asked("text"), "autre"], "Question 2\u00a0: elle n’a pas", id="no-mapping"),
        pytest.param([asked("dance")], "sorte", id="unknown-kind"),
        pytest.param([asked("text") | {"kind": ["text"]}], "sorte", id="kind-is-a-list"),
        pytest.param([asked("text", code="É")], "code", id="bad-code"),
        pytest.param([asked("text", code=12)], "code", id="code-is-a-number"),
        pytest.param([asked("text", title=" \0 ")], "intitulé manque", id="no-title"),
        pytest.param([asked("text", title=12)], "texte est attendu", id="title-is-a-number"),
        pytest.param([asked("text", title="x" * 301)], "300", id="long-title"),
        pytest.param([asked("one", options=OPTIONS[:1])], "deux réponses", id="one-option"),
        pytest.param([asked("one", options="abc")], "liste", id="options-are-a-text"),
        pytest.param([asked("one", options=[1, 2])], "forme attendue", id="options-are-numbers"),
        pytest.param([asked("one", options=[*OPTIONS, OPTIONS[0]])], "même code", id="option-twice"),
        pytest.param([asked("text", options=OPTIONS)], "pas de réponses à choisir", id="options-of-a-text"),
        pytest.param([asked("matrix", rows=[])], "lignes", id="matrix-without-rows"),
        pytest.param([asked("scale", rows=LEVELS)], "lignes", id="scale-with-rows"),
        pytest.param([asked("text", may_not_know=True)], "ne sait pas", id="doubt-of-a-text"),
        pytest.param([asked("words", most=6)], "5 mots", id="six-words"),
        pytest.param([asked("several", most=-1)], "nombre de choix", id="negative-most"),
        pytest.param([asked("several", most=True)], "nombre de choix", id="most-is-a-boolean"),
        pytest.param([asked("several", most="2")], "nombre de choix", id="most-is-a-text"),
        pytest.param([asked("number", lowest="1")], "borne", id="bound-is-a-text"),
        pytest.param([asked("number", lowest=float("nan"))], "borne", id="bound-is-no-number"),
        pytest.param([asked("number", highest=10**13)], "borne", id="bound-too-far"),
        pytest.param([asked("number", highest=False)], "borne", id="bound-is-a-boolean"),
        pytest.param([asked("number", lowest=2, highest=1)], "dépasse", id="bounds-crossed"),
    ],
)
def test_what_is_no_list_of_questions_is_refused(data, words):
    with pytest.raises(QuestionsRefused) as refused:
        read(data)
    assert words in refused.value.message


def test_a_question_is_made_in_code_too():
    question = Question("q", read([asked("text")])[0].kind, "Pourquoi")
    assert dump((question,)) == [{"code": "q", "kind": "text", "title": "Pourquoi"}]
