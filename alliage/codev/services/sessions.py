"""Writes of sessions: who does what, the room, what follows its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev import session_steps
from alliage.codev.enums import MemberRole, MemberState
from alliage.codev.models import Encounter, Group, Membership, Observer, Session, SessionKeeping
from alliage.codev.queries.sessions import LINKED, keep_with
from alliage.codev.services import commitments, cycles
from alliage.codev.services.groups import GroupRefused, locked_active
from alliage.codev.services.session_dates import day_before_it_ends, kept_days, purge_day
from alliage.codev.session_enums import SESSION_MOVES, Kept, SessionSheet, SessionState
from alliage.notifications.services import notify
from alliage.rooms.enums import Pace, Role
from alliage.rooms.models import Participant, Room, RunSheet
from alliage.rooms.phases import Sheet
from alliage.rooms.registry import Entry
from alliage.rooms.services import people, rooms, run_sheets

PURPOSE = "codev.session"
STEP = "codev.session_step"


class SessionRefused(GroupRefused):
    """The rules of sessions say no."""


@dataclass(frozen=True)
class Wanted:
    """How a session is to run. `lengths`: of its phases, by code, when they are not those of the run sheet.

    `own_sheet`: a run sheet that a member made, in place of that of the platform.
    """

    run_sheet: str = SessionSheet.CODEV
    client: Member | None = None
    facilitator: Member | None = None
    lengths: Mapping[str, int] = field(default_factory=dict)
    own_sheet: RunSheet | None = None

    def sheet(self) -> Sheet:
        return self.own_sheet.sheet if self.own_sheet else run_sheets.of_platform(self.run_sheet)


# --- Open ------------------------------------------------------------------------------------------------------------


def of_encounter(encounter: Encounter, *, now: datetime) -> Session:
    """The session of an encounter of a codev group: the same for everybody, begun by the first who writes."""
    found = Session.objects.filter(encounter=encounter).first()
    if found is not None:
        return found
    group = locked_active(encounter.group)
    if not group.is_codev or not encounter.is_planned:
        raise SessionRefused(_("Cette rencontre ne donne pas lieu à une séance."))
    turn = getattr(encounter, "turn", None)
    purge_on = day_before_it_ends(encounter, now=now)
    try:
        with transaction.atomic():
            return Session.objects.create(
                encounter=encounter, client=turn.client if turn else None, purge_on=purge_on, created_at=now
            )
    except IntegrityError:  # begun at the same moment
        return Session.objects.get(encounter=encounter)


def locked(session: Session) -> Session:
    found = Session.objects.select_for_update(of=("self",)).select_related("encounter__group")
    return found.get(pk=session.pk)


def locked_before(session: Session) -> Session:
    """The row, as long as its subjects and its roles may change; its room before it, as when it ends: what follows may be told there."""
    locked_active(session.group)
    list(Room.objects.select_for_update().filter(purpose=PURPOSE, purpose_id=str(session.pk)).values_list("pk"))
    row = locked(session)
    if not row.is_before:
        raise SessionRefused(_("Cette séance est terminée. Rien n’a été changé."))
    return row


def move(row: Session, state: SessionState) -> None:
    if state not in SESSION_MOVES[row.state]:
        raise SessionRefused(_("Cette séance a changé entre-temps. Rien n’a été fait\u00a0: relisez-la."))
    row.state = state


# --- Roles -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def observe(session: Session, *, wanted: bool, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Be there to observe, or take part again. Before the session: in the room, its facilitation gives roles."""
    row = locked_before(session)
    if not wanted:
        Observer.objects.filter(session=row, member=by).delete()
        return
    if by.pk in (row.client_id, row.facilitator_id):
        raise SessionRefused(_("Vous avez déjà un rôle dans cette séance."))
    Observer.objects.get_or_create(session=row, member=by)


def set_client(row: Session, member: Member | None) -> None:
    """Say who brings the situation, on a locked row that the caller saves. Who animates does not."""
    if member is not None:
        must_be_in(row.group, member)
        Observer.objects.filter(session=row, member=member).delete()
        if row.facilitator_id == member.pk:
            row.facilitator = None
    row.client = member


def seat_client(row: Session, *, now: datetime) -> None:
    """People may be in the room already: whoever brings the situation is its client there too, and the one before consults."""
    if row.room is not None:
        people.seat_client(row.room, row.client, now=now)


def tell_room(row: Session, *, now: datetime) -> None:
    """What the welcome shows of the session changed: the pages open there are read again."""
    room = row.room
    if room is not None and room.current is not None and room.current.code == session_steps.WELCOME:
        rooms.tell_beside(room, now=now)


def take_turn(row: Session, *, by: Member, now: datetime) -> None:
    """The cycle knows who brings a situation that day: each once."""
    turn = getattr(row.encounter, "turn", None)
    if turn is not None and row.client is not None and turn.client_id != row.client_id:
        cycles.set_client(turn, row.client, by=by, now=now)


def must_be_in(group: Group, member: Member) -> None:
    if not Membership.objects.filter(group=group, member=member, state=MemberState.ACTIVE).exists():
        raise SessionRefused(_("Cette personne ne fait pas partie du groupe."))


def entry(user: Any, room: Room) -> Entry | None:
    """What an active member of the group is in the room of a session; nobody else enters, animators included."""
    if not (user.is_authenticated and user.is_active):
        return None
    session = _entered(user, room)
    if session is None:
        return None
    keep_with(room, session)
    return Entry(_role(session, user), may_facilitate=session.is_tended or session.facilitator_id == user.pk)


def _entered(user: Any, room: Room) -> Any:
    """The session of a room for an active member of its group, `is_tended`, `is_observed` by her; one query, asked at each page."""
    inside = Membership.objects.filter(
        group=OuterRef("encounter__group"), member=user.pk, state=MemberState.ACTIVE, charter_accepted_at__isnull=False
    )
    observes = Observer.objects.filter(session=OuterRef("pk"), member=user.pk)
    found = Session.objects.filter(Exists(inside), room=room).exclude(state=SessionState.ERASED)
    return (
        found.select_related(*LINKED)
        .annotate(is_tended=Exists(inside.filter(role=MemberRole.FACILITATOR)), is_observed=Exists(observes))
        .first()
    )


def _role(session: Any, user: Any) -> str:
    if session.client_id == user.pk:
        return Role.CLIENT
    if session.facilitator_id == user.pk or (session.facilitator_id is None and session.is_tended):
        return Role.FACILITATOR
    return Role.OBSERVER if session.is_observed else Role.CONSULTANT


# --- The room --------------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(session: Session, wanted: Wanted, *, by: Member, now: datetime) -> Session:
    """Say how it runs, and make its room ready. Again before it opens: another room takes the place of the first."""
    row = locked_before(session)
    _check(row, wanted)
    row.facilitator = None
    set_client(row, wanted.client)
    if wanted.facilitator is not None:
        must_be_in(row.group, wanted.facilitator)
        Observer.objects.filter(session=row, member=wanted.facilitator).delete()
        row.facilitator = wanted.facilitator
    elif not _someone_facilitates(row):
        raise SessionRefused(_("Qui apporte la situation n’anime pas\u00a0: choisissez qui anime cette séance."))
    take_turn(row, by=by, now=now)
    if row.subject is not None and row.subject.author_id != row.client_id:
        row.subject = None
    row.run_sheet, row.own_sheet = SessionSheet(wanted.run_sheet), wanted.own_sheet
    before, row.room = row.room, _room(row, wanted, by=by, now=now)
    row.state = SessionState.READY
    row.save()
    if before is not None:
        before.delete()
    session.refresh_from_db()
    return row


def _check(row: Session, wanted: Wanted) -> None:
    """What forbids this way of running it, before anything is written."""
    sheet = wanted.sheet()
    if not session_steps.suits(sheet):
        raise SessionRefused(
            _(
                "Ce déroulé n’a ni animation, ni personne qui apporte une situation, ni consultants\u00a0: partez de la copie d’un déroulé de codéveloppement."
            )
        )
    if row.room is not None and (row.room.is_open or row.room.is_closed):
        raise SessionRefused(_("La salle est déjà ouverte\u00a0: les rôles et les durées s’y changent."))
    if wanted.client is not None and wanted.client == wanted.facilitator:
        raise SessionRefused(_("Qui apporte la situation n’anime pas la séance\u00a0: choisissez deux personnes."))
    if wanted.client is None and not session_steps.has_welcome(sheet):
        raise SessionRefused(
            _(
                "Ce déroulé commence par l’exposé\u00a0: choisissez qui apporte la situation, ou un déroulé avec accueil."
            )
        )


def _someone_facilitates(row: Session) -> bool:
    found = Membership.objects.filter(group=row.group, role=MemberRole.FACILITATOR, state=MemberState.ACTIVE)
    return found.exclude(member=row.client_id).exists()


def _room(row: Session, wanted: Wanted, *, by: Member, now: datetime) -> Room:
    """Its title says nothing of the session."""
    prepared = rooms.Prepared(
        title=str(_("Séance de codéveloppement")),
        sheet=wanted.sheet(),
        purpose=PURPOSE,
        purpose_id=str(row.pk),
        is_confidential=True,
        video_url=row.encounter.video_url or row.group.video_url,
        phone=row.encounter.phone,
        lengths=wanted.lengths,
        purge_on=row.purge_on,
    )
    return rooms.prepare(prepared, by=by, now=now)


@transaction.atomic
def open_in_writing(session: Session, *, by: Member, now: datetime) -> Room:
    """Begin a session whose steps last days: whoever facilitates it comes in. Its first step is told as every other (`step_began`)."""
    room = Room.objects.filter(purpose=PURPOSE, purpose_id=str(session.pk)).first()
    if room is None or room.sheet.pace != Pace.SPREAD:
        raise SessionRefused(_("Préparez d’abord la salle, avec le déroulé par écrit."))
    if room.is_open:
        return room
    found = entry(by, room)
    if found is None or found.role != Role.FACILITATOR:
        raise SessionRefused(_("Qui anime la séance l’ouvre."))
    person = people.join(room, found, name=by.name, member=by, now=now)
    rooms.open_room(room, by=person, now=now)
    return room


def step_began(room: Room, *, now: datetime) -> None:
    """A step of a session in writing begins: each is told its name, until when, and their own link. Nothing else leaves."""
    session = Session.objects.select_related("encounter__group").filter(room=room).first()
    if session is None or session.is_erased or room.current is None:
        return
    inside = Membership.objects.filter(group=session.encounter.group_id, state=MemberState.ACTIVE).values("member")
    step = session_steps.name_outside(room, run_sheets.of_platform(session.run_sheet))
    for member in Member.objects.filter(pk__in=inside, is_active=True).order_by("pk"):
        told = session_steps.Told(session, member, step, room.ends_at)
        # A step begun again has another deadline: it is told again; the same beginning never twice.
        notify(member, STEP, told.attached(), by=None, now=now, key=f"{room.pk}|{room.phase}|{room.phase_began_at}")


def room_closed(room: Room, *, now: datetime) -> None:
    """The room is over: what the client said she would do becomes commitments, and the day of erasing is set."""
    session = (
        Session.objects.select_for_update(of=("self",)).select_related("encounter__group").filter(room=room).first()
    )
    if session is None or session.is_erased:
        return
    client = (
        Participant.objects.filter(room=room, role=Role.CLIENT, member__isnull=False).select_related("member").first()
    )
    if client is not None and client.member_id != session.facilitator_id:
        session.client = client.member
    move(session, SessionState.ENDED)
    session.ended_at = now
    session.purge_on = purge_day(now, kept_days(session.group))
    room.purge_on = session.purge_on
    session.save()
    commitments.collect(session, room, now=now)


# --- How long it is kept ---------------------------------------------------------------------------------------------


@transaction.atomic
def keep(group: Group, days: int, *, by: Member, now: datetime) -> None:  # noqa: ARG001 as above
    """Choose how long sessions are kept, those that ended included."""
    SessionKeeping.objects.update_or_create(group=group, defaults={"days": Kept(days)})
    # Rooms first, as when one ends.
    held = Session.objects.filter(encounter__group=group).values("room")
    list(Room.objects.select_for_update().filter(pk__in=held).order_by("pk").values_list("pk"))
    rows = Session.objects.select_for_update(of=("self",)).filter(encounter__group=group)
    for row in rows.exclude(state=SessionState.ERASED).select_related("encounter"):
        row.purge_on = purge_day(row.ended_at or row.encounter.ends_at, days)
        row.save(update_fields=["purge_on"])
        Room.objects.filter(purpose=PURPOSE, purpose_id=str(row.pk)).update(purge_on=row.purge_on)
