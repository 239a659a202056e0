"""The form of « Mes preuves »: one for the page, its buttons say which line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.queries.deeds import Ref
from alliage.directory.services.deeds import Said


def _ref(name: str) -> Ref | None:
    source, bar, key = name.partition("|")
    return (source, key) if bar else None


class DeedsForm(forms.Form):
    """Fields `metier-<source>|<key>` are as many as lines of the page: they are read from what was sent."""

    montrer = forms.CharField(required=False, max_length=120)
    retirer = forms.CharField(required=False, max_length=120)
    tout_retirer = forms.CharField(required=False, max_length=10)

    PREFIX = "metier-"
    MOST = 200

    def clean(self) -> dict[str, Any]:
        given = [name for name in self.data if name.startswith(self.PREFIX)]
        if len(given) > self.MOST or any(len(self.data[name]) > 40 for name in given):
            raise forms.ValidationError(_("La page a envoyé plus qu’elle ne contient\u00a0: rouvrez-la."))
        return super().clean() or self.cleaned_data

    def said(self) -> Said:
        sent = {
            _ref(name.removeprefix(self.PREFIX)): self.data[name] for name in self.data if name.startswith(self.PREFIX)
        }
        return Said(
            metiers={ref: code for ref, code in sent.items() if ref is not None},
            shows=_ref(self.cleaned_data["montrer"]),
            withdraws=_ref(self.cleaned_data["retirer"]),
            withdraws_all=bool(self.cleaned_data["tout_retirer"]),
        )
