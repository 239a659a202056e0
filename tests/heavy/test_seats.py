"""Seats under 600 people at once, a thousand seeds: 0 over, 0 lost, 0 twice, in order, on whichever database the suite runs.

HEAVY_SEEDS says how many seeds, HEAVY_SEATS_SECONDS how long one may take; the same check fails on a copy of the code without the lock.
"""

import os
import time

import pytest
from django.db import connection

from tests import seating
from tests.heavy.seeds import ONLY, SAY_EVERY, SEEDS

CLIENTS, THREADS = 600, 16
SECONDS = float(os.environ.get("HEAVY_SEATS_SECONDS", "14400"))

pytestmark = pytest.mark.django_db(transaction=True)


def test_six_hundred_people_a_thousand_times():
    started = time.monotonic()
    for done, seed in enumerate([int(ONLY)] if ONLY else range(SEEDS), start=1):
        wrong = seating.play(seed, clients=CLIENTS, threads=THREADS)
        assert wrong == [], f"seed {seed} ({connection.vendor}): {wrong}"
        elapsed = time.monotonic() - started
        if done % min(SAY_EVERY, 25) == 0:
            print(f"\nseats, {connection.vendor}: {done} seeds, {elapsed:.0f} s", end="", flush=True)
        assert elapsed < SECONDS, f"{done} seeds in {elapsed:.0f} s"


def test_the_same_check_fails_without_the_lock(monkeypatch):
    with seating.unlocked(monkeypatch):
        faults = [fault for seed in range(3) for fault in seating.play(seed, clients=CLIENTS, threads=THREADS)]
    assert any("seats" in fault for fault in faults), faults
