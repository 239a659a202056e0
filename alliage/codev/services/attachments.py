"""Files of messages: kept with them, thrown away with them. A pseudonymous author joins pictures alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliage.codev.models import Message, MessageFile
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.files.types import FileRefused

MOST_FILES = 5
# Pictures are written anew, without what a camera says; other files often say who made them.
FILE, PICTURE = "codev.message_file", "codev.unnamed_picture"


def add(message: Message, uploads: Sequence[UploadedFile], *, by: Any, now: datetime) -> list[str]:
    """Each file on its own, in the transaction of its message; answers why the others were left out."""
    room = MOST_FILES - message.files.count() if uploads else 0
    kept: list[StoredFile] = []
    refused: list[str] = []
    try:
        for upload in uploads:
            try:
                if len(kept) >= room:
                    raise FileRefused(_("cinq fichiers au plus par message."))
                kept.append(_store(message, upload, by=by, now=now))
            except FileRefused as refusal:
                refused.append(f"«\u00a0{upload.name}\u00a0»\u00a0: {refusal.message}")
    except BaseException:
        for stored in kept:
            files.discard_content(stored)
        raise
    return refused


def _store(message: Message, upload: UploadedFile, *, by: Any, now: datetime) -> StoredFile:
    purpose = FILE
    if message.is_pseudonymous:
        # The name of a file may say whose it is.
        purpose, upload.name = PICTURE, f"image{PurePath(upload.name or '').suffix}"
    stored = files.store(upload, by_id=by.pk, purpose=purpose, now=now)
    MessageFile.objects.create(message=message, file=stored)
    return stored


def drop(message: Message, asked: Iterable[str]) -> None:
    """Throw away the files of this message that are named so."""
    wanted = set(asked)
    for each in message.files.select_related("file"):
        if str(each.file_id) in wanted:
            files.discard(each.file)


def drop_all(messages: QuerySet[Message]) -> None:
    for each in MessageFile.objects.filter(message__in=messages).select_related("file"):
        files.discard(each.file)
