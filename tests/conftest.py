"""What holds for the walks through the whole site."""

from math import inf

import pytest

from alliage.directory.views import lists
from alliage.taxonomy import cache
from alliage.territories import snapshot


@pytest.fixture(autouse=True)
def _nothing_ages_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk takes minutes: what a process keeps for one is not read again between two looks at a page, whose questions are counted."""
    monkeypatch.setattr(cache, "MAX_AGE", inf)
    monkeypatch.setattr(snapshot, "CHECK_SECONDS", inf)
    monkeypatch.setattr(lists, "KEPT_SECONDS", 10**9)
