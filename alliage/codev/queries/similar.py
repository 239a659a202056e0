"""« Cela existe peut-être déjà »: questions and resources that resemble what is being typed, or a question. It never blocks."""

from dataclasses import dataclass, field
from typing import Any

from alliage.codev.models import Question
from alliage.codev.services.questions import SEARCHED
from alliage.library.services.resources import KIND as RESOURCE
from alliage.search import places
from alliage.search.queries import listing
from alliage.search.queries.alike import more_like
from alliage.search.queries.hits import Hit
from alliage.territories.models import Territory

SHOWN = 3
LEAST_TYPED = 12
READ = 200


@dataclass(frozen=True)
class Similar:
    questions: list[Hit] = field(default_factory=list)
    resources: list[Hit] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.questions or self.resources)


def of_text(text: str, viewer: Any) -> Similar:
    """What resembles a text that nobody posted yet: its first words count."""
    asked = " ".join(text.replace("\0", " ").split())[:READ]
    if len(asked) < LEAST_TYPED:
        return Similar()
    return Similar(_found(SEARCHED, asked, viewer), _found(RESOURCE, asked, viewer))


def _found(kind: str, asked: str, viewer: Any) -> list[Hit]:
    return listing.find(kind, viewer=viewer, q=asked, order=listing.RELEVANCE, per_page=SHOWN, counts=False).hits


def of_question(question: Question, viewer: Any) -> Similar:
    """What resembles a question, once the index knows it; two queries."""
    place: Territory | None = question.territory
    found = more_like(
        SEARCHED, question.pk, viewer=viewer, limit=2 * SHOWN, kinds=[SEARCHED, RESOURCE], places=places.of(place)
    )
    hits = [each.hit for each in found]
    return Similar(
        [hit for hit in hits if hit.kind.code == SEARCHED][:SHOWN],
        [hit for hit in hits if hit.kind.code == RESOURCE][:SHOWN],
    )
