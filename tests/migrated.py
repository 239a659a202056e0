"""An SQLite database already migrated, kept between runs and copied for each worker: migrations are long, a copy is not.

It is named after what it is made from (every migration file, ours and others', and SQLite itself): a change of any of
them makes another. PostgreSQL migrates as always, so that one of the two engines runs every migration at each run.
"""

import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.backends.sqlite3.creation import DatabaseCreation


def kept() -> Path:
    """Where the migrated database of today's migrations is, or will be."""
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.name):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(f"{config.name}/{path.name}".encode())
            digest.update(path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"alliage-migrated-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{digest.hexdigest()[:32]}.sqlite3"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One worker makes it, the others wait for it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy(source: str | Path, target: str | Path) -> sqlite3.Connection:
    """Copy a database, also to or from memory; the connection to the copy is left open: a database in memory lives as long."""
    opened = sqlite3.connect(str(target), uri=str(target).startswith("file:"))
    with sqlite3.connect(str(source), uri=str(source).startswith("file:")) as origin:
        origin.backup(opened)
    origin.close()
    return opened


class MigratedCreation(DatabaseCreation):
    """Makes the test database from the one that is kept; keeps it the first time."""

    _held: sqlite3.Connection | None = None

    def create_test_db(self, verbosity: int = 1, autoclobber: bool = False, serialize: Any = None, keepdb: bool = False) -> str:  # fmt: skip
        path = kept()
        with _alone(path):
            made: str
            if path.exists():
                self._begins_with = path
                made = super().create_test_db(verbosity, autoclobber, serialize, keepdb)  # type: ignore[call-arg, arg-type]
                return made
            was_there = keepdb and self._is_there()
            made = super().create_test_db(verbosity, autoclobber, serialize, keepdb)  # type: ignore[call-arg, arg-type]
            if was_there:
                # One that was kept for `--reuse-db`: a migration edited since was applied there as it was.
                return made
            part = path.with_suffix(f".{os.getpid()}")
            copy(made, part).close()
            part.replace(path)
            return made

    _begins_with: Path | None = None

    def _is_there(self) -> bool:
        name = self._get_test_db_name()
        return not self.is_in_memory_db(name) and Path(name).exists()

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = super()._create_test_db(verbosity, autoclobber, keepdb)
        if self._begins_with is not None and not (keepdb and not self.is_in_memory_db(name) and Path(name).exists()):
            self._held = copy(self._begins_with, name)
            if not self.is_in_memory_db(name):
                self._held.close()
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)
        if self._held is not None:
            with suppress(sqlite3.Error):
                self._held.close()
