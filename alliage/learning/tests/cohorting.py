"""Cohorts for tests: an open one with its facilitator, territories that are in it."""

from datetime import UTC, date, datetime
from typing import Any

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import CohortState
from alliage.learning.models import Cohort, CohortPlace, Diagnostic, TerritoryFile
from alliage.learning.services import cohort_places, cohorts
from alliage.learning.services.cohorts import Said
from alliage.learning.tests.factories import (
    LEVERS,
    NOW,
    DiagnosticFactory,
    TerritoryFileFactory,
    answered,
    closed,
    holder_of,
)
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory

BEGINS, ENDS = date(2026, 10, 1), date(2027, 6, 30)
BEFORE = datetime(2026, 9, 1, tzinfo=UTC)


def a_cohort(title: str = "Une cohorte", *, by: Any = None, state: str = CohortState.OPEN, **said: Any) -> Cohort:
    """Open, from October to June, kept company by a facilitator."""
    dates = {"opens_on": BEGINS, "closes_on": ENDS} | said
    made = cohorts.make(Said(title, **dates), by=by or MemberFactory(role=Role.FACILITATOR), now=NOW)
    return cohorts.move(made, state, by=by, now=NOW) if state != CohortState.DRAFT else made


def joins(cohort: Cohort, *, holder: Member | None = None, name: str = "", **said: Any) -> CohortPlace:
    """A territory that asked and has its place."""
    more = {"territory__name": name} if name else {}
    file = said.pop("file", None) or TerritoryFileFactory(holder=holder, **more)
    place = cohort_places.ask(cohort, file, is_shown=said.pop("is_shown", False), by=holder_of(file), now=NOW)
    return cohort_places.accept(cohort, place.pk, by=cohort.facilitator, now=NOW)


def diagnosed(file: TerritoryFile, *, now: datetime = NOW, **levels: Any) -> Diagnostic:
    """One after another in the same file, at level 2 unless said."""
    made = DiagnosticFactory(file=file, number=file.diagnostics.count() + 1, opened_at=now)
    answered(made, **(dict.fromkeys(LEVERS, 2) | levels))
    return closed(made, now=now)


def measure(file: TerritoryFile, **after: Any) -> None:
    """Level 2 everywhere before the cohort begins; during it, what is said."""
    diagnosed(file, now=BEFORE)
    diagnosed(file, **after)


def lever(code: str = "alliance") -> Term:
    found: Term | None = Term.objects.filter(vocabulary=Vocabulary.LEVIERS, code=code).first()
    return found or TermFactory(vocabulary=Vocabulary.LEVIERS, code=code)
