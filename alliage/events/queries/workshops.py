"""Reads of workshops: their sessions, their sub-groups and who sits there, what introduces them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, Value

from alliage.accounts.models import Member
from alliage.events.enums import ItemKind, SeatState, SequenceKind
from alliage.events.models import Attendee, Item, Sequence, Steward, Subgroup, SubgroupSeat
from alliage.events.workshop_people import Person, sessions_of
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card


def sessions(root: Sequence) -> list[Sequence]:
    """The workshop and its mirrors, in the order of their hours."""
    return list(Sequence.objects.filter(sessions_of(root)).order_by("starts_at", "pk"))


def subgroups(found: Iterable[Sequence]) -> list[Subgroup]:
    """With who holds them and who sits there; two queries."""
    seats = Prefetch("seats", SubgroupSeat.objects.select_related("attendee").order_by("attendee__name", "pk"))
    rows = Subgroup.objects.filter(sequence__in=list(found)).select_related("facilitator", "rapporteur", "room")
    return list(rows.prefetch_related(seats).order_by("sequence__starts_at", "sequence", "rank"))


def subgroups_named(root: Sequence, viewer: Person) -> list[Subgroup]:
    """Those of the workshop and of its mirrors, each saying whether the viewer sits there (`is_mine`); one query."""
    rows = Subgroup.objects.filter(Q(sequence=root) | Q(sequence__mirror_of=root))
    sits = SubgroupSeat.objects.filter(subgroup=OuterRef("pk"), attendee=viewer.attendee)
    is_mine = Exists(sits) if viewer.attendee is not None else Value(0)
    return list(rows.annotate(is_mine=is_mine).order_by("sequence__starts_at", "sequence", "rank"))


def subgroup(session: Sequence, rank: int) -> Subgroup | None:
    found = Subgroup.objects.filter(sequence=session, rank=rank)
    return found.select_related("facilitator", "rapporteur", "room").first()


def subgroup_of(session: Sequence, person: Person) -> int | None:
    """The rank of the one where someone sits."""
    if person.attendee is None:
        return None
    found = SubgroupSeat.objects.filter(sequence=session, attendee=person.attendee)
    return found.values_list("subgroup__rank", flat=True).first()


def examples(root: Sequence) -> list[Item]:
    """What introduces the workshop."""
    return list(Item.objects.filter(sequence=root, kind=ItemKind.EXAMPLE).select_related("resource").order_by("rank"))


def holders(found: Iterable[Sequence]) -> list[Member]:
    """Members who may hold a sub-group: those who hold the workshop, and members who come."""
    rows = list(found)
    held = Q(stewardships__sequence__in=rows)
    coming = Q(attendances__seats__sequence__in=rows, attendances__seats__state=SeatState.SEATED)
    return list(Member.objects.filter(held | coming, is_active=True).distinct().order_by("name", "pk"))


@dataclass(frozen=True)
class Sitting:
    """Someone who comes, and where they sit."""

    attendee: Attendee
    subgroup_id: int | None


def sittings(session: Sequence) -> list[Sitting]:
    """Those who come to a session, by name; two queries."""
    seated = Q(seats__sequence=session, seats__state=SeatState.SEATED)
    people = Attendee.objects.filter(seated, event=session.event_id, forgotten_at=None).select_related(
        "profile", "territory"
    )
    where = dict(SubgroupSeat.objects.filter(sequence=session).values_list("attendee", "subgroup"))
    return [Sitting(each, where.get(each.pk)) for each in people.distinct().order_by("name", "pk")]


def workshops_of(gathering: Sequence) -> list[Sequence]:
    """The workshops that a sequence gathers, mirrors left out: they feed the same boards. For a workshop alone, itself."""
    if gathering.kind == SequenceKind.WORKSHOP:
        return [gathering]
    children = Sequence.objects.filter(parent=gathering, mirror_of=None, is_cancelled=False)
    return list(children.order_by("rank"))


def stewards_of(root: Sequence) -> list[Steward]:
    """Those who hold the workshop or one of its mirrors, by role."""
    family = Q(sequence=root) | Q(sequence__mirror_of=root)
    return list(Steward.objects.filter(family).select_related("member").order_by("role", "member__name", "pk"))


def said_apart(root: Sequence, *kinds: str) -> list[str]:
    """Cards of sub-group rooms that are no needs: examples, open points. They go with the room when it is erased."""
    cards = Card.objects.filter(
        Q(room__subgroup__sequence=root) | Q(room__subgroup__sequence__mirror_of=root),
        kind__in=kinds,
        state=CardState.SHOWN,
    )
    return list(cards.order_by("room", "number").values_list("text", flat=True))
