"""What contributing adds to the folders below and to the page of a resource."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.library import permissions
from alliage.library.models import Intake, Proposal, Resource
from alliage.library.queries import contributing as queries
from alliage.library.registry import Act, Acting, acts
from alliage.library.services import contributing, files, previews
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels

SHOWN = 4


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What the member writes and what waits for them."""
    lines = queries.on_their_way(request.user, limit=SHOWN)
    return {"lines": lines} if lines else None


def submitted(proposal: Proposal, _by: Any) -> Message:
    """Never the text of it: a proposal is read on its own page."""
    return Message(
        _("Votre ressource est bien proposée"),
        f"{reverse('library:mine')}#ressource-{proposal.resource_id}",
        _(
            "Elle attend quelqu’un du réseau pour la relire. Vous serez prévenu de ses remarques ou de sa publication\u00a0; d’ici là, vous pouvez la reprendre."
        ),
    )


def card_url(job: Job) -> str:
    intake = Intake.objects.select_related("proposal").filter(job=job).first()
    return reverse("library:card", args=[intake.proposal.resource_id]) if intake is not None else ""


def acts_of(resource: Resource, request: HttpRequest) -> list[Act]:
    """« Écrire la version suivante », for those who hold it."""
    if not (request.user.is_authenticated and permissions.can_edit(request.user, resource)):
        return []
    return [Act(_("Écrire la version suivante"), reverse("library:edit", args=[resource.pk]), icon="edit")]


acts.add(Acting("library.contributing", 90, acts_of))
desk_panels.add(DeskPanel("library.contributing", "library/_contributing_panel.html", desk_panel, position=30))
kinds.add(
    NotificationKind(
        contributing.SUBMITTED,
        gettext_lazy("Ressources que je propose"),
        gettext_lazy("La confirmation que votre texte est arrivé, et ce qui vient ensuite."),
        describe=submitted,
    )
)
job_kinds.add(
    JobKind(
        contributing.READ_JOB,
        gettext_lazy("Lire un lien ou un document pour préparer sa fiche"),
        contributing.read_source,
        retries=1,
        result_url=card_url,
    )
)
schedule.add(
    Periodic(
        "library.tidy_files",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=20),
        run=files.tidy,
        label=gettext_lazy("Jeter les fichiers que plus aucune ressource ne nomme"),
    )
)
schedule.add(
    Periodic(
        "library.forget_previews",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=35),
        run=previews.forget_old,
        label=gettext_lazy("Oublier les anciens liens d’aperçu"),
    )
)
personal_data.add(
    PersonalData(
        "library.contributing",
        gettext_lazy("Ressources et propositions"),
        contributing.export_of,
        contributing.forget,
    )
)
