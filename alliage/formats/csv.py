"""CSV: streamed, in UTF-8, safe to open in a spreadsheet.

`;`, a byte-order mark and Windows line ends with `excel=True` (`?excel=1` in an address): French Excel opens it
with a double click. Otherwise the plain CSV of RFC 4180, with commas.

A cell that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line end) gets an
apostrophe in front. Numbers are left alone. `restored()` undoes it, so that a file exported here can be imported
again unchanged: a text that truly began with an apostrophe followed by one of these characters gets a second one.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.http import StreamingHttpResponse

BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK = 100
# How what is neutralised begins: nearly no text does, and a file has millions of cells.
_BEGINNINGS = frozenset({"'", " ", *DANGEROUS})


def cell(value: Any) -> Any:
    """Give the cell's text: neutralised when a spreadsheet would run it."""
    if type(value) is str:
        return neutralised(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return neutralised(str(value))


def neutralised(text: str) -> str:
    if text[:1] not in _BEGINNINGS:
        return text
    bare = text.lstrip("'")
    return f"'{text}" if bare.lstrip(" ").startswith(DANGEROUS) else text


def restored(text: str) -> str:
    """Undo `neutralised`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").lstrip(" ").startswith(DANGEROUS) else text


def lines(header: Iterable[Any], rows: Iterable[Iterable[Any]], *, excel: bool = False) -> Iterator[str]:
    """Yield the file in pieces, so that a whole export never sits in memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if excel else ",", lineterminator="\r\n")
    if excel:
        buffer.write(BOM)
    writer.writerow([cell(value) for value in header])
    for rank, row in enumerate(rows, start=1):
        writer.writerow([cell(value) for value in row])
        if rank % _CHUNK == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> str:
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written


def text(header: Iterable[Any], rows: Iterable[Iterable[Any]], *, excel: bool = False) -> str:
    return "".join(lines(header, rows, excel=excel))


def response(
    filename: str, header: Iterable[Any], rows: Iterable[Iterable[Any]], *, excel: bool = False
) -> StreamingHttpResponse:
    """Answer a complete CSV file, streamed. `filename` ends with `.csv` and is plain ASCII."""
    answer = StreamingHttpResponse(lines(header, rows, excel=excel), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
