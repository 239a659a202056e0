"""Live captions: people whom facilitators chose type what is said, one at a time, each handing over to the next; then the transcript."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from alliage.rooms.enums import EventKind, Tool
from alliage.rooms.models import Caption, Participant, Relay, Room
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

LONGEST_LINE = 400
MOST_LINES = 10_000
# Whoever just handed over finishes the sentence begun.
GRACE = timedelta(seconds=30)


def entrust(room: Room, person: Participant, *, wanted: bool, by: Participant, now: datetime, act: Any = None) -> int:
    """Say who may type the captions, or no more. They are then open in every phase."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            row = Participant.objects.filter(pk=person.pk, room=done.room).first()
            if row is None:
                raise RoomRefused(_("Cette personne n’est pas dans la salle."))
            if wanted and not row.has_device:
                raise RoomRefused(_("Il faut un appareil pour écrire les sous-titres."))
            if row.may_caption == wanted:
                return
            row.may_caption = wanted
            row.save(update_fields=["may_caption"])
            if not wanted:
                _leave(done, row)
            done.tell(EventKind.ROLE, participant=row.pk)

        return once(done, do)


def take_relay(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Type from now on, in one gesture: whoever did has handed over. Twice is once."""
    with acting(room, by=by, now=now, act=act) as done:
        must_be_open(done.room)
        _must_caption(done.room, by)
        return once(done, lambda: _take(done, by))


def leave_relay(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Stop typing: the others see that nobody does."""
    with acting(room, by=by, now=now, act=act) as done:
        return once(done, lambda: _leave(done, by))


def _take(act: Act, person: Participant) -> None:
    there = Relay.objects.filter(room=act.room, ended_at=None).first()
    if there is not None and there.participant_id == person.pk:
        return
    if there is not None:
        there.ended_at = act.now
        there.save(update_fields=["ended_at"])
    Relay.objects.create(room=act.room, participant=person, began_at=act.now)
    act.tell(EventKind.RELAY, participant=person.pk)


def _leave(act: Act, person: Participant) -> None:
    if Relay.objects.filter(room=act.room, participant=person, ended_at=None).update(ended_at=act.now):
        act.tell(EventKind.RELAY)


def end_relay(room: Room, *, now: datetime) -> None:
    """Inside an act that ends the room."""
    Relay.objects.filter(room=room, ended_at=None).update(ended_at=now)


def say(room: Room, text: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Add a line. It takes the relay when nobody has it; whoever just handed over may finish their sentence."""
    text = " ".join(text.replace("\x00", "").split())
    with acting(room, by=by, now=now, act=act) as done:
        return once(done, lambda: _say(done, text, by))


def _say(act: Act, text: str, by: Participant) -> None:
    room = act.room
    must_be_open(room)
    _must_caption(room, by)
    if not text:
        raise RoomRefused(_("Écrivez ce qui est dit avant d’envoyer."))
    if len(text) > LONGEST_LINE:
        raise RoomRefused(_("C’est trop long pour une ligne\u00a0: %(most)s signes au plus.") % {"most": LONGEST_LINE})
    if Caption.objects.filter(room=room).count() >= MOST_LINES:
        raise RoomRefused(_("Cette salle a déjà beaucoup de sous-titres\u00a0: elle n’en garde pas plus."))
    holder = Relay.objects.filter(room=room, ended_at=None).select_related("participant").first()
    if holder is None and not _just_left(act, by):
        _take(act, by)
    elif holder is not None and holder.participant_id != by.pk and not _just_left(act, by):
        raise RoomRefused(
            _("%(name)s écrit les sous-titres\u00a0: prenez le relais pour écrire à votre tour.")
            % {"name": holder.participant.name}
        )
    current = room.current
    assert current is not None
    line = Caption.objects.create(
        room=room, phase=current.code, text=text, author=by, number=room.last_number + 1, said_at=act.now
    )
    act.tell(EventKind.CAPTION, caption=line.pk)


def _just_left(act: Act, person: Participant) -> bool:
    return Relay.objects.filter(room=act.room, participant=person, ended_at__gte=act.now - GRACE).exists()


def _must_caption(room: Room, by: Participant) -> None:
    """Asked again under the lock: those whom facilitators chose, and facilitators where the captions are open."""
    row = Participant.objects.get(pk=by.pk)
    if not is_open(room):
        raise RoomRefused(_("Cette étape n’a pas de sous-titres\u00a0: l’animation les confie d’abord à quelqu’un."))
    if not row.may_caption and not row.facilitates:
        raise RoomRefused(_("Les sous-titres sont écrits par les personnes que l’animation a choisies."))


def is_open(room: Room) -> bool:
    """In the phases that open them, and in all once somebody is chosen to type them."""
    phase = room.current
    opened = phase is not None and Tool.CAPTIONS in phase.tools
    return opened or Participant.objects.filter(room=room, may_caption=True).exists()


# --- The transcript ------------------------------------------------------------------------------------------------


def correct(room: Room, line: Caption, text: str, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Say better what a line says, during the session or after it; nothing typed takes the line away."""
    text = " ".join(text.replace("\x00", "").split())
    if len(text) > LONGEST_LINE:
        raise RoomRefused(_("C’est trop long pour une ligne\u00a0: %(most)s signes au plus.") % {"most": LONGEST_LINE})
    with acting(room, by=by, now=now, act=act) as done:

        def do() -> None:
            must_facilitate(done.room, by)
            row = Caption.objects.filter(pk=line.pk, room=done.room).first()
            if row is None:
                raise RoomRefused(_("Cette ligne n’est plus là."))
            if text == row.text:
                return
            if text:
                row.text, row.changed_at = text, now
                row.save(update_fields=["text", "changed_at"])
            else:
                row.delete()
            done.tell(EventKind.CAPTION)

        return once(done, do)


def forget(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Take the whole transcript away, for good."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            if Caption.objects.filter(room=done.room).delete()[0]:
                done.tell(EventKind.CAPTION)

        return once(done, do)
