"""Forms of encounters: moments are typed at the clock of who types them."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.models import Encounter
from alliage.codev.services.encounters import LONGEST_PHONE, LONGEST_TEXT, LONGEST_TITLE, Fixed
from alliage.ui.fields import DayField, HourField

DURATIONS = (
    (30, _("30 minutes")),
    (45, _("45 minutes")),
    (60, _("1 h")),
    (90, _("1 h 30")),
    (120, _("2 h")),
    (180, _("3 h")),
)


def moment(day: date, hour: time) -> datetime:
    """At the clock of who types; a ValidationError when no clock shows it."""
    return from_current_timezone(datetime.combine(day, hour))


class DurationField(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Durée"), choices=DURATIONS, coerce=int, initial=90, **options)


class EncounterForm(forms.Form):
    day = DayField(label=_("Jour"))
    hour = HourField(label=_("Heure de début"))
    minutes = DurationField()
    title = forms.CharField(
        label=_("Titre"),
        help_text=_(
            "Lu par le groupe seul. Les agendas et les courriels disent «\u00a0Séance de codéveloppement\u00a0»."
        ),
        max_length=LONGEST_TITLE,
        required=False,
    )
    text = forms.CharField(
        label=_("Ordre du jour, documents à lire"),
        help_text=_("Lu par le groupe seul."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    video_url = forms.URLField(
        label=_("Lien de visioconférence"),
        help_text=_("Laissez vide pour garder celui du groupe."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    phone = forms.CharField(
        label=_("Numéro de téléphone de la réunion"),
        help_text=_("Pour qui n’a pas de réseau\u00a0: avec son code, s’il y en a un. Lu par le groupe seul."),
        max_length=LONGEST_PHONE,
        required=False,
    )

    def __init__(self, *args: Any, encounter: Encounter | None = None, **options: Any) -> None:
        if encounter is not None:
            options["initial"] = _initial(encounter)
        super().__init__(*args, **options)
        minutes: Any = self.fields["minutes"]
        if encounter is not None and encounter.minutes not in dict(DURATIONS):
            minutes.choices = [*DURATIONS, (encounter.minutes, _("%s minutes") % encounter.minutes)]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given.get("hour"):
            try:
                given["starts_at"] = moment(given["day"], given["hour"])
            except forms.ValidationError:
                self.add_error("hour", _("Ce jour-là, cette heure n’existe pas ou existe deux fois\u00a0: changez-la."))
        return given

    def said(self) -> Fixed:
        given = self.cleaned_data
        texts = (given["title"], given["text"], given["video_url"], given["phone"])
        return Fixed(given["starts_at"], given["minutes"], *texts)


def _initial(encounter: Encounter) -> dict[str, Any]:
    local = timezone.localtime(encounter.starts_at)
    names = ("minutes", "title", "text", "video_url", "phone")
    return {"day": local.date(), "hour": local.time()} | {name: getattr(encounter, name) for name in names}
