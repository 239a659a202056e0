"""What the page table needs of cohorts: an open one that the facilitator keeps and where the member's file is, one closed a year ago, a draft."""

from datetime import datetime
from typing import Any

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.learning.enums import CohortState
from alliage.learning.models import CohortLater
from alliage.learning.services import cohort_places, cohorts
from alliage.learning.tests.cohorting import a_cohort, joins
from alliage.learning.tests.factories import TerritoryFileFactory


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    facilitator = Member.objects.filter(role=Role.FACILITATOR).earliest("pk")
    cohort = a_cohort("Avancer ensemble", by=facilitator)
    place = joins(cohort, holder=member, name="Cohorteville")
    over = a_cohort("Il y a un an", by=facilitator)
    later = joins(over, holder=member)
    CohortLater.objects.create(place=later, asked_at=now)
    asking = TerritoryFileFactory()
    cohort_places.ask(cohort, asking, is_shown=False, by=member, now=now)
    return {
        "cohort": cohort.slug,
        "cohort_place": place.pk,
        "cohort_over": cohorts.move(over, CohortState.CLOSED, by=facilitator, now=now).slug,
        "cohort_later": later.pk,
        "cohort_draft": a_cohort("Bientôt", by=facilitator, state=CohortState.DRAFT).slug,
    }
