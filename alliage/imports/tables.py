"""Reads a table, CSV, spreadsheet or JSON, whatever program wrote it: columns, then rows one by one."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from alliage.files.archives import open_archive, reading, refuse_entities
from alliage.formats.csv import restored
from alliage.imports import feeds
from alliage.imports.json_tables import json_table
from alliage.imports.shape import FileRefused, Row, Table, unlike

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "FileRefused", "Row", "Source", "Table", "read_table", "value_text"]

MAX_COLUMNS = 500
MAX_ROWS = 2_000_000
DELIMITERS = ";,\t|"
_SAMPLE = 64 * 1024
_OLD = ("cp1252", "mac_roman")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_ODS_TABLE, _ODS_OFFICE, _ODS_TEXT = _ODS % "table", _ODS % "office", _ODS % "text"
_ZEROS = re.compile(r"0{2,}")


Source = str | Path | bytes | IO[bytes]


def read_table(source: Source, *, filename: str = "") -> Table:
    """Open a CSV (any usual encoding and separator), XLSX, ODS, JSON, RSS, Atom or OAI-PMH file. A file that is no table is a
    `FileRefused`.

    JSON may be GeoJSON, what GoGoCarto gives, our own exports, or any list of objects. Cells that our exports
    protect from spreadsheets come back as they were.

    `source` is a path, the content itself, or a seekable binary file, which must stay open while rows are read.
    `filename` is only used to recognise text that pretends to be a spreadsheet.
    """
    stream = _opened(source)
    head = stream.read(256)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        records = _spreadsheet_records(stream)
    elif head.startswith(_OLD_OFFICE):
        raise FileRefused(_("Ce classeur est d’un ancien format. Enregistrez-le en .xlsx, en .ods ou en .csv."))
    elif filename.lower().endswith((".xlsx", ".ods")):
        raise FileRefused(_("Ce fichier n’est pas un classeur : il est abîmé ou il a été renommé."))
    elif head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in {b"{", b"["}:
        return json_table(stream, most_columns=MAX_COLUMNS, most_rows=MAX_ROWS)
    elif feeds.looks_like_xml(head):
        return json_table(feeds.json_stream(stream), most_columns=MAX_COLUMNS, most_rows=MAX_ROWS)
    else:
        records = _csv_records(stream)
    return _table((number, [restored(cell) for cell in cells]) for number, cells in records)


def _opened(source: Source) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, (str, Path)):
        return io.BytesIO(Path(source).read_bytes())
    source.seek(0)
    return source


# --- From records (lists of cells, blank ones included) to a table --------------------------------------------------

Record = tuple[int, list[str]]


def _table(records: Iterator[Record]) -> Table:
    filled = ((number, cells) for number, cells in records if any(cells))
    number, header = next(filled, (0, []))
    if not number:
        raise FileRefused(_("Ce fichier est vide."))
    columns = _columns(header, number)
    return Table(columns, _rows(columns, filled))


def _columns(header: list[str], number: int) -> list[str]:
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        raise FileRefused(_("Ce fichier a plus de %(count)s colonnes.") % {"count": MAX_COLUMNS}, number=number)
    columns = [" ".join(name.split()) or f"{_('colonne')} {rank}" for rank, name in enumerate(header, start=1)]
    return unlike(columns)


def _rows(columns: list[str], records: Iterable[Record]) -> Iterator[Row]:
    width = len(columns)
    for count, (number, cells) in enumerate(records, start=1):
        if count > MAX_ROWS:
            raise FileRefused(_("Ce fichier a trop de lignes. Importez-le en plusieurs fois."), number=number)
        problem = ""
        if any(cells[width:]):
            problem = _("Cette ligne a plus de cellules que l’en-tête : un séparateur manque de guillemets.")
        values = cells[:width] + [""] * (width - len(cells))
        yield Row(number, dict(zip(columns, values, strict=True)), problem)


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv_records(stream: IO[bytes]) -> Iterator[Record]:
    encoding = _encoding(stream)
    sample = _sample(stream, encoding)
    separator = re.match(r"sep=([;,\t|])\r?\n", sample)  # a first line that Excel reads and hides
    delimiter = separator[1] if separator else _delimiter(sample)
    stream.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Unclosed(stream)), encoding=encoding, errors="replace", newline="")
    if separator:
        text.readline()
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter, strict=True)
    return _read_csv(reader)


def _read_csv(reader: Any) -> Iterator[Record]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                _("Ligne %(number)s : des guillemets s’ouvrent sans se fermer, ou se ferment au milieu d’une cellule.")
                % {"number": number},
                number=number,
            ) from error
        yield number, [cell.strip() for cell in cells]


class _Unclosed(io.RawIOBase):
    """Lets a text wrapper read a stream without closing it when the wrapper is forgotten."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _encoding(stream: IO[bytes]) -> str:
    """Name the encoding: a mark at the start, else UTF-8 when the whole file is valid, else Windows' own."""
    head = stream.read(4_096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    evens, odds = head[0::2].count(0), head[1::2].count(0)
    if max(evens, odds) > len(head) / 5:
        return "utf-16-le" if odds > evens else "utf-16-be"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_SAMPLE):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _old_encoding(stream)
    return "utf-8"


def _old_encoding(stream: IO[bytes]) -> str:
    """Windows or old Macintosh: the one in which the most letters are French ones."""
    stream.seek(0)
    content = bytes(byte for byte in stream.read(_SAMPLE * 16) if byte > 127)
    french = {name: sum(letter in "éèêëàâçîïôùûœ" for letter in content.decode(name, "replace")) for name in _OLD}
    return max(_OLD, key=lambda name: french[name])


def _sample(stream: IO[bytes], encoding: str) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(stream.read(_SAMPLE)).replace("\0", "")


def _delimiter(sample: str) -> str:
    """Choose the separator that cuts the first records into the same number of cells, the more the better."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    widths: list[int] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == 20:
                break
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    same = sum(width == widths[0] for width in widths)
    return (round(10 * same / len(widths)), widths[0])


# --- Spreadsheets ---------------------------------------------------------------------------------------------------


def _spreadsheet_records(stream: IO[bytes]) -> Iterator[Record]:
    archive = open_archive(stream)
    refuse_entities(archive)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return _xlsx_records(stream)
    if {"content.xml", "mimetype"} <= names and _mimetype(archive).endswith(b"opendocument.spreadsheet"):
        return _ods_records(stream)
    raise FileRefused(_("Ce fichier n’est pas un tableau. Enregistrez-le en .csv, en .xlsx ou en .ods."))


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    with reading():
        return archive.read("mimetype").strip()


def _xlsx_records(stream: IO[bytes]) -> Iterator[Record]:
    from openpyxl import load_workbook  # slow to import: only the pages that import need it

    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except Exception as error:
        raise FileRefused(_("Ce classeur est abîmé : il ne peut pas être ouvert.")) from error
    if not book.worksheets:
        raise FileRefused(_("Ce classeur n’a pas de feuille."))
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])
    sheet.reset_dimensions()  # the size written in the file may be a lie
    return _read_xlsx(sheet)


def _read_xlsx(sheet: Any) -> Iterator[Record]:
    number = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_cell_text(cell) for cell in cells]
    except GeneratorExit:
        raise
    except Exception as error:
        raise FileRefused(
            _("Ce classeur est abîmé à la ligne %(number)s.") % {"number": number + 1}, number=number + 1
        ) from error


def _cell_text(cell: Any) -> str:
    """Give the text a person sees; a code kept as a number with a format such as 00000 keeps its zeros."""
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and _ZEROS.fullmatch(str(cell.number_format)):
        return str(value).zfill(len(cell.number_format))
    return value_text(value)


def value_text(value: Any) -> str:
    """Write a typed cell as text: 42.0 is « 42 », a day is ISO, yes and no are « oui » and « non »."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).replace("\0", "").strip()


def _ods_records(stream: IO[bytes]) -> Iterator[Record]:
    """Read the first sheet of content.xml as it streams by: rows and cells may be declared a million times over."""
    archive = open_archive(stream)
    try:
        with archive.open("content.xml") as content:
            yield from _read_ods(content)
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileRefused(_("Ce classeur est abîmé : il ne peut pas être ouvert.")) from error


def _read_ods(content: IO[bytes]) -> Iterator[Record]:
    number = 1
    for _event, element in ElementTree.iterparse(content):  # noqa: S314 entities are refused first
        if element.tag == f"{_ODS_TABLE}table-row":
            cells = _ods_cells(element)
            repeated = _repeated(element, "rows")
            for offset in range(min(repeated, MAX_ROWS + 1) if any(cells) else 0):
                yield number + offset, cells
            number += repeated
            element.clear()
        elif element.tag == f"{_ODS_TABLE}table":
            return


def _ods_cells(row: ElementTree.Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag in {f"{_ODS_TABLE}table-cell", f"{_ODS_TABLE}covered-table-cell"}:
            text = _ods_text(cell)
            room = MAX_COLUMNS + 1 - len(cells)
            cells += [text] * min(_repeated(cell, "columns"), room)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _repeated(element: ElementTree.Element, what: str) -> int:
    count = element.get(f"{_ODS_TABLE}number-{what}-repeated", "1")
    return int(count) if count.isdecimal() and len(count) < 9 else 1


def _ods_text(cell: ElementTree.Element) -> str:
    """Give the cell's text; a day or a number by its value, since the text shown depends on the writer's country."""
    kind = cell.get(f"{_ODS_OFFICE}value-type", "string")
    if kind == "date":
        return cell.get(f"{_ODS_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return "oui" if cell.get(f"{_ODS_OFFICE}boolean-value") == "true" else "non"
    shown = "\n".join("".join(part.itertext()) for part in cell if part.tag == f"{_ODS_TEXT}p").strip()
    if kind == "float" and not shown.startswith("0"):  # 01001 shown by a format keeps its zeros
        return _number_text(cell.get(f"{_ODS_OFFICE}value", shown))
    return shown.replace("\0", "")


def _number_text(written: str) -> str:
    try:
        return value_text(float(written)) if "." in written or "e" in written.lower() else written
    except ValueError:
        return written
