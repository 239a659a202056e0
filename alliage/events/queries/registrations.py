"""Reads of registrations: what one may ask for, where one stands, what one crossed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from alliage.events.enums import SeatState
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.services.seats import HELD


@dataclass(frozen=True)
class Place:
    """Where an attendee stands in a sequence. `rank` in the line: 1 comes first."""

    sequence: Sequence
    state: str
    rank: int = 0

    @property
    def is_seated(self) -> bool:
        return self.state == SeatState.SEATED

    @property
    def is_waiting(self) -> bool:
        return self.state == SeatState.WAITING


def open_sequences(event: Event, *, now: datetime) -> list[Sequence]:
    """Those that one registers to, and that are neither over nor cancelled."""
    found = Sequence.objects.filter(event=event, takes_registrations=True, is_cancelled=False, ends_at__gt=now)
    return list(found.select_related("parent").order_by("starts_at", "rank"))


def places_of(attendee: Attendee) -> list[Place]:
    """What someone holds or waits for, in the order of the day; one query."""
    before = (
        Seat.objects.filter(sequence=OuterRef("sequence"), state=SeatState.WAITING, number__lt=OuterRef("number"))
        .order_by()
        .values("sequence")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = Seat.objects.filter(attendee=attendee, state__in=HELD).annotate(before=Coalesce(Subquery(before), 0))
    return [
        Place(row.sequence, row.state, row.before + 1 if row.state == SeatState.WAITING else 0)
        for row in rows.select_related("sequence__parent").order_by("sequence__starts_at", "sequence__rank")
    ]


def given_back_by(attendee: Attendee, held: Iterable[int], *, now: datetime) -> list[Sequence]:
    """Not over yet; `held`, read a moment before, wins."""
    left = Seat.objects.filter(attendee=attendee, state=SeatState.LEFT, sequence__ends_at__gt=now)
    rows = left.exclude(sequence__in=list(held)).select_related("sequence")
    return [row.sequence for row in rows.order_by("sequence__starts_at", "sequence__rank")]


def crossed(sequences: Iterable[Sequence]) -> list[tuple[Sequence, Sequence]]:
    """Pairs held at the same time. It is told, not refused: one may leave one early."""
    rows = sorted(sequences, key=lambda each: (each.starts_at, each.pk))
    return [
        (first, second)
        for rank, first in enumerate(rows)
        for second in rows[rank + 1 :]
        if second.starts_at < first.ends_at
    ]


def held_by_member(member: Any, event: Event) -> Attendee | None:
    return Attendee.objects.filter(event=event, member=member.pk).first()


def held_by(member: Any, **asked: Any) -> Attendee | None:
    """A registration of this member, by its number (`pk`) or by its event; with its event."""
    found = Attendee.objects.filter(member=member.pk, forgotten_at=None, **asked)
    return found.select_related("event").first()


def coming_of(member: Any, *, since: datetime) -> QuerySet[Seat]:
    """Everything a member holds or waits for, from that moment on; each with its sequence and its event."""
    found = Seat.objects.filter(attendee__member=member.pk, state__in=HELD, sequence__ends_at__gte=since)
    shown = Q(sequence__event__is_hidden=False) & ~Q(sequence__event__state="draft")
    return found.filter(shown).select_related("sequence__event", "attendee").order_by("sequence__starts_at", "pk")


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy."""
    rows = Attendee.objects.filter(member=member).select_related("event", "profile", "territory").order_by("pk")
    seats: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    for seat in Seat.objects.filter(attendee__in=list(seats)).select_related("sequence").order_by("pk"):
        said = {"sequence": seat.sequence.title, "etat": seat.get_state_display(), "demandee_le": seat.asked_at}
        seats[seat.attendee_id].append(said)
    return [
        {
            "evenement": row.event.title,
            "adresse": row.email,
            "nom": row.name,
            "organisation": row.organisation,
            "categorie": row.profile.label if row.profile else "",
            "territoire": row.territory.name if row.territory else "",
            "fuseau_horaire": row.time_zone,
            "accepte_d_etre_enregistre": row.may_be_recorded,
            "reponses": row.answers,
            "inscrit_le": row.created_at,
            "places": seats[row.pk],
        }
        for row in rows
    ]
