"""Writes of a cohort's shared space, and of the notes that its facilitator keeps of each territory."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.models import Cohort, CohortMessage, CohortNote, CohortPlace
from alliage.learning.services import files
from alliage.learning.services.actions import plain
from alliage.learning.services.cohorts import CohortRefused, lock, teams
from alliage.notifications.services import notify_many

MESSAGE, NOTE = "learning.cohort_message", "learning.cohort_note"
LONGEST = 6_000


def _text(text: str) -> str:
    words = plain(text, LONGEST)
    if not words:
        raise CohortRefused(_("Écrivez d’abord quelque chose."))
    return words


@transaction.atomic
def post(cohort: Cohort, text: str, *, place: CohortPlace | None, by: Member, now: datetime) -> CohortMessage:
    """`place`: the territory that speaks; none when the facilitator does. The same words sent twice are one message."""
    row, words = lock(cohort), _text(text)
    last = row.messages.order_by("-at", "-pk").first()
    if last is not None and (last.author_id, last.text) == (by.pk, words):
        return last
    made = CohortMessage.objects.create(cohort=row, author=by, place=place, text=words, at=now)
    readers = [*teams(row), *([row.facilitator] if row.facilitator is not None else [])]
    notify_many(readers, MESSAGE, row, by=by, now=now, key=str(made.pk))
    return made


@transaction.atomic
def erase(cohort: Cohort, pk: int, *, is_facilitator: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Whoever wrote it, and the facilitator. Twice is once."""
    found = CohortMessage.objects.filter(cohort=cohort, pk=pk)
    (found if is_facilitator else found.filter(author=by)).delete()


@transaction.atomic
def note(place: CohortPlace, text: str, *, by: Any, now: datetime) -> CohortNote:
    """The team is told that there is something to read, and reads it."""
    lock(place.cohort)
    words = _text(text)
    last = place.notes.first()
    if last is not None and last.text == words:
        return last
    made = CohortNote.objects.create(place=place, author=by, text=words, at=now)
    notify_many(files.writers(place.file), NOTE, place, by=by, now=now, key=str(made.pk))
    return made


@transaction.atomic
def drop_note(place: CohortPlace, pk: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    CohortNote.objects.filter(place=place, pk=pk).delete()
