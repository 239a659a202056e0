"""Changes of a text: kept under numbers in the order in which they build upon one another, compacted when they are many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.refusals import Refusal
from alliage.writing.enums import VersionKind
from alliage.writing.models import Author, Document, Snapshot, Update, Version
from alliage.writing.registry import Writer
from alliage.writing.replicas import Missing, Replica

# What one document weighs at most, its history compacted: some hundred pages.
MOST_BYTES = 2 * 1024 * 1024
MOST_CHARACTERS = 300_000
MOST_CHANGES_AT_ONCE = 2_000
VERSION_EVERY = timedelta(minutes=10)
MOST_AUTOMATIC = 30


class WritingRefused(Refusal):
    """The rules of co-writing say no."""


class Gone(WritingRefused):
    """The document was erased."""

    def __init__(self) -> None:
        super().__init__(_("Cet écrit n’existe plus."))


class Closed(WritingRefused):
    """Nobody writes any more."""

    def __init__(self) -> None:
        super().__init__(_("Cet écrit est clos\u00a0: il ne change plus."))


class RightsChanged(WritingRefused):
    """Rights were asked before they changed: they must be asked again."""

    def __init__(self) -> None:
        super().__init__(_("Ce que chacun peut écrire vient de changer."))


class TooLong(WritingRefused):
    """Longer than what we keep."""

    def __init__(self) -> None:
        super().__init__(_("Cet écrit est devenu trop long\u00a0: commencez-en un autre, ou raccourcissez-le."))


class Incomplete(WritingRefused):
    """A change builds upon others that we do not have: what is missing must be sent with it."""

    def __init__(self) -> None:
        super().__init__(_("Une partie de ce qui précède manque\u00a0: elle va être redemandée."))


@dataclass(frozen=True)
class Change:
    """One change, as Yjs writes it (v1), and who made it."""

    payload: bytes
    writer: Writer


@transaction.atomic
def append(document_id: Any, changes: Sequence[Change], *, rights: int, now: datetime) -> int:
    """Keep changes that a replica of the whole document has already taken in, in its order; return the last number.

    `rights` is the `rights_number` under which their writers were asked what they may do: `RightsChanged` when it moved.
    """
    row = lock(document_id)
    if row.rights_number != rights:
        raise RightsChanged
    _keep(row, changes, now=now)
    return row.last_number


@transaction.atomic
def apply(document: Document, payloads: Iterable[bytes], *, by: Writer, now: datetime) -> int:
    """Take changes in, whatever their order; return the last number. What was already known is not kept twice.

    `updates.Unreadable` when one is no change of ours; `Incomplete` when one needs others that were never received: nothing
    is kept then.
    """
    received = [bytes(payload) for payload in payloads]
    if len(received) > MOST_CHANGES_AT_ONCE or sum(map(len, received)) > MOST_BYTES:
        raise TooLong
    row = lock(document.pk)
    replica = Replica(contents(row))
    _keep_new(row, replica, _in_order(replica, received), by=by, now=now)
    document.refresh_from_db()
    return row.last_number


def _in_order(replica: Replica, received: Sequence[bytes]) -> list[bytes]:
    """Take all in, each after those it builds upon; return what was new, in that order."""
    fresh: list[bytes] = []
    while received:
        waiting: list[bytes] = []
        for payload in received:
            try:
                fresh.append(replica.apply(payload))
            except Missing:
                waiting.append(payload)
        if len(waiting) == len(received):
            raise Incomplete
        received = waiting
    return fresh


@transaction.atomic
def write(document: Document, text: str, *, by: Writer, now: datetime) -> int:
    """Make the text be this one, changing only what differs; return the last number."""
    row = lock(document.pk)
    replica = Replica(contents(row))
    wanted = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    _keep_new(row, replica, [replica.set_text(wanted)], by=by, now=now)
    document.refresh_from_db()
    return row.last_number


def _keep_new(row: Document, replica: Replica, fresh: Iterable[bytes], *, by: Writer, now: datetime) -> None:
    changes = [Change(payload, by) for payload in fresh if payload]
    if len(replica.text) > MOST_CHARACTERS:
        raise TooLong
    _keep(row, changes, now=now)


def lock(document_id: Any) -> Document:
    row = Document.objects.select_for_update().filter(pk=document_id).first()
    if row is None:
        raise Gone
    return row


def contents(row: Document) -> list[bytes]:
    """What to build a replica from, in order: one query, so that what compaction takes meanwhile is there once."""
    snapshot = Snapshot.objects.filter(document=row).values_list("number", "state")
    later = Update.objects.filter(document=row).order_by().values_list("number", "payload")
    rows = sorted(later.union(snapshot, all=True), key=lambda each: each[0])
    return [bytes(payload) for _number, payload in rows]


def _keep(row: Document, changes: Sequence[Change], *, now: datetime) -> None:
    if not row.is_open:
        raise Closed
    if not changes:
        return
    weight = sum(len(change.payload) for change in changes)
    if row.size + weight > MOST_BYTES:
        _compact(row, now=now)
        if row.size + weight > MOST_BYTES:
            raise TooLong
    Update.objects.bulk_create(
        Update(document=row, number=number, payload=change.payload, writer_key=change.writer.key, at=now)
        for number, change in enumerate(changes, row.last_number + 1)
    )
    row.last_number += len(changes)
    row.size += weight
    row.changed_at = now
    row.save(update_fields=["last_number", "size", "changed_at"])
    _credit(row, {change.writer.key: change.writer for change in changes}, now=now)


def _credit(row: Document, writers: dict[str, Writer], *, now: datetime) -> None:
    Author.objects.bulk_create(
        [
            Author(document=row, key=key, name=each.name[:120], first_at=now, last_at=now)
            for key, each in writers.items()
        ],
        update_conflicts=True,
        unique_fields=["document", "key"],
        update_fields=["name", "last_at"],
    )


@transaction.atomic
def compact(document: Document, *, now: datetime) -> None:
    """Make one state of all changes; what was erased from the text leaves the database with their rows. From time to time,
    the text is kept as a version."""
    _compact(lock(document.pk), now=now)
    document.refresh_from_db()


def _compact(row: Document, *, now: datetime) -> None:
    if not row.updates.exists():
        return
    replica = Replica(contents(row))
    state = replica.update()
    Snapshot.objects.update_or_create(document=row, defaults={"number": row.last_number, "state": state, "at": now})
    row.updates.all().delete()
    row.size = len(state)
    row.save(update_fields=["size"])
    keep_version(row, replica.text, now=now, every=VERSION_EVERY)


def keep_version(row: Document, text: str, *, now: datetime, every: timedelta = timedelta()) -> None:
    """Keep the text by itself, unless it is there already or was kept less than `every` ago; the oldest ones go."""
    automatic = row.versions.filter(kind=VersionKind.AUTOMATIC)
    last = row.versions.first()
    if last is not None and (last.text == text or now - last.at < every):
        return
    if not text.strip() or automatic.filter(number=row.last_number).exists():
        return
    Version.objects.create(document=row, number=row.last_number, text=text, at=now)
    kept = automatic.order_by("-at", "-pk").values_list("pk", flat=True)[:MOST_AUTOMATIC]
    automatic.exclude(pk__in=list(kept)).delete()
