"""The copy of all territories that each process keeps in memory."""

import pytest
from django.core.cache import cache

from alliage.territories import snapshot as module
from alliage.territories.enums import Kind, Status
from alliage.territories.snapshot import snapshot
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


def test_it_holds_the_territories_in_force_only():
    places = small_france()
    known = snapshot()
    assert places.etienne.pk in known.by_id
    assert places.rochetaillee.pk not in known.by_id
    assert known.by_code[Kind.COMMUNE, "42218"].status == Status.CURRENT
    assert known.known.parts.keys() == {places.etienne.pk}


def test_members_come_the_most_populated_first():
    places = small_france()
    names = [row.name for row in snapshot().communes_of[places.loire.pk]]
    assert names == ["Saint-Étienne", "Saint-Chamond", "Aboën"]
    assert [row.name for row in snapshot().departements_of[places.region.pk]] == ["Rhône", "Loire"]
    assert [row.pk for row in (places.metropole,)] == [row.id for row in snapshot().epcis_of[places.region.pk]]


def test_a_departement_without_region_belongs_to_none():
    TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    assert snapshot().departements_of == {}


def test_it_is_read_once_while_nothing_changes(django_assert_num_queries, monkeypatch):
    small_france()
    first = snapshot()
    with django_assert_num_queries(0):
        assert snapshot() is first
    monkeypatch.setattr(module, "CHECK_SECONDS", 0)
    with django_assert_num_queries(2):
        assert snapshot() is first


def test_it_is_read_again_when_a_territory_is_added_or_the_cache_emptied(monkeypatch):
    small_france()
    first = snapshot()
    monkeypatch.setattr(module, "CHECK_SECONDS", 0)
    added = TerritoryFactory(kind=Kind.CUSTOM, code="pilat", name="Pilat")
    assert added.pk in snapshot().by_id
    cache.clear()
    assert snapshot() is not first


def test_an_address_is_the_model_s():
    places = small_france()
    assert snapshot().by_id[places.etienne.pk].get_absolute_url() == places.etienne.get_absolute_url()
