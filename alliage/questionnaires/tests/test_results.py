"""Figures: recomputed by a small program of another kind, and never below the floor."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliage.questionnaires.questions import read
from alliage.questionnaires.results import Word, of_question, of_questions
from alliage.questionnaires.tests.factories import EVERY, asked


def only(question, *values, floor=0):
    """Results of a question when these values were answered; None passes."""
    (read_one,) = read([question])
    said = [{} if value is None else {read_one.code: value} for value in values]
    return of_question(read_one, said, floor=floor)


# --- The independent reference: sort, count, interpolate by hand ---------------------------------------------------


def quantile(values, part):
    """Linear between the two nearest ranks, the first at 0 and the last at 1."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def close_to(value):
    return pytest.approx(value, rel=1e-9, abs=1e-6)


def same_spread(found, values):
    assert found.mean == close_to(sum(values) / len(values))
    assert (found.lowest, found.highest) == (min(values), max(values))
    assert [found.lower, found.median, found.upper] == [close_to(quantile(values, part)) for part in (0.25, 0.5, 0.75)]


levels = st.sampled_from(["n1", "n2", "n3", "n4", "?", None])


@settings(max_examples=120)
@given(st.lists(levels, max_size=40), st.integers(0, 8))
def test_a_scale_counts_and_spreads_as_by_hand(values, floor):
    found = only(asked("scale"), *values, floor=floor)
    known = [int(value[1]) for value in values if value not in ("?", None)]
    if len(known) < floor:
        assert found.hidden
        assert (found.bars, found.spread, found.answered, found.not_known) == ((), None, 0, 0)
        return
    assert (found.answered, found.not_known, found.hidden) == (len(known), values.count("?"), "")
    if not known:
        assert (found.bars, found.spread) == ((), None)
        return
    assert [(bar.code, bar.count) for bar in found.bars] == [(f"n{n}", known.count(n)) for n in range(1, 5)]
    assert sum(bar.share for bar in found.bars) == close_to(1)
    same_spread(found.spread, known)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.none(), st.sets(st.sampled_from("abc"), min_size=1)), max_size=30))
def test_several_choices_are_shared_among_those_who_answered(values):
    found = only(asked("several"), *(value and sorted(value) for value in values))
    known = [value for value in values if value]
    assert found.answered == len(known)
    for bar in found.bars:
        who = [value for value in known if bar.code in value]
        assert (bar.count, bar.share) == (len(who), close_to(len(who) / len(known)))


@settings(max_examples=100)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda n: round(n, 6)), min_size=1, max_size=40))
def test_numbers_spread_as_by_hand(values):
    same_spread(only(asked("number"), *values).spread, values)


@settings(max_examples=100)
@given(st.lists(st.lists(st.sampled_from("abc"), unique=True, min_size=1), min_size=1, max_size=25))
def test_an_order_gives_points_as_by_hand(values):
    found = only(asked("order"), *values)
    points = Counter()
    for order in values:
        for given_points, code in zip((3, 2, 1), order, strict=False):
            points[code] += given_points
    assert {rank.code: rank.points for rank in found.ranks} == {code: points[code] for code in "abc"}
    assert [rank.points for rank in found.ranks] == sorted(points[code] for code in "abc")[::-1]
    for rank in found.ranks:
        places = [order.index(rank.code) + 1 for order in values if rank.code in order]
        assert rank.share == close_to(rank.points / (3 * len(values)))
        assert (rank.first, rank.ranked) == (sum(place == 1 for place in places), len(places))
        assert rank.mean == (close_to(sum(places) / len(places)) if places else None)


spellings = st.sampled_from(["Entraide", "entraide", "ENTRAIDE", "Lien", "lien", "Été", "ete", "★", "中文"])


@settings(max_examples=100)
@given(st.lists(st.lists(spellings, min_size=1, max_size=3, unique_by=str.casefold), min_size=1, max_size=20))
def test_words_are_counted_whatever_their_spelling(values):
    found = only(asked("words"), *values)
    groups = {"entraide": {"Entraide", "entraide", "ENTRAIDE"}, "lien": {"Lien", "lien"}, "ete": {"Été", "ete"}}
    typed = Counter(word for said in values for word in said)
    expected = {}
    for word, count in typed.items():
        name = next((name for name, group in groups.items() if word in group), word)
        expected[name] = expected.get(name, 0) + count
    assert sorted(word.count for word in found.words) == sorted(expected.values())
    assert [word.count for word in found.words] == sorted((word.count for word in found.words), reverse=True)
    for word in found.words:
        group = next((group for group in groups.values() if word.text in group), {word.text})
        assert typed[word.text] == max(typed[one] for one in group)
        assert 1 <= word.size <= 5


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["eau", "sol"]), st.sampled_from(["n1", "n4", "?"]), min_size=1), max_size=12
    ),
    st.integers(0, 6),
)
def test_every_row_of_a_matrix_is_a_scale_under_the_floor_too(values, floor):
    found = only(asked("matrix"), *values, floor=floor)
    rows = [only(asked("scale"), *(value.get(row) for value in values), floor=floor) for row in ("eau", "sol")]
    if all(row.hidden for row in rows):
        assert found.hidden
        assert not found.rows
        return
    assert [(row.bars, row.spread, row.hidden, row.answered, row.not_known) for row in found.rows] == [
        (row.bars, row.spread, row.hidden, row.answered, row.not_known) for row in rows
    ]
    assert [row.title for row in found.rows] == ["L’eau", "Le sol"]


# --- By example ----------------------------------------------------------------------------------------------------


def test_one_choice_is_a_bar_by_option_even_of_those_nobody_chose():
    found = only(asked("one"), "a", "a", "b", None)
    assert [(bar.title, bar.count) for bar in found.bars] == [("Alpha", 2), ("Bêta", 1), ("Gamma", 0)]
    assert found.bars[0].share == close_to(2 / 3)
    assert found.title == "Question one"


def test_the_size_of_a_word_goes_from_one_to_five():
    found = only(asked("words"), *[["Commun"]] * 9, *[["Rare"]], *[["Moyen"]] * 5)
    assert found.words == (Word("Commun", 9, 5), Word("Moyen", 5, 3), Word("Rare", 1, 1))
    assert {word.size for word in only(asked("words"), ["un"], ["deux"]).words} == {1}


def test_texts_come_in_alphabetical_order_not_in_that_of_arrival():
    assert only(asked("text"), "Zut", "été", "abri").texts == ("abri", "été", "Zut")


def test_without_answers_there_is_nothing_but_no_reason_to_hide():
    for found in of_questions(read(EVERY), []):
        assert (found.answered, found.hidden, found.bars, found.spread) == (0, "", (), None)


@pytest.mark.parametrize("kind", [pytest.param(one["kind"], id=one["kind"]) for one in EVERY])
def test_below_the_floor_nothing_is_told(kind):
    values = {
        "one": "a",
        "several": ["a"],
        "scale": "n1",
        "matrix": {"eau": "n1"},
        "text": "Bon",
        "number": 3,
        "words": ["mot"],
        "order": ["a"],
    }
    found = only(asked(kind), *[values[kind]] * 4, floor=5)
    assert "5 réponses" in found.hidden
    assert (found.answered, found.not_known) == (0, 0)
    assert [found.bars, found.words, found.texts, found.ranks, found.rows, found.spread] == [()] * 5 + [None]
    assert not only(asked(kind), *[values[kind]] * 5, floor=5).hidden


def test_those_who_do_not_know_do_not_lift_a_question_above_the_floor():
    assert only(asked("scale"), *["?"] * 10, *["n1"] * 4, floor=5).hidden
