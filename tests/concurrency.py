"""Several people, or several windows, at the same moment: threads that start together."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these together, each in a thread with a connection of its own; answers what each gave, in order.

    An exception of one is raised here, once all are over.
    """
    start, gave, raised = Barrier(len(acts)), [None] * len(acts), []

    def do(rank: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            gave[rank] = act()
        except Exception as error:  # noqa: BLE001 given back to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=do, args=(rank, act)) for rank, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if raised:
        raise raised[0]
    return gave
