"""Writes of commitments: collected at the end of a session, dated by the client, answered for, reminded after a month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from alliage import days
from alliage.accounts.models import Member
from alliage.codev.models import Commitment, Session
from alliage.codev.services.groups import GroupRefused
from alliage.codev.session_enums import CommitmentState, SessionState
from alliage.notifications.services import notify
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card, Room

REMINDER = "codev.commitment"
ACTION = "action"
AFTER = timedelta(days=30)
LONGEST = 2000
MOST = 20


class CommitmentRefused(GroupRefused):
    """The rules of commitments say no."""


@dataclass(frozen=True)
class Promised:
    """What the client says she will do, or what came of it."""

    text: str
    due_on: date
    state: str = CommitmentState.OPEN
    news: str = ""


def collect(session: Session, room: Room, *, now: datetime) -> int:
    """At the end of a session, its actions become the client's commitments, for in a month until she says another day."""
    if session.client is None:
        return 0
    cards = Card.objects.filter(room=room, kind=ACTION, state=CardState.SHOWN).order_by("number")[:MOST]
    due_on = (now + AFTER).date()
    made = Commitment.objects.bulk_create(
        [
            Commitment(session=session, member=session.client, text=card.text[:LONGEST], due_on=due_on, taken_at=now)
            for card in cards
        ]
    )
    return len(made)


@transaction.atomic
def add(session: Session, said: Promised, *, by: Member, now: datetime) -> Commitment:
    """The client adds one, after the session."""
    row = _ended(session, by)
    text, due_on = _text(said), _day(said)
    mine = Commitment.objects.filter(session=row)
    same = mine.filter(text=text).first()
    if same is not None:
        return same
    if mine.count() >= MOST:
        raise CommitmentRefused(_("C’est beaucoup pour une séance\u00a0: gardez-en %(most)s au plus.") % {"most": MOST})
    return Commitment.objects.create(session=row, member=by, text=text, due_on=due_on, taken_at=now)


@transaction.atomic
def write(commitment: Commitment, said: Promised, *, by: Member, now: datetime) -> Commitment:
    """The client says it otherwise, gives another day, says what came of it."""
    row = _mine(commitment, by)
    row.text, row.due_on, row.news = _text(said), _day(said), _plain(said.news)
    state = CommitmentState(said.state)
    if state != row.state:
        row.answered_at = None if state == CommitmentState.OPEN else now
    row.state = state
    row.save()
    return row


@transaction.atomic
def drop(commitment: Commitment, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    _mine(commitment, by).delete()


def _ended(session: Session, by: Member) -> Session:
    row = Session.objects.select_for_update().get(pk=session.pk)
    if row.state != SessionState.ENDED or row.client_id != by.pk:
        raise CommitmentRefused(_("Les engagements d’une séance sont ceux de qui a apporté la situation."))
    return row


def _mine(commitment: Commitment, by: Member) -> Commitment:
    row = Commitment.objects.select_for_update().filter(pk=commitment.pk, member=by).first()
    if row is None:
        raise CommitmentRefused(_("Cet engagement n’est plus là, ou il n’est pas de vous."))
    return row


def _day(said: Promised) -> date:
    if not days.is_near(said.due_on):
        raise CommitmentRefused(days.TOO_FAR)
    return said.due_on


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]


def _text(said: Promised) -> str:
    text = _plain(said.text)
    if not text:
        raise CommitmentRefused(_("Dites ce que vous allez faire."))
    return text


# --- Remind ----------------------------------------------------------------------------------------------------------


def remind(now: datetime) -> int:
    """A month after a session, ask its client what came of what she said; once. Answers how many were asked."""
    waits = Commitment.objects.filter(session=OuterRef("pk"), state=CommitmentState.OPEN)
    due = Session.objects.filter(Exists(waits), state=SessionState.ENDED, ended_at__lte=now - AFTER, reminded_at=None)
    return sum(_remind(pk, now=now) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, *, now: datetime) -> bool:
    row = Session.objects.select_for_update(of=("self",)).select_related("client", "encounter").get(pk=pk)
    if row.reminded_at is not None or row.client is None:
        return False
    row.reminded_at = now
    row.save(update_fields=["reminded_at"])
    notify(row.client, REMINDER, row, by=None, now=now)
    return True


def forget_member(member: Member) -> None:
    Commitment.objects.filter(member=member).delete()
