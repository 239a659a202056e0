"""Polls of a room: asked by facilitators, answered by everybody, results shown as they come. The figures are those of `questionnaires`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliage.questionnaires import polls, queries
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.models import Opening
from alliage.questionnaires.services import Scope, forget_scope
from alliage.rooms.enums import EventKind, Tool
from alliage.rooms.models import Participant, Room
from alliage.rooms.services.log import RoomRefused, acting, must_be_open, must_facilitate, once

SCOPE = "room"
MOST_POLLS = 50
KINDS = (QuestionKind.ONE, QuestionKind.SEVERAL, QuestionKind.SCALE, QuestionKind.WORDS, QuestionKind.TEXT)
# What needs no option of its own.
OPEN_KINDS = {QuestionKind.WORDS, QuestionKind.TEXT}


def scope_of(room: Room) -> Scope:
    return Scope(SCOPE, str(room.pk))


def respondent(person: Participant) -> str:
    return f"p{person.pk}"


def question(kind: str, title: str, options: str) -> dict[str, Any]:
    """A question as data, from what a facilitator typed: one option a line."""
    if kind not in KINDS:
        raise RoomRefused(_("Choisissez la sorte de question dans la liste."))
    lines = [line.strip() for line in options.replace("\x00", "").splitlines() if line.strip()]
    found: dict[str, Any] = {"kind": kind, "title": title.replace("\x00", "").strip()}
    if kind not in OPEN_KINDS:
        if len(lines) < 2:
            raise RoomRefused(_("Donnez au moins deux réponses possibles, une par ligne."))
        found["options"] = [{"code": f"r{rank}", "title": line} for rank, line in enumerate(lines, start=1)]
    return found


def ask(room: Room, asked: dict[str, Any], *, by: Participant, now: datetime, act: Any = None) -> int:
    """Ask everybody something at once, in a phase that lets it."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)
        must_be_open(done.room)

        def do() -> None:
            phase = done.room.current
            if phase is None or Tool.POLLS not in phase.tools:
                raise RoomRefused(_("Cette étape n’a pas de sondage."))
            if queries.openings_of(scope_of(done.room)).count() >= MOST_POLLS:
                raise RoomRefused(_("Cette salle a déjà posé beaucoup de questions."))
            opening = polls.quick(asked, scope=SCOPE, scope_id=done.room.pk, by=by.member, now=now)
            done.tell(EventKind.POLL, poll=opening.pk)

        return once(done, do)


def answer(room: Room, opening: Opening, posted: Any, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Answer, or answer something else: the last answer counts. Nobody is told who said what."""
    with acting(room, by=None, now=now, act=act) as done:
        must_be_open(done.room)

        def do() -> None:
            polls.answer_posted(opening, posted, respondent=respondent(by), now=now)
            # The event names no one: the poll is anonymous, and so is its log.
            done.tell(EventKind.POLLED, poll=opening.pk)

        return once(done, do)


def close(room: Room, opening: Opening, *, by: Participant, now: datetime, act: Any = None) -> int:
    """Nobody answers any more; the result stays."""
    with acting(room, by=by, now=now, act=act) as done:
        must_facilitate(done.room, by)

        def do() -> None:
            polls.close(opening, by=by.member, now=now)
            done.tell(EventKind.POLL, poll=opening.pk)

        return once(done, do)


def forget(room: Room) -> None:
    """Erase the polls of a room and their answers."""
    forget_scope(scope_of(room))
