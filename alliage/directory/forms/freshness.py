"""Forms about freshness: what the desk narrows its list by, a reason, what is no longer right, an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import EntryKind, Freshness, OutdatedPart, OutdatedState
from alliage.directory.queries.freshness import WITHDRAWN, DeskFilters
from alliage.territories.enums import Kind
from alliage.territories.snapshot import snapshot

LONGEST_WORDS = 500
KINDS = [("", _("Toutes")), *((each.value, each.label.capitalize()) for each in EntryKind)]
STATES = [
    ("", _("Tout ce qui n’est plus à jour")),
    (Freshness.AGEING.value, _("Plus d’un an")),
    (Freshness.STALE.value, _("Plus de deux ans")),
    (Freshness.NEVER.value, _("Jamais confirmées")),
    (WITHDRAWN, _("Retirées de la carte")),
]


class DeskForm(forms.Form):
    """What the desk shows. Unknown values show everything."""

    etat = forms.ChoiceField(label=_("État"), choices=STATES, required=False)
    nature = forms.ChoiceField(label=_("Nature"), choices=KINDS, required=False)
    departement = forms.ChoiceField(label=_("Département ou collectivité"), required=False)
    sans_titulaire = forms.BooleanField(label=_("Que personne ne tient"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = snapshot().by_kind
        places = sorted(
            (*known.get(Kind.DEPARTEMENT, []), *known.get(Kind.COM, [])), key=lambda row: (row.code, row.kind)
        )
        self.places = {f"{row.kind}:{row.code}": row for row in places}
        chosen: Any = self.fields["departement"]
        chosen.choices = [("", _("Tous")), *((key, f"{row.code} – {row.name}") for key, row in self.places.items())]

    def asked(self) -> DeskFilters:
        self.is_valid()
        said = self.cleaned_data
        return DeskFilters(
            state=said.get("etat", ""),
            kind=said.get("nature", ""),
            place=self.places.get(said.get("departement", "")),
            without_owner=bool(said.get("sans_titulaire")),
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Une phrase, lue par qui tient la fiche : « vérifié au téléphone le 3 mars »."),
        max_length=300,
    )


class OutdatedForm(forms.Form):
    part = forms.ChoiceField(label=_("Ce qui n’est plus exact"), choices=OutdatedPart.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Ce qui a changé"),
        help_text=_(
            "Une phrase. Elle est lue par qui tient la fiche, et par l’équipe d’animation si besoin, avec votre nom."
        ),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Votre réponse"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Après vérification"),
        choices=[
            (OutdatedState.CORRECTED.value, _("C’était juste : la fiche est corrigée, ou retirée de la carte")),
            (OutdatedState.RIGHT.value, _("La fiche est exacte")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Ce que vous avez vérifié"),
        help_text=_("Lu par la personne qui l’a signalé et par qui tient la fiche."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
