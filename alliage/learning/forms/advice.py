"""The form by which a catalyst proposes something to a territory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.learning import things
from alliage.learning.services.advice import LONGEST_NOTE
from alliage.search.forms import ThingField


class AdviceForm(forms.Form):
    what = ThingField(
        label=_("Une ressource, une personne ou un rendez-vous"),
        help_text=_("Commencez à écrire son titre ou son nom."),
        codes=things.CODES,
    )
    note = forms.CharField(
        label=_("Un mot de votre part"),
        help_text=_("Pourquoi cela, pour ce territoire\u00a0: une phrase suffit."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, viewer: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].viewer = viewer  # type: ignore[attr-defined]

    def chosen(self) -> things.Live | None:
        return things.chosen(self.cleaned_data["what"])
