"""XLSX: one sheet, streamed, complete, safe to save again as CSV.

A workbook is a ZIP archive of XML parts. It is written part by part, straight to the answer: an export of 100,000
rows starts at once and never sits in memory or on disk. Only what a table needs: text, numbers, a bold first row that
stays in sight. (A library that writes workbooks must have written the whole file before its first byte can leave.)

Cells that a spreadsheet would run as formulas are neutralised as in `csv`, so that the two exports say the same and
come back the same; texts are written as texts, never as formulas.
"""

import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse

from alliage.formats.csv import cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel's own limits.
MAX_TEXT = 32_767
MAX_ROWS = 1_048_576
_EVERY = 64 * 1024
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Beyond this many digits a spreadsheet rounds a number: it is written as text.
_MOST_DIGITS = 10**15

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet {_MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


class _Pipe:
    """What the archive is written to: gives its bytes away as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.waiting = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        found, self._pieces, self.waiting = b"".join(self._pieces), [], 0
        return found


def lines(header: Iterable[Any], rows: Iterable[Iterable[Any]], *, sheet: str = "Export") -> Iterator[bytes]:
    """Yield the file in pieces."""
    pipe = _Pipe()
    title = escape(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31], {'"': "&quot;"})
    workbook = f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="{title}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:  # type: ignore[call-overload]
        for name, content in {**_PARTS, "xl/workbook.xml": workbook}.items():
            archive.writestr(name, _HEAD + content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in _sheet(header, rows):
                part.write(piece.encode())
                if pipe.waiting >= _EVERY:
                    yield pipe.taken()
    yield pipe.taken()


def _sheet(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/><sheetData>'
    )
    yield _row(header, style=' s="1"')
    for rank, row in enumerate(rows, start=2):
        if rank > MAX_ROWS:
            raise ValueError("More rows than a sheet can hold: offer CSV.")
        yield _row(row)
    yield "</sheetData></worksheet>"


def _row(values: Iterable[Any], style: str = "") -> str:
    return f"<row>{''.join([_cell(value, style) for value in values])}</row>"


def _cell(value: Any, style: str) -> str:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and _is_exact(value):
        return f"<c{style}><v>{value}</v></c>"
    text = str(cell(value))[:MAX_TEXT]
    if not text:
        return f"<c{style}/>"
    text = escape(_UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _is_exact(number: Any) -> bool:
    return math.isfinite(number) and abs(number) < _MOST_DIGITS


def response(
    filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]], *, sheet: str = "Export"
) -> StreamingHttpResponse:
    """Answer a complete workbook, streamed. `filename` ends with `.xlsx` and is plain ASCII."""
    answer = StreamingHttpResponse(lines(header, rows, sheet=sheet), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
