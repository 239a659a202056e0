"""A page of text: the network, legal pages, declarations."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from alliage.website import pictures
from alliage.website.blocks import BodyBlock
from alliage.website.functions import acts
from alliage.website.models.base import EditorialPage


class StandardPage(EditorialPage):
    lead = models.TextField(_("en une ou deux phrases"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("contenu"), blank=True)

    template = "website/pages/standard.html"
    parent_page_types: ClassVar[list[str]] = ["website.HomePage", "website.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["website.StandardPage"]
    page_description = _("Texte, citations, images, encadrés, liens.")
    content_panels: ClassVar[list[Any]] = [*EditorialPage.content_panels, FieldPanel("lead"), FieldPanel("body")]

    class Meta:
        verbose_name = _("page de texte")
        verbose_name_plural = _("pages de texte")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["acts"] = acts()
        pictures.prepare(pictures.of_body(self.body))
        return context
