"""Questions of a version: read from data, written to data. Nothing here knows a database.

As data a question is {"code", "kind", "title", "help", "required", "options": [{"code", "title"}], "rows": [{"code", "title"}],
"may_not_know", "most", "lowest", "highest", "unit"}; what is left out has the value of `Question`. Codes never change: answers
are kept under them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliage.questionnaires.enums import CHOSEN, DOUBTFUL, QuestionKind
from alliage.refusals import Refusal

MOST_QUESTIONS = 100
MOST_OPTIONS = 40
LONGEST_TITLE = 300
LONGEST_HELP = 2000
LONGEST_UNIT = 40
MOST_WORDS = 5
LARGEST = 10**12
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class QuestionsRefused(Refusal):
    """What was given is no list of questions."""


@dataclass(frozen=True)
class Choice:
    """An option, a level of a scale, or a row of a matrix."""

    code: str
    title: str


@dataclass(frozen=True)
class Question:
    """One question. `options` are also the levels of a scale, lowest first, and the columns of a matrix.

    `most`: how many options may be chosen or put in order, how many words may be given; 0 for no limit (3 words).
    `lowest`, `highest`, `unit`: of a number.
    """

    code: str
    kind: QuestionKind
    title: str
    help: str = ""
    required: bool = False
    options: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    may_not_know: bool = False
    most: int = 0
    lowest: float | None = None
    highest: float | None = None
    unit: str = ""

    @property
    def option_codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options)

    @property
    def title_of(self) -> dict[str, str]:
        """Words of each option, by code."""
        return {option.code: option.title for option in self.options}

    @property
    def words_asked(self) -> int:
        return self.most or 3


Questions = tuple[Question, ...]


def read(data: Any) -> Questions:
    """The questions of a version. Raises QuestionsRefused, whose message says which one and why."""
    if not isinstance(data, list) or not data:
        raise QuestionsRefused(_("Il faut au moins une question."))
    if len(data) > MOST_QUESTIONS:
        raise QuestionsRefused(_("Un questionnaire tient en %(count)d questions au plus.") % {"count": MOST_QUESTIONS})
    found = []
    for rank, one in enumerate(data, start=1):
        try:
            found.append(read_one(one))
        except QuestionsRefused as refusal:
            raise QuestionsRefused(_("Question %(rank)d\u00a0: %(why)s") % {"rank": rank, "why": refusal}) from refusal
    if len({question.code for question in found}) < len(found):
        raise QuestionsRefused(_("Deux questions portent le même code."))
    return tuple(found)


def read_one(data: Any) -> Question:
    """One question from its data."""
    if not isinstance(data, Mapping):
        raise QuestionsRefused(_("elle n’a pas la forme attendue."))
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in QuestionKind.values:
        raise QuestionsRefused(_("sa sorte n’est pas connue."))
    question = Question(
        code=_code(data.get("code")),
        kind=QuestionKind(kind),
        title=_text(data.get("title"), LONGEST_TITLE, required=True),
        help=_text(data.get("help", ""), LONGEST_HELP),
        required=data.get("required") is True,
        options=_choices(data.get("options", [])),
        rows=_choices(data.get("rows", [])),
        may_not_know=data.get("may_not_know") is True,
        most=_most(data.get("most", 0)),
        lowest=_bound(data.get("lowest")),
        highest=_bound(data.get("highest")),
        unit=_text(data.get("unit", ""), LONGEST_UNIT),
    )
    return check(question)


def check(question: Question) -> Question:
    """The same question, once what its kind asks is there and what it has no use for is not."""
    kind = question.kind
    if kind in CHOSEN and len(question.options) < 2:
        raise QuestionsRefused(_("donnez au moins deux réponses possibles."))
    if kind not in CHOSEN and question.options:
        raise QuestionsRefused(_("cette sorte de question n’a pas de réponses à choisir."))
    if (kind == QuestionKind.MATRIX) != bool(question.rows):
        raise QuestionsRefused(_("une grille a des lignes, et elle seule."))
    if question.may_not_know and kind not in DOUBTFUL:
        raise QuestionsRefused(_("«\u00a0ne sait pas\u00a0» n’a pas de sens pour cette sorte de question."))
    if kind == QuestionKind.WORDS and question.most > MOST_WORDS:
        raise QuestionsRefused(_("demandez %(count)d mots au plus.") % {"count": MOST_WORDS})
    if question.lowest is not None and question.highest is not None and question.lowest > question.highest:
        raise QuestionsRefused(_("son plus petit nombre dépasse le plus grand."))
    return question


def dump(questions: Questions) -> list[dict[str, Any]]:
    """The data of a version: what is not said is left out."""
    return [_dumped(question) for question in questions]


def _dumped(question: Question) -> dict[str, Any]:
    said: dict[str, Any] = {"code": question.code, "kind": str(question.kind.value), "title": question.title}
    for name in ("help", "required", "may_not_know", "most", "unit"):
        if getattr(question, name):
            said[name] = getattr(question, name)
    for name in ("lowest", "highest"):
        if getattr(question, name) is not None:
            said[name] = getattr(question, name)
    for name in ("options", "rows"):
        if getattr(question, name):
            said[name] = [{"code": item.code, "title": item.title} for item in getattr(question, name)]
    return said


def clean_text(value: str) -> str:
    """Text that any database holds and any page shows: no NUL, no lone surrogate, one kind of line end."""
    plain = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return plain.encode("utf-8", "ignore").decode().strip()


def _code(value: Any) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise QuestionsRefused(
            _("un code est fait de lettres minuscules sans accent, de chiffres, de tirets\u00a0: 40 signes au plus.")
        )
    return value


def _text(value: Any, longest: int, *, required: bool = False) -> str:
    if not isinstance(value, str):
        raise QuestionsRefused(_("un texte est attendu."))
    text = clean_text(value)
    if required and not text:
        raise QuestionsRefused(_("un intitulé manque."))
    if len(text) > longest:
        raise QuestionsRefused(_("un texte dépasse %(count)d signes.") % {"count": longest})
    return text


def _choices(value: Any) -> tuple[Choice, ...]:
    if not isinstance(value, list) or len(value) > MOST_OPTIONS:
        raise QuestionsRefused(_("donnez une liste de %(count)d réponses au plus.") % {"count": MOST_OPTIONS})
    found = []
    for item in value:
        if not isinstance(item, Mapping):
            raise QuestionsRefused(_("une réponse possible n’a pas la forme attendue."))
        found.append(Choice(_code(item.get("code")), _text(item.get("title"), LONGEST_TITLE, required=True)))
    if len({choice.code for choice in found}) < len(found):
        raise QuestionsRefused(_("deux réponses possibles portent le même code."))
    return tuple(found)


def _most(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_OPTIONS:
        raise QuestionsRefused(_("le nombre de choix permis n’est pas juste."))
    return value


def _bound(value: Any) -> float | None:
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or abs(value) > LARGEST
    ):
        raise QuestionsRefused(_("une borne n’est pas un nombre."))
    return value
