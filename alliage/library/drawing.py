"""The drawing of a lineage: a tree from left to right, as SVG that needs no script; the list beside it says the same."""

from dataclasses import dataclass
from textwrap import wrap

from alliage.library.queries.reuse import Node

# Units of the drawing: the template's viewBox.
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 210, 76, 46, 16, 6
LINE_LENGTH, FACTS_LENGTH = 26, 28
MOST = 40


@dataclass(frozen=True)
class Box:
    """One step: its corner, its words line by line (x, y, text), whether it is where the reader stands, or only told."""

    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    facts: str
    facts_y: int
    url: str
    name: str
    is_here: bool
    is_told: bool

    @property
    def text_x(self) -> int:
        return self.x + 12


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def draw(tree: Node) -> Drawing | None:
    """None for what is too large to be read as a drawing: the list says it."""
    walked = list(tree.walk())
    if not 1 < len(walked) <= MOST:
        return None
    boxes: list[Box] = []
    paths: list[str] = []
    rows = _place(tree, 0, 0, boxes, paths)[1]
    depth = max(depth for depth, _node in walked) + 1
    width = depth * WIDTH + (depth - 1) * GAP_X + 2 * MARGIN
    return Drawing(width, rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN, tuple(boxes), tuple(paths))


def _place(node: Node, depth: int, row: int, boxes: list[Box], paths: list[str]) -> tuple[float, int]:
    """Draw a step from its first row; answers the row of its middle, and the next free row."""
    after, middles = row, []
    for child in node.children:
        middle, after = _place(child, depth + 1, after, boxes, paths)
        middles.append(middle)
    mine = (middles[0] + middles[-1]) / 2 if middles else float(row)
    boxes.append(_box(node, depth, mine))
    right, middle_y = _x(depth) + WIDTH, _y(mine) + HEIGHT // 2
    half = GAP_X // 2
    for each in middles:
        end_y = _y(each) + HEIGHT // 2
        paths.append(f"M{right} {middle_y}C{right + half} {middle_y} {right + half} {end_y} {right + GAP_X} {end_y}")
    return mine, max(after, row + 1)


def _x(depth: int) -> int:
    return MARGIN + depth * (WIDTH + GAP_X)


def _y(row: float) -> int:
    return MARGIN + round(row * (HEIGHT + GAP_Y))


def _box(node: Node, depth: int, row: float) -> Box:
    x, y = _x(depth), _y(row)
    words = wrap(node.name, LINE_LENGTH)
    if len(words) > 2:
        words = [words[0], f"{words[1][: LINE_LENGTH - 1].rstrip()}…"]
    top = y + (24 if len(words) == 2 and node.facts else 32)
    lines = tuple((top + 19 * rank, line) for rank, line in enumerate(words))
    return Box(
        x, y, lines, _facts(node), top + 19 * len(words) + 2, node.url, node.name, node.is_here, node.resource is None
    )


def _facts(node: Node) -> str:
    """The place cut short, never the year."""
    if len(node.facts) <= FACTS_LENGTH or not node.year:
        return node.facts if len(node.facts) <= FACTS_LENGTH else f"{node.facts[: FACTS_LENGTH - 1].rstrip()}…"
    year = f"…, {node.year}"
    return f"{node.facts[: FACTS_LENGTH - len(year)].rstrip()}{year}"
