"""Writes of the files of resources: sent, tied to their resource, cleaned up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE
from alliage.jobs.fetch import fetcher
from alliage.library.content import MOST, Content
from alliage.library.enums import OPEN
from alliage.library.models import Intake, Proposal, Resource, ResourceFile, Version
from alliage.refusals import Refusal

PURPOSE = "library.file"
# A file that nothing names is thrown away after this long: the form that it was sent by may still be open.
ORPHANS_KEPT = timedelta(days=2)
AT_ONCE = 500
# One file of another site.
MOST_BROUGHT, SECONDS = 25 * MEGABYTE, 30.0


class FileRefused(Refusal):
    """The file cannot be added to this resource."""


def send(upload: UploadedFile, *, by: Any, now: datetime) -> StoredFile:
    """Keep a file before there is a resource: its sender alone reads it."""
    return files.store(upload, by_id=by.pk, purpose=PURPOSE, now=now)


@transaction.atomic
def add(resource: Resource, upload: UploadedFile, *, by: Any, now: datetime) -> StoredFile:
    """Keep a file of this resource, for its next version. The same content sent twice is one file."""
    Resource.objects.select_for_update().get(pk=resource.pk)
    kept = ResourceFile.objects.filter(resource=resource)
    if kept.count() >= 2 * MOST["files"]:
        raise FileRefused(_("Cette ressource a déjà beaucoup de fichiers\u00a0: retirez-en avant d’en ajouter."))
    stored = send(upload, by=by, now=now)
    try:
        same = StoredFile.objects.filter(pk__in=kept.values("file"), sha256=stored.sha256, name=stored.name).first()
        if same is not None:
            files.discard(stored)
            return same
        ResourceFile.objects.create(resource=resource, file=stored)
    except IntegrityError:
        files.discard_content(stored)
        raise
    return stored


def fetch(url: str, *, seconds: float = SECONDS) -> bytes:
    """What another site publishes there; nobody waits for it longer than `SECONDS`."""
    return fetcher().get(url, max_bytes=MOST_BROUGHT, seconds=min(seconds, SECONDS)).content


def bring(content: bytes, name: str, *, by_id: int | None, now: datetime, may_name: bool = True) -> StoredFile:
    """Keep a copy of what another site publishes, checked like any file; without the names of its makers unless `may_name`."""
    upload = SimpleUploadedFile(files.safe_name(name, ""), content)
    stored = files.store(upload, by_id=by_id, purpose=PURPOSE, now=now)
    if not may_name:
        try:
            files.unsign(stored)
        except Refusal:
            files.discard(stored)
            raise
    return stored


def held(pks: Collection[int]) -> dict[int, dict[str, str]]:
    """Of these resources, the number of each file that was copied from an address, by that address."""
    found: dict[int, dict[str, str]] = {}
    copied = ResourceFile.objects.filter(resource__in=pks).exclude(origin="")
    for resource, origin, file in copied.values_list("resource", "origin", "file"):
        found.setdefault(resource, {})[origin] = str(file)
    return found


def note_origins(origins: Mapping[UUID, str]) -> None:
    """Where files of these numbers were copied from."""
    for file, origin in origins.items():
        ResourceFile.objects.filter(file=file).update(origin=origin)


def add_all(
    resource: Resource, uploads: Iterable[UploadedFile], *, by: Any, now: datetime
) -> tuple[list[StoredFile], list[str]]:
    """Each file on its own: those that were kept, and why the others were not."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(add(resource, upload, by=by, now=now))
        except Refusal as refusal:
            refused.append(f"«\u00a0{upload.name}\u00a0»\u00a0: {refusal.message}")
    return kept, refused


def own(resource: Resource, content: Content, *, by: Any) -> Content:
    """The same content with the files that this resource may hold, named as they are: nothing of it is believed.

    They are those of the resource, and those that its writer sent and that no resource holds yet.
    """
    asked = [each["id"] for each in content["files"]]
    if not asked:
        return content
    stored = {str(each.pk): each for each in StoredFile.objects.filter(pk__in=asked, purpose=PURPOSE)}
    holders = dict(ResourceFile.objects.filter(file__in=asked).values_list("file_id", "resource_id"))
    sender = getattr(by, "pk", None)

    def may_hold(file: StoredFile) -> bool:
        held_by = holders.get(file.pk)
        return held_by == resource.pk or (held_by is None and file.owner_id == sender)

    found = [
        each | {"name": stored[each["id"]].name, "size": stored[each["id"]].size}
        for each in content["files"]
        if each["id"] in stored and may_hold(stored[each["id"]])
    ]
    return content | {"files": found}


def unsign(resource: Resource, content: Content) -> Content:
    """The same content; the files of this resource no longer say who made them. Refused for one that cannot be read."""
    sizes: dict[str, int] = {}
    for held in ResourceFile.objects.filter(resource=resource).select_related("file"):
        try:
            files.unsign(held.file)
        except FileNotFoundError:
            continue  # lost: it says nothing
        except Refusal as refusal:
            raise FileRefused(
                _(
                    "«\u00a0%(name)s\u00a0» garde peut-être le nom de qui l’a fait\u00a0: retirez-le, ou envoyez-en un PDF simple."
                )
                % {"name": held.file.name}
            ) from refusal
        sizes[str(held.file_id)] = held.file.size
    named = [each | {"size": sizes.get(each["id"], each["size"])} for each in content["files"]]
    return content | {"files": named}


# --- Cleaned up ------------------------------------------------------------------------------------------------------


def tidy(now: datetime) -> None:
    """Throw away the files that nothing names any more: of a form that was left, of a text that was given up."""
    old = StoredFile.objects.filter(purpose=PURPOSE, created_at__lt=now - ORPHANS_KEPT)
    for stored in old.exclude(pk__in=ResourceFile.objects.values("file")).exclude(pk__in=_taken_in())[:AT_ONCE]:
        files.discard(stored)
    unread = ResourceFile.objects.filter(is_published=False, file__in=old).select_related("file").order_by("pk")
    by_resource: dict[int, list[ResourceFile]] = {}
    for held in unread[:AT_ONCE]:
        by_resource.setdefault(held.resource_id, []).append(held)
    for pk, held_files in by_resource.items():
        _tidy_resource(pk, held_files)


def _taken_in() -> Any:
    return Intake.objects.filter(file__isnull=False, proposal__state__in=OPEN).values("file")


@transaction.atomic
def _tidy_resource(pk: int, held_files: Sequence[ResourceFile]) -> None:
    named = _named(pk)
    for held in held_files:
        if str(held.file_id) not in named:
            files.discard(held.file)


def _named(pk: int) -> set[str]:
    """Files that a version, a proposal or a draft of this resource names: they are kept."""
    contents = [
        *Version.objects.filter(resource=pk).values_list("content", flat=True),
        *Proposal.objects.filter(resource=pk).values_list("content", flat=True),
    ]
    found = {each["id"] for content in contents for each in content.get("files", ())}
    for drafts in Proposal.objects.filter(resource=pk, draft__isnull=False).values_list("draft", flat=True):
        for draft in (drafts or {}).values():
            for name, values in draft.get("data", {}).items():
                if name.startswith("file_") and name.endswith("_id"):
                    found.update(values)
    found.update(str(each) for each in Intake.objects.filter(proposal__resource=pk).values_list("file", flat=True))
    return found
