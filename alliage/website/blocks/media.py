"""Images."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


class PictureBlock(blocks.StructBlock):
    """An image and what it shows, told to those who cannot see it: the alternative is required."""

    image = ImageChooserBlock(label=_("Image"))
    alternative = blocks.CharBlock(
        label=_("Ce que l’image montre"),
        max_length=250,
        help_text=_("Une phrase, lue aux personnes qui ne voient pas l’image."),
    )
    caption = blocks.CharBlock(label=_("Légende et crédit"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "website/blocks/picture.html"
