"""Seats: never one too many, none lost, none twice, in order; whoever does what at the same moment."""

import pytest

from tests import seating

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", range(4))
def test_sixty_people_at_once_are_seated_exactly(seed):
    assert seating.play(seed, clients=60, threads=8) == []


def test_the_same_check_fails_on_a_copy_without_the_lock(monkeypatch):
    with seating.unlocked(monkeypatch):
        wrong = [fault for seed in range(6) for fault in seating.play(seed, clients=60, threads=8)]
    assert wrong
    assert any("seats" in fault or "counted" in fault for fault in wrong)
