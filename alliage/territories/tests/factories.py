"""Territories for tests."""

import factory

from alliage.territories.enums import Kind
from alliage.territories.models import Territory


class TerritoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Territory

    kind = Kind.COMMUNE
    code = factory.Sequence(lambda n: f"{n:05d}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    sort_name = factory.LazyAttribute(lambda o: o.name.lower())
