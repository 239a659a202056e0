"""Forms of the day: how a room is to run, what one writes afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.live_enums import ContributionKind
from alliage.events.services.contributions import LONGEST_NAME, LONGEST_TEXT
from alliage.rooms.queries import rooms
from alliage.ui.honeypot import HoneypotMixin


class PrepareForm(forms.Form):
    """Which run sheet a room runs: those of the platform, one's own, those that others share."""

    run_sheet = forms.ChoiceField(label=_("Déroulé"))

    def __init__(self, *args: Any, member: Any, current: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = {str(each.pk): each for each in rooms.run_sheets(member)}
        self.fields["run_sheet"].choices = [(pk, each.sheet.title) for pk, each in self.sheets.items()]  # type: ignore[attr-defined]
        self.initial.setdefault(
            "run_sheet", next((pk for pk, each in self.sheets.items() if each.sheet.title == current), "")
        )

    @property
    def sheet(self) -> Any:
        return self.sheets[self.cleaned_data["run_sheet"]].sheet


class ContributionForm(HoneypotMixin, forms.Form):
    """A question, an answer or a need."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Ce que vous écrivez"), choices=ContributionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Votre texte"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Il sera lu par les personnes qui tiennent la séquence, puis montré à tous."),
    )
    signed = forms.CharField(
        label=_("Comment signer"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Facultatif\u00a0: un prénom, un territoire, ou rien. Votre adresse n’est jamais montrée."),
    )
