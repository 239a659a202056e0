"""Slides: titles, lists, tables and charts that people edit, and that a screen reader follows."""

import io
from datetime import UTC, datetime

import pptx

from alliage.formats.documents import Table
from alliage.formats.pptx import Deck, Radar, Slide, deck, response

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CHART = Radar(["Alliance", "Modèle", "Numérique"], [("aujourd’hui", [1, 2.5, None])], "Alliance : 1 ; Modèle : 2,5")
SAID = Deck(
    "Où nous en sommes",
    [
        Slide("Trois priorités", ["L’alliance", "Le modèle\x0b"], "Par où commencer"),
        Slide("Le dessin", ["Un point"], chart=CHART),
        Slide("Le tableau", table=Table(["Levier", "Niveau"], [["Alliance", "émergence"]], [2, 1])),
    ],
    "Document de travail",
)


def test_what_is_written_is_read_back_and_the_chart_is_described():
    made = pptx.Presentation(io.BytesIO(deck(SAID, now=NOW)))
    assert [slide.shapes.title.text for slide in made.slides] == ["Trois priorités", "Le dessin", "Le tableau"]
    assert made.slides[0].placeholders[1].text.split("\n") == ["Par où commencer", "L’alliance", "Le modèle"]
    [chart] = [shape for shape in made.slides[1].shapes if shape.has_chart]
    assert chart._element.nvGraphicFramePr.cNvPr.get("descr") == CHART.words
    assert list(chart.chart.plots[0].series[0].values) == [1, 2.5, None]
    [table] = [shape.table for shape in made.slides[2].shapes if shape.has_table]
    assert [cell.text for cell in table.rows[1].cells] == ["Alliance", "émergence"]
    assert (made.core_properties.title, made.core_properties.language) == ("Où nous en sommes", "fr-FR")


def test_it_is_saved_under_its_title():
    assert response(SAID, now=NOW)["Content-Disposition"] == 'attachment; filename="ou-nous-en-sommes.pptx"'
