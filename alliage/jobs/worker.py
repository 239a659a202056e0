"""The worker process: does what is queued, keeps the schedule, follows logs, shows it is alive."""

import logging
import os
import socket
import threading
import time
from types import FrameType

from django.db import Error, close_old_connections, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskLoop

from alliage.jobs import services
from alliage.jobs.context import stopping
from alliage.jobs.registry import Follower, followers

logger = logging.getLogger(__name__)

ALIVE_EVERY = 5.0
SCHEDULE_EVERY = 5.0
QUEUE_EVERY = 0.5
# The longest wait of a follower that keeps failing.
SLOWEST = 60.0


class Schedule(threading.Thread):
    """Beside the queue, in a thread of its own since a task may be long: heart beat, schedule, dead workers."""

    def __init__(self, worker: str, host: str) -> None:
        super().__init__(name="schedule", daemon=True)
        self.worker = worker
        self.host = host
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(SCHEDULE_EVERY):
            self.beat()
        connections.close_all()

    def beat(self) -> None:
        """Do one round. A database that is away or locked for long is not the end: the next round tries again."""
        close_old_connections()
        try:
            now = timezone.now()
            services.show_alive(self.worker, host=self.host, pid=os.getpid(), now=now)
            services.take_over(worker=self.worker, host=self.host, now=now)
            services.run_due(now=now)
        except Error as error:
            logger.warning("The schedule could not be kept this time: %s", error)

    def stop(self) -> None:
        self.over.set()
        if self.is_alive():
            self.join(timeout=2)


class Loop(TaskLoop):
    """django-tasks-db's loop, which survives a database that goes away and tells the running job to stop."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stopping.set()
        super().shutdown(signum, frame)

    def run(self) -> None:
        while self.running:
            try:
                super().run()
            except Error as error:
                logger.warning("The queue could not be read: %s. Trying again.", error)
                time.sleep(QUEUE_EVERY)
            else:
                return


class Mails(threading.Thread):
    """A second loop, for mails alone: they do not wait behind a long import."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(name="mails", daemon=True)
        self.loop = loop

    def run(self) -> None:
        self.loop.run()
        connections.close_all()

    def stop(self) -> None:
        self.loop.running = False
        if self.is_alive():
            self.join(timeout=5)


class Following(threading.Thread):
    """One log that another folder follows."""

    def __init__(self, follower: Follower) -> None:
        super().__init__(name=follower.code, daemon=True)
        self.follower = follower
        self.over = threading.Event()

    def run(self) -> None:
        wait = self.follower.every
        while not self.over.wait(wait):
            wait = self.follower.every if self.look() else min(wait * 2, SLOWEST)
        connections.close_all()

    def look(self) -> bool:
        """Follow once; False when it failed, which is noted and does not end the worker."""
        close_old_connections()
        try:
            self.follower.run(timezone.now())
        except Exception:
            logger.exception("Follower %s failed.", self.follower.code)
            return False
        return True

    def stop(self) -> None:
        self.over.set()
        if self.is_alive():
            self.join(timeout=2)


def _loop(worker: str, queues: list[str], *, once: bool) -> Loop:
    return Loop(
        queue_names=queues,
        interval=QUEUE_EVERY,
        batch=once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker,
        excluded_queue_names=[],
    )


def work(*, once: bool = False) -> None:
    """Run a worker until SIGTERM or SIGINT; with `once`, do what is due and what is queued, then return."""
    worker, host = get_random_string(32), socket.gethostname()
    stopping.clear()
    loop = _loop(worker, ["*"], once=once)
    mails = Mails(_loop(worker, ["mail"], once=once))
    beside = Schedule(worker, host)
    following = [Following(follower) for follower in followers]
    beside.beat()
    if not once:
        loop.configure_signals()
        for thread in (beside, mails, *following):
            thread.start()
    try:
        loop.run()
        if once:
            for thread in following:
                thread.look()
    finally:
        for thread in following:
            thread.stop()
        mails.stop()
        beside.stop()
        _say_goodbye(worker)


def _say_goodbye(worker: str) -> None:
    try:
        services.say_goodbye(worker, now=timezone.now())
    except Error as error:
        logger.warning("The worker could not say that it stops: %s", error)
