"""The words that the addresses of open data understand, and the values that each takes: read where the lists read them.

A test asks every address for every word, and compares what it read with what is said here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import GroupKind
from alliage.codev.help_enums import QuestionKind
from alliage.codev.queries.questions import UNANSWERED
from alliage.directory import filters as directory
from alliage.directory.enums import EntryKind, NeedKind
from alliage.directory.queries.coverage import SCALES
from alliage.directory.queries.need_filters import RADII, sides
from alliage.events.enums import EventKind
from alliage.events.queries.agenda import PAST, venues
from alliage.learning.enums import Length
from alliage.learning.queries.paths import LEVELS
from alliage.library.content import LATEST, OLDEST
from alliage.library.enums import QUEUED, HelpKind, ProposalState
from alliage.library.queries import filters as library
from alliage.search.queries import TERRITORIES, ordered_kinds
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

Values = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """`values`: codes and labels, when they are a list; else `example` shows how it is written. `is_many`: said as often as
    one wants, any of its values is enough. `least` and `most`: of a whole number."""

    name: str
    label: str | Promise
    values: Callable[[], Values] | None = None
    example: str = ""
    is_many: bool = False
    least: int | None = None
    most: int | None = None

    def choices(self) -> Values:
        return self.values() if self.values is not None else ()

    @property
    def is_number(self) -> bool:
        return self.least is not None


def _terms(vocabulary: Vocabulary, *more: tuple[str, str | Promise]) -> Values:
    return [
        *((term.code, term.label) for term in taxonomy.terms(vocabulary)),
        *((code, str(label)) for code, label in more),
    ]


def _labels(labelled: Iterable[tuple[Any, Any]]) -> Values:
    return [(str(code), str(label)) for code, label in labelled]


def _choices(enum: Any, codes: Iterable[Any] = ()) -> Callable[[], Values]:
    """Of an enumeration, or of some of its members."""
    return lambda: _labels((each.value, each.label) for each in (codes or enum))


def of(vocabulary: Vocabulary) -> Callable[[], Values]:
    return partial(_terms, vocabulary)


def _kinds_of_search() -> Values:
    return [(TERRITORIES, _now("Territoires")), *((kind.slug, str(kind.label_plural)) for kind in ordered_kinds())]


def _yes() -> Values:
    return [("1", _now("oui"))]


Q = Filter("q", _("Des mots à chercher"), example="jardin partagé")
TERRITORY = Filter("territoire", _("Un territoire\u00a0: sa nature, deux points, son code"), example="departement:974")
TYPED = Filter(
    "lieu",
    _("Le nom d’un territoire, comme on l’écrit\u00a0; il l’emporte sur «\u00a0territoire\u00a0»"),
    example="Saint-Denis",
)
PLACE = (TERRITORY, TYPED)
LEVIER = Filter("levier", _("Levier"), of(Vocabulary.LEVIERS))
METIER = Filter("metier", _("Métier de la catalyse"), of(Vocabulary.METIERS))
ODD = Filter("odd", _("Objectif de développement durable"), of(Vocabulary.ODD))
PARTNERSHIP = Filter("partenariat", _("Sorte de partenariat"), of(Vocabulary.PARTNERSHIPS))
CATEGORY = Filter("categorie", _("Catégorie d’acteur"), of(Vocabulary.CATEGORIES))
OVERSEAS = Filter("outremer", _("Outre-mer seulement"), _yes)
# Of every CSV file.
EXCEL = Filter("excel", _("Pour un tableur\u00a0: point-virgule entre les colonnes, accents lus par Excel"), _yes)
PAGE = Filter("page", _("Page"), least=1, example="2")
# Of every feed.
PAGE_OF_FEED = replace(PAGE, label=_("Page d’un flux RSS, qui donne cinquante lignes à la fois"))

DIRECTORY = (
    Q,
    Filter("nature", _("Nature de la fiche"), lambda: _labels((word, directory.PLURALS[EntryKind(kind)]) for word, kind in directory.KINDS.items())),
    replace(METIER, is_many=True),
    Filter("mission", _("Mission"), of(Vocabulary.MISSIONS), is_many=True),
    replace(CATEGORY, values=partial(_terms, Vocabulary.CATEGORIES, (directory.UNKNOWN_CATEGORY, _("Catégorie à préciser")))),
    *PLACE,
    Filter("echelon", _("Échelon d’action"), of(Vocabulary.SCALES)),
    replace(LEVIER, is_many=True),
    replace(ODD, is_many=True),
    OVERSEAS,
    Filter("sequence", _("Séquence du programme du 8 juillet 2020"), least=directory.SEQUENCES[0], most=directory.SEQUENCES[-1], example="3"),
    Filter("zone", _("Un rectangle, en degrés\u00a0: sud, ouest, nord, est"), example="-21.5,55,-20.8,56"),
)  # fmt: skip
ALLIANCES = (
    PARTNERSHIP, ODD, *PLACE,
    Filter("organisation", _("Une organisation\u00a0: le dernier mot de l’adresse de sa fiche"), example="comite-21"),
)  # fmt: skip
COVERAGE = (
    Filter("echelle", _("Échelle"), _choices(Kind, SCALES)),
    METIER,
    LEVIER,
    Filter("departement", _("Les intercommunalités d’un département seulement\u00a0: son code"), example="974"),
)
NEEDS = (
    Q,
    Filter("nature", _("Besoin, offre ou appel"), lambda: _labels(sides().items())),
    Filter("quoi", _("Ce qui est cherché ou donné"), _choices(NeedKind)),
    PARTNERSHIP, ODD, LEVIER, *PLACE,
    Filter("rayon", _("Kilomètres autour d’une commune"), lambda: _labels((each, _now("%(km)s km") % {"km": each}) for each in RADII)),
    CATEGORY,
)  # fmt: skip
YEAR = Filter("de", _("À partir de cette année"), least=OLDEST, most=LATEST, example="2020")
LIBRARY = (
    Q,
    *(Filter(each.name, each.label, each.choices, is_many=True) for each in (library.KINDS, *library.FACETS)),
    *PLACE,
    YEAR,
    replace(YEAR, name="a", label=_("Jusqu’à cette année"), example="2025"),
    replace(YEAR, name=library.YEARS, label=_("Une année seulement")),
    Filter("tri", _("Ordre"), lambda: [(code, code) for code in library.ORDERS]),
)
HELP = (Filter("quoi", _("Ce qui est cherché"), _choices(HelpKind)),)
GROUPS = (
    Filter("nature", _("Nature du groupe"), _choices(GroupKind)),
    Filter("places", _("Ceux qui ont une place seulement"), _yes),
)
QUESTIONS = (
    Q,
    Filter("nature", _("Nature de la question"), _choices(QuestionKind)),
    LEVIER,
    *PLACE,
    Filter("etat", _("Où elle en est"), lambda: [(UNANSWERED, _now("sans réponse"))]),
)
AGENDA = (
    Filter("nature", _("Nature du rendez-vous"), _choices(EventKind)),
    LEVIER,
    TERRITORY,
    replace(TYPED, name="ou"),
    Filter("lieu", _("En ligne ou sur place"), lambda: _labels(venues().items())),
    OVERSEAS,
    Filter("quand", _("Ce qui est passé, plutôt que ce qui vient"), lambda: [(PAST, _now("passés"))]),
)
PATHS = (
    LEVIER,
    Filter("niveau", _("Niveau"), lambda: [(each, each) for each in LEVELS]),
    Filter("public", _("Pour qui"), of(Vocabulary.CATEGORIES)),
    Filter("duree", _("Durée"), _choices(Length)),
)
QUEUE = (Filter("etat", _("État de la relecture"), _choices(ProposalState, QUEUED)),)
KIND_OF_TERRITORY = Filter("type", _("Nature du territoire"), _choices(Kind))
PLACES = (
    Q,
    KIND_OF_TERRITORY,
    Filter("region", _("Code d’une région"), example="04"),
    Filter("departement", _("Code d’un département"), example="974"),
)
SEARCH = (
    Q, Filter("sorte", _("Sorte de résultat"), _kinds_of_search), TERRITORY, PAGE,
)  # fmt: skip
SUGGESTIONS = (Q, replace(KIND_OF_TERRITORY, is_many=True))
