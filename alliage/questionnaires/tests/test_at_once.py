"""Several windows, several people at the same moment: one answer each, and an end that loses none and takes none after it."""

import pytest

from alliage.questionnaires import respondents, services
from alliage.questionnaires.models import Response
from alliage.questionnaires.services import QuestionnaireRefused
from alliage.questionnaires.tests.factories import NOW, asked, opened
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_person_in_several_windows_answers_once():
    opening = opened(asked("one"))
    at_once(*[lambda code=code: services.answer(opening, {"one": code}, respondent="m1", now=NOW) for code in "abcabc"])
    assert opening.responses.count() == 1


def test_answers_that_cross_the_end_are_all_kept_or_refused():
    opening = opened(asked("one"))

    def answer(who: str) -> bool:
        try:
            services.answer(opening, {"one": "a"}, respondent=who, now=NOW)
        except QuestionnaireRefused:
            return False
        return True

    people = [f"m{rank}" for rank in range(8)]
    close = lambda: services.close(opening, by=None, now=NOW)  # noqa: E731 one act among others
    gave = at_once(
        *[lambda who=who: answer(who) for who in people[:4]],
        close,
        *[lambda who=who: answer(who) for who in people[4:]],
    )
    kept = set(Response.objects.values_list("respondent", flat=True))
    assert len(kept) == sum(one is True for one in gave)
    assert not kept & {respondents.key(opening, who) for who in people}
