"""The filters of the directory, as the address says them: the same for the page and for every export."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import suggestions
from alliage.territories.enums import Kind
from alliage.territories.folding import fold
from alliage.territories.lookup import find
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

# A territory in force comes from memory (Row), any other one from the database.
Place = Row | Territory

UNKNOWN_CATEGORY = "a-preciser"
SEQUENCES = range(1, 11)
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What is asked. `ignored` holds the words of the address that name nothing: the page says so."""

    category: str = ""
    q: str = ""
    territory: Place | None = None
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


def _territory(asked: str) -> Place | None:
    """From memory when it is in force; former, delegated and custom ones from the database."""
    kind, _colon, code = asked.partition(":")
    if not code:
        return None
    known = None if kind == Kind.CUSTOM else snapshot().by_code.get((kind, code))
    return known or find(kind, code[:40])


def _place(asked: dict[str, str]) -> Place | None:
    """The territory of an address. The form also sends `lieu`, what was typed: it wins when it names another place."""
    if not asked["lieu"]:
        return _territory(asked["territoire"])
    chosen = _territory(asked["territoire"])
    if chosen and fold(chosen.name) in fold(asked["lieu"]):
        return chosen
    meant = suggestions.find(asked["lieu"], limit=1)
    return _territory(f"{meant[0].kind}:{meant[0].code}") if meant else None


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST_SEARCH]


def parse(parameters: Any) -> Filters:
    """Read the filters of an address (a QueryDict). Costs a query only for a territory that is not in memory."""
    asked = {name: _clean(parameters.get(name, "")) for name in (*ATTRIBUTES, "lieu")}
    if "lieu" in parameters and not asked["lieu"]:
        asked["territoire"] = ""  # the place was erased in the form
    category, sequence, territory = _category(asked["categorie"]), _sequence(asked["sequence"]), _place(asked)
    read = {asked["categorie"]: category, asked["sequence"]: sequence, asked["lieu"] or asked["territoire"]: territory}
    return Filters(
        category=category,
        q=asked["q"],
        territory=territory,
        sequence=sequence,
        ignored=tuple(words for words, meaning in read.items() if words and not meaning),
    )
