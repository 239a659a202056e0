"""ODT: real headings, lists, tables with header rows, links and language, for LibreOffice and whoever reads as it does."""

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpResponse

from alliage.formats import documents
from alliage.formats.documents import Checks, Document, Heading, Items, Link, Paragraph, Table, writable

CONTENT_TYPE = "application/vnd.oasis.opendocument.text"
FACE = "Liberation Sans"
INK, TEAL, COPPER, MUTED, RULE = "#1d2b2f", "#0f5c5c", "#9a3f17", "#5b676b", "#b9c3c2"
_PREFIX = "Alliage_20_"


def document(said: Document, *, now: datetime) -> bytes:
    """Write the file; `now` is the date that it says."""
    from odfdo import Document as OdfDocument  # slow to import: only where a document is made
    from odfdo import Element

    made = OdfDocument("text")
    made.body.clear()
    _dress(made, said, now)
    for piece in _pieces(said):
        made.body.append(Element.from_tag(piece))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def response(said: Document, *, now: datetime, filename: str = "") -> HttpResponse:
    """Saved by the browser, under the title when `filename` is empty."""
    answer = HttpResponse(document(said, now=now), content_type=CONTENT_TYPE)
    name = filename or documents.filename(said.title, "odt")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# --- What the file says of itself, and its styles ------------------------------------------------------------------


def _dress(made: Any, said: Document, now: datetime) -> None:
    from odfdo import Element

    about = made.meta
    about.title, about.language = writable(said.title), said.language
    about.creator = about.initial_creator = writable(", ".join(said.authors))
    about.keyword = writable(", ".join(said.keywords))
    about.creation_date = about.date = now.replace(tzinfo=None)
    about.generator = "Alliage"
    styles = made.get_part("styles.xml")
    for style in _styles(said.language):
        styles.get_element("//office:styles").append(Element.from_tag(style))
    beside = made.get_part("content.xml").get_element("//office:automatic-styles")
    for style in _table_styles(said):
        beside.append(Element.from_tag(style))
    if said.foot:
        foot = f"<style:footer>{_p(said.foot, 'Foot')}</style:footer>"
        styles.get_element("//style:master-page").append(Element.from_tag(foot))


def _styles(language: str) -> Iterable[str]:
    yield _style("Text", size="11pt", colour=INK, below="0.25cm", language=language)
    yield _style("Kicker", size="11pt", colour=COPPER, below="0.1cm", bold=True, language=language)
    yield _style("Lead", size="12.5pt", colour=INK, below="0.4cm", language=language)
    yield _style("Note", size="9pt", colour=MUTED, below="0.2cm", language=language)
    yield _style("Foot", size="8.5pt", colour=MUTED, below="0cm", language=language)
    yield _style("Item", size="11pt", colour=INK, below="0.1cm", language=language)
    yield _style("Cell", size="10pt", colour=INK, below="0cm", language=language)
    yield _style("Column", size="10pt", colour=INK, below="0cm", bold=True, language=language)
    for level, size in ((1, "24pt"), (2, "15pt"), (3, "12pt"), (4, "11pt")):
        yield _style(f"Heading_20_{level}", size=size, colour=TEAL, below="0.2cm", above="0.5cm", bold=True,
                     language=language, level=level)  # fmt: skip
    indent = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="0.9cm"/>'
        "</style:list-level-properties>"
    )
    yield (
        f'<text:list-style style:name="{_PREFIX}Items"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
        f"{indent}</text:list-level-style-bullet></text:list-style>"
    )
    yield (
        f'<text:list-style style:name="{_PREFIX}Steps"><text:list-level-style-number text:level="1" style:num-format="1" '
        f'style:num-suffix=".">{indent}</text:list-level-style-number></text:list-style>'
    )
    yield (
        f'<text:list-style style:name="{_PREFIX}Checks"><text:list-level-style-bullet text:level="1" text:bullet-char="☐">'
        f"{indent}</text:list-level-style-bullet></text:list-style>"
    )
    yield (
        f'<style:style style:name="{_PREFIX}Link" style:family="text">'
        f'<style:text-properties fo:color="{TEAL}" style:text-underline-style="solid"/></style:style>'
    )


def _table_styles(said: Document) -> Iterable[str]:
    """Borders, and one style for each share of a width: word processors want them beside the text."""
    yield (
        f'<style:style style:name="{_PREFIX}Box" style:family="table-cell"><style:table-cell-properties '
        f'fo:border="0.5pt solid {RULE}" fo:padding="0.15cm"/></style:style>'
    )
    for share in sorted({share for block in said.blocks if isinstance(block, Table) for share in block.widths}):
        yield (
            f'<style:style style:name="{_PREFIX}Share{share}" style:family="table-column">'
            f'<style:table-column-properties style:rel-column-width="{share}*"/></style:style>'
        )


def _style(
    name: str, *, size: str, colour: str, below: str, language: str, above: str = "0cm", bold: bool = False, level: int = 0
) -> str:  # fmt: skip
    """A style of paragraphs; with `level`, one of headings, which an outline follows."""
    country = ' fo:country="FR"' if language == "fr" else ' fo:country="none"'
    outline = f' style:default-outline-level="{level}"' if level else ""
    return (
        f'<style:style style:name="{_PREFIX}{name}" style:family="paragraph" style:parent-style-name="Standard"{outline}>'
        f'<style:paragraph-properties fo:margin-top="{above}" fo:margin-bottom="{below}" fo:line-height="125%"'
        f"{' fo:keep-with-next=' + quoteattr('always') if level else ''}/>"
        f'<style:text-properties style:font-name="{FACE}" fo:font-size="{size}" fo:color="{colour}" '
        f'fo:font-weight="{"bold" if bold else "normal"}" fo:language={quoteattr(language)}{country}/></style:style>'
    )


# --- What it holds -------------------------------------------------------------------------------------------------


def _pieces(said: Document) -> Iterable[str]:
    if said.kicker:
        yield _p(said.kicker, "Kicker")
    yield _h(said.title, 1)
    if said.lead:
        yield _p(said.lead, "Lead")
    for block in said.blocks:
        yield _WRITERS[type(block)](block)


def _words(text: str) -> str:
    """Escaped, with its line ends; runs of spaces are one, as in any paragraph."""
    return escape(writable(text)).replace("\n", "<text:line-break/>")


def _p(text: str, style: str = "Text") -> str:
    return f'<text:p text:style-name="{_PREFIX}{style}">{_words(text)}</text:p>'


def _h(text: str, level: int) -> str:
    return f'<text:h text:style-name="{_PREFIX}Heading_20_{level}" text:outline-level="{level}">{_words(text)}</text:h>'


def _list(items: Iterable[str], style: str) -> str:
    rows = "".join(f"<text:list-item>{_p(item, 'Item')}</text:list-item>" for item in items)
    return f'<text:list text:style-name="{_PREFIX}{style}">{rows}</text:list>'


def _link(block: Link) -> str:
    before = f"{_words(block.before)} " if block.before else ""
    return (
        f'<text:p text:style-name="{_PREFIX}Text">{before}<text:a xlink:type="simple" xlink:href={quoteattr(writable(block.url))} '
        f'text:style-name="{_PREFIX}Link">{_words(block.text)}</text:a></text:p>'
    )


def _table(block: Table) -> str:
    return (
        f"<table:table>{_columns(block)}"
        f"<table:table-header-rows>{_row(block.header, 'Column')}</table:table-header-rows>"
        f"{''.join(_row(row, 'Cell') for row in block.rows)}</table:table>"
    )


def _columns(block: Table) -> str:
    if not block.widths:
        return f'<table:table-column table:number-columns-repeated="{len(block.header)}"/>'
    return "".join(f'<table:table-column table:style-name="{_PREFIX}Share{share}"/>' for share in block.widths)


def _row(texts: Iterable[str], style: str) -> str:
    cells = "".join(
        f'<table:table-cell table:style-name="{_PREFIX}Box" office:value-type="string">{_p(text, style)}</table:table-cell>'
        for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Heading: lambda block: _h(block.text, min(max(block.level, 2), 4)),
    Paragraph: lambda block: _p(block.text, "Note" if block.note else "Text"),
    Items: lambda block: _list(block.items, "Steps" if block.numbered else "Items"),
    Checks: lambda block: _list(block.items, "Checks"),
    Link: _link,
    Table: _table,
}
