"""Many hands, many photographs: nothing is misread silently (the normal run reads four)."""

import pytest

from alliage.learning.tests.test_paper_reading import misread, read, sheet  # noqa: F401 a fixture
from alliage.paper import reading
from alliage.paper.tests.test_slips import page, silent  # noqa: F401 a fixture

SEEDS = 200


@pytest.mark.parametrize("hard", [0.3, 1.0, 1.5, 2.0])
def test_nothing_is_misread_silently_over_many_photographs(sheet, hard):  # noqa: F811 the fixture
    unreadable = 0
    for seed in range(SEEDS):
        try:
            filled, lines = read(sheet, seed, hard=hard)
        except reading.Unreadable:
            unreadable += 1
            continue
        assert misread(filled, lines) == [], f"seed {seed}, {hard}"
        assert filled.doubtful <= {line.code for line in lines if line.state == reading.DOUBT}
    assert unreadable <= SEEDS * (0.2 if hard > 1.5 else 0.01)


@pytest.mark.parametrize("hard", [0.3, 1.0, 1.5, 2.0])
def test_no_slip_is_misread_silently_over_many_photographs(page, hard):  # noqa: F811 the fixture
    """Four slips on each; one that is not read is said."""
    unreadable = 0
    for seed in range(SEEDS // 4):
        wrong, found, failures = silent(page, seed, hard=hard)
        assert wrong == [], f"seed {seed}, {hard}"
        assert found + len(failures) >= 4 or "marks" in failures
        unreadable += 4 - found
    assert unreadable <= SEEDS * (0.6 if hard > 1.5 else 0.1)
