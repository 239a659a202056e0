"""Versions: the text as it stood, named by somebody, or kept by itself; one may go back to it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.writing.enums import VersionKind
from alliage.writing.models import Document, Version
from alliage.writing.registry import Writer
from alliage.writing.replicas import Replica
from alliage.writing.services.changes import WritingRefused, contents, keep_version, lock, write

LONGEST_LABEL = 120
MOST_NAMED = 100


@transaction.atomic
def name_version(document: Document, label: str, *, by: Writer, now: datetime) -> Version:
    """Keep the text as it stands under a name. The same name for the same text is one version."""
    row = lock(document.pk)
    named = " ".join(label.replace("\x00", "").split())[:LONGEST_LABEL].strip()
    if not named:
        raise WritingRefused(
            _("Donnez un nom à cette version\u00a0: «\u00a0après la première relecture\u00a0», par exemple.")
        )
    found = row.versions.filter(kind=VersionKind.NAMED)
    same = found.filter(number=row.last_number, label=named).first()
    if same is not None:
        return same
    if found.count() >= MOST_NAMED:
        raise WritingRefused(
            _("Cet écrit a déjà beaucoup de versions nommées\u00a0: supprimez-en une qui ne sert plus.")
        )
    return Version.objects.create(
        document=row,
        number=row.last_number,
        kind=VersionKind.NAMED,
        label=named,
        text=Replica(contents(row)).text,
        writer_key=by.key,
        writer_name=by.name[:120],
        at=now,
    )


@transaction.atomic
def restore_version(version: Version, *, by: Writer, now: datetime) -> None:
    """Make the text be that of a version again. The text of just before is kept as a version: nothing is lost."""
    row = lock(version.document_id)
    keep_version(row, Replica(contents(row)).text, now=now)
    write(row, version.text, by=by, now=now)


def remove_version(version: Version, *, by: Writer, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Erase a version, which may hold what was since taken out of the text. Twice is once."""
    Version.objects.filter(pk=version.pk).delete()
