"""Forms of the exhibition: a panel; a word with a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.events.models import Panel
from alliage.events.services.panels import LONGEST_TEXT, Said
from alliage.territories.forms import TerritoryField


class PanelForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"), help_text=_("Ce que l’on retient en passant\u00a0: «\u00a0Un garage solidaire ouvert à trois\u00a0»."),
        max_length=120,
    )  # fmt: skip
    territory = TerritoryField(label=_("Territoire"), required=False)
    text = forms.CharField(
        label=_("Ce que ce territoire montre"),
        help_text=_("Qui agit avec qui, pour quoi, ce qui a changé. Une minute de lecture."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    image = forms.FileField(
        label=_("Image"),
        required=False,
        help_text=_("Une image de 5 Mo au plus. Elle est réduite, et le lieu où elle fut prise en est effacé."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    alternative = forms.CharField(
        label=_("Ce que montre l’image"),
        help_text=_("Une phrase, pour qui ne la voit pas."),
        max_length=300,
        required=False,
    )
    credit = forms.CharField(label=_("De qui est l’image"), max_length=120, required=False)
    removes_image = forms.BooleanField(label=_("Enlever l’image actuelle"), required=False)
    entry = forms.ChoiceField(
        label=_("Qui répond aux visiteurs"),
        help_text=_("On lui écrit depuis sa fiche de l’annuaire\u00a0: aucune adresse n’est montrée."),
        required=False,
    )
    link = forms.URLField(label=_("Pour en savoir plus"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, speakable: Iterable[Entry], panel: Panel | None = None, **options: Any) -> None:
        if panel is not None:
            names = ("title", "text", "alternative", "credit", "link")
            options["initial"] = {name: getattr(panel, name) for name in names}
            options["initial"] |= {"territory": panel.territory, "entry": panel.entry_id or ""}
        super().__init__(*args, **options)
        self.entries = {str(each.pk): each for each in speakable}
        if panel is not None and panel.entry is not None:
            self.entries.setdefault(str(panel.entry.pk), panel.entry)
        choices = [(pk, each.name) for pk, each in self.entries.items()]
        self.fields["entry"].choices = [("", _("personne")), *choices]  # type: ignore[attr-defined]
        if panel is None or panel.image_id is None:
            del self.fields["removes_image"]

    def said(self) -> Said:
        given = dict(self.cleaned_data)
        given["entry"] = self.entries.get(given["entry"])
        return Said(**given)


class WordForm(forms.Form):
    reason = forms.CharField(label=_("Un mot pour qui l’a proposé"), max_length=400, required=False)
