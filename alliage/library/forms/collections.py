"""Forms of collections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import Sharing
from alliage.library.forms.kits import PlainField
from alliage.library.services.collections import LONGEST_NAME, LONGEST_TEXT, Named


class CollectionForm(forms.Form):
    """What a collection is called, and what it is about."""

    name = forms.CharField(label=_("Nom de la collection"), max_length=LONGEST_NAME)
    text = forms.CharField(
        label=_("De quoi il s’agit"),
        help_text=_("Une phrase pour celles et ceux qui la liront, si vous la partagez."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def named(self) -> Named:
        return Named(self.cleaned_data["name"], self.cleaned_data["text"])


class SharingForm(forms.Form):
    """Who reads a collection."""

    sharing = forms.ChoiceField(
        label=_("Qui la lit"),
        help_text=_("Vos notes ne sont lues par personne d’autre que vous, quel que soit votre choix."),
        choices=[
            (Sharing.PRIVATE, _("Vous, et personne d’autre")),
            (Sharing.LINK, _("Qui reçoit un lien secret, que vous retirez quand vous voulez")),
            (Sharing.PUBLIC, _("Tout le monde")),
        ],
        widget=forms.RadioSelect,
    )


class ItemsForm(forms.Form):
    """What is typed beside the resources of a collection: always valid."""

    def __init__(self, *args: Any, pks: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        for pk in pks:
            self.fields[f"note_{pk}"] = PlainField(required=False)
            self.fields[f"was_{pk}"] = PlainField(required=False)
        self.fields["act"] = PlainField(required=False)
