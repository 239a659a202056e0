"""What exchanges with other sites add to the folders below: imports and banks, the control of links, the open data file."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.imports.registry import kinds as import_kinds
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.library import permissions
from alliage.library.importers.kinds import RESOURCES
from alliage.library.models import Resource, ResourceLink
from alliage.library.queries import links as link_queries
from alliage.library.registry import Act, Acting, Panel, Section, acts, panels
from alliage.library.services import dump, links
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds

LINKS_URL = "/ressources/liens/"


def acts_of(resource: Resource, request: HttpRequest) -> list[Act]:
    """« Prendre la suite », of what follows an outside bank. No query."""
    if not (request.user.is_authenticated and permissions.can_take_over_from_bank(request.user, resource)):
        return []
    return [Act(_("Prendre la suite"), reverse("library:take_over", args=[resource.pk]), "edit")]


def panel(resource: Resource, _request: HttpRequest) -> Section | None:
    """Where a resource that follows a bank is written; no query."""
    if not permissions.follows_a_bank(resource):
        return None
    page = next((link["url"] for link in resource.content["links"]), "")
    return Section(_("Elle vient d’une autre banque"), "library/_bank_panel.html", {"page": page})


def about_link(link: ResourceLink, _by: Any) -> Message:
    """For who can mend it."""
    return Message(
        _("Un lien de «\u00a0%(title)s\u00a0» ne répond plus") % {"title": link.resource.title},
        reverse("library:edit", args=[link.resource_id]),
        _("%(url)s n’a pas répondu à plusieurs contrôles, à quelques jours d’écart. Corrigez-le ou retirez-le.")
        % {"url": link.url},
    )


def about_link_for_the_desk(link: ResourceLink, _by: Any) -> Message:
    return Message(
        _("Un lien de «\u00a0%(title)s\u00a0» ne répond plus") % {"title": link.resource.title}, LINKS_URL, link.url
    )


def check_links(context: JobContext, payload: dict[str, Any]) -> None:
    links.carry_out(context, payload, clock=timezone.now)


def make_dump(_context: JobContext, _payload: dict[str, Any]) -> None:
    dump.make(timezone.now())


import_kinds.add(RESOURCES)
acts.add(Acting("library.exchange", 85, acts_of))
panels.add(Panel("library.exchange", 5, panel))
kinds.add(
    NotificationKind(
        links.KIND,
        gettext_lazy("Liens morts dans mes ressources"),
        gettext_lazy("Quand une adresse que vous citez ne répond plus."),
        default_frequency=Frequency.DAILY,
        describe=about_link,
    )
)
kinds.add(
    NotificationKind(
        links.DESK_KIND,
        gettext_lazy("Liens morts dans les ressources"),
        gettext_lazy("Pour l’équipe d’animation\u00a0: une adresse citée ne répond plus."),
        default_frequency=Frequency.WEEKLY,
        describe=about_link_for_the_desk,
    )
)
queues.add(
    DeskQueue(
        "library.links",
        gettext_lazy("Liens qui ne répondent plus"),
        None,
        LINKS_URL,
        position=33,
        help=gettext_lazy("Des ressources citent des adresses mortes."),
        rows=link_queries.dead,
    )
)
job_kinds.add(JobKind(links.JOB, gettext_lazy("Contrôler les liens des ressources"), check_links))
job_kinds.add(JobKind(dump.JOB, gettext_lazy("Faire le fichier des données ouvertes"), make_dump, retries=1))
schedule.add(
    Periodic(
        "library.check_links",
        every=timedelta(hours=1),
        offset=timedelta(minutes=40),
        run=links.ask_due,
        label=gettext_lazy("Contrôler les liens dont le tour est venu"),
    )
)
schedule.add(
    Periodic(
        "library.dump",
        every=timedelta(minutes=5),
        offset=timedelta(minutes=2),
        run=dump.ask_due,
        label=gettext_lazy("Refaire le fichier des données ouvertes quand les ressources ont changé"),
    )
)
