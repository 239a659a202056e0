"""The chat of a room and its reactions, which the facilitation opens and closes; a line is hidden, or taken back for good."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from alliage.rooms.enums import SWITCHED, EventKind, Reacts, Tool
from alliage.rooms.models import Message, Participant, Reaction, Room
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

LONGEST_MESSAGE = 500
MOST_MESSAGES = 10_000
# One person: so many lines in so long, one reaction in so long.
PACE, PACE_COUNT = timedelta(seconds=20), 5
REACTS_EVERY = timedelta(seconds=1)


def switch(room: Room, tool: str, *, wanted: bool, by: Participant, now: datetime, act: Any = None) -> int:
    """Open or close the chat or the reactions, now and until it is said otherwise. Twice is once."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            if tool not in SWITCHED or not done.room.has(tool):
                raise RoomRefused(_("Ce déroulé n’a pas cet outil."))
            if done.room.opens(tool) != wanted:
                done.room.tools = done.room.tools | {tool: wanted}
                done.tell(EventKind.TOOL)

        return once(done, do)


# --- Chat ------------------------------------------------------------------------------------------------------------


def say(room: Room, text: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Add a line to the chat, as long as it is open."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    with acting(room, by=by, now=now, act=act) as done:
        return once(done, lambda: _say(done, text, by))


def _say(act: Act, text: str, by: Participant) -> None:
    room = act.room
    must_be_open(room)
    if not room.opens(Tool.CHAT):
        raise RoomRefused(_("La discussion est fermée\u00a0: ce que vous avez tapé est gardé, mais ne s’envoie pas."))
    if not text:
        raise RoomRefused(_("Écrivez quelque chose avant d’envoyer."))
    if len(text) > LONGEST_MESSAGE:
        raise RoomRefused(_("C’est trop long\u00a0: %(most)s signes au plus.") % {"most": LONGEST_MESSAGE})
    if Message.objects.filter(author=by, said_at__gt=act.now - PACE).count() >= PACE_COUNT:
        raise RoomRefused(_("Vous avez beaucoup écrit\u00a0: laissez les autres lire, puis envoyez dans un instant."))
    if Message.objects.filter(room=room).count() >= MOST_MESSAGES:
        raise RoomRefused(_("Cette discussion est déjà longue\u00a0: elle ne prend plus de message."))
    line = Message.objects.create(room=room, author=by, text=text, number=room.last_number + 1, said_at=act.now)
    act.tell(EventKind.MESSAGE, message=line.pk)


def hide(room: Room, pk: int, *, wanted: bool, by: Participant, now: datetime, act: Any = None) -> int:
    """Keep a line from everybody but those who facilitate, or show it again."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            if Message.objects.filter(pk=pk, room=done.room, is_hidden=not wanted).update(is_hidden=wanted):
                done.tell(EventKind.MESSAGE, message=pk)

        return once(done, do)


def take_back(room: Room, pk: int, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Erase one's own line for good, even once the chat is closed."""
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            if Message.objects.filter(pk=pk, room=done.room, author=by).delete()[0]:
                done.tell(EventKind.MESSAGE, message=pk)

        return once(done, do)


# --- Reactions -------------------------------------------------------------------------------------------------------


@transaction.atomic
def react(room: Room, kind: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Count one more. No event: hundreds at once lock one counter, and live processes tell its figure once a second."""
    here = Room.objects.get(pk=room.pk)
    must_be_open(here)
    if not here.opens(Tool.REACTIONS) or here.current is None:
        raise RoomRefused(_("Les réactions sont fermées."))
    if kind not in Reacts.values:
        raise RoomRefused(_("Choisissez une réaction de la liste."))
    if act is not None and Participant.objects.filter(pk=by.pk, reaction_act=act).exists():
        return int(here.last_number)
    paced = Q(reacted_at=None) | Q(reacted_at__lte=now - REACTS_EVERY)
    if not Participant.objects.filter(paced, pk=by.pk, room=here).update(reacted_at=now, reaction_act=act):
        raise RoomRefused(_("Une réaction à la fois\u00a0: attendez une seconde."))
    counter, _made = Reaction.objects.get_or_create(room=here, phase=here.current.code, kind=kind)
    Reaction.objects.filter(pk=counter.pk).update(count=F("count") + 1)
    return int(here.last_number)
