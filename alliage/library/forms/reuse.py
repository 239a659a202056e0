"""Forms of reuse: an adaptation, what a reader asks, what its authors answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import SuggestionState
from alliage.library.services.reuse import LONGEST_ANSWER, LONGEST_SUGGESTION, LONGEST_TEXT
from alliage.territories.forms import TerritoryField

NONE, BEGIN = "", "nouvelle"


class AdaptForm(forms.Form):
    """« Nous l’avons adapté à… » ; `entries` and `resources` are (value, label) of what this member may speak for."""

    territory = TerritoryField(
        label=_("Où l’avez-vous adapté ?"),
        required=False,
        help_text=_("Commune, intercommunalité, département… Laissez vide si ce territoire ne doit pas être nommé."),
    )
    changes = forms.CharField(
        label=_("Ce que vous avez changé"),
        max_length=LONGEST_TEXT,
        help_text=_("Ce que vous avez gardé, retiré, ajouté, et pourquoi. Quelques phrases suffisent."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    result = forms.CharField(
        label=_("Ce que cela a donné"),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("Même si c’est trop tôt, même si cela n’a pas marché."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    year = forms.IntegerField(
        label=_("Année"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "4"}),
    )
    entry = forms.ChoiceField(label=_("Qui le dit"), required=False)
    own = forms.ChoiceField(label=_("Votre propre ressource"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, entries: Any, resources: Any, may_copy: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        begin = (
            _("Écrire maintenant la nôtre, à partir de ce texte : un brouillon que vous seul voyez")
            if may_copy
            else _("Écrire maintenant la nôtre : un brouillon vide, avec un lien vers l’originale")
        )
        self.fields["entry"].choices = [(NONE, _("un membre du réseau, sans dire qui")), *entries]  # type: ignore[attr-defined]
        self.fields["own"].choices = [  # type: ignore[attr-defined]
            (NONE, _("Pas pour l’instant : ces quelques lignes suffisent")),
            (BEGIN, begin),
            *resources,
        ]


class SuggestForm(forms.Form):
    text = forms.CharField(
        label=_("Ce que vous proposez"),
        max_length=LONGEST_SUGGESTION,
        help_text=_("Une précision, un chiffre, une correction. Vous et les auteurs êtes seuls à le lire."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[each for each in SuggestionState.choices if each[0] != SuggestionState.OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Un mot"),
        max_length=LONGEST_ANSWER,
        required=False,
        help_text=_("Lu par la personne qui propose. Obligatoire si vous ne retenez pas."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
