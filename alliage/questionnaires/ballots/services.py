"""Writes of ballots: an opening answered on paper. A ballot counts once, when a person confirmed what it says; then it is nobody's."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.paper import services as paper
from alliage.paper.forms import NOTHING
from alliage.paper.kinds import Kind, PaperRefused
from alliage.paper.layout import SHEET, Format, Row, Slip
from alliage.questionnaires import services
from alliage.questionnaires.ballots import layout
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.models import Ballot, Opening
from alliage.questionnaires.questions import Questions

PURPOSE = "questionnaires.ballot"


def why_not(opening: Opening) -> str:
    """Why it is not answered on paper; "" when it may be."""
    if not opening.is_anonymous:
        return _("Cette consultation est nominative\u00a0: un bulletin de papier ne porte pas de nom.")
    if not layout.is_ticked(opening.version.read()):
        return _("Sur papier, on ne répond qu’en cochant\u00a0: une question au moins demande d’écrire ou de classer.")
    if layout.laid(opening.version.read()) is None:
        return _("Ces questions ne tiennent pas sur une page\u00a0: faites-en deux consultations.")
    return _("Cette consultation est close\u00a0: elle ne reçoit plus de réponses.") if opening.is_closed else ""


def _locked(opening: Opening) -> Opening:
    row = services.lock(opening)
    if why := why_not(row):
        raise PaperRefused(why)
    return row


def laid(opening: Opening, edition: int) -> Slip | None:
    """`edition` is the number of the version: that of the opening, or a ballot that was never printed."""
    return layout.laid(opening.version.read()) if edition == opening.version_id else None


def _format_of(opening: Opening) -> Format:
    found = layout.laid(opening.version.read())
    return found.format if found is not None else SHEET


KIND = Kind(
    letter="B",
    model=Ballot,
    holder="opening",
    purpose=PURPOSE,
    job="questionnaires.read_ballots",
    label=gettext_lazy("Lire des bulletins photographiés"),
    locked=_locked,
    format_of=_format_of,
    laid=laid,
)


@transaction.atomic
def confirm(ballot: Ballot, given: Mapping[str, Any], *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """What a person says of each question of a ballot: the codes that are ticked, or `NOTHING`. It is counted; picture and readings go.

    The answer gets a key drawn at random, and the ballot keeps its number alone: nothing joins them.
    """
    opening, row = paper.taken(KIND, ballot)
    place = laid(opening, row.edition)
    assert place is not None  # as it was when it was read: versions never change
    said = answers_of(
        opening.version.read(), {each.code: _settled(each, given.get(each.code)) for each in place.page.rows}
    )
    if not said:
        raise PaperRefused(_("Aucune réponse sur ce bulletin\u00a0: retirez-le, il ne compterait pas."))
    try:
        services.answer(opening, said, respondent=f"b{secrets.token_urlsafe(24)}", now=now)
    except services.AnswersRefused as refusal:
        code, why = next(iter(refusal.errors.items()))
        titles = {each.code: each.title for each in place.page.rows}
        raise PaperRefused(
            _("«\u00a0%(title)s\u00a0»\u00a0: %(why)s") % {"title": titles[code], "why": why}
        ) from refusal
    paper.finish(row)


def _settled(row: Row, given: Any) -> list[str]:
    """What is said of a row, which is never left out: a doubt is settled by someone, not by silence."""
    values = [given] if isinstance(given, str) else list(given or [])
    known = {NOTHING, *(box.value for box in row.boxes)}
    if not values or not set(values) <= known:
        raise PaperRefused(_("Il reste une question à trancher\u00a0: dites ce qui est coché, ou que rien ne l’est."))
    if NOTHING in values and len(values) > 1:
        raise PaperRefused(_("«\u00a0Rien de coché\u00a0» ne va pas avec une case cochée."))
    return [value for value in values if value != NOTHING]


def answers_of(questions: Questions, settled: Mapping[str, list[str]]) -> dict[str, Any]:
    """As `answers` types them."""
    several = {question.code for question in questions if question.kind == QuestionKind.SEVERAL}
    return {code: values if code in several else values[0] for code, values in settled.items() if values}
