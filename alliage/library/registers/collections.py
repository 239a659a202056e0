"""What collections add: « Garder » on the page of a resource, where it was gathered, « mon espace », reports, personal data."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.library import permissions
from alliage.library.enums import Sharing
from alliage.library.models import Collection, Resource
from alliage.library.queries import collections as queries
from alliage.library.queries.desk import desk_of
from alliage.library.registry import Act, Acting, acts
from alliage.library.searchable_collections import KIND as SEARCHABLE
from alliage.library.services import collections as services
from alliage.moderation.registry import Reportable, reportable
from alliage.search.registry import kinds as searchable_kinds
from alliage.ui.registry import DeskPanel, desk_panels


def acts_of(resource: Resource, request: HttpRequest) -> list[Act]:
    """One gesture for a member; one query for her, none for visitors."""
    if not resource.is_shown:
        return []
    url = reverse("library:keep", args=[resource.pk])
    if not permissions.can_keep(request.user):
        return [Act(_("Garder"), url, "heart")]
    if queries.keeps(request.user, resource):
        return [Act(_("Gardée"), url, "check")]
    return [Act(_("Garder"), url, "heart", is_post=True)]


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What the member keeps; read with the kits and the recommendations of the page."""
    found = desk_of(request).collections
    return {"collections": found} if found else None


def can_report(_user: Any, collection: Collection) -> bool:
    return collection.sharing == Sharing.PUBLIC and not collection.is_hidden


searchable_kinds.add(SEARCHABLE)
acts.add(Acting("library.collections", 20, acts_of))
desk_panels.add(DeskPanel("library.collections", "library/_collection_desk.html", desk_panel, position=32))
reportable.add(
    Reportable(
        code="library.collection",
        model=Collection,
        label=gettext_lazy("collection"),
        can_see=can_report,
        hide=services.hide,
        restore=services.restore,
        url=Collection.get_absolute_url,
        title=lambda collection: str(collection.name),
        author=lambda collection: collection.owner,
    )
)
personal_data.add(
    PersonalData(
        "library.collections", gettext_lazy("Mes collections de ressources"), queries.export_of, services.forget_member
    )
)
