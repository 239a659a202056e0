"""Archives that unpack to far more than they weigh, or that hide what they hold.

DOCX, XLSX, ODT and ODS files are ZIP archives. A reader that trusts one can be made to fill the memory: every such
file goes through `open_archive` first (limits of OWASP ASVS 5.2.3).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.utils.translation import gettext as _

from alliage.refusals import Refusal

MAX_UNPACKED = 100 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_RATIO = 100
# Below this size a very repetitive but honest part compresses better than MAX_RATIO without harming anyone.
RATIO_FROM = 5 * 1024 * 1024
_HEAD = 4_096


class ArchiveRefused(Refusal):
    """The archive is damaged, encrypted, or would unpack to too much."""


# What the standard library raises when the bytes of an archive contradict one another.
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, OverflowError,
    RuntimeError, ValueError,
)  # fmt: skip


@contextmanager
def reading() -> Iterator[None]:
    """Around whatever reads parts of an archive: one that is damaged is refused, in words."""
    try:
        yield
    except _DAMAGE as error:
        raise ArchiveRefused(_("Ce fichier est abîmé : il ne peut pas être ouvert.")) from error


def is_archive(source: IO[bytes]) -> bool:
    """True when these bytes may be opened as an archive, damaged or not."""
    source.seek(0)
    try:
        return zipfile.is_zipfile(source)
    except _DAMAGE:
        return True


def open_archive(source: IO[bytes]) -> zipfile.ZipFile:
    """Open a ZIP archive whose declared content is within the limits; `source` must be seekable.

    Declared sizes can be trusted afterwards: `zipfile` never reads more of an entry than its declared size.
    """
    source.seek(0)
    with reading():
        archive = zipfile.ZipFile(source)
        entries = archive.infolist()
    _check_entries(entries)
    return archive


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ArchiveRefused(_("Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe."))
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or too_dense:
        raise ArchiveRefused(_("Ce fichier est trop volumineux une fois décompressé."))


def refuse_entities(archive: zipfile.ZipFile) -> None:
    """Refuse XML parts that declare entities: no office program writes any, attacks do."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            with reading(), archive.open(entry) as part:
                head = part.read(_HEAD).replace(b"\0", b"")
            if b"<!ENTITY" in head or b"<!DOCTYPE" in head:
                raise ArchiveRefused(_("Ce fichier contient des déclarations que nous n’acceptons pas."))
