"""A cohort that everyone reads, and what is said and seen inside it, under the word « canari ».

Names of territories are public by themselves: that nobody reads which are in it is in test_cohort_pages.py.
"""

from datetime import datetime

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import CohortState
from alliage.learning.models import CohortLater
from alliage.learning.services import cohort_later, cohort_places, cohort_space, cohorts
from alliage.learning.services.cohort_later import Answer
from alliage.learning.tests.cohorting import ENDS, a_cohort, joins
from alliage.learning.tests.factories import TerritoryFileFactory, holder_of


def plant_cohorts(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts: those that everyone opens end with « #ouverte », the others are nobody else's."""
    facilitator = MemberFactory(role=Role.FACILITATOR, name="canari facilitatrice")
    cohort = a_cohort("Une cohorte que chacun lit", by=facilitator)
    place = joins(cohort, holder=owner)
    mate = joins(cohort)
    waiting = TerritoryFileFactory()
    cohort_places.ask(cohort, waiting, is_shown=True, by=holder_of(waiting), now=now)
    cohort_places.pair(cohort, place.pk, mate.pk, by=facilitator, now=now)
    cohorts.add_date(cohort, "canari date", day=ENDS, event=None, by=facilitator, now=now)
    cohort_space.post(cohort, "canari message", place=place, by=owner, now=now)
    cohort_space.note(place, "canari note", by=facilitator, now=now)
    draft = a_cohort("Une cohorte cachée", summary="canari résumé", by=facilitator, state=CohortState.DRAFT)
    later = _a_year_after(owner, facilitator, now=now)
    base = cohort.get_absolute_url()
    return (
        [
            *(f"{base}suivi{page}" for page in ("/", ".csv", f"/{place.pk}/", f"/{mate.pk}/")),
            *(f"{base}{page}/" for page in ("modifier", "dates")),
            draft.get_absolute_url(),
            later,
            *(f"{page}#ouverte" for page in ("/cohortes/", base, f"{base}demander/", "/mon-agenda/")),
        ],
        [f"{base}suivi/geste/", f"{base}modifier/", f"{base}dates/", f"{base}suivi/{place.pk}/", later],
    )


def _a_year_after(owner: Member, facilitator: Member, *, now: datetime) -> str:
    """What the owner answered a year after, without letting others read it, nor below five; the address where they alone find it."""
    over = a_cohort("Une cohorte close", by=facilitator)
    place = joins(over, holder=owner)
    cohorts.move(over, CohortState.CLOSED, by=facilitator, now=now)
    later = CohortLater.objects.create(place=place, asked_at=now)
    cohort_later.answer(later, Answer("no", "canari aide", "canari autrement"), by=owner, now=now)
    return f"{over.get_absolute_url()}un-an-apres/{place.pk}/"
