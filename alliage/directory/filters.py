"""The filters of the directory, as the address says them: the same for the page and for every export."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.lookup import find
from alliage.territories.models import Territory

UNKNOWN_CATEGORY = "a-preciser"
SEQUENCES = range(1, 11)
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What is asked. `ignored` holds the words of the address that name nothing: the page says so."""

    category: str = ""
    q: str = ""
    territory: Territory | None = None
    sequence: int | None = None
    ignored: tuple[str, ...] = field(default=())

    def parameters(self) -> dict[str, str]:
        """The address of these filters, in a fixed order, without the empty ones."""
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        sequence = str(self.sequence) if self.sequence else ""
        known = {"q": self.q, "categorie": self.category, "territoire": place, "sequence": sequence}
        return {name: value for name, value in known.items() if value}

    def query(self) -> str:
        return urlencode(self.parameters(), safe=":")

    def without(self, name: str) -> "Filters":
        return replace(self, **{ATTRIBUTES[name]: DEFAULTS[name]})

    def active(self) -> Iterator[tuple[str, str]]:
        """Name and label of each filter in force."""
        if self.q:
            yield "q", f"«\u00a0{self.q}\u00a0»"
        if self.category:
            yield "categorie", category_label(self.category)
        if self.territory:
            yield "territoire", self.territory.name
        if self.sequence:
            yield "sequence", _("Séquence %(number)s") % {"number": self.sequence}


ATTRIBUTES = {"q": "q", "categorie": "category", "territoire": "territory", "sequence": "sequence"}
DEFAULTS: dict[str, Any] = {"q": "", "categorie": "", "territoire": None, "sequence": None}


def category_label(code: str) -> str:
    if code == UNKNOWN_CATEGORY:
        return _("Catégorie à préciser")
    term = taxonomy.term(Vocabulary.CATEGORIES, code)
    return term.label if term else code


def _category(asked: str) -> str:
    known = asked == UNKNOWN_CATEGORY or taxonomy.term(Vocabulary.CATEGORIES, asked)
    return asked if known else ""


def _sequence(asked: str) -> int | None:
    return next((number for number in SEQUENCES if str(number) == asked), None)


def _territory(asked: str) -> Territory | None:
    kind, _colon, code = asked.partition(":")
    if not code:
        return None
    return find(kind, code[:40])


def parse(parameters: Any) -> Filters:
    """Read the filters of an address (a QueryDict). Costs one query when a territory is asked."""
    asked = {name: parameters.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH] for name in ATTRIBUTES}
    found = {
        "categorie": _category(asked["categorie"]) if asked["categorie"] else "",
        "sequence": _sequence(asked["sequence"]) if asked["sequence"] else None,
        "territoire": _territory(asked["territoire"]) if asked["territoire"] else None,
    }
    ignored = tuple(asked[name] for name in found if asked[name] and not found[name])
    return Filters(
        q=" ".join(asked["q"].split()),
        category=found["categorie"],  # type: ignore[arg-type]
        sequence=found["sequence"],  # type: ignore[arg-type]
        territory=found["territoire"],  # type: ignore[arg-type]
        ignored=ignored,
    )
