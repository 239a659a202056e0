"""Scores, beside a second and independent way of computing them."""

from decimal import ROUND_HALF_DOWN, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from alliage.learning import scoring
from alliage.learning.scoring import Said

LEVERS = ("alliance", "ecosysteme", "modele", "numerique", "strategie")
PER_LEVER = 3
CODES = [f"{lever}-{rank}" for lever in LEVERS for rank in range(1, PER_LEVER + 1)]
ANSWER = st.sampled_from(["1", "2", "3", "4", "?", None])
WISHES = [f"envie-{lever}" for lever in LEVERS]
COUNT = len(CODES) + len(WISHES)
PERSON = st.lists(ANSWER, min_size=COUNT, max_size=COUNT).map(
    lambda row: dict(zip([*CODES, *WISHES], row, strict=True))
)


def reference(people):
    """Tables of numbers, one cell after another; nothing of the module under test."""
    means, levels = {}, {}
    for lever in LEVERS:
        own = []
        for person in people:
            cells = [person[f"{lever}-{rank}"] for rank in range(1, PER_LEVER + 1)]
            numbers = [int(cell) for cell in cells if cell not in ("?", None)]
            if len(numbers) >= PER_LEVER / 2:
                own.append(Fraction(sum(numbers), len(numbers)))
        means[lever] = sum(own, Fraction(0)) / len(own) if own else None
        if own:
            exact = Decimal(means[lever].numerator) / Decimal(means[lever].denominator)
            levels[lever] = int(exact.quantize(Decimal(1), ROUND_HALF_DOWN))
    level = None
    if len(levels) >= 4:
        for candidate in (1, 2, 3, 4):
            reached = [lever for lever in levels if levels[lever] >= candidate]
            level = candidate if len(reached) > len(levels) / 2 else level
    return means, levels, level


@settings(max_examples=60)
@given(st.lists(PERSON, min_size=1, max_size=4))
def test_scores_are_those_of_the_reference_whatever_is_unknown_or_missing(people):
    said = [Said("", {code: each for code, each in person.items() if each is not None}) for person in people]
    found = scoring.result(LEVERS, said, asked=CODES)
    means, levels, level = reference(people)
    for lever in LEVERS:
        assert found["levers"][lever]["mean"] == (None if means[lever] is None else round(float(means[lever]), 4))
        assert found["levers"][lever]["level"] == levels.get(lever)
        wishes = [int(each[f"envie-{lever}"]) for each in people if each[f"envie-{lever}"] not in ("?", None)]
        assert found["levers"][lever]["wish"] == (round(sum(wishes) / len(wishes), 4) if wishes else None)
    assert found["level"] == level
    assert found["because"] == [lever for lever in LEVERS if level and levels.get(lever, 0) >= level]
    for code in CODES:
        counts = found["statements"][code]["counts"]
        assert counts == {answer: [each[code] for each in people].count(answer) for answer in "1234?"}


def test_a_half_goes_down_and_half_of_the_affirmations_must_be_known():
    both = [Said("", {"alliance-1": "2", "alliance-2": "3"})]
    assert scoring.result(["alliance"], both)["levers"]["alliance"]["level"] == 2
    little = [Said("", {"alliance-1": "4", "alliance-2": "?"})]
    asked = ["alliance-1", "alliance-2", "alliance-3"]
    assert scoring.result(["alliance"], little, asked=asked)["levers"]["alliance"]["mean"] is None
    assert scoring.result(["alliance"], little)["levers"]["alliance"]["mean"] == 4


def test_three_known_levers_make_no_level_of_the_whole():
    assert scoring.overall([4, 4, 4, None]) is None
    assert scoring.overall([4, 4, 3, 3]) == 3


def test_spread_is_the_gap_between_the_lowest_and_the_highest_respondent():
    found = scoring.result(["alliance"], [Said("", {"alliance-1": "1"}), Said("", {"alliance-1": "4"})])
    assert (found["levers"]["alliance"]["lowest"], found["levers"]["alliance"]["highest"]) == (1, 4)
    assert found["levers"]["alliance"]["spread"] == 3


def test_roles_are_told_unless_they_would_tell_the_only_one_who_does_not_agree():
    elected, hidden = Said("elected", {"alliance-1": "4"}), Said("", {"alliance-1": "1"})
    assert scoring.result(["alliance"], [elected])["roles"] == {"elected": {"count": 1, "levers": {"alliance": 4}}}
    assert scoring.result(["alliance"], [elected, hidden])["roles"] == {}
    assert scoring.result(["alliance"], [elected, hidden, hidden])["roles"]["elected"]["count"] == 1


def test_what_is_no_answer_to_an_affirmation_counts_for_nothing():
    said = [Said("", {"alliance-1": "5", "alliance-2": ["4"], "preuve-alliance": "4", "autre": "4"})]
    found = scoring.result(["alliance"], said)
    assert found["levers"]["alliance"] == {
        "mean": None, "level": None, "lowest": None, "highest": None, "spread": None, "known": 0.0, "wish": None,
    }  # fmt: skip
    assert scoring.result(["alliance"], []) | {"version": 1} == scoring.result(["alliance"], [])
