"""Writes of boards: begun with the first who writes, stopped, open again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliage.events.models import Board, NeedVote, Sequence
from alliage.events.models.workshops import MOST_VOTES
from alliage.events.workshop_enums import BoardState
from alliage.events.workshop_people import Person
from alliage.refusals import Refusal


class WorkshopRefused(Refusal):
    """The rules of workshops say no."""


def of_workshop(sequence: Sequence, *, now: datetime) -> Board:
    """The board of a workshop, its mirrors’ too: the same for everybody, begun by the first who writes."""
    return Board.objects.get_or_create(sequence=sequence.mirror_of or sequence, defaults={"created_at": now})[0]


def locked(board: Board) -> Board:
    return Board.objects.select_for_update(of=("self",)).select_related("sequence__event").get(pk=board.pk)


def locked_open(board: Board) -> Board:
    """The row, as long as needs may be written on it."""
    row = locked(board)
    if not row.is_open:
        raise WorkshopRefused(_("Ce tableau est arrêté\u00a0: l’animation peut le rouvrir. Votre texte est gardé."))
    return row


@transaction.atomic
def close(board: Board, *, by: Person, now: datetime) -> Board:
    """Nothing changes any more, until it is open again. Twice is once."""
    row = locked(board)
    if row.is_open:
        row.state, row.closed_at, row.closed_by = BoardState.CLOSED, now, by.member
        row.save(update_fields=["state", "closed_at", "closed_by"])
    board.refresh_from_db()
    return row


@transaction.atomic
def reopen(board: Board, *, by: Person, now: datetime) -> Board:  # noqa: ARG001 the name of every service
    row = locked(board)
    if not row.is_open:
        row.state, row.closed_at, row.closed_by = BoardState.OPEN, None, None
        row.save(update_fields=["state", "closed_at", "closed_by"])
    board.refresh_from_db()
    return row


@transaction.atomic
def set_votes(board: Board, votes_each: int, *, by: Person, now: datetime) -> Board:  # noqa: ARG001 as above
    """How many needs one person may choose; never fewer than someone chose already."""
    row = locked(board)
    if not 1 <= votes_each <= MOST_VOTES:
        raise WorkshopRefused(_("Donnez de 1 à %(most)s voix à chacun.") % {"most": MOST_VOTES})
    used = NeedVote.objects.filter(board=row).aggregate(most=Max("slot"))["most"] or 0
    if votes_each < used:
        raise WorkshopRefused(
            _("Quelqu’un a déjà donné %(count)s voix\u00a0: ce nombre ne peut plus baisser.") % {"count": used}
        )
    row.votes_each = votes_each
    row.save(update_fields=["votes_each"])
    board.refresh_from_db()
    return row
