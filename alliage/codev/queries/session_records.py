"""What the sessions of a group left, as the whole group reads it: what its members take away."""

from dataclasses import dataclass, field

from alliage.codev.models import Commitment, Group, Learning, Session, Subject
from alliage.codev.queries.sessions import of_group
from alliage.codev.session_enums import SessionState
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card
from alliage.rooms.phases import Sheet
from alliage.rooms.queries.rooms import author_name


@dataclass(frozen=True)
class Written:
    """Something written in a step for the whole group. `name` is empty when its author is not shown."""

    step: str
    what: str
    name: str
    text: str
    answer: str


@dataclass
class Record:
    """A session as its group reads it: what was proposed, written, promised, learnt."""

    session: Session
    subjects: list[Subject] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    learnings: list[Learning] = field(default_factory=list)


def records(group: Group) -> list[Record]:
    """Those of a group that are not erased, the first encounter first. Five queries."""
    rows = of_group(group).exclude(state=SessionState.ERASED).order_by("encounter__starts_at", "pk")
    found = {each.pk: Record(each) for each in rows}
    for subject in Subject.objects.filter(session__in=found).select_related("author"):
        found[subject.session_id].subjects.append(subject)
    for commitment in Commitment.objects.filter(session__in=found).select_related("member"):
        found[commitment.session_id].commitments.append(commitment)
    for learning in Learning.objects.filter(session__in=found).select_related("member"):
        found[learning.session_id].learnings.append(learning)
    by_room = {each.session.room_id: each for each in found.values() if each.session.room_id is not None}
    cards = Card.objects.filter(room__in=by_room, state=CardState.SHOWN).select_related("author").order_by("number")
    for card in cards:
        record = by_room[card.room_id]
        assert record.session.room is not None
        record.written.append(_written(record.session.room.sheet, card))
    return list(found.values())


def _written(sheet: Sheet, card: Card) -> Written:
    phase = next((each for each in sheet.phases if each.code == card.phase), None)
    capture = sheet.capture(card.phase, card.kind)
    name = author_name(card, capture, facilitates=False)
    step, what = phase.title if phase else "", capture.label if capture else ""
    return Written(step, what, name, card.text, card.answer)
