"""Forms of specifications: the parts, the needs kept and ranked, another territory, what became of a need."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.models.needs import LONGEST
from alliage.events.services.followups import Told
from alliage.events.services.specifications import Written
from alliage.events.specification_texts import LONGEST_SECTION, TEXTS
from alliage.events.workshop_enums import Outcome, Priority
from alliage.territories.forms import TerritoryField
from alliage.ui.fields import DayField

OUT = "out"
# Beyond that, needs are ranked on the board, not one by one in this form.
MOST_NEEDS = 150


class SpecificationForm(forms.Form):
    """Every part of the template; each need with its rank. `rewords`: their words may change too (begun elsewhere)."""

    title = forms.CharField(label=_("Titre"), max_length=160)

    def __init__(
        self, *args: Any, content: dict[str, Any], title: str, number: int, rewords: bool, **options: Any
    ) -> None:
        options["initial"] = {"title": title, "seen": number, "act_key": uuid4(), **content["sections"]}
        super().__init__(*args, **options)
        self.needs = content["needs"][:MOST_NEEDS]
        self.rewords = rewords
        for part in TEXTS:
            self.fields[part.code] = forms.CharField(
                label=part.label,
                help_text=part.help,
                max_length=LONGEST_SECTION,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        for each in self.needs:
            self._add_need(each)
        self.fields["note"] = forms.CharField(
            label=_("Ce qui change dans cette version"), max_length=300, required=False, help_text=_("Une phrase, pour l’historique.")
        )  # fmt: skip
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields["act_key"] = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def _add_need(self, each: dict[str, Any]) -> None:
        number = each["number"]
        self.fields[f"p-{number}"] = forms.ChoiceField(
            label=_("Rang du besoin n° %(number)s") % {"number": number},
            choices=[*Priority.choices, (OUT, _("À retirer du cahier"))],
            initial=each["priority"],
            required=False,
        )
        if not self.rewords:
            return
        for name, label in (("role", _("En tant que")), ("wish", _("j’ai besoin de")), ("aim", _("afin de"))):
            self.fields[f"{name}-{number}"] = forms.CharField(
                label=label, max_length=LONGEST[name], required=False, initial=each[name]
            )

    @property
    def parts(self) -> list[Any]:
        return [self[part.code] for part in TEXTS]

    @property
    def rows(self) -> list[tuple[dict[str, Any], Any, list[Any]]]:
        """(a plain need, its rank, its words when they may change)."""
        names = ("role", "wish", "aim") if self.rewords else ()
        return [
            (each, self[f"p-{each['number']}"], [self[f"{name}-{each['number']}"] for name in names])
            for each in self.needs
        ]

    def written(self) -> Written:
        given = self.cleaned_data
        return Written(
            sections={part.code: given[part.code] for part in TEXTS},
            title=given["title"],
            needs={each["number"]: self._said(each["number"]) for each in self.needs},
            note=given["note"],
        )

    def _said(self, number: int) -> dict[str, str] | None:
        given = self.cleaned_data
        if given[f"p-{number}"] == OUT:
            return None
        said = {"priority": given[f"p-{number}"]}
        return said | ({name: given[f"{name}-{number}"] for name in ("role", "wish", "aim")} if self.rewords else {})


class ElsewhereForm(forms.Form):
    """« Partir de celui-ci »."""

    territory = TerritoryField(
        label=_("Pour quel territoire\u00a0?"), help_text=_("Commune, intercommunalité, département, région.")
    )
    title = forms.CharField(
        label=_("Titre"), max_length=160, required=False, help_text=_("Laissez vide pour reprendre le titre, suivi du lieu.")
    )  # fmt: skip


class FollowUpForm(forms.Form):
    """Where a need stands. `needs`: [(number, its sentence)]."""

    need = forms.ChoiceField(label=_("Le besoin"))
    outcome = forms.ChoiceField(label=_("Où il en est"), choices=Outcome.choices, widget=forms.RadioSelect)
    on = DayField(label=_("À la date du"))
    note = forms.CharField(
        label=_("En une phrase"),
        max_length=600,
        required=False,
        help_text=_("Ce qui a été fait, par qui, ou pourquoi cela s’arrête."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    url = forms.URLField(label=_("Lien"), max_length=500, required=False, assume_scheme="https")
    act_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs: list[tuple[int, str]], **options: Any) -> None:
        options["initial"] = {"act_key": uuid4(), **options.get("initial", {})}
        super().__init__(*args, **options)
        self.fields["need"].choices = [(str(number), f"{number}. {words[:90]}") for number, words in needs]  # type: ignore[attr-defined]

    def told(self) -> Told:
        given = self.cleaned_data
        return Told(int(given["need"]), given["outcome"], given["on"], given["note"], given["url"])
