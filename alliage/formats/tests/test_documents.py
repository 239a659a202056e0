"""Documents of words in DOCX, ODT and PDF: the same words, real structure, nothing read as markup."""

import datetime
import io
import zipfile

import pytest
from lxml import etree
from pypdf import PdfReader

from alliage.formats import documents, docx, odt, pdf
from alliage.formats.documents import Checks, Document, Heading, Items, Link, Paragraph, Table, blocks_of

NOW = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
SAID = Document(
    title='Un "atelier" <b>partagé</b> & « co »',
    kicker="Pratique",
    lead="Trois communes\nensemble.",
    foot="Alliage",
    authors=["Alix Demo", "Sacha"],
    keywords=["levier 5"],
    blocks=[
        Heading("Méthode"),
        *blocks_of("Trois réunions.\nPuis un local.\n\n- une carte\n  de la vallée\n- un local"),
        Items(["écouter", "choisir"], numbered=True),
        Heading("Détail", level=3),
        Checks(["la salle est prête"]),
        Link("exemple.fr", "https://exemple.fr/?a=1&b=<2>", before="À lire\u00a0:"),
        Link("sans rien devant", "https://exemple.fr/"),
        Table(["Rôle", "Minutes"], [["Hôte", "10"], ["", "5 <\n& 6"]], widths=(3, 1)),
        Table(["Seule"], []),
        Paragraph("Source\u00a0: programme", note=True),
    ],
)
BARE = Document(title="Rien d’autre", language="gcf")
HOSTILE = "a\x00\x0b\x1f\x85\ud800\ufffe</w:t></text:p>&amp;<script>]]>\u202e🌱"


def part(made: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        for each in archive.namelist():
            if each.endswith((".xml", ".rels")) and (content := archive.read(each)):
                etree.fromstring(content)
        return archive.read(name).decode()


def words(made: bytes, name: str) -> str:
    return " ".join(" ".join(etree.fromstring(part(made, name).encode()).itertext()).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n \n", []),
        ("Un.\r\n\r\nDeux.", [Paragraph("Un."), Paragraph("Deux.")]),
        ("Un\nà la ligne", [Paragraph("Un\nà la ligne")]),
        ("- un\n- deux", [Items(["un", "deux"])]),
        (
            "Avant :\n- un\n– deux\n• trois\nAprès",
            [Paragraph("Avant :"), Items(["un", "deux", "trois"]), Paragraph("Après")],
        ),
        ("- un\n  suite\n\n- deux", [Items(["un suite"]), Items(["deux"])]),
        ("-5 degrés\n- ", [Paragraph("-5 degrés\n-")]),
        ("\n\n\n  Un  \n \n \nDeux", [Paragraph("Un"), Paragraph("Deux")]),
    ],
    ids=["empty", "blank", "paragraphs", "line-end", "list", "list-inside", "item-goes-on", "no-item", "gaps"],
)
def test_plain_text_is_read_as_its_writer_laid_it_out(text, expected):
    assert list(blocks_of(text)) == expected


def test_a_docx_has_headings_lists_links_and_a_header_row():
    made = docx.document(SAID, now=NOW)
    body = part(made, "word/document.xml")
    text = words(made, "word/document.xml")
    for said in (
        SAID.title,
        "une carte de la vallée",
        "1. écouter",
        "☐ la salle est prête",
        "À lire\u00a0:".strip(),
        "5 <",
    ):
        assert " ".join(said.split()) in text
    assert [f'w:pStyle w:val="{style}"' in body for style in ("Title", "Heading2", "Heading3", "ListBullet")] == [
        True
    ] * 4
    assert body.count("<w:tblHeader/>") == 2
    assert 'Target="https://exemple.fr/?a=1&amp;b=&lt;2&gt;" TargetMode="External"' in part(
        made, "word/_rels/document.xml.rels"
    )
    assert 'w:val="fr-FR"' in part(made, "word/styles.xml")
    about = part(made, "docProps/core.xml")
    assert "Alix Demo, Sacha" in about
    assert "2026-11-26T12:00:00Z" in about


def test_an_odt_has_headings_lists_links_and_a_header_row():
    made = odt.document(SAID, now=NOW)
    body = part(made, "content.xml")
    text = words(made, "content.xml")
    for said in (SAID.title, "une carte de la vallée", "écouter", "la salle est prête", "5 < & 6"):
        assert " ".join(said.split()) in text
    assert [f'text:outline-level="{level}"' in body for level in (1, 2, 3)] == [True] * 3
    assert body.count("<table:table-header-rows>") == 2
    assert 'xlink:href="https://exemple.fr/?a=1&amp;b=&lt;2&gt;"' in body
    assert 'style:rel-column-width="3*"' in body
    assert "<text:line-break/>" in body
    about = part(made, "meta.xml")
    assert "Alix Demo, Sacha" in about
    assert "2026-11-26T12:00:00" in about


def test_a_pdf_has_the_same_words_and_structure():
    reader = PdfReader(io.BytesIO(pdf.sheet(SAID, now=NOW)))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    for said in (SAID.title, "une carte de la vallée", "écouter", "la salle est prête", "Source : programme"):
        assert " ".join(said.split()) in text
    assert reader.metadata.title == SAID.title
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)] == [SAID.title]


def test_a_document_may_hold_a_title_alone_in_any_language():
    assert "Rien d’autre" in words(docx.document(BARE, now=NOW), "word/document.xml")
    assert 'w:val="gcf"' in part(docx.document(BARE, now=NOW), "word/styles.xml")
    assert "Rien d’autre" in words(odt.document(BARE, now=NOW), "content.xml")
    assert 'fo:language="gcf" fo:country="none"' in part(odt.document(BARE, now=NOW), "styles.xml")
    assert "Rien d’autre" in PdfReader(io.BytesIO(pdf.sheet(BARE, now=NOW))).pages[0].extract_text()


def test_no_character_breaks_a_file_or_is_read_as_markup():
    said = Document(
        title=f"Titre {HOSTILE}",
        kicker=HOSTILE,
        lead=HOSTILE,
        foot=HOSTILE,
        authors=[HOSTILE],
        keywords=[HOSTILE],
        blocks=[
            Heading(HOSTILE), *blocks_of(HOSTILE), Items([HOSTILE]), Items([HOSTILE], numbered=True), Checks([HOSTILE]),
            Link(HOSTILE, f"https://exemple.fr/{HOSTILE}", before=HOSTILE), Table([HOSTILE], [[HOSTILE]]),
        ],
    )  # fmt: skip
    for made, name in (
        (docx.document(said, now=NOW), "word/document.xml"),
        (odt.document(said, now=NOW), "content.xml"),
    ):
        assert "</w:t></text:p>&amp;<script>]]>" in words(made, name)
    text = PdfReader(io.BytesIO(pdf.sheet(said, now=NOW))).pages[0].extract_text()
    assert "<script>" in text


def test_what_no_typeface_draws_is_told_by_a_sign():
    for strange in ("Un 🌱 jardin", "漢字", "ᚠᛇᚻ ꦲ"):
        text = PdfReader(io.BytesIO(pdf.sheet(Document(title=strange), now=NOW))).pages[0].extract_text()
        assert "□" in text


def test_files_are_saved_under_their_title():
    answer = docx.response(SAID, now=NOW)
    assert answer["Content-Type"] == docx.CONTENT_TYPE
    assert answer["Content-Disposition"] == 'attachment; filename="un-atelier-b-partage-b-co.docx"'
    answer = odt.response(SAID, now=NOW, filename="fiche.odt")
    assert answer["Content-Type"] == odt.CONTENT_TYPE
    assert answer["Content-Disposition"] == 'attachment; filename="fiche.odt"'
    assert documents.filename("漢字", "odt") == "document.odt"
    assert documents.filename("Le cœur d’Évry", "pdf") == "le-coeur-d-evry.pdf"


@pytest.mark.parametrize(
    ("text", "most", "written"),
    [
        ("court", 5, "court"),
        ("deux  mots\nici", 13, "deux mots ici"),
        ("un mot de trop", 10, "un mot…"),
        ("Avec\u00a0:  un élu", 12, "Avec\u00a0: un…"),
        ("X" * 20, 10, "X" * 9 + "…"),
    ],
)
def test_what_is_long_is_cut_at_a_word(text, most, written):
    assert documents.cut(text, most) == written
