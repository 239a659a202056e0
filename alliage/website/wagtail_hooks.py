"""The administration of pages: our colours, what an animator needs, the vocabularies that administrators edit."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page

from alliage.taxonomy.models import Term
from alliage.taxonomy.permissions import can_edit_lists
from alliage.website import queries
from alliage.website.choosers import ResourceChooser, resource_chooser
from alliage.website.functions import Act
from alliage.website.models import HomePage, NewsIndexPage

# Roles are in « accounts »; one site, one language, no approval steps: these entries would only be in the way.
NOT_NEEDED = {"help", "workflows", "workflow-tasks", "sites", "locales", "users", "groups", "collections", "snippets"}


@hooks.register("insert_global_admin_css")
def colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("website/gestion.css"))


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
@hooks.register("construct_reports_menu")
def keep_what_is_needed(request: HttpRequest, items: list[MenuItem]) -> None:  # noqa: ARG001 the hook's signature
    items[:] = [item for item in items if item.name not in NOT_NEEDED]


class FirstActs(Component):
    """What an animator most often comes for, one click away."""

    name = "first_acts"
    template_name = "website/gestion_first_acts.html"
    order = 50

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:  # noqa: ARG002 the base's signature
        return {"acts": list(first_acts())}


def first_acts() -> Iterator[Act]:
    """Edit the home page, write a news, complete what the first content left."""
    for home in HomePage.objects.live()[:1]:
        yield Act(
            gettext("Modifier la page d’accueil"),
            _edit(home),
            gettext("L’accroche, la boucle, le réseau en quelques mots."),
        )
    for index in NewsIndexPage.objects.live()[:1]:
        address = reverse("wagtailadmin_pages:add", args=["website", "newspage", index.pk])
        yield Act(
            gettext("Écrire une actualité"), address, gettext("Elle paraît en tête de la liste, et dans le fil RSS.")
        )
    for page in queries.incomplete_pages():
        label = gettext("Compléter « %(title)s »") % {"title": page.title}
        yield Act(label, _edit(page), gettext("Des renseignements attendent l’exploitant du site."))


def _edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@hooks.register("construct_homepage_panels")
def what_one_comes_for(request: HttpRequest, panels: list[Any]) -> None:  # noqa: ARG001 the hook's signature
    panels.insert(0, FirstActs())


@hooks.register("construct_page_action_menu")
def publish_first(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001 the hook's signature
    """Those who write also publish: the first button does it, saving a draft comes after."""
    menu_items.sort(key=lambda item: item.name != "action-publish")


class ListsMenuItem(MenuItem):
    """The three lists that the network writes have their own screens, with versions and comments."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_edit_lists(request.user)


@hooks.register("register_admin_menu_item")
def lists_of_the_network() -> MenuItem:
    return ListsMenuItem(_("Listes du réseau"), reverse("taxonomy:index"), name="lists", icon_name="list-ul", order=500)


@hooks.register("register_admin_menu_item")
def back_to_my_space() -> MenuItem:
    return MenuItem(_("Mon espace"), reverse("website:space"), name="space", icon_name="user", order=9000)


class TermViewSet(ModelViewSet):
    """Words of the vocabularies: their labels and explanations. Codes never change, terms are put aside, not deleted."""

    model = Term
    name = "reperes"
    icon = "tag"
    menu_label = _("Repères")
    menu_order = 510
    add_to_admin_menu = True
    list_display = ["label", "vocabulary", "article", BooleanColumn("is_active", label=_("Proposé"))]
    list_filter = ["vocabulary", "is_active"]
    search_fields = ["label", "short_label"]
    search_backend_name = None
    copy_view_enabled = False
    inspect_view_enabled = True
    panels = [
        MultiFieldPanel([FieldPanel("label"), FieldPanel("article"), FieldPanel("short_label")], heading=_("Mots")),
        FieldPanel("help_text"),
        MultiFieldPanel([FieldPanel("position"), FieldPanel("is_active")], heading=_("Dans les listes")),
    ]


@hooks.register("register_admin_viewset")
def vocabularies() -> Any:
    return TermViewSet()


@hooks.register("register_admin_viewset")
def resources_of_the_library() -> ResourceChooser:
    return resource_chooser
