"""The filters of « Besoins et offres », as the address says them: the same for the page, its map and every export."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from math import cos, radians
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt
from django.utils.translation import gettext as _

from alliage.directory.enums import NEEDS_SHOWN, NeedKind, NeedSide, Visibility
from alliage.directory.filters import Place, place_of
from alliage.directory.models import Need
from alliage.directory.queries.alliances import in_territory
from alliage.directory.queries.reach import wider
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories.enums import Kind
from alliage.territories.folding import fold

RADII = (10, 20, 50, 100)
EARTH_DIAMETER = 12_742.0
KM_PER_DEGREE = 111.0
LONGEST = 200
MOST_WORDS = 6
# Territories small enough for their point to stand for them when a distance is asked.
SMALL = (Kind.COMMUNE, Kind.EPCI, Kind.EPT)
VOCABULARIES = {
    "partenariat": Vocabulary.PARTNERSHIPS, "odd": Vocabulary.ODD, "levier": Vocabulary.LEVIERS,
    "categorie": Vocabulary.CATEGORIES,
}  # fmt: skip
NAMES = ("q", "nature", "quoi", "partenariat", "odd", "levier", "territoire", "rayon", "categorie")


@dataclass(frozen=True)
class NeedFilters:
    """What is asked; `ignored` holds the words of the address that name nothing."""

    q: str = ""
    side: str = ""
    kind: str = ""
    partnership: str = ""
    goal: str = ""
    levier: str = ""
    territory: Place | None = None
    radius: int = 0
    category: str = ""
    ignored: tuple[str, ...] = field(default=())

    def parameters(self) -> dict[str, str]:
        place = f"{self.territory.kind}:{self.territory.code}" if self.territory else ""
        said = (
            self.q, self.side, self.kind, self.partnership, self.goal, self.levier, place,
            str(self.radius or ""), self.category,
        )  # fmt: skip
        return {name: value for name, value in zip(NAMES, said, strict=True) if value}

    def query(self) -> str:
        return urlencode(self.parameters(), safe=":")

    def without(self, name: str) -> "NeedFilters":
        """Without one filter; a distance goes with the place that it is from."""
        if name == "territoire":
            return replace(self, territory=None, radius=0)
        attribute = _ATTRIBUTES[name]
        return replace(self, **{attribute: getattr(NOTHING, attribute)})

    def active(self) -> list[tuple[str, str]]:
        """Name and label of each filter in force."""
        return [(name, self._label(name, value)) for name, value in self.parameters().items()]

    def _label(self, name: str, value: str) -> str:
        if name in VOCABULARIES:
            term = taxonomy.term(VOCABULARIES[name], value)
            label = term.label if term else value
            return f"ODD {value} · {label}" if name == "odd" else label
        labels = {
            "q": f"«\u00a0{self.q}\u00a0»",
            "nature": sides()[value] if name == "nature" else "",
            "quoi": str(NeedKind(value).label).capitalize() if name == "quoi" else "",
            "territoire": grammar.title(self.territory) if self.territory else "",
            "rayon": _("à %(km)s km au plus") % {"km": value},
        }
        return labels[name]


_ATTRIBUTES = {
    "q": "q", "nature": "side", "quoi": "kind", "partenariat": "partnership", "odd": "goal", "levier": "levier",
    "territoire": "territory", "rayon": "radius", "categorie": "category",
}  # fmt: skip
NOTHING = NeedFilters()


def sides() -> dict[str, str]:
    """What the tabs say."""
    return {NeedSide.NEED.value: _("Besoins"), NeedSide.OFFER.value: _("Offres"), NeedSide.CALL.value: _("Appels")}


def need_filters(asked: Any) -> NeedFilters:
    """Read the filters of an address. `lieu` is what was typed: it wins when it names another place."""
    words = {
        name: " ".join(str(asked.get(name, "")).replace("\x00", "").split())[:LONGEST] for name in (*NAMES, "lieu")
    }
    if "lieu" in asked and not words["lieu"]:
        words["territoire"] = ""
    side = words["nature"] if words["nature"] in NeedSide.values else ""
    kind = words["quoi"] if words["quoi"] in NeedKind.values else ""
    codes = {
        name: words[name] if taxonomy.term(vocabulary, words[name]) else "" for name, vocabulary in VOCABULARIES.items()
    }
    place = place_of(words)
    radius = next((each for each in RADII if str(each) == words["rayon"]), 0)
    read = {
        words["nature"]: side, words["quoi"]: kind, words["lieu"] or words["territoire"]: place,
        words["rayon"]: radius, **{words[name]: code for name, code in codes.items()},
    }  # fmt: skip
    measured = place is not None and place.kind == Kind.COMMUNE and place.latitude is not None
    return NeedFilters(
        q=words["q"],
        side=side,
        kind=kind,
        partnership=codes["partenariat"],
        goal=codes["odd"],
        levier=codes["levier"],
        territory=place,
        radius=radius if measured else 0,
        category=codes["categorie"],
        ignored=tuple(word for word, meaning in read.items() if word and not meaning),
    )


# --- From filters to rows ------------------------------------------------------------------------------------------


def shown_needs(now: datetime) -> QuerySet[Need]:
    """What anyone may find: open, not past its date, not hidden, of nobody whom visitors may not see."""
    return Need.objects.filter(of_someone_seen(), state__in=NEEDS_SHOWN, is_hidden=False, expires_at__gt=now)


def of_someone_seen() -> Q:
    return Q(entry__isnull=True) | Q(entry__is_hidden=False, entry__visibility=Visibility.PUBLIC)


def kilometres(place: Place) -> Any:
    """From a place to the territory of each row, as the crow flies, in SQL."""
    here, there = radians(place.latitude or 0), radians(place.longitude or 0)

    def number(value: float) -> Value:
        return Value(value, output_field=FloatField())

    latitude, longitude = Radians(F("territory__latitude")), Radians(F("territory__longitude"))
    across = Power(Sin((longitude - number(there)) / number(2.0)), number(2.0)) * Cos(latitude) * number(cos(here))
    along = Power(Sin((latitude - number(here)) / number(2.0)), number(2.0))
    return number(EARTH_DIAMETER) * ASin(Least(Sqrt(along + across), number(1.0)))


def around(place: Place, km: int) -> Q:
    """Within a square of that many kilometres: what an index can tell; `km` says the rest."""
    latitude, longitude = place.latitude or 0, place.longitude or 0
    high = km / KM_PER_DEGREE
    wide = high / max(cos(radians(latitude)), 0.1)
    return Q(
        territory__kind__in=SMALL,
        territory__latitude__range=(latitude - high, latitude + high),
        territory__longitude__range=(longitude - wide, longitude + wide),
    )


def conditions(filters: NeedFilters) -> dict[str, Q]:
    """What each filter in force asks of a row. `km` must have been annotated when there is a distance."""
    written = {
        "q": lambda: _said(filters.q),
        "nature": lambda: Q(side=filters.side),
        "quoi": lambda: Q(kind=filters.kind),
        "partenariat": lambda: Q(partnership_id=_pk("partenariat", filters.partnership)),
        "odd": lambda: having(_pk("odd", filters.goal)),
        "levier": lambda: having(_pk("levier", filters.levier)),
        "territoire": lambda: place_asked(filters.territory, filters.radius),
        "categorie": lambda: Q(entry__category_id=_pk("categorie", filters.category)),
    }
    return {name: write() for name, write in written.items() if name in filters.parameters()}


def _said(text: str) -> Q:
    """Every word, anywhere."""
    said = Q()
    for word in fold(text).split()[:MOST_WORDS]:
        said &= Q(search_text__contains=word)
    return said


def place_asked(place: Any, radius: int) -> Q:
    """In a territory, inside it, around it, or for the whole of France; with a distance, what is so near."""
    if radius:
        return around(place, radius) & Q(km__lte=radius)
    return in_territory(place) | Q(territory__isnull=True)


def having(term: int | None) -> Q:
    return Q(Exists(Need.terms.through.objects.filter(need_id=OuterRef("pk"), term_id=term or 0)))


def _pk(name: str, code: str) -> int | None:
    term = taxonomy.term(VOCABULARIES[name], code)
    return term.pk if term else None


def measured(found: QuerySet[Need], place: Place | None) -> QuerySet[Need]:
    """With `km`, when there is a point to measure from."""
    if place is None or place.latitude is None:
        return found
    return found.annotate(km=kilometres(place))


def filtered(found: QuerySet[Need], filters: NeedFilters) -> QuerySet[Need]:
    if filters.radius:
        found = measured(found, filters.territory)
    for condition in conditions(filters).values():
        found = found.filter(condition)
    return found


def in_order(found: QuerySet[Need], filters: NeedFilters) -> QuerySet[Need]:
    """The nearest first when a place is asked, then the latest."""
    if filters.radius:
        return found.order_by(F("km").asc(), "-opened_at", "-pk")
    if filters.territory:
        rank = Case(
            When(territory_id=filters.territory.id, then=Value(0)),
            When(territory_id__in=[each.id for each in wider(filters.territory)], then=Value(2)),
            When(territory_id__isnull=True, then=Value(3)),
            default=Value(1),
        )
        return found.order_by(rank, "-opened_at", "-pk")
    return found.order_by("-opened_at", "-pk")
