"""Several resources in one ZIP: each as PDF and DOCX, the files that one may copy, and a LISEZ-MOI that says of whom they are.

Only what everyone reads is in a pack: what a person noted beside a resource never is.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from alliage.files.models import StoredFile
from alliage.formats import documents, docx, pdf
from alliage.library import citing, exports, sheets
from alliage.library.enums import LICENCES, Licence
from alliage.library.models import Resource
from alliage.ui.templatetags.ui import date_fr

README = "LISEZ-MOI.txt"
MEGABYTE = 1024 * 1024
# Made while the person waits below this; in the background above.
LIGHT_SHEETS, LIGHT_BYTES = 3, 5 * MEGABYTE
# Files beyond this are named with their address instead of copied.
MOST_BYTES = 200 * MEGABYTE
# Changes when what a pack holds changes for the same resources.
MADE_AS = 2
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the oldest moment that an archive may say

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Pack:
    """`resources` in their order; what a person who opens it should know first is in `about`."""

    title: str
    about: str
    url: str
    resources: Sequence[Resource]

    @property
    def fingerprint(self) -> str:
        """The same as long as nothing of it changed: what was withdrawn since is in no pack."""
        said = [(each.pk, each.edition, each.state, each.changed_at.isoformat()) for each in self.resources]
        return sha256(repr((MADE_AS, self.title, self.about, self.url, said)).encode(errors="replace")).hexdigest()

    @property
    def is_light(self) -> bool:
        size = sum(
            each["size"] for resource in self.resources if may_copy(resource) for each in resource.content["files"]
        )
        return len(self.resources) <= LIGHT_SHEETS and size <= LIGHT_BYTES

    @property
    def filename(self) -> str:
        return documents.filename(self.title, "zip")


def may_copy(resource: Resource) -> bool:
    """Whether the licence lets one hand its files on."""
    return LICENCES[Licence(resource.content["licence"])].may_reuse


def write(pack: Pack, out: Any, *, now: datetime, tell: Tell = lambda _done, _total, _words: None) -> None:
    """Write the archive; `tell` hears how far it is."""
    total = len(pack.resources) + 1
    said = [pack.title, "", *([pack.about, ""] if pack.about else []), _("Page\u00a0: %(url)s") % {"url": pack.url}]
    said += [_("Fait le %(date)s depuis Alliage.") % {"date": date_fr(now)}, ""]
    left = MOST_BYTES
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, resource in enumerate(pack.resources, start=1):
            tell(rank - 1, total, resource.title)
            stem = f"{rank:02d}-{documents.filename(resource.title, 'x').removesuffix('.x')}"
            document = sheets.document(resource, alone=True)
            _add(archive, f"{stem}.pdf", pdf.sheet(document, now=now), now)
            _add(archive, f"{stem}.docx", docx.document(document, now=now), now)
            copied, missing, left = _files(archive, resource, f"{stem}/", now, left)
            said += [*_lines(rank, resource, stem, copied, missing), ""]
        tell(total - 1, total, README)
        _add(archive, README, "\r\n".join(said).encode(errors="replace"), now)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, now: datetime) -> None:
    info = zipfile.ZipInfo(name, date_time=max(FIRST_DAY, now.timetuple()[:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _files(
    archive: zipfile.ZipFile, resource: Resource, folder: str, now: datetime, left: int
) -> tuple[list[str], list[str], int]:
    """Copy what may be copied; answers names in the archive, addresses of the rest, and the room that is left."""
    listed = resource.content["files"]
    stored: dict[str, StoredFile] = {}
    if listed and may_copy(resource):
        stored = {str(each.pk): each for each in StoredFile.objects.filter(pk__in=[each["id"] for each in listed])}
    copied, missing = [], []
    for rank, each in enumerate(listed, start=1):
        kept = stored.get(each["id"])
        content = _content(kept) if kept is not None and kept.size <= left else None
        if kept is None or content is None:
            missing.append(exports.file_of(each)["url"])
            continue
        name = f"{folder}{rank}-{kept.name}"
        _add(archive, name, content, now)
        copied.append(name)
        left -= kept.size
    return copied, missing, left


def _content(stored: StoredFile) -> bytes | None:
    """None when the disk lost it: the pack names its address, as for what may not be copied."""
    try:
        with stored.file.open("rb") as content:
            return bytes(content.read())
    except FileNotFoundError:
        return None


def _lines(rank: int, resource: Resource, stem: str, copied: list[str], missing: list[str]) -> Iterator[str]:
    work = exports.latest(resource)
    yield f"{rank}. {resource.title}"
    yield f"   {stem}.pdf, {stem}.docx"
    yield "   " + _("Citer\u00a0: %(words)s") % {"words": citing.text(work)}
    yield "   " + _("À écrire à côté de ce que vous reprenez\u00a0: %(words)s") % {"words": citing.attribution(work)}
    for name in copied:
        yield "   " + _("Fichier\u00a0: %(name)s") % {"name": name}
    if missing and not may_copy(resource):
        yield "   " + _(
            "Ses fichiers ne peuvent pas être copiés (tous droits réservés). Ils se lisent à ces adresses\u00a0:"
        )
    elif missing:
        yield "   " + _("Ces fichiers ne sont pas dans l’archive. Ils se lisent à ces adresses\u00a0:")
    yield from (f"   - {url}" for url in missing)
