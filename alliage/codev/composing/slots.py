"""Hours of the week: what people tick in their own time, as half-hours of the week in UTC. Pure.

A member ticks blocks of two hours, seven days, from 6 h to 22 h: one bit each (`block_bit`), 56 in all. The week in UTC
has 336 half-hours, from Monday 00:00: one bit each too. Clock changes: a week is computed as it is on one date (`on`),
the start of a cycle; a meeting at a real date is asked of `is_free`, which looks at the clock of that very day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7
FIRST_HOUR, LAST_HOUR, BLOCK_HOURS = 6, 22, 2
BLOCK_STARTS = tuple(range(FIRST_HOUR, LAST_HOUR, BLOCK_HOURS))
BLOCKS = DAYS * len(BLOCK_STARTS)
EVERY_BLOCK = (1 << BLOCKS) - 1
HALF_HOUR = 30
HALF_HOURS = DAYS * 48
WEEK = (1 << HALF_HOURS) - 1
_WEEK_MINUTES = DAYS * 24 * 60


def block_number(day: int, hour: int) -> int:
    """Which bit stands for the block of `day` (0 is Monday) that starts at `hour`."""
    return day * len(BLOCK_STARTS) + BLOCK_STARTS.index(hour)


def blocks(ticked: int) -> list[tuple[int, int]]:
    """The (day, hour) of every block ticked, in order."""
    return [(day, hour) for day in range(DAYS) for hour in BLOCK_STARTS if ticked >> block_number(day, hour) & 1]


def offset_minutes(zone: str, on: date) -> int:
    """How far a zone is from UTC at noon of a day."""
    shift = datetime.combine(on, time(12), ZoneInfo(zone)).utcoffset()
    return int(shift.total_seconds() // 60) if shift else 0


def free_half_hours(ticked: int, zone: str, on: date) -> int:
    """The half-hours of the week in UTC that the blocks ticked wholly cover, with the clocks of `on`."""
    shift, found = offset_minutes(zone, on), 0
    for day, hour in blocks(ticked):
        begins = (day * 24 + hour) * 60 - shift
        first, last = -(-begins // HALF_HOUR), (begins + BLOCK_HOURS * 60) // HALF_HOUR
        for half_hour in range(first, last):
            found |= 1 << half_hour % HALF_HOURS
    return found


def rotated(week: int, by: int) -> int:
    """The week read `by` half-hours later: bit i of the answer is bit i + by."""
    by %= HALF_HOURS
    return (week >> by | week << (HALF_HOURS - by)) & WEEK


def length(minutes: int) -> int:
    """How many half-hours a meeting takes."""
    return -(-minutes // HALF_HOUR)


def starts(free: int, minutes: int) -> int:
    """The half-hours at which a meeting may start and be free to its end."""
    found = free
    for later in range(1, length(minutes)):
        found &= rotated(free, later)
    return found


def window(start: int, minutes: int) -> int:
    """The half-hours that a meeting takes."""
    return sum(1 << (start + later) % HALF_HOURS for later in range(length(minutes)))


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def local_start(start: int, zone: str, on: date) -> tuple[int, int, int]:
    """The (day, hour, minute) of a half-hour of the week, in a zone, with the clocks of `on`."""
    minutes = (start * HALF_HOUR + offset_minutes(zone, on)) % _WEEK_MINUTES
    return minutes // 1440, minutes % 1440 // 60, minutes % 60


def missing_blocks(start: int, minutes: int, free: int, zone: str, on: date) -> list[tuple[int, int]]:
    """The (day, hour) of the blocks to tick so as to be free for a meeting; hours before 6 h or after 22 h have none."""
    needed = window(start, minutes) & ~free
    found = []
    for day in range(DAYS):
        for hour in BLOCK_STARTS:
            covered = free_half_hours(1 << block_number(day, hour), zone, on)
            if covered & needed:
                found.append((day, hour))
                needed &= ~covered
    return [] if needed else found


def is_free(ticked: int, zone: str, starts_at: datetime, minutes: int) -> bool:
    """Whether the blocks ticked cover a meeting at a real date, with the clock of that day."""
    step = timedelta(minutes=HALF_HOUR)
    for number in range(length(minutes)):
        local = (starts_at + number * step).astimezone(ZoneInfo(zone))
        ends = (starts_at + (number + 1) * step).astimezone(ZoneInfo(zone))
        if not (_covers(ticked, local) and _covers(ticked, ends - timedelta(minutes=1))):
            return False
    return True


def _covers(ticked: int, local: datetime) -> bool:
    if not FIRST_HOUR <= local.hour < LAST_HOUR:
        return False
    hour = FIRST_HOUR + (local.hour - FIRST_HOUR) // BLOCK_HOURS * BLOCK_HOURS
    return bool(ticked >> block_number(local.weekday(), hour) & 1)


def coming(after: datetime, days: int) -> Iterator[datetime]:
    """The half-hours to come, from the first whole one after a moment, for so many days."""
    first = datetime.fromtimestamp(-(-int(after.timestamp()) // 1800) * 1800, UTC)
    return (first + timedelta(minutes=HALF_HOUR * number) for number in range(days * 48))


def first_date(start: int, on: date) -> datetime:
    """The first time, from `on`, that a half-hour of the week comes."""
    monday = datetime.combine(on - timedelta(days=on.weekday()), time(0), UTC)
    found = monday + timedelta(minutes=HALF_HOUR * start)
    return found if found.date() >= on else found + timedelta(days=DAYS)
