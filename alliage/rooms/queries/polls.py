"""Polls of a room as one person sees them."""

from dataclasses import dataclass
from typing import Any

from alliage.questionnaires import answers, drawing, polls
from alliage.questionnaires import queries as questionnaires
from alliage.questionnaires.ballots import services as ballots
from alliage.questionnaires.enums import OpeningState
from alliage.questionnaires.models import Opening
from alliage.rooms.models import Participant, Room
from alliage.rooms.services.polls import OPEN_KINDS, respondent, scope_of


@dataclass(frozen=True)
class Poll:
    """One question: its form for who may still answer, and its result."""

    opening: Opening
    asked: drawing.Asked | None
    shown: drawing.Shown

    @property
    def is_open(self) -> bool:
        return self.opening.state == OpeningState.OPEN

    @property
    def on_paper(self) -> bool:
        """Whether ballots may be printed: in a hall where few have a device."""
        return self.is_open and not ballots.why_not(self.opening)


def of_room(room: Room, viewer: Participant | None, *, refused: Any = None) -> list[Poll]:
    """The last asked first. `refused`: an answer posted and not kept, shown again in its form."""
    openings = sorted(questionnaires.openings_of(scope_of(room)), key=lambda opening: -opening.pk)
    results = polls.results(openings)
    asked = [opening for opening in openings if opening.state == OpeningState.OPEN] if viewer is not None else []
    said = polls.answers_of(asked, respondent(viewer)) if viewer is not None and asked else {}
    if refused is not None:
        said |= {each.pk: _typed(each, refused) for each in asked if str(each.pk) == refused.get("poll")}
    forms = {
        opening.pk: drawing.asked(polls.question_of(opening), said.get(opening.pk), ids=f"sondage-{opening.pk}")
        for opening in asked
    }
    return [
        Poll(opening, forms.get(opening.pk), drawing.shown(result))
        for opening, result in zip(openings, results, strict=True)
    ]


def _typed(opening: Opening, posted: Any) -> Any:
    question = polls.question_of(opening)
    return answers.typed((question,), posted).get(question.code)


def typed_too_late(room: Room, pk: int, posted: Any) -> str:
    """The words posted to a poll whose form is no longer there."""
    opening = by_number(room, pk)
    if opening is None or (opening.state == OpeningState.OPEN and not room.is_closed):
        return ""
    value = _typed(opening, posted)
    if not value or polls.question_of(opening).kind not in OPEN_KINDS:
        return ""
    return "\n".join(value) if isinstance(value, list) else str(value)


def by_number(room: Room, pk: int) -> Opening | None:
    return questionnaires.openings_of(scope_of(room)).filter(pk=pk).first()


def shown(room: Room, pk: int) -> drawing.Shown | None:
    """The result of one poll, as it stands."""
    opening = by_number(room, pk)
    return drawing.shown(polls.result(opening)) if opening else None
