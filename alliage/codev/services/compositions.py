"""Writes of composing: call, answer, wish; compose, move, accept; what becomes of those without a seat."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev import charter
from alliage.codev.composing import Proposal
from alliage.codev.composing_enums import COMPOSITION_MOVES, CompositionState, WishKind
from alliage.codev.enums import Access, GroupKind, Rhythm
from alliage.codev.models import ComposedGroup, Composition, Seat, SeatRequest, SeatWish
from alliage.codev.queries import compositions as queries
from alliage.codev.services import memberships
from alliage.codev.services.groups import Said as GroupSaid
from alliage.codev.services.groups import open_group
from alliage.jobs.models import Job
from alliage.jobs.services import enqueue
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal

CALLED, HINTED = "codev.call", "codev.seat_hint"
COMPOSE, OPEN_GROUPS = "codev.compose", "codev.open_groups"
LONGEST_TITLE, LONGEST_TEXT = 120, 2000
MOST_WISHES = 10


class CompositionRefused(Refusal):
    """The rules of composing say no."""


@dataclass(frozen=True)
class Said:
    """What an animator says of a call."""

    title: str
    closes_on: date
    starts_on: date
    text: str = ""
    minutes: int = 90


# --- Call, answer --------------------------------------------------------------------------------------------------


@transaction.atomic
def open_call(said: Said, *, by: Any, now: datetime) -> Composition:
    """Tell the members that groups are going to be composed."""
    title = " ".join(said.title.replace("\x00", "").split())[:LONGEST_TITLE]
    if not title:
        raise CompositionRefused(_("Donnez un titre à cet appel."))
    if said.closes_on > said.starts_on:
        raise CompositionRefused(_("Les réponses doivent finir avant le début des groupes."))
    made = Composition.objects.create(
        title=title,
        text=said.text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_TEXT],
        closes_on=said.closes_on,
        starts_on=said.starts_on,
        minutes=said.minutes,
        created_by=by,
        created_at=now,
    )
    notify_many(Member.objects.filter(is_active=True), CALLED, made, by=by, now=now)
    return made


@transaction.atomic
def answer_call(composition: Composition, *, with_colleagues: bool, by: Member, now: datetime) -> SeatRequest:
    """« Je cherche un groupe ». Said again, it changes what was said."""
    row = locked(composition)
    known = queries.request_of(by, row)
    if not (queries.can_answer(row, now) or (known and row.is_open)):
        raise CompositionRefused(_("Cet appel n’attend plus de réponses."))
    found, _created = SeatRequest.objects.update_or_create(
        composition=row, member=by, defaults={"with_colleagues": with_colleagues}, create_defaults={
            "with_colleagues": with_colleagues, "created_at": now,
        },
    )  # fmt: skip
    return found


@transaction.atomic
def take_back(composition: Composition, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """She no longer looks for a group here; her seat and her wishes go. Twice is once."""
    row = locked(composition)
    if not row.is_open:
        raise CompositionRefused(_("Les groupes sont faits\u00a0: répondez à l’invitation que vous avez reçue."))
    SeatRequest.objects.filter(composition=row, member=by).delete()


@transaction.atomic
def wish(request: SeatRequest, member: Member, kind: str, *, by: Member, now: datetime) -> SeatWish:  # noqa: ARG001
    """Be with someone, or not. Said again, the last word counts; nobody else reads it."""
    row = locked(request.composition)
    if not row.is_open:
        raise CompositionRefused(_("Les groupes sont faits\u00a0: ce souhait viendrait trop tard."))
    if member.pk == by.pk:
        raise CompositionRefused(_("Choisissez une autre personne que vous."))
    if request.wishes.exclude(member=member).count() >= MOST_WISHES:
        raise CompositionRefused(_("Dix souhaits au plus\u00a0: retirez-en un d’abord."))
    found, _created = SeatWish.objects.update_or_create(
        request=request, member=member, defaults={"kind": WishKind(kind)}
    )
    return found


def drop_wish(request: SeatRequest, pk: int, *, by: Member, now: datetime) -> None:  # noqa: ARG001 hers alone
    SeatWish.objects.filter(request=request, pk=pk).delete()


# --- Compose -------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_composing(composition: Composition, *, by: Any, now: datetime) -> Job:
    """Ask for a proposal; the one before is replaced when this one is ready. While it is being made, it is the same one."""
    row = locked(composition)
    _check_move(row, CompositionState.PROPOSED)
    if running := queries.running_job(row):
        return running
    if row.requests.filter(member__is_active=True).count() < row.smallest:
        raise CompositionRefused(
            _("Il faut au moins %(count)s réponses pour composer un groupe.") % {"count": row.smallest}
        )
    row.rounds += 1
    job = enqueue(
        COMPOSE, payload={"composition": row.pk}, by=by, now=now, key=f"{row.pk}/{row.rounds}", label=row.title
    )
    Composition.objects.filter(pk=row.pk).update(rounds=row.rounds, job_id=job.pk)
    return job


@transaction.atomic
def keep_proposal(composition: Composition, proposal: Proposal, *, seconds: float, by: Any, now: datetime) -> None:  # noqa: ARG001
    """Replace the groups proposed; whoever took her answer back meanwhile has no seat."""
    row = locked(composition)
    _check_move(row, CompositionState.PROPOSED)
    requests = {request.member_id: request for request in row.requests.all()}
    row.groups.all().delete()
    groups = ComposedGroup.objects.bulk_create(
        ComposedGroup(composition=row, number=number) for number in range(1, len(proposal.groups) + 1)
    )
    Seat.objects.bulk_create(
        Seat(group=group, request=requests[member])
        for group, members in zip(groups, proposal.groups, strict=True)
        for member in members
        if member in requests
    )
    row.state, row.composed_at, row.seconds = CompositionState.PROPOSED, now, round(seconds, 2)
    row.save(update_fields=["state", "composed_at", "seconds"])


@transaction.atomic
def move(request: SeatRequest, number: int | None, *, by: Any, now: datetime) -> ComposedGroup | None:  # noqa: ARG001
    """Seat someone elsewhere, whatever it breaks: the page said it. None: without a seat; 0: in a group of her own."""
    row = locked(request.composition)
    if row.state != CompositionState.PROPOSED or queries.running_job(row):
        raise CompositionRefused(_("Cette proposition ne peut plus être changée à la main."))
    here = ComposedGroup.objects.filter(seats__request=request).first()
    group = _target(row, number)
    Seat.objects.filter(request=request).delete()
    if group is not None:
        Seat.objects.create(request=request, group=group, is_moved=True)
    if here is not None and not here.seats.exists():
        here.delete()
    return group


def _target(composition: Composition, number: int | None) -> ComposedGroup | None:
    if number is None:
        return None
    if number:
        found = composition.groups.filter(number=number).first()
        if found is None:
            raise CompositionRefused(_("Ce groupe n’existe plus\u00a0: rechargez la page."))
        return found
    last = composition.groups.order_by("-number").first()
    made: ComposedGroup = composition.groups.create(number=last.number + 1 if last else 1)
    return made


# --- End -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(composition: Composition, *, by: Any, now: datetime) -> Job:
    """The groups are made and everyone in them is invited, in the background. Those without a seat are told why."""
    row = locked(composition)
    _check_move(row, CompositionState.ACCEPTED)
    if queries.running_job(row):
        raise CompositionRefused(_("Une nouvelle proposition se prépare\u00a0: attendez-la."))
    sizes = [group.seats.filter(request__member__is_active=True).count() for group in row.groups.all()]
    if not sizes:
        raise CompositionRefused(_("Cette proposition n’a aucun groupe."))
    if min(sizes) < row.smallest or max(sizes) > row.largest:
        raise CompositionRefused(
            _("Un groupe compte de %(fewest)s à %(most)s personnes\u00a0: déplacez d’abord quelqu’un.")
            % {"fewest": row.smallest, "most": row.largest}
        )
    row.state, row.ended_at = CompositionState.ACCEPTED, now
    row.save(update_fields=["state", "ended_at"])
    job = enqueue(
        OPEN_GROUPS, payload={"composition": row.pk, "by": by.pk}, by=by, now=now, key=f"{row.pk}", label=row.title
    )
    Composition.objects.filter(pk=row.pk).update(job_id=job.pk)
    return job


@transaction.atomic
def open_composed(composed: ComposedGroup, *, by: Any, now: datetime) -> None:
    """Make one group of the proposal and invite its people: the first to come facilitates it. Twice is once."""
    row = ComposedGroup.objects.select_for_update(of=("self",)).select_related("composition").get(pk=composed.pk)
    if row.group_id is not None:
        return
    composition = row.composition
    said = GroupSaid(
        name=_("%(title)s – groupe %(number)s") % {"title": composition.title[:100], "number": row.number},
        kind=GroupKind.CODEV,
        text=composition.text,
        access=Access.CLOSED,
        seats=composition.largest,
        rhythm=Rhythm.FIVE,
        charter=charter.starting_text(),
    )
    row.group = open_group(said, by=by, now=now, joins=False)
    row.save(update_fields=["group"])
    for seat in row.seats.filter(request__member__is_active=True).select_related("request__member"):
        memberships.invite(row.group, seat.request.member, by=by, now=now)


@transaction.atomic
def drop(composition: Composition, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Give the call up: no group is made. Twice is once."""
    row = locked(composition)
    if row.state == CompositionState.DROPPED:
        return
    _check_move(row, CompositionState.DROPPED)
    row.state, row.ended_at = CompositionState.DROPPED, now
    row.save(update_fields=["state", "ended_at"])
    row.groups.all().delete()


def tell_unplaced(request: SeatRequest, *, by: Any, now: datetime) -> None:
    """Tell someone that she has no seat yet, and where to add hours. The details stay on her page."""
    notify(request.member, HINTED, request, by=by, now=now, key=f"{request.composition.rounds}")


# --- Shared --------------------------------------------------------------------------------------------------------


def locked(composition: Composition) -> Composition:
    return Composition.objects.select_for_update().get(pk=composition.pk)


def _check_move(row: Composition, state: str) -> None:
    if state not in COMPOSITION_MOVES[row.state]:
        raise CompositionRefused(_("Cet appel n’en est plus là\u00a0: rechargez la page."))


def forget_member(member: Member) -> None:
    """Her answers, her wishes, and what others wished about her."""
    SeatRequest.objects.filter(member=member).delete()
    SeatWish.objects.filter(member=member).delete()
