"""Writes of files: keep what people send once it is checked, read its text, throw it away."""

import hashlib
import io
import logging
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.files import images, signatures, texts
from alliage.files.enums import Kind, TextState
from alliage.files.models import StoredFile, place
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.files.types import FileRefused, Type, recognise
from alliage.jobs import services as jobs

__all__ = ["FileRefused", "discard", "discard_content", "extract_text", "reduced", "safe_name", "store", "unsign"]

logger = logging.getLogger(__name__)

EXTRACT_JOB = "files.extract_text"


def store(upload: UploadedFile, *, by_id: int | None, purpose: str, now: datetime) -> StoredFile:
    """Check a file and keep it: pictures written anew, others as they are. Says why not in a `FileRefused`."""
    use = purposes.get(purpose)
    if use is None:
        raise LookupError(f"No purpose is named {purpose}: add it to alliage.files.registry.purposes.")
    content = _content(upload, use)
    found, content, size = _checked(content, use)
    stored = StoredFile(
        purpose=purpose,
        kind=found.kind,
        name=safe_name(upload.name or "", found.extension),
        extension=found.extension,
        content_type=found.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=size[0] if size else None,
        height=size[1] if size else None,
        is_public=use.public,
        text_state=TextState.WAITING if use.extract_text and found.kind == Kind.DOCUMENT else TextState.NONE,
        owner_id=by_id,
        created_at=now,
    )
    return _saved(stored, content, now=now)


def _saved(stored: StoredFile, content: bytes, *, now: datetime) -> StoredFile:
    _write(stored, content)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
            if stored.text_state == TextState.WAITING:
                jobs.enqueue(EXTRACT_JOB, payload={"file": str(stored.pk)}, now=now, label=stored.name)
    except BaseException:
        stored.file.storage.delete(str(stored.file.name))
        raise
    return stored


def _write(stored: StoredFile, content: bytes) -> None:
    """Write the content, whole or not at all: a full disk leaves no half of it."""
    try:
        stored.file.save(stored.name, ContentFile(content), save=False)
    except OSError as error:
        logger.error("A file could not be kept: %s.", error.strerror)  # noqa: TRY400 its trace says nothing more
        with suppress(OSError):
            stored.file.storage.delete(place(stored, stored.name))
        raise FileRefused(
            _("Ce fichier n’a pas pu être gardé : le serveur manque de place. Prévenez l’équipe, puis recommencez.")
        ) from error


def _content(upload: UploadedFile, use: Purpose) -> bytes:
    limit = use.max_bytes
    upload.seek(0)
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise FileRefused(_("Ce fichier est trop lourd : %(limit)s Mo au plus.") % {"limit": max(1, limit // MEGABYTE)})
    return content


def _checked(content: bytes, use: Purpose) -> tuple[Type, bytes, tuple[int, int] | None]:
    stream = io.BytesIO(content)
    found = recognise(stream)
    if found.kind not in use.kinds:
        wanted = ", ".join(str(Kind(kind).label) for kind in sorted(use.kinds))
        raise FileRefused(_("Ce fichier n’est pas du type attendu ici (%(wanted)s).") % {"wanted": wanted})
    if found.kind != Kind.IMAGE:
        return found, content, None
    rewritten, written_as, size = images.rewritten(stream)
    return written_as, rewritten, size


_UNWANTED = re.compile(r"[^\w .()’'–-]+")


def safe_name(name: str, extension: str) -> str:
    """Give a name that is safe everywhere: no folder, no control or direction mark, the extension of its content."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = unicodedata.normalize("NFC", last).rsplit(".", 1)[0]
    stem = " ".join(_UNWANTED.sub(" ", stem).split()).strip(". ")[:100].strip(". ")
    return f"{stem or _('fichier')}.{extension}"


def extract_text(file_id: Any, *, now: datetime) -> TextState | None:
    """Read the text of a kept document, so that it can be searched; None when the file is gone."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None:
        return None
    try:
        with stored.file.open("rb") as content:
            stored.text, stored.text_state = texts.text_of(content, stored.extension), TextState.READ
    except texts.TextUnreadable:
        stored.text_state = TextState.FAILED
    _keep_text(stored, now=now)
    return TextState(stored.text_state)


@transaction.atomic
def _keep_text(stored: StoredFile, *, now: datetime) -> None:
    """Write what was read, and tell the function that the file is of: in one piece, so that the search misses nothing."""
    if not StoredFile.objects.filter(pk=stored.pk).update(text=stored.text, text_state=stored.text_state):
        return  # thrown away while it was read
    use = purposes.get(stored.purpose)
    if use is not None and use.text_read is not None:
        use.text_read(stored, now)


def unsign(stored: StoredFile) -> bool:
    """Take the names of its makers from a document that must name nobody; whether it held any. What it said before is thrown away
    once that is certain."""
    with stored.file.open("rb") as kept:
        content = kept.read()
    cleaned = signatures.unsigned(content, stored.extension)
    if cleaned == content:
        return False
    storage, before = stored.file.storage, str(stored.file.name)
    _write(stored, cleaned)
    stored.size, stored.sha256 = len(cleaned), hashlib.sha256(cleaned).hexdigest()
    stored.save(update_fields=["file", "size", "sha256"])
    transaction.on_commit(lambda: storage.delete(before))
    return True


def discard_content(stored: StoredFile) -> None:
    """Throw the content away at once: the transaction that kept its record is being rolled back."""
    stored.file.storage.delete(str(stored.file.name))


def discard(stored: StoredFile) -> None:
    """Throw a file away: the record now, the content once that is certain."""
    storage, names = stored.file.storage, _names(stored)
    stored.delete()

    def throw_away() -> None:
        for name in names:
            storage.delete(name)

    transaction.on_commit(throw_away)


def _names(stored: StoredFile) -> list[str]:
    """What is kept of a file: its content and, of a picture, its reductions."""
    sides = images.SIDES if stored.kind == Kind.IMAGE else ()
    return [str(stored.file.name), *(stored.reduced_name(side) for side in sides)]


def reduced(stored: StoredFile, side: int) -> IO[bytes]:
    """A picture cut to a square of this side, made at the first demand and kept beside it."""
    if stored.kind != Kind.IMAGE or side not in images.SIDES:
        raise LookupError(f"No reduction of {stored.pk} at {side}.")
    storage, name = stored.file.storage, stored.reduced_name(side)
    if not storage.exists(name):
        with stored.file.open("rb") as content:
            made = images.reduced(content, side)
        if storage.save(name, ContentFile(made)) != name:  # another process made it in the same instant
            logger.info("A reduction of %s was made twice.", stored.pk)
    return storage.open(name, "rb")
