"""Progress told from inside a long transaction.

A job that writes everything or nothing works in one transaction, and nothing it writes can be seen before the end,
its own progress included. On PostgreSQL a second connection tells it. SQLite has one writer, which is the job itself:
there, progress goes through a small file beside the database (SQLite means one machine).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Aside:
    """Progress kept beside the database. `version` goes on from the row's own."""

    version: int
    done: int
    total: int
    message: str


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "progress"


def _path(job_id: Any) -> Path:
    return _folder() / f"{job_id}.json"


def is_used() -> bool:
    return connection.vendor == "sqlite"


def write(job_id: Any, aside: Aside) -> None:
    path = _path(job_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps([aside.version, aside.done, aside.total, aside.message]), encoding="utf-8")
    draft.replace(path)


def read(job_id: Any) -> Aside | None:
    try:
        return Aside(*json.loads(_path(job_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def ask_to_stop(job_id: Any) -> None:
    """Leave word for a running job, which may hold the only right to write."""
    path = _path(job_id).with_suffix(".stop")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def is_asked_to_stop(job_id: Any) -> bool:
    return _path(job_id).with_suffix(".stop").exists()


def forget(job_id: Any) -> None:
    for suffix in (".json", ".stop", ".new"):
        _path(job_id).with_suffix(suffix).unlink(missing_ok=True)
