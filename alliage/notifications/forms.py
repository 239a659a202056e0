"""Choices of mail frequency, one question per kind."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _

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

    def parts(self) -> Iterator[tuple[str, list[forms.BoundField], bool]]:
        """The questions by function of the site, in the order of their kinds, and whether one of them is to answer again."""
        parts: dict[str, list[forms.BoundField]] = {}
        for field in self:
            function, _dot, _rest = field.name.partition(".")
            config = apps.app_configs.get(function)
            title = str(config.verbose_name) if config else _("autres")
            parts.setdefault(f"{title[0].upper()}{title[1:]}", []).append(field)
        for title, fields in parts.items():
            yield title, fields, any(field.errors for field in fields)

    def chosen(self) -> dict[str, str]:
        return {code: frequency for code, frequency in self.cleaned_data.items() if frequency}
