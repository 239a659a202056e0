"""Forms about frames: what to show, a site that asks, a site that an animator allows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory import embeds
from alliage.directory.enums import ADDRESSES, EntryKind, HostState
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui.honeypot import HoneypotMixin

KINDS = [("", _("Toutes les fiches")), *((ADDRESSES[each], each.label.capitalize()) for each in EntryKind)]


class BuildForm(forms.Form):
    """What the frame shows. Sent by GET; the other filters of the address stay as they are."""

    quoi = forms.ChoiceField(label=_("Que voulez-vous montrer ?"), required=False)
    adresse = forms.CharField(
        label=_("L’adresse de la page"),
        help_text=_(
            "Pour une seule fiche, une alliance, un rendez-vous ou un territoire : copiez l’adresse de sa page sur Alliage."
        ),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    nature = forms.ChoiceField(label=_("Qui"), choices=KINDS, required=False)
    metier = forms.ChoiceField(label=_("Métier"), required=False)
    lieu = forms.CharField(
        label=_("Où"), help_text=_("Une commune, un département, une région."), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        lists = [(each.code, each.label) for each in embeds.lists()]
        fields["quoi"].choices = [*lists, (RECORD, _("Une seule page"))]
        terms = taxonomy.terms(Vocabulary.METIERS)
        fields["metier"].choices = [("", _("Tous")), *((term.code, term.label) for term in terms)]


RECORD = "page"


class AskForm(HoneypotMixin, forms.Form):
    host = forms.CharField(
        label=_("L’adresse de votre site"), help_text=_("Par exemple « www.mairie-exemple.fr »."), max_length=300
    )
    note = forms.CharField(
        label=_("Qui vous êtes, et où le cadre sera montré"),
        help_text=_("Une phrase, sans donnée personnelle : « site de la mairie, page Vie associative »."),
        max_length=300,
    )


class AllowForm(forms.Form):
    host = forms.CharField(label=_("L’adresse du site"), max_length=300)
    with_subdomains = forms.BooleanField(label=_("Avec ses sous-domaines"), required=False)


class DecideForm(forms.Form):
    state = forms.ChoiceField(choices=[(HostState.ALLOWED.value, ""), (HostState.REFUSED.value, "")])
    with_subdomains = forms.BooleanField(required=False)
