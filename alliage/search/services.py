"""Every write of the search: what changed, and the index itself. The worker is its only writer."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from alliage.search import engine, folder
from alliage.search.models import SearchChange
from alliage.search.registry import Document, SearchableKind, kinds

logger = logging.getLogger(__name__)

AT_ONCE = 500
TELL_EVERY = 500


class IndexingError(RuntimeError):
    """Some objects could not be read: the worker tries again later."""


# --- Tell ----------------------------------------------------------------------------------------------------------


def changed(kind: str, ids: Iterable[int], *, now: datetime) -> None:
    """Say that these objects were written, hidden or deleted, in the transaction that does it.

    Until the worker has read them again, pages leave them out of results: what was withdrawn is gone at once.
    """
    if kind not in kinds:
        raise LookupError(f"No searchable kind is named {kind}: add it to alliage.search.registry.kinds.")
    SearchChange.objects.bulk_create(
        (SearchChange(kind=kind, object_id=pk, changed_at=now) for pk in sorted(set(ids))), batch_size=AT_ONCE
    )


# --- Index ---------------------------------------------------------------------------------------------------------


def follow(_now: datetime | None = None) -> int:
    """Bring the index up to the database; make it again if it is missing, broken or of another version.

    Returns how many changes were taken in. Does nothing when another process is writing.
    """
    with folder.writing(wait=False) as alone:
        if not alone:
            return 0
        if not engine.is_right():
            _rebuild(_tell_nobody)
            return 0
        taken, failed = 0, set[str]()
        while changes := _next(failed):
            taken += _take_in(changes, failed)
        if failed:
            raise IndexingError(", ".join(sorted(failed)))
        return taken


Change = tuple[int, str, int]


def _next(failed: set[str]) -> list[Change]:
    waiting = SearchChange.objects.exclude(kind__in=failed)
    return list(waiting.values_list("number", "kind", "object_id")[:AT_ONCE])


def _take_in(changes: Sequence[Change], failed: set[str]) -> int:
    """One batch of changes, in one commit; adds the kinds that could not be read to `failed`."""
    waiting: dict[str, set[int]] = defaultdict(set)
    for _number, code, pk in changes:
        waiting[code].add(pk)
    writer = engine.amend()
    failed |= {code for code, pks in waiting.items() if not _renew(writer, code, sorted(pks))}
    writer.commit()
    done = [number for number, code, _pk in changes if code not in failed]
    SearchChange.objects.filter(number__in=done).delete()
    return len(done)


def _renew(writer: engine.Writer, code: str, pks: list[int]) -> bool:
    """Read these objects again. When their function fails, they leave the index until it works."""
    kind = kinds.get(code)
    writer.remove(code, pks)
    try:
        for document in kind.documents(pks) if kind else ():
            writer.add(kind, document)  # type: ignore[arg-type]
    except Exception:
        logger.exception("Objects of kind %s could not be indexed.", code)
        writer.remove(code, pks)
        return False
    return True


Tell = Callable[[str, int], Any]


def _tell_nobody(_label: str, _done: int) -> None: ...


@dataclass(frozen=True)
class Made:
    """An index that was made: how many documents, and the kinds that could not be read."""

    total: int
    failed: list[str]


def rebuild(*, tell: Tell = _tell_nobody) -> Made:
    """Make the whole index again, beside the one in use; waits for its turn to write. `tell(label, done)` hears how far."""
    with folder.writing(wait=True):
        return _rebuild(tell)


def _rebuild(tell: Tell) -> Made:
    # What is known to have changed by now is read below; what changes meanwhile stays to be taken in.
    known = list(SearchChange.objects.values_list("number", flat=True))
    path = folder.new()
    writer = engine.create(path)
    total, failed = 0, []
    for kind in kinds:
        try:
            total += _add_all(writer, kind, tell)
        except Exception:
            # One function that fails does not take the search of all the others away.
            logger.exception("Kind %s could not be indexed.", kind.code)
            writer.remove_kind(kind.code)
            failed.append(kind.code)
    writer.commit()
    folder.use(path, layout=engine.layout(), content=engine.content())
    for start in range(0, len(known), AT_ONCE):
        SearchChange.objects.filter(number__in=known[start : start + AT_ONCE]).delete()
    return Made(total, failed)


def _add_all(writer: engine.Writer, kind: SearchableKind, tell: Tell) -> int:
    done = 0
    for batch in _batches(kind.documents(None)):
        for document in batch:
            writer.add(kind, document)
        done += len(batch)
        tell(str(kind.label_plural), done)
    return done


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while batch := list(islice(documents, TELL_EVERY)):
        yield batch


def refresh(_now: datetime) -> None:
    """Every night: what was deleted leaves the disk for good, and no forgotten `changed` lasts longer than a day."""
    rebuild()
