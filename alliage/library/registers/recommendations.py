"""What recommendations add: « Recommander » on the pages of resources and entries, what is told, « Recommandées » on « mon espace », personal data."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.jobs.registry import Periodic, schedule
from alliage.library.models import Receipt, Resource
from alliage.library.queries import recommendations as queries
from alliage.library.queries.desk import desk_of
from alliage.library.registry import Act, Acting, acts
from alliage.library.services import recommendations as services
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, PageAct, desk_panels, page_acts


def acts_of(resource: Resource, _request: HttpRequest) -> list[Act]:
    """No query."""
    if not resource.is_shown:
        return []
    return [Act(_("Recommander"), f"{reverse('library:recommend')}?ressource={resource.pk}", "mail")]


def act_of_entry(obj: Any, request: HttpRequest) -> str:
    """For whoever is signed in, on the page of somebody else who takes messages. No query."""
    if not isinstance(obj, Entry) or not request.user.is_authenticated or obj.owner_id in (None, request.user.pk):
        return ""
    if obj.contact_visibility == Visibility.NOBODY:
        return ""
    url = f"{reverse('library:recommend')}?fiche={obj.slug}"
    return render_to_string("library/_recommend_act.html", {"url": url})


def received(receipt: Receipt, _by: Any) -> Message:
    """Who, how many, and that opening tells her. Never the word, nor titles, which may be withdrawn later."""
    said = receipt.recommendation
    name = said.sender.get_full_name()
    if said.resource_count == 1:
        title = _("%(name)s vous recommande une ressource") % {"name": name}
    elif said.resource_count:
        title = _("%(name)s vous recommande %(count)d ressources") % {"name": name, "count": said.resource_count}
    else:
        title = _("%(name)s vous écrit un mot à propos des ressources") % {"name": name}
    text = _("%(name)s verra la date à laquelle vous ouvrez cette page.") % {"name": name}
    if said.note:
        text = f"{_('Un mot l’accompagne, à lire sur la page.')}\n\n{text}"
    return Message(title, receipt.get_absolute_url(), text)


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What was received and not put away; read with the kits and the collections of the page."""
    found = desk_of(request).received
    return {"received": found} if found else None


acts.add(Acting("library.recommendations", 25, acts_of))
kinds.add(
    NotificationKind(
        services.KIND,
        gettext_lazy("Ressources que l’on me recommande"),
        gettext_lazy("Un membre du réseau pense qu’une ressource vous servira."),
        describe=received,
    )
)
page_acts.add(PageAct("library.recommend", 5, act_of_entry))
desk_panels.add(DeskPanel("library.recommendations", "library/_recommendation_desk.html", desk_panel, position=28))
schedule.add(
    Periodic(
        "library.forget_recommendations",
        every=timedelta(days=1),
        offset=timedelta(hours=4, minutes=15),
        run=services.forget_old,
        label=gettext_lazy("Oublier les recommandations d’il y a plus de deux ans"),
    )
)
personal_data.add(
    PersonalData(
        "library.recommendations",
        gettext_lazy("Recommandations envoyées et reçues"),
        queries.export_of,
        services.forget_member,
    )
)
