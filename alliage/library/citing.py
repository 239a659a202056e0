"""How a version of a resource is cited: in words, BibTeX, RIS, the tags that reference managers read, and attribution.

work = work_of(resource, content, number=3, published_at=…)
text(work)          # « Alix Demo (2024). Un atelier… Pratique, version 3, 26 novembre 2026. Alliage, https://… CC BY-SA 4.0. »
attribution(work)   # what whoever reuses it writes beside
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from alliage.directory.wording import nested
from alliage.library.content import Content
from alliage.library.enums import LICENCES, AuthorRole, Licence, ResourceKind, Terms
from alliage.library.models import Resource
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui.templatetags.ui import date_fr

PUBLISHER = "Alliage"
_RIS_TYPES = {ResourceKind.STUDY: "RPRT", ResourceKind.REPLAY: "VIDEO", ResourceKind.LINK: "ELEC"}
_BIBTEX_TYPES = {ResourceKind.STUDY: "techreport"}
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What is cited. `url` is for ever; `authors` are names, in order, empty when the resource names nobody. `year` is that of the
    work, not of our record: None when it was born elsewhere at a date that is not known."""

    pk: int
    number: int
    kind: ResourceKind
    title: str
    summary: str
    authors: Sequence[str]
    translators: Sequence[str]
    year: int | None
    published_on: date
    url: str
    page_url: str
    language: str
    licence: Terms
    source: str
    keywords: Sequence[str]

    @property
    def names(self) -> list[str]:
        """Who is cited: the network when nobody is named."""
        return list(self.authors) or [PUBLISHER]

    @property
    def version(self) -> str:
        return _("version %(number)s") % {"number": self.number}


def work_of(
    resource: Resource, content: Content, *, number: int, published_at: datetime, is_latest: bool = True
) -> Work:
    """The latest version is cited by the address of the resource, an earlier one by its own."""
    published_on = localtime(published_at).date()
    earlier = settings.ORIGIN + reverse("library:permanent_version", args=[resource.pk, number])
    written = [each for each in content["authors"] if each["role"] == AuthorRole.AUTHOR] or content["authors"]
    return Work(
        pk=resource.pk,
        number=number,
        kind=ResourceKind(content["kind"]),
        title=content["title"],
        summary=content["summary"],
        authors=[each["name"] for each in written],
        translators=[each["name"] for each in content["authors"] if each["role"] == AuthorRole.TRANSLATOR],
        year=content["year"] or (None if content["source"] else published_on.year),
        published_on=published_on,
        url=resource.permanent_url if is_latest else earlier,
        page_url=settings.ORIGIN + resource.get_absolute_url(),
        language=content["language"],
        licence=LICENCES[Licence(content["licence"])],
        source=content["source"],
        keywords=keywords(content),
    )


def keywords(content: Content) -> list[str]:
    """Leviers and ODD in words: what library catalogues understand."""
    asked = [(Vocabulary.LEVIERS, code) for code in content["leviers"]]
    asked += [(Vocabulary.ODD, code) for code in content["odd"]]
    found = (taxonomy.term(vocabulary, code) for vocabulary, code in asked)
    return [term.label for term in found if term is not None]


# --- In words ------------------------------------------------------------------------------------------------------


def text(work: Work) -> str:
    """One paragraph, in the order of French bibliographies."""
    kind = str(work.kind.label)
    parts = [
        f"{', '.join(work.names)} ({work.year or _('s. d.')}). {_ended(work.title)}",
        _("%(kind)s, %(version)s, %(date)s.")
        % {"kind": kind[:1].upper() + kind[1:], "version": work.version, "date": date_fr(work.published_on)},
        *([_("D’après\u00a0: %(source)s") % {"source": _ended(work.source)}] if work.source else []),
        _ended(f"{PUBLISHER}, {work.url}, {work.licence.short}"),
    ]
    return " ".join(parts)


def _ended(words: str) -> str:
    return words if words.endswith((".", "?", "!", "…")) else f"{words}."


def attribution(work: Work) -> str:
    """What to write beside what one takes from it."""
    said = {
        "title": nested(work.title),
        "names": ", ".join(work.names),
        "version": work.version,
        "url": work.url,
        "licence": work.licence.short,
    }
    if work.licence.may_reuse:
        return _("«\u00a0%(title)s\u00a0», %(names)s, %(version)s, %(url)s, %(licence)s") % said
    return _("«\u00a0%(title)s\u00a0», %(names)s, %(url)s. Tous droits réservés.") % said


# --- For reference managers ----------------------------------------------------------------------------------------


def bibtex(work: Work) -> str:
    """One entry. Names keep their braces: nobody's name is cut in two by a rule that does not know it."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in work.names),
        "title": f"{{{_tex(work.title)}}}",
        "year": str(work.year or ""),
        "date": work.published_on.isoformat(),
        "version": str(work.number),
        "type": _tex(str(work.kind.label)),
        "publisher": PUBLISHER,
        "institution": PUBLISHER if work.kind in _BIBTEX_TYPES else "",
        "language": work.language,
        "abstract": _tex(work.summary),
        "keywords": _tex(", ".join(work.keywords)),
        "note": _tex(" – ".join(words for words in (work.source, work.licence.short) if words)),
        "url": work.url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{_BIBTEX_TYPES.get(work.kind, 'misc')}{{alliage-{work.pk}-v{work.number},\n{lines}\n}}\n"


def _tex(words: str) -> str:
    return words.translate(_BIBTEX)


def ris(work: Work) -> str:
    lines: list[tuple[str, Any]] = [
        ("TY", _RIS_TYPES.get(work.kind, "GEN")),
        ("ID", f"alliage-{work.pk}-v{work.number}"),
        *(("AU", name) for name in work.names),
        *(("A4", name) for name in work.translators),
        ("TI", work.title),
        ("AB", work.summary),
        ("PY", work.year),
        ("DA", work.published_on.strftime("%Y/%m/%d")),
        ("ET", work.version),
        ("M3", str(work.kind.label)),
        ("LA", work.language),
        ("PB", PUBLISHER),
        ("UR", work.url),
        *(("KW", word) for word in work.keywords),
        ("N1", work.source),
        ("C1", work.licence.short),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in lines if value or tag == "ER")


def _one_line(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)).strip()


def metas(work: Work, *, pdf_url: str = "") -> list[tuple[str, str]]:
    """Names and contents of the tags of the head: Highwire's, which reference managers read first, then Dublin Core."""
    return [(name, value) for name, value in (*_highwire(work, pdf_url), *_dublin_core(work)) if value]


def _highwire(work: Work, pdf_url: str) -> Iterator[tuple[str, str]]:
    day = work.published_on.strftime("%Y/%m/%d")
    is_report = work.kind == ResourceKind.STUDY
    yield "citation_title", work.title
    yield from (("citation_author", name) for name in work.names)
    yield "citation_publication_date", day
    yield "citation_online_date", day
    yield "citation_technical_report_institution" if is_report else "citation_publisher", PUBLISHER
    yield "citation_language", work.language
    yield "citation_public_url", work.url
    yield "citation_fulltext_html_url", work.page_url
    yield "citation_pdf_url", pdf_url
    yield from (("citation_keywords", word) for word in work.keywords)


def _dublin_core(work: Work) -> Iterator[tuple[str, str]]:
    yield "DC.title", work.title
    yield from (("DC.creator", name) for name in work.names)
    yield from (("DC.contributor", name) for name in work.translators)
    yield "DC.description", work.summary
    yield from (("DC.subject", word) for word in work.keywords)
    yield "DC.date", work.published_on.isoformat()
    yield "DC.type", str(work.kind.label)
    yield "DC.language", work.language
    yield "DC.publisher", PUBLISHER
    yield "DC.identifier", work.url
    yield "DC.rights", work.licence.url or work.licence.short
    yield "DC.source", work.source
