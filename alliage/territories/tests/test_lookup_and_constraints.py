"""A code leads to a territory; the database refuses what cannot be."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from alliage.territories import lookup, services
from alliage.territories.enums import UNITS, Change, Kind, Metric, Precision, Status
from alliage.territories.models import Indicator, Outline, Territory, TerritoryChange, Zoning
from alliage.territories.tests.factories import IndicatorFactory, TerritoryFactory, ZoningFactory

NOW = datetime(2026, 2, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def test_a_current_territory_is_found_with_its_containers_in_one_query(django_assert_num_queries):
    departement = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    TerritoryFactory(code="42218", departement=departement)
    with django_assert_num_queries(1):
        assert lookup.find(Kind.COMMUNE, "42218").departement.name == "Loire"


def test_a_part_of_a_part_leads_to_the_whole():
    whole = TerritoryFactory()
    former = TerritoryFactory(status=Status.FORMER, part_of=whole)
    part = TerritoryFactory(status=Status.DELEGATED, part_of=former, code="01015")
    assert lookup.successor(part) == whole
    assert lookup.resolve(Kind.COMMUNE, "01015") == whole
    assert lookup.resolve(Kind.COMMUNE, whole.code) == whole
    assert lookup.successor(whole) is None


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "canton"},
        {"status": "lost"},
        {"precision": "about"},
        {"latitude": 45.0, "precision": Precision.EXACT},
        {"latitude": 95.0, "longitude": 4.0},
        {"latitude": 45.0, "longitude": 4.0, "precision": Precision.UNKNOWN},
        {"precision": Precision.EXACT},
        {"status": Status.DELEGATED},
    ],
)
def test_the_database_refuses_an_impossible_territory(values):
    assert refused(lambda: TerritoryFactory(**values))


def test_a_code_is_unique_within_a_kind():
    TerritoryFactory(kind=Kind.DEPARTEMENT, code="84")
    TerritoryFactory(kind=Kind.REGION, code="84")
    assert refused(lambda: TerritoryFactory(kind=Kind.REGION, code="84"))


def test_only_communes_belong_to_an_epci():
    epci = TerritoryFactory(kind=Kind.EPCI)
    assert refused(lambda: TerritoryFactory(kind=Kind.DEPARTEMENT, epci=epci))
    assert refused(lambda: TerritoryFactory(kind=Kind.DEPARTEMENT, ept=epci))
    assert refused(lambda: TerritoryFactory(kind=Kind.DEPARTEMENT, com=epci))


def test_a_current_territory_is_part_of_none():
    assert refused(lambda: TerritoryFactory(part_of=TerritoryFactory()))


def test_an_indicator_is_known_sourced_and_single_in_its_year():
    one = IndicatorFactory()
    assert refused(lambda: IndicatorFactory(territory=one.territory))
    assert refused(lambda: IndicatorFactory(code="happiness"))
    assert refused(lambda: IndicatorFactory(source=""))
    assert refused(lambda: IndicatorFactory(year=21))
    assert str(one) == "population (2021)"
    assert one.unit == "habitants"


def test_every_metric_has_a_unit():
    assert set(UNITS) == set(Metric)


def test_zonings_and_outlines_have_a_source():
    assert refused(lambda: ZoningFactory(source=""))
    territory = TerritoryFactory()
    assert refused(lambda: Outline.objects.create(territory=territory, geometry={}, source=""))
    zoning = ZoningFactory(label="France ruralités")
    assert str(zoning) == "France ruralités"
    assert refused(lambda: ZoningFactory(code=zoning.code))


def test_an_old_code_leads_to_one_territory():
    one, other = TerritoryFactory(), TerritoryFactory()
    TerritoryChange.objects.create(territory=one, change=Change.RECODED, old_code="01018", version="1")
    assert refused(
        lambda: TerritoryChange.objects.create(territory=other, change=Change.RECODED, old_code="01018", version="1")
    )
    assert refused(lambda: TerritoryChange.objects.create(territory=one, change="sold", version="1"))


def test_a_whole_cannot_be_deleted_under_its_parts():
    from django.db.models import ProtectedError

    whole = TerritoryFactory()
    TerritoryFactory(status=Status.BOROUGH, part_of=whole)
    with pytest.raises(ProtectedError):
        whole.delete()


def test_a_territory_is_its_name_and_has_an_address():
    territory = TerritoryFactory(code="42218", name="Saint-Étienne")
    assert str(territory) == "Saint-Étienne"
    assert territory.get_absolute_url() == "/territoires/commune/42218/"


# --- Custom territories ------------------------------------------------------------------------------------------------


def test_a_custom_territory_sums_its_communes():
    one = TerritoryFactory(population=3000, latitude=45.0, longitude=4.0)
    other = TerritoryFactory(population=1000, latitude=46.0, longitude=5.0)
    territory, outcome = services.write_custom_territory(
        name="Pays d’Art", communes=[one.pk, other.pk], source="Nous", by_id=None, now=NOW
    )
    assert outcome == "created"
    assert (territory.kind, territory.code, territory.sort_name) == (Kind.CUSTOM, "pays-dart", "pays d art")
    assert territory.population == 4000
    assert (territory.latitude, territory.longitude, territory.precision) == (45.25, 4.25, Precision.MEMBERS)
    assert set(territory.communes.all()) == {one, other}
    line = territory.changes.get()
    assert (line.change, line.effective_on, line.version) == ("created", NOW.date(), "Nous")


def test_a_custom_territory_is_brought_up_to_date():
    one, other = TerritoryFactory(population=10), TerritoryFactory(population=5)
    services.write_custom_territory(name="Massif", communes=[one.pk], by_id=None, now=NOW)
    _, same = services.write_custom_territory(name="Massif", communes=[one.pk], by_id=None, now=NOW)
    territory, changed = services.write_custom_territory(
        name="Massif", communes=[one.pk, other.pk], by_id=None, now=NOW
    )
    assert (same, changed) == ("unchanged", "updated")
    assert territory.population == 15
    assert territory.latitude is None
    assert territory.communes.count() == 2
    services.write_custom_territory(name="MASSIF", communes=[one.pk, other.pk], by_id=None, now=NOW)
    said = list(territory.changes.order_by("pk").values_list("change", "before", "after"))
    assert said == [("created", "", ""), ("redrawn", "", ""), ("renamed", "Massif", "MASSIF")]


def test_custom_territories_are_counted_again_when_their_communes_were():
    still, grown = TerritoryFactory(population=10), TerritoryFactory(population=5)
    services.write_custom_territory(name="Plaine", communes=[still.pk], by_id=None, now=NOW)
    services.write_custom_territory(name="Massif", communes=[grown.pk], by_id=None, now=NOW)
    Territory.objects.filter(pk=grown.pk).update(population=7)
    assert services.refresh_custom_territories() == 1
    assert Territory.objects.get(kind=Kind.CUSTOM, code="massif").population == 7
    assert services.refresh_custom_territories() == 0


@pytest.mark.parametrize("name", ["", " !!! ", "x" * 201])
def test_a_custom_territory_needs_a_name(name):
    with pytest.raises(services.CustomRefused, match="nom"):
        services.write_custom_territory(name=name, communes=[TerritoryFactory().pk], by_id=None, now=NOW)


def test_a_custom_territory_is_made_of_communes_of_today():
    former = TerritoryFactory(status=Status.FORMER)
    for communes in ([], [former.pk], [TerritoryFactory(kind=Kind.EPCI).pk]):
        with pytest.raises(services.CustomRefused, match="communes d’aujourd’hui"):
            services.write_custom_territory(name="Pays", communes=communes, by_id=None, now=NOW)
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()
    assert not Zoning.objects.exists()
    assert not Indicator.objects.exists()
