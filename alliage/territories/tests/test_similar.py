"""Territories that look like one another, and the reasons."""

import pytest
from django.core.cache import cache

from alliage.territories import queries, similar
from alliage.territories.enums import Kind, Metric
from alliage.territories.snapshot import snapshot
from alliage.territories.tests.factories import IndicatorFactory, TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


def reasons_for(found, name):
    return next(item.reasons for item in found if item.territory.name == name)


def test_only_the_same_kind_is_proposed_and_never_itself():
    places = small_france()
    found = queries.similar(places.etienne, limit=20)
    assert {item.territory.kind for item in found} == {Kind.COMMUNE}
    assert places.etienne.pk not in {item.territory.id for item in found}
    assert [item.distance for item in found] == sorted(item.distance for item in found)


def test_reasons_say_size_role_and_distance_in_french():
    places = small_france()
    TerritoryFactory(code="38185", name="Grenoble", population=170_000, latitude=45.19, longitude=5.72)
    twin = TerritoryFactory(
        code="42999", name="Jumelle", population=170_000, latitude=45.5, longitude=4.4, epci=places.metropole
    )
    found = queries.similar(places.etienne, limit=10)
    assert reasons_for(found, "Grenoble") == ["même taille\xa0: 170\u202f000 habitants contre 173\u202f136"]
    assert reasons_for(found, "Jumelle")[1:] == ["même intercommunalité", "à 8 km environ"]
    assert "aussi chef-lieu" in reasons_for(queries.similar(places.etienne, limit=10), "Saint-Denis")
    assert "aussi chef-lieu de région" in reasons_for(queries.similar(places.lyon, limit=10), "Saint-Denis")
    assert twin.pk in {item.territory.id for item in found}


def test_an_overseas_territory_finds_others():
    places = small_france()
    found = queries.similar(places.denis, limit=3)
    assert "territoire ultramarin aussi" in reasons_for(found, "Papeete")
    small = TerritoryFactory(kind=Kind.DEPARTEMENT, code="976", name="Mayotte", population=256_000)
    cache.clear()
    assert small.pk in {item.territory.id for item in queries.similar(places.reunion, limit=3)}


def test_intercommunalities_compare_their_form_and_their_communes():
    places = small_france()
    TerritoryFactory(kind=Kind.EPCI, code="1", name="Grenoble-Alpes-Métropole", nature="METRO", population=450_000)
    TerritoryFactory(kind=Kind.EPCI, code="2", name="Communauté de communes du Pilat", nature="CC", population=440_000)
    TerritoryFactory(kind=Kind.EPCI, code="3", name="Sans nature", population=441_000)
    found = queries.similar(places.metropole, limit=5)
    assert "aussi une métropole" in reasons_for(found, "Grenoble-Alpes-Métropole")
    assert found[0].territory.name == "Grenoble-Alpes-Métropole"
    assert not any("aussi une" in reason for reason in reasons_for(found, "Communauté de communes du Pilat"))


def test_departements_compare_their_number_of_communes():
    places = small_france()
    other = TerritoryFactory(kind=Kind.DEPARTEMENT, code="43", name="Haute-Loire", population=700_000)
    for number in range(3):
        TerritoryFactory(code=f"4300{number}", departement=other, population=100)
    found = queries.similar(places.loire, limit=5)
    assert reasons_for(found, "Haute-Loire")[-1] == "autant de communes, ou presque"


def test_density_trend_and_employment_are_reasons_once_imported():
    places = small_france()
    other = TerritoryFactory(code="38185", name="Grenoble", population=60_000, latitude=45.19, longitude=5.72)
    for place, trend in (
        (places.etienne, -0.5),
        (other, -0.6),
        (places.lyon, 0.9),
        (places.denis, 1.0),
        (places.chamond, 0.1),
        (places.papeete, 0.0),
    ):
        IndicatorFactory(territory=place, code=Metric.DENSITY, value=2000)
        IndicatorFactory(territory=place, code=Metric.TREND, value=trend)
        IndicatorFactory(territory=place, code=Metric.EMPLOYMENT_RATE, value=60)
    assert reasons_for(queries.similar(places.etienne, limit=9), "Grenoble") == [
        "densité comparable", "population en baisse aussi", "taux d’emploi comparable",
    ]  # fmt: skip
    assert "population en hausse aussi" in similar.reasons(*_pair(places.lyon, places.denis))
    assert "population stable aussi" in similar.reasons(*_pair(places.chamond, places.papeete))


def _pair(one, other):
    table = similar.build(snapshot(), one.kind)
    return table, table.rank[one.pk], table.rank[other.pk]


def test_a_density_of_zero_and_an_indicator_of_a_former_territory_are_left_out():
    places = small_france()
    IndicatorFactory(territory=places.etienne, code=Metric.DENSITY, value=0)
    IndicatorFactory(territory=places.rochetaillee, code=Metric.DENSITY, value=10)
    assert queries.similar(places.etienne, limit=2)


def test_what_cannot_be_computed_is_not_said():
    one, _other = TerritoryFactory.create_batch(2)
    assert queries.similar(one) == []


def test_a_kind_with_one_territory_and_an_unknown_one_give_nothing():
    alone = TerritoryFactory(kind=Kind.REGION, code="53", name="Bretagne")
    assert queries.similar(alone) == []
    assert similar.similar(0, Kind.REGION) == []
    assert similar.similar(0, Kind.CUSTOM) == []


def test_the_table_follows_the_data():
    places = small_france()
    before = {item.territory.name for item in queries.similar(places.loire, limit=9)}
    TerritoryFactory(kind=Kind.DEPARTEMENT, code="43", name="Haute-Loire", population=760_000)
    cache.clear()
    after = {item.territory.name for item in queries.similar(places.loire, limit=9)}
    assert after - before == {"Haute-Loire"}
