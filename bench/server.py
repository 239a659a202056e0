"""A page server of our own to measure, and what a request costs it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(pid: int) -> float:
    """Processor time of a process and of its children (Linux)."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(folder.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def resident_megabytes(pid: int) -> float:
    """Memory of a process and of its children, shared pages counted once between them (PSS, Linux)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(folder.name) == pid or int(fields[1]) == pid:
                line = next(
                    line for line in (folder / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:")
                )
                total += int(line.split()[1])
        except (OSError, StopIteration):
            continue
    return total / 1024


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def cost(self, path: str, *, times: int = 150) -> Cost:
        """Ask one page `times` times on one connection, as a browser does (gzip accepted)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Accept-Encoding": "gzip", "Host": f"localhost:{self.port}"}
        for _ in range(10):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            size = len(response.read())
        waits, before = [], processor_seconds(self.process.pid)
        for _ in range(times):
            start = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            size = len(response.read())
            waits.append((time.perf_counter() - start) * 1000)
        used = processor_seconds(self.process.pid) - before
        connection.close()
        return Cost(path, response.status, used / times * 1000, median(waits), quantiles(waits, n=20)[18], size)


@contextmanager
def page_server(environment: dict[str, str]) -> Iterator[Server]:
    """Granian, WSGI, one worker, one thread: the process that a real site multiplies."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "1", "--no-ws", "--log-level", "error", "--workers-kill-timeout", "5", "alliage.config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        time.sleep(1)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
