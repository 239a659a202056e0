"""QR codes, as SVG that our content policy allows: no inline style, no script."""

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# The quiet zone that readers need around the code, in modules.
BORDER = 4


def svg(content: str, *, title: str, module: int = 4) -> SafeString:
    """Draw a QR code as an `<svg>` to put in a page. `title` says what it opens; `module` is a dot's side in pixels.

    Always dark on light, whatever the theme: many readers do not see a reversed code.
    """
    code = segno.make(content, error="m", micro=False)
    side = code.symbol_size(border=BORDER)[0]
    path = "".join(
        f"M{column} {row}h{length}" for row, line in enumerate(code.matrix) for column, length in _runs(line)
    )
    return mark_safe(  # noqa: S308 the only text inside is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" width="{side * module}" height="{side * module}"'
        f' viewBox="{-BORDER} {-BORDER} {side} {side}" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M{-BORDER} {-BORDER}h{side}v{side}h-{side}z"/>'
        f'<path stroke="#000" transform="translate(0 .5)" d="{path}"/></svg>'
    )


def _runs(line: bytearray | tuple[int, ...]) -> list[tuple[int, int]]:
    """Give the dark stretches of a line: column and length."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(line):
        if dark and runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((column, 1))
    return runs
