"""Forms of registration: who one is, which sequences, the questions of those who organise."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.accounts.time_zones import FRENCH
from alliage.directory.working_days import zone_of
from alliage.events.models import Attendee, Event, Sequence
from alliage.events.services.registrations import LONGEST_NAME, LONGEST_ORGANISATION, Said
from alliage.questionnaires import answers, drawing, questions
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.forms import TerritoryField

RECORDED = _(
    "J’accepte que l’on m’enregistre si je prends la parole ou si j’écris. Sans cela, je participe quand même, et ce que "
    "je dis n’est pas gardé."
)


def asked_of(event: Event) -> questions.Questions:
    """The questions of an event; a list that is no longer right asks nothing."""
    if not event.questions:
        return ()
    try:
        return questions.read(event.questions)
    except questions.QuestionsRefused:
        return ()


class RegistrationForm(forms.Form):
    """`sequences` are those that one may choose; with one only, it is chosen."""

    name = forms.CharField(
        label=_("Votre nom"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_(
            "Le lien de votre inscription y arrive. Elle n’est montrée à personne d’autre qu’à l’organisation."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = forms.CharField(
        label=_("Votre organisation"),
        max_length=LONGEST_ORGANISATION,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    profile = forms.ChoiceField(label=_("Vous êtes"), required=False)
    territory = TerritoryField(
        label=_("Votre territoire"),
        help_text=_("Votre commune, votre intercommunalité, votre département…"),
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Vos heures"),
        help_text=_("Les courriels et votre agenda disent les heures à cette horloge, et à celle de Paris."),
        required=False,
    )
    sequences = forms.MultipleChoiceField(
        label=_("Séquences"),
        error_messages={
            "required": _("Choisissez au moins une séquence."),
            "invalid_choice": _("Une des séquences choisies ne prend plus d’inscription."),
        },
    )
    may_be_recorded = forms.BooleanField(label=RECORDED, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        event: Event,
        sequences: list[Sequence],
        with_email: bool = True,
        may_choose_none: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.event, self.known = event, sequences
        self.questions = asked_of(event)
        self.read = answers.read(self.questions, data) if data is not None and self.questions else answers.Reading()
        fields: dict[str, Any] = self.fields
        if not with_email:
            del fields["email"]
        fields["profile"].choices = [
            ("", "–"),
            *((term.code, term.label) for term in taxonomy.terms(Vocabulary.CATEGORIES)),
        ]
        fields["time_zone"].choices = [("", _("Celles de mon territoire")), *FRENCH]
        fields["sequences"].choices = [(str(each.pk), each.title) for each in sequences]
        fields["sequences"].required = not may_choose_none

    def clean(self) -> Any:
        if self.read.errors:
            raise forms.ValidationError(_("Une question de l’organisation attend une autre réponse."), code="questions")
        return super().clean()

    @property
    def asked(self) -> list[drawing.Asked]:
        """The questions, with what was typed or answered."""
        if not self.questions:
            return []
        data: Any = self.data
        said: Any = answers.typed(self.questions, data) if self.is_bound else self.initial.get("answers") or {}
        return drawing.asked_all(self.questions, said, self.read.errors)

    @property
    def chosen(self) -> set[str]:
        return {str(each) for each in self["sequences"].value() or []}

    def said(self, email: str = "") -> Said:
        given = self.cleaned_data
        return Said(
            email=email or given.get("email", ""),
            name=given["name"],
            organisation=given["organisation"],
            profile=taxonomy.term(Vocabulary.CATEGORIES, given["profile"]) if given["profile"] else None,
            territory=given["territory"],
            time_zone=given["time_zone"] or (zone_of(given["territory"]) if given["territory"] else self.event.zone),
            may_be_recorded=given["may_be_recorded"],
            answers=self.read.answers,
            sequences=frozenset(int(each) for each in given["sequences"]),
        )


def initial_of(attendee: Attendee, held: set[int]) -> dict[str, Any]:
    """The form of one's own page, filled."""
    return {
        "name": attendee.name,
        "organisation": attendee.organisation,
        "profile": attendee.profile.code if attendee.profile else "",
        "territory": attendee.territory,
        "time_zone": attendee.time_zone,
        "may_be_recorded": attendee.may_be_recorded,
        "answers": attendee.answers,
        "sequences": [str(pk) for pk in held],
    }
