"""Why a resource may matter in a territory: only what is true, the strongest first."""

import pytest

from alliage.library import content as contents
from alliage.library.enums import Size
from alliage.library.queries import nearness
from alliage.library.tests.factories import said
from alliage.territories import snapshot
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _land():
    """Two départements of Guadeloupe's neighbour and of the mainland, each with communes."""
    island = TerritoryFactory(kind=Kind.REGION, code="01", name="Guadeloupe", population=380_000)
    other = TerritoryFactory(kind=Kind.DEPARTEMENT, code="971", name="Guadeloupe", region=island, population=380_000)
    whole = {"departement": other, "region": island}
    group = TerritoryFactory(
        kind=Kind.EPCI, code="200044691", name="CA du Nord", population=55_000, latitude=16.3, longitude=-61.4
    )
    TerritoryFactory(code="97101", name="Les Abymes", population=53_000, epci=group, **whole)
    TerritoryFactory(code="97116", name="Morne-à-l’Eau", population=16_500, epci=group, **whole)
    TerritoryFactory(code="97105", name="Basse-Terre", population=9_800, **whole)
    TerritoryFactory(code="42218", name="Saint-Étienne", population=172_000)
    TerritoryFactory(code="97411", name="Saint-Denis", population=153_000)
    snapshot.forget()


def why(token: str, *, at: str, **more) -> list[str]:
    content = contents.cleaned(said(territories=[token] if token else [], **more))
    place = snapshot.snapshot().by_code[tuple(at.split(":"))]
    return nearness.reasons(content, nearness.ground_of(place))


def test_it_may_come_from_here_from_inside_or_from_what_contains_it():
    assert why("commune:97101", at="commune:97101")[0] == "la ressource vient de ce territoire"
    assert why("commune:97101", at="region:01")[0] == "la ressource vient des Abymes, sur ce territoire"
    assert (
        why("region:01", at="commune:97101")[0] == "la ressource concerne la Guadeloupe, dont ce territoire fait partie"
    )


def test_it_may_come_from_beside_in_the_smallest_territory_that_holds_both():
    assert why("commune:97116", at="commune:97101")[0].startswith(
        "la ressource vient de Morne-à-l’Eau, à CA du Nord aussi"
    )
    assert why("commune:97105", at="commune:97101")[0] == "la ressource vient de Basse-Terre, en Guadeloupe aussi"


def test_the_closest_of_several_places_is_said():
    content = contents.cleaned(said(territories=["commune:97105", "commune:97116", "commune:42218"]))
    place = snapshot.snapshot().by_code["commune", "97116"]
    assert nearness.reasons(content, nearness.ground_of(place))[0] == "la ressource vient de ce territoire"


def test_size_and_scale_of_the_context_and_the_sea_count_too():
    context = {"size": "50000-200000", "territory_kind": "commune"}
    assert why("commune:97411", at="commune:97101", context=context) == [
        "son territoire a une taille semblable (de 50\u202f000 à 200\u202f000 habitants)",
        "son échelle est la même (commune)",
        "son territoire est aussi outre-mer",
    ]


def test_nothing_is_said_when_nothing_is_shared_or_known():
    assert why("commune:42218", at="commune:97105") == []
    assert why("", at="commune:97105", context={"size": "<2000", "territory_kind": "epci"}) == []
    assert nearness.reasons(contents.cleaned(said()), None) == []
    assert nearness.ground_of(None) is None


def test_a_place_that_is_not_named_is_told_by_nothing():
    content = contents.public(contents.cleaned(said(territories=["commune:97101"], hides_place=True)))
    place = snapshot.snapshot().by_code["commune", "97101"]
    assert nearness.reasons(content, nearness.ground_of(place)) == []


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (None, ""), (0, Size.VILLAGE), (1_999, Size.VILLAGE), (2_000, Size.BOURG), (9_999, Size.BOURG), (10_000, Size.TOWN),
        (50_000, Size.CITY), (199_999, Size.CITY), (200_000, Size.METROPOLIS),
    ],
    ids=str,
)  # fmt: skip
def test_sizes_follow_the_population(population, size):
    assert nearness.size_of(population) == size
