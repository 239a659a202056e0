"""Nothing leaves at night, wherever the night is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliage.notifications.timing import due_at, is_night, zone_of

ZONES = ["Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Tahiti", "Pacific/Noumea", "America/Miquelon"]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "local_due"),
    [
        ("Europe/Paris", utc(2026, 3, 10, 9), "2026-03-10 10:00"),
        ("Europe/Paris", utc(2026, 3, 10, 20), "2026-03-11 07:00"),
        ("Europe/Paris", utc(2026, 3, 10, 5, 59), "2026-03-10 07:00"),
        ("Europe/Paris", utc(2026, 3, 10, 6), "2026-03-10 07:00"),
        ("Indian/Reunion", utc(2026, 3, 10, 17), "2026-03-11 07:00"),
        ("Indian/Reunion", utc(2026, 3, 10, 16, 59), "2026-03-10 20:59"),
        ("America/Martinique", utc(2026, 3, 10, 9), "2026-03-10 07:00"),
        ("America/Martinique", utc(2026, 3, 10, 11), "2026-03-10 07:00"),
        ("America/Martinique", utc(2026, 3, 11, 1), "2026-03-11 07:00"),
        ("Pacific/Tahiti", utc(2026, 3, 10, 9), "2026-03-10 07:00"),
        ("Pacific/Tahiti", utc(2026, 3, 10, 17), "2026-03-10 07:00"),
        ("Pacific/Tahiti", utc(2026, 3, 11, 6, 59), "2026-03-10 20:59"),
    ],
)
def test_a_mail_wanted_at_once_waits_for_the_morning_of_the_person(zone, now, local_due):
    due = due_at("now", urgent=False, zone=zone, now=now)
    assert due.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == local_due


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_urgent_leaves_at_any_hour(zone):
    for hour in range(24):
        now = utc(2026, 3, 10, hour)
        assert due_at("now", urgent=True, zone=zone, now=now) == now


@pytest.mark.parametrize(
    ("frequency", "now", "local_due"),
    [
        ("daily", utc(2026, 3, 10, 6, 59), "2026-03-10 08:00"),
        ("daily", utc(2026, 3, 10, 7), "2026-03-11 08:00"),
        ("weekly", utc(2026, 3, 10, 9), "2026-03-16 08:00"),
        ("weekly", utc(2026, 3, 16, 6), "2026-03-16 08:00"),
        ("weekly", utc(2026, 3, 16, 7), "2026-03-23 08:00"),
        # Summer time begins on Sunday 29 March 2026: still 8 o'clock on the wall.
        ("daily", utc(2026, 3, 28, 9), "2026-03-29 08:00"),
        ("weekly", utc(2026, 3, 28, 9), "2026-03-30 08:00"),
    ],
)
def test_grouped_mails_leave_at_8_and_on_monday_for_the_week(frequency, now, local_due):
    due = due_at(frequency, urgent=False, zone="Europe/Paris", now=now)
    assert due.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M") == local_due


def test_never_is_never():
    assert due_at("never", urgent=True, zone="Europe/Paris", now=utc(2026, 3, 10, 9)) is None


@pytest.mark.parametrize("name", ["", "Nulle/Part", "../etc/passwd", "Europe/Paris\0"])
def test_an_unknown_zone_is_paris(name):
    assert zone_of(name).key == "Europe/Paris"


@given(
    st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001 what hypothesis asks
    st.sampled_from(ZONES),
    st.sampled_from(["now", "daily", "weekly"]),
)
def test_whatever_the_moment_nothing_ordinary_leaves_at_night_nor_in_the_past_nor_too_late(moment, zone, frequency):
    now = moment.replace(tzinfo=UTC)
    due = due_at(frequency, urgent=False, zone=zone, now=now)
    assert not is_night(due.astimezone(ZoneInfo(zone)))
    assert now <= due
    assert (
        due - now
        <= {"now": timedelta(hours=11), "daily": timedelta(hours=25), "weekly": timedelta(days=7, hours=1)}[frequency]
    )
