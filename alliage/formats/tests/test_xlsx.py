"""Workbooks: streamed, complete, the same content as the CSV."""

import io
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from alliage.formats import csv, xlsx


def opened(header, rows, **options):
    return load_workbook(io.BytesIO(b"".join(xlsx.lines(header, rows, **options)))).active


def test_text_numbers_and_days_are_written_and_the_first_row_stays_in_sight():
    sheet = opened(
        ["Nom", "Population"],
        [["Saint-Étienne", 172718], [None, 1.5], [date(2026, 1, 31), True], ["", Decimal("2.50")]],
    )
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Nom", "Population"],
        ["Saint-Étienne", 172718],
        [None, 1.5],
        ["2026-01-31", "oui"],
        [None, 2.5],
    ]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"


def test_formulas_are_neutralised_as_in_csv():
    sheet = opened(["x"], [["=1+1"], ["+33 1 02"], ["'=x"], ["@a"]])
    values = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert values == ["'=1+1", "'+33 1 02", "''=x", "'@a"]
    assert all(row[0].data_type == "s" for row in sheet.iter_rows(min_row=2))
    assert [csv.restored(value) for value in values] == ["=1+1", "+33 1 02", "'=x", "@a"]


def test_what_xml_cannot_hold_and_what_a_cell_cannot_hold_is_left_out():
    sheet = opened(
        ["x"], [["a\x00\x0bb\r\nc <&> \ud800"], ["y" * 40_000], [float("inf")], [12345678901234567890]], sheet='A/B:"C"'
    )
    assert sheet["A2"].value == "ab\nc <&> "
    assert len(sheet["A3"].value) == 32_767
    assert (sheet["A4"].value, sheet["A5"].value) == ("inf", "12345678901234567890")
    assert sheet.title == 'A B "C"'


def test_more_rows_than_a_sheet_holds_is_an_error(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 2)
    with pytest.raises(ValueError, match="offer CSV"):
        opened(["x"], [["1"], ["2"]])


def test_a_long_export_leaves_in_pieces_and_never_sits_in_memory():
    tracemalloc.start()
    rows = ([f"organisation {rank}", rank * 7919 % 10007, f"{rank * 104729}"] for rank in range(50_000))
    pieces = sizes = 0
    for piece in xlsx.lines(["a", "b", "c"], rows):
        pieces += 1
        sizes += len(piece)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pieces > 5
    assert most < 2_000_000 < sizes + 1_500_000


def test_the_answer_is_a_download():
    answer = xlsx.response("annuaire.xlsx", ["a"], [["b"]])
    assert answer["Content-Type"] == xlsx.CONTENT_TYPE
    assert answer["Content-Disposition"] == 'attachment; filename="annuaire.xlsx"'
    assert b"".join(answer.streaming_content)[:2] == b"PK"
