"""Forms of moderation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.moderation.enums import ALWAYS_POSSIBLE, Act, Reason
from alliage.moderation.registry import Reportable
from alliage.ui.honeypot import HoneypotMixin

LONGEST = 3000


class ReportForm(HoneypotMixin, forms.Form):
    reason = forms.ChoiceField(label=_("Que se passe-t-il ?"), choices=Reason.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Expliquez en quelques mots"),
        help_text=_(
            "Ce qui ne va pas, et si vous le savez ce qui serait juste. L’auteur de la page ne saura pas qui signale."
        ),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Facultative : seulement pour vous dire ce qui a été décidé. Elle est oubliée ensuite."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.cleaned_data.get("reason") == Reason.OTHER and not self.cleaned_data.get("text", "").strip():
            self.add_error(
                "text", _("Dites en quelques mots ce qui ne va pas : « Autre chose » ne suffit pas à le comprendre.")
            )
        return cleaned


class DecisionForm(forms.Form):
    act = forms.ChoiceField(
        label=_("Votre décision"),
        choices=Act.choices,
        widget=forms.RadioSelect,
        help_text=_("« Corrigé » : vous avez mis la page à jour, ou demandé qu’elle le soit."),
    )
    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_(
            "Ce texte est envoyé tel quel à ceux qui ont signalé et à l’auteur, et reste dans le journal. "
            "Ne nommez pas ceux qui signalent."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, kind: Reportable | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind is not None and kind.hide is None:
            act: Any = self.fields["act"]
            act.choices = [(one.value, one.label) for one in ALWAYS_POSSIBLE]
            act.help_text = _("Cette page ne peut pas être masquée.")


class ContestationForm(forms.Form):
    text = forms.CharField(
        label=_("Pourquoi cette décision devrait changer"),
        help_text=_("L’équipe d’animation la regarde de nouveau, si possible par une autre personne, et vous répond."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
