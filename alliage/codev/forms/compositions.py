"""Forms of composing: the call, the answer, a wish, a move."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.composing_enums import WishKind
from alliage.codev.services.compositions import LONGEST_TEXT, LONGEST_TITLE, Said
from alliage.search.forms import ThingField
from alliage.ui.fields import DayField

DURATIONS = ((60, _("1 h")), (90, _("1 h 30")), (120, _("2 h")))


class CallForm(forms.Form):
    title = forms.CharField(
        label=_("Titre de l’appel"), help_text=_("Par exemple «\u00a0Codéveloppement, printemps 2027\u00a0»."),
        max_length=LONGEST_TITLE,
    )  # fmt: skip
    text = forms.CharField(
        label=_("De quoi il s’agit"),
        help_text=_(
            "À qui l’appel s’adresse, à quel rythme les groupes se verront. Les membres le lisent, puis tout le monde sur la page des groupes."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    closes_on = DayField(label=_("On répond jusqu’au"), help_text=_("Ce jour compris."))
    starts_on = DayField(
        label=_("Début des groupes"),
        help_text=_("Les créneaux sont comparés avec l’heure d’été ou d’hiver de ce jour-là."),
    )
    minutes = forms.TypedChoiceField(label=_("Durée d’une séance"), choices=DURATIONS, coerce=int, initial=90)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        closes, starts = given.get("closes_on"), given.get("starts_on")
        if closes and closes < self.today:
            self.add_error("closes_on", _("Cette date est passée."))
        if closes and starts and closes > starts:
            self.add_error("starts_on", _("Les groupes commencent après la fin des réponses."))
        return given

    def said(self) -> Said:
        return Said(**self.cleaned_data)


class AnswerForm(forms.Form):
    with_colleagues = forms.BooleanField(
        label=_("J’accepte d’être avec une personne de mon organisation"),
        help_text=_("Sans cela, vous n’y serez pas\u00a0: un groupe ne réunit personne qu’un lien hiérarchique lie."),
        required=False,
    )


class WishForm(forms.Form):
    person = ThingField(
        label=_("Qui"), help_text=_("Commencez à écrire son nom. Cette personne n’en saura rien."), codes=("catalyst",)
    )
    kind = forms.ChoiceField(label=_("Votre souhait"), choices=WishKind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, viewer: Any, **options: Any) -> None:
        options.setdefault("initial", {"kind": WishKind.APART})
        super().__init__(*args, **options)
        self.fields["person"].viewer = viewer  # type: ignore[attr-defined]


NOWHERE, NEW_GROUP = "aucun", "nouveau"


class MoveForm(forms.Form):
    """Where to: the number of a group, a new one, or nowhere. The page writes the choices, with what each breaks."""

    vers = forms.ChoiceField(label=_("Vers quel groupe"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, numbers: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["vers"]
        field.choices = [(str(each), str(each)) for each in (*numbers, NEW_GROUP, NOWHERE)]

    def number(self) -> int | None:
        to = self.cleaned_data["vers"]
        return None if to == NOWHERE else 0 if to == NEW_GROUP else int(to)
