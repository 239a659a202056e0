"""Reads of slips: those that wait for someone, one of them, how many are done."""

from typing import Any

from django.db.models import Count

from alliage.files.models import StoredFile
from alliage.paper.enums import PENDING, PaperState
from alliage.paper.kinds import Kind


def _of(kind: Kind, about: Any) -> Any:
    return kind.model.objects.filter(**{kind.holder: about})


def waiting(kind: Kind, about: Any) -> list[Any]:
    """What was read and not confirmed, and what could not be read; one query."""
    return list(_of(kind, about).filter(state__in=PENDING))


def counts(kind: Kind, about: Any) -> dict[str, int]:
    """How many slips by state; one query."""
    rows = _of(kind, about).order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def slip_of(kind: Kind, about: Any, pk: int) -> Any | None:
    """With its picture; one that waits for someone. One query."""
    found = _of(kind, about).filter(pk=pk, state__in=[PaperState.READ, PaperState.UNREAD])
    slip = found.select_related("file").first()
    if slip is not None:
        setattr(slip, kind.holder, about)
    return slip


def next_of(kind: Kind, about: Any) -> Any | None:
    """The next that waits to be confirmed, so that one goes through the pile."""
    return _of(kind, about).filter(state=PaperState.READ).first()


def of_file(kind: Kind, stored: StoredFile) -> Any | None:
    """The slip of a picture, with what it is for, or None."""
    return kind.model.objects.filter(file=stored).select_related(kind.holder).first()
