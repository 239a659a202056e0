"""What imports add to the folders below."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.files.enums import Kind
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.imports import services
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, kinds, schedule


def _carry_out(context: JobContext, payload: dict[str, Any]) -> None:
    services.carry_out(context, payload["run"], clock=timezone.now)


def _result_url(job: Job) -> str:
    return reverse("imports:detail", args=[job.payload["run"]])


def _clean_up(now: datetime) -> None:
    services.clean_up(now)


purposes.add(
    Purpose(
        services.PURPOSE,
        _("Tableau à importer"),
        frozenset({Kind.TABLE}),
        max_bytes=50 * MEGABYTE,
        may_read=lambda user, _file: user.has_perm("imports.run_import"),
    )
)
kinds.add(JobKind(services.JOB, _("Import d’un fichier"), _carry_out, result_url=_result_url))
schedule.add(
    Periodic(
        "imports.clean_up",
        every=timedelta(days=1),
        offset=timedelta(hours=2, minutes=45),
        run=_clean_up,
        label=_("Abandonner les imports oubliés"),
    )
)
