"""The log of a room: each act takes the next number under the lock of the room's row, in the transaction that does it.

A plain sequence would let a later commit show an earlier number after a reader had passed it; under the lock, whoever reads N has
everything before N. The live process is told when the transaction is committed (`wake`), and looks anyway.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from alliage.refusals import Refusal
from alliage.rooms.models import Event, Participant, Room
from alliage.rooms.services import notes

CHANNEL = "alliage_rooms"


class RoomRefused(Refusal):
    """The rules of rooms, or of the present phase, say no."""


@dataclass
class Act:
    """Something done in a locked room. `tell` numbers it; `already` holds the event of the same act sent before."""

    room: Room
    by: Participant | None
    now: datetime
    id: uuid.UUID | None = None
    already: Event | None = None
    told: list[Event] = field(default_factory=list)

    def tell(self, kind: str, **data: Any) -> Event:
        """Add an event under the next number. The first one carries the sender's name of the act."""
        self.room.last_number += 1
        current = self.room.current
        event = Event.objects.create(
            room=self.room,
            number=self.room.last_number,
            at=self.now,
            kind=kind,
            participant=self.by,
            phase=current.code if current else "",
            data=data,
            act=None if self.told else self.id,
        )
        self.told.append(event)
        notes.follow(self.room, kind, now=self.now)
        return event

    @property
    def number(self) -> int:
        """Up to where the room is told, once this act is done."""
        return self.already.number if self.already else self.room.last_number


@contextmanager
def acting(room: Room, *, by: Participant | None, now: datetime, act: uuid.UUID | None = None) -> Iterator[Act]:
    """Lock the room, do something in it, save it. The same act sent again finds `already`, and must do nothing more."""
    with transaction.atomic():
        # A fresh row: cached properties of the caller's object would hold what was true before the lock.
        locked = Room.objects.select_for_update().get(pk=room.pk)
        done = Act(locked, by, now, act)
        done.already = Event.objects.filter(room=locked, act=act).first() if act else None
        before = locked.last_number
        yield done
        locked.save()
        if locked.last_number != before:
            wake(locked)
    room.refresh_from_db()
    room.__dict__.pop("sheet", None)


def wake(room: Room) -> None:
    """On PostgreSQL, say to live processes which room moved: the server itself tells them when the transaction is committed."""
    if connection.vendor == "postgresql":  # pragma: no cover – coverage is measured on SQLite; the suite runs on both
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(room.pk)])


def once(act: Act, do: Callable[[], None]) -> int:
    """Do it unless the same act was kept already; answer the number to catch up to."""
    if act.already is None:
        do()
    return act.number


def must_be_open(room: Room) -> None:
    if room.is_closed:
        raise RoomRefused(_("Cette salle est terminée\u00a0: rien ne s’y ajoute plus."))
    if not room.is_open:
        raise RoomRefused(_("Cette salle n’est pas encore ouverte\u00a0: attendez un instant."))


def must_facilitate(room: Room, by: Participant | None) -> None:
    """Asked again under the lock: someone else may have taken the facilitation meanwhile."""
    if by is None or not Participant.objects.filter(pk=by.pk, room=room, role="facilitator").exists():
        raise RoomRefused(
            _("C’est un geste de l’animation\u00a0: demandez-lui, ou prenez l’animation si vous le pouvez.")
        )
