"""PPTX: slides with real titles, lists, tables and charts that people edit, in the colours of the house. Words only, no markup.

Deck("Où nous en sommes", [Slide("Trois priorités", points=["Alliance"]), Slide("Nos leviers", chart=Radar(...))])
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from alliage.formats import documents
from alliage.formats.documents import Table, writable

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FACE = "Calibri"
INK, TEAL, MUTED = "1D2B2F", "0F5C5C", "5B676B"
WIDTH, HEIGHT = 13.333, 7.5
MARGIN, TOP, FOOT = 0.7, 1.75, 6.85
_TITLE_ONLY, _TITLE_AND_BODY = 5, 1


@dataclass(frozen=True)
class Radar:
    """A chart: its axes, and one line of values (None: not known) for each series; `words` say it to whoever does not see it."""

    axes: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    words: str
    top: float = 4


@dataclass(frozen=True)
class Slide:
    """`points` are one line each, `lead` stands above them; a table or a chart takes the right half, or the whole without points."""

    title: str
    points: Sequence[str] = ()
    lead: str = ""
    table: Table | None = None
    chart: Radar | None = None


@dataclass(frozen=True)
class Deck:
    """`foot` stands at the foot of each slide."""

    title: str
    slides: Sequence[Slide] = field(default_factory=tuple)
    foot: str = ""
    language: str = "fr-FR"


def deck(said: Deck, *, now: datetime) -> bytes:
    """Write the file; `now` is the date that it says."""
    from pptx import Presentation  # 200 ms to import: only where slides are made
    from pptx.util import Inches

    made = Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    about = made.core_properties
    about.title, about.author, about.language = writable(said.title), "Alliage", said.language
    about.created = about.modified = now.replace(tzinfo=None)
    about.last_modified_by = "Alliage"
    for rank, slide in enumerate(said.slides, start=1):
        _slide(made, slide, f"{said.foot} · {rank} / {len(said.slides)}".strip(" ·"), said.language)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def response(said: Deck, *, now: datetime, filename: str = "") -> HttpResponse:
    """Saved by the browser, under the title when `filename` is empty."""
    answer = HttpResponse(deck(said, now=now), content_type=CONTENT_TYPE)
    name = filename or documents.filename(said.title, "pptx")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _slide(made: Any, said: Slide, foot: str, language: str) -> None:
    has_words = bool(said.points or said.lead)
    beside = said.table is not None or said.chart is not None
    page = made.slides.add_slide(made.slide_layouts[_TITLE_AND_BODY if has_words else _TITLE_ONLY])
    _placed(page.shapes.title, MARGIN, 0.45, WIDTH - 2 * MARGIN, 1.1)
    _write(page.shapes.title.text_frame, [said.title], 32, TEAL, bold=True)
    whole = WIDTH - 2 * MARGIN
    left = whole * 0.44 if beside and has_words else whole
    if has_words:
        body = page.placeholders[1]
        _placed(body, MARGIN, TOP, left, FOOT - TOP - 0.1)
        _body(body.text_frame, said)
    at = (MARGIN + left + 0.3, whole - left - 0.3) if has_words else (MARGIN, whole)
    if said.table is not None:
        _table(page, said.table, *at)
    if said.chart is not None:
        _chart(page, said.chart, *at)
    _foot(page, foot)
    for run in page._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}rPr"):  # noqa: SLF001 no public way to say a language
        run.set("lang", language)


def _placed(shape: Any, left: float, top: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(each) for each in (left, top, width, height))


def _write(frame: Any, lines: Sequence[str], size: float, color: str, *, bold: bool = False) -> None:
    """One paragraph for each line; the frame is emptied first."""
    frame.word_wrap = True
    frame.clear()
    for rank, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        _run(paragraph, line, size, color, bold=bold)


def _run(paragraph: Any, text: str, size: float, color: str, *, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = writable(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FACE
    run.font.color.rgb = RGBColor.from_string(color)


def _body(frame: Any, said: Slide) -> None:
    """The lead without a bullet, then the points; smaller when there is much to say."""
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    size = 20 if sum(map(len, said.points)) < 420 else 16
    lines = ([said.lead] if said.lead else []) + list(said.points)
    _write(frame, lines, size, INK)
    frame.vertical_anchor = MSO_ANCHOR.TOP
    for paragraph in frame.paragraphs:
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(10)
    if said.lead:
        properties = frame.paragraphs[0]._p.get_or_add_pPr()  # noqa: SLF001 nor to take a bullet away
        properties.set("marL", "0")
        properties.set("indent", "0")
        properties.append(properties.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}buNone", {}))


def _table(page: Any, said: Table, left: float, width: float) -> None:
    from pptx.util import Inches

    shape = page.shapes.add_table(
        1 + len(said.rows), len(said.header), Inches(left), Inches(TOP), Inches(width), Inches(0.4)
    )
    table = shape.table
    shares = said.widths or [1] * len(said.header)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Inches(width * share / sum(shares))
    size = 14 if len(said.rows) <= 8 else 11
    for row, texts in zip(table.rows, (said.header, *said.rows), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            is_head = texts is said.header
            _write(cell.text_frame, [text], size, "FFFFFF" if is_head else INK, bold=is_head)
            _fill(cell, TEAL if is_head else "FFFFFF")


def _fill(cell: Any, color: str) -> None:
    from pptx.dml.color import RGBColor

    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(color)


def _chart(page: Any, said: Radar, left: float, width: float) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    data = CategoryChartData()
    data.categories = [writable(axis) for axis in said.axes]
    for name, values in said.series:
        data.add_series(writable(name), list(values))
    place = [Inches(each) for each in (left, TOP - 0.2, width, FOOT - TOP + 0.1)]
    shape = page.shapes.add_chart(XL_CHART_TYPE.RADAR_MARKERS, *place, data)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", writable(said.words))  # noqa: SLF001 nor to describe a chart
    chart = shape.chart
    chart.font.size, chart.font.name = Pt(14), FACE
    chart.has_title = False
    chart.has_legend = len(said.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, said.top, 1
    _lines(chart)


def _lines(chart: Any) -> None:
    """Thick, then dashed: told apart in black and white."""
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    for rank, series in enumerate(chart.plots[0].series):
        color = RGBColor.from_string(TEAL if rank == 0 else MUTED)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = color, Pt(3 if rank == 0 else 1.75)
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = color
        if rank:
            series.format.line.dash_style = MSO_LINE.DASH


def _foot(page: Any, text: str) -> None:
    from pptx.util import Inches

    box = page.shapes.add_textbox(Inches(MARGIN), Inches(FOOT), Inches(WIDTH - 2 * MARGIN), Inches(0.4))
    _write(box.text_frame, [text], 11, MUTED)
