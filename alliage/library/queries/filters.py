"""The filters of the library's list, as the address says them: the same for the page and for every export.

/ressources/?q=cantines&sorte=pratique&levier=alliance&levier=modele&territoire=departement:971&de=2020&a=2025&tri=recentes
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.directory.filters import Place, numbered, place_of
from alliage.library.content import LATEST, OLDEST
from alliage.library.enums import Density, Language, Licence, Phase, Proof, ResourceKind, Size, State
from alliage.library.labels import labels
from alliage.library.searchable import STATES
from alliage.search.queries.listing import DATE, RELEVANCE
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.snapshot import snapshot

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 200
MOST_VALUES = 20
YEARS = "annee"
ORDERS = {"pertinence": RELEVANCE, "recentes": DATE}
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Facet:
    """Something by which one narrows the list. `choices` gives its values and their labels, in order, from memory."""

    name: str
    label: "StrOrPromise"
    choices: Callable[[], Choices]


def _enum(choices: Any) -> Choices:
    return [(code, label) for code, label in labels(choices).items() if code]


def _terms(vocabulary: Vocabulary) -> Choices:
    return [(term.code, numbered(term)) for term in taxonomy.terms(vocabulary)]


def _whole_terms(vocabulary: Vocabulary) -> Choices:
    return [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _items(list_code: str) -> Choices:
    """Of a list that the network writes itself: none until it does."""
    return [(item.code, item.label) for item in taxonomy.facet(list_code)]


def _regions() -> Choices:
    """Régions, then the collectivities that are in none."""
    coms = sorted(snapshot().by_kind.get(Kind.COM, []), key=lambda row: row.name)
    return [(row.code, row.name) for row in (*territories.regions(), *coms)]


def _states() -> Choices:
    labels = {State.PUBLISHED: _("à jour"), State.TO_RENEW: _("à actualiser"), State.OBSOLETE: _("dépassée")}
    return [(code, labels[state]) for state, code in STATES.items()]


# The first ones are always in sight; the others wait under « Plus de filtres ».
FACETS = (
    Facet("levier", gettext_lazy("Levier"), partial(_terms, Vocabulary.LEVIERS)),
    Facet("public", gettext_lazy("Pour qui"), partial(_whole_terms, Vocabulary.CATEGORIES)),
    Facet("taille", gettext_lazy("Taille du territoire"), partial(_enum, Size)),
    Facet("preuve", gettext_lazy("Niveau de preuve"), partial(_enum, Proof)),
    Facet("region", gettext_lazy("Région"), _regions),
    Facet("odd", gettext_lazy("Objectif de développement durable"), partial(_terms, Vocabulary.ODD)),
    Facet("metier", gettext_lazy("Métier de la catalyse"), partial(_whole_terms, Vocabulary.METIERS)),
    Facet("phase", gettext_lazy("Moment du projet"), partial(_enum, Phase)),
    Facet("densite", gettext_lazy("Densité du territoire"), partial(_enum, Density)),
    Facet("type", gettext_lazy("Échelle du territoire"), partial(_enum, Kind)),
    Facet("acteur", gettext_lazy("Acteurs engagés"), partial(_whole_terms, Vocabulary.CATEGORIES)),
    Facet("nature", gettext_lazy("Nature"), partial(_whole_terms, Vocabulary.RESOURCE_KINDS)),
    Facet("regard", gettext_lazy("Regard"), partial(_terms, Vocabulary.REGARDS)),
    Facet("maturite", gettext_lazy("Maturité de la démarche"), partial(_items, "maturite")),
    Facet("charte", gettext_lazy("Principe de la charte"), partial(_items, "charte")),
    Facet("mesures", gettext_lazy("Mesure de la mission de 2020"), partial(_items, "mesures")),
    Facet("licence", gettext_lazy("Licence"), partial(_enum, Licence)),
    Facet("langue", gettext_lazy("Langue"), partial(_enum, Language)),
    Facet("etat", gettext_lazy("État"), _states),
)
# What the tabs say.
KIND_LABELS = {
    ResourceKind.PRACTICE.value: gettext_lazy("Pratiques"),
    ResourceKind.FEEDBACK.value: gettext_lazy("Retours d’expérience"),
    ResourceKind.KIT.value: gettext_lazy("Kits"),
    ResourceKind.GUIDE.value: gettext_lazy("Guides"),
    ResourceKind.STUDY.value: gettext_lazy("Études"),
    ResourceKind.TOOL.value: gettext_lazy("Outils"),
    ResourceKind.LETTER.value: gettext_lazy("Lettres"),
    ResourceKind.REPLAY.value: gettext_lazy("Enregistrements"),
    ResourceKind.LINK.value: gettext_lazy("Liens"),
}
KINDS = Facet("sorte", gettext_lazy("Sorte"), partial(_enum, ResourceKind))
BY_NAME = {facet.name: facet for facet in (KINDS, *FACETS)}


@dataclass(frozen=True)
class Filters:
    """What is asked. `ignored` holds the words of the address that name nothing: the page says so."""

    q: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = None
    since: int | None = None
    until: int | None = None
    order: str = ""
    ignored: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """The words of the address, in a fixed order, without the empty ones."""
        place = f"{self.place.kind}:{self.place.code}" if self.place else ""
        found = [
            ("q", self.q),
            *((name, value) for name in BY_NAME for value in self.values.get(name, ())),
            ("territoire", place),
            ("de", str(self.since or "")),
            ("a", str(self.until or "")),
            ("tri", self.order),
        ]
        return [(name, value) for name, value in found if value]

    def query(self) -> str:
        return urlencode(self.pairs(), safe=":")

    def first(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def having(self, name: str, *values: str) -> "Filters":
        """With these values of a facet, instead of its own; none takes it away."""
        kept = {other: chosen for other, chosen in self.values.items() if other != name}
        return replace(self, values=kept | {name: values} if values else kept)

    def without(self, name: str, value: str = "") -> "Filters":
        """Without a filter, or without one of its values."""
        if name in BY_NAME:
            return self.having(name, *(each for each in self.values.get(name, ()) if value and each != value))
        changed: dict[str, dict[str, Any]] = {
            "q": {"q": ""},
            "territoire": {"place": None},
            YEARS: {"since": None, "until": None},
            "de": {"since": None},
            "a": {"until": None},
            "tri": {"order": ""},
        }
        return replace(self, **changed[name])

    def is_narrowed(self) -> bool:
        """Whether anything leaves resources out."""
        return bool(self.q or self.values or self.place or self.years())

    def years(self) -> list[str]:
        """The years asked for, as the index holds them."""
        if not (self.since or self.until):
            return []
        return [str(year) for year in range(self.since or OLDEST, (self.until or LATEST) + 1)]

    def asked(self) -> dict[str, Any]:
        """What the search is asked: the same question for the page and for the exports."""
        years = {YEARS: self.years()} if self.since or self.until else {}
        return {"q": self.q, "filters": {**self.values, **years}, "place": self.place}

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """Name, value and label of each thing that is asked: one removes it alone."""
        for name, value in self.pairs():
            if name not in ("de", "a", "tri"):
                yield name, value, self.label(name, value)
        if self.since or self.until:
            yield YEARS, "", self.label(YEARS)

    def label(self, name: str, value: str = "") -> str:
        """A filter in words; all its values when none is given."""
        if name in BY_NAME:
            labels = dict(BY_NAME[name].choices())
            return _(" ou ").join(labels[each] for each in ([value] if value else self.values.get(name, ())))
        if name == YEARS:
            return self._years_label()
        return f"«\u00a0{self.q}\u00a0»" if name == "q" else grammar.title(self.place) if self.place else ""

    def _years_label(self) -> str:
        if self.since == self.until:
            return str(self.since)
        if not self.until:
            return _("depuis %(year)s") % {"year": self.since}
        if not self.since:
            return _("jusqu’en %(year)s") % {"year": self.until}
        return _("de %(since)s à %(until)s") % {"since": self.since, "until": self.until}


# --- Reading an address --------------------------------------------------------------------------------------------


def parse(parameters: Any) -> Filters:
    """Read the filters of an address (a QueryDict). `lieu` is what was typed: it wins when it names another place."""
    words = {name: _clean(parameters.get(name, "")) for name in ("q", "territoire", "lieu", "de", "a", YEARS, "tri")}
    if "lieu" in parameters and not words["lieu"]:
        words["territoire"] = ""
    read = {name: _values(facet, parameters) for name, facet in BY_NAME.items()}
    place = _in_force(place_of(words))
    since, until = _year(words["de"] or words[YEARS]), _year(words["a"] or words[YEARS])
    if since and until and since > until:
        since, until = until, since
    meanings: dict[str, Any] = {
        words["lieu"] or words["territoire"]: place,
        words["de"]: since,
        words["a"]: until,
        words[YEARS]: since or until,
        words["tri"]: words["tri"] in ORDERS,
    }
    unknown = [word for word, meaning in meanings.items() if word and not meaning]
    return Filters(
        q=words["q"],
        values={name: known for name, (known, _others) in read.items() if known},
        place=place,
        since=since,
        until=until,
        order=words["tri"] if words["tri"] in ORDERS else "",
        ignored=(*unknown, *(word for _known, others in read.values() for word in others)),
    )


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]


def _values(facet: Facet, parameters: Any) -> tuple[tuple[str, ...], list[str]]:
    """The values asked of a facet, in its own order, and those that name nothing."""
    given = parameters.getlist(facet.name) if hasattr(parameters, "getlist") else [parameters.get(facet.name, "")]
    asked = [value for value in dict.fromkeys(_clean(each) for each in given[:MOST_VALUES]) if value]
    known = tuple(value for value, _label in facet.choices() if value in asked) if asked else ()
    return known, [value for value in asked if value not in known]


def _year(asked: str) -> int | None:
    known = asked.isascii() and asked.isdigit() and len(asked) == 4 and OLDEST <= int(asked) <= LATEST
    return int(asked) if known else None


def _in_force(place: Place | None) -> Place | None:
    """Only territories in force are in the index: a former one leads nowhere, and the page says so."""
    return snapshot().by_code.get((place.kind, place.code)) if place else None
