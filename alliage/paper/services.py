"""Writes of slips: photographs kept and read away from pages, then confirmed by a person or erased.

Nothing of a photograph counts before someone confirmed it. The picture taken by the telephone goes as soon as its slips are put
straight; the straightened ones once they are confirmed, or after `KEPT_FOR`.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.jobs import services as jobs
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.paper import codes, reading
from alliage.paper.enums import PaperState
from alliage.paper.kinds import Kind, PaperRefused
from alliage.paper.layout import Slip
from alliage.paper.models import Slip as Row

KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 40


# --- Photographs -----------------------------------------------------------------------------------------------------


def store(uploads: Sequence[UploadedFile], *, purpose: str, by: Member, now: datetime) -> list[StoredFile]:
    """Keep photographs. One that is refused refuses them all: none is lost without a word."""
    if not 0 < len(uploads) <= MOST_AT_ONCE:
        raise PaperRefused(_("Quarante photos au plus à la fois."))
    kept: list[StoredFile] = []
    try:
        for each in uploads:
            kept.append(files.store(each, by_id=by.pk, purpose=purpose, now=now))
    except files.FileRefused as refused:
        for stored in kept:
            files.discard_content(stored)
        raise PaperRefused(f"{each.name}\u00a0: {refused.message}") from refused
    return kept


@transaction.atomic
def send(kind: Kind, about: Any, uploads: Sequence[UploadedFile], *, by: Member, now: datetime) -> Job:
    """Keep photographs of slips, and ask that they be read."""
    row = kind.locked(about)
    kept = store(uploads, purpose=kind.purpose, by=by, now=now)
    made = [kind.model.objects.create(**{kind.holder: row}, file=stored, sent_at=now) for stored in kept]
    payload = {"about": row.pk, "slips": [each.pk for each in made]}
    return jobs.enqueue(kind.job, payload=payload, by=by, now=now, label=str(kind.label))


def read_waiting(kind: Kind, context: JobContext, payload: dict[str, Any], *, now: datetime) -> None:
    """The job; begun again, it takes what is left."""
    numbers: list[int] = payload["slips"]
    for rank, pk in enumerate(numbers):
        context.progress(rank, len(numbers))
        _read(kind, pk, now=now)


def _read(kind: Kind, pk: int, *, now: datetime) -> None:
    """Apart from any transaction: opening a picture takes a while."""
    found = kind.model.objects.filter(pk=pk, state=PaperState.WAITING).select_related("file", kind.holder)
    row = found.first()
    if row is None or row.file is None:
        return
    with row.file.file.open("rb") as content:
        photograph = content.read()
    about = getattr(row, kind.holder)
    pieces, failures = reading.slips(photograph, kind.format_of(about))
    read = []
    for piece in pieces:
        printed = _printed(kind, about, piece.code)
        if printed is None:
            failures.append("other")
        else:
            code, laid = printed
            read.append((code, reading.read(piece.grey, laid.page), reading.picture(piece)))
    _keep(kind, row, read, failures, now=now)


def _printed(kind: Kind, about: Any, text: str) -> tuple[codes.SlipCode, Slip] | None:
    """Which slip it is, and where things are on it; one of another object, or of nobody, is not read."""
    code = codes.read(text)
    if code is None or (code.kind, code.about) != (kind.letter, about.pk):
        return None
    laid = kind.laid(about, code.edition)
    return (code, laid) if laid is not None else None


_Found = tuple[codes.SlipCode, Sequence[reading.Read], bytes]


@transaction.atomic
def _keep(kind: Kind, slip: Row, read: Sequence[_Found], failures: list[str], *, now: datetime) -> None:
    """Write what was read of a photograph, one row for each slip; the photograph itself stays only while something of it is not read."""
    row = kind.model.objects.select_for_update(of=("self",)).filter(pk=slip.pk, state=PaperState.WAITING).first()
    if row is None:
        return  # taken away while it was read
    about = getattr(slip, kind.holder)
    owner = row.file.owner_id if row.file else None
    for code, boxes, picture in read:
        if not _kept(kind, about, code, boxes, picture, owner=owner, now=now):
            failures.append("already")
    if failures:
        row.state, row.why = PaperState.UNREAD, failures[0]
        row.save(update_fields=["state", "why"])
    else:
        discard(row)
        row.delete()


def _kept(
    kind: Kind,
    about: Any,
    code: codes.SlipCode,
    boxes: Sequence[reading.Read],
    picture: bytes,
    *,
    owner: int | None,
    now: datetime,
) -> bool:
    """A slip photographed again replaces the first, unless that one was confirmed: answers False then."""
    number = {kind.holder: about, "series": code.series, "copy": code.copy}
    same = kind.model.objects.select_for_update(of=("self",)).select_related("file").filter(**number).first()
    if same is not None and same.state == PaperState.CONFIRMED:
        return False
    if same is not None:
        discard(same)
        same.delete()
    upload = SimpleUploadedFile(_("papier") + ".jpg", picture, "image/jpeg")
    stored = files.store(upload, by_id=owner, purpose=kind.purpose, now=now)
    said = {each.code: {key: value for key, value in asdict(each).items() if key != "code"} for each in boxes}
    kind.model.objects.create(
        **number, edition=code.edition, state=PaperState.READ, boxes=said, file=stored, sent_at=now
    )
    return True


def discard(row: Any) -> None:
    """Its picture goes; the row is not written."""
    stored, row.file = row.file, None
    if stored is not None:
        files.discard(stored)


# --- Confirmed by a person -------------------------------------------------------------------------------------------


def taken(kind: Kind, slip: Row) -> tuple[Any, Any]:
    """In a transaction: what it is for and its row, both locked, as long as nobody confirmed or removed it."""
    about = kind.locked(getattr(slip, kind.holder))
    found = kind.model.objects.select_for_update(of=("self",)).select_related("file")
    row = found.filter(pk=slip.pk, state=PaperState.READ).first()
    if row is None:
        raise PaperRefused(_("Ce papier a déjà été confirmé, ou retiré."))
    return about, row


def finish(row: Any) -> None:
    """It counted: its number alone is kept, so that it counts once."""
    row.state, row.boxes = PaperState.CONFIRMED, {}
    discard(row)
    row.save()


# --- Erased ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove(kind: Kind, slip: Row, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """A photograph that is not wanted goes at once. Twice is once; what was confirmed stays."""
    found = kind.model.objects.select_related("file").filter(pk=slip.pk).exclude(state=PaperState.CONFIRMED)
    for row in found:
        discard(row)
        row.delete()


@transaction.atomic
def erase_old(kind: Kind, *, now: datetime) -> int:
    """Pictures that nobody confirmed, and those whose object went; answers how many."""
    old = list(StoredFile.objects.filter(purpose=kind.purpose, created_at__lte=now - KEPT_FOR))
    kind.model.objects.filter(file__in=old).update(state=PaperState.ERASED, file=None, boxes={})
    for stored in old:
        files.discard(stored)
    return len(old)
