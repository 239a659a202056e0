"""Answer, complete, and say whether one's text may serve in a resource."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.help_enums import Reuse
from alliage.codev.services.answers import LONGEST, LONGEST_COMPLEMENT


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Votre réponse"),
        max_length=LONGEST,
        help_text=_("Ce que vous avez vu marcher, ce que vous éviteriez, qui appeler. Quelques lignes suffisent."),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    reuse = forms.ChoiceField(
        label=_("Si votre réponse peut servir dans une ressource que tout le monde lit"),
        choices=Reuse.choices,
        required=False,
    )


class EditAnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Votre réponse"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"})
    )


class ComplementForm(forms.Form):
    text = forms.CharField(
        label=_("Compléter cette réponse, en quelques lignes"),
        max_length=LONGEST_COMPLEMENT,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class ReuseForm(forms.Form):
    reuse = forms.ChoiceField(label=_("Dans une ressource"), choices=Reuse.choices)
