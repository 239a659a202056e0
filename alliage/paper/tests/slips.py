"""Slips for tests: one with every shape of row, its page as it is printed, and slips as the job would have read them."""

from typing import Any

from alliage.files import services as files
from alliage.files.tests.factories import picture, upload
from alliage.paper import layout, sheets
from alliage.paper.enums import PaperState
from alliage.paper.kinds import Kind
from alliage.paper.layout import Box, Page, Row, Slip
from alliage.paper.tests import photographs

SERIES = "0A1B2C3D"


def _row(code: str, y: float, count: int, *, most: int = 1, optional: bool = False) -> Row:
    boxes = tuple(Box(f"{code}{rank}", 8.0 + 15 * rank, y, f"{rank}", 8.0) for rank in range(count))
    return Row(code, f"Question {code}", y - 2, 9.0, boxes, optional=optional, most=most)


def slip(format: layout.Format = layout.QUARTER) -> Slip:  # noqa: A002 its name in `paper`
    """One choice, two at most, any number, a box that may stay empty."""
    rows = (_row("a", 40, 3), _row("b", 60, 5, most=2), _row("c", 80, 4, most=0), _row("d", 100, 1, optional=True))
    return Slip(format, Page(1, rows), (layout.Words("Des mots", 8, 32, 80, 5),), (layout.Rule(8, 112, 80),))


class About:
    pk = 12345


def printing(laid: Slip) -> sheets.Printing:
    kind: Any = Kind("T", object, "about", "", "", "", lambda row: row, lambda _row: laid.format, lambda _row, _e: laid)
    return sheets.Printing(kind, About, 7, "Un papier", "Cochez.", "Merci.")


def pages(laid: Slip, count: int = 1) -> list[Any]:
    return photographs.printed(sheets.data(printing(laid), count, series=SERIES), sheets.TEMPLATE)


def read_slip(kind: Kind, about: Any, owner: Any, edition: int, *, doubt: str = "", **changes: Any) -> Any:
    """A slip that waits for someone: its first boxes plainly ticked, but those of the row that is in doubt."""
    laid = kind.laid(about, edition)
    assert laid is not None
    boxes = {row.code: {"value": row.boxes[0].value, "state": "clear", "why": ""} for row in laid.page.rows}
    if doubt:
        boxes[doubt] = {"value": "", "state": "doubt", "why": "several"}
    now = changes.pop("now")
    stored = files.store(upload(picture(size=(630, 891)), "papier.png"), by_id=owner.pk, purpose=kind.purpose, now=now)
    said = {"series": SERIES, "copy": 7, "edition": edition, "state": PaperState.READ, "boxes": boxes, "file": stored}
    return kind.model.objects.create(**{kind.holder: about, "sent_at": now} | said | changes)
