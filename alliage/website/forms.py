"""Forms of the network's letter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.ui.honeypot import HoneypotMixin
from alliage.ui.templatetags.ui import date_fr
from alliage.website.models import NewsPage


class SubscribeForm(HoneypotMixin, forms.Form):
    """One question."""

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Un courriel vous demandera de confirmer. Chaque lettre permet de partir, d’un clic."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class LetterForm(forms.Form):
    """What a letter says, and which news it holds: all those proposed, unless one unticks them."""

    title = forms.CharField(label=_("Titre de la lettre"), max_length=140)
    intro = forms.CharField(
        label=_("Quelques mots, avant les actualités"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    news = forms.MultipleChoiceField(label=_("Actualités"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, news: list[NewsPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["news"]
        field.choices = [(str(one.pk), f"{one.title} ({date_fr(one.published_on)})") for one in news]
        field.initial = [str(one.pk) for one in news]
        if not news:
            del self.fields["news"]

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.setdefault("news", [])
        if not cleaned["news"] and not cleaned.get("intro"):
            self.add_error("intro", _("Écrivez quelques mots, ou choisissez une actualité."))
        return cleaned
