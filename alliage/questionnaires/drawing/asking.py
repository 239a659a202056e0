"""Questions to be answered: screens, fields with their names and identifiers, what was typed shown again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.questionnaires.answers import NOT_KNOWN, PREFIX, Answers
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.questions import Question, Questions

# A column of levels is read across when they are few; else one under the other.
MOST_ACROSS = 6
PER_PAGE = 2
_LARGE = (QuestionKind.MATRIX, QuestionKind.ORDER)
_SECONDS = {QuestionKind.TEXT: 60, QuestionKind.ORDER: 40, QuestionKind.WORDS: 30, QuestionKind.MATRIX: 10}


def pages(questions: Questions) -> list[Questions]:
    """Two questions a screen; a matrix or an order has its own."""
    found: list[Questions] = []
    for question in questions:
        fits = found and len(found[-1]) < PER_PAGE and not any(one.kind in _LARGE for one in (*found[-1], question))
        if fits:
            found[-1] = (*found[-1], question)
        else:
            found.append((question,))
    return found


def minutes(questions: Questions) -> int:
    """How long it takes, at least a minute."""
    seconds = sum(_SECONDS.get(one.kind, 15) * max(1, len(one.rows)) for one in questions)
    return max(1, round(seconds / 60))


# --- Questions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One input: of an option, of a word, of a rank."""

    name: str
    id: str
    label: str
    value: str = ""
    is_chosen: bool = False
    is_doubt: bool = False


@dataclass(frozen=True)
class Line:
    """A row of a matrix, with its levels."""

    title: str
    id: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Asked:
    """A question to be answered. `id` is that of its first field: an error leads there."""

    question: Question
    id: str
    error: str
    fields: tuple[Field, ...] = ()
    lines: tuple[Line, ...] = ()
    ranks: tuple[str, ...] = ()
    is_across: bool = False
    limit: str = ""


def asked(question: Question, value: Any = None, *, error: str = "", ids: str = "q", prefix: str = PREFIX) -> Asked:
    """A question with what was answered, or what was typed and refused. `ids` begins every identifier: one per form of a page."""
    name = f"{prefix}{question.code}"
    base = f"{ids}-{question.code}"
    lines = _lines(question, value, name, base)
    fields = () if lines else _fields(question, value, name, base)
    first = (lines[0].fields if lines else fields)[0].id
    return Asked(
        question,
        first,
        error,
        fields,
        lines,
        tuple(str(rank) for rank in range(1, min(question.most or 99, len(question.options)) + 1)),
        is_across=question.kind in (QuestionKind.SCALE, QuestionKind.MATRIX) and len(question.options) <= MOST_ACROSS,
        limit=_limit(question),
    )


def asked_all(
    questions: Questions, answers: Answers, errors: Mapping[str, str] | None = None, *, ids: str = "q"
) -> list[Asked]:
    wrong = errors or {}
    return [asked(one, answers.get(one.code), error=wrong.get(one.code, ""), ids=ids) for one in questions]


def _limit(question: Question) -> str:
    """What a kind asks, in words."""
    if question.kind == QuestionKind.SEVERAL:
        if not question.most:
            return _("Plusieurs réponses possibles.")
        return ngettext("Une réponse au plus.", "%(count)d réponses au plus.", question.most) % {"count": question.most}
    if question.kind == QuestionKind.ORDER:
        if not question.most:
            return _("1 pour ce qui compte le plus.")
        return ngettext(
            "Donnez un rang à une réponse au plus.",
            "Donnez un rang à %(count)d réponses au plus, 1 pour ce qui compte le plus.",
            question.most,
        ) % {"count": question.most}
    if question.kind == QuestionKind.WORDS:
        return ngettext(
            "Un mot ou une courte expression.", "%(count)d mots ou courtes expressions au plus.", question.words_asked
        ) % {"count": question.words_asked}
    return ""


def _fields(question: Question, value: Any, name: str, base: str) -> tuple[Field, ...]:
    if question.kind == QuestionKind.ORDER:
        return _rank_fields(question, value, name, base)
    if question.kind == QuestionKind.WORDS:
        words = [str(word) for word in value] if isinstance(value, list | tuple) else []
        return tuple(
            Field(
                name, f"{base}-{rank}", _("Mot %(rank)d") % {"rank": rank + 1}, words[rank] if rank < len(words) else ""
            )
            for rank in range(question.words_asked)
        )
    if question.options:
        return _option_fields(question, value, name, base)
    written = "" if value is None or (value == NOT_KNOWN and question.may_not_know) else _written(value)
    plain = Field(name, base, question.title, written)
    return (plain, _doubt(value, name, base)) if question.may_not_know else (plain,)


def _written(value: Any) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",") if isinstance(value, float) else str(value)


def _doubt(value: Any, name: str, base: str) -> Field:
    return Field(name, f"{base}-nsp", _("Je ne sais pas"), NOT_KNOWN, value == NOT_KNOWN, is_doubt=True)


def _option_fields(question: Question, value: Any, name: str, base: str) -> tuple[Field, ...]:
    chosen = value if isinstance(value, list | tuple) else [value]
    fields = [
        Field(name, f"{base}-{option.code}", option.title, option.code, option.code in chosen)
        for option in question.options
    ]
    return (*fields, _doubt(value, name, base)) if question.may_not_know else tuple(fields)


def _rank_fields(question: Question, value: Any, name: str, base: str) -> tuple[Field, ...]:
    """`value`: codes in order, or ranks by option as they were typed."""
    ranks = value if isinstance(value, Mapping) else {code: rank for rank, code in enumerate(value or (), start=1)}
    return tuple(
        Field(f"{name}.{option.code}", f"{base}-{option.code}", option.title, str(ranks.get(option.code, "")))
        for option in question.options
    )


def _lines(question: Question, value: Any, name: str, base: str) -> tuple[Line, ...]:
    given = value if isinstance(value, Mapping) else {}
    return tuple(
        Line(
            row.title,
            f"{base}-{row.code}",
            _option_fields(question, given.get(row.code), f"{name}.{row.code}", f"{base}-{row.code}"),
        )
        for row in question.rows
    )
