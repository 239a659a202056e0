"""The filters of the list: what the address says, in words, with one thing less."""

import pytest
from django.core.management import call_command
from django.http import QueryDict

from alliage.library.content import NETWORK_LISTS
from alliage.library.enums import ResourceKind
from alliage.library.queries.filters import FACETS, KIND_LABELS, KINDS, Filters, parse
from alliage.library.searchable import FACETS as INDEXED
from alliage.taxonomy import queries as taxonomy
from alliage.territories import snapshot
from alliage.territories.enums import Kind, Status
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world():
    call_command("load_taxonomy", verbosity=0)
    TerritoryFactory(kind=Kind.REGION, code="01", name="Guadeloupe")
    TerritoryFactory(kind=Kind.COM, code="987", name="Polynésie française")
    snapshot.forget()


def read(query: str) -> Filters:
    return parse(QueryDict(query))


def test_an_address_says_its_filters_in_a_fixed_order():
    filters = read(
        "a=2024&de=2020&levier=numerique&levier=alliance&territoire=region:01&q=%20cantines%20&sorte=pratique&tri=recentes"
    )
    assert filters.query() == (
        "q=cantines&sorte=pratique&levier=alliance&levier=numerique&territoire=region:01&de=2020&a=2024&tri=recentes"
    )
    assert read(filters.query()) == filters
    assert not filters.ignored
    asked = filters.asked()
    assert asked["filters"]["annee"] == ["2020", "2021", "2022", "2023", "2024"]
    assert asked["place"].name == "Guadeloupe"


def test_what_names_nothing_is_told_and_left_out():
    filters = read("sorte=poeme&levier=alliance&levier=x&de=20&a=abc&territoire=region:99&tri=hasard&preuve=%00")
    assert filters == Filters(
        values={"levier": ("alliance",)}, ignored=("region:99", "20", "abc", "hasard", "poeme", "x")
    )
    assert not read("").is_narrowed()
    assert read("lieu=Nulle-part-du-tout").ignored == ("Nulle-part-du-tout",)


def test_the_place_typed_wins_and_an_erased_one_is_erased():
    assert read("lieu=Guadeloupe&territoire=com:987").place.code == "01"
    assert read("lieu=&territoire=com:987").place is None


def test_a_former_territory_is_not_a_filter():
    TerritoryFactory(code="01001", name="Ancienne", status=Status.FORMER)
    assert read("territoire=commune:01001").ignored == ("commune:01001",)


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("de=2020&a=2024", "de 2020 à 2024"),
        ("de=2024&a=2020", "de 2020 à 2024"),
        ("annee=2021", "2021"),
        ("de=2020", "depuis 2020"),
        ("a=2024", "jusqu’en 2024"),
        ("territoire=com:987", "Polynésie française"),
        ("q=vélo", "«\u00a0vélo\u00a0»"),
        ("preuve=teste", "testé"),
        ("region=987", "Polynésie française"),
        ("etat=depassee", "dépassée"),
        ("odd=17", "ODD 17, Partenariats"),
    ],
    ids=["years", "years-reversed", "year", "since", "until", "place", "words", "proof", "region", "state", "goal"],
)
def test_each_filter_is_said_in_words(query, label):
    assert next(each[2] for each in read(query).chips()).startswith(label)


@pytest.mark.parametrize("name", ["q", "sorte", "levier", "territoire", "annee", "tri"], ids=str)
def test_one_filter_may_be_taken_away(name):
    filters = read("q=vélo&sorte=kit&levier=alliance&territoire=region:01&de=2020&a=2024&tri=recentes")
    left = filters.without(name).query()
    assert f"{name}=" not in left
    assert len(left) < len(filters.query())


def test_one_value_or_one_bound_may_be_taken_away():
    filters = read("levier=alliance&levier=numerique&de=2020&a=2024")
    assert filters.without("levier", "alliance").values == {"levier": ("numerique",)}
    assert filters.without("levier").values == {}
    assert (filters.without("de").since, filters.without("a").until) == (None, None)
    assert filters.label("levier") == "Alliance ou Numérique"
    assert filters.first("levier") == "alliance"
    assert filters.first("sorte") == ""


def test_a_plain_dictionary_is_read_too():
    assert parse({"levier": "alliance"}).values == {"levier": ("alliance",)}


def test_every_facet_of_the_index_is_a_filter():
    assert {facet.name for facet in FACETS} | {KINDS.name, "annee"} == set(INDEXED)
    assert set(KIND_LABELS) == set(ResourceKind.values)
    for facet in FACETS:
        labels = [label for _value, label in facet.choices()]
        assert all(isinstance(label, str) and label for label in labels)


def test_maturity_is_a_filter_once_the_network_has_written_its_levels(monkeypatch):
    assert read("maturite=emergente").ignored == ("emergente",)
    written = [taxonomy.FacetItem(code="emergente", label="Émergente")]
    monkeypatch.setattr(taxonomy, "facet", lambda code: written if code == NETWORK_LISTS["maturity"] else [])
    assert read("maturite=emergente").values == {"maturite": ("emergente",)}
