"""Reads of cohorts: those that are open, one of them, what its shared space shows, mine, what a member takes away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.learning.enums import WRITERS, CohortState, PathState
from alliage.learning.models import (
    Cohort,
    CohortDate,
    CohortMessage,
    CohortNote,
    CohortPlace,
    FileMember,
    Path,
    TerritoryFile,
)
from alliage.territories import grammar

_IN = Q(places__joined_at__isnull=False, places__left_at=None)
SHOWN_MESSAGES = 100


def shown(user: Any) -> list[Cohort]:
    """Open ones first, then closed ones; with drafts of one's own. `taken`: how many places are given. One query."""
    seen = ~Q(state=CohortState.DRAFT)
    if user.is_authenticated:
        seen |= Q(facilitator=user.pk)
    rows = (
        Cohort.objects.filter(seen).select_related("lever", "facilitator").annotate(taken=Count("places", filter=_IN))
    )
    order = (CohortState.DRAFT, CohortState.OPEN, CohortState.CLOSED)
    return sorted(rows, key=lambda row: (order.index(CohortState(row.state)), row.opens_on, row.pk))


def by_slug(slug: str) -> Cohort | None:
    found = Cohort.objects.filter(slug=slug).select_related("lever", "facilitator")
    return found.annotate(taken=Count("places", filter=_IN)).first()


def seats_left(cohort: Cohort) -> int:
    taken: int = cohort.taken  # type: ignore[attr-defined]  # by_slug, shown
    return max(0, cohort.seats - taken)


def named(cohort: Cohort) -> list[str]:
    """Territories that agree that their name be said to everyone; one query."""
    rows = cohort.places.filter(joined_at__isnull=False, left_at=None, is_shown=True).select_related("file__territory")
    return sorted(grammar.title(row.file.territory) for row in rows)


@dataclass(frozen=True)
class Day:
    """A date of the calendar, on the event's own day when it has one."""

    row: CohortDate
    day: date
    starts_at: datetime | None
    url: str

    @property
    def is_cancelled(self) -> bool:
        event = self.row.shown_event
        return event is not None and event.is_cancelled


def day_of(row: CohortDate) -> Day:
    event = row.shown_event
    if event is None:
        return Day(row, row.day, None, "")
    return Day(row, timezone.localtime(event.starts_at).date(), event.starts_at, event.get_absolute_url())


def calendar(cohort: Cohort) -> list[Day]:
    """One query."""
    return sorted(map(day_of, cohort.dates.select_related("event")), key=lambda each: (each.day, each.row.pk))


def paths(cohort: Cohort) -> list[Path]:
    return list(cohort.paths.filter(state=PathState.PUBLISHED).order_by("title", "pk"))


def teams(cohort: Cohort) -> list[CohortPlace]:
    """Who is in it, by their territory, with their binôme: what the shared space shows, and nothing more. One query."""
    rows = cohort.places.filter(joined_at__isnull=False, left_at=None)
    return list(
        rows.select_related("file__territory", "buddy__file__territory").order_by("file__territory__name", "pk")
    )


def messages(cohort: Cohort) -> list[CohortMessage]:
    """The latest first; one query."""
    rows = cohort.messages.select_related("author", "place__file__territory")
    return list(rows[:SHOWN_MESSAGES])


def askable(user: Any, cohort: Cohort) -> list[TerritoryFile]:
    """Files that I write and that neither asked nor are in it; one query."""
    mine = FileMember.objects.filter(member=user.pk, role__in=WRITERS)
    taken = cohort.places.filter(left_at=None)
    found = TerritoryFile.objects.filter(pk__in=mine.values("file")).exclude(pk__in=taken.values("file"))
    return list(found.select_related("territory").order_by("territory__name", "pk"))


def waiting_of(user: Any, cohort: Cohort) -> list[CohortPlace]:
    """What my territories asked and nobody answered yet; one query."""
    mine = FileMember.objects.filter(member=user.pk, role__in=WRITERS)
    rows = cohort.places.filter(file__in=mine.values("file"), joined_at=None)
    return list(rows.select_related("file__territory"))


def place(cohort: Cohort, pk: int) -> CohortPlace | None:
    found = CohortPlace.objects.filter(cohort=cohort, pk=pk).select_related("file__territory", "buddy__file__territory")
    row = found.first()
    if row is not None:
        row.cohort = cohort
    return row


def notes(place: CohortPlace) -> list[CohortNote]:
    return list(place.notes.select_related("author"))


def of_file(file: TerritoryFile) -> list[CohortPlace]:
    """Its cohorts, asked or joined, the latest first; one query."""
    rows = CohortPlace.objects.filter(file=file, left_at=None).exclude(joined_at=None, cohort__state=CohortState.CLOSED)
    return list(rows.select_related("cohort", "buddy__file__territory").order_by("-cohort__opens_on", "pk"))


def dates_of(member: Any, *, since: date) -> list[Day]:
    """Dates of the cohorts where this person is, or that they keep company; one query."""
    mine = FileMember.objects.filter(member=member.pk, role__in=WRITERS)
    places = CohortPlace.objects.filter(file__in=mine.values("file"), joined_at__isnull=False, left_at=None)
    inside = Q(cohort__in=places.values("cohort")) | Q(cohort__facilitator=member.pk)
    rows: QuerySet[CohortDate] = CohortDate.objects.filter(inside, cohort__state=CohortState.OPEN)
    found = map(day_of, rows.select_related("cohort", "event"))
    return sorted((each for each in found if each.day >= since), key=lambda each: (each.day, each.row.pk))


def export_of(member: Member) -> dict[str, Any]:
    """A member's own copy: cohorts they keep company, places they asked for, what they wrote."""
    written = CohortMessage.objects.filter(author=member).select_related("cohort").order_by("pk")
    kept = CohortNote.objects.filter(author=member).select_related("place__file__territory").order_by("pk")
    asked = CohortPlace.objects.filter(asked_by=member).select_related("cohort", "file__territory").order_by("pk")
    return {
        "cohortes_animees": list(
            Cohort.objects.filter(facilitator=member).order_by("pk").values_list("title", flat=True)
        ),
        "places_demandees": [
            {"cohorte": row.cohort.title, "territoire": row.file.territory.name, "demandee_le": row.asked_at}
            for row in asked
        ],
        "messages": [{"cohorte": row.cohort.title, "texte": row.text, "le": row.at} for row in written],
        "notes": [{"territoire": row.place.file.territory.name, "texte": row.text, "le": row.at} for row in kept],
    }
