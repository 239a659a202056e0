"""What the sessions of a group left, as one member reads it: what she takes away."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from alliage.codev.models import Commitment, Group, Learning, Session, SessionResource, Subject
from alliage.codev.queries.resources import of_sessions
from alliage.codev.queries.sessions import SHOWN_AFTERWARDS, of_group
from alliage.codev.session_enums import SessionState
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card, Participant
from alliage.rooms.phases import Sheet
from alliage.rooms.queries.rooms import author_name


@dataclass(frozen=True)
class Written:
    """Something written in a step for those who were there. `name` is empty when its author is not shown; `is_typed`: by someone else."""

    step: str
    what: str
    name: str
    text: str
    answer: str
    is_typed: bool


@dataclass
class Record:
    """A session as a member reads it: what was proposed, written, promised, learnt."""

    session: Session
    subjects: list[Subject] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    learnings: list[Learning] = field(default_factory=list)
    resources: list[SessionResource] = field(default_factory=list)


def records(group: Group, member: Any) -> list[Record]:
    """Those of a group that are not erased, the first encounter first, with what this member may read of them. Six queries."""
    rows = of_group(group).exclude(state=SessionState.ERASED).order_by("encounter__starts_at", "pk")
    found = {each.pk: Record(each) for each in rows}
    for subject in Subject.objects.filter(session__in=found).select_related("author", "question"):
        session = found[subject.session_id].session
        # Those that were not chosen were proposed to the group of that day, to choose among: once it ended, no page shows them.
        if session.is_before or subject.pk == session.subject_id:
            found[subject.session_id].subjects.append(subject)
    for commitment in Commitment.objects.filter(session__in=found).select_related("member"):
        found[commitment.session_id].commitments.append(commitment)
    for learning in Learning.objects.filter(session__in=found).select_related("member"):
        found[learning.session_id].learnings.append(learning)
    for linked in of_sessions(found):
        found[linked.session_id].resources.append(linked)
    by_room = {each.session.room_id: each for each in found.values() if each.session.room_id is not None}
    for card in _cards(list(by_room), member):
        record = by_room[card.room_id]
        assert record.session.room is not None
        record.written.append(_written(record.session.room.sheet, card))
    return list(found.values())


def _cards(rooms: list[Any], member: Any) -> QuerySet[Card]:
    """What was said before those who were there stays between them; of a session that ended, its page shows the rest to the whole group."""
    there = Q(room__in=Participant.objects.filter(member=member.pk).values("room"))
    after = Q(kind__in=SHOWN_AFTERWARDS, room__in=Session.objects.filter(state=SessionState.ENDED).values("room"))
    found = Card.objects.filter(there | after, room__in=rooms, state=CardState.SHOWN)
    return found.select_related("author").order_by("number")


def _written(sheet: Sheet, card: Card) -> Written:
    phase = next((each for each in sheet.phases if each.code == card.phase), None)
    capture = sheet.capture(card.phase, card.kind)
    name = author_name(card, capture, facilitates=False)
    step, what = phase.title if phase else "", capture.label if capture else ""
    return Written(step, what, name, card.text, card.answer, card.typed_by_id is not None)
