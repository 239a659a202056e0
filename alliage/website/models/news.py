"""News: their index, page by page, and each one."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from alliage.website import pictures
from alliage.website.blocks import BodyBlock
from alliage.website.models.base import NEWS, EditorialPage


class NewsIndexPage(EditorialPage):
    lead = models.TextField(_("en une ou deux phrases"), max_length=400, blank=True)

    template = "website/pages/news_index.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = ["website.NewsPage"]
    page_description = _("La liste des actualités.")
    content_panels: ClassVar[list[Any]] = [*EditorialPage.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("liste des actualités")
        verbose_name_plural = _("listes des actualités")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from alliage.website import queries

        context = super().get_context(request, *args, **kwargs)
        context["news"] = queries.news_page(request.GET.get("page"))
        context["exports"] = [{"label": _("Fil RSS"), "url": reverse("website:news_feed")}]
        return context


class NewsPage(EditorialPage):
    searched_as: ClassVar[str] = NEWS
    published_on = models.DateField(_("date"), default=timezone.localdate, db_index=True)
    lead = models.TextField(_("chapô"), max_length=400, help_text=_("L’essentiel, en deux phrases."))
    image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image"),
    )
    image_alternative = models.CharField(
        _("ce que l’image montre"),
        max_length=250,
        blank=True,
        help_text=_("Une phrase, lue aux personnes qui ne voient pas l’image."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("contenu"), blank=True)

    template = "website/pages/news.html"
    parent_page_types: ClassVar[list[str]] = ["website.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = _("Une nouvelle du réseau, datée.")
    content_panels: ClassVar[list[Any]] = [
        *EditorialPage.content_panels,
        FieldPanel("published_on"),
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alternative")], heading=_("Image")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("actualité")
        verbose_name_plural = _("actualités")

    def clean(self) -> None:
        super().clean()
        if self.image_id and not self.image_alternative:
            raise ValidationError({"image_alternative": _("Dites en une phrase ce que l’image montre.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from alliage.website import linked_data, queries

        context = super().get_context(request, *args, **kwargs)
        pictures.prepare([self.image, *pictures.of_body(self.body)])
        context["others"] = [news for news in queries.latest_news(4) if news.pk != self.pk][:3]
        context["linked_data"] = linked_data.news(self)
        return context
