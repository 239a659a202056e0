"""Cells of a file as parts of a content, and parts of a content as the cells that our exports write."""

import json as standard
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from alliage.directory.importers.places import Places
from alliage.formats import json
from alliage.imports.cells import several
from alliage.imports.engine import RowRefused
from alliage.imports.json_tables import flat
from alliage.library import exports, metadata
from alliage.library.content import LONGEST, address
from alliage.library.enums import AuthorRole, Importance, Language, Licence

_AUTHOR = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<rest>[^()]*)\))?")
_ADDRESS = re.compile(r"https?://\S+")
_CONDITION = re.compile(
    rf"(?:^|[;|\n])\s*(?P<importance>{'|'.join(Importance.values)})(?:\s*\((?P<check>[^()\s]+)\))?\s*:\s*"
)
_BETWEEN = re.compile(r"[\s|;]*")
_YES = {"oui", "yes", "true", "vrai", "1", "x"}
# Columns of which our exports write more than one form: they are compared as they are written.
AS_WRITTEN = ("authors", "links", "territories", "files", "conditions", "kit_items", "translations")


def same_text(one: str, other: str) -> bool:
    """Spreadsheets change spaces and line ends, and nothing else."""
    return one.split() == other.split()


def codes(cell: str) -> list[str]:
    """Of a coded column, as the engine writes it."""
    return [code for code in cell.split("|") if code]


def yes(cell: str) -> bool:
    return cell.strip().lower() in _YES


def licence(cell: str) -> str:
    """A licence that we know, from its code, its name or its address; "" for what we do not know."""
    return _known(cell, Licence.choices) or metadata.licence_of(cell)


def language(cell: str) -> str:
    return _known(cell, Language.choices) or metadata.language_of(cell)


def _known(cell: str, choices: Any) -> str:
    said = cell.strip().lower()
    return next((str(code) for code, label in choices if said in (str(code).lower(), str(label).lower())), "")


def year(cell: str) -> int | None:
    return metadata.year_of(cell) if cell else None


def line(cell: str, name: str) -> str:
    """On one line, cut between two words when it is too long for its place."""
    return metadata.one_line(cell, LONGEST[name])


def authors(cell: str) -> list[dict[str, str]]:
    """« Alix Demo (Ville d’exemple, auteur) ; … », as our exports write them; organisation and role may be left out."""
    return [_author(each) for each in several(cell)]


def _author(said: str) -> dict[str, str]:
    match = _AUTHOR.fullmatch(said)
    name, rest = (match["name"], match["rest"] or "") if match else (said, "")
    organisation, _comma, role = rest.rpartition(",")
    if role.strip() not in AuthorRole.values:
        organisation, role = rest, ""
    return {"name": name.strip(), "organisation": organisation.strip(" ,"), "role": role.strip()}


def links(cell: str) -> list[dict[str, str]]:
    """Addresses, with or without their label: « Le guide: https://… »."""
    return [_link(each) for each in several(cell)]


def _link(said: str) -> dict[str, str]:
    match = _ADDRESS.search(said)
    if match is None:
        raise RowRefused(_("«\u00a0%(url)s\u00a0» n’est pas une adresse de page web.") % {"url": said[:80]})
    return {"url": match[0], "label": said[: match.start()].rstrip(" :\u00a0")}


def objects(cell: str) -> list[dict[str, Any]]:
    """The objects that a cell of our JSON keeps whole; none for a cell of a table."""
    found: list[dict[str, Any]] = []
    at, decoder = 0, standard.JSONDecoder()
    while cell.startswith("{", at):
        try:
            each, at = decoder.raw_decode(cell, at)
        except ValueError as error:
            raise RowRefused(_("«\u00a0%(cell)s…\u00a0» n’est pas du JSON entier.") % {"cell": cell[:60]}) from error
        found.append(each)
        at = _BETWEEN.match(cell, at).end()  # type: ignore[union-attr]
    return found


def files(cell: str) -> list[dict[str, Any]]:
    """Addresses of files, with what our JSON says of them; one that could be neither copied nor cited refuses the row."""
    found = [
        each | _link(str(each.get("url"))) | {"label": str(each.get("label") or "")} for each in objects(cell)
    ] or links(cell)
    for each in found:
        address(each["url"], "files")
    return found


def conditions(cell: str) -> list[dict[str, Any]]:
    """« required (rural): Un local ; optional: … », as our exports write them; plain words are optional."""
    if found := objects(cell):
        return found
    starts = list(_CONDITION.finditer(cell.strip()))
    if not starts or starts[0].start():
        return [{"importance": Importance.OPTIONAL.value, "text": word} for word in several(cell)]
    ends = [*(each.start() for each in starts[1:]), None]
    return [
        {"importance": each["importance"], "check": each["check"] or "", "text": cell.strip()[each.end() : end].strip()}
        for each, end in zip(starts, ends, strict=True)
    ]


def kit_items(cell: str, known: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The steps of a kit; of a table, which gives their titles alone, those that are known keep what they say."""
    if found := objects(cell):
        return found
    by_title = {each["title"]: dict(each) for each in known}
    return [by_title.get(title, {"title": title}) for title in several(cell)]


def translations(cell: str, language: str) -> list[dict[str, Any]]:
    """Texts in other languages than that one, from our JSON; a table names the languages only."""
    return [
        {name: each.get(name, "") for name in ("language", "title", "summary", "credit")}
        | {"sections": _texts(each.get("sections")), "is_late": each.get("is_late") is True}
        for each in objects(cell)
        if each.get("title") and each.get("language") in Language.values and each["language"] != language
    ]


def tongues(cell: str) -> set[str] | None:
    """The languages that our JSON names, with their text or not; None for a table, whose words may be anybody's."""
    found = objects(cell)
    return None if cell and not found else {str(each.get("language")) for each in found}


def _texts(said: Any) -> dict[str, str]:
    return {str(code): str(text) for code, text in said.items()} if isinstance(said, dict) else {}


def territories(cell: str, places: Places) -> list[str]:
    found = []
    for word in several(cell):
        spot = places.area(word)
        if spot is None:
            raise RowRefused(
                _("Aucun territoire ne s’appelle «\u00a0%(word)s\u00a0», ou plusieurs\u00a0: écrivez son code.")
                % {"word": word[:80]}
            )
        found.append(f"{spot.kind}:{spot.code}")
    return found


def written(record: Mapping[str, Any]) -> dict[str, set[str]]:
    """For each column of `AS_WRITTEN`, what our exports write in its cell: in tables, and in JSON."""
    table = dict(zip(exports.COLUMNS, exports.row(dict(record)), strict=True))
    nested = flat(standard.loads(json.dumps(record)))
    return {name: {str(table[name]).strip(), nested.get(name, "").strip()} for name in AS_WRITTEN}
