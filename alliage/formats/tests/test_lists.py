"""CSV, JSON and GeoJSON of whole lists."""

import csv as reader
import io
import json as parser
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from alliage.formats import csv, geojson, json


def body(response):
    return b"".join(response.streaming_content).decode("utf-8")


def test_a_plain_csv_has_commas_and_no_mark():
    response = csv.response("communes.csv", ["nom", "habitants"], [["Évry, ville", 3], [None, 1.5]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="communes.csv"'
    assert body(response) == 'nom,habitants\r\n"Évry, ville",3\r\n,1.5\r\n'


def test_a_csv_for_excel_has_semicolons_and_a_mark():
    assert csv.text(["a", "b"], [["é", 1]], excel=True) == "\ufeffa;b\r\né;1\r\n"


def test_days_and_yes_are_written_plainly():
    row = [True, False, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, tzinfo=UTC), gettext_lazy("Oui")]
    assert csv.text(["x"], [row]).split("\r\n")[1] == "oui,non,2026-01-02,2026-01-02T03:04:00+00:00,Oui"


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@cmd", "\tx", "\rx", "  =1+1", "＝1", "'=1+1", "''@x"])
def test_a_formula_is_neutralised_and_restored(text):
    assert csv.neutralised(text) == f"'{text}"
    assert csv.restored(csv.neutralised(text)) == text


def test_numbers_are_not_formulas():
    assert csv.cell(-3) == -3
    assert csv.text(["=x"], [[-3]]).startswith("'=x")


@given(st.text())
def test_every_text_comes_back_and_none_is_a_formula(text):
    safe = csv.neutralised(text)
    assert csv.restored(safe) == text
    assert not safe.startswith(csv.DANGEROUS)


def test_a_long_csv_is_streamed_in_pieces():
    pieces = list(csv.lines(["n"], ([n] for n in range(250))))
    assert len(pieces) == 3
    assert len(list(reader.reader(io.StringIO("".join(pieces))))) == 251


def test_json_is_a_count_and_results():
    response = json.response(
        2, [{"nom": "Évry", "on": date(2026, 1, 2)}, {"at": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)}]
    )
    assert response["Access-Control-Allow-Origin"] == "*"
    assert parser.loads(body(response)) == {
        "count": 2,
        "results": [{"nom": "Évry", "on": "2026-01-02"}, {"at": "2026-01-02T03:04:05+00:00"}],
    }


@pytest.mark.parametrize("length", [0, 1, 49, 50, 51, 100, 101])
def test_json_is_whole_whatever_its_length(length):
    assert parser.loads("".join(json.lines(length, range(length)))) == {"count": length, "results": list(range(length))}


def test_json_writes_sets_numbers_and_translations():
    written = parser.loads(json.dumps({"a": {"y", "x"}, "b": Decimal("1.50"), "c": gettext_lazy("Oui")}))
    assert written == {"a": ["x", "y"], "b": "1.50", "c": "Oui"}


def test_geojson_says_when_a_place_is_unknown():
    features = [
        geojson.feature(geojson.point(2.123456, 48.5), {"nom": "Évry"}, id="91228"),
        geojson.feature(geojson.point(None, 48.5), {"nom": "Inconnu"}),
    ]
    response = geojson.response(features)
    assert response["Content-Type"] == "application/geo+json"
    assert parser.loads(body(response)) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "91228",
                "geometry": {"type": "Point", "coordinates": [2.12346, 48.5]},
                "properties": {"nom": "Évry"},
            },
            {"type": "Feature", "geometry": None, "properties": {"nom": "Inconnu"}},
        ],
    }
