"""Answers: a form read into typed values, each checked against its question; nothing posted ever breaks."""

import json

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from alliage.questionnaires import answers
from alliage.questionnaires.answers import check
from alliage.questionnaires.questions import read
from alliage.questionnaires.tests.factories import EVERY, asked


def posted(**values) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in values.items():
        found.setlist("q." + name.replace("__", "."), value if isinstance(value, list) else [value])
    return found


def test_a_whole_form_is_read():
    form = posted(
        one="b",
        several=["c", "a", "c"],
        scale="?",
        matrix__eau="n2",
        matrix__sol="?",
        text=" Bonjour\r\nà vous\0 ",
        number="1 234,50",
        words=["Entraide, entraide", "Lien  social", ""],
        order__c="1",
        order__a="5",
    )
    assert answers.read(read(EVERY), form) == answers.Reading(
        {
            "one": "b",
            "several": ["a", "c"],
            "scale": "?",
            "matrix": {"eau": "n2", "sol": "?"},
            "text": "Bonjour\nà vous",
            "number": 1234.5,
            "words": ["Entraide", "Lien social"],
            "order": ["c", "a"],
        },
        {},
    )


def test_an_empty_form_answers_nothing():
    assert answers.read(read(EVERY), QueryDict()) == answers.Reading({}, {})
    assert (
        answers.read(read(EVERY), posted(one="", several=[""], matrix__eau="", text=" \0", words=[" , "])).answers == {}
    )


def test_required_questions_wait_for_an_answer_unless_it_is_a_draft():
    questions = read([asked(one["kind"], required=True) for one in EVERY])
    assert set(answers.read(questions, QueryDict()).errors) == {one["code"] for one in EVERY}
    assert answers.read(questions, QueryDict(), is_complete=False) == answers.Reading({}, {})


def test_every_row_of_a_required_matrix_waits_for_an_answer():
    questions = read([asked("matrix", required=True)])
    assert answers.read(questions, posted(matrix__eau="n1")).errors == {"matrix": "Répondez à chaque ligne."}
    assert not answers.read(questions, posted(matrix__eau="n1"), is_complete=False).errors


def test_not_knowing_is_an_answer_to_a_required_question():
    assert check(read([asked("scale", required=True)]), {"scale": "?"}).answers == {"scale": "?"}


def test_not_knowing_a_number_is_a_box_beside_it():
    (question,) = questions = read([asked("number", may_not_know=True)])
    assert answers.read(questions, posted(number=["12", "?"])).answers == {"number": "?"}
    assert answers.is_unknown(question, "?")


def test_a_question_mark_typed_as_a_text_is_a_text():
    questions = read([asked("text")])
    assert check(questions, {"text": "?"}).answers == {"text": "?"}
    assert not answers.is_unknown(questions[0], "?")


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        pytest.param(asked("one"), "z", "proposées", id="unknown-option"),
        pytest.param(asked("one"), ["a"], "proposées", id="list-for-one"),
        pytest.param(asked("one"), "?", "proposées", id="doubt-not-offered"),
        pytest.param(asked("several"), "a", "proposées", id="text-for-several"),
        pytest.param(asked("several"), [1], "proposées", id="numbers-for-several"),
        pytest.param(asked("several"), ["a", "z"], "proposées", id="unknown-among-several"),
        pytest.param(asked("several", most=1), ["a", "b"], "une réponse au plus", id="more-than-one"),
        pytest.param(asked("several", most=2), ["a", "b", "c"], "2 réponses au plus", id="more-than-two"),
        pytest.param(asked("order", most=2), {"a": "1", "b": "2", "c": "3"}, "2 réponses", id="three-ranks-of-two"),
        pytest.param(asked("order"), {"a": "1", "b": "1"}, "même rang", id="same-rank"),
        pytest.param(asked("order"), {"a": "zéro"}, "rang est un nombre", id="rank-in-words"),
        pytest.param(asked("order"), {"a": "0"}, "rang est un nombre", id="rank-zero"),
        pytest.param(asked("order"), {"a": "²"}, "rang est un nombre", id="rank-of-another-alphabet"),
        pytest.param(asked("order"), {"a": "1" * 9}, "rang est un nombre", id="huge-rank"),
        pytest.param(asked("order"), {"z": "1"}, "proposées", id="unknown-ranked"),
        pytest.param(asked("order"), ["z"], "proposées", id="unknown-in-order"),
        pytest.param(asked("matrix"), "n1", "proposées", id="text-for-a-matrix"),
        pytest.param(asked("matrix"), {"air": "n1"}, "proposées", id="unknown-row"),
        pytest.param(asked("matrix"), {"eau": "n9"}, "proposées", id="unknown-level"),
        pytest.param(asked("text"), 12, "texte est attendu", id="number-for-a-text"),
        pytest.param(asked("text"), "x" * 4001, "4000", id="long-text"),
        pytest.param(asked("number"), "douze", "nombre est attendu", id="number-in-words"),
        pytest.param(asked("number"), True, "nombre est attendu", id="boolean-for-a-number"),
        pytest.param(asked("number"), "nan", "nombre est attendu", id="not-a-number"),
        pytest.param(asked("number"), "1e400", "nombre est attendu", id="infinite"),
        pytest.param(asked("number"), "?", "nombre est attendu", id="doubt-of-a-number-not-offered"),
        pytest.param(asked("number", lowest=0.5), "0", "0.5", id="below"),
        pytest.param(asked("number", highest=10), "11", "10", id="above"),
        pytest.param(asked("words"), "un", "Quelques mots", id="text-for-words"),
        pytest.param(asked("words"), [1], "Quelques mots", id="numbers-for-words"),
        pytest.param(asked("words"), ["x" * 41], "40", id="long-word"),
        pytest.param(asked("words"), ["a", "b", "c", "d"], "3 mots", id="four-words"),
        pytest.param(asked("words", most=1), ["a", "b"], "Un mot", id="two-words-of-one"),
    ],
)
def test_what_is_not_right_is_refused_in_words(question, value, words):
    reading = check(read([question]), {question["code"]: value})
    assert reading.answers == {}
    assert words in reading.errors[question["code"]]


def test_a_number_is_kept_as_it_is():
    questions = read([asked("number", lowest=-5, highest=5)])
    assert [check(questions, {"number": value}).answers["number"] for value in ("−3", "2,5", 4, "4.0")] == [
        -3,
        2.5,
        4,
        4,
    ]


def test_an_order_may_be_a_list():
    assert check(read([asked("order")]), {"order": ["c", "a", "c"]}).answers == {"order": ["c", "a"]}


def test_what_is_no_mapping_answers_nothing():
    assert check(read(EVERY), ["a"]) == answers.Reading({}, {})
    assert check(read([asked("matrix")]), {"matrix": {"eau": ""}}).answers == {}


names = st.sampled_from(
    [f"q.{one['code']}" for one in EVERY] + ["q.matrix.eau", "q.matrix.sol", "q.order.a", "q.order.b", "q.order.c"]
)
texts = st.one_of(st.sampled_from(["a", "b", "n1", "?", "1", "2", "1,5", "-", "\0"]), st.text(max_size=50))


@settings(max_examples=150)
@given(st.dictionaries(names, st.lists(texts, max_size=4)))
def test_whatever_is_posted_is_read_without_breaking_and_what_is_kept_is_right(values):
    form = QueryDict(mutable=True)
    for name, value in values.items():
        form.setlist(name, value)
    questions = read(EVERY)
    kept = answers.read(questions, form).answers
    assert check(questions, kept) == answers.Reading(kept, {})
    assert "\0" not in json.dumps(kept, ensure_ascii=False)


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["a", "n1", "?", "eau"]),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["a", "eau", "z"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([one["code"] for one in EVERY]), values))
def test_whatever_values_are_given_are_checked_without_breaking(given_values):
    questions = read(EVERY)
    reading = check(questions, given_values)
    assert check(questions, reading.answers) == answers.Reading(reading.answers, {})
