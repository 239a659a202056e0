"""« Vous êtes… »: one page and one action for each kind of visitor who has two minutes."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from alliage.website.blocks.links import is_address
from alliage.website.blocks.roles import PointsBlock
from alliage.website.models.base import EditorialPage


def validate_address(text: str) -> None:
    if not is_address(text):
        raise ValidationError(_("L’adresse commence par / ou par https://."))


class RoleIndexPage(EditorialPage):
    lead = models.TextField(_("en une ou deux phrases"), max_length=400, blank=True)

    template = "website/pages/role_index.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = ["website.RolePage"]
    page_description = _("La liste des pages « Vous êtes… ».")
    content_panels: ClassVar[list[Any]] = [*EditorialPage.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("liste des entrées par rôle")
        verbose_name_plural = _("listes des entrées par rôle")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from alliage.website import queries

        context = super().get_context(request, *args, **kwargs)
        context["roles"] = queries.role_pages()
        return context


class RolePage(EditorialPage):
    """One action, why, and at most three other doors."""

    who = models.CharField(_("qui"), max_length=40, help_text=_("Par exemple « Élue ou élu »."))
    position = models.PositiveSmallIntegerField(_("rang"), default=10)
    lead = models.TextField(_("en deux phrases"), max_length=400)
    action_label = models.CharField(_("verbe du bouton"), max_length=60)
    action_address = models.CharField(
        _("adresse"), max_length=300, validators=[validate_address], help_text=_("/annuaire/ ou https://…")
    )
    action_why = models.CharField(_("pourquoi le faire"), max_length=300)
    points = StreamField(PointsBlock(), verbose_name=_("et aussi"), blank=True)

    template = "website/pages/role.html"
    parent_page_types: ClassVar[list[str]] = ["website.RoleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Une page pour un type de visiteur : une action, et trois liens au plus.")
    content_panels: ClassVar[list[Any]] = [
        *EditorialPage.content_panels,
        MultiFieldPanel([FieldPanel("who"), FieldPanel("position")], heading=_("Pour qui")),
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("action_label"), FieldPanel("action_address"), FieldPanel("action_why")],
            heading=_("L’action, une seule"),
        ),
        FieldPanel("points"),
    ]

    class Meta:
        verbose_name = _("entrée par rôle")
        verbose_name_plural = _("entrées par rôle")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from alliage.website import queries

        context = super().get_context(request, *args, **kwargs)
        context["others"] = [role for role in queries.roles() if role.url != self.get_url()]
        return context
