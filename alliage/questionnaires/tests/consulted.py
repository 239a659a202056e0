"""What the page table needs of questionnaires: an opening that some answered, and one that is closed."""

from typing import Any

from alliage.questionnaires import links, services
from alliage.questionnaires.models import Opening
from alliage.questionnaires.tests import balloted
from alliage.questionnaires.tests.factories import EVERY, NOW, figured, opened

ANSWERS: list[dict[str, Any]] = [
    {
        "one": "a",
        "several": ["a", "c"],
        "scale": "n2",
        "matrix": {"eau": "n1", "sol": "n4"},
        "text": "Une salle le samedi.",
        "number": 12,
        "words": ["Entraide", "Lien social"],
        "order": ["b", "a", "c"],
    },
    {
        "one": "b",
        "several": ["a"],
        "scale": "n4",
        "matrix": {"eau": "n3", "sol": "?"},
        "text": "Du temps.",
        "number": 30.5,
        "words": ["entraide"],
        "order": ["b"],
    },
    {"one": "a", "scale": "?", "matrix": {"eau": "n2"}, "number": 18, "words": ["Terre"], "order": ["c", "b"]},
]


def answered(by: Any = None, *, is_closed: bool = False, **terms: Any) -> Opening:
    """Every kind of question, answered by three people."""
    opening = opened(*EVERY, by=by, **({"has_link": True} | terms))
    for rank, said in enumerate(ANSWERS):
        services.answer(opening, said, respondent=f"p{rank}", now=NOW)
    if is_closed:
        services.close(opening, by=by, now=NOW)
    return opening


def ids(member: Any) -> dict[str, Any]:
    is_open, closed = answered(member), answered(member, is_closed=True)
    figure = figured()
    return {
        "barometer": figure.barometer.slug,
        "figure": figure.pk,
        "opening": is_open.pk,
        "opening_secret": links.secret_from(str(is_open.seed)),
        "closed_opening": closed.pk,
        "closed_opening_secret": links.secret_from(str(closed.seed)),
        **balloted.ids(member),
    }
