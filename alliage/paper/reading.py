"""Read the photograph of printed slips: each put straight from its four marks, each box measured. No Django here.

What is not clear is never guessed. A row is « clear » when its boxes were all seen and one is plainly ticked (several, where several
may be), the others plainly empty; anything else is a doubt, which a person settles. opencv and zxing-cpp are loaded by the functions
that use them: pages never pay for them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliage.paper import layout
from alliage.paper.layout import CORNERS, Format, Page, Row

# Pixels in a millimetre of the straightened page.
SCALE = 8
# How much ink, from 0 to 1, is in the middle of a box: below it is empty, above it is ticked, between nobody knows.
EMPTY, TICKED = 0.022, 0.09
# More ink than this in the least inked box of a row of several: nothing tells that any of them is empty.
NONE_EMPTY = 0.06
# How long a tick is, in mm: a dot or a slip of the pen is shorter, however black.
LONG = 2.6
# How far from its place a box may be, in mm: paper bends.
REACH = 1.6
# A frame that is not seen: a finger, a fold, a reflection.
FRAME = 0.12
INK = 0.3
# Part of a box that is looked at, away from its frame.
EDGE = 1.0

_Image = np.ndarray[Any, Any]

CLEAR, DOUBT = "clear", "doubt"


class Unreadable(Exception):  # noqa: N818 what happened to the photograph
    """`why`: « marks » (all four corners are not seen), « several » (twice the same mark), « code » (the code is not read), « picture »."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Straight:
    """A slip seen from above, in colour and in grey, and what its code says."""

    colour: _Image
    grey: _Image
    code: str
    format: Format


@dataclass(frozen=True)
class Read:
    """A row: `value` is what is plainly ticked, "" when nothing is (clear only where a row may stay empty); several, with a space between."""

    code: str
    value: str
    state: str
    why: str = ""


# --- Put straight ----------------------------------------------------------------------------------------------------


def straighten(content: bytes, format: Format = layout.SHEET) -> Straight:  # noqa: A002 its name everywhere here
    """The one slip of a picture file; raises `Unreadable`."""
    found, failures = slips(content, format)
    if failures:
        raise Unreadable(failures[0])
    return found[0]


def slips(content: bytes, format: Format) -> tuple[list[Straight], list[str]]:  # noqa: A002 as above
    """Every slip of a picture file; and why each of the others is not read: none is left without a word."""
    import cv2

    colour: Any = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    if colour is None:
        return [], ["picture"]
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    found, failures = [], []
    for marks in _by_place(_marks(grey, format)):
        try:
            found.append(_straight(colour, grey, _corners(marks), format))
        except Unreadable as unreadable:
            failures.append(unreadable.why)
    return (found, failures) if found or failures else ([], ["marks"])


def _straight(colour: _Image, grey: _Image, corners: _Image, format: Format) -> Straight:  # noqa: A002 as above
    import cv2

    wanted = np.concatenate([_square(x, y, format.mark) for x, y in format.corners]) * SCALE
    turn, _inliers = cv2.findHomography(corners, wanted, 0)
    if turn is None:
        raise Unreadable("marks")
    size = (round(format.width * SCALE), round(format.height * SCALE))
    above: Any = cv2.warpPerspective(colour, turn, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    flat = cv2.cvtColor(above, cv2.COLOR_BGR2GRAY)
    # Where there is one slip, its code may be looked for in the whole picture; elsewhere it would be a neighbour's.
    return Straight(above, flat, _code(flat, grey if len(format.places) == 1 else flat, format), format)


def _square(x: float, y: float, side: float) -> _Image:
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], dtype=np.float32)


_Seen = list[tuple[int, _Image]]


def _marks(grey: _Image, format: Format) -> _Seen:  # noqa: A002 as above
    """Our marks, each with its number and its four corners."""
    import cv2

    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    # Never « corrected »: a mark is the right one or none.
    settings.errorCorrectionRate = 0.0
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, numbers, _rejected = cv2.aruco.ArucoDetector(known, settings).detectMarkers(grey)
    found = [] if numbers is None else [int(number) for number in numbers.ravel()]
    pairs = zip(found, corners, strict=True)
    return [(number, at.reshape(4, 2)) for number, at in pairs if number < format.known_marks]


def _by_place(marks: _Seen) -> list[_Seen]:
    """Marks of each slip of which something is seen."""
    places = sorted({number // CORNERS for number, _at in marks})
    return [[each for each in marks if each[0] // CORNERS == place] for place in places]


def _corners(marks: _Seen) -> _Image:
    """The sixteen points of the four marks of a slip, in their order."""
    found = dict(marks)
    if len(marks) > len(found):
        raise Unreadable("several")
    if len(found) < CORNERS:
        raise Unreadable("marks")
    return np.concatenate([found[number] for number in sorted(found)])


def _code(flat: _Image, grey: _Image, format: Format) -> str:  # noqa: A002 as above
    """In its place first, drawn larger; anywhere in the picture otherwise."""
    import cv2
    import zxingcpp

    x, y = (round(at * SCALE) for at in format.code_at)
    side, more = round(format.code * SCALE), 3 * SCALE
    place = flat[max(0, y - more) : y + side + more, x - more : x + side + more]
    for picture in (place, cv2.resize(place, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), grey):
        codes = zxingcpp.read_barcodes(
            np.ascontiguousarray(picture), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
        texts = {found.text for found in codes}
        if len(texts) == 1:
            return str(texts.pop())
    raise Unreadable("code")


# --- Measure ---------------------------------------------------------------------------------------------------------


def read(flat: _Image, page: Page) -> list[Read]:
    """Every row of the page."""
    ink = _ink(flat)
    frames = _frames(ink)
    places = {row.code: _shift(frames, row) for row in page.rows}
    seen = {row.code: [_box(_middle(ink, box, places[row.code])) for box in row.boxes] for row in page.rows}
    # What is left of a frame in the middle of an empty box, when the picture is blurred.
    usual = float(np.median([min(box.ink for box in boxes) for boxes in seen.values()]))
    crossing = _crossing(ink, page, places)
    return [_line(row, seen[row.code], usual, places[row.code], row.code in crossing) for row in page.rows]


def _ink(flat: _Image) -> _Image:
    """How much darker than the paper around it each point is, whatever the light: 0 is paper, 1 is black."""
    import cv2

    # The paper: what is lightest around, without small dark things. On a smaller picture, since light changes slowly.
    small = cv2.resize(flat, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((19, 19), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 6)
    paper = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    found: _Image = np.clip(1.0 - flat.astype(np.float32) / np.maximum(paper, 1.0), -0.25, 1.0)
    return found


def _frames(ink: _Image) -> _Image:
    """At each point, how much it looks like the centre of a frame: dark on the line, light on both sides of it."""
    import cv2

    side = round((layout.BOX + 2) * SCALE) | 1
    middle = side // 2
    far = np.abs(np.arange(side) - middle) / SCALE
    ring = np.maximum(far[:, None], far[None, :])
    half = layout.BOX / 2
    on = (ring <= half) & (ring >= half - layout.STROKE)
    beside = ((ring > half + 0.35) & (ring < half + 0.9)) | ((ring < half - layout.STROKE - 0.35) & (ring > half - 1.1))
    kernel = on / on.sum() - beside / beside.sum()
    found: _Image = cv2.filter2D(ink, cv2.CV_32F, kernel.astype(np.float32))
    return found


@dataclass(frozen=True)
class _Place:
    """How far the boxes of a line are from their place, in pixels, and how plainly the least visible of them is seen there."""

    right: int
    down: int
    frame: float


@dataclass(frozen=True)
class _Box:
    """The middle of a box: how much ink, and how long the inked part is, in mm."""

    ink: float
    length: float


def _shift(frames: _Image, row: Row) -> _Place:
    reach = round(REACH * SCALE)
    total = np.zeros((2 * reach + 1, 2 * reach + 1), dtype=np.float32)
    each = []
    for box in row.boxes:
        x, y = round((box.x + layout.BOX / 2) * SCALE), round((box.y + layout.BOX / 2) * SCALE)
        around = frames[y - reach : y + reach + 1, x - reach : x + reach + 1]
        each.append(around)
        # A tick must not draw its whole line to itself.
        total += np.minimum(around, 0.6)
    down, right = (int(at) for at in np.unravel_index(int(total.argmax()), total.shape))
    near = [around[max(0, down - 3) : down + 4, max(0, right - 3) : right + 4].max() for around in each]
    return _Place(right - reach, down - reach, float(min(near)))


def _middle(ink: _Image, box: layout.Box, place: _Place) -> _Image:
    edge = EDGE * SCALE
    left, top = round(box.x * SCALE + edge) + place.right, round(box.y * SCALE + edge) + place.down
    inside = round(layout.BOX * SCALE - 2 * edge)
    return ink[top : top + inside, left : left + inside]


def _box(middle: _Image) -> _Box:
    down, across = np.nonzero(middle > INK)
    length = float(np.hypot(np.ptp(down) + 1, np.ptp(across) + 1)) / SCALE if down.size else 0.0
    return _Box(float(np.maximum(middle, -0.1).mean()), length)


def _crossing(ink: _Image, page: Page, places: dict[str, _Place]) -> set[str]:
    """Lines whose boxes are joined by one stroke: a long tick may be of one line or of the other."""
    import cv2

    _count, labels = cv2.connectedComponents((ink > INK).astype(np.uint8), connectivity=8)
    owners: dict[int, set[tuple[str, str]]] = {}
    for row in page.rows:
        for box in row.boxes:
            for label in np.unique(_middle(labels, box, places[row.code])):
                owners.setdefault(int(label), set()).add((row.code, box.value))
    owners.pop(0, None)
    return {code for boxes in owners.values() if len(boxes) > 1 for code, _value in boxes}


def _line(row: Row, seen: list[_Box], usual: float, place: _Place, is_crossed: bool) -> Read:
    """The rule: what is ticked plainly is, the rest is plainly empty, all boxes were seen."""
    if place.frame < FRAME:
        return Read(row.code, "", DOUBT, "hidden")
    least = min(usual, *(box.ink for box in seen))
    if row.most != 1 and least > NONE_EMPTY:
        return Read(row.code, "", DOUBT, "faint")
    inks = [box.ink - least for box in seen]
    plain = [rank for rank, ink in enumerate(inks) if ink >= TICKED]
    unsure = any(EMPTY < ink < TICKED for ink in inks) or any(seen[rank].length < LONG for rank in plain)
    why = _doubt(row, plain, is_crossed=is_crossed, unsure=unsure)
    # What is proposed of a doubt is what would be plain, when it may be an answer.
    values = [row.boxes[rank].value for rank in plain] if _may_be(row, plain) else []
    return Read(row.code, " ".join(values), DOUBT if why else CLEAR, why)


def _may_be(row: Row, plain: list[int]) -> bool:
    return row.most == 0 or len(plain) <= row.most


def _doubt(row: Row, plain: list[int], *, is_crossed: bool, unsure: bool) -> str:
    if is_crossed:
        return "crossed"
    if not _may_be(row, plain):
        return "several"
    if unsure:
        return "faint"
    return "" if plain or row.optional else "none"


def picture(straight: Straight) -> bytes:
    """The straightened slip as it is kept until someone confirms it: `layout.KEPT` pixels in a millimetre."""
    import cv2

    size = (round(straight.format.width * layout.KEPT), round(straight.format.height * layout.KEPT))
    small = cv2.resize(straight.colour, size, interpolation=cv2.INTER_AREA)
    _done, made = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(made)
