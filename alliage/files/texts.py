"""The text inside a document. Slow, and the document may be hostile: only ever called from a job."""

import io
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from alliage.files.archives import ArchiveRefused, open_archive

MAX_CHARACTERS = 1_000_000
MAX_PART = 30 * 1024 * 1024
SECONDS = 60.0


class TextUnreadable(Exception):  # noqa: N818 not an error of ours: the document has no text to give
    """The document gives no text: scanned, protected, damaged."""


def text_of(stream: IO[bytes], extension: str, *, clock: Callable[[], float] = time.monotonic) -> str:
    """Give the text of a PDF, DOCX or ODT file, at most `MAX_CHARACTERS`, within about `SECONDS`."""
    reader = _READERS.get(extension)
    if reader is None:
        raise TextUnreadable(extension)
    deadline = clock() + SECONDS
    pieces: list[str] = []
    length = 0
    try:
        for piece in reader(stream):
            pieces.append(piece.replace("\0", "").strip())
            length += len(piece)
            if length > MAX_CHARACTERS or clock() > deadline:
                break
    except Exception as error:
        raise TextUnreadable(repr(error)) from error
    text = "\n".join(piece for piece in pieces if piece)[:MAX_CHARACTERS]
    if not text:
        raise TextUnreadable("no text")
    return text


def _pdf(stream: IO[bytes]) -> Iterator[str]:
    from pypdf import PdfReader  # slow to import: only the worker needs it

    for page in PdfReader(stream).pages:
        yield page.extract_text()


def _docx(stream: IO[bytes]) -> Iterator[str]:
    from docx import Document  # slow to import: only the worker needs it

    check_part(stream, "word/document.xml")
    for block in Document(stream).iter_inner_content():
        yield from _docx_block(block)


def _docx_block(block: Any) -> Iterator[str]:
    if hasattr(block, "rows"):
        for row in block.rows:
            yield " ; ".join(dict.fromkeys(cell.text for cell in row.cells))
    else:
        yield block.text


def _odt(stream: IO[bytes]) -> Iterator[str]:
    from odfdo import Document  # slow to import: only the worker needs it

    check_part(stream, "content.xml")
    for block in Document(io.BytesIO(stream.read())).body.get_elements("descendant::text:p | descendant::text:h"):
        yield block.text_recursive


def check_part(stream: IO[bytes], name: str) -> None:
    """Refuse to build the tree of a part that would fill the memory."""
    if open_archive(stream).getinfo(name).file_size > MAX_PART:
        raise ArchiveRefused(name)
    stream.seek(0)


_READERS: dict[str, Callable[[IO[bytes]], Iterator[str]]] = {"pdf": _pdf, "docx": _docx, "odt": _odt}
