"""How a diagnostic is asked: two affirmations a screen, the wish and the example of a lever with its last ones. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alliage.learning.scoring import lever_of
from alliage.questionnaires.questions import Question

PER_SCREEN = 2
# Seconds that one affirmation takes on a phone, and the rest of a lever.
SECONDS, SECONDS_OF_REST = 12, 10
_ASIDE = ("envie-", "preuve-")


@dataclass(frozen=True)
class Screen:
    """What one screen asks: affirmations of one lever, then its wish and its example on the last."""

    lever: str
    questions: tuple[Question, ...]

    @property
    def affirmations(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if lever_of(question.code))


def lever_behind(code: str) -> str:
    """The lever of any question: affirmation, wish or example."""
    for prefix in _ASIDE:
        if code.startswith(prefix):
            return code.removeprefix(prefix)
    return lever_of(code)


def screens(questions: Iterable[Question]) -> list[Screen]:
    """In the order of the questions; a lever never shares a screen with another."""
    by_lever: dict[str, list[Question]] = {}
    for question in questions:
        by_lever.setdefault(lever_behind(question.code), []).append(question)
    return [screen for lever, found in by_lever.items() for screen in _of_lever(lever, found)]


def _of_lever(lever: str, questions: Sequence[Question]) -> list[Screen]:
    asked = [question for question in questions if lever_of(question.code) == lever and lever]
    rest = [question for question in questions if question not in asked]
    cut = [tuple(asked[start : start + PER_SCREEN]) for start in range(0, len(asked), PER_SCREEN)] or [()]
    cut[-1] = (*cut[-1], *rest)
    return [Screen(lever, found) for found in cut]


def minutes(questions: Sequence[Question]) -> int:
    """How long it takes, at least a minute."""
    affirmations = sum(bool(lever_of(question.code)) for question in questions)
    return max(1, round((affirmations * SECONDS + (len(questions) - affirmations) * SECONDS_OF_REST) / 60))


def first_unanswered(found: Sequence[Screen], answered: Iterable[str]) -> int:
    """The number of the first screen with an affirmation that waits; the last one when there is none."""
    known = set(answered)
    for number, screen in enumerate(found, start=1):
        if any(question.code not in known for question in screen.affirmations):
            return number
    return len(found)
