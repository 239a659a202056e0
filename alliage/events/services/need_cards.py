"""Writes of cards of needs on paper: a card becomes a need of the board once, when a person typed what is written on it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from alliage.events import cards
from alliage.events.models import Board, Need, NeedCard, Sequence, Subgroup
from alliage.events.services import boards, needs
from alliage.events.services.needs import Said, Signed
from alliage.events.workshop_people import Person
from alliage.paper import services as paper
from alliage.paper.kinds import Kind
from alliage.paper.layout import QUARTER, Slip

PURPOSE = "events.need_card"


def _locked(session: Sequence) -> Sequence:
    """As long as its board is not stopped; one that nobody wrote on yet is not."""
    board = Board.objects.filter(sequence=session.mirror_of_id or session.pk).first()
    if board is not None:
        boards.locked_open(board)
    return session


def laid(session: Sequence, edition: int) -> Slip | None:  # noqa: ARG001 the shape of every kind of slip
    return cards.laid(edition)


def edition_of(session: Sequence) -> int:
    """What a card printed now depends on: the sub-groups of the session, when they are few."""
    count = Subgroup.objects.filter(sequence=session).count()
    return count if count <= cards.MOST_GROUPS else 0


KIND = Kind(
    letter="C",
    model=NeedCard,
    holder="session",
    purpose=PURPOSE,
    job="events.read_need_cards",
    label=gettext_lazy("Lire des cartes de besoin photographiées"),
    locked=_locked,
    format_of=lambda _session: QUARTER,
    laid=laid,
)


@transaction.atomic
def confirm(
    card: NeedCard,
    said: Said,
    *,
    by: Person,  # noqa: ARG001 the name of every service
    now: datetime,
    subgroup: Subgroup | None = None,
    signed: Signed | None = None,
) -> Need:
    """Put on the board what a person read on a card, in the name of whoever wrote it: never that of the person who types."""
    session, row = paper.taken(KIND, card)
    board = boards.of_workshop(session, now=now)
    need = needs.add_need(board, said, by=Person(), now=now, session=session, subgroup=subgroup, signed=signed)
    paper.finish(row)
    return need
