"""What a page or a document says of itself is proposed, whatever its form; a hostile one says nothing."""

import io
from datetime import UTC, datetime

import pytest

from alliage.files.tests.factories import PDF, archive, docx, odt
from alliage.library import metadata
from alliage.library.metadata import kind_of, language_of, licence_of, of_document, of_page, title_of_address, year_of

PAGE = """<!doctype html><html lang="fr-FR"><head><title>Le guide des alliances | Un site</title>
<meta property="og:site_name" content="Un site"><meta name="description" content="  Ce que l’on
y trouve. "><meta name="citation_author" content="Dupont, Marie"><meta name="citation_author" content="Alix Demo">
<meta name="citation_publication_date" content="2023/04/02">
<link rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/deed.fr"></head><body><h1>Autre</h1></body></html>"""


def test_a_page_says_its_title_summary_year_licence_and_authors():
    found = of_page(PAGE, "https://exemple.fr/guide")
    assert found.title == "Le guide des alliances"
    assert found.summary == "Ce que l’on y trouve."
    assert (found.kind, found.why_kind) == ("guide", "guide")
    assert (found.language, found.year, found.licence) == ("fr", 2023, "cc-by-sa-4.0")
    assert found.authors == ["Marie Dupont", "Alix Demo"]
    assert found.plain()["authors"] == found.authors
    assert "«\u00a0guide\u00a0»" in metadata.why(found.plain())
    assert metadata.why({}) == ""


def test_a_page_may_say_it_in_json_ld():
    page = """<html><script type="application/ld+json">{"@graph": [{"@type": "Organization", "name": "Non"},
    {"headline": "Une enquête", "description": "Trois chiffres.", "inLanguage": "en", "datePublished": "2021-05-01",
    "license": {"@id": "https://www.etalab.gouv.fr/licence-ouverte"}, "author": [{"name": "Alix"}, "https://x.fr/a"]}]}</script>"""
    found = of_page(page)
    assert (found.title, found.summary, found.language) == ("Une enquête", "Trois chiffres.", "en")
    assert (found.year, found.licence, found.kind, found.authors) == (2021, "licence-ouverte-2.0", "etude", ["Alix"])


@pytest.mark.parametrize(
    "page",
    [
        "", "<", "<!", "<![CDATA[", "<title>", "\0", "<html lang><meta><meta name=description>", "<!doctype" * 50,
        "<script type='application/ld+json'>" + "[" * 5000, "<script type='application/ld+json'>{}</script>",
        "<script type='application/ld+json'>[1, null]</script>", "<script type='application/ld+json'>3</script>",
    ],
    ids=range(12),
)  # fmt: skip
def test_a_page_that_says_nothing_gives_nothing(page):
    found = of_page(page)
    assert (found.title.strip("<!"), found.summary, found.year, found.licence, found.authors) == ("", "", None, "", [])
    assert found.kind == "lien"


def test_texts_of_a_page_are_texts_and_have_an_end():
    found = of_page(f"<title>{'mot ' * 100}&lt;script&gt;</title><meta name=description content='{'x' * 900}'>")
    assert len(found.title) <= 160
    assert found.title.endswith("…")
    assert len(found.summary) == 400


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Webinaire du 3 mai", "replay"), ("Kit ODD 17", "kit"), ("Boîte à outils", "kit"), ("Mode d’emploi", "guide"),
        ("Baromètre des maires", "etude"), ("Retours d’expérience", "retour"), ("Grille d’analyse", "outil"),
        ("Lettre aux élus", "lettre"), ("Une expérimentation", "pratique"), ("Bonjour", ""),
    ],
)  # fmt: skip
def test_the_kind_is_guessed_from_a_word(words, kind):
    assert kind_of(words)[0] == kind


def test_years_languages_and_licences_are_read_as_people_write_them():
    assert [year_of(text) for text in ("D:20230102", "2 mai 2019", "12345", "", "le 1850")] == [
        2023,
        2019,
        None,
        None,
        None,
    ]
    assert [language_of(text) for text in ("fr_FR", "eng", "xx", "")] == ["fr", "en", "", ""]
    assert [licence_of(text) for text in ("© Tous droits réservés", "CC BY 4.0", "")] == [
        "tous-droits-reserves",
        "cc-by-4.0",
        "",
    ]


def test_an_address_gives_a_first_title():
    assert (
        title_of_address("https://www.exemple.fr/a/guide_des-alliances.html?x=1") == "Guide des alliances (exemple.fr)"
    )
    assert title_of_address("https://exemple.fr/") == "exemple.fr"
    assert metadata.title_of_name("etude%20sur_les+liens.pdf") == "Etude sur les liens"


def document(text="Faire alliance en 2022", **properties):
    from docx import Document

    out = io.BytesIO()
    made = Document()
    made.add_heading(text, 1)
    made.add_paragraph(
        "Ce document explique comment trois communes ont ouvert ensemble un atelier de réparation partagé."
    )
    for name, value in properties.items():
        setattr(made.core_properties, name, value)
    made.save(out)
    return io.BytesIO(out.getvalue())


def test_a_document_says_its_properties():
    found = of_document(
        document(
            title="Un guide",
            author="Alix Demo; Jeanne",
            subject="Trois étapes",
            created=datetime(2021, 3, 4, tzinfo=UTC),
            language="fr-FR",
        ),
        "docx",
        "x.docx",
    )
    assert (found.title, found.summary, found.year, found.language) == ("Un guide", "Trois étapes", 2021, "fr")
    assert (found.authors, found.kind) == (["Alix Demo", "Jeanne"], "guide")


def test_a_document_without_properties_says_its_first_lines():
    found = of_document(document(), "docx", "x.docx")
    assert found.title == "Faire alliance en 2022"
    assert found.summary.startswith("Ce document explique")


@pytest.mark.parametrize(
    ("content", "extension", "title"),
    [
        (PDF, "pdf", "Kit 2023"),
        (odt("Une charte de coopération"), "odt", "Une charte de coopération"),
        (docx(), "docx", "Faire alliance"),
        (b"a;b", "csv", "Kit 2023"),
        (b"%PDF-1.4 broken %%EOF", "pdf", "Kit 2023"),
        (archive({"word/document.xml": "<x"}), "docx", "Kit 2023"),
        (archive({"content.xml": b"<x>"}), "odt", "Kit 2023"),
    ],
    ids=["pdf", "odt", "docx", "csv", "broken-pdf", "broken-docx", "broken-odt"],
)
def test_a_document_that_says_nothing_is_named_after_its_file(content, extension, title):
    assert of_document(io.BytesIO(content), extension, "kit_2023.x").title == title


def test_a_pdf_says_its_properties():
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.add_metadata({"/Title": "Microsoft Word - rapport.docx", "/Author": "Alix", "/CreationDate": "D:20200102"})
    out = io.BytesIO()
    writer.write(out)
    found = of_document(out, "pdf", "rapport-annuel.pdf")
    assert (found.title, found.authors, found.year, found.kind) == ("Rapport annuel", ["Alix"], 2020, "etude")
