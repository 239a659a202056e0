"""Where things are on a printed slip, in millimetres from its top left: read by the template that prints and by the reader.

Plain data, no Django. What was printed months ago is still read: a layout depends on what its code says, and on nothing that changes.
"""

from dataclasses import asdict, dataclass
from typing import Any

# Each slip has four marks, one in each corner: ArUco 4×4, numbered from the top left, clockwise, four numbers for each place on the
# page. A mark says which corner of which slip it is: photographs may be taken upside down, of one slip or of several. `1` is black.
MARKS = (
    ("111111", "101001", "110101", "111001", "111011", "111111"),
    ("111111", "111111", "100001", "101101", "101011", "111111"),
    ("111111", "111001", "111001", "111011", "100101", "111111"),
    ("111111", "101101", "101101", "110111", "110011", "111111"),
    ("111111", "110101", "110111", "101101", "100011", "111111"),
    ("111111", "110001", "101101", "100111", "100101", "111111"),
    ("111111", "101101", "100011", "111011", "100011", "111111"),
    ("111111", "100111", "110111", "100001", "111011", "111111"),
    ("111111", "100001", "100011", "100101", "101011", "111111"),
    ("111111", "100111", "100001", "110101", "110011", "111111"),
    ("111111", "100001", "101101", "101101", "111101", "111111"),
    ("111111", "111101", "111101", "101011", "110001", "111111"),
    ("111111", "111111", "100011", "101001", "110001", "111111"),
    ("111111", "111011", "101011", "111111", "100001", "111111"),
    ("111111", "111011", "110111", "101001", "111101", "111111"),
    ("111111", "111011", "110011", "111001", "100011", "111111"),
)
CORNERS = 4
BOX, STROKE = 5.0, 0.35
# Pixels in a millimetre of the straightened picture that is kept until it is confirmed.
KEPT = 6


@dataclass(frozen=True)
class Format:
    """The measures of a slip: its marks, its code, and where the slips of a printed A4 page begin (`places`)."""

    width: float
    height: float
    mark: float
    inset: float
    code: float
    code_at: tuple[float, float]
    places: tuple[tuple[float, float], ...]

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The top left of each mark."""
        right, low = self.width - self.inset - self.mark, self.height - self.inset - self.mark
        return ((self.inset, self.inset), (right, self.inset), (right, low), (self.inset, low))

    @property
    def known_marks(self) -> int:
        """How many marks belong to it, from the first."""
        return CORNERS * len(self.places)


# One A4 page; and a quarter of it, cut or not.
SHEET = Format(210.0, 297.0, 12.0, 8.0, 24.0, (162.0, 8.0), ((0.0, 0.0),))
QUARTER = Format(
    105.0, 148.5, 8.0, 5.0, 22.0, (67.0, 5.0), ((0.0, 0.0), (105.0, 0.0), (0.0, 148.5), (105.0, 148.5))
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """One box to tick: its top left corner, what it says, how much room its words have at its right."""

    value: str
    x: float
    y: float
    label: str = ""
    room: float = 0.0


@dataclass(frozen=True)
class Row:
    """Boxes of one question. `most`: how many may be ticked, 0 for any number. An `optional` row may stay empty: that is an answer."""

    code: str
    title: str
    y: float
    height: float
    boxes: tuple[Box, ...]
    optional: bool = False
    most: int = 1


@dataclass(frozen=True)
class Page:
    """What is read of one side of paper."""

    number: int
    rows: tuple[Row, ...]

    def row(self, code: str) -> Row | None:
        return next((row for row in self.rows if row.code == code), None)


@dataclass(frozen=True)
class Words:
    """Words printed in a place that holds them: smaller when there are many."""

    text: str
    x: float
    y: float
    width: float
    height: float
    is_strong: bool = False


@dataclass(frozen=True)
class Rule:
    """A line to write on."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Slip:
    """A small form on paper: its rows of boxes, its words, its lines to write on."""

    format: Format
    page: Page
    words: tuple[Words, ...] = ()
    rules: tuple[Rule, ...] = ()


def marks(format: Format, place: int) -> list[dict[str, Any]]:  # noqa: A002 its name everywhere here
    """The four marks of the slip at this place, for the template."""
    patterns = MARKS[place * CORNERS : (place + 1) * CORNERS]
    return [{"x": x, "y": y, "bits": bits} for (x, y), bits in zip(format.corners, patterns, strict=True)]


def drawn(slip: Slip) -> dict[str, Any]:
    """A slip for the template."""
    return {
        "width": slip.format.width,
        "height": slip.format.height,
        "mark": slip.format.mark,
        "code": {"side": slip.format.code, "x": slip.format.code_at[0], "y": slip.format.code_at[1]},
        "places": [
            {"x": x, "y": y, "marks": marks(slip.format, rank)} for rank, (x, y) in enumerate(slip.format.places)
        ],
        "box": BOX,
        "stroke": STROKE,
        "boxes": [asdict(box) for row in slip.page.rows for box in row.boxes],
        "words": [asdict(each) for each in slip.words],
        "rules": [asdict(each) for each in slip.rules],
    }


def around(slip: Slip, row: Row) -> tuple[float, float, float, float]:
    """What to show of a row so that someone can settle it: left, top, right, bottom."""
    return 2.0, row.y - 2, slip.format.width - 2, row.y + row.height + 2
