"""What kits add: their steps and « Lancer ce kit » on their page, runs on « mon espace », ZIP in the background, personal data."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.library.enums import ResourceKind
from alliage.library.models import Resource
from alliage.library.queries import kits as queries
from alliage.library.queries.desk import desk_of
from alliage.library.registry import Act, Acting, Panel, Section, acts, panels
from alliage.library.services import kits as services
from alliage.library.services import packs
from alliage.ui.registry import DeskPanel, desk_panels


def _has_steps(resource: Resource) -> bool:
    return resource.kind == ResourceKind.KIT and bool(resource.content.get("kit_items"))


def steps_of(resource: Resource, _request: HttpRequest) -> Section | None:
    """The run sheet of a kit; one query, none for what is not a kit."""
    if not _has_steps(resource):
        return None
    sheets, use = queries.of_kit(resource)
    context = {"sheet": queries.run_sheet(resource.content["kit_items"], sheets), "use": use}
    return Section(_("Le déroulé, étape par étape"), "library/_kit_panel.html", context)


def acts_of(resource: Resource, _request: HttpRequest) -> list[Act]:
    """No query."""
    if not (resource.is_shown and _has_steps(resource)):
        return []
    return [
        Act(
            _("Lancer ce kit pour mon territoire"),
            reverse("library:kit_launch", args=[resource.pk]),
            "check",
            is_main=True,
        ),
        Act(_("Dérouler ce kit en séance"), reverse("library:kit_roll", args=[resource.pk]), "people"),
        Act(_("Emporter tout le kit"), reverse("library:kit_take", args=[resource.pk]), "download"),
    ]


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What is under way; read with the collections and the recommendations of the page."""
    found = desk_of(request).runs
    return {"runs": found} if found else None


def make_pack(context: JobContext, payload: dict[str, Any]) -> None:
    packs.run(context, payload, now=timezone.now())


def pack_url(job: Job) -> str:
    """Where the ZIP is taken: the page that asked for it."""
    route = "library:kit_take" if job.payload["kind"] == "kit" else "library:collection_take"
    return reverse(route, args=[job.payload["pk"]])


panels.add(Panel("library.kits", 5, steps_of))
acts.add(Acting("library.kits", 5, acts_of))
desk_panels.add(DeskPanel("library.kits", "library/_kit_desk.html", desk_panel, position=31))
job_kinds.add(
    JobKind(
        packs.JOB, gettext_lazy("Réunir des ressources dans une archive"), make_pack, retries=1, result_url=pack_url
    )
)
schedule.add(
    Periodic(
        "library.forget_packs",
        every=timedelta(days=1),
        offset=timedelta(hours=4, minutes=5),
        run=packs.tidy,
        label=gettext_lazy("Jeter les archives de ressources déjà emportées"),
    )
)
schedule.add(
    Periodic(
        "library.forget_runs",
        every=timedelta(days=1),
        offset=timedelta(hours=4, minutes=10),
        run=services.forget_orphans,
        label=gettext_lazy("Oublier les kits lancés que plus personne n’ouvre"),
    )
)
personal_data.add(
    PersonalData("library.kits", gettext_lazy("Kits que j’ai lancés"), queries.export_of, services.forget_member)
)
