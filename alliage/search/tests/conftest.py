"""An index of its own for each test, with two kinds of things to find."""

from collections.abc import Iterator

import pytest

from alliage.jobs.tests.factories import registered
from alliage.search import registry
from alliage.search.tests.kinds import NOTE, RECORD
from alliage.taxonomy.registry import term_followers
from alliage.territories import snapshot, suggestions


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    snapshot.forget()
    suggestions.forget()
    registries = (registry.kinds, registry.audiences, term_followers)  # terms stand here for things of two kinds
    kept = [dict(each._items) for each in registries]
    for each in registries:
        each._items.clear()
    with registered(registry.kinds, RECORD, NOTE):
        yield
    for each, items in zip(registries, kept, strict=True):
        each._items.update(items)
