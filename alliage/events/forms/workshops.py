"""Forms of those who prepare a workshop: how many sub-groups, the draw, who holds each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.models import Subgroup
from alliage.events.models.workshops import MOST_SUBGROUPS
from alliage.events.services.subgroups import Named


class CountForm(forms.Form):
    count = forms.IntegerField(
        label=_("Nombre de sous-groupes"),
        min_value=1,
        max_value=MOST_SUBGROUPS,
        help_text=_("De cinq à huit personnes par sous-groupe, chacun a le temps de parler."),
    )


class DrawForm(forms.Form):
    """`seed` is written, so that a draw can be made again."""

    seed = forms.IntegerField(
        label=_("Numéro du tirage"),
        min_value=0,
        max_value=999_999,
        help_text=_("Le même numéro donne les mêmes groupes\u00a0; changez-le pour un autre tirage."),
    )
    keeps = forms.BooleanField(label=_("Garder les personnes déjà placées"), required=False)


class NameForm(forms.Form):
    title = forms.CharField(label=_("Nom"), max_length=120)
    facilitator = forms.ChoiceField(label=_("Animation"), required=False)
    rapporteur = forms.ChoiceField(label=_("Rapport"), required=False)

    def __init__(self, data: Any = None, *, subgroup: Subgroup, holders: list[Any]) -> None:
        initial = {
            "title": subgroup.title,
            "facilitator": str(subgroup.facilitator_id or ""),
            "rapporteur": str(subgroup.rapporteur_id or ""),
        }
        super().__init__(data, prefix=f"g{subgroup.rank}", initial=initial)
        self.subgroup = subgroup
        self.holders = {str(each.pk): each for each in holders}
        for each in (subgroup.facilitator, subgroup.rapporteur):
            if each is not None:
                self.holders.setdefault(str(each.pk), each)
        choices = [("", _("personne encore")), *((key, each.get_full_name()) for key, each in self.holders.items())]
        for name in ("facilitator", "rapporteur"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def named(self) -> Named:
        given = self.cleaned_data
        return Named(given["title"], self.holders.get(given["facilitator"]), self.holders.get(given["rapporteur"]))
