"""Writes of cohorts: made, described, dated, opened, closed with their report; taken over; forgotten with an account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage import days
from alliage.accounts.models import Member
from alliage.events.models import Event
from alliage.learning.enums import COHORT_MOVES, WRITERS, CohortState
from alliage.learning.models import Cohort, CohortDate, CohortMessage, CohortNote, CohortPlace, Path
from alliage.learning.queries import cohort_report
from alliage.learning.services.files import line
from alliage.notifications.services import notify_many
from alliage.refusals import Refusal
from alliage.taxonomy.models import Term

LIFE = "learning.cohort_life"
# What follows « /cohortes/ » and is no cohort.
RESERVED = frozenset({"nouvelle"})
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_SLUG = 160, 400, 100
FEWEST_SEATS, MOST_SEATS, MOST_DATES = 2, 60, 60


class CohortRefused(Refusal):
    """The rules of cohorts say no."""


@dataclass(frozen=True)
class Said:
    """What is said of a cohort."""

    title: str
    opens_on: date
    closes_on: date
    summary: str = ""
    seats: int = 10
    lever: Term | None = None
    paths: Sequence[Path] = ()


def lock(cohort: Cohort) -> Cohort:
    """One write of a cohort at a time: no seat is given twice."""
    return Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)


@transaction.atomic
def make(said: Said, *, by: Member, now: datetime) -> Cohort:
    """A draft, held by whoever makes it. The same form sent twice makes one."""
    title = line(said.title, LONGEST_TITLE)
    twin = Cohort.objects.filter(
        facilitator=by, title=title, state=CohortState.DRAFT, opens_on=said.opens_on, closes_on=said.closes_on
    ).first()
    if twin is not None:
        return twin
    made = Cohort(facilitator=by, slug=_free_slug(title), created_at=now)
    _write(made, said)
    return made


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:LONGEST_SLUG].strip("-") or "cohorte"
    taken = RESERVED | set(Cohort.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return wanted if wanted not in taken else f"{wanted}-{secrets.token_hex(3)}"


def _write(cohort: Cohort, said: Said) -> None:
    cohort.title, cohort.summary = line(said.title, LONGEST_TITLE), line(said.summary, LONGEST_SUMMARY)
    cohort.opens_on, cohort.closes_on, cohort.seats, cohort.lever = (
        said.opens_on,
        said.closes_on,
        said.seats,
        said.lever,
    )
    if not cohort.title:
        raise CohortRefused(_("Donnez un titre."))
    if cohort.closes_on <= cohort.opens_on:
        raise CohortRefused(_("La cohorte finit après avoir commencé\u00a0: changez une des deux dates."))
    if not FEWEST_SEATS <= cohort.seats <= MOST_SEATS:
        raise CohortRefused(_("Entre deux et soixante territoires."))
    cohort.save()
    cohort.paths.set(said.paths)


@transaction.atomic
def describe(cohort: Cohort, said: Said, *, by: Any, now: datetime) -> Cohort:  # noqa: ARG001 the name of every service
    """Change what is said of it; its address stays. Closed, it stays as it was."""
    row = lock(cohort)
    _refuse_closed(row)
    _write(row, said)
    return row


def _refuse_closed(cohort: Cohort) -> None:
    if cohort.state == CohortState.CLOSED:
        raise CohortRefused(_("Cette cohorte est close\u00a0: elle reste telle qu’elle était."))


@transaction.atomic
def move(cohort: Cohort, state: str, *, by: Any, now: datetime) -> Cohort:  # noqa: ARG001 as above
    """Open it, then close it: its report is made once, then. Twice is once."""
    row = lock(cohort)
    if row.state == state:
        return row
    if state not in COHORT_MOVES[row.state]:
        raise CohortRefused(_("Une cohorte s’ouvre, puis se clôt\u00a0; elle ne revient pas en arrière."))
    row.state = state
    if state == CohortState.CLOSED:
        row.closed_at, row.report = now, cohort_report.make(row, now=now)
    row.save(update_fields=["state", "closed_at", "report"])
    return row


@transaction.atomic
def drop(cohort: Cohort, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """A draft goes; what was open is closed, never erased."""
    row = lock(cohort)
    if row.state != CohortState.DRAFT:
        raise CohortRefused(_("Cette cohorte a été ouverte\u00a0: elle se clôt, elle ne s’efface pas."))
    row.delete()


@transaction.atomic
def take_over(cohort: Cohort, *, by: Member, now: datetime) -> Cohort:
    """Someone else keeps it company; its teams are told, since this person now reads their lines."""
    row = lock(cohort)
    row.facilitator = by
    row.save(update_fields=["facilitator"])
    notify_many(teams(row), LIFE, row, by=by, now=now, key=f"taken|{now.isoformat()}")
    return row


def teams(cohort: Cohort) -> list[Member]:
    """Those of every territory that is in it."""
    places = cohort.places.filter(joined_at__isnull=False, left_at=None)
    found = Member.objects.filter(
        territory_files__file__in=places.values("file"), territory_files__role__in=WRITERS, is_active=True
    )
    return list(found.distinct())


# --- Its calendar ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_date(
    cohort: Cohort,
    title: str,
    *,
    day: date | None,
    event: Event | None,
    by: Any,  # noqa: ARG001 as above
    now: datetime,
) -> CohortDate:
    """A day, or an event of the agenda, whose own day is followed. The same one sent twice is one."""
    row = lock(cohort)
    _refuse_closed(row)
    words = line(title, LONGEST_TITLE) or (event.title[:LONGEST_TITLE] if event is not None else "")
    when = timezone.localtime(event.starts_at, event.clock).date() if event is not None else day
    if not words or when is None:
        raise CohortRefused(_("Dites quoi et quel jour, ou donnez l’adresse d’un rendez-vous."))
    if not days.is_near(when):
        raise CohortRefused(days.TOO_FAR)
    if row.dates.count() >= MOST_DATES:
        raise CohortRefused(_("%(most)d dates au plus.") % {"most": MOST_DATES})
    made, _is_new = CohortDate.objects.get_or_create(
        cohort=row, title=words, day=when, event=event, defaults={"changed_at": now}
    )
    return made


@transaction.atomic
def remove_date(cohort: Cohort, pk: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    CohortDate.objects.filter(cohort=lock(cohort), pk=pk).delete()


# --- Personal data ---------------------------------------------------------------------------------------------------


@transaction.atomic
def forget_member(member: Member) -> None:
    """Their messages go; notes about territories stay without their name; a cohort they held waits for an animator."""
    CohortMessage.objects.filter(author=member).delete()
    Cohort.objects.filter(facilitator=member).update(facilitator=None)
    CohortPlace.objects.filter(asked_by=member).update(asked_by=None)
    CohortNote.objects.filter(author=member).update(author=None)
