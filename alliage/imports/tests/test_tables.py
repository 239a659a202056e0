"""Any table is read, whatever program wrote it; what is no table is refused clearly."""

import io
import itertools
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliage.files.tests.factories import archive, docx, workbook
from alliage.formats import csv
from alliage.imports import tables
from alliage.imports.engine import FileRefused, Row, read_table
from alliage.refusals import Refusal


def rows(content, **options):
    return [list(row.values.values()) for row in read_table(content, **options).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encodings_and_separators_are_found(encoding, delimiter):
    content = f"nom{delimiter}ville\nHélène{delimiter}Évry\n".encode(encoding)
    table = read_table(content)
    assert table.columns == ["nom", "ville"]
    assert list(table.rows) == [Row(2, {"nom": "Hélène", "ville": "Évry"})]


def test_a_path_and_an_open_file_are_read_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2")
    assert rows(path) == rows(str(path)) == [["1", "2"]]
    with path.open("rb") as file:
        file.read()
        assert rows(file) == [["1", "2"]]
        assert not file.closed


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    content = b'a;b\n\n"une\ncellule";2\n;\n3;4\n'
    assert [row.number for row in read_table(content).rows] == [3, 5]


def test_empty_lines_before_the_header_count_too():
    table = read_table(b"\n\na;b\n1;2\n")
    assert table.columns == ["a", "b"]
    assert next(table.rows).number == 4


def test_the_line_that_tells_excel_its_separator_is_followed():
    assert rows(b'sep=|\r\na|b\r\n"1;1"|2\r\n') == [["1;1", "2"]]


def test_one_column_is_a_table():
    assert rows(b"code\n01001\n01002\n") == [["01001"], ["01002"]]


def test_cells_lose_their_edges_and_null_characters():
    assert rows("a;b\n  x\0y\u00a0;\0z".encode()) == [["xy", "z"]]


def test_short_rows_are_completed_and_long_ones_told():
    table = read_table(b"a;b\n1\n1;2;;\n1;2;3\n")
    first, second, third = table.rows
    assert first.values == {"a": "1", "b": ""}
    assert second.problem == ""
    assert "plus de cellules" in third.problem


def test_nameless_columns_get_a_name_and_trailing_ones_are_dropped():
    assert read_table(b"a;;c;;\n1;2;3;;\n").columns == ["a", "colonne 2", "c"]


def test_the_separator_is_not_fooled_by_commas_in_the_text():
    assert rows(b"nom;adresse\nA;1, rue X, Y\nB;2, rue Z, W\n")[0] == ["A", "1, rue X, Y"]


def test_a_quote_in_the_middle_of_a_cell_is_a_quote():
    assert rows('a;b\nl"été;2\n'.encode()) == [['l"été', "2"]]


@pytest.mark.parametrize("content", [b'a;b\n1;"2\n3;4\n', b'a;b\n1;"2"x\n'])
def test_broken_quotes_are_refused_with_their_row(content):
    with pytest.raises(FileRefused, match="guillemets") as caught:
        rows(content)
    assert caught.value.number == 2


def test_a_file_of_quotes_only_is_refused():
    with pytest.raises(FileRefused):
        rows(b'"' * 500_001)


@pytest.mark.parametrize("content", [b"", b"\n\n", b";;\n", b"\xef\xbb\xbf", "".encode("utf-16")])
def test_an_empty_file_is_refused(content):
    with pytest.raises(FileRefused, match="vide"):
        read_table(content)


def test_too_many_columns_are_refused():
    with pytest.raises(FileRefused, match="500"):
        read_table(";".join(f"c{n}" for n in range(501)).encode())


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(FileRefused, match="trop de lignes"):
        rows(b"a\n1\n2\n3\n")


# --- Spreadsheets ---------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_as_people_see_it():
    content = workbook(
        [
            ["Code", "Nom", "Nombre", "Part", "Le", "À", "Oui"],
            [1001, " Évry ", 2.0, 0.5, date(2026, 1, 2), datetime.fromisoformat("2026-01-02T03:04"), True],
            [],
            ["2A004", None, 12, None, None, None, False],
        ],
        formats={"A2": "00000"},
    )
    table = read_table(content, filename="a.xlsx")
    assert table.columns == ["Code", "Nom", "Nombre", "Part", "Le", "À", "Oui"]
    first, second = table.rows
    assert list(first.values.values()) == ["01001", "Évry", "2", "0.5", "2026-01-02", "2026-01-02 03:04", "oui"]
    assert (second.number, second.values["Code"], second.values["Oui"]) == (4, "2A004", "non")


def test_a_hidden_sheet_is_passed_over():
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["cache"])
    book.active.sheet_state = "hidden"
    book.create_sheet("b").append(["visible"])
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue()).columns == ["visible"]


def test_a_size_written_to_deceive_is_not_believed():
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook([["a"], ["1"]]))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert rows(archive(parts)) == [["1"]]


def test_damaged_workbooks_are_refused():
    import zipfile

    with pytest.raises(FileRefused, match="abîmé"):
        read_table(archive({"xl/workbook.xml": "<broken"}))
    with zipfile.ZipFile(io.BytesIO(workbook([["a"], ["1"]]))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</row></sheetData>", b"</oops>")
    with pytest.raises(FileRefused, match="abîmé"):
        rows(archive(parts))


def test_a_workbook_without_sheet_is_refused(monkeypatch):
    import openpyxl

    class Book:
        worksheets = ()

    monkeypatch.setattr(openpyxl, "load_workbook", lambda *args, **options: Book())
    with pytest.raises(FileRefused, match="feuille"):
        read_table(workbook([["a"]]))


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "a.xls", "ancien format"),
        (b"a;b\n1;2", "a.xlsx", "renommé"),
        (docx(), "a.xlsx", "pas un tableau"),
        (archive({"a": b"\0" * 6_000_000}), "a.xlsx", "décompressé"),
        (archive({"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.text"}), "a.ods", "pas un"),
    ],
)
def test_what_is_no_table_is_refused(content, filename, words):
    with pytest.raises(Refusal, match=words):
        read_table(content, filename=filename)


ODS = "application/vnd.oasis.opendocument.spreadsheet"


def sheet(body):
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    return archive({"mimetype": ODS, "content.xml": f"<x {names}><table:table>{body}</table:table></x>"})


def cell(text="", **attributes):
    written = "".join(f' {name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell{written}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def line(*cells, **attributes):
    return cell(**attributes).replace("table-cell", "table-row").replace("></", f">{''.join(cells)}</")


def test_an_ods_file_is_read_as_people_see_it():
    content = sheet(
        line(cell("Code"), cell("Nombre"), cell("Le"), cell("Oui"), cell("Grand"))
        + line(table_number_rows_repeated="3")
        + line(
            cell("01001", office_value_type="float", office_value="1001"),
            cell("2,50", office_value_type="float", office_value="2.5"),
            cell("2 janv.", office_value_type="date", office_date_value="2026-01-02T00:00:00"),
            cell("VRAI", office_value_type="boolean", office_boolean_value="true"),
            cell("1E+3", office_value_type="float", office_value="1e3"),
        )
        + line(
            cell("x", table_number_columns_repeated="2"),
            "<x/>",
            cell(office_value_type="boolean"),
            cell("..", office_value_type="float", office_value="."),
        )
    )
    table = read_table(content, filename="a.ods")
    assert table.columns == ["Code", "Nombre", "Le", "Oui", "Grand"]
    first, second = table.rows
    assert (first.number, list(first.values.values())) == (5, ["01001", "2.5", "2026-01-02", "oui", "1000"])
    assert (second.number, list(second.values.values())) == (6, ["x", "x", "non", ".", ""])


def test_only_the_first_sheet_of_an_ods_file_is_read():
    content = sheet(line(cell("a")) + line(cell("1")) + "</table:table><table:table>" + line(cell("2")))
    assert rows(content) == [["1"]]


def test_rows_and_cells_declared_a_million_times_do_not_fill_the_memory():
    content = sheet(
        line(cell("a"))
        + line(cell("x", table_number_columns_repeated="16384"), table_number_rows_repeated="9999999")
        + line(cell("y"), table_number_rows_repeated="beaucoup")
    )
    table = read_table(content)
    assert [row.number for row in itertools.islice(table.rows, 3)] == [2, 3, 4]


@pytest.mark.parametrize("content", ["<broken", "<x/>"])
def test_a_damaged_ods_file_is_refused(content):
    with pytest.raises(FileRefused, match=r"abîmé|vide"):
        read_table(archive({"mimetype": ODS, "content.xml": content}))


# --- Round trip -----------------------------------------------------------------------------------------------------

CELL = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.booleans())
def test_what_we_export_comes_back_unchanged(values, excel):
    content = csv.text(["premier", "second"], values, excel=excel).encode()
    found = [tuple(row) for row in rows(content)]
    assert found == [row for row in values if any(row)]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(content):
    with suppress(Refusal):
        list(read_table(content).rows)


def test_reading_may_stop_before_the_end_of_a_workbook():
    table = read_table(workbook([["a"], ["1"], ["2"]]))
    next(table.rows)
    table.rows.close()
