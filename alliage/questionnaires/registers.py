"""What questionnaires add to the folders below: plans that time brings, personal data, barometers to find, ballots that were
photographed."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule
from alliage.paper import queries as paper_queries
from alliage.paper import services as paper
from alliage.questionnaires import permissions, queries, registry, services  # noqa: F401 the registry is known from the start
from alliage.questionnaires.ballots import services as ballots
from alliage.questionnaires.barometers.searchable import KIND
from alliage.search.registry import kinds as searchable_kinds

searchable_kinds.add(KIND)
schedule.add(
    Periodic(
        "questionnaires.move_due",
        every=timedelta(minutes=5),
        run=services.move_due,
        label=_("Ouvrir et clore les consultations à l’heure prévue"),
    )
)
personal_data.add(
    PersonalData("questionnaires", _("Réponses à des questionnaires"), queries.export_of, services.forget_member)
)


# --- Ballots ---------------------------------------------------------------------------------------------------------


def may_read_ballot(user: Any, stored: StoredFile) -> bool:
    """Those who hold the opening, and confirm."""
    found = paper_queries.of_file(ballots.KIND, stored)
    return found is not None and permissions.can_hold(user, found.opening)


purposes.add(
    Purpose(
        code=ballots.PURPOSE,
        label=_("photo d’un bulletin de papier"),
        kinds=frozenset({Kind.IMAGE}),
        max_bytes=15 * MEGABYTE,
        may_read=may_read_ballot,
    )
)


def page_of(job: Job) -> str:
    """Where what was read waits for someone."""
    return reverse("questionnaires:paper", args=[job.payload["about"]])


kinds.add(
    JobKind(
        ballots.KIND.job,
        ballots.KIND.label,
        lambda context, payload: paper.read_waiting(ballots.KIND, context, payload, now=timezone.now()),
        retries=1,
        result_url=page_of,
    )
)
schedule.add(
    Periodic(
        "questionnaires.erase_ballots",
        every=timedelta(days=1),
        offset=timedelta(hours=4, minutes=15),
        run=lambda now: paper.erase_old(ballots.KIND, now=now),
        label=_("Effacer les photos de bulletins après sept jours"),
    )
)
