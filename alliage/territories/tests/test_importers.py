"""Figures, zonings, centres, outlines and territories of project, from files with mistakes in them."""

import json
from datetime import date
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from alliage.territories import suggestions
from alliage.territories.enums import Change, Kind, Metric, Precision, Status
from alliage.territories.importers.communes import Communes, complete_code
from alliage.territories.importers.indicators import derived, number
from alliage.territories.models import DataSource, Indicator, Outline, Territory, TerritoryChange, Zoning
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

HEADER = (
    "insee_com,insee_reg,insee_dep,commune,commune_article,code_postal,commune_type,insee_parente,lat,lng,"
    "superficie_km2,population_2021,population_2015,menages_2021,naissances_2022,deces_2022,pop_15_64_totale_2021,"
    "pop_15_64_chomage_2021,pop_15_64_active_2021"
)
ETIENNE = (
    "42218,84,42,Saint-Étienne,Saint-Étienne,{postal},COM,,45.4,4.4,80,172000,171000,85000,1990,1814,107000,14000,73000"
)
FIRMINY = "42095,84,42,Firminy,Firminy,42700,COM,,45.4,4.3,10.5,17000,17000,8000,200,230,9900,1500,7000"
LYON1 = "69381,84,69,Lyon 1er,Lyon 1er,69001,ARM,69123,45.7,4.8,1.5,29000,29500,17000,300,150,21000,1500,18000"
LYON2 = "69382,84,69,Lyon 2e,Lyon 2e,69002,ARM,69123,45.7,4.8,3.5,31000,30500,18000,300,250,22000,1500,19000"
MAYOTTE = "97611,06,976,Mamoudzou,Mamoudzou,97600,COM,,-12.7,45.1,,0,0,0,3301,276,0,0,0"


@pytest.fixture
def loire():
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    epci = TerritoryFactory(kind=Kind.EPCI, code="244200770", name="Saint-Étienne Métropole")
    inside = {"departement": departement, "region": region, "epci": epci}
    city = TerritoryFactory(
        code="42218", name="Saint-Étienne", population=172_718, latitude=45.4, longitude=4.4, **inside
    )
    TerritoryFactory(code="42095", name="Firminy", population=16_994, latitude=45.38, longitude=4.28, **inside)
    TerritoryFactory(code="42222", name="Rochetaillée", status=Status.ASSOCIATED, part_of=city)
    TerritoryChange.objects.create(territory=city, change=Change.RECODED, old_code="42999", version="1")
    lyon = TerritoryFactory(code="69123", name="Lyon", population=522_250)
    for code in ("69381", "69382"):
        TerritoryFactory(code=code, status=Status.BOROUGH, part_of=lyon)
    TerritoryFactory(code="97611", name="Mamoudzou", population=71_437)
    TerritoryFactory(code="01004", name="Ambérieu-en-Bugey", population=15_000)
    return epci


def csv_file(tmp_path, *rows, header=HEADER):
    path = tmp_path / "file.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def indicators(path, **options):
    out = StringIO()
    call_command("import_indicators", path, year=2021, source="Insee 2024", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def value(territory, code, year=2021, kind=Kind.COMMUNE):
    found = Indicator.objects.filter(territory__code=territory, territory__kind=kind, code=code, year=year).first()
    return found.value if found else None


# --- Indicators --------------------------------------------------------------------------------------------------------


def test_figures_are_kept_with_their_year_and_source(loire, tmp_path):
    told = indicators(csv_file(tmp_path, ETIENNE.format(postal=42000), FIRMINY))
    assert "2 lignes créées." in told
    assert value("42218", Metric.POPULATION) == 172_000
    assert value("42218", Metric.POPULATION, 2015) == 171_000
    assert value("42218", Metric.BIRTHS, 2022) == 1990
    assert value("42218", Metric.AREA) == 80
    assert Indicator.objects.get(territory__code="42218", code=Metric.BIRTHS).source == "Insee 2024"
    assert DataSource.objects.get(name="indicateurs").counts == {"rows": 2}


def test_density_trend_and_employment_are_computed(loire, tmp_path):
    indicators(csv_file(tmp_path, ETIENNE.format(postal=42000)))
    assert value("42218", Metric.DENSITY) == 2150
    assert value("42218", Metric.TREND) == 0.097
    assert value("42218", Metric.ACTIVITY_RATE) == 68.22
    assert value("42218", Metric.EMPLOYMENT_RATE) == 55.14
    assert value("42218", Metric.UNEMPLOYMENT_RATE) == 19.18


def test_a_commune_repeated_for_each_postal_code_counts_once(loire, tmp_path):
    told = indicators(csv_file(tmp_path, ETIENNE.format(postal=42000), ETIENNE.format(postal=42100), FIRMINY))
    assert "2 lignes créées." in told
    assert "1 ligne inchangée." in told
    assert value("244200770", Metric.POPULATION, kind=Kind.EPCI) == 189_000


def test_containers_get_the_sum_of_their_communes_and_their_own_rates(loire, tmp_path):
    indicators(csv_file(tmp_path, ETIENNE.format(postal=42000), FIRMINY))
    assert value("42", Metric.HOUSEHOLDS, kind=Kind.DEPARTEMENT) == 93_000
    assert value("84", Metric.DENSITY, kind=Kind.REGION) == round(189_000 / 90.5, 2)
    assert value("42", Metric.UNEMPLOYMENT_RATE, kind=Kind.DEPARTEMENT) == round(100 * 15_500 / 80_000, 2)


def test_a_sum_is_not_shown_when_too_many_communes_are_unknown(loire, tmp_path):
    indicators(csv_file(tmp_path, FIRMINY))
    assert value("42095", Metric.POPULATION) == 17_000
    assert value("42", Metric.POPULATION, kind=Kind.DEPARTEMENT) is None


def test_a_custom_territory_gets_figures_too(loire, tmp_path):
    custom = TerritoryFactory(kind=Kind.CUSTOM, code="ondaine")
    custom.communes.add(Territory.objects.get(code="42095"))
    indicators(csv_file(tmp_path, FIRMINY))
    assert value("ondaine", Metric.POPULATION, kind=Kind.CUSTOM) == 17_000


def test_communes_merged_since_then_add_up(loire, tmp_path):
    merged = FIRMINY.replace("42095", "42222")
    older = FIRMINY.replace("42095", "42999")
    indicators(csv_file(tmp_path, ETIENNE.format(postal=42000), merged, older))
    assert value("42218", Metric.POPULATION) == 172_000 + 17_000 + 17_000
    assert value("42222", Metric.POPULATION) is None


def test_boroughs_keep_their_figures_and_make_those_of_their_city(loire, tmp_path):
    indicators(csv_file(tmp_path, LYON1, LYON2, LYON2))
    assert value("69381", Metric.POPULATION) == 29_000
    assert value("69123", Metric.POPULATION) == 60_000
    assert value("69123", Metric.AREA) == 5


def test_a_city_that_has_its_own_row_is_not_summed(loire, tmp_path):
    city = LYON1.replace("69381", "69123").replace("ARM,69123", "COM,")
    indicators(csv_file(tmp_path, city, LYON1, LYON2))
    assert value("69123", Metric.POPULATION) == 29_000


def test_a_row_of_a_delegated_commune_does_not_count_twice(loire, tmp_path):
    delegated = FIRMINY.replace("42095", "42222").replace(",COM,,", ",COMD,42218,")
    same_code = ETIENNE.format(postal=42000).replace(",COM,,", ",COMD,42218,").replace("172000", "1")
    told = indicators(csv_file(tmp_path, ETIENNE.format(postal=42000), delegated, same_code))
    assert "2 lignes inchangées." in told
    assert value("42218", Metric.POPULATION) == 172_000


def test_zeros_of_a_source_that_does_not_know_are_left_out(loire, tmp_path):
    indicators(csv_file(tmp_path, MAYOTTE))
    assert value("97611", Metric.POPULATION) is None
    assert value("97611", Metric.UNEMPLOYMENT_RATE) is None
    assert value("97611", Metric.AREA) is None
    assert value("97611", Metric.BIRTHS, 2022) == 3301


def test_a_second_import_changes_nothing_and_a_new_figure_updates(loire, tmp_path):
    path = csv_file(tmp_path, ETIENNE.format(postal=42000), FIRMINY)
    indicators(path)
    before = list(Indicator.objects.order_by("pk").values_list("pk", "value"))
    assert "2 lignes inchangées." in indicators(path)
    assert list(Indicator.objects.order_by("pk").values_list("pk", "value")) == before
    told = indicators(csv_file(tmp_path, ETIENNE.format(postal=42000).replace("172000", "173000"), FIRMINY))
    assert "1 ligne modifiée." in told
    assert value("42218", Metric.POPULATION) == 173_000
    assert value("42", Metric.POPULATION, kind=Kind.DEPARTEMENT) == 190_000


def test_a_dry_run_keeps_nothing(loire, tmp_path):
    told = indicators(csv_file(tmp_path, FIRMINY), dry_run=True)
    assert "Ceci est un essai" in told
    assert not Indicator.objects.exists()
    assert not DataSource.objects.exists()


def test_refused_rows_are_listed_with_their_reason_and_nothing_is_written(loire, tmp_path):
    out = StringIO()
    path = csv_file(
        tmp_path,
        FIRMINY,
        FIRMINY.replace("42095", "99999"),
        FIRMINY.replace("42095", ""),
        ETIENNE.format(postal=42000).replace("172000", "beaucoup"),
        ETIENNE.format(postal=42000).replace("172000", "-5"),
        FIRMINY.replace("8000", "8001"),
    )
    with pytest.raises(CommandError, match="Rien n’est enregistré"):
        call_command("import_indicators", path, year=2021, source="Insee", stdout=out, stderr=StringIO())
    told = out.getvalue()
    assert "Ligne 3\u00a0: Le code 99999 n’est celui d’aucune commune." in told
    assert "Ligne 4\u00a0: Le code de la commune manque." in told
    assert "«\u00a0beaucoup\u00a0», dans la colonne population_2021, n’est pas un nombre positif." in told
    assert "«\u00a0-5\u00a0»" in told
    assert "La commune 42095 est déjà donnée à la ligne 2, avec d’autres valeurs." in told
    assert not Indicator.objects.exists()


def test_the_accepted_rows_can_be_kept_without_the_others(loire, tmp_path):
    told = indicators(csv_file(tmp_path, FIRMINY, FIRMINY.replace("42095", "99999")), skip_refused=True)
    assert "1 ligne refusée." in told
    assert value("42095", Metric.POPULATION) == 17_000


@pytest.mark.parametrize(
    ("header", "message"), [("commune,population_2021", "insee_com"), ("insee_com,couleur", "Aucune colonne connue")]
)
def test_a_file_without_the_columns_is_refused(loire, tmp_path, header, message):
    with pytest.raises(CommandError, match=message):
        indicators(csv_file(tmp_path, "1,2", header=header))


def test_a_file_that_does_not_exist_is_refused(loire, tmp_path):
    with pytest.raises(CommandError, match="absent"):
        indicators(tmp_path / "absent.csv")


def test_a_spreadsheet_that_lost_the_zeros_is_read(loire, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["insee_com", "population", "superficie_km2"])
    book.active.append(["1004", "15 000", "24,6"])
    book.save(tmp_path / "file.xlsx")
    indicators(tmp_path / "file.xlsx")
    assert value("01004", Metric.POPULATION) == 15_000
    assert value("01004", Metric.DENSITY) == 609.76


def test_numbers_are_read_as_they_are_written_in_french():
    assert number("x", "1\u202f234,5") == 1234.5
    assert number("x", " ") is None
    assert complete_code(" 2a004 ") == "2A004"


def test_rates_need_people():
    year = {Metric.WORKING_AGE: 0.0, Metric.ACTIVE: 0.0, Metric.UNEMPLOYED: 0.0}
    assert derived({(metric, 2021): amount for metric, amount in year.items()}) == {}
    assert derived({(Metric.POPULATION, 2015): 0.0, (Metric.POPULATION, 2021): 5.0}) == {}
    assert derived({(Metric.AREA, 2021): 5.0}) == {}


def test_a_code_that_turns_in_circles_leads_nowhere(loire):
    one = TerritoryFactory(code="55001", status=Status.FORMER)
    two = TerritoryFactory(code="55002", status=Status.FORMER, part_of=one)
    Territory.objects.filter(pk=one.pk).update(part_of=two)
    assert Communes().current("55001") is None


# --- Zonings -----------------------------------------------------------------------------------------------------------


def zonings(path, **options):
    out = StringIO()
    call_command("import_zonings", path, source="ANCT", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def members(code):
    return set(Zoning.objects.get(code=code).communes.values_list("code", flat=True))


def test_a_zoning_is_a_code_and_its_communes(loire, tmp_path):
    path = csv_file(tmp_path, "acv;Action cœur de ville;42218 42999, 42095", header="code;libelle;communes")
    told = zonings(path, licence="Licence Ouverte 2.0", date=date(2025, 1, 31))
    zoning = Zoning.objects.get(code="acv")
    assert "1 ligne créée." in told
    assert (zoning.label, zoning.source, str(zoning.dated_on)) == ("Action cœur de ville", "ANCT", "2025-01-31")
    assert members("acv") == {"42218", "42095"}
    origin = DataSource.objects.get(name="zonages")
    assert (origin.source, origin.licence, origin.version) == ("ANCT", "Licence Ouverte 2.0", "2025-01-31")


def test_a_zoning_may_have_one_row_for_each_commune(loire, tmp_path):
    told = zonings(csv_file(tmp_path, "PVD,42218", "PVD,42095", header="zonage,commune"))
    assert members("pvd") == {"42218", "42095"}
    assert "2 lignes créées." in told
    assert Zoning.objects.get().label == "PVD"


def test_a_zoning_is_brought_to_the_state_of_its_file(loire, tmp_path):
    header = "code,communes"
    zonings(csv_file(tmp_path, "frr,42218 42095", header=header))
    assert "1 ligne inchangée." in zonings(csv_file(tmp_path, "frr,42095 42218", header=header))
    assert "1 ligne modifiée." in zonings(csv_file(tmp_path, "frr,42095", header=header))
    assert members("frr") == {"42095"}


def test_unknown_communes_of_a_zoning_are_refused_and_nothing_is_written(loire, tmp_path):
    out = StringIO()
    many = " ".join(f"99{number:03}" for number in range(12))
    path = csv_file(tmp_path, "acv,42218", f"acv,{many}", "acv,99999", ",42218", "frr,", header="code,communes")
    with pytest.raises(CommandError):
        call_command("import_zonings", path, source="ANCT", stdout=out, stderr=StringIO())
    told = out.getvalue()
    assert "Ligne 3\u00a0: Codes de communes inconnus\u00a0: 99000, 99001" in told
    assert "99009, …" in told
    assert "Ligne 4\u00a0: Code de commune inconnu\u00a0: 99999." in told
    assert "Ligne 5\u00a0: Le code du zonage manque." in told
    assert "Ligne 6\u00a0: La liste des communes est vide." in told
    assert not Zoning.objects.exists()


def test_a_file_of_zonings_needs_its_columns(loire, tmp_path):
    with pytest.raises(CommandError, match="communes"):
        zonings(csv_file(tmp_path, "acv", header="code"))


# --- Custom territories ------------------------------------------------------------------------------------------------


def customs(path, **options):
    out = StringIO()
    call_command("import_custom_territories", path, source="Réseau", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_custom_territories_are_imported_then_suggested(loire, tmp_path):
    suggestions.find("pays")
    told = customs(csv_file(tmp_path, "Pays du Gier;42218 42222", "Ondaine;42095 42218", header="nom;communes"))
    assert "2 lignes créées." in told
    gier = Territory.objects.get(kind=Kind.CUSTOM, code="pays-du-gier")
    assert (gier.population, gier.source, gier.precision) == (172_718, "Réseau", Precision.MEMBERS)
    assert [one.code for one in suggestions.find("pays du gier")] == ["pays-du-gier"]
    assert "2 lignes inchangées." in customs(tmp_path / "file.csv")
    origin = DataSource.objects.get(name="territoires-de-projet")
    assert (origin.source, origin.counts) == ("Réseau", {"rows": 2})


def test_a_custom_territory_may_have_one_row_for_each_commune(loire, tmp_path):
    told = customs(csv_file(tmp_path, "Pays du Gier;42218", "Pays du Gier;42095", header="nom;commune"))
    assert "2 lignes créées." in told
    assert Territory.objects.get(kind=Kind.CUSTOM).communes.count() == 2


def test_custom_territories_that_make_no_sense_are_refused(loire, tmp_path):
    out = StringIO()
    path = csv_file(
        tmp_path, "Gier;42218;", "Autre;42095;gier", ";42095;", "Nulle part;99999;", header="nom;communes;code"
    )
    with pytest.raises(CommandError):
        call_command("import_custom_territories", path, stdout=out, stderr=StringIO())
    told = out.getvalue()
    assert "Ligne 3\u00a0: «\u00a0Autre\u00a0» a le même code que «\u00a0Gier\u00a0», à la ligne 2." in told
    assert "Ligne 4\u00a0: Donnez à ce territoire un nom" in told
    assert "Ligne 5\u00a0: Code de commune inconnu" in told
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()


# --- Geometry ----------------------------------------------------------------------------------------------------------

SQUARE = [[[4.0, 45.0], [5.0, 45.0], [5.0, 46.0], [4.0, 45.0]]]


def feature(code, shape, coordinates, **properties):
    return {
        "type": "Feature",
        "properties": {"code": code, **properties},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def geojson_file(tmp_path, *features, **more):
    path = tmp_path / "file.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return path


def geometry(path, **options):
    out = StringIO()
    call_command("import_geometry", path, source="IGN", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_a_centre_replaces_the_point_and_says_its_source(loire, tmp_path):
    path = geojson_file(tmp_path, feature("42218", "Point", [4.3901234567, 45.43]))
    assert "1 ligne modifiée." in geometry(path)
    city = Territory.objects.get(code="42218")
    assert (city.longitude, city.latitude, city.precision, city.point_source) == (4.390123, 45.43, "exact", "IGN")
    assert "1 ligne inchangée." in geometry(path)
    assert DataSource.objects.get(name="geometrie-commune").version == "file.geojson"


def test_an_outline_is_kept_then_replaced(loire, tmp_path):
    path = geojson_file(tmp_path, feature("42", "Polygon", SQUARE))
    told = geometry(path, kind="departement", licence="Licence Ouverte 2.0", date=date(2026, 1, 1))
    outline = Outline.objects.get()
    assert "1 ligne créée." in told
    assert outline.territory.name == "Loire"
    assert outline.geometry == {"type": "Polygon", "coordinates": SQUARE}
    again = geometry(path, kind="departement", licence="Licence Ouverte 2.0", date=date(2026, 1, 1))
    assert "1 ligne inchangée." in again
    path = geojson_file(tmp_path, feature("42", "MultiPolygon", [SQUARE, SQUARE]))
    assert "1 ligne modifiée." in geometry(path, kind="departement")
    assert Outline.objects.get().geometry["type"] == "MultiPolygon"


def test_the_property_that_bears_the_code_can_be_named(loire, tmp_path):
    path = geojson_file(tmp_path, feature("", "Point", [4.3, 45.3], INSEE="42095"))
    geometry(path, code_property="INSEE")
    assert Territory.objects.get(code="42095").longitude == 4.3


def test_features_that_make_no_sense_are_refused_and_nothing_is_written(loire, tmp_path):
    out = StringIO()
    path = geojson_file(
        tmp_path,
        feature("42218", "Point", [4.39, 45.43]),
        feature("99999", "Point", [4.39, 45.43]),
        feature("", "Point", [4.39, 45.43]),
        feature("42095", "LineString", [[4, 45], [5, 45]]),
        feature("42095", "Point", [650_000, 6_800_000]),
        feature("42218", "Point", [4.39, 45.43]),
        feature("42095", "Polygon", [[[4, 45], [5, 45], [5, 46], [4, 46]]]),
        feature("69123", "Polygon", []),
        feature("97611", "MultiPolygon", []),
        feature("01004", "Point", ["4", None]),
        {"type": "Feature", "properties": None, "geometry": None},
        "feature",
        {"type": "Feature", "properties": {"code": "69381"}, "geometry": None},
    )
    with pytest.raises(CommandError):
        call_command("import_geometry", path, source="IGN", stdout=out, stderr=StringIO())
    told = out.getvalue()
    assert "12 lignes refusées." in told
    assert "Ligne 2\u00a0: Le code 99999 n’est celui d’aucun territoire de nature «\u00a0commune\u00a0»." in told
    assert "Ligne 3\u00a0: Cet élément n’a pas de code." in told
    assert "Ligne 4\u00a0: La géométrie doit être un Point" in told
    assert "Ligne 5\u00a0: La position 650000, 6800000 n’est pas sur Terre" in told
    assert "Ligne 6\u00a0: Le code 42218 est déjà donné à l’élément 1." in told
    assert "Ligne 7\u00a0: Un anneau de ce contour n’est pas fermé." in told
    assert "Ligne 8\u00a0: Ce contour est vide." in told
    assert "Ligne 10\u00a0: Une position doit être faite de deux nombres" in told
    assert Territory.objects.get(code="42218").point_source == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "GeoJSON lisible"),
        ("[1]", "FeatureCollection"),
        ('{"features": {}}', "FeatureCollection"),
        ('{"features": [], "crs": {"type": "name", "properties": {"name": "EPSG:2154"}}}', "degrés"),
        ("[" * 100_000, "GeoJSON lisible"),
    ],
)
def test_a_file_that_is_no_geojson_in_degrees_is_refused(loire, tmp_path, content, message):
    path = tmp_path / "file.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        geometry(path)


def test_a_file_too_large_to_be_read_is_refused(loire, tmp_path, monkeypatch):
    monkeypatch.setattr("alliage.territories.importers.geometry.LARGEST_FILE", 10)
    with pytest.raises(CommandError, match="500 Mo"):
        geometry(geojson_file(tmp_path))
