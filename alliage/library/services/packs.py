"""ZIP of several resources: made once for all those who ask, at once when it is light, in the background when it is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.timezone import localdate

from alliage.jobs import services as jobs
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.library import packs
from alliage.library.models import Collection, Resource
from alliage.library.packs import Pack
from alliage.library.queries import packs as queries

JOB = "library.pack"
KEPT = timedelta(days=2)

SOURCES: dict[str, tuple[type[Any], Callable[[Any], Pack]]] = {
    "kit": (Resource, queries.of_kit),
    "collection": (Collection, queries.of_collection),
}


def folder() -> Path:
    return Path(settings.VAR_DIR) / "packs"


def path_of(pack: Pack) -> Path:
    return folder() / f"{pack.fingerprint}.zip"


def is_made(pack: Pack) -> bool:
    return path_of(pack).exists()


def make(pack: Pack, *, now: datetime, tell: packs.Tell = lambda _done, _total, _words: None) -> Path:
    """Write it whole or not at all; two processes at once write the same thing."""
    found = path_of(pack)
    folder().mkdir(parents=True, exist_ok=True)
    draft = found.with_name(f"{uuid4().hex}.part")
    try:
        with draft.open("wb") as out:
            packs.write(pack, out, now=now, tell=tell)
        draft.replace(found)
    finally:
        draft.unlink(missing_ok=True)
    return found


def ask(kind: str, pk: int, pack: Pack, *, by: Any, now: datetime) -> Job:
    """Have it made in the background; asked twice, it is made once."""
    payload = {"kind": kind, "pk": pk, "pack": pack.fingerprint}
    return jobs.enqueue(JOB, payload=payload, by=by, now=now, key=f"{pack.fingerprint}|{localdate(now)}")


def job_of(pack: Pack) -> Job | None:
    """The work under way, or how it ended."""
    return Job.objects.filter(kind=JOB, key__startswith=f"{pack.fingerprint}|").order_by("-created_at").first()


def run(context: JobContext, payload: dict[str, Any], *, now: datetime) -> None:
    """The job. What changed since it was asked is made as it is now."""
    model, pack_of = SOURCES[payload["kind"]]
    found = model.objects.filter(pk=payload["pk"]).first()
    if found is None:
        return
    make(pack_of(found), now=now, tell=context.progress)


def tidy(now: datetime) -> None:
    """Throw away packs that nobody should ask again as they are."""
    limit = (now - KEPT).timestamp()
    for each in folder().glob("*"):
        if each.stat().st_mtime < limit:
            each.unlink(missing_ok=True)
