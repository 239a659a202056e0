"""Polls of a room as one person sees them."""

from dataclasses import dataclass

from alliage.questionnaires import drawing, polls
from alliage.questionnaires import queries as questionnaires
from alliage.questionnaires.enums import OpeningState
from alliage.questionnaires.models import Opening
from alliage.rooms.models import Participant, Room
from alliage.rooms.services.polls import respondent, scope_of


@dataclass(frozen=True)
class Poll:
    """One question: its form for who may still answer, and its result."""

    opening: Opening
    asked: drawing.Asked | None
    shown: drawing.Shown

    @property
    def is_open(self) -> bool:
        return self.opening.state == OpeningState.OPEN


def of_room(room: Room, viewer: Participant | None) -> list[Poll]:
    """The last asked first."""
    openings = sorted(questionnaires.openings_of(scope_of(room)), key=lambda opening: -opening.pk)
    results = polls.results(openings)
    return [_poll(opening, drawing.shown(result), viewer) for opening, result in zip(openings, results, strict=True)]


def _poll(opening: Opening, shown: drawing.Shown, viewer: Participant | None) -> Poll:
    asked = None
    if viewer is not None and opening.state == OpeningState.OPEN:
        value = polls.answer_of(opening, respondent(viewer))
        asked = drawing.asked(polls.question_of(opening), value, ids=f"sondage-{opening.pk}")
    return Poll(opening, asked, shown)


def by_number(room: Room, pk: int) -> Opening | None:
    return questionnaires.openings_of(scope_of(room)).filter(pk=pk).first()


def shown(room: Room, pk: int) -> drawing.Shown | None:
    """The result of one poll, as it stands."""
    opening = by_number(room, pk)
    return drawing.shown(polls.result(opening)) if opening else None
