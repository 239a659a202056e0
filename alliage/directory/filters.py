"""The filters of the directory, as the address says them: the same for the page, its map and every export."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.directory.enums import ADDRESSES, EntryKind
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import suggestions
from alliage.territories.enums import Kind
from alliage.territories.folding import fold
from alliage.territories.lookup import find
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

# A territory in force comes from memory (Row), any other one from the database.
Place = Row | Territory
# Degrees: south, west, north, east.
Box = tuple[float, float, float, float]

UNKNOWN_CATEGORY = "a-preciser"
SEQUENCES = range(1, 11)
LONGEST_SEARCH = 200
MOST_VALUES = 20
KINDS = {ADDRESSES[kind]: kind for kind in EntryKind}
PLURALS = {
    EntryKind.CATALYST: gettext_lazy("Catalyseurs territoriaux"),
    EntryKind.ORGANISATION: gettext_lazy("Organisations"),
    EntryKind.TEAM: gettext_lazy("Équipes de territoire"),
}
# Filters that take several values, any of which is enough: the word of the address, and its vocabulary.
VOCABULARIES = {
    "metier": Vocabulary.METIERS, "mission": Vocabulary.MISSIONS, "levier": Vocabulary.LEVIERS, "odd": Vocabulary.ODD,
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What is asked. `ignored` holds the words of the address that name nothing: the page says so."""

    category: str = ""
    q: str = ""
    territory: Place | None = None
    sequence: int | None = None
    kind: EntryKind | None = None
    metiers: tuple[str, ...] = ()
    missions: tuple[str, ...] = ()
    leviers: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    scale: str = ""
    overseas: bool = False
    zone: Box | None = None
    ignored: tuple[str, ...] = field(default=())

    def pairs(self) -> list[tuple[str, str]]:
        """The words of the address, in a fixed order, without the empty ones."""
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        found = [
            ("q", self.q),
            ("nature", ADDRESSES[self.kind] if self.kind else ""),
            *(("metier", code) for code in self.metiers),
            *(("mission", code) for code in self.missions),
            ("categorie", self.category),
            ("territoire", place),
            ("echelon", self.scale),
            *(("levier", code) for code in self.leviers),
            *(("odd", code) for code in self.odd),
            ("outremer", "1" if self.overseas else ""),
            ("sequence", str(self.sequence or "")),
            ("zone", ",".join(f"{degrees:g}" for degrees in self.zone) if self.zone else ""),
        ]
        return [(name, value) for name, value in found if value]

    def parameters(self) -> dict[str, str]:
        """The same as a dictionary: of several values of a filter, the last."""
        return dict(self.pairs())

    def query(self) -> str:
        return urlencode(self.pairs(), safe=":,")

    def without(self, name: str, value: str = "") -> "Filters":
        """Without a filter, or without one of its values."""
        attribute = ATTRIBUTES[name]
        if value and name in VOCABULARIES:
            kept: Any = tuple(each for each in getattr(self, attribute) if each != value)
            return replace(self, **{attribute: kept})
        return replace(self, **{attribute: getattr(NOTHING, attribute)})

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """Name, value and label of each thing that is asked: one removes it alone."""
        for name, value in self.pairs():
            yield name, value, self._label(name, value)

    def active(self) -> Iterator[tuple[str, str]]:
        """Name and label of each filter in force, its values together."""
        names = dict.fromkeys(name for name, _value in self.pairs())
        for name in names:
            yield name, " ou ".join(self._label(each, value) for each, value in self.pairs() if each == name)

    def _label(self, name: str, value: str) -> str:
        labels = {
            "q": f"«\u00a0{self.q}\u00a0»",
            "nature": str(PLURALS[self.kind]) if self.kind else "",
            "territoire": self.territory.name if self.territory else "",
            "outremer": _("Outre-mer"),
            "sequence": _("Séquence %(number)s") % {"number": value},
            "zone": _("Zone de la carte"),
        }
        return labels[name] if name in labels else term_label(name, value)


NOTHING = Filters()
ATTRIBUTES = {
    "q": "q", "nature": "kind", "metier": "metiers", "mission": "missions", "categorie": "category", "territoire": "territory",
    "echelon": "scale", "levier": "leviers", "odd": "odd", "outremer": "overseas", "sequence": "sequence", "zone": "zone",
}  # fmt: skip
_TERMS = {**VOCABULARIES, "categorie": Vocabulary.CATEGORIES, "echelon": Vocabulary.SCALES}


def term_label(name: str, code: str) -> str:
    """The label of a value of a filter, short where there is a short one. « Lieu » alone would be taken for a place."""
    if name == "categorie":
        return category_label(code)
    term = taxonomy.term(_TERMS[name], code)
    if term is None:
        return code
    return term.label if name == "metier" else numbered(term)


def numbered(term: Term) -> str:
    """ODD are known by their number."""
    return _("ODD %(number)s, %(label)s") % {"number": term.code, "label": term.short} if term.vocabulary == Vocabulary.ODD else term.short  # fmt: skip


def category_label(code: str) -> str:
    if code == UNKNOWN_CATEGORY:
        return _("Catégorie à préciser")
    term = taxonomy.term(Vocabulary.CATEGORIES, code)
    return term.label if term else code


# --- Reading an address --------------------------------------------------------------------------------------------


def parse(parameters: Any) -> Filters:
    """Read the filters of an address (a QueryDict). Costs a query only for a territory that is not in memory."""
    asked = {name: _clean(parameters.get(name, "")) for name in (*ATTRIBUTES, "lieu")}
    if "lieu" in parameters and not asked["lieu"]:
        asked["territoire"] = ""  # the place was erased in the form
    kind, scale = KINDS.get(asked["nature"]), _code("echelon", asked["echelon"])
    category, sequence, territory = _category(asked["categorie"]), _sequence(asked["sequence"]), place_of(asked)
    zone = _zone(asked["zone"])
    several = {name: _codes(name, parameters) for name in VOCABULARIES}
    read = {
        asked["nature"]: kind, asked["categorie"]: category, asked["echelon"]: scale, asked["sequence"]: sequence,
        asked["lieu"] or asked["territoire"]: territory, asked["zone"]: zone,
    }  # fmt: skip
    unknown = [value for name, (_known, others) in several.items() for value in others]
    return Filters(
        category=category,
        q=asked["q"],
        territory=territory,
        sequence=sequence,
        kind=kind,
        metiers=several["metier"][0],
        missions=several["mission"][0],
        leviers=several["levier"][0],
        odd=several["odd"][0],
        scale=scale,
        overseas=bool(asked["outremer"]) and asked["outremer"] != "0",
        zone=zone,
        ignored=(*(words for words, meaning in read.items() if words and not meaning), *unknown),
    )


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST_SEARCH]


def _codes(name: str, parameters: Any) -> tuple[tuple[str, ...], list[str]]:
    """The values of a filter in the order of its vocabulary, and those that name nothing."""
    values = parameters.getlist(name) if hasattr(parameters, "getlist") else [parameters.get(name, "")]
    asked = [value for value in dict.fromkeys(_clean(each) for each in values[:MOST_VALUES]) if value]
    known = [term.code for term in taxonomy.terms(VOCABULARIES[name]) if term.code in asked]
    return tuple(known), [value for value in asked if value not in known]


def _code(name: str, asked: str) -> str:
    return asked if asked and taxonomy.term(_TERMS[name], asked) else ""


def _category(asked: str) -> str:
    return asked if asked == UNKNOWN_CATEGORY else _code("categorie", asked)


def _sequence(asked: str) -> int | None:
    return next((number for number in SEQUENCES if str(number) == asked), None)


def _zone(asked: str) -> Box | None:
    """South, west, north, east."""
    try:
        south, west, north, east = (float(each) for each in asked.split(","))
    except ValueError:
        return None
    known = -90 <= south <= north <= 90 and -180 <= west <= east <= 180
    return (south, west, north, east) if known else None


def _territory(asked: str) -> Place | None:
    """From memory when it is in force; former, delegated and custom ones from the database."""
    kind, _colon, code = asked.partition(":")
    if not code:
        return None
    known = None if kind == Kind.CUSTOM else snapshot().by_code.get((kind, code))
    return known or find(kind, code[:40])


def place_of(asked: dict[str, str]) -> Place | None:
    """The territory of an address (`territoire`). Forms also send `lieu`, what was typed: it wins when it names another."""
    if not asked["lieu"]:
        return _territory(asked["territoire"])
    chosen = _territory(asked["territoire"])
    if chosen and fold(chosen.name) in fold(asked["lieu"]):
        return chosen
    meant = suggestions.find(asked["lieu"], limit=1)
    return _territory(f"{meant[0].kind}:{meant[0].code}") if meant else None
