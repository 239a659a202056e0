"""Where the index lives: `ALLIAGE_VAR/search/`. One writer at a time; a new index takes the place of the old at once.

`current.json` names the folder of the index in use, and what it was made with. A new one is made beside it, then the name
is replaced in one step: pages never see half of an index.
"""

import fcntl
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

State = tuple[int, int, int]


@dataclass(frozen=True)
class Pointer:
    """The index in use. `layout` tells whether this version of the platform can read it; `content`, whether it holds what
    it should."""

    path: Path
    layout: str
    content: str


def root() -> Path:
    return Path(settings.VAR_DIR) / "search"


def _pointer_file() -> Path:
    return root() / "current.json"


def _broken_file() -> Path:
    return root() / "broken"


def state(path: Path) -> State | None:
    """What changes when a file is replaced; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def pointer_state() -> State | None:
    return state(_pointer_file())


def pointer() -> Pointer | None:
    try:
        read = json.loads(_pointer_file().read_text())
        return Pointer(root() / read["folder"], read["layout"], read["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def new() -> Path:
    """An empty folder for an index to be made."""
    path = root() / f"index-{uuid.uuid4().hex[:12]}"
    path.mkdir(parents=True)
    return path


def use(path: Path, *, layout: str, content: str) -> None:
    """From now on, this is the index; others are deleted. A page that still reads one keeps its files open."""
    draft = root() / "current.new"
    draft.write_text(json.dumps({"folder": path.name, "layout": layout, "content": content}))
    draft.replace(_pointer_file())
    _broken_file().unlink(missing_ok=True)
    for other in root().glob("index-*"):
        if other != path:
            shutil.rmtree(other, ignore_errors=True)


def say_broken() -> None:
    """A page could not read the index: the worker will make it again."""
    if root().is_dir():
        _broken_file().touch()


def is_broken() -> bool:
    return _broken_file().exists()


@contextmanager
def writing(*, wait: bool) -> Iterator[bool]:
    """Be the only writer, on this machine. Without `wait`, gives False when another process is."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
