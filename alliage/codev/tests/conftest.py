"""A session worked from beginning to end costs much: the tests of a module share one, each with its own copy."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from alliage.codev.tests.sessioned import Worked, ended
from tests.world import lasting


@pytest.fixture(scope="module")
def finished(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Worked]:
    with django_db_blocker.unblock(), lasting():  # type: ignore[attr-defined]
        yield ended()


@pytest.fixture
def w(finished: Worked, db: None) -> Worked:
    """The finished session of the module, as it was left."""
    return deepcopy(finished)
