"""Citing: in words, BibTeX, RIS, tags of the head, attribution; whatever people write."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from alliage.library import citing, exports
from alliage.library.citing import Work
from alliage.library.enums import LICENCES, Licence, ResourceKind
from alliage.library.tests.factories import published

pytestmark = pytest.mark.django_db


def work(**more) -> Work:
    return Work(
        **{
            "pk": 12,
            "number": 3,
            "kind": ResourceKind.PRACTICE,
            "title": "Un atelier partagé",
            "summary": "Trois communes ouvrent un atelier.",
            "authors": ["Alix Demo", "Ville d’Évry"],
            "organisations": [],
            "translators": [],
            "year": 2024,
            "published_on": datetime.date(2026, 11, 26),
            "url": "https://alliage.test/ressources/12/",
            "page_url": "https://alliage.test/ressources/12-un-atelier-partage/",
            "language": "fr",
            "licence": LICENCES[Licence.CC_BY_SA],
            "source": "",
            "keywords": ["Faire alliance"],
        }
        | more
    )


def test_a_citation_says_who_what_when_where_and_on_what_terms():
    assert citing.text(work()) == (
        "Alix Demo, Ville d’Évry (2024). Un atelier partagé. Pratique, version 3, 26 novembre 2026. "
        "Alliage, https://alliage.test/ressources/12/, CC BY-SA 4.0."
    )


def test_what_names_nobody_is_cited_by_the_network_and_what_comes_from_elsewhere_says_so():
    said = citing.text(work(authors=[], source="Programme du 8 juillet 2020", title="Et après ?"))
    assert said.startswith("Alliage (2024). Et après ? Pratique")
    assert "D’après\u00a0: Programme du 8 juillet 2020." in said


RESERVED = LICENCES[Licence.RESERVED]
STUDY_URL = "https://etudes.exemple.fr/mutations"


def elsewhere(**more) -> Work:
    """A study that others made in 2019, of which we hold a card."""
    return work(
        **{
            "kind": ResourceKind.STUDY,
            "title": "Mutations et territoires",
            "authors": ["Camille Demo"],
            "organisations": ["Conseil d’études (démonstration)"],
            "year": 2019,
            "licence": RESERVED,
            "is_elsewhere": True,
            "link": STUDY_URL,
        }
        | more
    )


def test_a_work_made_elsewhere_is_cited_as_theirs_and_our_record_is_said_beside():
    assert citing.text(elsewhere()) == (
        f"Camille Demo (2019). Mutations et territoires. Étude. {STUDY_URL}, tous droits réservés. "
        "Fiche d’Alliage, version 3, 26 novembre 2026\u00a0: https://alliage.test/ressources/12/."
    )
    unsigned = citing.text(elsewhere(authors=[], organisations=[], link="", source="Un programme", year=None))
    assert unsigned.startswith(
        "Mutations et territoires (s. d.). Étude. D’après\u00a0: Un programme. Tous droits réservés. "
    )
    assert citing.attribution(elsewhere()) == (
        f"«\u00a0Mutations et territoires\u00a0», Camille Demo, {STUDY_URL}. Tous droits réservés."
    )
    free = citing.attribution(elsewhere(licence=LICENCES[Licence.ETALAB]))
    assert free == f"«\u00a0Mutations et territoires\u00a0», Camille Demo, {STUDY_URL}, Licence Ouverte 2.0"


def test_reference_managers_are_never_given_the_day_of_our_record_for_a_work_made_elsewhere():
    bibtex, ris = citing.bibtex(elsewhere()), citing.ris(elsewhere())
    assert "  year = {2019}" in bibtex
    assert "  institution = {Conseil d’études (démonstration)}" in bibtex
    assert f"  url = {{{STUDY_URL}}}" in bibtex
    assert not re.search(r"^  (date|version) =", bibtex, re.MULTILINE)
    assert "2026" not in bibtex + ris
    lines = ris.split("\r\n")
    assert {"PY  - 2019", "PB  - Conseil d’études (démonstration)", f"UR  - {STUDY_URL}"} <= set(lines)
    assert not [line for line in lines if line.startswith(("DA", "ET"))]
    found = dict(citing.metas(elsewhere(), pdf_url="https://alliage.test/a.pdf"))
    assert found["citation_publication_date"] == found["DC.date"] == "2019"
    assert found["citation_technical_report_institution"] == "Conseil d’études (démonstration)"
    assert found["citation_public_url"] == found["DC.identifier"] == STUDY_URL
    assert not {"citation_online_date", "citation_fulltext_html_url", "citation_pdf_url"} & set(found)
    nobody = dict(citing.metas(elsewhere(authors=[], organisations=[], link="")))
    assert "citation_author" not in nobody
    assert nobody["DC.identifier"] == "https://alliage.test/ressources/12/"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "lien", "sections": {}},
        {"kind": "etude", "sections": {}, "source": "Un programme"},
        {"kind": "etude", "sections": {}, "links": [{"url": STUDY_URL}]},
        {"licence": "tous-droits-reserves", "source": "Un programme"},
    ],
)
def test_what_only_tells_of_a_document_of_others_is_made_elsewhere(said):
    assert exports.latest(published(**said)).is_elsewhere


def test_what_follows_a_bank_is_made_elsewhere_and_what_a_file_brought_when_it_points_there():
    followed = published()
    followed.source_code = "source:3"
    assert exports.latest(followed).is_elsewhere
    brought = published(links=[{"url": STUDY_URL}])
    brought.source_code = "file:banque"
    assert exports.latest(brought).link == STUDY_URL
    assert not exports.latest(published(links=[{"url": STUDY_URL}])).is_elsewhere


def test_what_was_written_here_stays_ours_though_it_names_a_source(settings):
    guide = published(kind="guide", sections={}, source="Écrit à partir d’un programme", links=[{"url": STUDY_URL}])
    own_study = published(kind="etude", sections={}, links=[{"url": f"{settings.ORIGIN}/ressources/1/"}])
    hidden = published(kind="etude", sections={}, source="Un programme", hides_place=True)
    child = published(kind="etude", sections={}, source="Adapté de : une étude")
    child.family = guide
    for each in (guide, own_study, hidden, child):
        assert not exports.latest(each).is_elsewhere
        assert exports.latest(each).names


def test_search_engines_read_that_we_publish_the_record_and_not_the_work():
    theirs = exports.linked_data(exports.record(published(kind="lien", sections={})), is_elsewhere=True)
    assert (theirs["datePublished"], theirs["sdPublisher"]["name"]) == ("2024", "Alliage")
    assert "publisher" not in theirs
    assert exports.linked_data(exports.record(published()))["publisher"]["name"] == "Alliage"


def test_the_day_is_given_only_with_the_year_of_the_work():
    assert "date = {2026-11-26}" in citing.bibtex(work(year=2026))
    assert "DA  - 2026/11/26" in citing.ris(work(year=2026))
    assert "date = {" not in citing.bibtex(work())
    assert "DA  -" not in citing.ris(work())


def test_a_work_born_elsewhere_at_an_unknown_date_is_not_given_the_year_of_our_record():
    assert exports.latest(published(year=None, source="Un programme", licence="tous-droits-reserves")).year is None
    said = work(year=None, title="Kit «\u00a0ODD 17\u00a0»")
    assert "(s. d.). Kit" in citing.text(said)
    assert "year" not in citing.bibtex(said)
    assert "PY  -" not in citing.ris(said)
    assert citing.attribution(said).startswith("«\u00a0Kit “ODD 17”\u00a0»")


def test_attribution_follows_the_licence():
    assert citing.attribution(work()) == (
        "«\u00a0Un atelier partagé\u00a0», Alix Demo, Ville d’Évry, version 3, https://alliage.test/ressources/12/, CC BY-SA 4.0"
    )
    assert citing.attribution(work(licence=LICENCES[Licence.RESERVED])).endswith("Tous droits réservés.")


def test_bibtex_keeps_names_whole_and_escapes_its_own_signs():
    said = citing.bibtex(work(title="100 % d’actions & {plus} _ici_ \\ $5 #1 ~ ^", source="Étude A_B"))
    assert said.startswith("@misc{alliage-12-v3,\n  author = {{Alix Demo} and {Ville d’Évry}},\n")
    assert (
        r"title = {{100 \% d’actions \& \{plus\} \_ici\_ \textbackslash{} \$5 \#1 \textasciitilde{} \textasciicircum{}}}"
        in said
    )
    assert r"note = {Étude A\_B – CC BY-SA 4.0}" in said
    assert said.count("{") == said.count("}")
    assert citing.bibtex(work(kind=ResourceKind.STUDY)).startswith("@techreport{")
    assert "  institution = {Alliage}" in citing.bibtex(work(kind=ResourceKind.STUDY))


def test_ris_has_one_line_for_each_thing_and_ends():
    said = citing.ris(work(summary="Sur deux\nlignes", translators=["Sacha"], kind=ResourceKind.STUDY))
    lines = said.split("\r\n")
    assert lines[0] == "TY  - RPRT"
    assert lines[-2:] == ["ER  - ", ""]
    assert "AB  - Sur deux lignes" in lines
    assert lines[2:5] == ["AU  - Alix Demo", "AU  - Ville d’Évry", "A4  - Sacha"]
    assert all(line[2:6] == "  - " for line in lines[:-1])


def test_reference_managers_find_their_tags():
    found = citing.metas(work(translators=["Sacha"], source="Ailleurs"), pdf_url="https://alliage.test/a.pdf")
    assert ("citation_title", "Un atelier partagé") in found
    assert [value for name, value in found if name == "citation_author"] == ["Alix Demo", "Ville d’Évry"]
    assert ("citation_publication_date", "2024") in found
    assert ("citation_online_date", "2026/11/26") in found
    assert ("citation_publication_date", "2026/11/26") in citing.metas(work(year=2026))
    assert ("citation_pdf_url", "https://alliage.test/a.pdf") in found
    assert ("DC.contributor", "Sacha") in found
    assert ("DC.rights", LICENCES[Licence.CC_BY_SA].url) in found
    assert ("DC.source", "Ailleurs") in found
    assert all(value for _name, value in citing.metas(work(summary="")))
    report = dict(citing.metas(work(kind=ResourceKind.STUDY, licence=LICENCES[Licence.RESERVED])))
    assert report["citation_technical_report_institution"] == "Alliage"
    assert report["DC.rights"] == "tous droits réservés"


def test_authors_come_first_then_whoever_took_part():
    resource = published(
        authors=[
            {"name": "Une relectrice", "role": "relecteur"},
            {"name": "Alix Demo", "role": "auteur"},
            {"name": "Sacha", "role": "traducteur"},
        ]
    )
    said = exports.latest(resource)
    assert (said.authors, said.translators) == (["Alix Demo"], ["Sacha"])
    alone = exports.latest(published(authors=[{"name": "Une illustratrice", "role": "illustrateur"}]))
    assert alone.authors == ["Une illustratrice"]


def test_an_earlier_version_is_cited_by_its_own_address(settings):
    resource = published(year=None)
    said = citing.work_of(resource, resource.content, number=1, published_at=resource.edited_at, is_latest=False)
    assert said.url == settings.ORIGIN + reverse("library:permanent_version", args=[resource.pk, 1])
    assert said.year == 2026
    assert exports.latest(resource).url == resource.permanent_url


def test_keywords_are_leviers_and_goals_in_words():
    call_command("load_taxonomy", verbosity=0)
    resource = published(leviers=["alliance"], odd=["17"])
    words = exports.latest(resource).keywords
    assert len(words) == 2
    assert all(words)
