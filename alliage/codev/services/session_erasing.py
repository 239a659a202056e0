"""Erasing a session: everything that was said in it, at once. Its date, who was in the group and two counts remain."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.models import (
    Commitment,
    Learning,
    Lesson,
    Observer,
    RatingCount,
    RatingGiven,
    Session,
    SessionResource,
    Subject,
    SubjectVote,
)
from alliage.codev.services.sessions import PURPOSE, SessionRefused
from alliage.codev.session_enums import CommitmentState, SessionState
from alliage.rooms.models import Room
from alliage.rooms.services import rooms


def erase(session: Session, *, by: Member, now: datetime) -> None:
    """The client's gesture, at any moment, even while it goes on. Twice is once."""
    if session.client_id != by.pk:
        raise SessionRefused(_("Qui a apporté la situation peut effacer cette séance, et personne d’autre."))
    _erase(session, now=now)
    session.refresh_from_db()


def erase_due(*, now: datetime) -> int:
    """Erase the sessions whose day has come; answers how many. Never before they are held."""
    due = Session.objects.filter(purge_on__lte=localdate(now)).exclude(state=SessionState.ERASED)
    due = due.exclude(state__in=[SessionState.PLANNED, SessionState.READY], encounter__starts_at__gt=now)
    rows = list(due)
    for row in rows:
        _erase(row, now=now)
    return len(rows)


@transaction.atomic
def _erase(session: Session, *, now: datetime) -> None:
    # The room first, as everywhere: whoever ends it holds it, then waits for the session.
    room = Room.objects.select_for_update().filter(purpose=PURPOSE, purpose_id=str(session.pk)).first()
    row = Session.objects.select_for_update().get(pk=session.pk)
    if row.state == SessionState.ERASED:
        return
    promised = Commitment.objects.filter(session=row)
    row.promised_count = promised.count()
    row.kept_count = promised.filter(state=CommitmentState.DONE).count()
    row.state, row.erased_at, row.subject = SessionState.ERASED, now, None
    row.save()
    for kept in (
        SubjectVote,
        Subject,
        SessionResource,
        Commitment,
        Learning,
        Lesson,
        RatingCount,
        RatingGiven,
        Observer,
    ):
        kept.objects.filter(session=row).delete()
    if room is not None:
        if not room.is_closed:
            rooms.close_room(room, by=None, now=now)
        if room.erased_at is None:
            rooms.erase(room, now=now)
