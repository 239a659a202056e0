"""Writes of sub-groups: prepared by hand, drawn, given a room and a page; needs said in their rooms come back to the board."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.dealing import Someone, deal
from alliage.events.enums import SeatState
from alliage.events.models import Attendee, Board, Need, NeedAuthor, Sequence, Subgroup, SubgroupSeat
from alliage.events.models.workshops import MOST_SUBGROUPS
from alliage.events.services import boards, needs
from alliage.events.services.boards import WorkshopRefused
from alliage.events.workshop_enums import NeedState
from alliage.events.workshop_people import Person
from alliage.rooms.enums import CardState, RoomState
from alliage.rooms.models import Card, Room
from alliage.rooms.services import rooms, run_sheets
from alliage.writing import queries as writing
from alliage.writing import services as documents
from alliage.writing.registry import purposes

PURPOSE = "events.subgroup"
RUN_SHEET = "atelier_2020"
# The capture of the run sheet whose cards are needs.
NEED_CARD = "besoin"
_CARDS = UUID("5f0d6a52-9d0c-4f57-8d0a-6b0f6c1a2020")


@dataclass(frozen=True)
class Named:
    """How a sub-group is called and who holds it."""

    title: str
    facilitator: Member | None = None
    rapporteur: Member | None = None


def _locked(sequence: Sequence) -> Sequence:
    return Sequence.objects.select_for_update(of=("self",)).select_related("event", "mirror_of").get(pk=sequence.pk)


def _titled(title: str) -> str:
    found = " ".join(title.replace("\x00", "").split())[:120]
    if not found:
        raise WorkshopRefused(_("Donnez un nom à ce sous-groupe."))
    return found


@transaction.atomic
def make(sequence: Sequence, count: int, *, by: Person, now: datetime) -> list[Subgroup]:  # noqa: ARG001 the name of every service
    """As many sub-groups as wanted: those that lack are added, empty ones beyond are removed. Twice is once."""
    row = _locked(sequence)
    if not 1 <= count <= MOST_SUBGROUPS:
        raise WorkshopRefused(_("Faites de 1 à %(most)s sous-groupes.") % {"most": MOST_SUBGROUPS})
    there = list(Subgroup.objects.filter(sequence=row).order_by("rank"))
    root = row.mirror_of_id or row.pk
    family = Q(sequence=root) | Q(sequence__mirror_of=root)
    for extra in there[count:]:
        _must_be_unused(extra)
    Subgroup.objects.filter(pk__in=[extra.pk for extra in there[count:]]).delete()
    last = max((each.rank for each in there[:count]), default=0)
    for rank in range(last + 1, last + 1 + count - len(there[:count])):
        # Numbered through the workshop and its mirrors, so that two never bear the same name.
        number = Subgroup.objects.filter(family).count() + 1
        Subgroup.objects.create(sequence=row, rank=rank, title=_("Sous-groupe %(number)s") % {"number": number})
    return list(Subgroup.objects.filter(sequence=row).order_by("rank"))


def _must_be_unused(subgroup: Subgroup) -> None:
    if subgroup.room_id is not None or subgroup.needs.exists():
        raise WorkshopRefused(
            _("«\u00a0%(title)s\u00a0» a déjà une salle ou des besoins\u00a0: il reste.") % {"title": subgroup.title}
        )


@transaction.atomic
def name_all(named: Iterable[tuple[Subgroup, Named]], *, by: Person, now: datetime) -> None:  # noqa: ARG001 as above
    """How each is called and who holds it: all, or none when one is refused."""
    for subgroup, said in named:
        row = Subgroup.objects.select_for_update(of=("self",)).get(pk=subgroup.pk)
        row.title = _titled(said.title)
        row.facilitator, row.rapporteur = said.facilitator, said.rapporteur
        row.save(update_fields=["title", "facilitator", "rapporteur"])
        documents.changed_rights_in(PURPOSE, row.pk)
        subgroup.refresh_from_db()


# --- Who sits where --------------------------------------------------------------------------------------------------


def those_who_come(sequence: Sequence) -> Any:
    """Those seated in the session; their names are for those who hold it and for those who come."""
    seated = Q(seats__sequence=sequence, seats__state=SeatState.SEATED)
    return Attendee.objects.filter(seated, event=sequence.event, forgotten_at=None).distinct().order_by("pk")


@transaction.atomic
def seat_many(sequence: Sequence, wanted: Mapping[int, int | None], *, by: Person, now: datetime) -> int:  # noqa: ARG001 as above
    """The whole list at once: {attendee: sub-group, or None}; what names nobody there is left out. Answers how many moved."""
    row = _locked(sequence)
    coming = set(those_who_come(row).values_list("pk", flat=True))
    groups = set(Subgroup.objects.filter(sequence=row).values_list("pk", flat=True))
    sits = dict(SubgroupSeat.objects.filter(sequence=row).values_list("attendee", "subgroup"))
    moved = {
        attendee: group
        for attendee, group in wanted.items()
        if attendee in coming and (group is None or group in groups) and sits.get(attendee) != group
    }
    SubgroupSeat.objects.filter(sequence=row, attendee__in=moved).delete()
    SubgroupSeat.objects.bulk_create(
        SubgroupSeat(subgroup_id=group, sequence=row, attendee_id=attendee)
        for attendee, group in moved.items()
        if group is not None
    )
    if moved:
        _ask_again(row)
    return len(moved)


@transaction.atomic
def draw(sequence: Sequence, *, seed: int, keeps: bool = False, by: Person, now: datetime) -> int:  # noqa: ARG001 as above
    """Deal those who come into the sub-groups, balanced by profile then by territory; the same seed gives the same groups.

    `keeps`: whoever sits stays, and only the others are dealt. Answers how many sit.
    """
    row = _locked(sequence)
    groups = list(Subgroup.objects.filter(sequence=row).order_by("rank").values_list("pk", flat=True))
    if not groups:
        raise WorkshopRefused(_("Dites d’abord combien de sous-groupes il y a."))
    coming = {each.pk: Someone(each.pk, each.profile_id, each.territory_id) for each in those_who_come(row)}
    there = SubgroupSeat.objects.filter(sequence=row)
    if not keeps:
        there.delete()
    else:
        there.exclude(attendee__in=coming).delete()
    seated: dict[int, list[Someone]] = {}
    for group, attendee in there.values_list("subgroup", "attendee"):
        seated.setdefault(group, []).append(coming.pop(attendee))
    dealt = deal(coming.values(), groups, seed=seed, seated=seated)
    SubgroupSeat.objects.bulk_create(
        SubgroupSeat(subgroup_id=group, sequence=row, attendee_id=attendee) for attendee, group in dealt.items()
    )
    _ask_again(row)
    return len(dealt) + sum(map(len, seated.values()))


def _ask_again(sequence: Sequence) -> None:
    """Who writes on the page of a sub-group changed."""
    documents.changed_rights_in(PURPOSE, *Subgroup.objects.filter(sequence=sequence).values_list("pk", flat=True))


# --- Rooms and pages -------------------------------------------------------------------------------------------------


@transaction.atomic
def open_rooms(sequence: Sequence, *, by: Person, now: datetime) -> int:
    """A room and a co-written page for each sub-group that has none; answers how many rooms were made. Twice is once."""
    row = _locked(sequence)
    purpose = purposes.get(PURPOSE)
    made = 0
    for subgroup in Subgroup.objects.filter(sequence=row).order_by("rank"):
        if subgroup.room_id is None:
            wanted = rooms.Prepared(
                f"{subgroup.title} – {row.title}",
                run_sheets.of_platform(RUN_SHEET),
                PURPOSE,
                str(subgroup.pk),
                video_url=row.join_url,
                phone=row.phone,
            )
            subgroup.room = rooms.prepare(wanted, by=by.member, now=now)
            subgroup.save(update_fields=["room"])
            made += 1
        if purpose is not None and not writing.of_scope(PURPOSE, subgroup.pk).exists():
            documents.create(purpose, subgroup.pk, subgroup.title, by=None, now=now)
    return made


# --- Needs come back by themselves -----------------------------------------------------------------------------------


@transaction.atomic
def gather(subgroup: Subgroup, *, now: datetime) -> int:
    """Put on the board the needs that were said in the room; each once, however often it is asked. Answers how many came.

    A card that was changed in the room changes its need, as long as nobody touched the need since; one that was taken back
    takes its need away, likewise.
    """
    if subgroup.room_id is None:
        return 0
    board = boards.locked(boards.of_workshop(subgroup.sequence, now=now))
    if not board.is_open:
        return 0
    cards = list(
        Card.objects.filter(room=subgroup.room_id, kind=NEED_CARD, state=CardState.SHOWN)
        .select_related("author")
        .order_by("number")
    )
    acts = {uuid5(_CARDS, str(card.pk)): card for card in cards}
    known = {need.act: need for need in Need.objects.filter(board=board, subgroup=subgroup, act__in=list(acts))}
    came = 0
    for act, card in acts.items():
        said = _said(card)
        if act not in known:
            need = needs.create(board, said, now=now, act=act, session=subgroup.sequence, subgroup=subgroup)
            _sign(need, card)
            came += 1
        elif known[act].is_live and known[act].edition == 1 and needs.words_of(known[act]) != said:
            Need.objects.filter(pk=known[act].pk).update(**said.plain(), changed_at=now)
    _take_away(subgroup, board, acts)
    Subgroup.objects.filter(pk=subgroup.pk).update(gathered_at=now)
    return came


def _take_away(subgroup: Subgroup, board: Board, acts: Container[UUID | None]) -> None:
    """Whoever took their card back in the room, or had it hidden, is not read on the board either. An erased room takes nothing away."""
    if subgroup.room is not None and subgroup.room.erased_at is not None:
        return
    untouched = Need.objects.filter(
        board=board, subgroup=subgroup, state=NeedState.LIVE, edition=1, act__isnull=False, came_from=None, votes=None
    )
    # What a form sent has a name drawn at random; what a card brought, one that is computed.
    gone = [need.pk for need in untouched if need.act and need.act.version == 5 and need.act not in acts]
    Need.objects.filter(pk__in=gone).delete()


def _said(card: Card) -> needs.Said:
    """A card is a sentence, or is what is needed, shortened rather than lost: its end stands among the examples."""
    said = needs.read(card.text)
    longest = needs.LONGEST["wish"]
    if len(said.wish) > longest:
        said = needs.Said(wish=said.wish[: longest - 1] + "…", example=card.text[:1000])
    return needs.cleaned(said)


def _sign(need: Need, card: Card) -> None:
    """By the name that they took in the room, for those who were there; it goes no further without their word."""
    if card.author is None:
        return
    member = card.author.member
    attendee = None
    if member is not None:
        attendee = Attendee.objects.filter(event=need.board.sequence.event_id, member=member, forgotten_at=None).first()
    NeedAuthor.objects.create(need=need, name=card.author.name, member=member, attendee=attendee)


def room_closed(room: Room, *, now: datetime) -> None:
    """The end of a room: its needs come back at once."""
    for subgroup in Subgroup.objects.filter(room=room).select_related("sequence__event", "sequence__mirror_of"):
        gather(subgroup, now=now)


def gather_due(*, now: datetime) -> int:
    """While rooms are open, so that the board fills as people speak; answers how many needs came."""
    live = Subgroup.objects.filter(room__state=RoomState.OPEN).select_related("sequence__event", "sequence__mirror_of")
    return sum(gather(subgroup, now=now) for subgroup in live)


def gather_all(subgroups: Iterable[Subgroup], *, now: datetime) -> int:
    """« Reprendre maintenant »."""
    return sum(gather(subgroup, now=now) for subgroup in subgroups)
