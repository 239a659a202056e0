"""The home page."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField

from alliage.ui.registry import menu
from alliage.website.blocks import FactsBlock, LoopBlock
from alliage.website.blocks.text import SHORT_RICH_TEXT
from alliage.website.models.base import EditorialPage


class HomePage(EditorialPage):
    """What Alliage is, one's commune, the map, the functions, the loop, the network, the news: words are the editors'."""

    headline = models.CharField(_("accroche"), max_length=160)
    lead = models.TextField(_("en deux phrases"), max_length=400)
    loop_title = models.CharField(_("titre"), max_length=120)
    loop = StreamField(LoopBlock(), verbose_name=_("étapes"))
    network_title = models.CharField(_("titre"), max_length=120)
    network_text = RichTextField(_("texte"), features=SHORT_RICH_TEXT, blank=True)
    network_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page « en savoir plus »"),
    )
    facts = StreamField(FactsBlock(), verbose_name=_("faits"), blank=True)
    facts_source = models.CharField(
        _("source et date de ces faits"), max_length=200, blank=True, help_text=_("Demandées dès qu’il y a un fait.")
    )
    call_title = models.CharField(_("titre"), max_length=120, blank=True)
    call_text = models.TextField(_("texte"), max_length=300, blank=True)

    template = "website/pages/home.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["website.StandardPage", "website.NewsIndexPage", "website.RoleIndexPage"]
    content_panels: ClassVar[list[Any]] = [
        *EditorialPage.content_panels,
        MultiFieldPanel([FieldPanel("headline"), FieldPanel("lead")], heading=_("En ouverture")),
        MultiFieldPanel([FieldPanel("loop_title"), FieldPanel("loop")], heading=_("La boucle")),
        MultiFieldPanel(
            [
                FieldPanel("network_title"),
                FieldPanel("network_text"),
                FieldPanel("facts"),
                FieldPanel("facts_source"),
                PageChooserPanel("network_page", ["website.StandardPage"]),
            ],
            heading=_("Le réseau en quelques mots"),
        ),
        MultiFieldPanel([FieldPanel("call_title"), FieldPanel("call_text")], heading=_("Appel, en bas de page")),
    ]

    class Meta:
        verbose_name = _("page d’accueil")
        verbose_name_plural = _("pages d’accueil")

    def clean(self) -> None:
        super().clean()
        if self.facts and not self.facts_source:
            raise ValidationError({"facts_source": _("Dites d’où viennent ces faits, et de quand ils datent.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from alliage.codev.queries import questions
        from alliage.events.lines import next_lines
        from alliage.library.queries import impact as library
        from alliage.website import linked_data, queries
        from alliage.website.national_map import national_map

        context = super().get_context(request, *args, **kwargs)
        context["functions"] = sorted(menu, key=lambda entry: entry.position)
        context["map"] = national_map()
        context["figures"] = queries.figures()
        context["terms"] = queries.words_of_the_network()
        context["roles"] = queries.roles()
        context["resources"] = library.latest(3)
        context["questions"] = questions.unanswered(request.user, 3)
        context["agenda"] = next_lines(now=timezone.now())
        context["news"] = queries.latest_news()
        context["network_url"] = queries.address_of(self.network_page_id)
        context["linked_data"] = linked_data.site()
        return context
