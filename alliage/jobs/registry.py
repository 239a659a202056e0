"""What other folders add: kinds of jobs, tasks done at regular times, logs to follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alliage.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from alliage.jobs.context import JobContext
    from alliage.jobs.models import Job


@dataclass(frozen=True)
class JobKind:
    """A kind of deferred work.

    `run(context, payload)` does the work and returns what to keep (JSON) or None. It must bear being run again from
    the start: a worker may be killed at any moment. A `Refusal` ends the job with its message; any other exception
    is tried again `retries` times, after `backoff`, then twice as long, and so on.
    `result_url(job)` is where to send the person once it is done.
    """

    code: str
    label: "StrOrPromise"
    run: "Callable[[JobContext, dict[str, Any]], Any]"
    retries: int = 0
    backoff: timedelta = timedelta(seconds=30)
    queue: str = "default"
    result_url: "Callable[[Job], str] | None" = None


@dataclass(frozen=True)
class Periodic:
    """Something done once in every slot of `every`, counted from midnight UTC plus `offset`.

    `run(now)` should be short, or enqueue jobs. Slots missed while no worker was running are made up for by one run.
    """

    code: str
    every: timedelta
    run: "Callable[[datetime], Any]"
    label: "StrOrPromise"
    offset: timedelta = timedelta()


@dataclass(frozen=True)
class Follower:
    """Something the worker looks at all the time, in a thread of its own beside the queue: a log to follow.

    `run(now)` returns at once when there is nothing to do; it is called again `every` seconds after it returned. After
    an exception the wait doubles, up to a minute. Several workers may run it at the same time.
    """

    code: str
    every: float
    run: "Callable[[datetime], Any]"
    label: "StrOrPromise"


kinds: Registry[JobKind] = Registry("jobs.kinds", "Kinds of deferred work.")
schedule: Registry[Periodic] = Registry("jobs.schedule", "What is done at regular times.")
followers: Registry[Follower] = Registry(
    "jobs.followers", "Logs that the worker follows all the time, beside its queue."
)
