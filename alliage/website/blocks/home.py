"""Blocks of the home page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class StepBlock(blocks.StructBlock):
    """One step of the loop: what one does, and what comes of it."""

    title = blocks.CharBlock(label=_("Étape"), max_length=60)
    text = blocks.CharBlock(label=_("En une phrase"), max_length=200)

    class Meta:
        icon = "redirect"
        label = _("Étape")


class LoopBlock(blocks.StreamBlock):
    step = StepBlock()

    class Meta:
        min_num = 3
        max_num = 6
