"""`python -m alliage.config.serve`: pages and live endpoints of a real site, in processes that share their memory.

The platform is loaded and warmed once, then forked: page workers, and the live process, share what they only read. Started
apart, each of them would hold its own copy. When a server ends, all end, and whoever started us starts us again.
"""

import argparse
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from alliage.operations.tied import end_with_parent

FORK: Final = "fork"


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m alliage.config.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001, help="pages")
    parser.add_argument("--live-port", type=int, default=8002, help="/direct/")
    parser.add_argument("--workers", type=int, default=2, help="processes of the pages")
    parser.add_argument("--threads", type=int, default=4, help="threads of each")
    return parser.parse_args(arguments)


def loaded() -> tuple[Any, Any]:
    """The pages, warm, and the live application. No thread, no connection to the database may be left: a fork keeps none."""
    import granian  # noqa: F401 shared too: each of its two parents would load its own

    from alliage.config.asgi import live, pages
    from alliage.config.warming import SHARED_ADDRESSES, visit_pages

    visit_pages(pages, SHARED_ADDRESSES)
    gc.freeze()  # collections no longer write on what is shared
    return pages, live


def granian(application: Any, asked: argparse.Namespace, *, interface: str, **settings: Any) -> Callable[[], None]:
    def serve() -> None:
        from granian import Granian
        from granian.constants import Interfaces, Loops

        multiprocessing.set_start_method(FORK, force=True)  # its own workers too
        server = Granian(
            "alliage", address=asked.host, interface=Interfaces(interface), loop=Loops.asyncio,
            log_access=False, respawn_failed_workers=True, workers_kill_timeout=5, **settings,
        )  # fmt: skip
        server.serve(target_loader=lambda: application, wrap_loader=False)

    return serve


def forked(serve: Callable[[], None]) -> BaseProcess:
    """Run a server in a fork that ends when this process does, even killed."""
    parent = os.getpid()

    def run() -> None:
        if end_with_parent(parent):
            serve()

    process = multiprocessing.get_context(FORK).Process(target=run)
    process.start()
    return process


def until_one_ends(processes: Sequence[BaseProcess]) -> int:
    """Wait for a signal or the end of a process, then stop the others: 0 when we were asked to stop."""
    stopping: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        stopping.append(number)
        _stop(processes)

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)
    wait([process.sentinel for process in processes])
    _stop(processes)
    for process in processes:
        process.join()
    return 0 if stopping else 1


def _stop(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.terminate()


def main(arguments: Sequence[str]) -> int:
    asked = options(arguments)
    # Where one listens decides whether the demonstration may open: settings look at it.
    os.environ["ALLIAGE_BIND"] = asked.host
    pages, live = loaded()
    servers = [
        granian(
            pages,
            asked,
            interface="wsgi",
            port=asked.port,
            workers=asked.workers,
            blocking_threads=asked.threads,
            websockets=False,
        ),
        granian(live, asked, interface="asginl", port=asked.live_port, workers=1, websockets=True),
    ]
    return until_one_ends([forked(each) for each in servers])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
