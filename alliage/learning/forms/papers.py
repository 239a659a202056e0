"""Forms of a diagnostic on paper: a side that was read, a sheet typed by hand. The others are those of `alliage.paper`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliage.learning.paper_layout import CONSENT, ROLE, UNKNOWN, Note, Page
from alliage.paper.forms import NOTHING, RowsForm
from alliage.paper.layout import Row
from alliage.questionnaires.answers import LONGEST_TEXT


class PageForm(RowsForm):
    """What is ticked on a side; and what is written there by hand, typed by who looks at its picture."""

    def __init__(self, *args: Any, page: Page, **options: Any) -> None:
        super().__init__(*args, page=page, **options)
        self.note = page.note
        if page.note is not None:
            self.fields[page.note.code] = _written(page.note)

    @property
    def written(self) -> Any:
        """Its field; None when nothing is asked in words."""
        return self[self.note.code] if self.note is not None else None


class SheetForm(forms.Form):
    """A whole sheet, typed: one figure a line, so that hands stay on the keyboard."""

    serie = forms.RegexField(r"^[0-9A-F]{8}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, pages: Sequence[Page], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = [row for page in pages for row in page.rows]
        self.notes = [page.note for page in pages if page.note is not None]
        for row in self.rows:
            self.fields[row.code] = _typed(row)
        for note in self.notes:
            self.fields[note.code] = _written(note)

    def clean(self) -> dict[str, Any]:
        """Figures become values; an empty one says that nothing is ticked."""
        given: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            if row.code in (ROLE, CONSENT):
                continue
            try:
                given[row.code] = _value(row, given.get(row.code, ""))
            except ValidationError as error:
                self.add_error(row.code, error)
        return given

    def said(self) -> dict[str, str]:
        """What the services take."""
        given = self.cleaned_data
        ticked = {row.code: ("1" if given[row.code] is True else given[row.code] or NOTHING) for row in self.rows}
        return ticked | {note.code: given[note.code] for note in self.notes}


def _written(note: Note) -> forms.Field:
    return forms.CharField(
        label=note.title,
        help_text=_("Rien d’écrit\u00a0: laissez vide. Ne recopiez pas ce qui dirait qui a écrit."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _typed(row: Row) -> forms.Field:
    if row.code == ROLE:
        choices = [(box.value, box.label) for box in row.boxes]
        return forms.ChoiceField(label=row.title, choices=[("", _("Rien de coché")), *choices], required=False)
    if row.code == CONSENT:
        return forms.BooleanField(label=row.title, required=False)
    attributes = {"inputmode": "numeric", "autocomplete": "off", "size": 2}
    return forms.CharField(label=row.title, max_length=1, required=False, widget=forms.TextInput(attrs=attributes))


def _value(row: Row, typed: str) -> str:
    known = {box.value for box in row.boxes}
    value = UNKNOWN if typed in ("0", UNKNOWN) else typed
    if value and value not in known:
        raise ValidationError(_("Un chiffre de 1 à 4, 0 pour «\u00a0ne sait pas\u00a0», ou rien."))
    return value
