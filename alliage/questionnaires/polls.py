"""Polls for whoever holds a live moment: one question, asked and answered at once. What `rooms` calls.

    opening = polls.quick(question, scope="room", scope_id=room.pk, by=member, now=now)
    polls.answer(opening, value, respondent="p34", now=now)      # a typed value (answers.py); again, it replaces
    polls.answer_posted(opening, request.POST, respondent="p34", now=now)
    polls.close(opening, by=member, now=now)
    polls.result(opening)                                        # results.Result: bars, words, ranks, spread

Anonymous, without a floor: among people in a room who see one another vote, results are shown at once and each vote changes
them. Give `floor` and `shows` for a question whose answers must not be guessed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from alliage.questionnaires import answers as reading
from alliage.questionnaires import queries, services
from alliage.questionnaires.enums import Shows
from alliage.questionnaires.models import Opening, Response
from alliage.questionnaires.questions import Question, read_one
from alliage.questionnaires.results import Result
from alliage.questionnaires.services import Scope, Terms


@transaction.atomic
def quick(
    question: Question | Mapping[str, Any],
    *,
    scope: str,
    scope_id: Any,
    by: Any,
    now: datetime,
    terms: Terms | None = None,
) -> Opening:
    """Ask one question at once. As data, `code` may be left out. Raises QuestionsRefused, QuestionnaireRefused."""
    opening = prepare(question, scope=scope, scope_id=scope_id, by=by, now=now, terms=terms)
    services.open_now(opening, by=by, now=now)
    return opening


@transaction.atomic
def prepare(
    question: Question | Mapping[str, Any],
    *,
    scope: str,
    scope_id: Any,
    by: Any,
    now: datetime,
    terms: Terms | None = None,
) -> Opening:
    """The same, not asked yet: `services.open_now` asks it."""
    one = question if isinstance(question, Question) else read_one({"code": "q", **question})
    where = Scope(scope, str(scope_id))
    made = services.create(one.title, (one,), scope=where, by=by, now=now)
    live = terms or Terms(floor=0, shows=Shows.AT_ONCE)
    return services.prepare(made.versions.get(), live, by=by, now=now)


def question_of(opening: Opening) -> Question:
    return opening.version.read()[0]


def answer(opening: Opening, value: Any, *, respondent: str, now: datetime) -> Response:
    """Keep one person's answer, or replace it. Raises AnswersRefused (its message is for the page), QuestionnaireRefused."""
    code = question_of(opening).code
    try:
        return services.answer(opening, {} if value is None else {code: value}, respondent=respondent, now=now)
    except services.AnswersRefused as refusal:
        refusal.message = refusal.errors[code]
        raise


def answer_posted(opening: Opening, posted: reading.Posted, *, respondent: str, now: datetime) -> Response:
    """The same, from a form made by `questionnaires/_question.html`."""
    question = question_of(opening)
    return answer(opening, reading.typed((question,), posted).get(question.code), respondent=respondent, now=now)


def answer_of(opening: Opening, respondent: str) -> Any:
    """What somebody answered, or None; None too once the poll is closed."""
    found = queries.response_of(opening, respondent)
    return found.answers.get(question_of(opening).code) if found else None


def answers_of(openings: Iterable[Opening], respondent: str) -> dict[int, Any]:
    """The same for several polls, by number, in one query."""
    asked = list(openings)
    codes = {opening.pk: question_of(opening).code for opening in asked}
    found = queries.answers_of(asked, respondent)
    return {pk: said[codes[pk]] for pk, said in found.items() if codes[pk] in said}


def close(opening: Opening, *, by: Any, now: datetime) -> None:
    """Nobody answers any more, for good."""
    services.close(opening, by=by, now=now)


def result(opening: Opening) -> Result:
    """Figures of the question; `hidden` says why when there is none."""
    return results([opening])[0]


def results(openings: Iterable[Opening]) -> list[Result]:
    """The same for several polls, in one query; openings come with their version (`queries.openings_of`)."""
    return [
        found.questions[0] if found.questions else Result(question_of(found.opening), hidden=found.hidden)
        for found in queries.results_of(openings)
    ]
