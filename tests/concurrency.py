"""Several people, or several windows, at the same moment: threads that start together, on a database they can share."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

from django.db import connection, connections


@contextmanager
def shared_database(folder: Path) -> Iterator[None]:
    """On SQLite the suite works in memory, where threads cannot wait for one another: work on a file, as a site does."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    connection.ensure_connection()
    kept, name = connections["default"], connection.settings_dict["NAME"]
    path = folder / "shared.sqlite3"
    with sqlite3.connect(path) as copy:
        kept.connection.backup(copy)
    copy.close()
    connections.settings["default"]["NAME"] = str(path)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"]["NAME"] = name
        kept.settings_dict["NAME"] = name
        connections["default"] = kept


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
