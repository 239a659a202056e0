"""Forms of commitments: what one will do, for when, and what came of it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.forms.sessions import area
from alliage.codev.models import Commitment
from alliage.codev.services.commitments import LONGEST, Promised
from alliage.codev.session_enums import CommitmentState
from alliage.ui.fields import DayField


class CommitmentForm(forms.Form):
    """One commitment; a new one has nothing to say of what came of it."""

    text = forms.CharField(label=_("Ce que je vais faire"), max_length=LONGEST, widget=area(2))
    due_on = DayField(label=_("Pour quand"))
    state = forms.ChoiceField(
        label=_("Où cela en est"), choices=CommitmentState.choices, required=False, widget=forms.RadioSelect
    )
    news = forms.CharField(
        label=_("Ce qu’il en est advenu"),
        help_text=_("Le groupe le lit au début de la séance suivante."),
        max_length=LONGEST,
        required=False,
        widget=area(2),
    )

    def __init__(
        self, *args: Any, commitment: Commitment | None = None, due_on: date | None = None, **options: Any
    ) -> None:
        if commitment is not None:
            options["initial"] = {name: getattr(commitment, name) for name in ("text", "due_on", "state", "news")}
            options["prefix"] = f"c{commitment.pk}"
        else:
            options["initial"] = {"due_on": due_on}
        super().__init__(*args, **options)
        if commitment is None:
            del self.fields["state"], self.fields["news"]

    def said(self) -> Promised:
        given = self.cleaned_data
        return Promised(
            given["text"], given["due_on"], given.get("state") or CommitmentState.OPEN, given.get("news", "")
        )
