"""Forms of the organiser's list: someone added by hand, a letter, a number of seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import Audience
from alliage.events.queries.attendees import SequenceCount
from alliage.events.services.attendee_mails import LONGEST_SUBJECT, LONGEST_TEXT
from alliage.events.services.registrations import LONGEST_NAME, LONGEST_ORGANISATION, Said

MOST_SEATS = 100_000


class AddForm(forms.Form):
    """Someone who registered by telephone, or whom one expects."""

    name = forms.CharField(label=_("Nom"), max_length=LONGEST_NAME)
    email = forms.EmailField(
        label=_("Adresse électronique"), help_text=_("La personne reçoit le lien de son inscription.")
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=LONGEST_ORGANISATION, required=False)
    sequences = forms.MultipleChoiceField(
        label=_("Séquences"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Une séquence complète met la personne en liste d’attente."),
        error_messages={"required": _("Choisissez au moins une séquence.")},
    )

    def __init__(self, *args: Any, sequences: list[SequenceCount], zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone
        field: Any = self.fields["sequences"]
        open_ones = [each.sequence for each in sequences if not each.sequence.is_cancelled]
        field.choices = [(str(each.pk), each.title) for each in open_ones]
        if len(open_ones) == 1:
            self.initial.setdefault("sequences", [str(open_ones[0].pk)])

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            email=given["email"],
            name=given["name"],
            organisation=given["organisation"],
            time_zone=self.zone,
            sequences=frozenset(int(each) for each in given["sequences"]),
        )


class LetterForm(forms.Form):
    """`sent` is what one display of the form has of its own: sent twice is once."""

    audience = forms.ChoiceField(label=_("À qui"), choices=Audience.choices, initial=Audience.SEATED)
    sequence = forms.ChoiceField(label=_("De quelle séquence"), required=False)
    subject = forms.CharField(label=_("Objet"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Texte"),
        help_text=_("Sans mise en forme. Le lien de son inscription est ajouté pour chacun."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    sent = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sequences: list[SequenceCount], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["sequence"]
        field.choices = [("", _("toutes")), *((str(each.sequence.pk), each.sequence.title) for each in sequences)]


class CapacityForm(forms.Form):
    """Empty: no limit."""

    sequence = forms.IntegerField(min_value=1, max_value=10**18)
    capacity = forms.IntegerField(
        label=_("Nombre de places"),
        required=False,
        min_value=0,
        max_value=MOST_SEATS,
        error_messages={"invalid": _("Donnez un nombre de places, ou rien s’il n’y a pas de limite.")},
    )
