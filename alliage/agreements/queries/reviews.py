"""Reads of reviews: what is asked, how far one is, how the answers spread once it is closed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alliage.agreements.enums import Light
from alliage.agreements.models import Affirmation, Agreement, Answer, Partner, Review

DATA = Path(__file__).resolve().parent.parent / "data" / "affirmations.json"


@dataclass(frozen=True)
class Asked:
    """An affirmation, in the words of today."""

    code: str
    text: str
    is_asked: bool = True


@cache
def _ours() -> tuple[Asked, ...]:
    rows = json.loads(DATA.read_text(encoding="utf-8"))["affirmations"]
    return tuple(Asked(row["code"], row["text"]) for row in rows)


def affirmations() -> list[Asked]:
    """Ours, in order, in the words of those who animate the network where they changed them. One query."""
    changed = {row.code: Asked(row.code, row.text, row.is_asked) for row in Affirmation.objects.all()}
    return [changed.get(each.code, each) for each in _ours()]


def reviews(agreement: Agreement) -> list[Review]:
    """The latest first, each with its answers; two queries."""
    return list(agreement.reviews.prefetch_related("answers"))


def by_number(agreement: Agreement, number: int) -> Review | None:
    found = agreement.reviews.select_related("room").prefetch_related("answers__lines", "answers__partner")
    return found.filter(number=number).first()


def answer_of(review: Review, partner: Partner) -> Answer | None:
    return next((each for each in review.answers.all() if each.partner_id == partner.pk), None)


def awaited(review: Review, partners: Iterable[Partner]) -> list[Partner]:
    """Partners who are in and have not answered."""
    said = {each.partner_id for each in review.answers.all()}
    return [each for each in partners if each.is_in and each.pk not in said]


# Each light's tint, beside its words.
TINTS = {Light.GREEN: "teal", Light.AMBER: "brass", Light.RED: "copper"}


@dataclass(frozen=True)
class Share:
    """Who gave one light to one affirmation."""

    light: Light
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def tint(self) -> str:
        return TINTS[self.light]


@dataclass(frozen=True)
class Line:
    """How the partners see one affirmation: green first, lights that nobody gave left out."""

    text: str
    shares: tuple[Share, ...]

    @property
    def is_apart(self) -> bool:
        """Some say green where others say red."""
        lights = {share.light for share in self.shares}
        return {Light.GREEN, Light.RED} <= lights

    @property
    def is_to_discuss(self) -> bool:
        return self.is_apart or any(share.light == Light.RED for share in self.shares)


def spread(review: Review) -> list[Line]:
    """Line by line, in the order in which they were asked; neither sum nor rank."""
    said: dict[str, dict[str, list[str]]] = {}
    for answer in review.answers.all():
        for line in answer.lines.all():
            said.setdefault(line.code, {}).setdefault(line.light, []).append(answer.partner.name)
    return [Line(row["text"], _shares(said.get(row["code"], {}))) for row in review.asked]


def _shares(said: dict[str, list[str]]) -> tuple[Share, ...]:
    return tuple(Share(light, tuple(said[light])) for light in Light if light in said)


def words(review: Review) -> list[Answer]:
    """Answers that come with a word."""
    return [each for each in review.answers.all() if each.word]
