"""Forms of imports."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.imports.registry import ImportKind


class UploadForm(forms.Form):
    """Which file to import."""

    file = forms.FileField(
        label=gettext_lazy("Fichier à importer"),
        help_text=gettext_lazy(
            "Un tableau .csv, .xlsx ou .ods, de 50 Mo au plus. Sa première ligne nomme les colonnes."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods,.txt,.tsv"}),
    )


class MappingForm(forms.Form):
    """Which column of the file is which column of the importer: one question for each."""

    def __init__(self, *args: Any, kind: ImportKind, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        choices = [("", _("Aucune colonne du fichier")), *((name, name) for name in names)]
        for column in kind.columns:
            if column.typed:
                self.fields[column.code] = forms.CharField(
                    label=column.label, help_text=column.help, required=column.required, max_length=300
                )
                continue
            self.fields[column.code] = forms.ChoiceField(
                label=column.label, help_text=column.help, required=column.required, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, str] = {}
        columns = [column.code for column in self.kind.columns if not column.typed]
        for code, name in [(code, cleaned.get(code) or "") for code in columns]:  # add_error takes the field out
            if name and name in chosen:
                self.add_error(code, _("La colonne « %(name)s » est déjà choisie ailleurs.") % {"name": name})
            chosen[name] = code
        return cleaned


class ConfirmForm(forms.Form):
    """Whether to import without the refused rows."""

    skip_refused = forms.BooleanField(label=gettext_lazy("Importer sans les lignes refusées"), required=False)
