"""Lists of objects in JSON, whatever program wrote them."""

import json
import tracemalloc

import pytest

from alliage.files.tests.factories import upload
from alliage.formats import csv, geojson
from alliage.formats import json as exports
from alliage.imports import json_tables
from alliage.imports.engine import FileRefused, Row, read_table


def read(content):
    table = read_table(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    return table.columns, list(table.rows)


def test_a_plain_list_gives_the_union_of_its_keys_in_order():
    columns, rows = read([{"nom": "Eau", "ville": None}, {"nom": "Air", "note": 3.0, "ouvert": True}])
    assert columns == ["nom", "ville", "note", "ouvert"]
    assert rows == [
        Row(1, {"nom": "Eau", "ville": "", "note": "", "ouvert": ""}),
        Row(2, {"nom": "Air", "ville": "", "note": "3", "ouvert": "oui"}),
    ]


def test_geojson_gives_properties_and_place():
    point = geojson.point(2.35, 48.85)
    written = "".join(
        geojson.lines([geojson.feature(point, {"nom": "Eau"}, id=7), geojson.feature(None, {"nom": "Air"})])
    )
    columns, rows = read(written.encode())
    assert columns == ["id", "nom", "longitude", "latitude"]
    assert [list(row.values.values()) for row in rows] == [["7", "Eau", "2.35", "48.85"], ["", "Air", "", ""]]


@pytest.mark.parametrize(
    ("geometry", "place"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 40], [4, 40], [4, 44], [0, 40]]]}, ("2.0", "42.0")),
        (
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [55.5, -21.1]}]},
            ("55.5", "-21.1"),
        ),
        ({"type": "Point", "coordinates": ["x", None]}, None),
        ({"type": "GeometryCollection", "geometries": ["x"]}, None),
        ({"type": "Point", "coordinates": []}, None),
        ("ici", None),
    ],
)
def test_any_shape_has_a_middle(geometry, place):
    _columns, rows = read([{"type": "Feature", "geometry": geometry, "properties": {"nom": "x"}}])
    assert (rows[0].values.get("longitude"), rows[0].values.get("latitude")) == (place or (None, None))


def test_what_gogocarto_gives_is_read():
    elements = {
        "licence": "https://opendatacommons.org/licenses/odbl/summary/",
        "ontology": "gogofull",
        "data": [
            {
                "id": "4aG",
                "name": "La Recyclerie",
                "geo": {"latitude": 46.3252, "longitude": -0.0339},
                "address": {"streetAddress": "5 rue Edmond Proust", "postalCode": "79120", "addressLocality": "Chenay"},
                "categories": ["Réemploi", "Tiers-lieu"],
                "categoriesFull": [{"id": 1, "name": "Réemploi", "index": 0}, {"deep": [1]}],
                "openHours": [],
                "matrix": [[1, 2]],
            }
        ],
    }
    columns, rows = read(elements)
    values = rows[0].values
    assert columns[:4] == ["id", "name", "geo.latitude", "geo.longitude"]
    assert values["address.postalCode"] == "79120"
    assert values["categories"] == "Réemploi | Tiers-lieu"
    assert values["categoriesFull"] == 'Réemploi | {"deep": [1]}'
    assert (values["openHours"], values["matrix"]) == ("", "[1, 2]")


def test_an_abridged_gogocarto_list_is_refused_with_what_to_ask():
    with pytest.raises(FileRefused, match="forme complète"):
        read({"ontology": "gogocompact", "data": [["4aG", ["Recyclerie"], 46.3, -0.03, []]]})


def test_our_own_export_is_read():
    written = "".join(exports.lines(2, [{"nom": "=1+1"}, {"nom": "Air", "lieu": {"code": "42218"}}]))
    columns, rows = read(written.encode("utf-8-sig"))
    assert columns == ["nom", "lieu.code"]
    assert [row.values["nom"] for row in rows] == ["=1+1", "Air"]


def test_deep_objects_stop_somewhere_and_names_that_differ_by_case_stay_apart():
    columns, rows = read([{"a": {"b": {"c": {"d": {"nom": "fin"}}}}, "Nom": "x", "nom": "y"}, "seul"])
    assert columns == ["a.b.c.d", "Nom", "nom (2)", "valeur"]
    assert list(rows[0].values.values()) == ["fin", "x", "y", ""]
    assert rows[1].values["valeur"] == "seul"


def test_an_object_without_anything_is_passed_over():
    _columns, rows = read([{"nom": ""}, {"nom": "x"}])
    assert [row.number for row in rows] == [2]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_objects_are_read_across_the_pieces_of_the_file(monkeypatch, size):
    monkeypatch.setattr(json_tables, "_PIECE", size)
    content = '{"count": 12, "autre": {"x": [1, 2]}, "results" : [ {"n": 12, "é": "à"} , {"n": 345} ] }'.encode()
    _columns, rows = read(content)
    assert [row.values["n"] for row in rows] == ["12", "345"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "vide"),
        (b'{"results": []}', "vide"),
        (b'{"nom": "Eau"}', "pas de liste"),
        (b"{}", "pas de liste"),
        (b'{"results" 3}', "ne peut pas"),
        (b"[{", "ne peut pas"),
        (b'[{"a": 1}', "objet n°\u00a01"),
        (b'[{"a": 1} {"a": 2}]', "objet n°\u00a01"),
        (b'[{"a": 1}, {"a": ]', "objet n°\u00a01"),
        (b'[{"a": "\xe9"}]', "UTF-8"),
        (b"[" * 100_000, "ne peut pas"),
    ],
)
def test_a_broken_list_says_where(content, reason):
    with pytest.raises(FileRefused, match=reason):
        read(content)


def test_an_endless_object_is_refused(monkeypatch):
    monkeypatch.setattr(json_tables, "MAX_OBJECT", 100)
    monkeypatch.setattr(json_tables, "_PIECE", 50)
    with pytest.raises(FileRefused, match="abîmé"):
        read([{"a": "x" * 1_000}])


def test_too_many_columns_or_rows_are_refused():
    with pytest.raises(FileRefused, match="colonnes"):
        read([{f"c{rank}": 1 for rank in range(501)}])
    with pytest.raises(FileRefused, match="trop de lignes"):
        json_tables.json_table(upload(b'[{"a": 1}, {"a": 2}]', "x").file, most_columns=5, most_rows=1)


def test_a_long_list_is_read_in_little_memory(tmp_path):
    path = tmp_path / "long.json"
    with path.open("w") as file:
        file.write('{"type":"FeatureCollection","features":[')
        file.write(
            ",".join(
                json.dumps({"type": "Feature", "geometry": None, "properties": {"nom": "x" * 300, "n": n}})
                for n in range(20_000)
            )
        )
        file.write("]}")
    with path.open("rb") as file:
        tracemalloc.start()
        count = sum(1 for _row in read_table(file).rows)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 20_000
    assert most < 4_000_000 < path.stat().st_size


def test_cells_protected_from_spreadsheets_come_back_as_they_were():
    written = csv.text(["nom", "tel"], [["=1+1", "+33 1"], ["'=x", "-5"], ["l’eau", "'"]], excel=True)
    table = read_table(written.encode())
    assert [list(row.values.values()) for row in table.rows] == [["=1+1", "+33 1"], ["'=x", "-5"], ["l’eau", "'"]]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_old_encodings_are_told_apart(encoding):
    content = "nom;ville\nHélène à l’été;Besançon\nfrère;Nîmes\n".encode(encoding)
    assert [list(row.values.values()) for row in read_table(content).rows] == [
        ["Hélène à l’été", "Besançon"],
        ["frère", "Nîmes"],
    ]


def test_columns_of_the_same_name_are_told_apart():
    assert read_table(b"Adresse;adresse;Adresse\n1;2;3\n").columns == ["Adresse", "adresse (2)", "Adresse (3)"]
