"""Where everything is on the ballot of some questions: a quarter of a page when they hold in it, else a page. No database here.

It depends on the questions of a version alone, and a version that is asked never changes.
"""

from django.utils.translation import gettext as _

from alliage.paper.layout import BOX, QUARTER, SHEET, Box, Format, Page, Row, Slip, Words
from alliage.questionnaires.answers import NOT_KNOWN
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.questions import Question, Questions

TICKED_KINDS = frozenset({QuestionKind.ONE, QuestionKind.SEVERAL, QuestionKind.SCALE})
# Millimetres: the margin at the left, a line of words, a line of boxes, the room between two questions.
MARGIN, TEXT, LINE, GAP = 6.0, 4.6, 8.0, 3.0
# How wide a sign is, at most, in a title and beside a box.
TITLE_SIGN, LABEL_SIGN = 1.9, 1.75
MOST_COLUMNS = 4


def is_ticked(questions: Questions) -> bool:
    """Whether ticks are enough to answer."""
    return all(question.kind in TICKED_KINDS for question in questions)


def laid(questions: Questions) -> Slip | None:
    """The ballot of these questions, or None when they do not hold on one page."""
    if not is_ticked(questions):
        return None
    found = (_on(questions, each) for each in (QUARTER, SHEET))
    return next((slip for slip in found if slip is not None), None)


def _on(questions: Questions, format: Format) -> Slip | None:  # noqa: A002 its name in `paper`
    y, bottom = format.code_at[1] + format.code + 4, format.height - format.inset - format.mark - 2
    rows, words = list[Row](), list[Words]()
    for question in questions:
        title = _title(question)
        wide = format.width - 2 * MARGIN
        high = TEXT * -(-len(title) * TITLE_SIGN // wide)
        words.append(Words(title, MARGIN, y, wide, high, is_strong=True))
        boxes, low = _boxes(question, y + high + 1, wide)
        rows.append(Row(question.code, question.title, y, low - y, boxes, most=_most(question)))
        y = low + GAP
    return Slip(format, Page(1, tuple(rows)), tuple(words)) if y - GAP <= bottom else None


def _most(question: Question) -> int:
    return question.most if question.kind == QuestionKind.SEVERAL else 1


def _title(question: Question) -> str:
    """With how many boxes one may tick."""
    if question.kind != QuestionKind.SEVERAL:
        return question.title
    if question.most:
        return _("%(title)s (%(count)d réponses au plus)") % {"title": question.title, "count": question.most}
    return _("%(title)s (plusieurs réponses possibles)") % {"title": question.title}


def _boxes(question: Question, y: float, wide: float) -> tuple[tuple[Box, ...], float]:
    """In as many columns as their words allow; and where they end."""
    options = [(option.code, option.title) for option in question.options]
    if question.may_not_know:
        options.append((NOT_KNOWN, _("Ne sait pas")))
    longest = max(len(title) for _code, title in options) * LABEL_SIGN
    columns = next((many for many in range(MOST_COLUMNS, 1, -1) if longest <= _room(wide, many)), 1)
    # Words too long for a line are drawn smaller, on two: a line of boxes holds both.
    boxes = tuple(
        Box(code, MARGIN + (rank % columns) * wide / columns, y + LINE * (rank // columns), title, _room(wide, columns))
        for rank, (code, title) in enumerate(options)
    )
    return boxes, y + LINE * -(-len(options) // columns) - (LINE - BOX)


def _room(wide: float, columns: int) -> float:
    return wide / columns - BOX - 3.5
