"""Reads a list of objects in JSON: GeoJSON, GoGoCarto, our own exports, or any list.

The file is read in pieces, one object at a time, twice: once for the names of columns, once for the rows. Nested
objects become columns such as `address.postalCode`; lists become text joined by `|`.
"""

import codecs
import json
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from alliage.imports.shape import FileRefused, Row, Table, unlike

# Where the usual files keep their list.
LISTS = ("features", "results", "data", "elements", "records", "items", "rows", "value", "organisations", "list")
LATITUDE, LONGITUDE = "latitude", "longitude"
# One object that is longer than this is no record.
MAX_OBJECT = 4 * 1024 * 1024
MAX_DEPTH = 4
_PIECE = 256 * 1024
# Objects of ours that hold more than a name: their cell keeps them whole.
_WHOLE = (
    {"key", "title", "text", "minutes", "role", "resource"},
    {"name", "label", "size", "url"},
    {"language", "url", "is_late", "credit", "title", "summary", "sections"},
)
_NAMES = ("name", "nom", "label", "libelle", "title", "titre", "value", "code", "id")
_decoder = json.JSONDecoder(parse_constant=lambda _name: None)


def json_table(stream: IO[bytes], *, most_columns: int, most_rows: int) -> Table:
    """Columns in the order in which they are met; rows are numbered by their rank."""
    names: dict[str, None] = {}
    for count, item in enumerate(_objects(stream), start=1):
        if count > most_rows:
            raise FileRefused(_("Ce fichier a trop de lignes. Importez-le en plusieurs fois."), number=count)
        names |= dict.fromkeys(flat(item))
        if len(names) > most_columns:
            raise FileRefused(_("Ce fichier a plus de %(count)s colonnes.") % {"count": most_columns}, number=count)
    if not names:
        raise FileRefused(_("Ce fichier est vide."))
    return Table(unlike(list(names)), _rows(stream, list(names)))


def _rows(stream: IO[bytes], names: list[str]) -> Iterator[Row]:
    shown = unlike(names)
    for number, item in enumerate(_objects(stream), start=1):
        values = flat(item)
        if any(values.values()):
            yield Row(number, {name: values.get(key, "") for key, name in zip(names, shown, strict=True)})


# --- One object as cells --------------------------------------------------------------------------------------------


def flat(item: Any) -> dict[str, str]:
    """The cells of one object; a GeoJSON feature gives its properties and its place."""
    if not isinstance(item, dict):
        return {"valeur": text_of(item)}
    if item.get("type") == "Feature" and isinstance(item.get("properties"), (dict, type(None))):
        return _feature(item)
    found: dict[str, str] = {}
    _flatten("", item, found, depth=1)
    return found


def _feature(item: dict[str, Any]) -> dict[str, str]:
    found = {"id": text_of(item["id"])} if item.get("id") is not None else {}
    _flatten("", item.get("properties") or {}, found, depth=1)
    if middle := _middle(item.get("geometry")):
        found[LONGITUDE], found[LATITUDE] = middle
    return found


def _flatten(prefix: str, item: dict[str, Any], found: dict[str, str], *, depth: int) -> None:
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < MAX_DEPTH:
            _flatten(f"{name}.", value, found, depth=depth + 1)
        else:
            found[" ".join(name.split())[:200]] = text_of(value)


def text_of(value: Any) -> str:
    """A value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return " | ".join(text for part in value if (text := _named(part)))
    if isinstance(value, dict):
        return _named(value)
    return str(value).replace("\0", "").strip()


def _named(part: Any) -> str:
    """An object of a list, by its name."""
    if not isinstance(part, dict):
        return text_of(part) if not isinstance(part, list) else json.dumps(part, ensure_ascii=False)
    if part.keys() == {"label", "url"}:  # a link of ours: both count
        return f"{text_of(part['label'])}: {text_of(part['url'])}"
    if part.keys() == {"kind", "slug", "name", "role"}:  # who belongs to what, in ours: by address, with the role
        return f"{text_of(part['slug'])} ({text_of(part['role'])})" if part["role"] else text_of(part["slug"])
    if part.keys() in _WHOLE:
        return json.dumps(part, ensure_ascii=False)
    name = next((part[key] for key in _NAMES if isinstance(part.get(key), (str, int))), None)
    return text_of(name) if name is not None else json.dumps(part, ensure_ascii=False)


def _middle(geometry: Any) -> tuple[str, str] | None:
    """A point, or the middle of what a line or a surface spans."""
    points: list[tuple[float, float]] = []
    if isinstance(geometry, dict):
        for part in geometry.get("geometries") or [geometry]:
            _gather(part.get("coordinates") if isinstance(part, dict) else None, points)
    if not points:
        return None
    if len(points) == 1:
        return str(points[0][0]), str(points[0][1])
    x, y = [point[0] for point in points], [point[1] for point in points]
    return str(round((min(x) + max(x)) / 2, 6)), str(round((min(y) + max(y)) / 2, 6))


def _gather(coordinates: Any, points: list[tuple[float, float]]) -> None:
    if not isinstance(coordinates, list) or not coordinates:
        return
    if isinstance(coordinates[0], list):
        for part in coordinates:
            _gather(part, points)
    elif len(coordinates) >= 2 and all(_is_number(value) for value in coordinates[:2]):
        points.append((coordinates[0], coordinates[1]))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# --- The objects of the file, one by one ----------------------------------------------------------------------------


def _broken(number: int) -> FileRefused:
    if not number:
        return FileRefused(_("Ce fichier JSON est abîmé : il ne peut pas être lu."))
    return FileRefused(_("Ce fichier JSON est abîmé après l’objet n° %(number)s.") % {"number": number}, number=number)


class _Text:
    """The text of the file, piece by piece, and where reading stands in it."""

    def __init__(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self.ended = "", 0, False

    def more(self, size: int = 0) -> None:
        """Read on; what was used is forgotten."""
        piece = self._stream.read(size or _PIECE)
        self.ended = not piece
        try:
            self._text = self._text[self._at :] + self._decoder.decode(piece, final=self.ended)
        except UnicodeDecodeError as error:
            raise FileRefused(_("Ce fichier JSON n’est pas en UTF-8 : enregistrez-le dans cet encodage.")) from error
        self._at = 0

    def peek(self) -> str:
        """The next sign that is no space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if self.ended:
                return ""
            self.more()

    def skip(self) -> None:
        self._at += 1

    def value(self) -> Any:
        """The next value, whole. What is read on grows twofold, so that a long value is not parsed too often."""
        self.peek()
        size = _PIECE
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
                if end < len(self._text) or self.ended:  # a number may go on in the next piece
                    self._at = end
                    return value
            except (json.JSONDecodeError, RecursionError) as error:
                if self.ended or len(self._text) - self._at > MAX_OBJECT:
                    raise _Unreadable from error
            self.more(size)
            size *= 2


class _Unreadable(Exception):  # noqa: N818 caught here, told with the rank
    """The next value cannot be read."""


def _objects(stream: IO[bytes]) -> Iterator[Any]:
    text = _Text(stream)
    number = 0
    try:
        if _find_list(text):
            for number, item in enumerate(_items(text), start=1):  # noqa: B007 told when reading breaks
                yield item
    except _Unreadable as error:
        raise _broken(number) from error


def _find_list(text: _Text) -> bool:
    """Stop at the first object of the list; False when there is none."""
    if text.peek() == "[":
        text.skip()
        return True
    text.skip()
    while text.peek() == '"':
        key = text.value()
        if text.peek() != ":":
            raise _Unreadable
        text.skip()
        if key in LISTS and text.peek() == "[":
            text.skip()
            return True
        text.value()
        if text.peek() == ",":
            text.skip()
    raise FileRefused(_("Ce fichier JSON ne contient pas de liste de fiches (« features », « results », « data »…)."))


def _items(text: _Text) -> Iterator[Any]:
    while (sign := text.peek()) != "]":
        if not sign:
            raise _Unreadable
        item = text.value()
        if isinstance(item, list):
            raise FileRefused(
                _("Ce fichier JSON est sous une forme abrégée que nous ne lisons pas : demandez la forme complète.")
            )
        yield item
        if text.peek() == ",":
            text.skip()
        elif text.peek() != "]":
            raise _Unreadable
