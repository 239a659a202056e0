"""Slips filled in by hand and photographed, drawn for tests: ticks of several hands, then a page askew, blurred, badly lit, noisy."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import typst

from alliage.formats import pdf
from alliage.paper import layout
from alliage.paper.layout import Box, Page, Row

PER_MM = 8.0  # of the drawn page: 203 points per inch


def printed(data: dict[str, Any], template: Path) -> list[Any]:
    """The template that prints, drawn: every page in grey."""
    made = typst.compile(
        str(template),
        root=str(pdf.ROOT),
        font_paths=[str(pdf.FONTS)],
        ignore_system_fonts=True,
        format="png",
        ppi=25.4 * PER_MM,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    pages = made if isinstance(made, list) else [made]
    return [cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_GRAYSCALE) for page in pages]


@dataclass
class Filled:
    """A page and what the hand meant: the code of each line, and the value ticked; what must be doubted is apart."""

    image: Any
    meant: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)


def fill(printed: Any, page: Page, draw: np.random.Generator, *, mistakes: float = 0.0) -> Filled:
    """Tick each line of a page; a share of lines is left empty, ticked twice, or barely touched."""
    filled = Filled(printed.copy())
    for row in page.rows:
        if row.optional:
            _fill_optional(filled, row, draw)
        elif row.most != 1:
            _fill_several(filled, row, draw)
        else:
            _fill_one(filled, row, draw, mistakes)
    return filled


def _fill_optional(filled: Filled, row: Row, draw: np.random.Generator) -> None:
    filled.meant[row.code] = ""
    if draw.random() < 0.5:
        _tick(filled.image, row.boxes[0], draw)
        filled.meant[row.code] = row.boxes[0].value


def _fill_one(filled: Filled, row: Row, draw: np.random.Generator, mistakes: float) -> None:
    box = row.boxes[int(draw.integers(len(row.boxes)))]
    kind = draw.choice(["empty", "twice", "dot"]) if draw.random() < mistakes else "one"
    if kind == "one":
        _tick(filled.image, box, draw)
        filled.meant[row.code] = box.value
        return
    filled.doubtful.add(row.code)
    if kind == "twice":
        for each in draw.choice(len(row.boxes), 2, replace=False):
            _tick(filled.image, row.boxes[int(each)], draw)
    elif kind == "dot":
        _stroke(filled.image, _wobbly([(0.45, 0.5), (0.6, 0.55)], box, draw), draw, thick=0.4)


def _fill_several(filled: Filled, row: Row, draw: np.random.Generator) -> None:
    """From none to all of them: none, or more than one may, is what must be doubted."""
    ticked = sorted(draw.choice(len(row.boxes), int(draw.integers(len(row.boxes) + 1)), replace=False))
    for rank in ticked:
        _tick(filled.image, row.boxes[int(rank)], draw)
    filled.meant[row.code] = " ".join(row.boxes[int(rank)].value for rank in ticked)
    if not ticked or len(ticked) > (row.most or len(row.boxes)):
        filled.doubtful.add(row.code)


def on_page(pieces: list[Any], places: Any) -> Any:
    """Slips side by side, as on the page that was printed."""
    high, wide = pieces[0].shape
    page = np.full((round(297 * PER_MM), round(210 * PER_MM)), 255, np.uint8)
    for piece, (x, y) in zip(pieces, places, strict=True):
        left, top = round(x * PER_MM), round(y * PER_MM)
        page[top : top + high, left : left + wide] = piece
    return page


def cut_out(page: Any, measures: layout.Format, place: int) -> Any:
    """One slip of a printed page, as scissors leave it."""
    left, top = (round(at * PER_MM) for at in measures.places[place])
    return page[top : top + round(measures.height * PER_MM), left : left + round(measures.width * PER_MM)].copy()


def _tick(image: Any, box: Box, draw: np.random.Generator) -> None:
    kind = draw.choice(["cross", "tick", "scribble"], p=[0.5, 0.4, 0.1])
    if kind == "cross":
        _stroke(image, _wobbly([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], box, draw), draw)
        _stroke(image, _wobbly([(0.9, 0.1), (0.5, 0.5), (0.1, 0.9)], box, draw), draw)
    elif kind == "tick":
        _stroke(image, _wobbly([(0.1, 0.5), (0.4, 0.9), (1.1, -0.1)], box, draw), draw)
    else:
        points = [(0.15 + 0.1 * rank, 0.15 if rank % 2 else 0.85) for rank in range(8)]
        _stroke(image, _wobbly(points, box, draw), draw)


def _wobbly(points: list[tuple[float, float]], box: Box, draw: np.random.Generator) -> Any:
    shaken = np.array(points) + draw.normal(0, 0.05, (len(points), 2)) + draw.normal(0, 0.05, 2)
    return (np.array([box.x, box.y]) + shaken * layout.BOX) * PER_MM


def _stroke(image: Any, points: Any, draw: np.random.Generator, *, thick: float = 0.0) -> None:
    width = max(1, round((thick or draw.uniform(0.3, 0.7)) * PER_MM))
    grey = int(draw.uniform(20, 110))
    cv2.polylines(
        image, [np.round(points).astype(np.int32)], isClosed=False, color=grey, thickness=width, lineType=cv2.LINE_AA
    )


def photograph(
    image: Any, draw: np.random.Generator, *, hard: float = 1.0, side: int = 2400, turned: bool = False
) -> bytes:
    """The JPEG of a phone: `hard` 0 is a scanner, 1 a badly lit room, 2 and more what nobody should send."""
    bent = _bent(image, draw, hard)
    high, wide = bent.shape
    frame = (int(side * 0.75), side)
    scale = min(frame[0] / wide, frame[1] / high) * draw.uniform(0.80, 0.92)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    middle = np.array([wide, high]) / 2
    angle = np.radians(draw.uniform(-5, 5) * hard + (180 if turned else 0))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = (corners - middle) @ turn.T * scale + np.array(frame) / 2
    seen += draw.uniform(-0.025, 0.025, (4, 2)) * side * min(hard, 1.2)
    warp = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    table = int(draw.uniform(60, 150))
    picture = cv2.warpPerspective(bent, warp, frame, flags=cv2.INTER_AREA, borderValue=table).astype(np.float32)
    # Light from one side, a soft shadow across.
    y, x = np.mgrid[0 : frame[1], 0 : frame[0]] / side
    way = draw.uniform(0, 2 * np.pi)
    light = 0.85 + 0.35 * hard * ((x - 0.4) * np.cos(way) + (y - 0.5) * np.sin(way))
    edge = (x * np.cos(way + 1) + y * np.sin(way + 1)) - draw.uniform(0.2, 0.6)
    light -= 0.18 * hard / (1 + np.exp(-edge * 25))
    picture *= np.clip(light, 0.25, 1.05)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.4 + 1.1 * hard)
    picture += draw.normal(0, 5 * hard, picture.shape)
    # The light of a lamp: no telephone takes grey pictures.
    lit = np.stack([picture * part for part in (0.9, 1.0, 1.02)], axis=-1)
    _done, made = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(made)


def _bent(image: Any, draw: np.random.Generator, hard: float) -> Any:
    """Paper that does not lie flat: up to a millimetre, more in the middle."""
    high, wide = image.shape
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    most = draw.uniform(-0.9, 0.9, 2) * PER_MM * min(hard, 1.5)
    wave = np.sin(np.pi * y / high) * np.sin(np.pi * x / wide)
    return cv2.remap(
        image,
        (x + most[0] * wave).astype(np.float32),
        (y + most[1] * wave).astype(np.float32),
        cv2.INTER_LINEAR,
        borderValue=255,
    )
