"""Makes the open data file, in the background, whenever what readers see has changed."""

import hashlib
import tempfile
from datetime import datetime

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from alliage.jobs import services as jobs
from alliage.library import dumps
from alliage.library.models import Dump
from alliage.library.queries import dump as queries

JOB = "library.make_dump"
IN_MEMORY = 4 * 1024 * 1024
_PIECE = 1024 * 1024


def ask_due(now: datetime) -> None:
    """Ask for the file when the one we have no longer says what readers see."""
    if queries.ready() is None:
        jobs.enqueue(JOB, now=now, key=hashlib.sha256(queries.state().encode()).hexdigest()[:32])


def make(now: datetime) -> Dump | None:
    """Write it beside the former one, then name it. None when the library changed meanwhile: the next turn makes it."""
    state, numbers = queries.state(), queries.numbers()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as stream:
        dumps.write(stream, numbers)
        if queries.state() != state:
            return None
        digest, size = _weighed(stream)
        name = default_storage.save(f"dumps/ressources-{digest[:16]}.zip", File(stream))
    made = Dump(state=state, name=name, sha256=digest, size=size, count=len(numbers), made_at=now)
    return _keep(made)


def _weighed(stream: "tempfile.SpooledTemporaryFile[bytes]") -> tuple[str, int]:
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    return digest.hexdigest(), size


@transaction.atomic
def _keep(made: Dump) -> Dump:
    """The former ones go: they may hold what is no longer for readers. A storage never gives one name to two files."""
    former = list(Dump.objects.values_list("name", flat=True))
    Dump.objects.all().delete()
    made.save(force_insert=True)

    def throw_away() -> None:
        for name in former:
            default_storage.delete(name)

    transaction.on_commit(throw_away)
    return made
