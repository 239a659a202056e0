"""Forms of imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.imports.enums import Duplicates
from alliage.imports.mapping import MOST_JOINED, may_share
from alliage.imports.models import Source
from alliage.imports.queries import Asked
from alliage.imports.registry import Column, ImportKind


class UploadForm(forms.Form):
    """Which file to import."""

    file = forms.FileField(
        label=gettext_lazy("Fichier à importer"),
        help_text=gettext_lazy(
            "Un tableau .csv, .xlsx ou .ods, ou une liste .json ou .geojson, de 50 Mo au plus. "
            "La première ligne d’un tableau nomme ses colonnes."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods,.txt,.tsv,.json,.geojson,.xml,.rss"}),
    )


class MappingForm(forms.Form):
    """Which column of the file is which column of the importer: one question for each."""

    def __init__(self, *args: Any, kind: ImportKind, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        choices = [("", _("Aucune colonne du fichier")), *((name, name) for name in names)]
        for column in kind.columns:
            if column.rare and column.code not in (self.data or self.initial):
                continue
            if column.typed and column.choices is not None:
                options = [("", _("Sans réponse")), *column.choices()]
                self.fields[column.code] = forms.ChoiceField(
                    label=column.label, help_text=column.help, required=column.required, choices=options
                )
                continue
            if column.typed:
                self.fields[column.code] = forms.CharField(
                    label=column.label, help_text=column.help, required=column.required, max_length=300
                )
                continue
            self.fields[column.code] = forms.ChoiceField(
                label=column.label, help_text=column.help, required=column.required, choices=choices
            )
            for rank in range(2, self._ranks(column) + 1):
                self.fields[f"{column.code}__{rank}"] = forms.ChoiceField(
                    label=_("%(label)s, suite") % {"label": column.label}, required=False, choices=choices
                )

    def _ranks(self, column: Column) -> int:
        """How many columns of the file may follow one another here: one more than are chosen."""
        if not column.joins:
            return 1
        given = sum(f"{column.code}__{rank}" in (self.initial or {}) for rank in range(2, MOST_JOINED + 1))
        return MOST_JOINED if self.is_bound else min(MOST_JOINED, given + 2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, Column] = {}
        by_code = {column.code: column for column in self.kind.columns if not column.typed}
        for field in list(self.fields):  # add_error takes the field out
            column, name = by_code.get(field.split("__")[0]), cleaned.get(field) or ""
            if column is None or not name:
                continue
            if name in chosen and not may_share(column, chosen[name]):
                self.add_error(field, _("La colonne « %(name)s » est déjà choisie ailleurs.") % {"name": name})
            chosen[name] = column
        return cleaned


class WordsForm(forms.Form):
    """What each unknown word of the file means: one question for each, answered once."""

    UNDECIDED, NOTHING = "", "-"

    def __init__(self, *args: Any, asked: list[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = asked
        for rank, word in enumerate(asked):
            self.fields[f"word{rank}"] = forms.ChoiceField(
                label=f"{word.column.label} : « {word.word} »",
                help_text=ngettext("Sur %(count)s ligne du fichier.", "Sur %(count)s lignes du fichier.", word.count)
                % {"count": word.count},
                required=False,
                initial=word.proposal,
                choices=[
                    (self.UNDECIDED, _("Je ne sais pas encore : refuser ces lignes")),
                    (self.NOTHING, _("Rien : laisser la case vide")),
                    *word.choices,
                ],
            )

    def meanings(self) -> dict[str, dict[str, str]]:
        """By column, the code of each word that was explained."""
        found: dict[str, dict[str, str]] = {}
        for rank, word in enumerate(self._asked):
            answer = self.cleaned_data[f"word{rank}"]
            if answer != self.UNDECIDED:
                found.setdefault(word.column.code, {})[word.word] = "" if answer == self.NOTHING else answer
        return found


class DuplicatesForm(forms.Form):
    """What becomes of the rows that look like something known."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Que faire de ces lignes ?"), choices=Duplicates.choices, widget=forms.RadioSelect
    )

    def clean_choice(self) -> Duplicates:
        return Duplicates(self.cleaned_data["choice"])


class ConfirmForm(forms.Form):
    """Whether to import without the refused rows."""

    skip_refused = forms.BooleanField(label=gettext_lazy("Importer sans les lignes refusées"), required=False)


class SourceForm(forms.ModelForm[Source]):
    """An outside directory."""

    url = forms.URLField(
        label=gettext_lazy("Adresse"),
        help_text=gettext_lazy(
            "L’adresse du fichier lui-même : CSV, GeoJSON, JSON de GoGoCarto ou d’un autre outil, flux RSS ou Atom, "
            "ou celle d’un entrepôt OAI-PMH suivie de ?verb=ListRecords&metadataPrefix=oai_dc. "
            "Elle commence par https://."
        ),
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = Source
        fields = ("name", "url", "every_hours", "licence", "attribution", "contact", "is_personal")
        labels = {"every_hours": gettext_lazy("Relire toutes les (heures)")}
        help_texts = {
            "name": gettext_lazy("Il s’affiche sur chaque fiche qui en vient. Exemple : Transiscope."),
            "every_hours": gettext_lazy("24 pour une fois par jour, 168 pour une fois par semaine."),
            "licence": gettext_lazy("Exemple : Licence Ouverte 2.0, ODbL."),
            "attribution": gettext_lazy("Ce que la licence demande d’écrire. Peut rester vide."),
            "contact": gettext_lazy("Qui prévenir en cas de souci. Ne s’affiche pas sur le site public."),
            "is_personal": gettext_lazy(
                "Des noms, des adresses e-mail, des téléphones de personnes. Ces fiches sont effacées si la source ne "
                "répond plus pendant dix jours."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["every_hours"] = forms.IntegerField(
            label=self.fields["every_hours"].label,
            help_text=self.fields["every_hours"].help_text,
            min_value=1,
            max_value=720,
            initial=24,
        )

    def validate_unique(self) -> None:
        """The service says it better."""


class StopForm(forms.Form):
    """What becomes of the records of a source that is no longer followed."""

    records = forms.ChoiceField(label=gettext_lazy("Que deviennent ses fiches ?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, can_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("withdraw", _("Les retirer de la plateforme"))]
        if can_keep:
            choices.append(("keep", _("Les garder : elles deviennent les nôtres et ne suivront plus la source")))
        field = self.fields["records"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.initial = "withdraw"
