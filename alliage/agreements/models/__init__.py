"""Tables of `agreements`: agreements, their partners and history; signatures; reviews."""

from alliage.agreements.models.agreements import Agreement, LinkedAlliance, Moment, Partner
from alliage.agreements.models.conventions import Signature
from alliage.agreements.models.reviews import Affirmation, Answer, AnswerLine, Review

__all__ = [
    "Affirmation",
    "Agreement",
    "Answer",
    "AnswerLine",
    "LinkedAlliance",
    "Moment",
    "Partner",
    "Review",
    "Signature",
]
