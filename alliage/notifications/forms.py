"""Choices of mail frequency, one question per kind."""

from typing import Any

from django import forms

from alliage.notifications.enums import Frequency
from alliage.notifications.queries import KindChoice


class PreferencesForm(forms.Form):
    """A question left out keeps its answer: every one of them has one already."""

    def __init__(self, *args: Any, choices: list[KindChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in choices:
            self.fields[choice.kind.code] = forms.ChoiceField(
                label=str(choice.kind.label),
                help_text=str(choice.kind.help),
                choices=Frequency.choices,
                initial=choice.frequency,
                required=False,
                widget=forms.RadioSelect,
            )

    def chosen(self) -> dict[str, str]:
        return {code: frequency for code, frequency in self.cleaned_data.items() if frequency}
