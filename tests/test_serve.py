"""Pages and live endpoints of a real site, loaded once and forked."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from alliage.config import serve

ROOT = Path(__file__).resolve().parent.parent
WAIT = 60.0


def run(code, **more):
    return subprocess.Popen(
        [sys.executable, "-c", f"import sys, time\nfrom alliage.config import serve\n{code}"], cwd=ROOT, **more
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(port, path):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(true):
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_is_not_said_has_a_working_default():
    asked = serve.options([])
    assert (asked.host, asked.port, asked.live_port, asked.workers, asked.threads) == ("127.0.0.1", 8001, 8002, 2, 4)
    assert serve.options(["--workers", "1"]).workers == 1


def test_when_one_server_ends_all_end_and_it_is_a_failure():
    code = "sys.exit(serve.until_one_ends([serve.forked(lambda: time.sleep(600)), serve.forked(lambda: None)]))"
    assert run(code).wait(WAIT) == 1


def test_a_polite_request_stops_everything_and_is_no_failure():
    code = (
        "servers = [serve.forked(lambda: time.sleep(600)) for _ in range(2)]\n"
        "import signal, threading, os\n"
        "threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()\n"
        "sys.exit(serve.until_one_ends(servers))"
    )
    assert run(code).wait(WAIT) == 0


def test_servers_end_with_the_process_that_started_them_even_killed():
    code = "print(*(serve.forked(lambda: time.sleep(600)).pid for _ in range(2)), flush=True)\ntime.sleep(600)"
    process = run(code, stdout=subprocess.PIPE)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    time.sleep(1)  # both have asked by then
    process.kill()
    process.wait(WAIT)
    process.stdout.close()
    until(lambda: not any(Path(f"/proc/{pid}").exists() and "Z" not in _state(pid) for pid in pids))


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def test_one_whose_parent_ended_before_it_asked_does_not_start():
    code = "from alliage.operations.tied import end_with_parent\nsys.exit(end_with_parent(1))"
    assert run(code).wait(WAIT) == 0


def test_pages_and_live_endpoints_answer_on_their_ports_and_stop_together(tmp_path):
    port, live_port = free_port(), free_port()
    environment = {
        **os.environ,
        "ALLIAGE_VAR": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "alliage.config.settings",
    }
    command = ["--port", str(port), "--live-port", str(live_port), "--workers", "1", "--threads", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "alliage.config.serve", *command], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: status(live_port, "/direct/sante") == 200)
        until(lambda: status(port, "/robots.txt") > 0)  # there is no database yet: an answer is enough
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0
    assert status(port, "/") == status(live_port, "/direct/sante") == 0
