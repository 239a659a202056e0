"""Links that invite to act."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from alliage.ui.registry import menu


def function_choices() -> list[tuple[str, str]]:
    """The functions of the menu; asked each time a form opens, so that a new function appears by itself."""
    return [(entry.code, str(entry.label)) for entry in sorted(menu, key=lambda entry: entry.position)]


class FunctionBlock(blocks.StructBlock):
    """A link to one of the platform's functions, which keeps its name, icon and address up to date by itself."""

    function = blocks.ChoiceBlock(label=_("Fonction"), choices=function_choices)
    text = blocks.CharBlock(label=_("Pourquoi y aller"), max_length=200)

    class Meta:
        icon = "link"
        label = _("Lien vers une fonction")
        template = "website/blocks/function.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["entry"] = menu.get(value["function"])
        return context


class ActionBlock(blocks.StructBlock):
    """One button: to a page of the site, or to an address."""

    label = blocks.CharBlock(label=_("Verbe du bouton"), max_length=60, help_text=_("Par exemple « Voir l’annuaire »."))
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(
        label=_("ou adresse"), required=False, max_length=300, help_text=_("/annuaire/ ou https://…")
    )

    class Meta:
        icon = "arrow-right"
        label = _("Bouton")
        template = "website/blocks/action.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("Donnez une page, ou bien une adresse."))}
            )
        if cleaned["address"] and not is_address(cleaned["address"]):
            raise blocks.StructBlockValidationError(
                block_errors={"address": ValidationError(_("L’adresse commence par / ou par https://."))}
            )
        return cleaned


def is_address(text: str) -> bool:
    """True for a path of this site or a web address: never a script, nor a path that leaves for another site."""
    return text.startswith(("https://", "http://")) or (text.startswith("/") and not text.startswith(("//", "/\\")))
