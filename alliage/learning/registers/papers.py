"""What diagnostics on paper add: private pictures, the job that reads them, what erases them."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule
from alliage.learning.models import Diagnostic
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import papers as queries
from alliage.learning.services import papers as services


def may_read(user: Any, stored: StoredFile) -> bool:
    """The team that typed or confirms; nobody else of the file."""
    file = queries.of_file(stored)
    return file is not None and can_write_file(user, file)


def page_of(job: Job) -> str:
    """Where the pages that were read wait for someone."""
    found = Diagnostic.objects.filter(pk=job.payload["diagnostic"], file__isnull=False).first()
    return reverse("learning:paper", args=[found.file_id, found.number]) if found else ""


purposes.add(
    Purpose(
        code=services.PURPOSE,
        label=gettext_lazy("photo d’un diagnostic rempli sur papier"),
        kinds=frozenset({Kind.IMAGE}),
        max_bytes=15 * MEGABYTE,
        may_read=may_read,
    )
)
kinds.add(
    JobKind(
        services.JOB,
        gettext_lazy("Lire des feuilles photographiées"),
        lambda context, payload: services.read_waiting(context, payload, now=timezone.now()),
        retries=1,
        result_url=page_of,
    )
)
schedule.add(
    Periodic(
        "learning.erase_papers",
        every=timedelta(days=1),
        offset=timedelta(hours=4, minutes=10),
        run=lambda now: services.erase_old(now=now),
        label=gettext_lazy("Effacer les photos de diagnostics après sept jours"),
    )
)
