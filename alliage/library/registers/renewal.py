"""What « toujours exact » adds: acts on the page of a resource, what is told and when, the desk, « mon espace », personal data."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.permissions import is_animator
from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.library import renewal_links
from alliage.library.enums import DoubtState
from alliage.library.models import Doubt, RenewalNotice, Resource
from alliage.library.permissions import follows_a_bank
from alliage.library.queries import renewal as queries
from alliage.library.queries.desk import desk_of
from alliage.library.registry import Act, Acting, acts
from alliage.library.services import renewal as services
from alliage.moderation.registry import DeskQueue, queues
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels

DESK_URL = "/ressources/a-actualiser/"


def acts_of(resource: Resource, request: HttpRequest) -> list[Act]:
    """Who holds it tends it; everyone else may say that it is out of date. No query."""
    if not resource.is_shown:
        return []
    user = request.user
    is_theirs = resource.owner_id == user.pk or is_animator(user)
    if user.is_authenticated and is_theirs and not follows_a_bank(resource):
        return [
            Act(_("Tenir à jour"), reverse("library:tend", args=[resource.pk]), "refresh"),
            Act(_("Chercher un coup de main"), reverse("library:help_ask", args=[resource.pk]), "people"),
        ]
    return [Act(_("Ce n’est plus exact"), reverse("library:doubt", args=[resource.pk]), "flag")]


# --- What is told --------------------------------------------------------------------------------------------------


def about_renewal(obj: RenewalNotice | Resource, _by: Any) -> Message:
    """« Est-ce toujours exact ? », or that readers are warned; the link confirms without sign-in."""
    resource = obj.resource if isinstance(obj, RenewalNotice) else obj
    title, path = {"title": resource.title}, renewal_links.path(resource)
    if isinstance(obj, RenewalNotice):
        return Message(
            _("« %(title)s » est-elle toujours exacte ?") % title,
            path,
            _("Un clic suffit pour dire qu’elle est toujours exacte, sans vous connecter."),
        )
    return Message(
        _("« %(title)s » est annoncée « à actualiser »") % title,
        path,
        _("Elle est restée sans réponse. Elle reste lisible ; un clic lève cette mention si elle est toujours exacte."),
    )


def about_doubt(doubt: Doubt, _by: Any) -> Message:
    """What is said stays on the page."""
    return Message(
        _("Quelque chose ne serait plus exact dans « %(title)s »") % {"title": doubt.resource.title},
        reverse("library:doubt_answer", args=[doubt.pk]),
    )


def about_answer(doubt: Doubt, _by: Any) -> Message:
    title = {"title": doubt.resource.title}
    page = reverse("library:permanent", args=[doubt.resource_id])
    if doubt.state == DoubtState.CORRECTED:
        return Message(_("« %(title)s » est corrigée, grâce à vous") % title, page, doubt.answer)
    return Message(_("« %(title)s » a été vérifiée") % title, page, doubt.answer)


def panel(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for who holds it, the most urgent first; read with the kits and the collections of the page."""
    found = sorted(desk_of(request).to_tend, key=lambda line: (line.more, line.number))
    rows = [
        {
            "pk": line.number,
            "title": line.said,
            "doubt_count": line.first,
            "renew_on": date.fromisoformat(line.more) if line.more else None,
        }
        for line in found
    ]
    return {"resources": rows} if rows else None


acts.add(Acting("library.renewal", 80, acts_of))
kinds.add(
    NotificationKind(
        services.KIND,
        gettext_lazy("Mes ressources à relire"),
        gettext_lazy("Quand le moment vient de dire si une ressource est toujours exacte. Un clic suffit."),
        template="library/mail/renewal.html",
        describe=about_renewal,
    )
)
kinds.add(
    NotificationKind(
        services.DOUBT_KIND,
        gettext_lazy("Ce qui ne serait plus exact dans mes ressources"),
        gettext_lazy("Un lecteur dit que quelque chose a changé."),
        describe=about_doubt,
    )
)
kinds.add(
    NotificationKind(
        services.ANSWER_KIND,
        gettext_lazy("Suites de mes « ce n’est plus exact » sur une ressource"),
        gettext_lazy("Qui tient la ressource vous répond."),
        describe=about_answer,
    )
)
kinds.add(
    NotificationKind(
        services.DESK_KIND,
        gettext_lazy("Ressources dites inexactes"),
        gettext_lazy("Pour l’équipe d’animation : personne ne les tient, ou personne n’a répondu."),
        default_frequency=Frequency.DAILY,
        describe=about_doubt,
    )
)
queues.add(
    DeskQueue(
        "library.renewal",
        gettext_lazy("Ressources à actualiser"),
        None,
        DESK_URL,
        position=31,
        help=gettext_lazy("Leur date est passée et personne ne les tient."),
        rows=lambda: queries.of_the_desk(timezone.localdate()),
    )
)
queues.add(
    DeskQueue(
        "library.doubts",
        gettext_lazy("Ressources dites inexactes"),
        None,
        f"{DESK_URL}?vue=doutes",
        position=32,
        help=gettext_lazy("Un lecteur dit que ce n’est plus exact, et personne ne lui a répondu."),
        rows=lambda: queries.late_doubts(timezone.now()),
    )
)
schedule.add(
    Periodic(
        "library.renewal",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=30),
        run=services.tend,
        label=gettext_lazy("Demander si les ressources sont toujours exactes"),
    )
)
desk_panels.add(DeskPanel("library.renewal", "library/_renewal_panel.html", panel, position=9))
personal_data.add(
    PersonalData(
        "library.doubts",
        gettext_lazy("Ce que j’ai dit inexact dans des ressources"),
        queries.export_of,
        services.forget_member,
    )
)
