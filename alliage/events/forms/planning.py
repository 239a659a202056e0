"""Forms of the retro-planning, and of taking last year's Rencontre again."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.models import Event, Task
from alliage.events.queries.planning import day_of
from alliage.events.services.clones import CloneSaid
from alliage.ui.fields import DayField


class TaskForm(forms.Form):
    title = forms.CharField(label=_("À faire"), max_length=200)
    due = DayField(label=_("Pour le"))
    who = forms.CharField(label=_("Qui s’en charge"), max_length=120, required=False)
    text = forms.CharField(
        label=_("Précision"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, event: Event, row: Task | None = None, **options: Any) -> None:
        self.day = day_of(event)
        if row is not None:
            due = self.day + timedelta(days=row.offset)
            options["initial"] = {"title": row.title, "due": due, "who": row.who, "text": row.text}
        super().__init__(*args, **options)

    def said(self) -> dict[str, Any]:
        """A date in the form, a number of days before or after in the table: it follows the Rencontre when it moves."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "offset": (given["due"] - self.day).days,
            "who": given["who"],
            "text": given["text"],
        }


class CloneForm(forms.Form):
    title = forms.CharField(label=_("Titre de la nouvelle Rencontre"), max_length=200)
    day = DayField(label=_("Jour"))
    theme = forms.CharField(label=_("Thème"), max_length=200, required=False)
    keeps_speakers = forms.BooleanField(
        label=_("Reprendre aussi les intervenants, «\u00a0pressentis\u00a0»"), required=False, initial=True
    )

    def __init__(self, *args: Any, source: Event, **options: Any) -> None:
        day: date = day_of(source)
        # The same weekday a year later: fifty-two weeks.
        options["initial"] = {"title": source.title, "day": day + timedelta(weeks=52), "theme": ""}
        super().__init__(*args, **options)

    def said(self) -> CloneSaid:
        given = self.cleaned_data
        return CloneSaid(given["title"], given["day"], given["theme"], given["keeps_speakers"])
