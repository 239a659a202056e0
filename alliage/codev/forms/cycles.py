"""Forms of cycles and of the choice of a date."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import PollChoice, Rhythm
from alliage.codev.forms.encounters import DurationField, moment
from alliage.codev.models import PollDate, Turn
from alliage.codev.services.cycles import Proposed
from alliage.codev.services.encounters import LONGEST_TITLE
from alliage.ui.fields import DayField, HourField

OFFERED = 6


class CycleForm(forms.Form):
    starts_on = DayField(label=_("Première séance vers le"))
    rhythm = forms.TypedChoiceField(
        label=_("Rythme"),
        help_text=_("Toutes les quatre à six semaines, le temps d’essayer ce que l’on a décidé."),
        choices=Rhythm.choices,
        coerce=int,
    )


class PollForm(forms.Form):
    """Up to six dates, each a day and an hour."""

    title = forms.CharField(
        label=_("Pour quelle rencontre"),
        help_text=_("Lu par le groupe seul. Vous pouvez le laisser vide."),
        max_length=LONGEST_TITLE,
        required=False,
    )
    turn = forms.TypedChoiceField(label=_("Séance du cycle"), required=False, coerce=int, empty_value=None)
    minutes = DurationField()

    def __init__(self, *args: Any, turns: Sequence[Turn] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.turns = {turn.pk: turn for turn in turns}
        if turns:
            listed: Any = self.fields["turn"]
            listed.choices = [
                ("", _("Aucune en particulier")),
                *((pk, _label(turn)) for pk, turn in self.turns.items()),
            ]
        else:
            del self.fields["turn"]
        for rank in range(1, OFFERED + 1):
            self.fields[f"day_{rank}"] = DayField(label=_("Jour"), required=False)
            self.fields[f"hour_{rank}"] = HourField(label=_("Heure"), required=False)

    @property
    def asked(self) -> list[Any]:
        """What comes before the dates."""
        return [self[name] for name in ("title", "turn", "minutes") if name in self.fields]

    @property
    def rows(self) -> list[tuple[int, Any, Any]]:
        return [(rank, self[f"day_{rank}"], self[f"hour_{rank}"]) for rank in range(1, OFFERED + 1)]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        dates = []
        for rank in range(1, OFFERED + 1):
            day, hour = given.get(f"day_{rank}"), given.get(f"hour_{rank}")
            if day and hour:
                try:
                    dates.append(moment(day, hour))
                except forms.ValidationError:
                    self.add_error(f"hour_{rank}", _("Ce jour-là, cette heure n’existe pas ou existe deux fois."))
            elif (day or hour) and not {f"day_{rank}", f"hour_{rank}"} & set(self.errors):
                self.add_error(f"hour_{rank}" if day else f"day_{rank}", _("Complétez le jour et l’heure."))
        given["dates"] = dates
        return given

    def said(self) -> Proposed:
        given = self.cleaned_data
        turn = self.turns.get(given.get("turn") or 0)
        return Proposed(given["dates"], given["minutes"], given["title"], turn)


def _label(turn: Turn) -> str:
    rank = _("Séance %s") % turn.position
    return f"{rank}, {turn.client.get_full_name()}" if turn.client else str(rank)


class PollAnswerForm(forms.Form):
    """« Oui », « si besoin », « non » for each date."""

    def __init__(self, *args: Any, dates: Sequence[tuple[PollDate, str, str]], **options: Any) -> None:
        """`dates`: each with what is read of it, and what one said already."""
        super().__init__(*args, **options)
        for row, label, mine in dates:
            self.fields[f"date_{row.pk}"] = forms.ChoiceField(
                label=label, choices=PollChoice.choices, widget=forms.RadioSelect, required=False, initial=mine
            )

    def said(self) -> dict[int, str]:
        return {int(name.removeprefix("date_")): choice for name, choice in self.cleaned_data.items() if choice}
