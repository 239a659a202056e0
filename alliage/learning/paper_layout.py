"""Where everything is on a printed diagnostic, in millimetres from the top left: read by the template that prints and by the reader.

Plain data, no Django. A page depends on the questions of a version alone, and versions never change: what was printed months
ago is still read.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from alliage.paper import layout
from alliage.paper.layout import BOX, SHEET, STROKE, Box, Row

COLUMNS = 5
LEFT, TEXT = 12.0, 108.0
FIRST_COLUMN, COLUMN = 122.0, 15.0
LINE, WISH, HEAD = 10.0, 11.5, 6.0
BOTTOM = 276.0
# Where the columns' words begin: the first page also asks who one is.
FIRST_TOP, TOP, WORDS = 67.0, 36.0, 9.5
# Words written by hand, which only a person reads: the gap above, then a title, a hint and lines.
NOTE_GAP, NOTE, NOTE_FIRST, NOTE_LINE = 8.0, 60.0, 20.0, 10.0
ROLE, CONSENT = "regard", "montre"
UNKNOWN = "?"


@dataclass(frozen=True)
class Heading:
    title: str
    y: float


@dataclass(frozen=True)
class Note:
    """Where one writes a few words: the answer `code`, once someone has typed it."""

    code: str
    title: str
    y: float
    height: float = NOTE

    @property
    def lines(self) -> list[float]:
        count = int((self.height - NOTE_FIRST) // NOTE_LINE) + 1
        return [self.y + NOTE_FIRST + rank * NOTE_LINE for rank in range(count)]


@dataclass(frozen=True)
class Page(layout.Page):
    """One side of a sheet. `note` is on the last one, when something is asked in words."""

    top: float
    headings: tuple[Heading, ...]
    note: Note | None = None


@dataclass(frozen=True)
class Asked:
    """A question as it is printed."""

    code: str
    title: str
    options: tuple[tuple[str, str], ...]

    @property
    def lever(self) -> str:
        """« alliance » of « alliance-2 » and of « envie-alliance »."""
        before, _dash, after = self.code.rpartition("-")
        return after if before == "envie" else before


@dataclass(frozen=True)
class Words:
    """What is printed beside the questions: names of levers, roles, what ticking the consent means."""

    levers: dict[str, str]
    roles: tuple[tuple[str, str], ...]
    consent: str
    role: str
    unknown: str


def pages(asked: Sequence[Asked], words: Words, written: tuple[str, str] | None = None) -> list[Page]:
    """A lever is never cut between two sides, as long as it holds on one. `written`: code and title of what is asked in words, after
    everything else: no line moves for it."""
    found: list[Page] = []
    levers = list(dict.fromkeys(question.lever for question in asked))
    rows, headings, y = list(_who(words)), list[Heading](), FIRST_TOP + WORDS
    for lever in levers:
        mine = [question for question in asked if question.lever == lever]
        high = HEAD + sum(_height(question) for question in mine)
        if y + high > BOTTOM and headings:
            found.append(_page(len(found) + 1, headings, rows))
            rows, headings, y = [], [], TOP + WORDS
        headings.append(Heading(words.levers.get(lever, lever), y))
        y += HEAD
        for question in mine:
            if y + _height(question) > BOTTOM:
                found.append(_page(len(found) + 1, headings, rows))
                rows, headings, y = [], [], TOP + WORDS
            rows.append(_row(question, y, words.unknown))
            y += _height(question)
    found.append(_page(len(found) + 1, headings, rows))
    return found if written is None else _with_note(found, written, y + NOTE_GAP)


def _with_note(found: list[Page], written: tuple[str, str], y: float) -> list[Page]:
    """On the last side, or on one more when it does not hold there."""
    if y + NOTE > BOTTOM:
        found, y = [*found, _page(len(found) + 1, [], [])], TOP + WORDS
    return [*found[:-1], replace(found[-1], note=Note(*written, y))]


def _page(number: int, headings: list[Heading], rows: list[Row]) -> Page:
    return Page(number, tuple(rows), FIRST_TOP if number == 1 else TOP, tuple(headings))


def is_wish(code: str) -> bool:
    return code.startswith("envie-")


def _height(question: Asked) -> float:
    return WISH if is_wish(question.code) else LINE


def _row(question: Asked, y: float, unknown: str) -> Row:
    down = 1.0 if is_wish(question.code) else (LINE - BOX) / 2
    options = [*question.options, (UNKNOWN, unknown)]
    boxes = tuple(
        Box(value, FIRST_COLUMN + rank * COLUMN + (COLUMN - BOX) / 2, y + down, label)
        for rank, (value, label) in enumerate(options)
    )
    return Row(question.code, question.title, y, _height(question), boxes)


def _who(words: Words) -> tuple[Row, Row]:
    """From where one looks, on two lines; then whether it may be said."""
    boxes = tuple(
        Box(value, LEFT + 62.0 * (rank % 3), 41.0 + 7.5 * (rank // 3), label)
        for rank, (value, label) in enumerate(words.roles)
    )
    consent = Box("1", LEFT, 58.5, words.consent)
    return (
        Row(ROLE, words.role, 35.5, 20.0, boxes),
        Row(CONSENT, words.consent, 57.5, 7.0, (consent,), optional=True),
    )


def drawn() -> dict[str, Any]:
    """The measures that the template needs."""
    return {
        "mark": SHEET.mark,
        "marks": layout.marks(SHEET, 0),
        "code": {"side": SHEET.code, "x": SHEET.code_at[0], "y": SHEET.code_at[1]},
        "box": BOX,
        "stroke": STROKE,
        "left": LEFT,
        "text": TEXT,
        "first": FIRST_COLUMN,
        "column": COLUMN,
        "words": WORDS,
        "head": HEAD,
    }


def as_data(page: Page) -> dict[str, Any]:
    """A page for the template."""
    rows = [asdict(row) | {"is_wish": is_wish(row.code)} for row in page.rows]
    note = asdict(page.note) | {"lines": page.note.lines} if page.note is not None else None
    headings = [asdict(each) for each in page.headings]
    return {"number": page.number, "top": page.top, "headings": headings, "rows": rows, "note": note}


def bounds(page: Page, code: str) -> tuple[float, float, float, float] | None:
    """What to show of a line, or of what is written by hand; None for what this side does not hold."""
    row = page.row(code)
    if row is not None:
        return around(row)
    if page.note is None or page.note.code != code:
        return None
    return LEFT - 6, page.note.y, SHEET.width - 6, page.note.y + page.note.height


def around(row: Row) -> tuple[float, float, float, float]:
    """What to show of a line so that someone can settle it: left, top, right, bottom."""
    left = min(box.x for box in row.boxes) - 6
    right = SHEET.width - 6 if row.code in (ROLE, CONSENT) else max(box.x for box in row.boxes) + BOX + 6
    return max(0.0, left), row.y - 2, right, row.y + row.height + 2
