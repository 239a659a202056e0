"""Forms of reviews: one light by affirmation, and a word; the words of an affirmation."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliage.agreements.enums import Light
from alliage.agreements.forms.agreements import InTheNameForm
from alliage.agreements.models import Answer
from alliage.agreements.services.reviews import LONGEST_AFFIRMATION, LONGEST_WORD

LIGHTS = [(code, capfirst(label)) for code, label in Light.choices]
PREFIX = "ligne-"


class AnswerForm(InTheNameForm):
    """`asked`: the affirmations of the review. `said`: what the partner answered already."""

    word = forms.CharField(
        label=_("Un mot pour les autres partenaires"),
        help_text=_("Facultatif. Un fait, une demande, un merci."),
        max_length=LONGEST_WORD,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, asked: list[dict[str, str]], said: Answer | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        lights = {line.code: line.light for line in said.lines.all()} if said is not None else {}
        word = self.fields.pop("word")
        for each in asked:
            self.fields[f"{PREFIX}{each['code']}"] = forms.ChoiceField(
                label=each["text"],
                choices=LIGHTS,
                widget=forms.RadioSelect,
                initial=lights.get(each["code"]),
                error_messages={"required": _("Choisissez une couleur\u00a0: vert, orange ou rouge.")},
            )
        self.fields["word"] = word
        if said is not None:
            word.initial = said.word

    def lights(self) -> dict[str, str]:
        given = self.cleaned_data
        return {name.removeprefix(PREFIX): given[name] for name in given if name.startswith(PREFIX)}


class AffirmationForm(forms.Form):
    text = forms.CharField(label=_("Affirmation"), max_length=LONGEST_AFFIRMATION)
    is_asked = forms.BooleanField(
        label=_("La demander aux prochains bilans"),
        required=False,
    )
