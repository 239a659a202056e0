"""Hours of the week: ticked in one's own time, compared in UTC, said again in one's own time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliage.accounts.time_zones import FRENCH
from alliage.codev.composing import slots
from alliage.codev.tests.composing_world import tick

WINTER, SUMMER = date(2027, 1, 11), date(2027, 7, 12)
ZONES = [code for code, _label in FRENCH]
blocks = st.tuples(st.integers(0, 6), st.sampled_from(slots.BLOCK_STARTS))


@given(blocks, st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_a_block_is_the_same_moment_whichever_way_one_looks(block, zone, on):
    """Against real dates: the block of that weekday in that zone, on a day with the clocks of `on`."""
    found = slots.free_half_hours(tick(block), zone, on)
    shift = datetime.combine(on, datetime.min.time().replace(hour=12), ZoneInfo(zone)).utcoffset()
    begins = datetime(2024, 1, 1 + block[0], block[1], tzinfo=UTC) - shift  # Monday 1 January 2024
    minutes = int((begins - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds() // 60) % (7 * 24 * 60)
    assert minutes % 30 == 0
    assert set(slots.bits(found)) == {(minutes // 30 + later) % 336 for later in range(4)}
    assert slots.local_start(minutes // 30, zone, on) == (*block, 0)


@pytest.mark.parametrize(
    ("zone", "on", "start"),
    [
        ("Europe/Paris", WINTER, (0, 7, 0)),
        ("Europe/Paris", SUMMER, (0, 6, 0)),
        ("Pacific/Noumea", WINTER, (6, 21, 0)),
        ("Pacific/Tahiti", WINTER, (0, 18, 0)),
        ("Pacific/Marquesas", WINTER, (0, 17, 30)),
        ("America/Miquelon", SUMMER, (0, 10, 0)),
    ],
)
def test_monday_at_eight_is_at_another_hour_elsewhere(zone, on, start):
    half_hour = start[0] * 48 + start[1] * 2 + start[2] // 30
    assert slots.window(half_hour, 120) == slots.free_half_hours(tick((0, 8)), zone, on)
    assert slots.local_start(half_hour, zone, on) == (0, 8, 0)


def test_a_zone_off_by_a_quarter_of_an_hour_gives_whole_half_hours_only():
    assert slots.free_half_hours(tick((0, 8)), "Asia/Kathmandu", WINTER).bit_count() == 3


def test_a_meeting_starts_where_there_is_room_to_its_end():
    free = slots.window(10, 120)
    assert list(slots.bits(slots.starts(free, 90))) == [10, 11]
    assert list(slots.bits(slots.starts(slots.window(335, 90), 90))) == [335]
    assert slots.starts(free, 150) == 0


def test_the_blocks_to_tick_are_said_in_ones_own_time():
    start = 0 * 48 + 8 * 2  # Monday 8:00 UTC: 9:00 in Paris, 19:00 in Nouméa
    assert slots.missing_blocks(start, 90, 0, "Europe/Paris", WINTER) == [(0, 8), (0, 10)]
    have = slots.free_half_hours(tick((0, 8)), "Europe/Paris", WINTER)
    assert slots.missing_blocks(start, 90, have, "Europe/Paris", WINTER) == [(0, 10)]
    assert slots.missing_blocks(start, 90, 0, "Pacific/Noumea", WINTER) == [(0, 18), (0, 20)]
    assert slots.missing_blocks(2 * 48, 90, 0, "Europe/Paris", WINTER) == []


def test_a_real_date_is_asked_of_the_clock_of_that_day():
    """Tuesday 10:00 in Paris, the week before and the week after the clocks change; La Réunion does not change."""
    paris, reunion = tick((1, 10)), tick((1, 12))
    before, after = datetime(2027, 3, 23, 9, tzinfo=UTC), datetime(2027, 3, 30, 8, tzinfo=UTC)
    assert slots.is_free(paris, "Europe/Paris", before, 15)
    assert slots.is_free(paris, "Europe/Paris", after, 15)
    assert slots.is_free(reunion, "Indian/Reunion", before, 15)
    assert slots.is_free(reunion, "Indian/Reunion", after, 15)
    assert not slots.is_free(paris, "Europe/Paris", datetime(2027, 3, 23, 8, tzinfo=UTC), 15)
    assert not slots.is_free(paris, "Europe/Paris", datetime(2027, 3, 23, 10, 30, tzinfo=UTC), 60)
    assert not slots.is_free(slots.EVERY_BLOCK, "Europe/Paris", datetime(2027, 3, 23, 2, tzinfo=UTC), 15)
    assert not slots.is_free(slots.EVERY_BLOCK, "Asia/Kathmandu", datetime(2027, 3, 23, 16, tzinfo=UTC), 60)


def test_the_half_hours_to_come_begin_with_the_first_whole_one():
    found = list(slots.coming(datetime(2027, 1, 11, 9, 10, tzinfo=UTC), 1))
    assert found[0] == datetime(2027, 1, 11, 9, 30, tzinfo=UTC)
    assert len(found) == 48


def test_an_hour_of_the_week_has_a_first_date():
    wednesday = date(2027, 1, 13)
    assert slots.first_date(2 * 48 + 18, wednesday) == datetime(2027, 1, 13, 9, tzinfo=UTC)
    assert slots.first_date(18, wednesday) == datetime(2027, 1, 18, 9, tzinfo=UTC)
