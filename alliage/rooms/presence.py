"""Who is there: what was heard of each one's device."""

from collections.abc import Iterable
from datetime import datetime

from alliage.rooms.models import Participant

# Someone not heard of for this long is shown as away.
AWAY_AFTER_SECONDS = 90


def is_away(found: Participant, *, now: datetime) -> bool:
    """Nothing was heard of their device for a while; those without one, and the fictitious, are never away."""
    there = not found.has_device or found.is_fictitious
    return not there and (now - found.seen_at).total_seconds() > AWAY_AFTER_SECONDS


def nobody_facilitates(people: Iterable[Participant], *, now: datetime) -> bool:
    """Everyone who facilitates is away: the others can neither go on nor end."""
    return all(is_away(each, now=now) for each in people if each.facilitates)
