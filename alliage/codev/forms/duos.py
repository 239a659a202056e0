"""Form of a duo: which moment suits, and where to meet."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MomentForm(forms.Form):
    """The moments proposed, in the current time zone; the page writes them in words."""

    moment = forms.ChoiceField(label=_("Le moment qui vous convient"), widget=forms.RadioSelect)
    video_url = forms.URLField(
        label=_("Lien de visioconférence"),
        help_text=_("L’outil de votre choix. Laissez vide si vous préférez le téléphone."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["moment"]
        field.choices = choices

    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.cleaned_data["moment"])
