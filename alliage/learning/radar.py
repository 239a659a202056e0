"""The radar of the levers as SVG: where one stands, how far apart people see it, where one stood. Read without colour.

The band of what people said is hatched, today's line is thick with round marks, last time's is dashed: black and white is enough. Its
table says the same; whoever calls writes it beside the drawing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

WIDTH, HEIGHT = 460, 352
MIDDLE_X, MIDDLE_Y, RADIUS = 230.0, 180.0, 140.0
TOP = 4
# A circle for each level, and a heart that is level zero: nobody is in it.
_STYLE = (
    ".radar__ring,.radar__axis{fill:none;stroke:#8a9699;stroke-width:1}.radar__band{fill:url(#radar-hatch);stroke:none}"
    ".radar__hatch{stroke:#0f5c5c;stroke-width:1.2}.radar__now{fill:none;stroke:#0f5c5c;stroke-width:3;stroke-linejoin:round}"
    ".radar__dot{fill:#0f5c5c}.radar__before{fill:none;stroke:#1d2b2f;stroke-width:1.5;stroke-dasharray:5 4}"
    ".radar__label{font:700 14px 'Atkinson Hyperlegible Next';fill:#1d2b2f}.radar__level{font:11px 'Atkinson Hyperlegible Next';fill:#5b676b}"
)


@dataclass(frozen=True)
class Axis:
    """One lever; what is not known is None."""

    label: str
    now: float | None
    lowest: float | None = None
    highest: float | None = None
    before: float | None = None


def is_drawable(axes: Sequence[Axis]) -> bool:
    """Two known values make no shape."""
    return sum(axis.now is not None for axis in axes) >= 3


def svg(axes: Sequence[Axis], *, words: str, for_paper: bool = False) -> str:
    """`words` is what a screen reader says. `for_paper`: with its own colours, on white."""
    style = f"<style>{_STYLE}</style>" if for_paper else ""
    size = ' width="460" height="352"' if for_paper else ""
    return (
        f'<svg class="radar" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"{size} role="img" aria-label="{escape(words)}">'
        f"{style}{_HATCH}{''.join(_drawn(axes))}</svg>"
    )


_HATCH = (
    '<defs><pattern id="radar-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="radar__hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
)


def _drawn(axes: Sequence[Axis]) -> Iterator[str]:
    for level in range(1, TOP + 1):
        yield f'<circle class="radar__ring" cx="{MIDDLE_X:g}" cy="{MIDDLE_Y:g}" r="{RADIUS * level / TOP:g}"/>'
    for rank in range(len(axes)):
        x, y = _point(rank, len(axes), TOP)
        yield f'<line class="radar__axis" x1="{MIDDLE_X:g}" y1="{MIDDLE_Y:g}" x2="{x}" y2="{y}"/>'
    outer, inner = _points(axes, lambda axis: axis.highest), _points(axes, lambda axis: axis.lowest)
    if outer != inner:
        yield f'<path class="radar__band" fill-rule="evenodd" d="{_path(outer)}{_path(inner)}"/>'
    if is_drawable([Axis(axis.label, axis.before) for axis in axes]):
        yield f'<path class="radar__before" d="{_path(_points(axes, lambda axis: axis.before))}"/>'
    now = _points(axes, lambda axis: axis.now)
    yield f'<path class="radar__now" d="{_path(now)}"/>'
    for x, y in now:
        yield f'<circle class="radar__dot" cx="{x}" cy="{y}" r="5"/>'
    for level in range(1, TOP + 1):
        yield f'<text class="radar__level" x="{MIDDLE_X + 4:g}" y="{MIDDLE_Y - RADIUS * level / TOP + 12:g}">{level}</text>'
    for rank, axis in enumerate(axes):
        yield _label(rank, len(axes), axis)


def _angle(rank: int, count: int) -> float:
    """The first at noon, then clockwise."""
    return 2 * pi * rank / count - pi / 2


def _point(rank: int, count: int, value: float) -> tuple[float, float]:
    angle, away = _angle(rank, count), RADIUS * value / TOP
    return round(MIDDLE_X + away * cos(angle), 1), round(MIDDLE_Y + away * sin(angle), 1)


def _points(axes: Sequence[Axis], of: Callable[[Axis], float | None]) -> list[tuple[float, float]]:
    """Known ones only: what is not known leaves no dent."""
    values = ((rank, of(axis)) for rank, axis in enumerate(axes))
    return [_point(rank, len(axes), value) for rank, value in values if value is not None]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z" if points else ""


def _label(rank: int, count: int, axis: Axis) -> str:
    angle = _angle(rank, count)
    x, y = MIDDLE_X + (RADIUS + 12) * cos(angle), MIDDLE_Y + (RADIUS + 14) * sin(angle)
    side = cos(angle)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    lift = 0.0 if sin(angle) < -0.9 else 5 + 6 * max(sin(angle), 0)
    unknown = " ?" if axis.now is None else ""
    return (
        f'<text class="radar__label" x="{x:.1f}" y="{y + lift:.1f}" text-anchor="{anchor}">'
        f"{escape(axis.label)}{unknown}</text>"
    )
