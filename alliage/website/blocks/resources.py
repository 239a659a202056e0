"""What the library knows, shown on a page: a resource as its card says it today."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from alliage.library.cards import card
from alliage.website.choosers import resource_chooser

ResourceChooserBlock = resource_chooser.get_block_class(
    name="ResourceChooserBlock", module_path="alliage.website.blocks.resources"
)


class ResourceBlock(blocks.StructBlock):
    """Nothing is copied: a new title shows by itself, and what is withdrawn shows no more."""

    resource = ResourceChooserBlock(label=_("Ressource"))
    why = blocks.CharBlock(
        label=_("Pourquoi la lire ici"),
        required=False,
        max_length=200,
        help_text=_("Une phrase, au-dessus de la ressource."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Ressource de la bibliothèque")
        template = "website/blocks/resource.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        found = value["resource"]
        is_shown = found is not None and found.is_shown
        return super().get_context(value, parent_context=parent_context) | {"card": card(found) if is_shown else None}
