"""What a page « Vous êtes… » proposes beside its one action."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from alliage.website.blocks.links import is_address


class PointBlock(blocks.StructBlock):
    """Another door: where it leads, and why go there."""

    label = blocks.CharBlock(label=_("Lien"), max_length=60)
    address = blocks.CharBlock(label=_("Adresse"), max_length=300, help_text=_("/annuaire/ ou https://…"))
    why = blocks.CharBlock(label=_("Pourquoi y aller"), max_length=200)

    class Meta:
        icon = "arrow-right"
        label = _("Autre lien")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not is_address(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("L’adresse commence par / ou par https://."))}
            )
        return cleaned


class PointsBlock(blocks.StreamBlock):
    point = PointBlock()

    class Meta:
        max_num = 3
        required = False
