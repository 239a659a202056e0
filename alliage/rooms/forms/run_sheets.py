"""Forms of run sheets: the whole, one phase, what is written in it, a file to bring in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliage.rooms.enums import Pace, Role, Tool
from alliage.rooms.phases import (
    LONGEST_PHASE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CAPTURES,
    NOTE_TAKERS,
    Capture,
    Phase,
    Sheet,
)
from alliage.rooms.services.run_sheets import Said

MOST_PEOPLE = 1_000
LONGEST_CUE = 300


class NewForm(forms.Form):
    """A run sheet from nothing."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=LONGEST_TITLE,
        help_text=_("Par exemple «\u00a0Comité de pilotage en une heure\u00a0»."),
    )
    pace = forms.ChoiceField(
        label=_("À quel rythme\u00a0?"),
        choices=[(Pace.LIVE, _("En direct, étapes en minutes")), (Pace.SPREAD, _("Sur plusieurs jours, par écrit"))],
        widget=forms.RadioSelect,
        initial=Pace.LIVE,
    )


class FileForm(forms.Form):
    """A run sheet from a file."""

    file = forms.FileField(
        label=_("Fichier d’un déroulé (.json)"),
        help_text=_("Celui que donne «\u00a0Emporter ce déroulé\u00a0», ici ou sur un autre site."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )


class PeopleField(forms.IntegerField):
    """A number of people that may stay empty."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, min_value=0, max_value=MOST_PEOPLE, required=False)


class SheetForm(forms.Form):
    """Everything about a run sheet but the inside of its phases. Fields of roles and phases are named after their code."""

    title = forms.CharField(label=_("Titre"), max_length=LONGEST_TITLE)
    purpose = forms.CharField(
        label=_("À quoi il sert"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une phrase, que les personnes lisent à la porte de la salle."),
    )
    method = forms.CharField(
        label=_("D’où vient la méthode"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Qui l’a conçue, où la lire\u00a0: cette mention suit le déroulé."),
    )
    is_shared = forms.BooleanField(
        label=_("Les autres membres peuvent le lire et le reprendre"),
        required=False,
        help_text=_("Votre nom l’accompagne. Vous restez la seule personne qui le modifie."),
    )

    def __init__(self, *args: Any, sheet: Sheet, is_shared: bool, **kwargs: Any) -> None:
        initial = {"title": sheet.title, "purpose": sheet.purpose, "method": sheet.method, "is_shared": is_shared}
        for role in Role.values:
            least, most = sheet.roles.get(role, (0, 0))
            bounds = {f"least_{role}": least or "", f"most_{role}": most or ""}
            initial |= {f"role_{role}": role in sheet.roles, **bounds}
        initial |= {f"length_{phase.code}": phase.length for phase in sheet.phases}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for role in Role.values:
            label = Role(role).label
            self.fields[f"role_{role}"] = forms.BooleanField(label=str(label).capitalize(), required=False)
            self.fields[f"least_{role}"] = PeopleField(_now("%(role)s, au moins") % {"role": label})
            self.fields[f"most_{role}"] = PeopleField(_now("%(role)s, au plus") % {"role": label})
        unit = _now("jours") if sheet.pace == Pace.SPREAD else _now("minutes")
        for phase in sheet.phases:
            self.fields[f"length_{phase.code}"] = forms.IntegerField(
                label=_now("%(title)s, en %(unit)s") % {"title": phase.title, "unit": unit},
                min_value=1,
                max_value=LONGEST_PHASE[Pace(sheet.pace)],
            )

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        for role in Role.values:
            least, most = given.get(f"least_{role}") or 0, given.get(f"most_{role}") or 0
            if given.get(f"role_{role}") and most and least > most:
                self.add_error(f"most_{role}", _("Ce nombre est plus petit que celui d’avant."))
        if not any(given.get(f"role_{role}") for role in Role.values):
            self.add_error("role_facilitator", _("Gardez au moins un rôle."))
        return given

    @property
    def people(self) -> list[tuple[Any, Any, Any]]:
        """The three fields of each role."""
        return [(self[f"role_{role}"], self[f"least_{role}"], self[f"most_{role}"]) for role in Role.values]

    def length_of(self, code: str) -> Any:
        return self[f"length_{code}"]

    def said(self) -> Said:
        given = self.cleaned_data
        roles = {
            role: (given[f"least_{role}"] or 0, given[f"most_{role}"] or 0)
            for role in Role.values
            if given[f"role_{role}"]
        }
        lengths = {phase.code: given[f"length_{phase.code}"] for phase in self.sheet.phases}
        return Said(given["title"], given["purpose"], given["method"], given["is_shared"], roles, lengths)


class PhaseForm(forms.Form):
    """One phase. `cue_…`: what each role does in it."""

    title = forms.CharField(label=_("Titre de l’étape"), max_length=LONGEST_TITLE)
    length = forms.IntegerField()
    purpose = forms.CharField(
        label=_("Ce qui s’y passe"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Deux ou trois phrases, que tout le monde lit à l’écran."),
    )
    speakers = forms.MultipleChoiceField(
        label=_("Qui parle"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Les autres lisent «\u00a0À vous d’écouter\u00a0»."),
    )
    advice = forms.CharField(
        label=_("Conseil pour l’animation"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("L’animation seule le lit, à l’écran et sur sa fiche."),
    )
    tools = forms.MultipleChoiceField(
        label=_("Ce que l’étape ouvre aussi"),
        required=False,
        choices=Tool.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note_takers = forms.MultipleChoiceField(
        label=_("Qui écrit les notes à plusieurs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Si l’étape en ouvre. Aucune case cochée : toute la salle. L’observation lit, et n’écrit pas."),
    )

    def __init__(self, *args: Any, sheet: Sheet, phase: Phase, **kwargs: Any) -> None:
        initial = {
            "title": phase.title,
            "length": phase.length,
            "purpose": phase.purpose,
            "speakers": phase.speakers,
            "advice": phase.advice,
            "tools": phase.tools,
            "note_takers": phase.note_takers,
        }
        kwargs["initial"] = initial | {f"cue_{role}": cue for role, cue in phase.cues.items()}
        super().__init__(*args, **kwargs)
        self.phase = phase
        self.roles = roles_of(sheet, phase)
        is_spread = sheet.pace == Pace.SPREAD
        self.fields["length"] = forms.IntegerField(
            label=_("Durée, en jours") if is_spread else _("Durée, en minutes"),
            min_value=1,
            max_value=LONGEST_PHASE[Pace(sheet.pace)],
        )
        speakers: Any = self.fields["speakers"]
        speakers.choices = [(role, Role(role).label) for role in self.roles]
        note_takers: Any = self.fields["note_takers"]
        note_takers.choices = [each for each in speakers.choices if each[0] in NOTE_TAKERS]
        for role in self.roles:
            self.fields[f"cue_{role}"] = forms.CharField(
                label=str(Role(role).label).capitalize(), max_length=LONGEST_CUE, required=False
            )

    @property
    def cues(self) -> list[Any]:
        return [self[f"cue_{role}"] for role in self.roles]

    def said(self, captures: list[Capture]) -> Phase:
        given = self.cleaned_data
        return Phase(
            code=self.phase.code,
            title=given["title"],
            purpose=given["purpose"],
            length=given["length"],
            speakers=tuple(given["speakers"]),
            captures=tuple(captures),
            tools=tuple(given["tools"]),
            note_takers=tuple(given["note_takers"]),
            cues={role: given[f"cue_{role}"] for role in self.roles if given[f"cue_{role}"]},
            advice=given["advice"],
        )


def roles_of(sheet: Sheet, phase: Phase) -> list[str]:
    """The roles of the run sheet, and those that this phase names already."""
    named = {*sheet.roles, *phase.speakers, *phase.cues, *(role for each in phase.captures for role in each.by)}
    return [role for role in Role.values if role in named]


# Who reads what is written, in one choice.
READERS = (
    ("named", _("Toute la salle, avec le nom")),
    ("anonymous", _("Toute la salle, sans le nom")),
    ("moderated", _("Toute la salle, quand l’animation l’a montré")),
    ("anonymous_moderated", _("Toute la salle, sans le nom, quand l’animation l’a montré")),
    ("private", _("Chaque personne pour soi seule")),
)


def seen_of(capture: Capture) -> str:
    if capture.is_private:
        return "private"
    both = "anonymous_moderated" if capture.is_anonymous else "moderated"
    return both if capture.is_moderated else ("anonymous" if capture.is_anonymous else "named")


class CaptureForm(forms.Form):
    """Something that is written in a phase; an empty one is not there."""

    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    label = forms.CharField(
        label=_("Ce qu’on écrit"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Le titre de la zone à remplir\u00a0: «\u00a0Une idée\u00a0», «\u00a0Ma question\u00a0»."),
    )
    by = forms.MultipleChoiceField(label=_("Qui l’écrit"), required=False, widget=forms.CheckboxSelectMultiple)
    help = forms.CharField(label=_("Aide, sous le titre"), max_length=LONGEST_TEXT, required=False)
    shown = forms.ChoiceField(label=_("Qui le lit"), choices=READERS, initial="named")
    most = forms.IntegerField(
        label=_("Combien par personne, au plus"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Vide\u00a0: autant qu’on veut."),
    )
    votes = forms.IntegerField(
        label=_("Choix que chacun peut faire parmi ce qui est écrit"),
        min_value=0,
        max_value=20,
        required=False,
        help_text=_("Vide\u00a0: on ne vote pas."),
    )
    is_question = forms.BooleanField(
        label=_("Ce sont des questions"),
        required=False,
        help_text=_("L’animation les prend une à une, puis dit qu’on y a répondu, à l’oral ou par écrit."),
    )
    is_outcome = forms.BooleanField(
        label=_("C’est ce que la séance retient"),
        required=False,
        help_text=_("Une personne qui arrive en retard le lit d’abord."),
    )

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by: Any = self.fields["by"]
        by.choices = [(role, Role(role).label) for role in roles]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        is_there = self.has_changed() and not given.get("DELETE")
        if is_there and not given.get("label") and "label" not in self.errors:
            self.add_error("label", _("Nommez ce qu’on écrit, ou cochez «\u00a0Retirer\u00a0»."))
        if is_there and not given.get("by") and "by" not in self.errors:
            self.add_error("by", _("Choisissez au moins un rôle."))
        return given

    def said(self) -> Capture:
        given = self.cleaned_data
        return Capture(
            code=given["code"],
            label=given["label"],
            by=tuple(given["by"]),
            help=given["help"],
            most=given["most"] or 0,
            votes=given["votes"] or 0,
            is_private=given["shown"] == "private",
            is_anonymous=given["shown"] in {"anonymous", "anonymous_moderated"},
            is_moderated=given["shown"] in {"moderated", "anonymous_moderated"},
            is_question=given["is_question"],
            is_outcome=given["is_outcome"],
        )


class BaseCaptures(forms.BaseFormSet[CaptureForm]):
    """Those of a phase, then an empty one."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Retirer")

    def said(self) -> list[Capture]:
        return [
            form.said() for form in self.forms if form.cleaned_data.get("label") and not form.cleaned_data.get("DELETE")
        ]


Captures = forms.formset_factory(
    CaptureForm,
    formset=BaseCaptures,
    extra=1,
    can_delete=True,
    max_num=MOST_CAPTURES,
    absolute_max=MOST_CAPTURES + 1,
    validate_max=True,
)


def captures_of(sheet: Sheet, phase: Phase, data: Mapping[str, Any] | None = None) -> Any:
    initial = [
        {
            "code": each.code,
            "label": each.label,
            "by": each.by,
            "help": each.help,
            "shown": seen_of(each),
            "most": each.most or None,
            "votes": each.votes or None,
            "is_question": each.is_question,
            "is_outcome": each.is_outcome,
        }
        for each in phase.captures
    ]
    return Captures(data, initial=initial, prefix="ecrit", form_kwargs={"roles": roles_of(sheet, phase)})
