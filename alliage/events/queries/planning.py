"""Reads of the retro-planning."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alliage.events.models import Event, Task

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A task and its day. `is_late`: the day is over and it is not done; `is_soon`: within a week."""

    task: Task
    due: date
    is_late: bool
    is_soon: bool

    @property
    def is_done(self) -> bool:
        return self.task.done_at is not None


def day_of(event: Event) -> date:
    """The day of the Rencontre, at its own clock."""
    return event.starts_at.astimezone(event.clock).date()


def lines(event: Event, now: datetime) -> list[Line]:
    """In the order of their days. One query."""
    day, today = day_of(event), now.astimezone(event.clock).date()
    found = []
    for task in event.tasks.select_related("done_by"):
        due = day + timedelta(days=task.offset)
        waits = task.done_at is None
        found.append(Line(task, due, waits and due < today, waits and today <= due <= today + SOON))
    return found


def pressing(event: Event, now: datetime) -> list[Line]:
    """Late, or due within a week."""
    return [line for line in lines(event, now) if line.is_late or line.is_soon]
