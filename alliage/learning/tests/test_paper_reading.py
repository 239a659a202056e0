"""A printed sheet filled in by hand, then photographed badly: read back right, doubts said, nothing misread silently."""

import io

import cv2
import numpy as np
import pytest
import segno

from alliage.learning import paper_layout, paper_sheets
from alliage.paper import layout, reading
from alliage.paper.tests import photographs

LEVELS = tuple((str(rank), word) for rank, word in enumerate(("Pas encore", "Un début", "Installé", "Partagé"), 1))
LEVERS = ("qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence")


def pages() -> list[paper_layout.Page]:
    asked = [
        paper_layout.Asked(
            code, "Nous savons dire en quelques phrases ce que nos initiatives changent, et pour qui.", LEVELS
        )
        for lever in LEVERS
        for code in (*(f"{lever}-{rank}" for rank in range(1, 5)), f"envie-{lever}")
    ]
    words = paper_layout.Words(
        {}, tuple((each, each) for each in "abcdef"), "J’accepte.", "Qui êtes-vous ?", "Ne sait pas"
    )
    return paper_layout.pages(asked, words)


def code(page: paper_layout.Page) -> str:
    out = io.BytesIO()
    said = f"ALLIAGE1.12345.678.0A1B2C3D.12.{page.number}.ABCDEFGHIJKLMNOP"
    segno.make(said, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


@pytest.fixture(scope="module")
def sheet():
    """Both sides, as the template prints them."""
    laid = pages()
    data = {
        "title": "Où en est notre territoire ?", "how": "Une croix par ligne.", "side": "page", "code_words": "Code",
        "foot": "Sans nom.", "columns": [word for _value, word in LEVELS] + ["Ne sait pas"], "drawn": paper_layout.drawn(),
        "pages": [paper_layout.as_data(page) for page in laid],
        "sheets": [{"name": "Feuille 0A1B-12", "codes": [code(page) for page in laid]}],
    }  # fmt: skip
    return laid, photographs.printed(data, paper_sheets.TEMPLATE)


def test_the_whole_short_form_is_one_sheet(sheet):
    laid, images = sheet
    assert len(images) == len(laid) == 2
    assert sum(len(page.rows) for page in laid) == 28 + 7 + 2
    assert max(row.y + row.height for page in laid for row in page.rows) <= paper_layout.BOTTOM


def test_our_marks_are_those_that_the_reader_looks_for():
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, lines in enumerate(layout.MARKS):
        drawn = cv2.aruco.generateImageMarker(known, number, 6, borderBits=1)
        assert tuple("".join("1" if dot == 0 else "0" for dot in line) for line in drawn) == lines


def read(sheet, seed: int, *, hard: float, mistakes: float = 0.15):
    """What was meant, and what was read of one photograph."""
    laid, images = sheet
    draw = np.random.default_rng(seed)
    side = seed % len(images)
    filled = photographs.fill(images[side], laid[side], draw, mistakes=mistakes)
    photograph = photographs.photograph(filled.image, draw, hard=hard, turned=seed % 5 == 0)
    straight = reading.straighten(photograph)
    assert straight.code.split(".")[5] == str(laid[side].number)
    return filled, reading.read(straight.grey, laid[side])


def misread(filled: photographs.Filled, lines: list[reading.Read]) -> list[reading.Read]:
    """Lines said to be plain that are not what the hand meant."""
    plain = [line for line in lines if line.state == reading.CLEAR]
    return [line for line in plain if line.code in filled.doubtful or line.value != filled.meant[line.code]]


@pytest.mark.parametrize(("seed", "hard"), [(1, 0.3), (2, 1.0), (5, 1.0), (8, 1.5)])
def test_nothing_is_misread_silently(sheet, seed, hard):
    filled, lines = read(sheet, seed, hard=hard)
    assert misread(filled, lines) == []
    doubts = {line.code for line in lines if line.state == reading.DOUBT}
    assert filled.doubtful <= doubts, "each line that is not plain is shown to a person"
    assert len(doubts - filled.doubtful) <= 6, "and few others"


def untouched(image):
    """A photograph of the sheet as it is, in good light."""
    return reading.straighten(photographs.photograph(image, np.random.default_rng(7), hard=0.3))


def test_an_empty_sheet_is_all_doubts_but_what_may_stay_empty(sheet):
    laid, images = sheet
    lines = reading.read(untouched(images[0]).grey, laid[0])
    assert {line.code for line in lines if line.state == reading.CLEAR} == {paper_layout.CONSENT}
    assert {line.why for line in lines} == {"", "none"}


def test_a_finger_on_boxes_hides_their_line(sheet):
    laid, images = sheet
    row, image = laid[0].rows[4], images[0].copy()
    photographs._tick(image, row.boxes[1], np.random.default_rng(0))
    at = [round(each * photographs.PER_MM) for each in (row.boxes[3].x - 2, row.boxes[3].y - 2)]
    image[at[1] : at[1] + 80, at[0] : at[0] + 160] = 120
    found = {line.code: line for line in reading.read(untouched(image).grey, laid[0])}
    assert (found[row.code].state, found[row.code].why) == ("doubt", "hidden")


def test_a_stroke_across_two_lines_leaves_both_to_a_person(sheet):
    laid, images = sheet
    upper, lower = laid[0].rows[3], laid[0].rows[4]
    image = images[0].copy()
    points = [(upper.boxes[2].x + 2.5, upper.boxes[2].y + 1), (lower.boxes[2].x + 2.5, lower.boxes[2].y + 4)]
    drawn = np.round(np.array(points) * photographs.PER_MM).astype(np.int32)
    cv2.polylines(image, [drawn], isClosed=False, color=30, thickness=5, lineType=cv2.LINE_AA)
    found = {line.code: line for line in reading.read(untouched(image).grey, laid[0])}
    assert [found[row.code].why for row in (upper, lower)] == ["crossed", "crossed"]


@pytest.mark.parametrize("why", ["marks", "several", "code", "picture"])
def test_a_photograph_that_cannot_be_read_says_why(sheet, why):
    _laid, images = sheet
    image = images[0].copy()
    if why == "marks":
        image[-200:, -200:] = 255
    elif why == "several":
        image = np.hstack([image, images[1]])
    elif why == "code":
        image[60:260, 1290:1490] = 255
    photograph = photographs.photograph(image, np.random.default_rng(7), hard=0.3) if why != "picture" else b"rien"
    with pytest.raises(reading.Unreadable) as caught:
        reading.straighten(photograph)
    assert caught.value.why == why


def test_questions_too_many_for_a_side_go_on_the_next():
    asked = [paper_layout.Asked(f"alliance-{rank}", "Une affirmation.", LEVELS) for rank in range(1, 60)]
    words = paper_layout.Words({}, (("a", "a"),), "J’accepte.", "Qui ?", "Ne sait pas")
    laid = paper_layout.pages(asked, words)
    assert len(laid) == 3
    assert all(row.y + row.height <= paper_layout.BOTTOM for page in laid for row in page.rows)


def test_words_have_their_place_under_the_last_line_or_on_a_side_of_their_own():
    words = paper_layout.Words({}, (("a", "a"),), "J’accepte.", "Qui ?", "Ne sait pas")
    for count, sides in ((9, 1), (16, 2)):
        asked = [paper_layout.Asked(f"alliance-{rank}", "Une affirmation.", LEVELS) for rank in range(count)]
        laid = paper_layout.pages(asked, words, ("preuve-alliance", "Un exemple"))
        assert [page.rows for page in laid if page.rows] == [page.rows for page in paper_layout.pages(asked, words)]
        note = laid[-1].note
        assert (len(laid), note.code) == (sides, "preuve-alliance")
        assert [page.note for page in laid[:-1]] == [None] * (sides - 1)
        assert all(row.y + row.height < note.y for row in laid[-1].rows)
        assert note.y < note.lines[0] < note.lines[-1] <= note.y + note.height <= paper_layout.BOTTOM
        assert paper_layout.bounds(laid[-1], "preuve-alliance")[1::2] == (note.y, note.y + note.height)
        assert paper_layout.bounds(laid[-1], "preuve-autre") is None
        assert paper_layout.bounds(laid[0], "alliance-1") == paper_layout.around(laid[0].row("alliance-1"))
