"""Files for tests: honest ones, and made to harm."""

import io
import zipfile
from contextlib import contextmanager

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from alliage.files.enums import Kind
from alliage.files.registry import Purpose, purposes

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 39>>stream\nBT /F1 12 Tf 10 10 Td (Bonjour) Tj ET  \nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF"
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def upload(content: bytes, name: str = "fichier") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    noise = Image.merge("RGB", [Image.effect_noise(size, 80) for _band in range(3)])
    image = Image.new(mode, size) if mode == "RGBA" else noise.convert(mode)
    image.save(out, form, **options)
    return out.getvalue()


def archive(parts: dict[str, bytes | str], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return out.getvalue()


def docx(**parts: bytes | str) -> bytes:
    from docx import Document

    out = io.BytesIO()
    document = Document()
    document.add_paragraph("Faire alliance")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "qui", "quoi"
    document.save(out)
    if not parts:
        return out.getvalue()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as source:
        kept = {name: source.read(name) for name in source.namelist()}
    return archive({**kept, **parts})


def odt(text: str = "Faire alliance") -> bytes:
    from odfdo import Document, Paragraph

    document = Document("text")
    document.body.clear()
    document.body.append(Paragraph(text))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(rows: list[list], **options) -> bytes:
    """An XLSX file of one sheet; `formats` gives number formats by cell address."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for address, number_format in options.get("formats", {}).items():
        book.active[address].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@contextmanager
def purpose(code: str = "test.any", **options):
    """A use of files that exists for one test."""
    values = {"label": "Essai", "kinds": frozenset(Kind), **options}
    before = dict(purposes._items)
    try:
        yield purposes.add(Purpose(code, **values))
    finally:
        purposes._items.clear()
        purposes._items.update(before)
