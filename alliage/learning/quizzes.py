"""A quiz as one writes it, and as one answers it. Pure: no database.

One question per paragraph; under it, one answer a line, « + » before the right ones, « - » before the others; « = » says why:

    Que faut-il écrire d’abord ?
    - Le budget
    + Le besoin
    = Sans besoin partagé, personne ne sait ce que l’argent doit changer.

Codes are made from the words: a question that moves keeps its answers; one that is written anew is another question.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.questions import Choice, Question, Questions, clean_text
from alliage.refusals import Refusal

MOST = 12
RIGHT, WRONG, WHY = "+", "-", "="
_DASHES = re.compile(r"^[–—−]")
# {code of a question: {"right": [codes of options], "why": text}}
Right = dict[str, dict[str, Any]]


class QuizRefused(Refusal):
    """What was written is no quiz: the message says which question and why."""


def read(text: str) -> tuple[Questions, Right]:
    """The questions, and what is right. Raises QuizRefused."""
    pieces = [piece for piece in re.split(r"\n\s*\n", clean_text(text)) if piece.strip()]
    if not pieces:
        raise QuizRefused(_("Écrivez au moins une question."))
    if len(pieces) > MOST:
        raise QuizRefused(_("%(count)d questions au plus\u00a0: au-delà, on se lasse.") % {"count": MOST})
    found, right = [], {}
    for rank, piece in enumerate(pieces, start=1):
        question, said = _read_one(piece, rank)
        if question.code in right:
            raise QuizRefused(_("Question %(rank)d\u00a0: elle est déjà posée plus haut.") % {"rank": rank})
        found.append(question)
        right[question.code] = said
    return tuple(found), right


def _read_one(piece: str, rank: int) -> tuple[Question, dict[str, Any]]:
    title, options, right, why = "", [], [], []
    for line in (_DASHES.sub(WRONG, each.strip()) for each in piece.splitlines()):
        mark, words = line[:1], line[1:].strip()
        if mark in (RIGHT, WRONG) and words:
            options.append(Choice(_code("o", words), words[:300]))
            right += [options[-1].code] if mark == RIGHT else []
        elif mark == WHY:
            why.append(words)
        elif options:
            raise QuizRefused(_("Question %(rank)d\u00a0: la ligne «\u00a0%(line)s\u00a0» commence par «\u00a0+\u00a0», «\u00a0-\u00a0» ou «\u00a0=\u00a0».") % {"rank": rank, "line": line[:60]})  # fmt: skip
        else:
            title = f"{title} {line}".strip()
    _refuse(rank, title, options, right)
    kind = QuestionKind.SEVERAL if len(right) > 1 else QuestionKind.ONE
    question = Question(code=_code("q", title), kind=kind, title=title[:300], options=tuple(options))
    return question, {"right": right, "why": " ".join(why)[:1000]}


def _refuse(rank: int, title: str, options: list[Choice], right: list[str]) -> None:
    faults = (
        (not title, _("elle n’a pas de texte.")),
        (len(options) < 2, _("donnez au moins deux réponses, une par ligne, avec «\u00a0+\u00a0» ou «\u00a0-\u00a0» devant.")),
        (len({each.code for each in options}) < len(options), _("deux réponses sont les mêmes.")),
        (not right, _("mettez «\u00a0+\u00a0» devant la réponse juste.")),
    )  # fmt: skip
    for is_wrong, why in faults:
        if is_wrong:
            raise QuizRefused(_("Question %(rank)d\u00a0: %(why)s") % {"rank": rank, "why": why})


def _code(letter: str, words: str) -> str:
    return f"{letter}-{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def write(questions: Questions, right: Mapping[str, Any]) -> str:
    """The same, as one wrote it."""
    pieces = []
    for question in questions:
        said = right.get(question.code, {})
        lines = [question.title]
        lines += [f"{RIGHT if each.code in said.get('right', ()) else WRONG} {each.title}" for each in question.options]
        lines += [f"{WHY} {said['why']}"] if said.get("why") else []
        pieces.append("\n".join(lines))
    return "\n\n".join(pieces)


# --- Answered ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corrected:
    """One question once answered: what was chosen and what is right, in words, and why."""

    question: Question
    is_right: bool
    chosen: tuple[str, ...]
    right: tuple[str, ...]
    why: str


def corrected(questions: Questions, right: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Corrected]:
    """Every question, answered or not."""
    return [_corrected(question, right.get(question.code, {}), answers.get(question.code)) for question in questions]


def _corrected(question: Question, said: Mapping[str, Any], answer: Any) -> Corrected:
    chosen = answer if isinstance(answer, list) else [answer] if answer else []
    wanted = list(said.get("right", ()))
    return Corrected(
        question, set(chosen) == set(wanted), _words(question, chosen), _words(question, wanted), said.get("why", "")
    )


def _words(question: Question, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(question.title_of[code] for code in codes if code in question.title_of)


def score(found: Iterable[Corrected]) -> int:
    return sum(each.is_right for each in found)
