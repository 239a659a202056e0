"""Public data for who uses them elsewhere: what is said of an address is what it reads and what it answers."""

import csv
import json

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils import timezone

from alliage.library.services import dump
from alliage.website.open_data import DATASETS, QUESTIONS
from alliage.website.openapi import MEDIA, description

ALL = (*DATASETS, *QUESTIONS)
FILES = [(dataset, name, address) for dataset in ALL for name, address in dataset.files if name in MEDIA]
pytestmark = pytest.mark.django_db


class Watched(dict):
    """What `QueryDict.dict()` gave, which says what is asked of it."""

    def __init__(self, values, asked):
        super().__init__(values)
        self.asked = asked

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.asked.add(key)
        return super().__contains__(key)


@pytest.fixture
def asked(monkeypatch):
    """Every word that is looked for in an address."""
    words = set()

    def watching(method):
        before = getattr(QueryDict, method)

        def watched(self, key, *more):
            words.add(key)
            return before(self, key, *more)

        return watched

    for method in ("get", "getlist", "__getitem__", "__contains__"):
        monkeypatch.setattr(QueryDict, method, watching(method))
    monkeypatch.setattr(QueryDict, "dict", lambda self: Watched({key: self.getlist(key)[-1] for key in self}, words))
    return words


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.VAR_DIR = tmp_path


@pytest.fixture
def vocabularies():
    call_command("load_taxonomy", verbosity=0)


def questions_of(filters):
    """Nothing, then each filter alone with its first value and its last."""
    yield {}
    for each in filters:
        values = [code for code, _label in each.choices()] or [each.example]
        yield from ({each.name: value} for value in dict.fromkeys((values[0], values[-1])))


def test_what_an_address_reads_is_what_is_said_of_it(client, vocabularies, asked):
    client.get("/robots.txt")
    common, wrong = set(asked), {}
    for dataset, name, address in FILES:
        filters = dataset.asked(name)
        asked.clear()
        for question in questions_of(filters):
            client.get(address, question)
        if (read := asked - common) != (said := {each.name for each in filters}):
            wrong[address] = f"read and not said: {read - said}, said and not read: {said - read}"
    assert not wrong


def test_what_an_address_answers_is_what_is_said_of_it(client, vocabularies):
    dump.make(timezone.now())
    paths = description()["paths"]
    assert set(paths) == {address for _dataset, _name, address in FILES}
    for _dataset, _name, address in FILES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer["Content-Type"].partition(";")[0] in paths[address]["get"]["responses"]["200"]["content"], address


def test_what_is_read_page_by_page_says_so_and_no_other(client, vocabularies):
    dump.make(timezone.now())
    said = description()
    assert "sans pages" not in said["info"]["description"]
    for dataset, name, address in FILES:
        answers = said["paths"][address]["get"]["responses"]
        is_paged = "page" in {each["name"] for each in said["paths"][address]["get"]["parameters"]}
        assert dataset.is_paged(name) == is_paged == answers["200"]["description"].startswith("Une page"), address
        past = client.get(address, {"page": "99999"}).status_code
        assert past == (404 if "404" in answers else 200), address
    assert said["paths"]["/recherche.json"]["get"]["responses"]["200"]["description"].startswith("Une page")
    assert "404" in said["paths"]["/annuaire.rss"]["get"]["responses"]


def test_the_columns_said_are_those_of_the_file(client, vocabularies):
    for dataset, name, address in FILES:
        if name == "CSV" and dataset.header:
            header = client.get(address).getvalue().decode().partition("\r\n")[0]
            assert next(csv.reader([header])) == list(dataset.columns()), address
            assert ", ".join(dataset.columns()) in description()["paths"][address]["get"]["description"]


def test_json_has_the_shape_that_is_said_and_other_sites_may_read_it(client, vocabularies):
    said = description()
    for _dataset, name, address in FILES:
        if name in {"JSON", "GeoJSON"}:
            answer = client.get(address)
            schema = said["paths"][address]["get"]["responses"]["200"]["content"][MEDIA[name]]["schema"]
            shape = said["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
            assert set(shape.get("required", ())) <= set(json.loads(answer.getvalue())), address
            assert answer["Access-Control-Allow-Origin"] == "*", address


def test_every_list_in_csv_says_its_columns_or_has_columns_of_its_own():
    silent = [each.page for each in DATASETS if not each.header and "CSV" in dict(each.files)]
    assert silent == ["/annuaire/couverture/"]  # a column for each métier and lever
    assert all(each.columns() for each in DATASETS if each.header)


def test_the_description_is_one_that_machines_read(client):
    answer = client.get("/donnees/openapi.json")
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    said = answer.json()
    assert said["openapi"] == "3.1.0"
    assert set(said["info"]) >= {"title", "version", "license"}
    operations = [each["get"] for each in said["paths"].values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    tags = {each["name"] for each in said["tags"]}
    for each in operations:
        assert set(each["tags"]) <= tags
        names = [parameter["name"] for parameter in each["parameters"]]
        assert len(set(names)) == len(names)
        for parameter in each["parameters"]:
            assert parameter["in"] == "query"
            assert parameter["schema"]["type"] in {"string", "integer", "array"}


def test_values_come_from_the_vocabularies(vocabularies):
    words = {each["name"]: each for each in description()["paths"]["/annuaire.csv"]["get"]["parameters"]}
    assert words["odd"]["schema"]["items"]["enum"][0] == "1"
    assert words["odd"]["explode"] is True
    assert words["sequence"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10}
    assert words["excel"]["schema"]["enum"] == ["1"]
    assert "enum" not in words["q"]["schema"]


def test_the_page_leads_to_every_list(client, site, django_assert_max_num_queries):
    client.get("/donnees/")
    with django_assert_max_num_queries(6):
        text = client.get("/donnees/").content.decode()
    for dataset in ALL:
        assert f'href="{dataset.get_absolute_url()}"' in text
    assert len({dataset.slug for dataset in ALL}) == len(ALL)
    assert 'rel="service-desc"' in text
    assert 'href="/donnees/"' in client.get("/donnees-ouvertes/").content.decode()


def test_each_page_explains_its_addresses_its_filters_and_its_columns(client, site, vocabularies):
    for dataset in ALL:
        text = client.get(dataset.get_absolute_url()).content.decode()
        for name, address in dataset.files:
            assert f'href="{address}"' in text, address
            for each in dataset.asked(name):
                assert f"<code>{each.name}</code>" in text
        assert ", ".join(dataset.columns()) in text
    assert "alliance (" in client.get("/donnees/annuaire/").content.decode()
    assert client.get("/donnees/inconnue/").status_code == 404
