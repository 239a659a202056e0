import pytest

from alliage.notifications.enums import Frequency
from alliage.notifications.registry import kinds
from alliage.notifications.tests.factories import add_kind


@pytest.fixture(autouse=True)
def _kinds_for_tests():
    """Kinds that only these tests know; taken away afterwards, so that pages elsewhere do not show them."""
    before = set(kinds.keys())
    add_kind("test.now")
    add_kind("test.urgent", urgent=True)
    add_kind("test.daily", default_frequency=Frequency.DAILY)
    add_kind("test.weekly", default_frequency=Frequency.WEEKLY)
    add_kind("test.never", default_frequency=Frequency.NEVER)
    add_kind("test.confidential", confidential=True)
    yield
    for code in set(kinds.keys()) - before:
        kinds._items.pop(code)
