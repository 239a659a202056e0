"""Choices: each person has `Board.votes_each`, numbered from 1; what is no longer on the board gives its choices back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.models import Board, Need, NeedVote
from alliage.events.services.boards import WorkshopRefused
from alliage.events.services.needs import locked
from alliage.events.workshop_people import Person


@transaction.atomic
def vote(need: Need, *, wanted: bool, by: Person, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Choose a need, or no more. Twice is once."""
    row = locked(need)
    mine = NeedVote.objects.filter(by.rows, board=row.board)
    if not wanted:
        mine.filter(need=row).delete()
        return
    if mine.filter(need=row).exists():
        return
    slot = _free(row.board, list(mine.exclude(slot=None).values_list("slot", flat=True)))
    if slot is None:
        raise WorkshopRefused(
            _("Vous avez donné vos %(count)s voix\u00a0: reprenez-en une pour en donner une autre.")
            % {"count": row.board.votes_each}
        )
    attendee = by.attendee
    NeedVote.objects.create(
        board=row.board, need=row, attendee=attendee, member=by.member if attendee is None else None, slot=slot
    )


def _free(board: Board, taken: list[int | None]) -> int | None:
    return next((slot for slot in range(1, board.votes_each + 1) if slot not in taken), None)


# --- What merging does to choices, on a locked board -----------------------------------------------------------------


def follow(sources: Iterable[Need], target: Need) -> None:
    """Whoever chose one of the sources chooses the target, once; their other choices are theirs again."""
    chosen: dict[tuple[int | None, int | None], int | None] = {}
    votes = NeedVote.objects.filter(need__in=sources)
    for each in votes.exclude(slot=None).order_by("slot"):
        chosen.setdefault((each.attendee_id, each.member_id), each.slot)
    votes.update(slot=None)
    NeedVote.objects.bulk_create(
        NeedVote(board=target.board, need=target, attendee_id=attendee, member_id=member, slot=slot)
        for (attendee, member), slot in chosen.items()
    )


def give_back(need: Need) -> None:
    """Those who chose it may choose again; that they did stays written."""
    NeedVote.objects.filter(need=need).update(slot=None)


def forget(need: Need) -> None:
    NeedVote.objects.filter(need=need).delete()


def take_again(board: Board, need: Need) -> None:
    """A need back on the board finds its choices again, as far as those who made them did not spend them since."""
    for each in NeedVote.objects.filter(need=need, slot=None).order_by("pk"):
        theirs = NeedVote.objects.filter(board=board, attendee=each.attendee_id, member=each.member_id)
        slot = _free(board, list(theirs.exclude(slot=None).values_list("slot", flat=True)))
        if slot is None:
            each.delete()
            continue
        each.slot = slot
        each.save(update_fields=["slot"])
