"""Life of a document: begun, renamed, closed, open again, erased; and who must be asked again what they may do."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from alliage.writing.enums import State
from alliage.writing.models import Author, Document, Update, Version
from alliage.writing.registry import Purpose, Writer, member_key
from alliage.writing.replicas import Replica
from alliage.writing.services.changes import WritingRefused, compact, contents, keep_version, lock, write

LONGEST_TITLE = 160


@transaction.atomic
def create(
    purpose: Purpose, scope_id: Any, title: str, *, by: Writer | None, now: datetime, text: str = ""
) -> Document:
    """Begin a document. A first text needs its author."""
    document = Document.objects.create(
        scope=purpose.code, scope_id=str(scope_id), title=_titled(title), created_at=now, changed_at=now
    )
    if text and by is not None:
        write(document, text, by=by, now=now)
    return document


def _titled(title: str) -> str:
    found = " ".join(title.replace("\x00", "").split())[:LONGEST_TITLE].strip()
    if not found:
        raise WritingRefused(_("Donnez un titre à cet écrit."))
    return found


@transaction.atomic
def rename(document: Document, title: str, *, by: Writer, now: datetime) -> None:  # noqa: ARG001 the name of every service
    row = lock(document.pk)
    row.title = _titled(title)
    row.save(update_fields=["title"])
    document.refresh_from_db()


@transaction.atomic
def close(document: Document, *, by: Writer | None, now: datetime) -> None:  # noqa: ARG001 as above
    """Nobody writes any more; the text is kept as a version. Twice is once."""
    row = lock(document.pk)
    if not row.is_open:
        return
    compact(row, now=now)
    keep_version(row, Replica(contents(row)).text, now=now)
    _set_state(row, State.CLOSED)
    document.refresh_from_db()


@transaction.atomic
def reopen(document: Document, *, by: Writer | None, now: datetime) -> None:  # noqa: ARG001 as above
    row = lock(document.pk)
    if not row.is_open:
        _set_state(row, State.OPEN)
    document.refresh_from_db()


def _set_state(row: Document, state: State) -> None:
    row.state = state
    row.rights_number += 1
    row.save(update_fields=["state", "rights_number"])


def changed_rights(document: Document) -> None:
    """What someone may do with this document may have changed: whoever is connected is asked again, and what they send from
    now on is refused until then."""
    Document.objects.filter(pk=document.pk).update(rights_number=F("rights_number") + 1)


def changed_rights_in(scope: str, *scope_ids: Any) -> None:
    """Same, for every document of these things: a room that goes to its next phase."""
    _of(scope, scope_ids).update(rights_number=F("rights_number") + 1)


def erase(document: Document, *, by: Writer | None, now: datetime) -> None:  # noqa: ARG001 as above
    """Remove the text, its changes, its versions and the names of its authors, for good. Those who are connected are told,
    and their browsers forget what they hold. Twice is once."""
    Document.objects.filter(pk=document.pk).delete()


def erase_in(scope: str, *scope_ids: Any) -> None:
    """Same, for every document of these things."""
    _of(scope, scope_ids).delete()


def _of(scope: str, scope_ids: tuple[Any, ...]) -> QuerySet[Document]:
    return Document.objects.filter(scope=scope, scope_id__in=[str(each) for each in scope_ids])


@transaction.atomic
def forget_member(member: Any) -> None:
    """What they wrote with others stays; that they wrote it does not."""
    key = member_key(member)
    for author in Author.objects.filter(key=key):
        author.key, author.name = f"gone:{author.pk}", ""
        author.save(update_fields=["key", "name"])
    Update.objects.filter(writer_key=key).update(writer_key="")
    Version.objects.filter(writer_key=key).update(writer_key="", writer_name="")
