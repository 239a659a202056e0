"""Rehearse a run sheet with fictitious people: they come, they write what the phase lets their role write, and everything is erased.

They go through the services that real people go through, so that the rules of each phase hold for them too.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.rooms.enums import CardState, EventKind, Role, RoomState, Tool
from alliage.rooms.models import Caption, Card, CardVote, Participant, Relay, Room, Turn
from alliage.rooms.phases import Capture, Phase
from alliage.rooms.services import cards, people, polls, rooms
from alliage.rooms.services.log import Act, RoomRefused, acting, must_be_open, must_facilitate, once

DATA = Path(__file__).resolve().parent.parent / "data" / "rehearsals.json"
# How many come when a role has no limit, or asks for nobody in particular; how much each writes in one zone.
IN_A_CROWD = 4
MOST_EACH = 2
MOST_HANDS = 2


def _must_rehearse(room: Room) -> None:
    if not room.is_rehearsal:
        raise RoomRefused(_("Cette salle n’est pas une répétition\u00a0: personne de fictif n’y entre."))


# --- People --------------------------------------------------------------------------------------------------------


def bring(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Fictitious people take the places that the run sheet counts and nobody has. Twice is once."""
    with acting(room, by=by, now=now, act=act) as done:
        _must_rehearse(done.room)
        must_facilitate(done.room, by)
        if done.room.is_closed:
            raise RoomRefused(_("Cette salle est terminée\u00a0: recommencez la répétition, ou effacez-la."))
        return once(done, lambda: _bring(done))


def _bring(act: Act) -> None:
    there = list(act.room.participants.all())
    number = sum(person.is_fictitious for person in there)
    for role in _empty_places(act.room, there):
        number += 1
        person = Participant.objects.create(
            room=act.room,
            name=_("Personne fictive %(number)s") % {"number": number},
            role=role,
            is_fictitious=True,
            joined_at=act.now,
            seen_at=act.now,
        )
        act.tell(EventKind.JOINED, participant=person.pk)


def _empty_places(room: Room, there: list[Participant]) -> Iterator[str]:
    for role, (least, most) in room.sheet.roles.items():
        if role == Role.FACILITATOR:
            continue
        wanted = least or (1 if most or role == Role.OBSERVER else IN_A_CROWD)
        taken = sum(person.role == role for person in there)
        yield from [role] * (wanted - taken)


# --- What they do --------------------------------------------------------------------------------------------------


def take_part(room: Room, *, by: Participant, now: datetime, act: uuid.UUID | None = None) -> int:
    """Each writes what the phase lets them write, asks for the floor, chooses. Pressed again, they do it once more, then no more."""
    _must_rehearse(room)
    must_facilitate(room, by)
    must_be_open(room)
    phase = room.current
    assert phase is not None
    name = act or uuid.uuid4()
    with transaction.atomic():
        fictitious = list(room.participants.filter(is_fictitious=True).order_by("pk"))
        if not fictitious:
            raise RoomRefused(_("Faites d’abord venir des personnes fictives."))
        for rank, person in enumerate(fictitious):
            _write(room, phase, person, rank, name=name, now=now)
        for person in _who_asks(phase, fictitious):
            people.ask_turn(room, by=person, now=now, act=uuid.uuid5(name, f"hand:{person.pk}"))
        for capture in phase.captures:
            _choose(room, phase, capture, fictitious, now=now)
        Participant.objects.filter(pk__in=[person.pk for person in fictitious]).update(seen_at=now)
    return int(room.last_number)


def _write(room: Room, phase: Phase, person: Participant, rank: int, *, name: uuid.UUID, now: datetime) -> None:
    for capture in phase.open_to(person.role):
        written = Card.objects.filter(room=room, phase=phase.code, kind=capture.code, author=person).count()
        if written < min(capture.most or MOST_EACH, MOST_EACH):
            act = uuid.uuid5(name, f"{capture.code}:{person.pk}")
            text = sentence(capture.code, rank + written)
            cards.write(room, capture.code, text, by=person, now=now, act=act)


@cache
def _sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(DATA.read_text())["sentences"]
    return found


def sentence(code: str, rank: int) -> str:
    """Something neutral to write under this code, which says that it is for trying."""
    known = _sentences()
    choice = known.get(code) or known["default"]
    return choice[rank % len(choice)]


def _who_asks(phase: Phase, fictitious: list[Participant]) -> list[Participant]:
    if Tool.HANDS not in phase.tools:
        return []
    return [person for person in fictitious if phase.speaks(person.role)][:MOST_HANDS]


def _choose(room: Room, phase: Phase, capture: Capture, fictitious: list[Participant], *, now: datetime) -> None:
    """Each chooses one card, the next one for each: some get more than others."""
    if not capture.votes:
        return
    shown = list(
        Card.objects.filter(room=room, phase=phase.code, kind=capture.code, state=CardState.SHOWN).order_by("number")
    )
    voters = [person for person in fictitious if person.role != Role.OBSERVER]
    for rank, person in enumerate(voters if shown else []):
        if not CardVote.objects.filter(participant=person, card__in=shown).exists():
            cards.choose(room, shown[rank * rank % len(shown)], wanted=True, by=person, now=now)


# --- The end -------------------------------------------------------------------------------------------------------


def start_over(room: Room, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Take away everything that was written and the fictitious people; the room is as it was prepared."""
    with acting(room, by=by, now=now, act=act) as done:
        _must_rehearse(done.room)
        must_facilitate(done.room, by)
        return once(done, lambda: _start_over(done))


def _start_over(act: Act) -> None:
    room = act.room
    CardVote.objects.filter(card__room=room).delete()
    Card.objects.filter(room=room).delete()
    Caption.objects.filter(room=room).delete()
    Relay.objects.filter(room=room).delete()
    Turn.objects.filter(participant__room=room).delete()
    polls.forget(room)
    room.participants.filter(is_fictitious=True).delete()
    room.state, room.phase = RoomState.PREPARED, -1
    room.phase_began_at = room.ends_at = room.left_seconds = room.opened_at = room.closed_at = None
    act.tell(EventKind.ERASED)


def erase(room: Room, *, by: Participant, now: datetime) -> None:
    """At once, without waiting for the next day."""
    _must_rehearse(room)
    must_facilitate(room, by)
    rooms.erase(room, now=now)
