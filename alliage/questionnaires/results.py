"""What answers say together, question by question. Plain figures from plain answers: no database, no page.

Shares are of those who answered the question, « je ne sais pas » left out. Below the floor a question has no figure at all: nor
bars, nor words, nor how many did not know. Quartiles are those of R's type 7 (statistics.quantiles, « inclusive »).
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from alliage.questionnaires.answers import Answers, is_unknown
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.questions import Choice, Question, Questions
from alliage.questionnaires.words import same_words


@dataclass(frozen=True)
class Bar:
    """How many chose an option; `share` of those who answered, from 0 to 1."""

    code: str
    title: str
    count: int
    share: float


@dataclass(frozen=True)
class Spread:
    """How answers spread: on a scale, its first level is worth 1."""

    mean: float
    median: float
    lowest: float
    lower: float
    upper: float
    highest: float


@dataclass(frozen=True)
class Word:
    """A word as most people spelled it; `size` from 1 (rare) to 5 (the most frequent)."""

    text: str
    count: int
    size: int


@dataclass(frozen=True)
class Rank:
    """What an option got of an order: `points` is Borda's (the first of n gets n, the last 1, the unranked 0), `share` of all
    that could be had, from 0 to 1; `mean` its mean rank among those who ranked it, None when nobody did."""

    code: str
    title: str
    points: int
    share: float
    first: int
    ranked: int
    mean: float | None


@dataclass(frozen=True)
class Result:
    """Results of a question; of a row of a matrix, whose `row` says which.

    `answered` leaves out `not_known` and those who passed. `hidden` says why there is no figure: then nothing else is told.
    """

    question: Question
    row: Choice | None = None
    answered: int = 0
    not_known: int = 0
    hidden: str = ""
    bars: tuple[Bar, ...] = ()
    spread: Spread | None = None
    words: tuple[Word, ...] = ()
    texts: tuple[str, ...] = ()
    ranks: tuple[Rank, ...] = ()
    rows: tuple["Result", ...] = ()

    @property
    def title(self) -> str:
        return self.row.title if self.row else self.question.title


def of_questions(questions: Questions, answers: Sequence[Answers], *, floor: int = 0) -> tuple[Result, ...]:
    """Every question, in order."""
    return tuple(of_question(question, answers, floor=floor) for question in questions)


def of_question(question: Question, answers: Sequence[Answers], *, floor: int = 0) -> Result:
    """One question, among all answers."""
    values = [said[question.code] for said in answers if question.code in said]
    if question.kind != QuestionKind.MATRIX:
        return _figures(Result(question), values, floor)
    rows = tuple(
        _figures(Result(question, row), [value[row.code] for value in values if row.code in value], floor)
        for row in question.rows
    )
    if rows and all(row.hidden for row in rows):
        return Result(question, hidden=too_few(floor))
    return Result(question, answered=len(values), rows=rows)


def too_few(floor: int) -> str:
    return _("Moins de %(floor)d réponses\u00a0: aucun chiffre n’est montré, pour que personne ne soit reconnu.") % {
        "floor": floor
    }


def _figures(blank: Result, values: list[Any], floor: int) -> Result:
    known = [value for value in values if not is_unknown(blank.question, value)]
    if len(known) < floor:
        return replace(blank, hidden=too_few(floor))
    counted = replace(blank, answered=len(known), not_known=len(values) - len(known))
    return replace(counted, **_FIGURES[blank.question.kind](blank.question, known)) if known else counted


def _bars(question: Question, chosen: Iterable[str], answered: int) -> tuple[Bar, ...]:
    counts = Counter(chosen)
    return tuple(
        Bar(option.code, option.title, counts[option.code], counts[option.code] / answered)
        for option in question.options
    )


def _one(question: Question, known: list[str]) -> dict[str, Any]:
    return {"bars": _bars(question, known, len(known))}


def _several(question: Question, known: list[list[str]]) -> dict[str, Any]:
    return {"bars": _bars(question, (code for chosen in known for code in chosen), len(known))}


def _scale(question: Question, known: list[str]) -> dict[str, Any]:
    """Levels as bars, and their spread."""
    worth = {option.code: rank for rank, option in enumerate(question.options, start=1)}
    return {"bars": _bars(question, known, len(known)), "spread": spread([worth[code] for code in known])}


def _number(_question: Question, known: list[float]) -> dict[str, Any]:
    return {"spread": spread(known)}


def spread(values: Sequence[float]) -> Spread:
    """Of at least one number."""
    ordered = sorted(values)
    lower, median, upper = (
        statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [ordered[0]] * 3
    )
    return Spread(statistics.fmean(ordered), median, ordered[0], lower, upper, ordered[-1])


def _text(_question: Question, known: list[str]) -> dict[str, Any]:
    """In alphabetical order: the order of arrival would tell who wrote."""
    return {"texts": tuple(sorted(known, key=lambda text: (same_words(text), text)))}


def _words(_question: Question, known: list[list[str]]) -> dict[str, Any]:
    spellings: dict[str, Counter[str]] = {}
    for said in known:
        for word in said:
            spellings.setdefault(same_words(word), Counter())[word] += 1
    most = max(spelled.total() for spelled in spellings.values())
    words = (
        Word(min(spelled, key=lambda text: (-spelled[text], text)), spelled.total(), _size(spelled.total(), most))
        for spelled in spellings.values()
    )
    return {"words": tuple(sorted(words, key=lambda word: (-word.count, same_words(word.text), word.text)))}


def _size(count: int, most: int) -> int:
    return 1 + round(4 * (count - 1) / (most - 1)) if most > 1 else 1


def _order(question: Question, known: list[list[str]]) -> dict[str, Any]:
    best = len(question.options)
    ranks = []
    for option in question.options:
        places = [order.index(option.code) + 1 for order in known if option.code in order]
        points = sum(best + 1 - place for place in places)
        ranks.append(
            Rank(
                option.code,
                option.title,
                points,
                points / (best * len(known)),
                places.count(1),
                len(places),
                statistics.fmean(places) if places else None,
            )
        )
    return {"ranks": tuple(sorted(ranks, key=lambda rank: -rank.points))}


_FIGURES: dict[str, Callable[[Question, Any], dict[str, Any]]] = {
    QuestionKind.ONE: _one,
    QuestionKind.SEVERAL: _several,
    QuestionKind.SCALE: _scale,
    QuestionKind.MATRIX: _scale,
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.WORDS: _words,
    QuestionKind.ORDER: _order,
}
