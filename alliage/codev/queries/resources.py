"""Resources of the library that go with a message or a session: read there by the group alone, as they are today."""

from collections.abc import Iterable
from typing import Any

from alliage.codev.models import Session, SessionResource
from alliage.library.models import Resource
from alliage.library.queries.resources import shown


def chosen(choice: Any) -> Resource | None:
    """The row of what a form chose (search/forms.py), while everyone reads it; one query."""
    return shown().filter(pk=choice.id).first() if choice is not None else None


def of_session(session: Session) -> list[SessionResource]:
    """Those that everyone may still read, in the order they were linked; one query."""
    return list(of_sessions([session.pk])) if session.pk else []


def of_sessions(sessions: Iterable[int]) -> Iterable[SessionResource]:
    found = SessionResource.objects.filter(session__in=sessions, resource__in=shown())
    return found.select_related("resource", "by").defer("resource__content")


def link_of_session(session: Session, pk: int) -> SessionResource | None:
    return SessionResource.objects.filter(session=session, pk=pk).first()
