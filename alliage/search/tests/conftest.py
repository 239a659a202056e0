"""An index of its own for each test, with two kinds of things to find."""

from collections.abc import Iterator

import pytest

from alliage.jobs.tests.factories import registered
from alliage.search import registry
from alliage.search.tests.kinds import NOTE, RECORD
from alliage.territories import snapshot, suggestions


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    snapshot.forget()
    suggestions.forget()
    kinds, audiences = dict(registry.kinds._items), dict(registry.audiences._items)
    registry.kinds._items.clear()
    registry.audiences._items.clear()
    with registered(registry.kinds, RECORD, NOTE):
        yield
    registry.kinds._items.update(kinds)
    registry.audiences._items.update(audiences)
