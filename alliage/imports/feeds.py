"""Reads what other sites publish in XML: RSS, Atom, OAI-PMH. One item is one row, under the same columns whatever the format.

The document is read as it streams by: an item in memory at a time. Declarations of documents (DTD) are refused: feeds need none,
attacks by entities do. An RSS or Atom feed is a **window**: it shows the last things only, so what leaves it is not gone.
An OAI-PMH list is whole once its resumption tokens were followed (`services/following.py`), or a **part**: what changed since a day,
and what is said to be gone.
"""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from django.utils.translation import gettext as _

from alliage.imports.shape import FileRefused

IDENTIFIER = "identifiant"
COLUMNS = (
    IDENTIFIER, "titre", "adresse", "résumé", "auteurs", "date", "mots-clés", "langue", "licence", "type", "éditeur",
)  # fmt: skip
SEPARATOR = " ; "
MOST_ITEMS = 100_000
MAX_ITEM = 2_000_000
MAX_DEPTH = 80
LONGEST_SUMMARY = 4_000
_PIECE = 64 * 1024
# What `as_json` begins with when what is absent of the list is not gone.
_WINDOW, _PART = b'{"window":true,', b'{"part":true,'
_FEEDS, _OAI = {"rss", "feed", "rdf"}, "oai-pmh"
_ITEMS = {"item", "entry", "record"}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Feed:
    """`rows` in the order of the document, `gone` the identifiers of what it says was deleted. `token` asks for what follows, "" at
    the end; `error` is the code that the protocol gives."""

    rows: list[dict[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    is_window: bool = True
    token: str = ""
    error: str = ""


def looks_like_xml(head: bytes) -> bool:
    """From the first bytes of a file."""
    for mark in _BOMS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def read(stream: IO[bytes]) -> Feed:
    """Read a document whole, or say why it is no feed (`FileRefused`)."""
    target = _Target()
    parser = XMLParser(target=target)  # noqa: S314 declarations of entities are refused by the target
    feed = Feed()
    stream.seek(0)
    try:
        while piece := stream.read(_PIECE):
            parser.feed(piece)
            for item in target.taken():
                _add(feed, item, target)
        parser.close()
    except (ParseError, LookupError, ValueError) as error:  # an unknown encoding is a LookupError
        raise FileRefused(
            _("Ce flux est abîmé\u00a0: il ne peut pas être lu jusqu’au bout. Prévenez qui le publie.")
        ) from error
    feed.is_window = target.root != _OAI
    feed.token, feed.error = target.about.get("resumptiontoken", "").strip(), target.error
    return feed


def _add(feed: Feed, item: Element, target: "_Target") -> None:
    values = _record(item) if target.root == _OAI else _item(item, target.about)
    if values is None:
        feed.gone += _deleted(item)
        return
    if len(feed.rows) >= MOST_ITEMS:
        raise FileRefused(_("Ce fichier a trop de lignes. Importez-le en plusieurs fois."), number=MOST_ITEMS)
    feed.rows.append({name: values.get(name, "").replace("\0", "").strip() for name in COLUMNS})


def as_json(feed: Feed, *, is_part: bool = False) -> bytes:
    """The same rows as a file that imports keep and read again: what changes at each reading (its date) is not in it."""
    if feed.error and feed.error != "noRecordsMatch":
        raise FileRefused(_said(feed.error))
    rows = feed.rows or [dict.fromkeys(COLUMNS, "")]  # the columns are known, even when there is nothing yet
    data = f'"data":{json.dumps(rows, ensure_ascii=False)}'.encode()
    if is_part:
        return _PART + data + f',"gone":{json.dumps(feed.gone, ensure_ascii=False)}}}'.encode()
    return (_WINDOW if feed.is_window else b"{") + data + b"}"


def is_whole(stream: IO[bytes]) -> bool:
    """False for a kept file that shows the last things only: what is not in it may still be at the source."""
    stream.seek(0)
    return not stream.read(len(_WINDOW)).startswith((_WINDOW, _PART))


def gone(stream: IO[bytes]) -> list[str]:
    """The identifiers that a kept part of a list says are gone."""
    stream.seek(0)
    if stream.read(len(_PART)) != _PART:
        return []
    stream.seek(0)
    found: list[str] = json.load(stream)["gone"]
    return found


def json_stream(stream: IO[bytes]) -> IO[bytes]:
    return io.BytesIO(as_json(read(stream)))


def _said(code: str) -> str:
    if code in {"badVerb", "badArgument"}:
        return _(
            "Cette adresse est celle d’un entrepôt OAI-PMH, sans la question\u00a0: ajoutez à la fin ?verb=ListRecords&metadataPrefix=oai_dc"
        )
    return _("Cet entrepôt OAI-PMH répond par une erreur (%(code)s).") % {"code": code[:40]}


# --- As the document streams by ------------------------------------------------------------------------------------


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


class _Target:
    """Builds one item at a time, and keeps what the document says of itself."""

    def __init__(self) -> None:
        self.root = self.error = ""
        self.about: dict[str, str] = {}
        self._ready: list[Element] = []
        self._builder: TreeBuilder | None = None
        self._depth = self._inner = self._size = 0
        self._text: list[str] = []

    def taken(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def doctype(self, *_args: Any) -> None:
        raise FileRefused(_("Ce fichier contient des déclarations que nous n’acceptons pas."))

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._depth += 1
        name = _name(tag)
        if self._depth == 1:
            self._begin(name, attrs)
        if self._depth > MAX_DEPTH:
            raise FileRefused(
                _("Ce flux est abîmé\u00a0: il ne peut pas être lu jusqu’au bout. Prévenez qui le publie.")
            )
        if self._builder is None and name in _ITEMS and self._depth > 1:
            self._builder, self._inner, self._size = TreeBuilder(), 0, 0
        if self._builder is not None:
            self._builder.start(tag, attrs)
            self._inner += 1
            self._count(len(tag) + sum(map(len, attrs.values())))
            return
        self._text = []
        if name == "error":
            self.error = self.error or attrs.get("code", "") or "?"

    def _begin(self, name: str, attrs: dict[str, str]) -> None:
        self.root = name
        if name == "html":
            raise FileRefused(
                _("Cette adresse donne une page, pas un flux\u00a0: cherchez sur ce site l’adresse de son flux RSS.")
            )
        if name not in _FEEDS and name != _OAI:
            raise FileRefused(_("Ce fichier XML n’est ni un flux RSS ou Atom, ni une réponse OAI-PMH."))
        if language := attrs.get(_LANGUAGE):
            self.about["language"] = language

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._count(len(text))
            self._builder.data(text)
        elif self._depth:
            self._text.append(text)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > MAX_ITEM:
            raise FileRefused(_("Une fiche de ce flux est trop longue pour en être une."))

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._builder is None:
            self.about.setdefault(_name(tag), "".join(self._text)[:2_000])
            self._text = []
            return
        self._builder.end(tag)
        self._inner -= 1
        if not self._inner:
            self._ready.append(self._builder.close())
            self._builder = None

    def close(self) -> None:
        """All was taken already."""


# --- One item ------------------------------------------------------------------------------------------------------


def _texts(item: Element, *names: str) -> list[str]:
    """What its children of these names say, each once."""
    found = (" ".join("".join(child.itertext()).split()) for child in item if _name(child.tag) in names)
    return list(dict.fromkeys(text for text in found if text))


def _first(texts: Iterable[str]) -> str:
    return next((text.strip() for text in texts if text.strip()), "")


def _item(item: Element, about: dict[str, str]) -> dict[str, str]:
    """An item of RSS or an entry of Atom."""
    address = _address(item)
    return {
        "identifiant": _first([*_texts(item, "guid", "id"), address]),
        "titre": plain(_first(_texts(item, "title"))),
        "adresse": address,
        "résumé": plain(_first(_raw(item, "summary", "description", "encoded", "content"))),
        "auteurs": SEPARATOR.join(_authors(item)),
        "date": day(_first([*_texts(item, "published", "pubdate", "issued"), *_texts(item, "date", "updated")])),
        "mots-clés": SEPARATOR.join(_categories(item)),
        "langue": _first([*_texts(item, "language"), item.get(_LANGUAGE, ""), about.get("language", "")]),
        "licence": _first(
            [*_licences(item), *_texts(item, "rights"), about.get("copyright", ""), about.get("rights", "")]
        ),
        "type": "",
        "éditeur": " ".join(about.get("title", "").split()),
    }


def _raw(item: Element, *names: str) -> Iterator[str]:
    """Texts of these names, in the order of the names, with their line ends; the tags of Atom's XHTML are left out."""
    for name in names:
        yield from ("".join(child.itertext()) for child in item if _name(child.tag) == name)


def _address(item: Element) -> str:
    links = [child for child in item if _name(child.tag) == "link"]
    hrefs = [link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"]
    guids = [
        (child.text or "")
        for child in item
        if _name(child.tag) == "guid" and child.get("isPermaLink", "true") != "false"
    ]
    texts = [link.text or "" for link in links]
    return _first(text for text in (*hrefs, *texts, *guids) if text.strip().startswith(("http://", "https://")))


def _authors(item: Element) -> list[str]:
    """Names, never the addresses that RSS writes there: « alix@exemple.fr (Alix Demo) »."""
    found = _texts(item, "creator")
    for child in item:
        if _name(child.tag) == "author":
            name = _first([*_texts(child, "name"), child.text or ""])
            found.append(name.partition("(")[2].rstrip(") ") if "@" in name else name)
    return list(dict.fromkeys(name for name in found if name and "@" not in name))


def _categories(item: Element) -> list[str]:
    found = [
        child.get("label") or child.get("term") or " ".join((child.text or "").split())
        for child in item
        if _name(child.tag) in {"category", "subject"}
    ]
    return list(dict.fromkeys(word for word in found if word))


def _licences(item: Element) -> list[str]:
    """The link of a licence, which some feeds give."""
    return [
        child.get("href") or child.text or ""
        for child in item
        if _name(child.tag) == "license" or (_name(child.tag) == "link" and child.get("rel") == "license")
    ]


def _record(record: Element) -> dict[str, str] | None:
    """A record of OAI-PMH in Dublin Core; None for one that was deleted there, or that says nothing."""
    parts = {_name(part.tag): part for part in record}
    header, metadata = parts.get("header"), parts.get("metadata")
    if header is None or metadata is None or header.get("status") == "deleted" or not len(metadata):
        return None
    core = metadata[0]
    identifiers = _texts(core, "identifier")
    return {
        "identifiant": _first(_texts(header, "identifier")),
        "titre": plain(_first(_texts(core, "title"))),
        "adresse": _first(text for text in identifiers if text.startswith(("http://", "https://"))),
        "résumé": plain(_first(_raw(core, "description", "abstract"))),
        "auteurs": SEPARATOR.join(_texts(core, "creator")),
        "date": day(_first(_texts(core, "date", "issued"))),
        "mots-clés": SEPARATOR.join(_texts(core, "subject")),
        "langue": _first(_texts(core, "language")),
        "licence": _first(sorted(_texts(core, "rights", "license"), key=lambda text: not text.startswith("http"))),
        "type": SEPARATOR.join(_texts(core, "type")),
        "éditeur": _first(_texts(core, "publisher")),
    }


def _deleted(record: Element) -> list[str]:
    """The identifier of a record that is said to be deleted there."""
    headers = (part for part in record if _name(part.tag) == "header" and part.get("status") == "deleted")
    return [found for header in headers if (found := _first(_texts(header, "identifier")))]


def day(text: str) -> str:
    """« Thu, 26 Nov 2026 08:00:00 +0100 » and « 2026-11-26T08:00:00Z » are 2026-11-26; what is no day stays as it is."""
    with suppress(ValueError):
        return date.fromisoformat(text[:10]).isoformat()
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return parsedate_to_datetime(text).date().isoformat()
    return text


class _Words(HTMLParser):
    """The words of an HTML text, one line for each block."""

    BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote"})
    SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the parser's name
        self._silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.said.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT and self._silent > 0
        if tag in self.BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(" ".join(data.split("\n")))


def plain(text: str) -> str:
    """An HTML text as plain words; what is no HTML stays as it is."""
    words = _Words()
    words.feed(text[: 20 * LONGEST_SUMMARY])
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.said).split("\n"))
    kept = "\n".join(line for line in lines if line and line != "-")
    return kept if len(kept) <= LONGEST_SUMMARY else kept[:LONGEST_SUMMARY].rpartition(" ")[0] + "…"
