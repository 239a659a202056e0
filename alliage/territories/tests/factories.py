"""Territories for tests."""

import factory

from alliage.territories.enums import Kind, Metric, Precision
from alliage.territories.models import Indicator, Territory, Zoning


class TerritoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Territory

    kind = Kind.COMMUNE
    code = factory.Sequence(lambda n: f"{n:05d}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    sort_name = factory.LazyAttribute(lambda o: o.name.lower())
    latitude = None
    longitude = None
    precision = factory.LazyAttribute(lambda o: Precision.UNKNOWN if o.latitude is None else Precision.EXACT)


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    territory = factory.SubFactory(TerritoryFactory)
    code = Metric.POPULATION
    value = 1000
    year = 2021
    source = "Insee"


class ZoningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Zoning

    code = factory.Sequence(lambda n: f"zonage-{n}")
    label = factory.Sequence(lambda n: f"Zonage {n}")
    source = "Source"
