"""What the live process asks of the database: called in its threads, never in its loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from alliage.writing import permissions, queries, services
from alliage.writing.models import Document
from alliage.writing.registry import Writer
from alliage.writing.services import Change
from alliage.writing.services.changes import contents
from alliage.writing.visits import visit_by

Cookies = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """What each visit may do, under `rights`: the number that they were asked under."""

    rights: int
    is_open: bool
    writers: list[Writer | None]


@dataclass(frozen=True)
class State:
    """Where a document is, read for all those that are open in this process."""

    number: int
    rights: int


def ask(document_id: UUID, visits: Sequence[Cookies]) -> Asked | None:
    """Say what they may do; None when there is no such document. Rights are read before they are asked: if they change
    meanwhile, they will be asked again."""
    document = queries.by_id(document_id)
    if document is None:
        return None
    writers = [permissions.writer_of(document, visit_by(cookies)) for cookies in visits]
    return Asked(document.rights_number, document.is_open, writers)


def load(document_id: UUID) -> tuple[int, list[bytes]]:
    """The number reached, read first, and everything up to it at least."""
    document = queries.by_id(document_id)
    return (0, []) if document is None else (document.last_number, contents(document))


def keep(document_id: UUID, changes: Sequence[Change], rights: int) -> int:
    return services.append(document_id, changes, rights=rights, now=timezone.now())


def compact(document_id: UUID) -> None:
    document = queries.by_id(document_id)
    if document is not None:
        services.compact(document, now=timezone.now())


def states(document_ids: Sequence[UUID]) -> dict[UUID, State]:
    rows = Document.objects.filter(pk__in=document_ids).values_list("pk", "last_number", "rights_number")
    return {pk: State(number, rights) for pk, number, rights in rows}


def since(document_id: UUID, number: int) -> tuple[int, list[tuple[int, bytes]]]:
    return queries.changes_since(document_id, number)


async def in_thread(function: Any, *args: Any) -> Any:
    """The threads of the live process."""
    from alliage.jobs import live

    return await live.in_thread(function, *args)
