"""What people search: places, and the directory with its filters. The page and every export say the same thing."""

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from random import Random
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from alliage.directory.models import Entry
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.folding import ARTICLES, fold
from alliage.territories.models import Territory
from tests.heavy.seeds import each_seed, mistyped, spelled, text


@pytest.fixture(scope="module")
def france(django_db_setup, django_db_blocker) -> Iterator[list[str]]:
    """Every territory and every organisation of the programme, in a transaction that is undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        for command in ("import_territories", "load_taxonomy", "load_organisations"):
            call_command(command, verbosity=0)
        yield list(
            Territory.objects.filter(kind=Kind.COMMUNE, status="current").order_by("pk").values_list("name", flat=True)
        )
        transaction.set_rollback(True)


def _suggestions(client: Client, typed: str, **more: str) -> list[dict]:
    response = client.get("/territoires/suggestions.json", {"q": typed, **more})
    assert response.status_code == 200
    return json.loads(response.content)["results"]


def test_suggestions(france: list[str], db) -> None:
    """Any text gives a list; the same name spelled otherwise gives the same list; a mistake still finds something."""
    client = Client()

    def check(random: Random) -> None:
        found = _suggestions(client, text(random), type=random.choice(["", "commune", "epci", text(random, longest=4)]))
        assert len(found) <= 10
        for one in found:
            assert set(one) == {"kind", "code", "name", "label", "population", "url"}
            assert one["url"] == f"/territoires/{one['kind']}/{one['code']}/"
        name = random.choice(france)
        as_written = _suggestions(client, name)
        assert fold(name) in {fold(one["name"]) for one in as_written}, name
        assert _suggestions(client, spelled(random, name)) == as_written, name
        article, _space, _rest = name.partition(" ")
        if fold(article) not in ARTICLES and len(fold(name)) > 6:  # « es Arsures » for « Les Arsures » finds nothing
            assert _suggestions(client, mistyped(random, name)), name

    each_seed("test_suggestions", check)


def _asked(random: Random, words: list[str], codes: list[str], places: list[str]) -> list[tuple[str, str]]:
    """A query: some of it means something, some of it nothing."""
    honest = {
        "q": lambda: spelled(random, random.choice(words)),
        "categorie": lambda: random.choice([*codes, "a-preciser"]),
        "territoire": lambda: random.choice(places),
        "sequence": lambda: str(random.randint(0, 11)),
        "nature": lambda: random.choice(["catalyseurs", "organisations", "equipes"]),
        "metier": lambda: random.choice(["lieu", "dialogue", "accompagnement"]),
        "levier": lambda: random.choice(["alliance", "strategie"]),
        "outremer": lambda: "1",
        "page": lambda: str(random.randint(-1, 4)),
        "lieu": lambda: random.choice(["", "Saint-Etienne", "loire", "Paris"]),
    }
    chosen = random.sample(sorted(honest), k=random.choice([0, 1, 1, 2, 3, 6]))
    asked = [(name, honest[name]() if random.random() < 0.7 else text(random)) for name in chosen]
    if random.random() < 0.1:
        asked.append((text(random, longest=6), text(random)))
    if asked and random.random() < 0.1:
        asked.append(asked[0])
    return asked


def _counts(client: Client, query: str) -> dict[str, int]:
    def answer(address: str) -> bytes:
        response = client.get(f"{address}?{query}")
        assert response.status_code == 200, address
        return b"".join(response.streaming_content) if response.streaming else response.content

    page = client.get(f"/annuaire/?{query}", follow=True)
    assert page.status_code == 200
    lines = list(csv.DictReader(answer("/annuaire.csv").decode("utf-8-sig").splitlines()))
    listed = json.loads(answer("/annuaire.json"))
    assert listed["count"] == len(listed["results"])
    return {
        "page": page.context["total"],
        "csv": len(lines),
        "json": listed["count"],
        "geojson": len(json.loads(answer("/annuaire.geojson"))["features"]),
        "rss": len(ET.fromstring(answer("/annuaire.rss")).findall("channel/item")),
    }


def test_directory(france: list[str], db) -> None:
    """Whatever the address says, the page and its four exports count the same organisations."""
    client = Client()
    names = list(Entry.objects.values_list("name", flat=True))
    words = [word for name in names for word in (name, *name.split())]
    codes = list(Term.objects.filter(vocabulary="categories").values_list("code", flat=True))
    places = [
        f"{kind}:{code}"
        for kind, code in Entry.objects.exclude(territory=None).values_list("territory__kind", "territory__code")
    ]
    places += ["departement:42", "region:84", "epci:244200770", "commune:42218", "commune:00000", "nulle:part"]
    totals: list[int] = []

    def check(random: Random) -> None:
        counts = _counts(client, urlencode(_asked(random, words, codes, places), errors="surrogatepass"))
        assert len(set(counts.values())) == 1, counts
        totals.append(counts["page"])

    each_seed("test_directory", check, seconds=900)
    if len(totals) > 100:
        assert sum(total > 0 for total in totals) / len(totals) > 0.05  # the queries do find something
        assert len(set(totals)) > 5
