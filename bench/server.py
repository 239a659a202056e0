"""Page servers of our own to measure, and what a request costs them."""

import http.client
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

WARM = 8
ROUNDS = 6


def reference() -> float:
    """Processor milliseconds of a fixed piece of Python, the best of a dozen: how fast this machine is just now."""
    used = []
    for _ in range(12):
        start = time.process_time()
        {str(number): number * number for number in range(60_000)}
        used.append((time.process_time() - start) * 1000)
    return min(used)


@dataclass(frozen=True)
class Cost:
    """One page, measured: milliseconds of processor and of waiting, bytes on the wire, SQL statements."""

    path: str
    status: int
    cpu_ms: float
    p50_ms: float
    p95_ms: float
    bytes_sent: int
    queries: int = 0


def family(pid: int) -> list[int]:
    """A process and all that it started, itself or through others (Linux)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])  # grows as it is read
    return found


def _threads(pids: list[int]) -> dict[Path, int]:
    return {
        path: int(path.read_text().split()[0]) for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat")
    }


def processor_seconds(pids: list[int]) -> float:
    """Processor time of these processes, all living threads, to the nanosecond: whatever else the machine does."""
    return sum(_threads(pids).values()) / 1e9


def settle(pids: list[int], *, seconds: float = 120) -> None:
    """Wait until no thread comes, goes or works: one that ends (the warming at start) would take its time away with it."""
    deadline, before = time.monotonic() + seconds, _threads(pids)
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = _threads(pids)
        if now.keys() == before.keys() and sum(now.values()) - sum(before.values()) < 20_000_000:
            return
        before = now
    raise RuntimeError("The server to measure never rests.")


def megabytes(pids: list[int], name: str = "Pss") -> float:
    """Memory of these processes, shared pages counted once between them (PSS, Linux)."""
    total = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
    return total / 1024


def peak_megabytes(pids: list[int]) -> float:
    """The most that one of these processes ever held (resident)."""
    peaks = [
        int(line.split()[1])
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    ]
    return max(peaks) / 1024


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def pids(self) -> list[int]:
        return family(self.process.pid)

    def ask(self, connection: http.client.HTTPConnection, path: str, cookie: str = "") -> tuple[int, int]:
        headers = {"Accept-Encoding": "gzip", "Host": f"localhost:{self.port}"}
        connection.request("GET", path, headers=headers | ({"Cookie": cookie} if cookie else {}))
        response = connection.getresponse()
        return response.status, len(response.read())

    def cost(self, path: str, *, cookie: str = "", times: int = 40, rounds: int = ROUNDS) -> Cost:
        """Ask one page on one connection, as a browser does (gzip accepted).

        Processor time: of several rounds, the one least disturbed. Waits: of all the requests of all rounds.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        for _ in range(min(WARM, times)):
            status, size = self.ask(connection, path, cookie)
        pids, used, waited = self.pids, [], []
        for _ in range(5 * rounds):
            if len(used) == rounds:
                break
            waits, threads, before = [], _threads(pids).keys(), processor_seconds(pids)
            for _ in range(times):
                start = time.perf_counter()
                status, size = self.ask(connection, path, cookie)
                waits.append((time.perf_counter() - start) * 1000)
            if _threads(pids).keys() != threads:
                continue  # a thread came or went: its time cannot be told
            used.append((processor_seconds(pids) - before) / times * 1000)
            waited += waits
        connection.close()
        if not used:
            raise RuntimeError(f"Threads of the server come and go all the time: {path} cannot be measured.")
        p50, p95 = median(waited), quantiles(waited, n=20)[18] if len(waited) > 1 else waited[0]
        return Cost(path, status, min(used), p50, p95, size)

    def requests_per_second(
        self, path: str, *, clients: int, seconds: float = 4.0, cookie: str = ""
    ) -> tuple[float, float]:
        """Answers per second to that many clients at once, and the p95 of their waits (ms); the clients share the processors."""
        with multiprocessing.get_context("fork").Pool(clients) as pool:
            waits = [
                each for one in pool.starmap(_insist, [(self.port, path, seconds, cookie)] * clients) for each in one
            ]
        return len(waits) / seconds, quantiles(waits, n=20)[18]


def _insist(port: int, path: str, seconds: float, cookie: str) -> list[float]:
    connection, waits = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        headers = {"Accept-Encoding": "gzip", "Host": f"localhost:{port}"} | ({"Cookie": cookie} if cookie else {})
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
        waits.append((time.perf_counter() - start) * 1000)
    return waits


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def served(
    environment: dict[str, str], application: str, *options: str, port: int = 0
) -> AbstractContextManager[Server]:
    """Granian as a real site runs it."""
    port = port or free_port()
    command = [
        "granian", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error",
        "--workers-kill-timeout", "5", *options, application,
    ]  # fmt: skip
    return _running(environment, command, port)


def whole_site(environment: dict[str, str], *, workers: int = 2) -> AbstractContextManager[Server]:
    """Pages and the live process, loaded once and forked: `alliage.config.serve`."""
    port = free_port()
    asked = {"--port": port, "--live-port": free_port(), "--workers": workers, "--threads": 1}
    options = [str(each) for pair in asked.items() for each in pair]
    return _running(environment, ["alliage.config.serve", *options], port)


@contextmanager
def _running(environment: dict[str, str], command: list[str], port: int) -> Iterator[Server]:
    """A module of Python that answers on a port."""
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        time.sleep(1)
        settle(family(process.pid))
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def page_server(environment: dict[str, str], *, workers: int = 1) -> Iterator[Server]:
    """Pages over WSGI, one thread per worker: the process that a real site multiplies."""
    options = ["--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "1", "--no-ws"]
    with served(environment, "alliage.config.wsgi:application", *options) as server:
        yield server


@contextmanager
def live_server(environment: dict[str, str]) -> Iterator[Server]:
    """The live process alone."""
    options = ["--interface", "asgi", "--workers", "1", "--loop", "asyncio", "--no-ws"]
    with served(environment, "alliage.config.asgi:live", *options) as server:
        yield server


def command_cost(environment: dict[str, str], *arguments: str) -> tuple[float, float, float]:
    """Seconds of clock, seconds of processor and peak of memory (MB) of one `alliage` command."""
    start = time.perf_counter()
    pid = os.spawnvpe(os.P_NOWAIT, sys.executable, [sys.executable, "-m", "bench.quiet", *arguments], environment)
    _pid, status, usage = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"alliage {' '.join(arguments)} failed.")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
