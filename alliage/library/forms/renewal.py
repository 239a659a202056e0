"""Forms about what may be out of date: a doubt, its answer, why a resource is obsolete and what replaces it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import DoubtState
from alliage.library.services.renewal import LONGEST
from alliage.library.services.resources import KIND
from alliage.search.forms import ThingField
from alliage.ui.honeypot import HoneypotMixin


class DoubtForm(HoneypotMixin, forms.Form):
    text = forms.CharField(
        label=_("Ce qui n’est plus exact"),
        help_text=_("Une phrase. Elle est lue par qui tient cette ressource et par l’équipe d’animation."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[
            (DoubtState.CORRECTED.value, _("C’est corrigé, ou ce le sera dans une nouvelle version")),
            (DoubtState.STILL_RIGHT.value, _("C’est toujours exact")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Un mot"),
        help_text=_("Demandé si c’est toujours exact : dites comment vous le savez."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ObsoleteForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi elle est dépassée"),
        help_text=_("Une phrase, montrée à tous : « la loi du 3 mars 2026 a changé les règles »."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    replacement = ThingField(
        codes=[KIND],
        label=_("Ce qui la remplace (facultatif)"),
        help_text=_("Quelques mots du titre d’une ressource publiée ici."),
        required=False,
    )
