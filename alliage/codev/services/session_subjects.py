"""Writes of the subjects of a session: proposed, changed, voted for, chosen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev import session_steps
from alliage.codev.models import Encounter, Question, Session, Subject, SubjectVote
from alliage.codev.services.sessions import (
    SessionRefused,
    locked_before,
    must_be_in,
    of_encounter,
    seat_client,
    set_client,
    take_turn,
    tell_room,
)
from alliage.codev.session_enums import Urgency

LONGEST = 3000
MOST = 3


@dataclass(frozen=True)
class Brought:
    """What a member brings."""

    text: str
    stakes: str = ""
    urgency: int = Urgency.SOON


def plain(text: str, longest: int = LONGEST) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]


@transaction.atomic
def propose(session: Session, said: Brought, *, by: Member, now: datetime) -> Subject:
    """Bring a situation; the same one twice is one."""
    row = locked_before(session)
    text = _text(said)
    mine = Subject.objects.filter(session=row, author=by)
    same = mine.filter(question=None, text=text).first()
    if same is not None:
        return same
    _refuse_too_many(row, by)
    made = Subject.objects.create(
        session=row,
        author=by,
        text=text,
        stakes=plain(said.stakes),
        urgency=Urgency(said.urgency),
        created_at=now,
        changed_at=now,
    )
    tell_room(row, now=now)
    return made


def _refuse_too_many(row: Session, by: Member) -> None:
    if Subject.objects.filter(session=row, author=by).count() >= MOST:
        raise SessionRefused(_("Vous avez déjà proposé %(most)s sujets\u00a0: changez-en un.") % {"most": MOST})


@transaction.atomic
def bring_question(encounter: Encounter, question: Question, *, by: Member, now: datetime) -> Subject:
    """Propose that the group works on a question of the network: a link, never its words nor who asked."""
    if question.is_hidden:
        raise SessionRefused(_("Cette question n’est plus lue par tout le réseau\u00a0: elle n’a pas été proposée."))
    row = locked_before(of_encounter(encounter, now=now))
    must_be_in(row.group, by)
    already = Subject.objects.filter(session=row, question=question).first()
    if already is not None:
        return already
    _refuse_too_many(row, by)
    text = _("Une question posée au réseau, à travailler ensemble.")
    made = Subject.objects.create(session=row, author=by, question=question, text=text, created_at=now, changed_at=now)
    tell_room(row, now=now)
    return made


def _text(said: Brought) -> str:
    text = plain(said.text)
    if not text:
        raise SessionRefused(_("Décrivez la situation, en une phrase au moins."))
    return text


@transaction.atomic
def change(subject: Subject, said: Brought, *, by: Member, now: datetime) -> Subject:
    """Its author alone."""
    session = locked_before(subject.session)
    row = _mine(subject, by)
    row.text, row.stakes, row.urgency, row.changed_at = _text(said), plain(said.stakes), Urgency(said.urgency), now
    row.save()
    tell_room(session, now=now)
    return row


@transaction.atomic
def withdraw(subject: Subject, *, by: Member, now: datetime) -> None:
    """Its author takes it back: nothing remains of it."""
    session = locked_before(subject.session)
    _mine(subject, by).delete()
    tell_room(session, now=now)


def _mine(subject: Subject, by: Member) -> Subject:
    row = Subject.objects.select_for_update().filter(pk=subject.pk, author=by).first()
    if row is None:
        raise SessionRefused(_("Ce sujet n’est plus là, ou il n’est pas de vous."))
    return row


@transaction.atomic
def vote(subject: Subject, *, wanted: bool, by: Member, now: datetime) -> None:
    """The subject that one would choose: another choice takes the place of the first."""
    row = locked_before(subject.session)
    if not wanted:
        SubjectVote.objects.filter(session=row, member=by, subject=subject).delete()
        tell_room(row, now=now)
        return
    if not Subject.objects.filter(pk=subject.pk).exists():
        raise SessionRefused(_("Ce sujet n’est plus là."))
    SubjectVote.objects.update_or_create(session=row, member=by, defaults={"subject": subject})
    tell_room(row, now=now)


@transaction.atomic
def choose(subject: Subject, *, by: Member, now: datetime) -> Session:
    """The session works on this one: who brought it is its client, and takes the turn of the cycle if there is one."""
    row = locked_before(subject.session)
    if not session_steps.may_choose(row.room):
        raise SessionRefused(
            _(
                "La séance travaille déjà\u00a0: son sujet n’a pas été changé. Pour en changer, qui anime revient à l’accueil dans la salle, ou y donne la place de client."
            )
        )
    found = Subject.objects.filter(pk=subject.pk).select_related("author").first()
    if found is None:
        raise SessionRefused(_("Ce sujet n’est plus là."))
    set_client(row, found.author)
    take_turn(row, by=by, now=now)
    row.subject = found
    row.save()
    seat_client(row, now=now)
    tell_room(row, now=now)
    return row
