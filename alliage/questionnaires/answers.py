"""Answers: what a form posts becomes typed values, then every value is checked against its question.

A typed value is: the code of an option (one, scale), a list of codes (several; order, first first), {row: code} (matrix), a
text, a number, a list of short texts (words); `NOT_KNOWN` says « je ne sais pas ». A question without an answer is left out.

A form posts `<prefix><code>` for each question; `<prefix><code>.<row>` for each row of a matrix, `<prefix><code>.<option>` for the
rank of each option of an order. Whatever is posted, nothing here raises.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.questionnaires.enums import DOUBTFUL, QuestionKind
from alliage.questionnaires.questions import LARGEST, Question, Questions, clean_text
from alliage.questionnaires.words import same_words

NOT_KNOWN = "?"
PREFIX = "q."
LONGEST_TEXT = 4000
LONGEST_WORD = 40
Answers = dict[str, Any]


class Posted(Protocol):
    """A QueryDict."""

    def getlist(self, key: str) -> list[Any]: ...


@dataclass(frozen=True)
class Reading:
    """Answers that are right, and what is wrong with the others, by code of question."""

    answers: Answers = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class _WrongError(ValueError):
    """Why one answer is refused."""


def is_unknown(question: Question, value: Any) -> bool:
    """« Je ne sais pas »; of a free text a question mark is a text."""
    return question.kind in DOUBTFUL and value == NOT_KNOWN


def read(questions: Questions, posted: Posted, *, prefix: str = PREFIX, is_complete: bool = True) -> Reading:
    """What was posted, checked."""
    return check(questions, typed(questions, posted, prefix=prefix), is_complete=is_complete)


def typed(questions: Questions, posted: Posted, *, prefix: str = PREFIX) -> Answers:
    """Candidate values as they were typed, not checked yet: what a refused form shows again."""
    found = {}
    for question in questions:
        value = _TYPED.get(question.kind, _one_typed)(question, posted, f"{prefix}{question.code}")
        if value not in ("", [], {}, None):
            found[question.code] = value
    return found


def _texts(posted: Posted, name: str) -> list[str]:
    return [clean_text(value) for value in posted.getlist(name) if isinstance(value, str)]


def _one_typed(_question: Question, posted: Posted, name: str) -> str:
    values = _texts(posted, name)
    return values[-1] if values else ""


def _number_typed(question: Question, posted: Posted, name: str) -> str:
    """« Je ne sais pas » is a box beside the number."""
    values = _texts(posted, name)
    if question.may_not_know and NOT_KNOWN in values:
        return NOT_KNOWN
    return values[0] if values else ""


def _several_typed(_question: Question, posted: Posted, name: str) -> list[str]:
    return [value for value in _texts(posted, name) if value]


def _matrix_typed(question: Question, posted: Posted, name: str) -> dict[str, str]:
    values = {row.code: _one_typed(question, posted, f"{name}.{row.code}") for row in question.rows}
    return {row: value for row, value in values.items() if value}


def _order_typed(question: Question, posted: Posted, name: str) -> dict[str, str]:
    """Ranks by option, as they were chosen."""
    values = {option.code: _one_typed(question, posted, f"{name}.{option.code}") for option in question.options}
    return {option: value for option, value in values.items() if value}


_TYPED: dict[str, Callable[[Question, Posted, str], Any]] = {
    QuestionKind.SEVERAL: _several_typed,
    QuestionKind.WORDS: _several_typed,
    QuestionKind.MATRIX: _matrix_typed,
    QuestionKind.ORDER: _order_typed,
    QuestionKind.NUMBER: _number_typed,
}


def check(questions: Questions, given: Any, *, is_complete: bool = True) -> Reading:
    """Check typed values, whoever made them. `is_complete=False` does not mind the questions that wait for an answer."""
    values = given if isinstance(given, Mapping) else {}
    answers: Answers = {}
    errors: dict[str, str] = {}
    for question in questions:
        try:
            value = _CHECKS[question.kind](question, values.get(question.code))
            if value is None and question.required and is_complete:
                raise _WrongError(_("Cette question attend une réponse."))
            if (
                question.kind == QuestionKind.MATRIX
                and question.required
                and is_complete
                and len(value) < len(question.rows)
            ):
                raise _WrongError(_("Répondez à chaque ligne."))
        except _WrongError as wrong:
            errors[question.code] = str(wrong)
        else:
            if value is not None:
                answers[question.code] = value
    return Reading(answers, errors)


def _unknown() -> _WrongError:
    return _WrongError(_("Choisissez parmi les réponses proposées."))


def _one(question: Question, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value == NOT_KNOWN and question.may_not_know:
        return NOT_KNOWN
    if not isinstance(value, str) or value not in question.option_codes:
        raise _unknown()
    return value


def _codes(question: Question, value: Any) -> list[str]:
    """Known codes, once each, in the order given."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _unknown()
    if not set(value) <= question.option_codes:
        raise _unknown()
    chosen = list(dict.fromkeys(value))
    if question.most and len(chosen) > question.most:
        raise _WrongError(
            ngettext("Choisissez une réponse au plus.", "Choisissez %(count)d réponses au plus.", question.most)
            % {"count": question.most}
        )
    return chosen


def _several(question: Question, value: Any) -> list[str] | None:
    if value in (None, "", [], ()):
        return None
    chosen = set(_codes(question, value))
    return [option.code for option in question.options if option.code in chosen]


def _order(question: Question, value: Any) -> list[str] | None:
    """A list, first first; or ranks by option, as a form gives them."""
    if value in (None, "", [], (), {}):
        return None
    if isinstance(value, Mapping):
        value = _ranked(question, value)
    return _codes(question, value)


def _ranked(question: Question, ranks: Mapping[Any, Any]) -> list[str]:
    if not set(ranks) <= question.option_codes:
        raise _unknown()
    placed: dict[int, str] = {}
    for option, said in ranks.items():
        rank = str(said)
        if not (rank.isascii() and rank.isdecimal() and len(rank) <= 3 and int(rank) >= 1):
            raise _WrongError(_("Un rang est un nombre\u00a0: 1 pour la première priorité."))
        if int(rank) in placed:
            raise _WrongError(_("Deux réponses ont le même rang\u00a0: donnez un rang différent à chacune."))
        placed[int(rank)] = option
    return [placed[rank] for rank in sorted(placed)]


def _matrix(question: Question, value: Any) -> dict[str, str] | None:
    if value in (None, "", [], {}):
        return None
    if not isinstance(value, Mapping) or not set(value) <= {row.code for row in question.rows}:
        raise _unknown()
    found = {row.code: _one(question, value.get(row.code)) for row in question.rows}
    return {row: chosen for row, chosen in found.items() if chosen is not None} or None


def _text(_question: Question, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _WrongError(_("Un texte est attendu."))
    text = clean_text(value)
    if len(text) > LONGEST_TEXT:
        raise _WrongError(_("Ce texte dépasse %(count)d signes\u00a0: raccourcissez-le.") % {"count": LONGEST_TEXT})
    return text or None


def _number(question: Question, value: Any) -> int | float | str | None:
    if value in (None, ""):
        return None
    if value == NOT_KNOWN and question.may_not_know:
        return NOT_KNOWN
    number = _as_number(value)
    if question.lowest is not None and number < question.lowest:
        raise _WrongError(_("Le plus petit nombre possible est %(bound)s.") % {"bound": f"{question.lowest:g}"})
    if question.highest is not None and number > question.highest:
        raise _WrongError(_("Le plus grand nombre possible est %(bound)s.") % {"bound": f"{question.highest:g}"})
    return int(number) if number == int(number) else number


def _as_number(value: Any) -> float:
    """« 1 234,5 » too. At most six decimals."""
    text = "".join(str(value).split()).replace(",", ".").replace("−", "-")
    try:
        number = float(round(Decimal(text[:40]), 6)) if not isinstance(value, bool) else math.nan
    except (InvalidOperation, OverflowError, ValueError):
        number = math.nan
    if not (math.isfinite(number) and abs(number) <= LARGEST):
        raise _WrongError(_("Un nombre est attendu\u00a0: des chiffres, une virgule au besoin."))
    return number


def _words(question: Question, value: Any) -> list[str] | None:
    if value in (None, "", [], ()):
        return None
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise _WrongError(_("Quelques mots sont attendus."))
    found: dict[str, str] = {}
    for item in value:
        for part in item.replace(";", ",").replace("\n", ",").split(","):
            word = " ".join(clean_text(part).split())
            if word:
                found.setdefault(same_words(word), word)
    if any(len(word) > LONGEST_WORD for word in found.values()):
        raise _WrongError(_("Un mot ou une expression tient en %(count)d signes.") % {"count": LONGEST_WORD})
    if len(found) > question.words_asked:
        raise _WrongError(
            ngettext("Un mot au plus.", "%(count)d mots ou expressions au plus.", question.words_asked)
            % {"count": question.words_asked}
        )
    return list(found.values()) or None


_CHECKS: dict[str, Callable[[Question, Any], Any]] = {
    QuestionKind.ONE: _one,
    QuestionKind.SCALE: _one,
    QuestionKind.SEVERAL: _several,
    QuestionKind.ORDER: _order,
    QuestionKind.MATRIX: _matrix,
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.WORDS: _words,
}
