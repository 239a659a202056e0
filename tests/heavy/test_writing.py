"""Five replicas, a thousand seeds: any order, duplicates, losses, then what lacks is asked for: all texts are the same."""

import pytest

from alliage.writing.tests.test_replicas import converge

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("hundred", range(10))
def test_five_replicas_end_alike_a_thousand_times(hundred):
    for seed in range(hundred * 100, hundred * 100 + 100):
        converge(1_000 + seed)
