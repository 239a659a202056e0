"""Who enters, what they are, who speaks."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.rooms import permissions
from alliage.rooms.enums import EventKind, Role, Tool
from alliage.rooms.models import Participant, Room, Turn
from alliage.rooms.registry import Entry, nothing_kept, purposes
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

LONGEST_NAME = 80
MOST_PEOPLE = 1_000
# Presence is written this rarely: it is no event.
SEEN_EVERY_SECONDS = 30


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def join(room: Room, entry: Entry, *, name: str, member: Any = None, key: str = "", now: datetime) -> Participant:
    """Come in, as a member or with the key that this browser keeps. Twice is once, and the name said last is kept."""
    name = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        raise RoomRefused(_("Dites comment vous appeler\u00a0: un prénom suffit."))
    if room.is_closed:
        raise RoomRefused(_("Cette salle est terminée."))
    who = Q(member=member) if member is not None else Q(key_digest=digest(key))
    with acting(room, by=None, now=now) as act:
        found = Participant.objects.filter(who, room=act.room).first()
        if found is not None:
            if found.name != name:
                found.name = name
                found.save(update_fields=["name"])
                act.by = found
                act.tell(EventKind.JOINED, participant=found.pk)
            return found
        if act.room.participants.count() >= MOST_PEOPLE:
            raise RoomRefused(_("Cette salle est pleine."))
        found = Participant.objects.create(
            room=act.room,
            member=member,
            key_digest="" if member is not None else digest(key),
            name=name,
            role=_free_role(act.room, entry.role),
            may_facilitate=entry.may_facilitate or entry.role == Role.FACILITATOR,
            joined_at=now,
            seen_at=now,
        )
        act.by = found
        act.tell(EventKind.JOINED, participant=found.pk)
        return found


def new_key() -> str:
    return secrets.token_urlsafe(24)


def _free_role(room: Room, role: str) -> str:
    """The role wanted, or the usual one where it is taken: there is one client."""
    taken = role == Role.CLIENT and room.participants.filter(role=Role.CLIENT).exists()
    return room.sheet.default_role if taken or not role else role


def add_person(room: Room, name: str, *, by: Participant, now: datetime, act: Any = None) -> Participant:
    """Someone in the place who has no device: facilitators write in their name."""
    name = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        raise RoomRefused(_("Dites comment appeler cette personne."))
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        if done.already is not None:
            return Participant.objects.get(pk=done.already.data["participant"])
        found = Participant.objects.create(
            room=done.room, name=name, role=done.room.sheet.default_role, has_device=False, joined_at=now, seen_at=now
        )
        done.tell(EventKind.JOINED, participant=found.pk)
        return found


def give_role(room: Room, person: Participant, role: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Say what somebody is. The client's place passes from one to another; someone always facilitates."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        return once(done, lambda: _give(done, person, role))


def _give(act: Act, person: Participant, role: str) -> None:
    if role not in Role.values or (role not in act.room.sheet.roles and role != Role.FACILITATOR):
        raise RoomRefused(_("Ce déroulé n’a pas ce rôle."))
    row = Participant.objects.filter(pk=person.pk, room=act.room).first()
    if row is None:
        raise RoomRefused(_("Cette personne n’est pas dans la salle."))
    if row.role == role:
        return
    others = act.room.participants.exclude(pk=row.pk)
    if row.facilitates and not others.filter(role=Role.FACILITATOR).exists():
        raise RoomRefused(_("Quelqu’un doit animer\u00a0: donnez d’abord l’animation à une autre personne."))
    if role == Role.CLIENT:
        others.filter(role=Role.CLIENT).update(role=act.room.sheet.default_role)
    if act.by is not None and row.facilitates and act.by.pk != row.pk:
        # Taken away by another, the facilitation is not taken back in one gesture, but by those whom the function designates.
        row.may_facilitate = _is_designated(row, act.room)
    row.role = role
    # Who merely stepped in hands over what they have: the facilitation until it is left, no right to take it again.
    gives_right = act.by is None or Participant.objects.filter(pk=act.by.pk, may_facilitate=True).exists()
    row.may_facilitate = row.may_facilitate or (role == Role.FACILITATOR and gives_right)
    row.save(update_fields=["role", "may_facilitate"])
    act.tell(EventKind.ROLE, participant=row.pk)


def seat_client(room: Room, member: Any, *, now: datetime) -> None:
    """The function that holds the room says which member is client: at once when she is inside; whoever was is no longer."""
    with acting(room, by=None, now=now) as act:
        found = act.room.participants.filter(member=member).first()
        if found is not None:
            _give(act, found, Role.CLIENT)
            return
        before = act.room.participants.filter(role=Role.CLIENT).first()
        if before is not None:
            _give(act, before, act.room.sheet.default_role)


def _is_designated(person: Participant, room: Room) -> bool:
    """Whether the function that holds the room says now that this member may facilitate; never someone without an account."""
    entry = permissions.entry(person.member, room) if person.member is not None else None
    return entry is not None and entry.may_facilitate


def take_over(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Facilitate from now on, in one gesture, beside whoever did: their connection may be what is missing.

    Those whom nobody designated may when all who facilitate are away; the log says that they did.
    """
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            row = Participant.objects.get(pk=by.pk)
            is_designated = row.may_facilitate or _is_designated(row, done.room)
            if not is_designated and not permissions.may_step_in(done.room, row, done.room.participants.all(), now=now):
                raise RoomRefused(_("Seules les personnes désignées peuvent prendre l’animation."))
            if not row.facilitates:
                # Who steps in keeps no right of it: once back among the others, they wait until it is needed again.
                row.role, row.may_facilitate = Role.FACILITATOR, is_designated
                row.save(update_fields=["role", "may_facilitate"])
                done.tell(EventKind.ROLE, participant=row.pk, **({} if is_designated else {"stepped_in": True}))

        return once(done, do)


def seen(participant: Participant, *, now: datetime) -> None:
    """Remember that they are there; no event, one write in half a minute."""
    if (now - participant.seen_at).total_seconds() >= SEEN_EVERY_SECONDS:
        Participant.objects.filter(pk=participant.pk).update(seen_at=now)
        participant.seen_at = now
        purpose = purposes.get(participant.room.purpose)
        if purpose is not None:
            purpose.heard([participant.pk], now=now)


def all_seen(participants: Iterable[int], *, now: datetime) -> None:
    """The same for everybody who listens, by number: one write for them all, then those of the functions that measure it."""
    people = Participant.objects.filter(pk__in=list(participants))
    people.update(seen_at=now)
    for purpose in purposes:
        if purpose.heard is not nothing_kept:
            heard = list(people.filter(room__purpose=purpose.code).values_list("pk", flat=True))
            if heard:
                purpose.heard(heard, now=now)


# --- Turns to speak ------------------------------------------------------------------------------------------------


def ask_turn(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Raise one's hand. Twice is once. Refused to those whom the phase asks to listen."""
    with acting(room, by=by, now=now, act=act) as done:
        must_be_open(done.room)

        def do() -> None:
            phase = done.room.current
            assert phase is not None
            role = Participant.objects.get(pk=by.pk).role
            if Tool.HANDS not in phase.tools:
                raise RoomRefused(_("On ne demande pas la parole dans cette étape."))
            if not phase.speaks(role) and role != Role.FACILITATOR:
                raise RoomRefused(_("Dans cette étape, votre rôle est d’écouter."))
            if not by.turns.filter(ended_at=None).exists():
                by.turns.create(asked_at=now)
                done.tell(EventKind.TURN, participant=by.pk)

        return once(done, do)


def leave_turn(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Lower one's hand, or say that one has finished."""
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            if by.turns.filter(ended_at=None).update(ended_at=now):
                done.tell(EventKind.TURN, participant=by.pk)

        return once(done, do)


def give_turn(room: Room, person: Participant, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Give the floor: whoever had it has finished. Given also to someone who did not ask."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            row = Participant.objects.filter(pk=person.pk, room=done.room).first()
            if row is None:
                raise RoomRefused(_("Cette personne n’est pas dans la salle."))
            _open_turns(done.room).exclude(given_at=None).update(ended_at=now)
            turn = row.turns.filter(ended_at=None).first() or row.turns.create(asked_at=now)
            Turn.objects.filter(pk=turn.pk).update(given_at=now)
            done.tell(EventKind.TURN, participant=row.pk)

        return once(done, do)


def lower_hands(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Nobody waits nor speaks any more."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            if _open_turns(done.room).update(ended_at=now):
                done.tell(EventKind.TURN)

        return once(done, do)


def _open_turns(room: Room) -> Any:
    return Turn.objects.filter(participant__room=room, ended_at=None)
