"""What a resource says, as plain data: one shape for proposals, published resources, versions, imports and exports.

| name | holds |
|---|---|
| `kind`, `title`, `summary`, `language`, `year` | words and a number |
| `sections` | {code of a section of the kind (kinds.py): text; blank lines between paragraphs, « - » before each item} |
| `medoc`, `leviers`, `metiers`, `odd`, `regards`, `audiences` | codes of terms; the first is one code, the others lists |
| `maturity`, `charter`, `measures` | codes of items of the lists that the network writes itself (`NETWORK_LISTS`) |
| `territories`, `hides_place` | « kind:code » of territories in force; whether readers may know them, and the authors |
| `context` | {`territory_kind`, `size`, `density`, `phase`: codes; `actors`: codes of categories} |
| `proof`, `proof_text`, `licence` | codes, and what the level of proof rests on |
| `authors` | [{`name`, `role`, `organisation`, `entry`: slug of the directory}] |
| `links` | [{`url`, `label`}] |
| `files` | [{`id`: number of a stored file, `label`, `name`, `size`}] |
| `conditions` | [{`importance`, `text`, `check`}] |
| `kit_items` | [{`key`: kept from a version to the next, `title`, `text`, `minutes`, `role`, `resource`: number}] |
| `source` | where it comes from, when it was born elsewhere |

`cleaned` gives it whole, in this order, with nothing unknown; `public` leaves out what readers may not know.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from alliage.library import kinds
from alliage.library.enums import (
    AuthorRole,
    Density,
    Importance,
    Language,
    Licence,
    Phase,
    Proof,
    ResourceKind,
    Size,
)
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind
from alliage.territories.snapshot import Row, snapshot

Content = dict[str, Any]

LONGEST = {"title": 160, "summary": 400, "proof_text": 600, "source": 300}
LONGEST_SECTION = 20_000
LONGEST_ADDRESS = 600
MOST = {"territories": 60, "authors": 30, "links": 30, "files": 20, "conditions": 20, "kit_items": 60}
OLDEST, LATEST = 1900, 2100
# Every space but the non-breaking ones, U+00A0 and U+202F.
ORDINARY_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
# Lists of codes, and the vocabulary that each is of.
TERMS = {
    "leviers": Vocabulary.LEVIERS,
    "metiers": Vocabulary.METIERS,
    "odd": Vocabulary.ODD,
    "regards": Vocabulary.REGARDS,
    "audiences": Vocabulary.CATEGORIES,
}
# The same of the lists that the network writes itself, empty until it does; what was published before one existed lacks it.
NETWORK_LISTS = {"maturity": "maturite", "charter": "charte", "measures": "mesures"}
# What a resource that does not name its territory keeps from its readers.
HIDDEN_WITH_THE_PLACE = ("territories", "authors", "source")


class ContentRefused(Refusal):
    """A content that cannot be kept: `field` says which part of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def blank(kind: str = ResourceKind.PRACTICE) -> Content:
    """A content that says nothing yet."""
    return cleaned({"kind": kind, "title": _("Sans titre"), "licence": Licence.CC_BY_SA.value})


def cleaned(raw: Mapping[str, Any]) -> Content:
    """The same content in our shape: spaces, order and doubles mended, unknown codes refused."""
    kind = _one_of(raw, "kind", ResourceKind.values)
    title = _line(raw, "title")
    if not title:
        raise ContentRefused("title", _("Donnez un titre."))
    content: Content = {
        "kind": kind,
        "title": title,
        "summary": _line(raw, "summary"),
        "language": _one_of(raw, "language", Language.values, default=Language.FR.value),
        "year": _year(raw.get("year")),
        "sections": _sections(kind, raw.get("sections") or {}),
        "medoc": _medoc(raw.get("medoc") or ""),
        **{name: _codes(name, raw.get(name) or ()) for name in TERMS},
        **{name: _items(code, raw.get(name) or ()) for name, code in NETWORK_LISTS.items()},
        "territories": _territories(raw.get("territories") or ()),
        "hides_place": bool(raw.get("hides_place")),
        "context": _context(raw.get("context") or {}),
        "proof": _one_of(raw, "proof", Proof.values, default=""),
        "proof_text": _line(raw, "proof_text"),
        "licence": _one_of(raw, "licence", Licence.values),
        "authors": _at_most("authors", map(_author, raw.get("authors") or ())),
        "links": _links(raw.get("links") or ()),
        "files": _at_most("files", map(_file, raw.get("files") or ())),
        "conditions": _at_most("conditions", map(_condition, raw.get("conditions") or ())),
        "kit_items": _kit_items(kind, raw.get("kit_items") or ()),
        "source": _line(raw, "source"),
    }
    return content


def public(content: Content) -> Content:
    """What readers may know of it: a resource that does not name its territory names nobody either."""
    if not content.get("hides_place"):
        return content
    return content | {name: "" if name == "source" else [] for name in HIDDEN_WITH_THE_PLACE}


def text_of(content: Content) -> str:
    """Every word of it that is read in full, section after section."""
    said = [str(text) for text in content.get("sections", {}).values()]
    items = [f"{item['title']}. {item['text']}" for item in content.get("kit_items", ())]
    conditions = [condition["text"] for condition in content.get("conditions", ())]
    return "\n\n".join(text for text in (*said, *items, *conditions, content.get("proof_text", "")) if text)


def places(content: Content) -> list[Row]:
    """The territories that it names, from the process' memory."""
    by_code = snapshot().by_code
    found = (by_code.get(tuple(token.split(":", 1))) for token in content.get("territories", ()))
    return [place for place in found if place is not None]


def missing(content: Content) -> list[str]:
    """What reviewers expect before publication and that is not there, in plain words."""
    lacks = [] if content["summary"] else [_("un résumé")]
    lacks += [
        _("la partie «\u00a0%(section)s\u00a0»") % {"section": section.label}
        for section in kinds.sections(content["kind"])
        if section.asked and not content["sections"].get(section.code)
    ]
    if not content["leviers"]:
        lacks.append(_("un levier"))
    if not (content["authors"] or content["hides_place"]):
        lacks.append(_("une autrice ou un auteur"))
    return lacks


# --- Parts ---------------------------------------------------------------------------------------------------------


def _line(raw: Mapping[str, Any], name: str) -> str:
    text = _on_one_line(raw.get(name))
    if len(text) > LONGEST[name]:
        raise ContentRefused(name, _("%(count)d caractères au plus.") % {"count": LONGEST[name]})
    return text


def _on_one_line(value: Any) -> str:
    """Spaces mended; those that French keeps with a word (« », « ; », « 25 % ») stay as they were typed."""
    return ORDINARY_SPACES.sub(" ", str(value or "").replace("\0", "")).strip()


def _one_of(raw: Mapping[str, Any], name: str, values: Iterable[str], default: str | None = None) -> str:
    value = raw.get(name)
    if value in (None, "") and default is not None:
        return default
    if value not in list(values):
        raise ContentRefused(name, _("Choisissez dans la liste."))
    return str(value)


def _year(value: Any) -> int | None:
    if value in (None, ""):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 4 and OLDEST <= int(text) <= LATEST):
        raise ContentRefused("year", _("Écrivez l’année en quatre chiffres."))
    return int(text)


def _sections(kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
    found = {section.code: _text(section.code, raw.get(section.code)) for section in kinds.sections(kind)}
    return {code: text for code, text in found.items() if text}


def _text(code: str, value: Any) -> str:
    text = str(value or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_SECTION:
        raise ContentRefused(f"sections.{code}", _("%(count)d caractères au plus.") % {"count": LONGEST_SECTION})
    return text


def _medoc(code: str) -> str:
    if code and taxonomy.term(Vocabulary.RESOURCE_KINDS, code) is None:
        raise ContentRefused("medoc", _("Choisissez dans la liste."))
    return code


def _codes(name: str, raw: Iterable[Any]) -> list[str]:
    """In the order of the vocabulary."""
    asked = {str(code) for code in raw}
    known = [term.code for term in taxonomy.terms(TERMS[name])]
    if asked - set(known):
        raise ContentRefused(name, _("Choisissez dans la liste."))
    return [code for code in known if code in asked]


def _items(list_code: str, raw: Iterable[Any]) -> list[str]:
    """Items that the network's list does not hold any more are left out: the network may rewrite it."""
    asked = {str(code) for code in raw}
    return [item.code for item in taxonomy.facet(list_code) if item.code in asked]


def _territories(raw: Iterable[Any]) -> list[str]:
    by_code = snapshot().by_code
    found = []
    for token in dict.fromkeys(str(each) for each in raw):
        kind, _colon, code = token.partition(":")
        if (kind, code) not in by_code:
            raise ContentRefused(
                "territories", _("«\u00a0%(code)s\u00a0» n’est pas un territoire connu.") % {"code": token[:60]}
            )
        found.append(token)
    return _at_most("territories", found)


def _context(raw: Mapping[str, Any]) -> dict[str, Any]:
    choices = {"territory_kind": Kind.values, "size": Size.values, "density": Density.values, "phase": Phase.values}
    context: dict[str, Any] = {name: _one_of(raw, name, values, default="") for name, values in choices.items()}
    return context | {"actors": _codes("audiences", raw.get("actors") or ())}


def _at_most(name: str, found: Iterable[Any]) -> list[Any]:
    listed = [each for each in found if each]
    if len(listed) > MOST[name]:
        raise ContentRefused(name, _("%(count)d au plus.") % {"count": MOST[name]})
    return listed


def _short(raw: Mapping[str, Any], name: str, longest: int) -> str:
    return _on_one_line(raw.get(name))[:longest].strip()


def _author(raw: Mapping[str, Any]) -> dict[str, str] | None:
    name = _short(raw, "name", 160)
    if not name:
        return None
    role = _one_of(raw, "role", AuthorRole.values, default=AuthorRole.AUTHOR.value)
    author = {"name": name, "role": role, "organisation": _short(raw, "organisation", 200)}
    return author | {"entry": _short(raw, "entry", 120)}


def _links(raw: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in raw:
        url = str(each.get("url") or "").strip()
        if url:
            found.setdefault(address(url), {"url": url, "label": _short(each, "label", 200)})
    return _at_most("links", found.values())


def address(url: str, field: str = "links") -> str:
    """A page of the web, and nothing that a browser would run."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or len(url) > LONGEST_ADDRESS or any(each.isspace() or not each.isprintable() for each in url):
        raise ContentRefused(field, _("«\u00a0%(url)s\u00a0» n’est pas une adresse de page web.") % {"url": url[:80]})
    return url


def _file(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        number = str(UUID(str(raw.get("id"))))
    except ValueError:
        return None
    size = raw.get("size")
    named = {"id": number, "label": _short(raw, "label", 200), "name": _short(raw, "name", 120)}
    return named | {"size": size if isinstance(size, int) else 0}


def _condition(raw: Mapping[str, Any]) -> dict[str, str] | None:
    text = _short(raw, "text", 300)
    if not text:
        return None
    importance = _one_of(raw, "importance", Importance.values, default=Importance.OPTIONAL.value)
    return {"importance": importance, "text": text, "check": _short(raw, "check", 60)}


def _kit_items(kind: str, raw: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Only kits are run. A step keeps its key from a version to the next: what was ticked stays ticked."""
    if kind != ResourceKind.KIT:
        return []
    found, seen = [], set()
    for each in raw:
        title, minutes = _short(each, "title", 160), str(each.get("minutes") or "")
        if not title:
            continue
        key = _short(each, "key", 12)
        key = key if key and key not in seen else uuid4().hex[:12]
        seen.add(key)
        resource = each.get("resource")
        found.append(
            {
                "key": key,
                "title": title,
                "text": _text("kit_items", each.get("text")),
                "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else None,
                "role": _short(each, "role", 80),
                "resource": resource if isinstance(resource, int) and not isinstance(resource, bool) else None,
            }
        )
    return _at_most("kit_items", found)
