"""From what a file says of a place (a code, a postal code, a name, an address) to a territory, all in memory."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from alliage.imports.engine import RowRefused
from alliage.territories.enums import Change, Kind, Precision, Status
from alliage.territories.folding import search_key, search_words
from alliage.territories.models import Territory

KM_IN_A_DEGREE = 111.32
# Beyond, the point is not that of the commune: a geocoder took another one.
FAR_KM, FAR_KM_OVERSEAS = 60.0, 400.0
NEAR_KM = 15.0
SAME = 0.000_011  # degrees: what is written with five decimals is the same point
MOST_NAMED = 5
# « Vilaines-la-Juhel » where the postal code says Villaines-la-Juhel: a slip of the pen, since two things agree.
SLIP = 0.85
_ENDING = re.compile(r"\b(\d{5})\s+([^,;\d]{2,60})$")
_CEDEX = re.compile(r"\bcedex\b.*$", re.IGNORECASE)
_BOROUGH = re.compile(r"\b(?:\d{1,2}(?:er|e|eme|ème)?)(?:\s+arrondissement)?$|\b\d{1,2}$", re.IGNORECASE)
# Refusals for which « s’agit-il de … ? » is sought.
MOST_GUESSES = 300
# (south, north, west, east) of every part of France.
BOXES = (
    (41.2, 51.3, -5.6, 9.8), (15.7, 16.7, -62.0, -60.9), (14.3, 15.0, -61.4, -60.7), (2.0, 6.0, -54.8, -51.5),
    (-21.6, -20.7, 55.0, 56.0), (-13.2, -12.4, 44.8, 45.5), (46.6, 47.3, -56.6, -56.0), (17.7, 18.3, -63.4, -62.6),
    (-28.5, -7.0, -155.5, -134.0), (-23.5, -17.5, 157.5, 172.5), (-15.0, -13.0, -179.0, -175.5),
    (-50.2, -11.0, 39.5, 78.0),
)  # fmt: skip


def in_france(latitude: float, longitude: float) -> bool:
    return any(south <= latitude <= north and west <= longitude <= east for south, north, west, east in BOXES)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """In kilometres, near enough to tell a mistake."""
    north = one[0] - other[0]
    east = ((one[1] - other[1] + 180) % 360 - 180) * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east) * KM_IN_A_DEGREE


def same_point(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one[0] - other[0]) <= SAME and abs(one[1] - other[1]) <= SAME


@dataclass(frozen=True, slots=True)
class Spot:
    """A territory, as the import needs it. `point` is None when it is not known."""

    pk: int
    kind: str
    code: str
    name: str
    departement: int | None
    point: tuple[float, float] | None
    is_exact: bool


class Places:
    """Every territory, found by any of its names and codes. Read once for an import."""

    def __init__(self) -> None:
        self._spots: dict[int, Spot] = {}
        self._guesses = 0
        self._whole: dict[int, int] = {}
        self._by_code: dict[tuple[str, str], int] = {}
        self._by_postal: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        rows = Territory.objects.order_by("pk").values_list(
            "pk", "kind", "code", "name", "other_names", "postal_codes", "status", "part_of_id", "departement_id",
            "latitude", "longitude", "precision", "siren",
        )  # fmt: skip
        for (
            pk,
            kind,
            code,
            name,
            others,
            postal_codes,
            status,
            part_of,
            around,
            north,
            east,
            precision,
            siren,
        ) in rows.iterator(chunk_size=5000):
            point = (north, east) if north is not None and east is not None else None
            self._spots[pk] = Spot(pk, kind, code, name, around, point, precision == Precision.EXACT)
            self._by_code[kind, code] = pk
            if siren:
                self._by_code.setdefault((kind, siren), pk)
            if status != Status.CURRENT and part_of:
                self._whole[pk] = part_of
            for each in dict.fromkeys([name, *others.split(";")]):
                if each.strip():
                    self._by_name[kind, search_key(each)].append(pk)
            for postal_code in postal_codes.split():
                self._by_postal[postal_code].append(pk)
        recoded = Territory.objects.filter(changes__change=Change.RECODED)
        for old, pk in recoded.values_list("changes__old_code", "pk"):
            self._by_code.setdefault((Kind.COMMUNE, old), pk)

    def spot(self, pk: int | None) -> Spot | None:
        return self._spots.get(pk or 0)

    def exact(self, kind: str, code: str) -> Spot | None:
        """The very territory of that code, of today or of the past: what our own files name."""
        return self.spot(self._by_code.get((kind, code)))

    def area(self, word: str) -> Spot | None:
        """« departement:974 », a code or a name: a territory where one acts, of any kind."""
        kind, colon, code = (part.strip() for part in word.partition(":"))
        if colon and kind in Kind.values:
            return self.exact(kind, code)
        for each in (Kind.COMMUNE, Kind.EPCI, Kind.DEPARTEMENT, Kind.EPT):
            if any(sign.isdigit() for sign in word) and (found := self.exact(each, word.upper())):
                return found
        for each in (Kind.REGION, Kind.DEPARTEMENT, Kind.COM, Kind.EPCI, Kind.CUSTOM, Kind.EPT, Kind.COMMUNE):
            found_by_name = self._current(self._by_name.get((each, search_key(word)), ()))
            if len(found_by_name) == 1:
                return found_by_name[0]
        return None

    def office(self, values: Mapping[str, str], point: tuple[float, float] | None = None) -> Spot | None:
        """The territory of an office, from the cells of a row; None when nothing says it. A contradiction is refused.

        `point` chooses between communes of the same name.
        """
        kind, code = values.get("territory_kind", ""), values.get("territory_code", "")
        if kind and code:
            found = self.exact(kind, code)
            if found is None:
                raise RowRefused(
                    _("Aucun territoire n’a le code « %(code)s » (%(kind)s).") % {"code": code, "kind": kind}
                )
            return found
        postal_code, name = values.get("postal_code", ""), values.get("territory_name", "")
        if insee := values.get("insee", ""):
            return self._agreeing(self._of_insee(insee), postal_code, name)
        if not postal_code and not name:
            postal_code, name = self._of_address(values.get("address", ""))
        if postal_code or name:
            return self._of_commune(postal_code, name, values.get("departement", ""), point)
        return self._of_epci(values.get("epci", ""))

    def _of_insee(self, code: str) -> Spot:
        found = self._by_code.get((Kind.COMMUNE, code))
        spot = self.spot(self._now(found)) if found else None
        if spot is None:
            raise RowRefused(
                _("Aucune commune n’a le code Insee « %(code)s ». Vérifiez qu’il ne manque pas un zéro au début.")
                % {"code": code[:20]}
            )
        return spot

    def _agreeing(self, spot: Spot, postal_code: str, name: str) -> Spot:
        """The commune of a code, unless all that stands beside the code says that it is another one, far away."""
        bare = _CEDEX.sub("", name).strip(" ,.-")
        named = self._named(bare)
        if not named or not postal_code or spot in named or self._is_in(spot, postal_code, ""):
            return spot
        if not any(self._is_in(each, postal_code, "") for each in named):
            return spot
        raise RowRefused(
            _("Le code Insee %(code)s est celui de %(name)s, mais la ligne dit « %(said)s » : corrigez l’un des deux.")
            % {"code": spot.code, "name": spot.name, "said": f"{postal_code} {name}".strip()[:80]}
        )

    def _of_address(self, address: str) -> tuple[str, str]:
        found = _ENDING.search(_CEDEX.sub("", address.replace("\n", " ")).strip(" ,.;"))
        return (found[1], found[2].strip()) if found else ("", "")

    def _of_commune(self, postal_code: str, name: str, departement: str, point: tuple[float, float] | None) -> Spot:
        bare = _CEDEX.sub("", name).strip(" ,.-")
        named = self._named(bare) or self._named(_BOROUGH.sub("", bare).strip(" ,.-"))
        posted = self._current(self._by_postal.get(postal_code, ()))
        if posted and not name:
            return self._only(posted, postal_code)
        both = [spot for spot in named if spot in posted] or (_close(posted, bare) if bare else [])
        if both:
            return self._only(both, f"{postal_code} {name}".strip())
        if len(posted) == 1 and not named:
            return posted[0]  # one commune alone has this postal code: the name is that of a village in it
        near = [spot for spot in named if self._is_in(spot, postal_code, departement)] or _around(named, point)
        if near:
            return self._only(near, f"{name} {departement or postal_code}".strip())
        if named and not postal_code and not departement:
            return self._only(named, name)
        said = f"{postal_code} {name}".strip()[:80]
        if meant := self._meant(bare, departement or postal_code):
            raise RowRefused(
                _("La commune « %(name)s » n’est pas connue : s’agit-il de %(meant)s (%(code)s) ?")
                % {"name": said, "meant": meant.name, "code": meant.code}
            )
        raise RowRefused(
            _("La commune « %(name)s » n’est pas connue : vérifiez son nom et son code postal.") % {"name": said}
        )

    def _meant(self, name: str, around: str) -> Spot | None:
        """The commune of the département whose name is written most like this one. Slow: for the first refusals only."""
        if not name or not around or self._guesses >= MOST_GUESSES:
            return None
        self._guesses += 1
        near = (
            spot
            for spot in self._spots.values()
            if spot.kind == Kind.COMMUNE and spot.pk not in self._whole and self._is_in(spot, around, "")
        )
        likeness, best = max(((_likeness(spot.name, name), -spot.pk) for spot in near), default=(0.0, 0))
        return self._spots[-best] if likeness >= SLIP else None

    def _named(self, name: str) -> list[Spot]:
        return self._current(self._by_name.get((Kind.COMMUNE, search_key(name)), ())) if name else []

    def _is_in(self, spot: Spot, postal_code: str, departement: str) -> bool:
        """A postal code of a big office (cedex) is no commune's: its first figures still say the département."""
        around = self.spot(spot.departement)
        code = around.code if around else spot.code[:3]
        if departement:
            return departement.upper().zfill(2) == code or (
                around is not None and search_key(departement) == search_key(around.name)
            )
        return bool(postal_code) and postal_code[: len(code)] in {code, "20" if code in {"2A", "2B"} else code}

    def _of_epci(self, epci: str) -> Spot | None:
        if not epci:
            return None
        found = self.exact(Kind.EPCI, epci)
        named = [found] if found else self._current(self._by_name.get((Kind.EPCI, search_key(epci)), ()))
        if not named:
            raise RowRefused(_("L’intercommunalité « %(name)s » n’est pas connue.") % {"name": epci[:80]})
        return self._only(named, epci)

    def _now(self, pk: int) -> int:
        """A former commune, a commune déléguée, a borough: the commune of today."""
        seen: set[int] = set()
        while pk in self._whole and pk not in seen:
            seen.add(pk)
            pk = self._whole[pk]
        return pk

    def _current(self, pks: Iterable[int]) -> list[Spot]:
        return [self._spots[pk] for pk in dict.fromkeys(map(self._now, pks)) if pk in self._spots]

    def _only(self, found: list[Spot], said: str) -> Spot:
        if len(found) == 1:
            return found[0]
        names = ", ".join(f"{spot.name} ({spot.code})" for spot in found[:MOST_NAMED])
        raise RowRefused(
            _("« %(said)s » désigne plusieurs communes : %(names)s. Ajoutez une colonne de code Insee.")
            % {"said": said[:80], "names": names + ("…" if len(found) > MOST_NAMED else "")}
        )


def _close(posted: list[Spot], name: str) -> list[Spot]:
    """The commune of a postal code whose name begins as what is written, or the one that shares a word of its own."""
    key = search_key(name)
    begun = [spot for spot in posted if search_key(spot.name).startswith(f"{key} ")]
    if len(begun) == 1:
        return begun
    words = {word for word in search_words(name) if len(word) > 3} - {"saint", "sainte", "sur", "sous"}
    found = [spot for spot in posted if words & set(search_words(spot.name))]
    if len(found) != 1:
        found = [spot for spot in posted if _likeness(spot.name, name) >= SLIP]
    return found if len(found) == 1 else []


def _likeness(one: str, other: str) -> float:
    """How much two names are written alike, from 0 to 1: « M’Tzamboro », « Mtsamboro »."""
    return SequenceMatcher(None, search_key(one).replace(" ", ""), search_key(other).replace(" ", "")).ratio()


def _around(named: list[Spot], point: tuple[float, float] | None) -> list[Spot]:
    """The commune of this name that the point stands in."""
    if point is None:
        return []
    return [spot for spot in named if spot.point and distance(spot.point, point) <= NEAR_KM]


def checked(point: tuple[float, float], office: Spot | None) -> tuple[float, float]:
    """A point that may be shown on the map of France, near the commune that the row names; or the row is refused."""
    latitude, longitude = point
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise RowRefused(
            _(
                "Les coordonnées ne sont pas des degrés (%(point)s) : ce sont peut-être des mètres, en Lambert 93. Convertissez-les, ou laissez ces cases vides."
            )
            % {"point": _written(point)}
        )
    if not in_france(latitude, longitude):
        if in_france(longitude, latitude):
            raise RowRefused(
                _("La latitude et la longitude sont échangées (%(point)s) : inversez les deux colonnes.")
                % {"point": _written(point)}
            )
        raise RowRefused(
            _(
                "Le point %(point)s n’est pas en France : corrigez les coordonnées, ou laissez ces cases vides, la fiche sera placée au centre de sa commune."
            )
            % {"point": _written(point)}
        )
    if office is not None and office.kind == Kind.COMMUNE and office.point is not None:
        away = distance(point, office.point)
        metropolitan = office.is_exact and BOXES[0][0] <= office.point[0] <= BOXES[0][1]
        if away > (FAR_KM if metropolitan else FAR_KM_OVERSEAS):
            raise RowRefused(
                _(
                    "Le point est à %(km)s km de %(name)s : corrigez les coordonnées ou la commune, ou laissez les coordonnées vides."
                )
                % {"km": round(away), "name": office.name}
            )
    return point


def _written(point: tuple[float, float]) -> str:
    return f"{point[0]:g} ; {point[1]:g}"
