"""Forms of help wanted."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import HelpKind
from alliage.library.services.help import LONGEST

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|(?:\+?\d[\s.-]?){9,}")


class AskForm(forms.Form):
    kind = forms.ChoiceField(label=_("Ce que vous cherchez"), choices=HelpKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("En une phrase"),
        help_text=_(
            "Tout le monde la lit, pas votre nom : « quelqu’un qui connaît les régies de quartier, pour relire la partie Moyens »."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_text(self) -> str:
        """Everyone reads it, robots too: an address or a number is not left there by inadvertence."""
        text = " ".join(str(self.cleaned_data["text"]).split())
        if _ADDRESS.search(text):
            raise forms.ValidationError(
                _("Retirez l’adresse ou le téléphone : tout le monde les lirait. On vous répond par le formulaire.")
            )
        return text
