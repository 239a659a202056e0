"""Forms of sessions: a subject, how a session runs, what each learnt, what they think of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.codev.models import Session, Subject
from alliage.codev.services.session_subjects import LONGEST, Brought
from alliage.codev.services.session_words import LONGEST as LONGEST_LEARNING
from alliage.codev.services.sessions import Wanted
from alliage.codev.session_enums import Kept, Scale, Urgency
from alliage.codev.session_steps import has_welcome
from alliage.library.services.resources import KIND as RESOURCE
from alliage.rooms.enums import Pace
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import LONGEST_PHASE, Sheet
from alliage.search.forms import ThingField

FIVE = [(str(value), str(value)) for value in range(1, 6)]


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SubjectForm(forms.Form):
    text = forms.CharField(
        label=_("La situation"),
        help_text=_("Ce qui se passe, et ce qui vous préoccupe. Le groupe seul la lit."),
        max_length=LONGEST,
        widget=area(6),
    )
    stakes = forms.CharField(label=_("Ce qui est en jeu pour vous"), max_length=LONGEST, required=False, widget=area(3))
    urgency = forms.TypedChoiceField(
        label=_("Quand faut-il y répondre"),
        choices=Urgency.choices,
        coerce=int,
        initial=int(Urgency.SOON),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, subject: Subject | None = None, **options: Any) -> None:
        if subject is not None:
            options["initial"] = {"text": subject.text, "stakes": subject.stakes, "urgency": subject.urgency}
        super().__init__(*args, **options)

    def said(self) -> Brought:
        given = self.cleaned_data
        return Brought(given["text"], given["stakes"], given["urgency"])


class PrepareForm(forms.Form):
    """Who brings the situation, who animates, how long each step lasts. The run sheet is chosen beside, by a link."""

    client = forms.ChoiceField(label=_("Qui apporte la situation"), required=False)
    facilitator = forms.ChoiceField(label=_("Qui anime"), required=False)

    def __init__(
        self,
        *args: Any,
        session: Session,
        sheet: Sheet,
        code: str,
        members: Iterable[Member],
        own_sheet: RunSheet | None = None,
        **options: Any,
    ) -> None:
        options["initial"] = {"client": session.client_id or "", "facilitator": session.facilitator_id or ""}
        super().__init__(*args, **options)
        self.members = {str(each.pk): each for each in members}
        self.sheet, self.code, self.own_sheet = sheet, code, own_sheet
        people = [(pk, each.get_full_name()) for pk, each in self.members.items()]
        client: Any = self.fields["client"]
        facilitator: Any = self.fields["facilitator"]
        # Without a welcome nobody would be there to be listened to: the service asks for one.
        client.choices = [("", _("À choisir pendant l’accueil") if has_welcome(sheet) else _("Choisissez")), *people]
        facilitator.choices = [("", _("La facilitation du groupe")), *people]
        unit = _("jours") if sheet.pace == Pace.SPREAD else _("minutes")
        for phase in sheet.phases:
            self.fields[f"length_{phase.code}"] = forms.IntegerField(
                label=f"{phase.title} ({unit})",
                min_value=1,
                max_value=LONGEST_PHASE[Pace(sheet.pace)],
                initial=phase.length,
            )

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        lengths = {phase.code: given[f"length_{phase.code}"] for phase in self.sheet.phases}
        client, facilitator = self.members.get(given["client"]), self.members.get(given["facilitator"])
        return Wanted(self.code, client, facilitator, lengths, self.own_sheet)


class LearningForm(forms.Form):
    text = forms.CharField(
        label=_("Ce que j’ai appris pour moi"),
        help_text=_("Le groupe le lit. Laissez vide pour le retirer."),
        max_length=LONGEST_LEARNING,
        required=False,
        widget=area(3),
    )


class RatingForm(forms.Form):
    """From 1 (« pas du tout ») to 5 (« tout à fait »), without a name."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for scale in Scale:
            self.fields[scale.value] = forms.ChoiceField(
                label=scale.label,
                help_text=_("De 1, pas du tout, à 5, tout à fait."),
                choices=FIVE,
                required=False,
                widget=forms.RadioSelect,
            )

    def values(self) -> dict[str, int]:
        return {scale: int(value) for scale, value in self.cleaned_data.items() if value}


class KeepingForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Effacer le contenu d’une séance après"),
        help_text=_("Pour toutes les séances du groupe, celles qui ont déjà eu lieu comprises."),
        choices=Kept.choices,
        coerce=int,
    )


class ResourceForm(forms.Form):
    """A resource of the library, for a session. Everyone reads those: nobody need be asked who they are."""

    resource = ThingField(
        label=_("Lier une ressource de la bibliothèque"),
        help_text=_("Quelques mots de son titre, ou l’adresse de sa page."),
        codes=(RESOURCE,),
    )
