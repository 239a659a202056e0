"""« Prévenez-moi »: one question, or none for a member."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.ui.honeypot import HoneypotMixin


class AlertForm(HoneypotMixin, forms.Form):
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Elle sert à cette alerte seulement. Un courriel vous demande d’abord de confirmer."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, with_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_address:
            del self.fields["email"]
