"""The form of an ordinary week: one box per block of two hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.composing import slots

CHOICES = [(f"{day}-{hour}", f"{day}-{hour}") for day in range(slots.DAYS) for hour in slots.BLOCK_STARTS]


class AvailabilityForm(forms.Form):
    """The page writes the boxes itself, as a table."""

    creneaux = forms.MultipleChoiceField(label=_("Créneaux"), choices=CHOICES, required=False)

    def blocks(self) -> list[tuple[int, int]]:
        found: Any = self.cleaned_data["creneaux"]
        return [(int(day), int(hour)) for day, hour in (each.split("-") for each in found)]
