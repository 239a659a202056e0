"""Figures: those that someone published, with what makes them checkable, and those that the platform counts itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PublishedFigureBlock(blocks.StructBlock):
    """A figure of a survey or of a barometer: never without its source, its date and how many answered."""

    value = blocks.CharBlock(label=_("Chiffre"), max_length=20, help_text=_("Par exemple « 81 % »."))
    label = blocks.CharBlock(label=_("Ce qu’il dit"), max_length=200)
    source = blocks.CharBlock(label=_("Source"), max_length=200)
    date = blocks.CharBlock(label=_("Date"), max_length=40, help_text=_("Par exemple « mai 2020 »."))
    n = blocks.IntegerBlock(
        label=_("Nombre de réponses (n)"), min_value=1, help_text=_("Sans ce nombre, un chiffre ne se publie pas.")
    )

    class Meta:
        icon = "order"
        label = _("Chiffre publié")
        template = "website/blocks/published_figure.html"


class FactBlock(blocks.StructBlock):
    """One fact of the home page, whose source and date are said once for all of them."""

    value = blocks.CharBlock(label=_("Chiffre ou mot"), max_length=20)
    text = blocks.CharBlock(label=_("Ce qu’il dit"), max_length=160)

    class Meta:
        icon = "info-circle"
        label = _("Fait")


class FactsBlock(blocks.StreamBlock):
    fact = FactBlock()

    class Meta:
        max_num = 4
        required = False


class LivingBlock(blocks.StaticBlock):
    """A part of a page that the platform keeps up to date by itself: nothing to fill."""

    def living(self) -> dict[str, Any]:
        raise NotImplementedError

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        return super().get_context(value, parent_context=parent_context) | self.living()


class CountsBlock(LivingBlock):
    def living(self) -> dict[str, Any]:
        from alliage.website import queries

        return {"figures": queries.figures()}

    class Meta:
        icon = "order"
        label = _("Chiffres de la plateforme")
        admin_text = _("Les fiches, les alliances et les territoires, comptés aujourd’hui.")
        template = "website/blocks/counts.html"


class PartnersBlock(LivingBlock):
    def living(self) -> dict[str, Any]:
        from alliage.website import queries

        return {"partners": queries.partners()}

    class Meta:
        icon = "group"
        label = _("Partenaires nommés par le programme")
        admin_text = _("Les organisations que le programme de 2020 nomme comme partenaires, avec ses mots.")
        template = "website/blocks/partners.html"


class ExportsBlock(LivingBlock):
    def living(self) -> dict[str, Any]:
        from alliage.website.open_data import DATASETS

        return {"datasets": DATASETS}

    class Meta:
        icon = "download"
        label = _("Toutes les données ouvertes")
        admin_text = _("Chaque jeu de données, son contenu, ses formats, ses adresses.")
        template = "website/blocks/exports.html"


class SignBlock(LivingBlock):
    def living(self) -> dict[str, Any]:
        return {}

    class Meta:
        icon = "image"
        label = _("Le signe d’Alliage, à télécharger")
        admin_text = _("Le signe, en SVG et en PNG, en couleurs et en une couleur.")
        template = "website/blocks/sign.html"
