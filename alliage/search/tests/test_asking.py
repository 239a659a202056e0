"""How a question is read."""

import pytest

from alliage.search import asking


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("réseau des alliances", ["réseau", "alliances"]),
        ("« faire alliance » ici", ["faire alliance", "ici"]),
        ('une "phrase exacte"', ["phrase exacte"]),
        ("“ouverte sans fin", ["ouverte sans fin"]),
        ("économie sociale et solidaire", ["économie sociale et solidaire"]),
        ("« »", []),
        ("Le", ["Le"]),
        ("...", []),
        ("", []),
    ],
)
def test_a_question_is_read_as_slots(question, typed):
    assert [slot.typed for slot in asking.read(question)] == typed


def test_a_question_has_a_dozen_slots_at_most():
    assert len(asking.read(" ".join(f"mot{number}" for number in range(60)))) == asking.MOST_SLOTS


def test_a_word_between_quotation_marks_is_exact():
    (slot,) = asking.read("« alliances »")
    assert slot.exact
    assert slot.plain == ("alliances",)
