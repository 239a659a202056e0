"""What a row asks of an entry: only what its cells say. An empty cell leaves what is known; at a followed source it empties it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.importers import cells
from alliage.directory.importers.columns import SEVERAL, VISIBILITIES
from alliage.directory.importers.places import Places, Spot
from alliage.directory.models import Entry
from alliage.imports.engine import RowRefused
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

TEXTS = (
    "name", "other_names", "function", "presentation", "cross_border", "category_basis", "source", "source_url", "licence",
)  # fmt: skip
# What stands on one line, whatever line ends and double spaces a cell hides.
ON_ONE_LINE = frozenset(TEXTS) - {"presentation", "other_names"}
LONGEST_TEXT = 30_000  # a spreadsheet holds no more
_FIELDS = Entry._meta.get_field  # noqa: SLF001 the documented way to a field
_LONGEST = {
    name: getattr(_FIELDS(name), "max_length", None) or LONGEST_TEXT for name in (*TEXTS, "website", "phone", "email")
}
_LABELS = {name: getattr(_FIELDS(name), "verbose_name", name) for name in TEXTS}
_URL = URLValidator(schemes=["http", "https"])
_EMAIL = EmailValidator()
_NOT_A_NUMBER = re.compile(r"[^\d+]")


@dataclass(slots=True)
class Wanted:
    """`values` by column of Entry; `terms` by vocabulary and `areas` by number, None when the row says nothing of them."""

    values: dict[str, Any]
    office: Spot | None = None
    says_place: bool = False
    point: tuple[float, float] | None = None
    says_point: bool = False
    terms: dict[str, set[int]] = field(default_factory=dict)
    areas: set[int] | None = None


class Reading:
    """Turns rows into what they ask; `empties` names the columns whose empty cell empties the field."""

    def __init__(self, kind: EntryKind, places: Places, empties: Iterable[str] = ()) -> None:
        self._kind, self._places, self._empties = kind, places, frozenset(empties)
        self._codes = {
            name: {term.code: term.pk for term in taxonomy.terms(vocabulary)}
            for name, vocabulary in {
                "category": Vocabulary.CATEGORIES, "scale": Vocabulary.SCALES,
                **{name: each[0] for name, each in SEVERAL.items()},
            }.items()
        }  # fmt: skip

    def read(self, row: Mapping[str, str]) -> Wanted:
        if (kind := row.get("kind", "")) and kind in EntryKind.values and kind != self._kind:
            raise RowRefused(
                _("Cette ligne est d’une autre nature (%(kind)s) : importez-la par l’import de cette nature.")
                % {"kind": EntryKind(kind).label}
            )
        wanted = Wanted({})
        self._texts(row, wanted.values)
        self._contacts(row, wanted.values)
        self._words(row, wanted)
        wanted.point = cells.point(row)
        wanted.office = self._places.office(row, wanted.point)
        wanted.says_place = wanted.office is not None or "territory_name" in self._empties
        if self._kind == EntryKind.TEAM and wanted.areas == set() and wanted.office:
            wanted.areas = {wanted.office.pk}  # a team acts where it is
        wanted.says_point = wanted.point is not None or "latitude" in self._empties
        return wanted

    def _put(self, row: Mapping[str, str], name: str, values: dict[str, Any], read: Callable[[str], Any]) -> None:
        """Keep what a filled cell says, or the emptiness of an empty one where that counts."""
        if text := row.get(name, ""):
            values[name] = read(text)
        elif name in self._empties:
            values[name] = read("")

    def _texts(self, row: Mapping[str, str], values: dict[str, Any]) -> None:
        for name in TEXTS:
            self._put(row, name, values, cells.line if name in ON_ONE_LINE else cells.text)
        if "other_names" in values:
            values["other_names"] = "; ".join(cells.names(values["other_names"]))
        for name, value in values.items():
            if len(value) > _LONGEST[name]:
                raise RowRefused(
                    _("Le texte de « %(name)s » est trop long : %(most)s signes au plus, %(count)s ici.")
                    % {"name": _LABELS[name], "most": _LONGEST[name], "count": len(value)}
                )
        self._put(row, "source_on", values, self._day)
        self._put(row, "is_national", values, lambda text: cells.yes(text, _("agit dans toute la France")))
        self._put(row, "blur", values, lambda text: int(text or 0))
        self._put(row, "place_precision", values, str)
        if self._kind == EntryKind.TEAM:
            self._put(row, "means", values, str)
        for name in VISIBILITIES:
            if seen := row.get(name, ""):
                values[name] = Visibility(seen)

    @staticmethod
    def _day(text: str) -> date:
        try:
            return date.fromisoformat(text[:10])
        except ValueError as error:
            raise RowRefused(
                _("« %(text)s » n’est pas une date : écrivez 31/01/2026.") % {"text": text[:40]}
            ) from error

    def _contacts(self, row: Mapping[str, str], values: dict[str, Any]) -> None:
        self._put(row, "website", values, lambda text: self._first_site(text, values))
        self._put(row, "links", values, cells.links)
        if more := values.pop("more_links", []):
            values["links"] = [*values.get("links", []), *more]
        for link in values.get("links", ()):
            _valid(_URL, link["url"], _("L’adresse « %(text)s » n’est pas celle d’une page."))
        self._put(row, "phone", values, _phone)
        self._put(row, "email", values, _email)

    @staticmethod
    def _first_site(text: str, values: dict[str, Any]) -> str:
        """A cell may hold several sites: the first is the site, the others are links."""
        first, *others = [each for each in re.split(r"[\s;|]+", cells.blank(text)) if each] or [""]
        if not first:
            return ""
        first = first if "://" in first else f"https://{first}"
        _valid(_URL, first, _("Le site « %(text)s » n’est pas une adresse : corrigez-le, ou laissez la case vide."))
        if len(first) > _LONGEST["website"]:
            raise RowRefused(_("L’adresse du site est trop longue."))
        values["more_links"] = [{"label": "", "url": each} for each in others if each.startswith("http")]
        return first

    def _words(self, row: Mapping[str, str], wanted: Wanted) -> None:
        for name in ("category", "scale"):
            self._put(row, name, wanted.values, lambda text, name=name: self._codes[name].get(text.split("|")[0]))  # type: ignore[misc]
            if name in wanted.values:
                wanted.values[f"{name}_id"] = wanted.values.pop(name)
        for name in SEVERAL:
            if (text := row.get(name, "")) or name in self._empties:
                wanted.terms[name] = {self._codes[name][code] for code in text.split("|") if code}
        if (text := row.get("areas", "")) or "areas" in self._empties:
            wanted.areas = {self._area(word).pk for word in cells.words(text)}

    def _area(self, word: str) -> Spot:
        found = self._places.area(word)
        if found is None:
            raise RowRefused(
                _(
                    "Le territoire d’intervention « %(name)s » n’est pas connu : écrivez departement:42, ou son nom exact."
                )
                % {"name": word[:80]}
            )
        return found


def _valid(check: Callable[[str], object], text: str, message: str) -> None:
    try:
        check(text)
    except ValidationError as error:
        raise RowRefused(message % {"text": text[:80]}) from error


def _phone(text: str) -> str:
    """The first number of the cell; a spreadsheet may have taken its zero."""
    kept = cells.blank(text)
    if len(kept) > _LONGEST["phone"]:
        kept = re.split(r"\s*[/;|,]\s*|\s+ou\s+|\n", kept)[0]
    digits = _NOT_A_NUMBER.sub("", kept)
    if len(digits) == 9 and digits[0] in "123456789" and kept.isdecimal():
        return f"0{digits}"
    if kept and (len(kept) > _LONGEST["phone"] or len(digits) < 2):
        raise RowRefused(_("« %(text)s » n’est pas un numéro de téléphone.") % {"text": text[:60]})
    return kept


def _email(text: str) -> str:
    first = next((each for each in re.split(r"[\s;|,]+", cells.blank(text)) if each), "")
    if first:
        _valid(_EMAIL, first, _("« %(text)s » n’est pas une adresse e-mail : corrigez-la, ou laissez la case vide."))
    return first[: _LONGEST["email"]]
