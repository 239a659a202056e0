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


def _carry_out_undo(context: JobContext, payload: dict[str, Any]) -> None:
    services.carry_out_undo(context, payload["run"], clock=timezone.now)


def _read_source(context: JobContext, payload: dict[str, Any]) -> dict[str, str] | None:
    whole = payload.get("whole", False)  # works of before do not say it
    return services.carry_out_read(
        context, payload["source"], writes=payload["writes"], whole=whole, clock=timezone.now
    )


def _result_url(job: Job) -> str:
    return reverse("imports:detail", args=[job.payload["run"]])


def _source_url(job: Job) -> str:
    """The import that the reading made, or the source when there was nothing new."""
    run = (job.result or {}).get("run")
    return reverse("imports:detail", args=[run]) if run else reverse("imports:source", args=[job.payload["source"]])


def _clean_up(now: datetime) -> None:
    services.clean_up(now)
    services.forget_journals(now)


def _read_due(now: datetime) -> None:
    services.read_due(now)


def _forget_stale(now: datetime) -> None:
    services.forget_stale(now)


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
kinds.add(JobKind(services.UNDO_JOB, _("Annulation d’un import"), _carry_out_undo, result_url=_result_url))
kinds.add(JobKind(services.READ_JOB, _("Lecture d’une source extérieure"), _read_source, result_url=_source_url))
schedule.add(
    Periodic(
        "imports.clean_up",
        every=timedelta(days=1),
        offset=timedelta(hours=2, minutes=45),
        run=_clean_up,
        label=_("Abandonner les imports oubliés"),
    )
)
schedule.add(
    Periodic(
        "imports.read_sources",
        every=timedelta(minutes=15),
        run=_read_due,
        label=_("Relire les sources extérieures"),
    )
)
schedule.add(
    Periodic(
        "imports.forget_stale",
        every=timedelta(hours=1),
        offset=timedelta(minutes=20),
        run=_forget_stale,
        label=_("Oublier les données personnelles qu’une source ne donne plus"),
    )
)
