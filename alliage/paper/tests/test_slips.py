"""Slips printed four on a page: photographed together, cut out, upside down; each read for itself, nothing misread silently."""

import cv2
import numpy as np
import pytest

from alliage.paper import codes, layout, reading, sheets
from alliage.paper.tests import photographs, slips

LAID = slips.slip()


@pytest.fixture(scope="module")
def page():
    """As the template prints it."""
    images = slips.pages(LAID, 3)
    assert len(images) == 1, "a page is always full"
    return images[0]


def filled_page(page, draw):
    """The four slips of a page ticked by hand; and the page again."""
    pieces = [photographs.fill(photographs.cut_out(page, LAID.format, place), LAID.page, draw) for place in range(4)]
    return pieces, photographs.on_page([piece.image for piece in pieces], LAID.format.places)


def copy_of(straight):
    return int(straight.code.split(".")[5])


def silent(page, seed, *, hard):
    """What was said to be plain and is not what the hand meant; how many slips were read, how many were not."""
    draw = np.random.default_rng(seed)
    pieces, whole = filled_page(page, draw)
    found, failures = reading.slips(photographs.photograph(whole, draw, hard=hard, turned=seed % 5 == 0), LAID.format)
    wrong = []
    for straight in found:
        filled = pieces[copy_of(straight) - 1]
        for line in reading.read(straight.grey, LAID.page):
            is_right = line.code not in filled.doubtful and line.value == filled.meant[line.code]
            if line.state == reading.CLEAR and not is_right:
                wrong.append((straight.code, line))
    return wrong, len(found), failures


@pytest.mark.parametrize(("seed", "hard"), [(1, 0.3), (5, 1.0)])
def test_four_slips_on_a_photograph_are_each_read_right(page, seed, hard):
    wrong, found, failures = silent(page, seed, hard=hard)
    assert (wrong, found, failures) == ([], 4, [])


def test_a_slip_cut_out_is_read_alone_whatever_its_place(page):
    draw = np.random.default_rng(3)
    for place in (0, 3):
        filled = photographs.fill(photographs.cut_out(page, LAID.format, place), LAID.page, draw)
        straight = reading.straighten(photographs.photograph(filled.image, draw, hard=0.5, side=1600), LAID.format)
        assert copy_of(straight) == place + 1
        lines = {line.code: line for line in reading.read(straight.grey, LAID.page)}
        assert all(line.value == filled.meant[code] for code, line in lines.items() if line.state == reading.CLEAR)


def flat(image):
    return photographs.photograph(image, np.random.default_rng(7), hard=0.3)


def test_what_is_not_read_of_a_photograph_is_said_beside_what_is(page):
    """A corner under a thumb, a code that is torn: the two others are read."""
    image = page.copy()
    image[:120, :160] = 255
    at = [round(each * photographs.PER_MM) for each in (105 + 65, 3, 105 + 91, 29)]
    image[at[1] : at[3], at[0] : at[2]] = 255
    found, failures = reading.slips(flat(image), LAID.format)
    assert sorted(copy_of(each) for each in found) == [3, 4]
    assert sorted(failures) == ["code", "marks"]


def test_the_same_place_twice_is_read_for_none(page):
    one = photographs.cut_out(page, LAID.format, 0)
    assert reading.slips(flat(np.hstack([one, one])), LAID.format) == ([], ["several"])


@pytest.mark.parametrize("photograph", [b"rien", "blank"])
def test_no_slip_at_all_is_said_too(photograph):
    content = flat(np.full((900, 700), 255, np.uint8)) if photograph == "blank" else photograph
    found, failures = reading.slips(content, LAID.format)
    assert (found, len(failures)) == ([], 1)


def ticked(page, code, ranks):
    """The first slip with these boxes ticked, read."""
    image = photographs.cut_out(page, LAID.format, 0)
    draw = np.random.default_rng(2)
    for rank in ranks:
        photographs._tick(image, LAID.page.row(code).boxes[rank], draw)
    lines = reading.read(reading.straighten(flat(image), LAID.format).grey, LAID.page)
    return next(line for line in lines if line.code == code)


def test_several_boxes_are_an_answer_where_several_may_be(page):
    two = ticked(page, "b", (0, 3))
    assert (two.value, two.state) == ("b0 b3", "clear")
    assert ticked(page, "b", (0, 2, 3)).why == "several"
    assert ticked(page, "b", ()).why == "none"
    assert ticked(page, "c", (0, 1, 3)).value == "c0 c1 c3"
    assert ticked(page, "d", ()).state == "clear"


def test_all_boxes_ticked_leave_nothing_to_compare_with(page):
    """No empty box tells how dark an empty box is in this light."""
    image = photographs.cut_out(page, LAID.format, 0)
    for row in LAID.page.rows:
        for box in row.boxes:
            at = [round((each + 0.6) * photographs.PER_MM) for each in (box.x, box.y)]
            image[at[1] : at[1] + 30, at[0] : at[0] + 30] = 90
    lines = {line.code: line for line in reading.read(reading.straighten(flat(image), LAID.format).grey, LAID.page)}
    assert lines["c"].state == lines["b"].state == lines["a"].state == "doubt"


def test_a_code_says_its_slip_and_nothing_forged():
    said = codes.SlipCode("B", 12, 34, slips.SERIES, 5)
    text = codes.text_of(said)
    assert codes.read(text) == said
    assert [codes.read(bad) for bad in (text.replace(".5.", ".6."), "", "ALLIAGE2", "é" * 500)] == [None] * 4


def test_marks_are_those_that_the_reader_looks_for_and_no_two_are_alike():
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    assert len(set(layout.MARKS)) == len(layout.MARKS) == layout.QUARTER.known_marks
    for number, lines in enumerate(layout.MARKS):
        drawn = cv2.aruco.generateImageMarker(known, number, 6, borderBits=1)
        assert tuple("".join("1" if dot == 0 else "0" for dot in line) for line in drawn) == lines


def test_a_printing_numbers_its_slips():
    data = sheets.data(slips.printing(LAID), 5, series=slips.SERIES)
    assert [each["name"] for each in data["slips"]] == [f"0A1B-0{copy}" for copy in range(1, 9)]
    assert len(sheets.new_series()) == 8
