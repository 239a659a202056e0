"""DOCX: real headings, lists, tables with a header row, links and language, so that a screen reader and an editor follow."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from alliage.formats import documents
from alliage.formats.documents import Checks, Document, Heading, Items, Link, Paragraph, Table, writable

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A typeface that word processors have or replace well; colours of the house, dark enough on paper.
FACE = "Calibri"
INK, TEAL, COPPER, MUTED = "1D2B2F", "0F5C5C", "9A3F17", "5B676B"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_SIZES = {"Title": 24, "Heading 2": 15, "Heading 3": 12, "Heading 4": 11}


def document(said: Document, *, now: datetime) -> bytes:
    """Write the file; `now` is the date that it says."""
    from docx import Document as DocxDocument  # 150 ms to import: only where a document is made

    made = DocxDocument()
    _dress(made, said, now)
    if said.kicker:
        _run(made.add_paragraph(), said.kicker, COPPER).bold = True
    made.add_paragraph(writable(said.title), style="Title")
    if said.lead:
        made.add_paragraph(writable(said.lead), style="Subtitle")
    for block in said.blocks:
        _WRITERS[type(block)](made, block)
    if said.foot:
        _run(made.sections[0].footer.paragraphs[0], said.foot, MUTED)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def response(said: Document, *, now: datetime, filename: str = "") -> HttpResponse:
    """Saved by the browser, under the title when `filename` is empty."""
    answer = HttpResponse(document(said, now=now), content_type=CONTENT_TYPE)
    name = filename or documents.filename(said.title, "docx")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _dress(made: Any, said: Document, now: datetime) -> None:
    """The page, the styles, and what the file says of itself."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(22)
    normal = made.styles["Normal"]
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.25
    for name, size in {"Normal": 11, "Subtitle": 12.5, **_SIZES}.items():
        style = made.styles[name]
        style.font.name, style.font.size = FACE, Pt(size)
        style.element.rPr.rFonts.attrib.pop(qn("w:asciiTheme"), None)
        style.element.rPr.rFonts.attrib.pop(qn("w:hAnsiTheme"), None)
        style.font.color.rgb = RGBColor.from_string(TEAL if name in _SIZES else INK)
        style.font.italic = False
        style.font.bold = name in _SIZES
    for rule in made.styles["Title"].element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        rule.getparent().remove(rule)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR" if said.language == "fr" else said.language)
    about = made.core_properties
    about.title, about.author = writable(said.title)[:255], writable(", ".join(said.authors))[:255]
    about.language, about.comments = said.language, ""
    about.keywords = writable(", ".join(said.keywords))[:255]
    about.created = about.modified = now.replace(tzinfo=None)


def _run(paragraph: Any, text: str, colour: str = "") -> Any:
    from docx.shared import RGBColor

    run = paragraph.add_run(writable(text))
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _heading(made: Any, block: Heading) -> None:
    made.add_heading(writable(block.text), level=min(max(block.level, 2), 4))


def _paragraph(made: Any, block: Paragraph) -> None:
    from docx.shared import Pt

    run = _run(made.add_paragraph(), block.text, MUTED if block.note else "")
    if block.note:
        run.font.size = Pt(9)


def _items(made: Any, block: Items) -> None:
    """Numbers are written: a numbered style would count on from the list before."""
    for rank, item in enumerate(block.items, start=1):
        text = f"{rank}. {item}" if block.numbered else item
        made.add_paragraph(writable(text), style="List" if block.numbered else "List Bullet")


def _checks(made: Any, block: Checks) -> None:
    for item in block.items:
        made.add_paragraph(writable(f"☐ {item}"), style="List")


def _link(made: Any, block: Link) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = made.add_paragraph()
    if block.before:
        _run(paragraph, f"{block.before} ")
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), made.part.relate_to(writable(block.url), _HYPERLINK, is_external=True))
    run = _run(paragraph, block.text, TEAL)
    run.font.underline = True
    link.append(run.element)
    paragraph._p.append(link)  # noqa: SLF001 the library has no public way to write a link


def _table(made: Any, block: Table) -> None:
    from docx.oxml import OxmlElement

    table = made.add_table(rows=1 + len(block.rows), cols=len(block.header), style="Table Grid")
    head = table.rows[0]._tr  # noqa: SLF001 nor to say that a row is a header
    head.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row, texts in zip(table.rows, (block.header, *block.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = writable(text)
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    if block.widths:
        _widen(made, table, block.widths)
    made.add_paragraph()


def _widen(made: Any, table: Any, widths: Any) -> None:
    page = made.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    for column, share in zip(table.columns, widths, strict=True):
        column.width = int(room * share / sum(widths))
        for cell in column.cells:
            cell.width = column.width


_WRITERS: dict[type, Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Checks: _checks,
    Link: _link,
    Table: _table,
}
