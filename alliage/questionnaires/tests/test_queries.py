"""Reads: results under the floor until the end, tables where a row is nobody's, nothing to subtract."""

import pytest

from alliage.questionnaires import queries, services
from alliage.questionnaires.enums import Shows
from alliage.questionnaires.services import Scope
from alliage.questionnaires.tests.factories import EVERY, NOW, asked, opened

pytestmark = pytest.mark.django_db


def answered(opening, *values, first=0):
    for rank, value in enumerate(values, start=first):
        services.answer(opening, value, respondent=f"m{rank}", now=NOW)


def closed(*questions, answers=(), **terms):
    opening = opened(*questions, **terms)
    answered(opening, *answers)
    services.close(opening, by=None, now=NOW)
    return opening


def test_openings_of_an_object_say_how_many_answered():
    scope = Scope("room", "1")
    opening = opened(scope=scope)
    opened(scope=Scope("room", "2"))
    answered(opening, {"one": "a"}, {"one": "b"})
    services.answer(opening, {"one": "a"}, respondent="draft", now=NOW, is_draft=True)
    (found,) = queries.openings_of(scope)
    assert (found, found.sent) == (opening, 2)
    assert queries.opening_by_number(opening.pk) == opening
    assert queries.opening_by_number(0) is None


def test_openings_that_a_member_holds(member):
    opening = opened(by=member)
    opened()
    answered(opening, {"one": "a"})
    assert [(row, row.sent) for row in queries.held_by(member)] == [(opening, 1)]


# --- Results -------------------------------------------------------------------------------------------------------


def test_without_a_floor_results_are_there_at_once():
    opening = opened(asked("one"), floor=0, shows=Shows.AT_ONCE)
    answered(opening, {"one": "a"})
    found = queries.results(opening)
    assert (found.responses, found.hidden, found.questions[0].bars[0].count) == (1, "", 1)


@pytest.mark.parametrize(
    ("count", "is_told"), [pytest.param(4, False, id="four-of-five"), pytest.param(5, True, id="five-of-five")]
)
def test_with_a_floor_figures_wait_for_the_end_and_for_enough_answers(count, is_told):
    opening = opened(asked("one"), floor=5)
    answered(opening, *[{"one": "a"}] * count)
    before = queries.results(opening)
    assert (before.responses, before.questions) == (count, ())
    assert "clôture" in before.hidden
    services.close(opening, by=None, now=NOW)
    after = queries.results(opening)
    assert bool(after.questions) is is_told
    assert bool(after.hidden) is not is_told


def test_a_question_that_few_answered_is_hidden_among_others_that_are_told():
    found = queries.results(
        closed(asked("one"), asked("text"), floor=5, answers=[{"one": "a", "text": "Moi"}] * 4 + [{"one": "b"}])
    )
    assert [bool(one.hidden) for one in found.questions] == [False, True]


def test_two_readings_of_an_anonymous_opening_with_a_floor_are_the_same_or_empty():
    """What was read cannot be subtracted from what is read later, whatever happens in between."""
    opening = opened(asked("one"), asked("text"), floor=5)
    readings = []
    for rank in range(8):
        answered(opening, {"one": "ab"[rank % 2], "text": f"Texte {rank}"}, first=rank)
        readings.append((queries.results(opening).questions, queries.table(opening).rows))
    services.take_back(opening, respondent="m3", now=NOW)
    readings.append((queries.results(opening).questions, queries.table(opening).rows))
    assert set(map(str, readings)) == {"((), [])"}
    services.close(opening, by=None, now=NOW)
    last = queries.results(opening).questions, queries.table(opening).rows
    services.erase_respondent("m1")
    for rank in range(8):
        with pytest.raises(services.QuestionnaireRefused):
            services.answer(opening, {"one": "a"}, respondent=f"m{rank}", now=NOW)
    assert (queries.results(opening).questions, queries.table(opening).rows) == last


def test_who_holds_a_named_opening_reads_it_without_a_floor_others_do_not():
    opening = opened(asked("one"), floor=5, is_anonymous=False)
    answered(opening, {"one": "a"})
    assert queries.results(opening, is_holder=True).questions
    assert not queries.results(opening).questions
    anonymous = opened(asked("one"), floor=5)
    answered(anonymous, {"one": "a"})
    assert not queries.results(anonymous, is_holder=True).questions


def test_results_of_many_openings_take_one_query(django_assert_num_queries):
    openings = [opened(asked("one"), scope=Scope("room", "1")) for _rank in range(3)]
    for opening in openings:
        answered(opening, {"one": "a"}, {"one": "b"})
    found = list(queries.openings_of(Scope("room", "1")))
    with django_assert_num_queries(1):
        assert [one.responses for one in queries.results_of(found)] == [2, 2, 2]


# --- Tables --------------------------------------------------------------------------------------------------------

ANSWER = {
    "one": "b",
    "several": ["a", "c"],
    "scale": "?",
    "matrix": {"eau": "n2"},
    "text": "?",
    "number": 1.5,
    "words": ["Lien"],
    "order": ["c", "a"],
}
CELLS = ["Bêta", "Alpha, Gamma", "ne sait pas", "Niveau 2", "", "?", 1.5, "Lien", "Gamma, Alpha"]


def test_a_named_table_has_a_row_by_person():
    opening = opened(*EVERY, is_anonymous=False)
    answered(opening, ANSWER, {})
    found = queries.table(opening, {"m0": "Alix Démo"})
    assert found.are_people
    assert found.header[:2] == ["qui", "envoyée le"]
    assert found.header[5:7] == ["Question matrix – L’eau", "Question matrix – Le sol"]
    assert found.rows == [["Alix Démo", NOW, *CELLS], ["m1", NOW, *[""] * 9]]


def test_the_columns_of_an_anonymous_table_are_sorted_apart():
    opening = closed(
        asked("one"), asked("number"), answers=[{"one": "b", "number": 1}, {"one": "a", "number": 2}, {"number": 10}]
    )
    found = queries.table(opening)
    assert not found.are_people
    assert found.rows == [["Alpha", 1], ["Bêta", 2], ["", 10]]


def test_an_anonymous_table_hides_what_results_hide():
    few = {"one": "a", "scale": "?"}
    opening = closed(asked("one"), asked("text"), asked("scale"), floor=3, answers=[few, few, few | {"text": "Moi"}])
    assert queries.table(opening).rows == [["Alpha", "", ""]] * 3
    assert queries.table(closed(asked("one"), floor=3, answers=[{"one": "a"}])).rows == []
