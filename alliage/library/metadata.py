"""What a web page or a document says of itself: title, summary, year, language, licence, authors. Never trusted: proposed.

Reads bounded pieces only. Documents may be hostile or slow: called from a job.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from alliage.files.texts import check_part
from alliage.library.content import LATEST, LONGEST, OLDEST
from alliage.library.enums import Language, Licence, ResourceKind
from alliage.territories.folding import fold

LONGEST_PAGE = 400_000
LONGEST_DATA = 100_000
MOST_AUTHORS = 10
FIRST_PAGES = 2


@dataclass(frozen=True)
class Found:
    """What was read; an empty part was not said. `why_kind` is the word that the kind was guessed from."""

    title: str = ""
    summary: str = ""
    kind: str = ""
    why_kind: str = ""
    language: str = ""
    year: int | None = None
    licence: str = ""
    authors: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        return asdict(self)


# --- Words -----------------------------------------------------------------------------------------------------------

# The first that is found in the title, the address or the type of the page.
KINDS = (
    (ResourceKind.REPLAY, ("replay", "webinaire", "webinar", "enregistrement", "rediffusion", "podcast", "video")),
    (ResourceKind.KIT, ("kit", "boite a outils", "mallette")),
    (ResourceKind.GUIDE, ("guide", "manuel", "vademecum", "mode d emploi", "memento", "fiche pratique")),
    (ResourceKind.STUDY, ("etude", "enquete", "barometre", "rapport", "observatoire", "diagnostic", "evaluation", "these")),
    (ResourceKind.FEEDBACK, ("retour d experience", "retours d experience", "rex", "temoignage")),
    (ResourceKind.TOOL, ("outil", "grille", "modele", "trame", "canevas", "questionnaire", "tableau de bord")),
    (ResourceKind.LETTER, ("lettre", "newsletter", "plaidoyer", "tribune")),
    (ResourceKind.PRACTICE, ("pratique", "experimentation", "demarche")),
)  # fmt: skip
LICENCES = (
    ("creativecommons.org/licenses/by-sa/4.0", Licence.CC_BY_SA),
    ("creativecommons.org/licenses/by/4.0", Licence.CC_BY),
    ("creativecommons.org/publicdomain/zero", Licence.CC0),
    ("etalab.gouv.fr", Licence.ETALAB),
    ("licence ouverte", Licence.ETALAB),
    ("cc by-sa 4.0", Licence.CC_BY_SA),
    ("cc-by-sa-4.0", Licence.CC_BY_SA),
    ("cc by 4.0", Licence.CC_BY),
    ("cc-by-4.0", Licence.CC_BY),
    ("tous droits réservés", Licence.RESERVED),
    ("all rights reserved", Licence.RESERVED),
)


def kind_of(*texts: str) -> tuple[str, str]:
    """The kind that these words tell, and the word that told it; nothing when none does."""
    for text in texts:
        words = f" {fold(text)} "
        for kind, told in KINDS:
            for word in told:
                if f" {word} " in words or f" {word}s " in words:
                    return str(kind), word
    return "", ""


def licence_of(text: str) -> str:
    said = " ".join(text.lower().split())
    return next((str(licence) for words, licence in LICENCES if words in said), "")


def language_of(text: str) -> str:
    """« fr-FR », « fr_FR » and « fra » are all French."""
    code = re.split(r"[-_]", text.strip().lower())[0]
    code = {"fra": "fr", "fre": "fr", "eng": "en"}.get(code, code)
    return code if code in Language.values else ""


def year_of(text: str) -> int | None:
    found = re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text.replace("D:", " ")[:40]) or re.match(
        r"(?:D:)?((?:19|20)\d{2})", text
    )
    if found is None:
        return None
    year = int(found[found.lastindex or 0])
    return year if OLDEST <= year <= LATEST else None


def one_line(text: str, longest: int) -> str:
    """The beginning of a text, cut between two words."""
    whole = text.encode(errors="ignore").decode()  # half of a character, which no page nor database can hold
    line = " ".join(whole.replace("\0", "").split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1].rpartition(" ")[0] or line[: longest - 1]
    return f"{cut.rstrip(' ,;:')}…"


def _first(values: Iterable[str]) -> str:
    return next((each.strip() for each in values if each and each.strip()), "")


def title_of_name(name: str) -> str:
    """« guide_alliance-2023.pdf » gives « Guide alliance 2023 »."""
    words = " ".join(re.split(r"[\s_+-]+", unquote(name).rsplit(".", 1)[0])).strip()
    return one_line(words[:1].upper() + words[1:], LONGEST["title"])


def title_of_address(url: str) -> str:
    """What a page is called until somebody says better: its site, and the end of its address."""
    parts = urlsplit(url)
    last = _first(reversed(parts.path.split("/")))
    host = (parts.hostname or "").removeprefix("www.")
    return one_line(f"{title_of_name(last)} ({host})" if last else host, LONGEST["title"])


# --- A web page ------------------------------------------------------------------------------------------------------


class _Head(HTMLParser):
    """What the head of a page and its first heading say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, list[str]] = {}
        self.language = self.title = self.heading = self.licence = ""
        self.data: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = said.get("lang", "")
        elif tag == "meta":
            name = (said.get("name") or said.get("property") or "").lower()
            self.metas.setdefault(name, []).append(said.get("content", ""))
        elif tag in ("link", "a") and "license" in said.get("rel", "").lower().split():
            self.licence = self.licence or said.get("href", "")
        elif tag == "script":
            self._inside = "data" if said.get("type", "").lower() == "application/ld+json" else ""
            self.data += [""] if self._inside else []
        elif tag in ("title", "h1") and not getattr(self, "heading" if tag == "h1" else "title"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "title", "h1"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "h1":
            self.heading += data
        elif self._inside == "data" and len(self.data[-1]) < LONGEST_DATA:
            self.data[-1] += data

    def said(self, *names: str) -> list[str]:
        return [text for name in names for text in self.metas.get(name, ()) if text.strip()]


def _described(blocks: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD blocks that have a name and are works, not sites or organisations."""
    for block in blocks:
        with suppress(ValueError, RecursionError):
            read = json.loads(block)
            graph = read.get("@graph", [read]) if isinstance(read, dict) else read
            for each in graph if isinstance(graph, list) else []:
                if isinstance(each, dict) and (each.get("headline") or each.get("datePublished")):
                    yield each


def _texts(value: Any) -> list[str]:
    """Names in a value of JSON-LD: a text, an object with a name, or a list of them."""
    values = value if isinstance(value, list) else [value]
    return [
        str(each.get("name") or each.get("@id") or each.get("url") or "") if isinstance(each, dict) else str(each or "")
        for each in values[:MOST_AUTHORS]
    ]


def of_page(html: str, url: str = "") -> Found:
    """What a page says in its citation, Dublin Core, Open Graph and JSON-LD descriptions, in this order, then its title."""
    head = _Head()
    with suppress(AssertionError, ValueError):  # what the standard reader raises on broken declarations
        head.feed(html[:LONGEST_PAGE])
    work = next(_described(head.data), {})
    title = _first(
        [
            *head.said("citation_title", "dc.title", "dcterms.title", "og:title"),
            *_texts(work.get("headline")),
            head.title,
            head.heading,
        ]
    )
    title = _without_site(title, _first(head.said("og:site_name", "application-name")))
    summary = _first(
        [
            *head.said("og:description", "dc.description", "dcterms.description", "description", "citation_abstract"),
            *_texts(work.get("description")),
        ]
    )
    dates = [*head.said("citation_publication_date", "citation_date", "citation_year", "dc.date", "dcterms.date", "dcterms.issued", "dc.date.issued", "article:published_time"), *_texts(work.get("datePublished"))]  # fmt: skip
    languages = [
        *head.said("citation_language", "dc.language", "dcterms.language"),
        *_texts(work.get("inLanguage")),
        head.language,
        *head.said("og:locale"),
    ]
    licences = [head.licence, *head.said("dc.rights", "dcterms.license", "dcterms.rights", "dc.rights.license", "copyright"), *_texts(work.get("license"))]  # fmt: skip
    kind, why = kind_of(title, _first(head.said("og:type", "citation_keywords")), urlsplit(url).path)
    return Found(
        title=one_line(title, LONGEST["title"]),
        summary=one_line(summary, LONGEST["summary"]),
        kind=kind or ResourceKind.LINK.value,
        why_kind=why,
        language=next(filter(None, map(language_of, languages)), ""),
        year=next(filter(None, map(year_of, dates)), None),
        licence=next(filter(None, map(licence_of, licences)), ""),
        authors=_names([*head.said("citation_author", "dc.creator", "dcterms.creator"), *_texts(work.get("author")), *head.said("author", "article:author")]),
    )  # fmt: skip


def _without_site(title: str, site: str) -> str:
    """« Le guide | Le site » is « Le guide »."""
    for sign in (" | ", " - ", " – ", " — ", " • "):
        before, found, after = title.rpartition(sign)
        named = fold(after) == fold(site) if site else sign == " | " and len(before) > len(after)
        if found and named:
            return before
    return title


def _names(names: Iterable[str]) -> list[str]:
    """« Dupont, Marie » is « Marie Dupont »; addresses of pages are no names."""
    found = []
    for name in names:
        family, comma, given = one_line(name, 160).partition(", ")
        said = f"{given} {family}" if comma and given.count(" ") < 2 and "," not in given else name
        if said.strip() and "://" not in said:
            found.append(one_line(said, 160))
    return list(dict.fromkeys(found))[:MOST_AUTHORS]


# --- A document ------------------------------------------------------------------------------------------------------

_EMPTY_TITLES = re.compile(
    r"(?i)^(?:microsoft (?:word|powerpoint)\s*-.*|untitled.*|sans titre.*|présentation powerpoint|document\d*|.*\.(?:docx?|odt|pdf|indd|pptx?|qxp))$"
)


def of_document(stream: IO[bytes], extension: str, name: str) -> Found:
    """What a PDF, DOCX or ODT file says of itself; what its name says when it says nothing."""
    said: dict[str, Any] = {}
    reader = _READERS.get(extension)
    if reader is not None:
        with suppress(Exception):  # a damaged or a hostile document: its name is enough to begin
            stream.seek(0)
            said = reader(stream)
    title = str(said.get("title") or "").strip()
    title = "" if _EMPTY_TITLES.match(title) else title
    lines = [line for line in said.get("lines", ()) if len(line.split()) > 1]
    named = title_of_name(name)
    title = title or _first(lines) or named
    kind, why = kind_of(title, named, " ".join(lines[:4]))
    summary = str(said.get("summary") or "").strip() or _first(line for line in lines if len(line) > 80)
    date = said.get("date")
    year = date.year if isinstance(date, datetime) else year_of(str(date or ""))
    return Found(
        title=one_line(title, LONGEST["title"]),
        summary=one_line(summary, LONGEST["summary"]),
        kind=kind or ResourceKind.GUIDE.value,
        why_kind=why,
        language=language_of(str(said.get("language") or "")),
        year=year_of(named) or year,
        licence=licence_of(" ".join([str(said.get("rights") or ""), *lines[:40]])),
        authors=_names(re.split(r"\s*;\s*", str(said.get("author") or ""))),
    )


def _pdf(stream: IO[bytes]) -> dict[str, Any]:
    from pypdf import PdfReader  # slow to import: only the worker needs it

    reader = PdfReader(stream)
    about: Any = reader.metadata or {}
    text = "\n\n".join(page.extract_text() for page in reader.pages[:FIRST_PAGES])
    catalog: Any = reader.trailer["/Root"]
    return {
        "title": about.get("/Title"),
        "author": about.get("/Author"),
        "summary": about.get("/Subject"),
        "date": about.get("/CreationDate"),
        "language": catalog.get("/Lang"),
        "lines": _paragraphs(text),
    }


def _docx(stream: IO[bytes]) -> dict[str, Any]:
    from docx import Document  # slow to import: only the worker needs it

    check_part(stream, "word/document.xml")
    document = Document(stream)
    about = document.core_properties
    paragraphs = document.paragraphs[:60]
    styles = [(str(each.style.name if each.style else ""), each.text) for each in paragraphs]
    heading = _first(text for style, text in styles if style.startswith(("Title", "Titre", "Heading 1")))
    title = "" if about.title == "Word Document" else about.title
    return {
        "title": title or heading,
        "author": "" if about.author == "python-docx" else about.author,
        "summary": about.subject or ("" if about.comments.startswith("generated by") else about.comments),
        "date": about.created,
        "language": about.language,
        "lines": [" ".join(text.split()) for _style, text in styles if text.strip()],
    }


def _odt(stream: IO[bytes]) -> dict[str, Any]:
    from odfdo import Document  # slow to import: only the worker needs it

    check_part(stream, "content.xml")
    document = Document(io.BytesIO(stream.read()))
    about: Any = document.meta
    blocks = document.body.get_elements("descendant::text:h | descendant::text:p")[:60]
    return {
        "title": about.title,
        "author": about.initial_creator or about.creator,
        "summary": about.subject or about.description,
        "date": about.creation_date,
        "language": str(about.language or ""),
        "lines": [" ".join(block.text_recursive.split()) for block in blocks if block.text_recursive.strip()],
    }


def _paragraphs(text: str) -> list[str]:
    """Lines of a page put together again, until a line that ends a sentence or a blank one."""
    found, current = [], ""
    for line in (" ".join(each.split()) for each in text.split("\n")):
        current = f"{current} {line}".strip() if line else current
        if current and (not line or line.endswith((".", "!", "?", ":")) or len(line) < 50):
            found.append(current)
            current = ""
    return [*found, *([current] if current else [])]


_READERS: dict[str, Callable[[IO[bytes]], dict[str, Any]]] = {"pdf": _pdf, "docx": _docx, "odt": _odt}


def why(found: dict[str, Any]) -> str:
    """Why this kind is proposed, in words."""
    if not found.get("why_kind"):
        return ""
    return _("Proposée d’après le mot «\u00a0%(word)s\u00a0».") % {"word": found["why_kind"]}
