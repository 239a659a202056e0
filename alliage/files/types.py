"""What a file really is, by its content: its name and the type announced by the browser are never believed."""

import re
import zipfile
from dataclasses import dataclass
from typing import IO

import filetype
from django.utils.translation import gettext as _

from alliage.files.archives import is_archive, open_archive, reading, refuse_entities
from alliage.files.enums import Kind
from alliage.refusals import Refusal


class FileRefused(Refusal):
    """The file is not of a kind we take here, or holds something dangerous."""


@dataclass(frozen=True)
class Type:
    """A type of file we take. `extension` has no dot."""

    kind: Kind
    extension: str
    content_type: str


JPEG = Type(Kind.IMAGE, "jpg", "image/jpeg")
PNG = Type(Kind.IMAGE, "png", "image/png")
PDF = Type(Kind.DOCUMENT, "pdf", "application/pdf")
DOCX = Type(Kind.DOCUMENT, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
ODT = Type(Kind.DOCUMENT, "odt", "application/vnd.oasis.opendocument.text")
XLSX = Type(Kind.TABLE, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ODS = Type(Kind.TABLE, "ods", "application/vnd.oasis.opendocument.spreadsheet")
CSV = Type(Kind.TABLE, "csv", "text/csv")
JSON = Type(Kind.TABLE, "json", "application/json")
TYPES = {kind.extension: kind for kind in (JPEG, PNG, PDF, DOCX, ODT, XLSX, ODS, CSV, JSON)}
# Images are written anew as JPEG or PNG, whatever they came as.
_IMAGES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}

_HEAD = 8_192
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|svg|script|\?xml|\?php|body|iframe|head)", re.IGNORECASE)
_MACROS = re.compile(
    r"(?:vba|macrosheets|activex|(?:^|/)basic/|(?:^|/)scripts/|\.(?:exe|dll|js|vbs|bat|cmd|scr|jar)$)", re.I
)


def recognise(stream: IO[bytes]) -> Type:
    """Give the type of a file, found from its content and its structure; refuse what is dangerous or unknown."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise FileRefused(_("Ce fichier est vide."))
    found = _by_signature(stream, head)
    if found.extension not in {"docx", "odt", "xlsx", "ods"}:
        _refuse_hidden_archive(stream)
    if found is not PDF and b"%PDF-" in head[:1_024]:
        raise FileRefused(_("Ce fichier est de deux types à la fois : nous ne l’acceptons pas."))
    return found


def _by_signature(stream: IO[bytes], head: bytes) -> Type:
    if head.startswith(b"%PDF-"):
        return _checked_pdf(stream)
    if head.startswith(b"PK\x03\x04"):
        return _office(stream)
    guessed = filetype.guess_mime(head)
    if guessed in _IMAGES:
        return JPEG if guessed == "image/jpeg" else PNG
    if guessed is None and _looks_like_text(head):
        return JSON if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else CSV
    raise FileRefused(
        _("Ce type de fichier n’est pas accepté. Nous acceptons les images, les PDF, les textes et les tableaux.")
    )


def _looks_like_text(head: bytes) -> bool:
    if head.startswith(_PROGRAMS) or _MARKUP.search(head.replace(b"\0", b"")):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


def _refuse_hidden_archive(stream: IO[bytes]) -> None:
    """A picture or a PDF that is also an archive hides something: an archive's table stands at the end."""
    if is_archive(stream):
        raise FileRefused(_("Ce fichier est de deux types à la fois : nous ne l’acceptons pas."))


_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


def _checked_pdf(stream: IO[bytes]) -> Type:
    stream.seek(0)
    content = stream.read()
    if b"%%EOF" not in content[-2_048:]:
        raise FileRefused(_("Ce PDF est incomplet : il s’est peut-être abîmé pendant l’envoi."))
    if _ACTIVE.search(content):
        raise FileRefused(_("Ce PDF contient un programme ou des fichiers joints. Enregistrez-le en PDF simple."))
    return PDF


def _office(stream: IO[bytes]) -> Type:
    with reading():
        return _checked_office(open_archive(stream))


def _checked_office(archive: zipfile.ZipFile) -> Type:
    refuse_entities(archive)
    names = archive.namelist()
    if any(_MACROS.search(name) for name in names) or _holds_program(archive) or _has_macro_type(archive):
        raise FileRefused(_("Ce fichier contient des macros ou un programme. Enregistrez-le sans macro."))
    if found := _office_type(archive, set(names)):
        return found
    raise FileRefused(_("Cette archive n’est ni un texte ni un tableau : nous ne l’acceptons pas."))


def _office_type(archive: zipfile.ZipFile, names: set[str]) -> Type | None:
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        return XLSX if "xl/workbook.xml" in names else None
    if {"mimetype", "content.xml"} <= names:
        declared = archive.read("mimetype")[:100].strip().decode("ascii", "replace")
        return next((known for known in (ODT, ODS) if known.content_type == declared), None)
    return None


def _holds_program(archive: zipfile.ZipFile) -> bool:
    for entry in archive.infolist():
        with archive.open(entry) as part:
            if part.read(4).startswith(_PROGRAMS[:2]):
                return True
    return False


def _has_macro_type(archive: zipfile.ZipFile) -> bool:
    """Look for what runs or loads something when the document is opened."""
    for name in archive.namelist():
        if name == "[Content_Types].xml" and b"macroEnabled" in archive.read(name):
            return True
        if name.endswith("settings.xml.rels") and b"External" in archive.read(name):
            return True
    return False
