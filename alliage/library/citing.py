"""How a version of a resource is cited: in words, BibTeX, RIS, the tags that reference managers read, and attribution.

work = work_of(resource, content, number=3, published_at=…)
text(work)          # « Alix Demo (2024). Un atelier… Pratique, version 3, 26 novembre 2026. Alliage, https://… CC BY-SA 4.0. »
attribution(work)   # what whoever reuses it writes beside

What others made and keep is cited as theirs: its year, its authors, their organisation, its link; never the day, the version or the
name of the record that tells of it here, which is said beside as such.
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
from alliage.library.permissions import FOLLOWED
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui.templatetags.ui import date_fr

PUBLISHER = "Alliage"
# Marks of what follows an outside bank or left it with it, and of what came by a file (services/harvest.py).
_OF_A_BANK, _OF_A_FILE = (FOLLOWED, f"gone:{FOLLOWED}"), "file:"
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
    """What is cited. `url` is that of our record, for ever; `link` that of a work made elsewhere, when it is known. `authors` are
    names, in order, empty when the resource names nobody. `year` is that of the work, not of our record: None when it was born
    elsewhere at a date that is not known."""

    pk: int
    number: int
    kind: ResourceKind
    title: str
    summary: str
    authors: Sequence[str]
    organisations: Sequence[str]
    translators: Sequence[str]
    year: int | None
    published_on: date
    url: str
    page_url: str
    language: str
    licence: Terms
    source: str
    keywords: Sequence[str]
    is_elsewhere: bool = False
    link: str = ""

    @property
    def names(self) -> list[str]:
        """Who is cited: for what was written here, the network when nobody is named."""
        return list(self.authors) or ([] if self.is_elsewhere else [PUBLISHER])

    @property
    def publisher(self) -> str:
        """Whose it is: of what was made elsewhere, the organisations of its authors, and the authors when none is said."""
        if not self.is_elsewhere:
            return PUBLISHER
        return ", ".join(self.organisations or self.authors)

    @property
    def version(self) -> str:
        return _("version %(number)s") % {"number": self.number}

    @property
    def cited_url(self) -> str:
        """Where the work is read."""
        return self.link or self.url

    @property
    def day(self) -> date | None:
        """When it was published, to the day: only of what was written here, and not when the work says another year."""
        is_same = not self.is_elsewhere and self.year == self.published_on.year
        return self.published_on if is_same else None

    @property
    def when(self) -> str:
        """As precisely as it is known: « 2026-11-26 », « 2019 », nothing."""
        return self.day.isoformat() if self.day else str(self.year or "")


def work_of(
    resource: Resource, content: Content, *, number: int, published_at: datetime, is_latest: bool = True
) -> Work:
    """The latest version is cited by the address of the resource, an earlier one by its own."""
    published_on = localtime(published_at).date()
    earlier = settings.ORIGIN + reverse("library:permanent_version", args=[resource.pk, number])
    written = [each for each in content["authors"] if each["role"] == AuthorRole.AUTHOR] or content["authors"]
    is_elsewhere = made_elsewhere(resource, content)
    return Work(
        pk=resource.pk,
        number=number,
        kind=ResourceKind(content["kind"]),
        title=content["title"],
        summary=content["summary"],
        authors=[each["name"] for each in written],
        organisations=list(dict.fromkeys(each["organisation"] for each in written if each["organisation"])),
        translators=[each["name"] for each in content["authors"] if each["role"] == AuthorRole.TRANSLATOR],
        year=content["year"] or (None if is_elsewhere else published_on.year),
        published_on=published_on,
        url=resource.permanent_url if is_latest else earlier,
        page_url=settings.ORIGIN + resource.get_absolute_url(),
        language=content["language"],
        licence=LICENCES[Licence(content["licence"])],
        source=content["source"],
        keywords=keywords(content),
        is_elsewhere=is_elsewhere,
        link=next(iter(_links_outside(content)), "") if is_elsewhere else "",
    )


def made_elsewhere(resource: Resource, content: Content) -> bool:
    """Our record tells of a work that others made and keep. The name of a source is not enough: a guide written here says where
    its questions come from, an adaptation whose text it took."""
    if content["hides_place"] or resource.family_id not in (None, resource.pk):
        return False
    if content["kind"] == ResourceKind.LINK or resource.source_code.startswith(_OF_A_BANK):
        return True
    is_card = content["kind"] == ResourceKind.STUDY or not LICENCES[Licence(content["licence"])].may_reuse
    if not is_card and not resource.source_code.startswith(_OF_A_FILE):
        return False
    points_outside = bool(_links_outside(content)) and not content["files"]
    return points_outside or (is_card and bool(content["source"]))


def _links_outside(content: Content) -> list[str]:
    return [each["url"] for each in content["links"] if not each["url"].startswith(f"{settings.ORIGIN}/")]


def keywords(content: Content) -> list[str]:
    """Leviers and ODD in words: what library catalogues understand."""
    asked = [(Vocabulary.LEVIERS, code) for code in content["leviers"]]
    asked += [(Vocabulary.ODD, code) for code in content["odd"]]
    found = (taxonomy.term(vocabulary, code) for vocabulary, code in asked)
    return [term.label for term in found if term is not None]


# --- In words ------------------------------------------------------------------------------------------------------


def text(work: Work) -> str:
    """One paragraph, in the order of French bibliographies."""
    kind = _capital(str(work.kind.label))
    from_where = [_("D’après\u00a0: %(source)s") % {"source": _ended(work.source)}] if work.source else []
    if work.is_elsewhere:
        return " ".join([_head(work), _ended(kind), *_translated_by(work), *from_where, _whereabouts(work)])
    parts = [
        _head(work),
        _("%(kind)s, %(version)s, %(date)s.")
        % {"kind": kind, "version": work.version, "date": date_fr(work.published_on)},
        *_translated_by(work),
        *from_where,
        _ended(f"{PUBLISHER}, {work.url}, {work.licence.short}"),
    ]
    return " ".join(parts)


def _head(work: Work) -> str:
    """« Alix Demo (2024). Un atelier partagé. »; the title first when nobody is named."""
    year = work.year or _("s. d.")
    if not work.names:
        return f"{work.title} ({year})."
    return f"{', '.join(work.names)} ({year}). {_ended(work.title)}"


def _translated_by(work: Work) -> list[str]:
    names = ", ".join(work.translators)
    return [_ended(_("Traduction\u00a0: %(names)s") % {"names": names})] if names else []


def _whereabouts(work: Work) -> str:
    """Where a work made elsewhere is read, then our record of it as what it is."""
    record = _("Fiche d’Alliage, %(version)s, %(date)s\u00a0: %(url)s") % {
        "version": work.version, "date": date_fr(work.published_on), "url": work.url,
    }  # fmt: skip
    read = [f"{work.link}, {work.licence.short}." if work.link else _ended(_capital(work.licence.short))]
    return " ".join([*read, _ended(record)])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _ended(words: str) -> str:
    return words if words.endswith((".", "?", "!", "…")) else f"{words}."


def attribution(work: Work) -> str:
    """What to write beside what one takes from it."""
    said = {
        "title": nested(work.title),
        "names": "".join(f"{name}, " for name in work.names),
        "version": work.version,
        "url": work.cited_url,
        "licence": work.licence.short,
    }
    if work.is_elsewhere and work.licence.may_reuse:
        return _("«\u00a0%(title)s\u00a0», %(names)s%(url)s, %(licence)s") % said
    if work.licence.may_reuse:
        return _("«\u00a0%(title)s\u00a0», %(names)s%(version)s, %(url)s, %(licence)s") % said
    return _("«\u00a0%(title)s\u00a0», %(names)s%(url)s. Tous droits réservés.") % said


# --- For reference managers ----------------------------------------------------------------------------------------


def bibtex(work: Work) -> str:
    """One entry. Names keep their braces: nobody's name is cut in two by a rule that does not know it."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in work.names),
        "title": f"{{{_tex(work.title)}}}",
        "year": str(work.year or ""),
        "date": work.day.isoformat() if work.day else "",
        "version": "" if work.is_elsewhere else str(work.number),
        "type": _tex(str(work.kind.label)),
        "publisher": _tex(work.publisher),
        "institution": _tex(work.publisher) if work.kind in _BIBTEX_TYPES else "",
        "language": work.language,
        "abstract": _tex(work.summary),
        "keywords": _tex(", ".join(work.keywords)),
        "note": _tex(" – ".join(words for words in (work.source, work.licence.short, _record_of(work)) if words)),
        "url": work.cited_url,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{_BIBTEX_TYPES.get(work.kind, 'misc')}{{alliage-{work.pk}-v{work.number},\n{lines}\n}}\n"


def _record_of(work: Work) -> str:
    """Our record of a work made elsewhere, when the address cited is not its own."""
    return _("Fiche d’Alliage\u00a0: %(url)s") % {"url": work.url} if work.link else ""


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
        ("DA", work.day.strftime("%Y/%m/%d") if work.day else ""),
        ("ET", "" if work.is_elsewhere else work.version),
        ("M3", str(work.kind.label)),
        ("LA", work.language),
        ("PB", work.publisher),
        ("UR", work.cited_url),
        *(("KW", word) for word in work.keywords),
        ("N1", work.source),
        ("N1", _record_of(work)),
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
    """Our page and our PDF are not the full text of what was made elsewhere."""
    is_report = work.kind == ResourceKind.STUDY
    yield "citation_title", work.title
    yield from (("citation_author", name) for name in work.names)
    yield "citation_publication_date", work.when.replace("-", "/")
    yield "citation_online_date", "" if work.is_elsewhere else work.published_on.strftime("%Y/%m/%d")
    yield "citation_technical_report_institution" if is_report else "citation_publisher", work.publisher
    yield "citation_language", work.language
    yield "citation_public_url", work.cited_url
    yield "citation_fulltext_html_url", "" if work.is_elsewhere else work.page_url
    yield "citation_pdf_url", "" if work.is_elsewhere else pdf_url
    yield from (("citation_keywords", word) for word in work.keywords)


def _dublin_core(work: Work) -> Iterator[tuple[str, str]]:
    yield "DC.title", work.title
    yield from (("DC.creator", name) for name in work.names)
    yield from (("DC.contributor", name) for name in work.translators)
    yield "DC.description", work.summary
    yield from (("DC.subject", word) for word in work.keywords)
    yield "DC.date", work.when
    yield "DC.type", str(work.kind.label)
    yield "DC.language", work.language
    yield "DC.publisher", work.publisher
    yield "DC.identifier", work.cited_url
    yield "DC.relation", work.url if work.link else ""
    yield "DC.rights", work.licence.url or work.licence.short
    yield "DC.source", work.source
