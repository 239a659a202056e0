"""What a document says of who made it, beside its text: taken away from those that must name nobody.

Names, companies and folders stand in parts that readers do not see: properties, the signatures of comments and tracked changes,
where a workbook was saved and who had it open, links to files of one's own computer; and again in the documents that it embeds.
"""

import io
import re
import zipfile
from typing import Any

from django.utils.translation import gettext as _

from alliage.files.archives import MAX_UNPACKED, open_archive, reading
from alliage.files.types import FileRefused

_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PROPERTIES = {
    "docProps/core.xml": (
        _XML
        + b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        _XML + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        _XML + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
    "meta.xml": (
        _XML
        + b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
        b"<office:meta/></office:document-meta>"
    ),
}
# Who signs comments and changes: attributes of DOCX, elements of the others.
_ATTRIBUTE = re.compile(rb"""\b(w\d*:(?:author|initials|userId))=(?:"[^"]+"|'[^']+')""")
_PERSON = re.compile(rb"""\b(displayName|userId)=(?:"[^"]+"|'[^']+')""")
_WORKBOOK = re.compile(rb"""(\babsPath\b[^>]*?\surl|\b(?:fileSharing|header)\b[^>]*?\suserName)=(?:"[^"]+"|'[^']+')""")
_SHARED = re.compile(rb"""(\buserInfo\b[^>]*?\sname)=(?:"[^"]+"|'[^']+')""")
# A link to a file of one's own computer, or of one's office.
_OWN_FILE = re.compile(rb"""(?i)\b(Target)=(["'])(?:file:|\\\\|[a-z]:[\\/]|/(?:home|users)/)[^"']*\2""")
_NOWHERE = rb'\1="about:blank"'
_OLE, _ARCHIVE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# What a document and those that it embeds may unpack to; each counts for this much at least.
_MOST, _EACH = 2 * MAX_UNPACKED, MAX_UNPACKED // 25
_ELEMENT = re.compile(rb"<((?:dc:creator|meta:creator-initials|loext:sender-initials|author))(\s[^>]*)?>[^<]+</\1>")


def unsigned(content: bytes, extension: str) -> bytes:
    """The same document without a name of its makers; the same bytes when it holds none. Refused when it cannot be read."""
    if extension == "pdf":
        return _pdf(content)
    return _office(content, [_MOST]) if extension in {"docx", "xlsx", "odt", "ods"} else content


def _office(content: bytes, left: list[int]) -> bytes:
    with reading():
        source = open_archive(io.BytesIO(content))
        left[0] -= _EACH + sum(entry.file_size for entry in source.infolist())
        if left[0] < 0:
            raise FileRefused(_unreadable())
        parts = [(entry, source.read(entry)) for entry in source.infolist()]
        written = [(entry, _part(entry.filename, part, left)) for entry, part in parts]
        if written == parts:
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            for entry, part in written:
                target.writestr(entry, part)  # in its own place, packed as it was: ODF wants its type first, unpacked
        return out.getvalue()


def _part(name: str, content: bytes, left: list[int]) -> bytes:
    if content.startswith(_OLE):  # a document of former programs: who made it stands in it, and the folder it came from
        raise FileRefused(_unreadable())
    if content.startswith(_ARCHIVE):
        return _office(content, left)
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    if name.endswith("/meta.xml"):  # of an object that ODF embeds
        return _PROPERTIES["meta.xml"]
    if name.endswith(".psmdcp"):
        return _PROPERTIES["docProps/core.xml"]
    if name.endswith(".rels"):
        return _OWN_FILE.sub(_NOWHERE, content)
    return _text(name, content) if name.endswith(".xml") else content


def _text(name: str, content: bytes) -> bytes:
    if name.startswith("xl/persons/"):
        return _PERSON.sub(rb'\1=""', content)
    if name.startswith(("xl/workbook", "xl/revisions/")):
        return _SHARED.sub(rb'\1=""', _WORKBOOK.sub(rb'\1=""', content))
    return _ELEMENT.sub(rb"<\1\2></\1>", _ATTRIBUTE.sub(rb'\1=""', content))


def _pdf(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter  # slow to import: only where a document is written anew

    try:
        reader = PdfReader(io.BytesIO(content))
        if not reader.is_encrypted:
            if not (_without_names(reader) or reader.metadata):
                return content
            writer = PdfWriter(clone_from=reader)  # what nothing leads to any more is not copied
            writer.metadata = None
            out = io.BytesIO()
            writer.write(out)
            return out.getvalue()
    except Exception as error:
        raise FileRefused(_unreadable()) from error
    raise FileRefused(_unreadable())


def _without_names(reader: Any) -> bool:
    """Take away the second copy of the properties, and who signs the remarks; whether there was any."""
    found = reader.root_object.pop("/Metadata", None) is not None
    for page in reader.pages:
        for name in ("/Metadata", "/PieceInfo"):
            found |= page.pop(name, None) is not None
        for annotation in page.get("/Annots") or ():
            remark = annotation.get_object()
            if remark.get("/Subtype") != "/Widget":  # of a form, it is the name of a field
                found |= remark.pop("/T", None) is not None
    return found


def _unreadable() -> str:
    return _("Ce document garde peut-être le nom de qui l’a fait, et nous ne savons pas l’en retirer.")
