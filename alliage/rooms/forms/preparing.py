"""Prepare a room of one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.rooms.models import RunSheet
from alliage.rooms.services.rooms import LONGEST_TITLE, Prepared


class PreparingForm(forms.Form):
    """A title, a run sheet, and where people talk."""

    title = forms.CharField(
        label=_("De quoi s’agit-il\u00a0?"),
        max_length=LONGEST_TITLE,
        help_text=_("Ce titre se lit à la porte de la salle."),
    )
    run_sheet = forms.ChoiceField(
        label=_("Déroulé"), help_text=_("Étapes et durées se changent ensuite, pour cette séance.")
    )
    video_url = forms.URLField(
        label=_("Adresse de la visioconférence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("N’importe quel outil convient. La salle se tient à côté."),
    )
    phone = forms.CharField(label=_("Numéro de téléphone de la réunion"), required=False, max_length=60)
    is_rehearsal = forms.BooleanField(
        label=_("C’est une répétition"), required=False, help_text=_("Tout est effacé le lendemain.")
    )

    def __init__(self, *args: Any, run_sheets: list[RunSheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run_sheets = {str(each.pk): each for each in run_sheets}
        self.fields["run_sheet"].choices = [(pk, each.sheet.title) for pk, each in self.run_sheets.items()]  # type: ignore[attr-defined]

    def prepared(self, *, purpose: str) -> Prepared:
        data = self.cleaned_data
        return Prepared(
            title=data["title"],
            sheet=self.run_sheets[data["run_sheet"]].sheet,
            purpose=purpose,
            is_rehearsal=data["is_rehearsal"],
            video_url=data["video_url"],
            phone=data["phone"],
        )
