"""Documents: tagged, with our typeface, of words only."""

import datetime
import io

import pytest
from pypdf import PdfReader

from alliage.formats import pdf

NOW = datetime.datetime(2026, 11, 26, 12, 0, tzinfo=datetime.UTC)
PAGE = """
#import "/alliage/formats/templates/formats/document.typ": *
#let data = json(bytes(sys.inputs.data))
#show: alliage.with(title: data.title, foot: "Pied de page")
#kicker("Essai")
= #data.title
#data.text
#call[#note("Une note")]
"""


@pytest.fixture
def template(monkeypatch, tmp_path):
    """A template outside of the package: the root moves with it, what documents share stays at hand."""
    shared = tmp_path / "alliage/formats/templates/formats"
    shared.mkdir(parents=True)
    (shared / "document.typ").write_text((pdf.FONTS.parent / "templates/formats/document.typ").read_text())
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    made = tmp_path / "essai.typ"
    made.write_text(PAGE)
    return made


def test_a_document_is_tagged_and_holds_the_words_it_was_given(template):
    words = {"title": "L’Œuvre de « Saint-Étienne »", "text": '#panic("code") *étoiles* $x$ <balise> \\ "'}
    made = pdf.document(template, words, now=NOW)
    reader = PdfReader(io.BytesIO(made))
    text = reader.pages[0].extract_text()
    assert "L’Œuvre de « Saint-Étienne »" in text
    assert '#panic("code") *étoiles* $x$ <balise>' in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    assert b"AtkinsonHyperlegible" in made


def test_the_same_words_at_the_same_time_give_the_same_file(template):
    words = {"title": "Titre", "text": ""}
    assert pdf.document(template, words, now=NOW) == pdf.document(template, words, now=NOW)


def test_a_broken_template_says_what_is_wrong(template):
    template.write_text("#inconnu")
    with pytest.raises(pdf.TemplateError, match="inconnu"):
        pdf.document(template, {}, now=NOW)


def test_a_document_is_shown_by_the_browser():
    answer = pdf.response(b"%PDF", "lettre.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="lettre.pdf"'
