"""The directory in memory: what it reads again, when, and that it never differs from a full reading."""

import random
from dataclasses import fields
from threading import Thread

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from alliage.directory import services
from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.filters import Filters
from alliage.directory.models import Edition, Entry, EntryArea, Mention
from alliage.directory.queries import Found, bits, rows
from alliage.directory.queries import snapshot as memory
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.tests.factories import CatalystFactory, MentionFactory, OrganisationFactory
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories import snapshot as land
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def names():
    return [name.decode() for name in rows.split(snapshot().rows.names)]


def test_one_query_tells_that_nothing_changed(django_assert_num_queries):
    CatalystFactory()
    known = snapshot()
    with django_assert_num_queries(1):
        assert snapshot() is known


def test_an_empty_directory_is_known_too():
    assert len(snapshot().rows) == 0
    assert snapshot().row(1) is None
    assert Found(Filters(q="x", overseas=True, zone=(1.0, 1.0, 2.0, 2.0))).total == 0


def test_what_changed_is_read_again_and_nothing_else(monkeypatch):
    one, other = CatalystFactory(name="Un"), CatalystFactory(name="Autre")
    snapshot()
    monkeypatch.setattr(rows, "read", lambda: pytest.fail("everything was read again"))
    one.name = "Zoé"
    services.save(one, now=timezone.now())
    services.hide(other, by=None, now=timezone.now())
    CatalystFactory(name="Mia")
    assert names() == ["mia", "zoe"]
    services.restore(other, by=None, now=timezone.now())
    assert names() == ["autre", "mia", "zoe"]


def test_a_deletion_told_as_rebuilt_reads_everything():
    CatalystFactory(name="Un").delete()
    assert names() == []
    CatalystFactory(name="Deux")
    assert names() == ["deux"]
    Entry.objects.all().delete()
    services.rebuilt()
    assert names() == []


def test_a_restored_database_is_read_again():
    CatalystFactory(name="Un")
    snapshot()
    Edition.objects.update(number=0)
    Entry.objects.update(sort_name="autre")
    assert names() == ["autre"]
    memory.forget()
    Entry.objects.update(sort_name="encore")
    assert names() == ["encore"]


def test_territories_read_again_move_the_points():
    place = TerritoryFactory(latitude=45.0, longitude=1.0)
    CatalystFactory(territory=place)
    assert snapshot().points[0].latitude[0] == 45.0
    type(place).objects.update(latitude=46.0)
    land.forget()
    assert snapshot().points[0].latitude[0] == 46.0


def test_what_may_be_undone_is_read_and_not_kept():
    CatalystFactory(name="Un")
    snapshot()
    with transaction.atomic():
        CatalystFactory(name="Deux")
        assert names() == ["deux", "un"]
        transaction.set_rollback(True)
    CatalystFactory(name="Trois")
    assert names() == ["trois", "un"]


def same(known, other):
    for each in fields(rows.Rows):
        first, second = getattr(known, each.name), getattr(other, each.name)
        if isinstance(first, bytes):
            assert first == second, each.name
        elif first.ndim == 2:
            assert sorted(map(tuple, first)) == sorted(map(tuple, second)), each.name
        else:
            np.testing.assert_array_equal(first, second, each.name)


@pytest.mark.parametrize("seed", range(3))
def test_reading_changes_gives_what_reading_everything_gives(seed):
    chance = random.Random(seed)
    terms, places = TermFactory.create_batch(6), TerritoryFactory.create_batch(5, latitude=45.0, longitude=1.0)
    entries = [CatalystFactory(name=f"{chance.choice('abc')} {rank}") for rank in range(8)]
    MentionFactory(organisation=entries[0], sequence=None)
    for _turn in range(12):
        entry = chance.choice(entries)
        entry.name, entry.kind = f"{chance.choice('xyz')} {chance.random()}", chance.choice(EntryKind.values)
        entry.visibility, entry.place_visibility = chance.choice(Visibility.values), chance.choice(Visibility.values)
        entry.presentation, entry.presentation_visibility = "Des mots", chance.choice(Visibility.values)
        entry.territory, entry.place_precision = chance.choice(places), "seat"
        services.save(
            entry, now=timezone.now(), terms=chance.sample(terms, 2), areas=chance.sample(places, chance.randrange(3))
        )
        same(snapshot().rows, rows.read())
    assert snapshot().rows.weight > 0


def test_what_stands_beside_an_entry_that_changed_meanwhile_waits_for_the_next_reading():
    """Its pairs are left out: they would stand beside nobody."""
    entry, place = CatalystFactory(visibility=Visibility.NOBODY), TerritoryFactory()
    EntryArea.objects.create(entry=entry, territory=place)
    Mention.objects.create(organisation=entry, document="d", title="t", role="tool", quote="q", position=1)
    assert snapshot().rows.areas.size == 0
    assert snapshot().rows.sequences.size == 0


def test_several_threads_share_one_copy():
    CatalystFactory()
    found = []
    known = snapshot()
    threads = [Thread(target=lambda: found.append(memory._is(known, known.token, known.number))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_sets_of_rows_are_counted_and_listed_past_a_word():
    mask = np.zeros(130, bool)
    mask[[0, 63, 64, 129]] = True
    packed = bits.packed(mask)
    assert bits.count(packed) == 4
    assert list(bits.rows_of(packed, 130)) == [0, 63, 64, 129]
    assert bits.count(bits.either([packed, bits.of_rows(np.array([5]), 130)], 130)) == 5
    assert bits.by_value(np.zeros(0, int), np.zeros(0, int), 0) == {}


def test_a_word_is_found_at_its_beginning_only():
    OrganisationFactory(name="Réseau Alliances")
    OrganisationFactory(name="Autre réseau")
    assert [Found(Filters(q=q)).total for q in ("res", "eseau", "reseau all", "alliancesautre", "autre r")] == [
        2,
        0,
        1,
        0,
        1,
    ]


def test_what_is_kept_is_bounded(monkeypatch):
    for name in ("PLACES_KEPT", "WORDS_KEPT", "KEPT"):
        monkeypatch.setattr(memory, name, 1)
    first, second = TerritoryFactory.create_batch(2)
    CatalystFactory(name="Un", areas=[first])
    CatalystFactory(name="Deux", areas=[second])
    for _turn in range(2):
        assert [Found(Filters(territory=place)).total for place in (first, second)] == [1, 1]
        assert [Found(Filters(q=q)).total for q in ("un", "deux")] == [1, 1]
    assert [snapshot().keep((key,), lambda key=key: key) for key in "aba"] == ["a", "b", "a"]
    assert len(snapshot()._kept) == len(snapshot()._words) == 1


def test_what_another_thread_read_meanwhile_is_not_read_twice(monkeypatch):
    CatalystFactory(name="Un")
    known = snapshot()
    CatalystFactory(name="Deux")
    token, number = known.token, Edition.objects.get().number

    class Late:
        """The other thread reads while this one waits for the lock."""

        def __enter__(self):
            memory._current = memory._renewed(known, token, number, 0)

        def __exit__(self, *_args):
            monkeypatch.setattr(memory, "_renewed", lambda *_args: pytest.fail("read twice"))

    monkeypatch.setattr(memory, "_lock", Late())
    assert names() == ["deux", "un"]
