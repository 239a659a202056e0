"""The organiser's list: who comes, where, in what state; counts by sequence, by profile, by territory; rows of exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from alliage.events.enums import Audience, SeatState
from alliage.events.forms.registrations import asked_of
from alliage.events.models import Attendee, AttendeeMail, Event, Seat, Sequence
from alliage.events.services.attendee_mails import STATES
from alliage.questionnaires.answers import is_unknown
from alliage.questionnaires.questions import Question
from alliage.territories import grammar
from alliage.territories.models import Territory

PER_PAGE = 50
MOST_TERRITORIES = 40


@dataclass(frozen=True)
class Filters:
    """`audience`: all, seated, waiting; `sequence`: one of them; `words`: in a name, an address, an organisation."""

    audience: str = Audience.ALL
    sequence: int | None = None
    words: str = ""
    profile: str = ""
    unconfirmed: bool = False


@dataclass(frozen=True)
class SequenceCount:
    """A sequence and how many are seated, wait, left."""

    sequence: Sequence
    seated: int
    waiting: int
    left: int


def sequences_of(event: Event) -> list[SequenceCount]:
    """One query."""
    rows = Sequence.objects.filter(event=event, takes_registrations=True).annotate(
        seated=Count("seats", filter=Q(seats__state=SeatState.SEATED)),
        waiting=Count("seats", filter=Q(seats__state=SeatState.WAITING)),
        left=Count("seats", filter=Q(seats__state=SeatState.LEFT)),
    )
    return [
        SequenceCount(row, row.seated, row.waiting, row.left) for row in rows.order_by("starts_at", "rank")
    ]  # fmt: skip


def people(event: Event, filters: Filters) -> QuerySet[Attendee]:
    """In the order in which they registered; those of a line, in the order of the line."""
    found = Attendee.objects.filter(event=event, forgotten_at=None)
    seats = Seat.objects.filter(attendee=OuterRef("pk"))
    if filters.sequence is not None:
        seats = seats.filter(sequence=filters.sequence)
    if filters.sequence is not None or filters.audience != Audience.ALL:
        found = found.filter(Exists(seats.filter(state__in=STATES[filters.audience])))
    for word in filters.words.split()[:6]:
        found = found.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(organisation__icontains=word)
        )  # fmt: skip
    if filters.profile:
        found = found.filter(profile__code=filters.profile)
    if filters.unconfirmed:
        found = found.filter(confirmed_at=None)
    if filters.sequence is not None and filters.audience == Audience.WAITING:
        found = found.filter(seats__sequence=filters.sequence).order_by("seats__number")
    else:
        found = found.order_by("created_at", "pk")
    return with_seats(found)


def with_seats(found: QuerySet[Attendee]) -> QuerySet[Attendee]:
    held = Seat.objects.select_related("sequence").order_by("sequence__starts_at", "sequence__rank")
    return found.select_related("profile", "territory").prefetch_related(Prefetch("seats", held))


def by_profile(event: Event) -> list[tuple[str, int]]:
    """(category, people); those who did not say come last."""
    rows = Attendee.objects.filter(event=event).values_list("profile__label").annotate(count=Count("pk"))
    return sorted(((label or "", count) for label, count in rows), key=lambda row: (not row[0], -row[1], row[0]))


def by_territory(event: Event) -> list[tuple[Any, int]]:
    """(territory or None, people), the most numerous first; two queries."""
    rows = dict(Attendee.objects.filter(event=event).values_list("territory").annotate(count=Count("pk")))
    known = Territory.objects.in_bulk([pk for pk in rows if pk])
    found = [(known.get(pk) if pk else None, count) for pk, count in rows.items()]
    return sorted(found, key=lambda row: (row[0] is None, -row[1], row[0].name if row[0] else ""))[:MOST_TERRITORIES]


def letters(event: Event) -> QuerySet[AttendeeMail]:
    return AttendeeMail.objects.filter(event=event).select_related("sequence", "by")


# --- Exports -------------------------------------------------------------------------------------------------------


def header(event: Event, sequences: list[SequenceCount]) -> list[str]:
    return [
        "nom", "adresse", "organisation", "categorie", "territoire", "territoire_code", "fuseau_horaire", "inscrit_le",
        "confirme_le", "a_un_compte", "accepte_d_etre_enregistre",
        *(_title(each.sequence) for each in sequences),
        *(question.title for question in asked_of(event)),
    ]  # fmt: skip


def _title(sequence: Sequence) -> str:
    return f"{sequence.number}. {sequence.title}" if sequence.number is not None else sequence.title


def rows(event: Event, sequences: list[SequenceCount], found: QuerySet[Attendee]) -> Iterator[list[Any]]:
    """A line each; a column for each sequence and each question."""
    questions = asked_of(event)
    for each in found.iterator(chunk_size=500):
        seats = {seat.sequence_id: seat for seat in each.seats.all()}
        yield [
            each.name, each.email, each.organisation,
            each.profile.label if each.profile else "",
            grammar.title(each.territory) if each.territory else "",
            f"{each.territory.kind}:{each.territory.code}" if each.territory else "",
            each.time_zone, each.created_at, each.confirmed_at, each.member_id is not None, each.may_be_recorded,
            *(_state(seats.get(one.sequence.pk)) for one in sequences),
            *(answered(question, each.answers.get(question.code)) for question in questions),
        ]  # fmt: skip


def _state(seat: Seat | None) -> str:
    if seat is None:
        return ""
    words = str(seat.get_state_display())
    return f"{words} ({seat.number})" if seat.state == SeatState.WAITING else words


def answered(question: Question, value: Any) -> str:
    """An answer in words."""
    if value is None:
        return ""
    if is_unknown(question, value):
        return "ne sait pas"
    titles = question.title_of
    if isinstance(value, dict):
        named = {row.code: row.title for row in question.rows}
        return " ; ".join(f"{named.get(row, row)} : {titles.get(said, said)}" for row, said in value.items())
    if isinstance(value, list):
        return ", ".join(str(titles.get(each, each)) for each in value)
    return str(titles.get(value, value)) if isinstance(value, str) else str(value)
