"""Forms of what is on paper: how many to print, photographs, the boxes of a slip that was read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.paper.layout import Page, Row

MOST_COPIES, MOST_SLIPS = 60, 120
# What a person says of a row on which nothing is ticked.
NOTHING = "-"


class CopiesForm(forms.Form):
    exemplaires = forms.IntegerField(
        label=_("Combien de feuilles"),
        help_text=_("Une par personne. Imprimez-les recto verso, en noir, à cent pour cent."),
        min_value=1,
        max_value=MOST_COPIES,
        initial=15,
    )


class SlipsForm(forms.Form):
    exemplaires = forms.IntegerField(
        label=_("Combien d’exemplaires"),
        help_text=_("Imprimez d’un seul côté, en noir, à cent pour cent."),
        min_value=1,
        max_value=MOST_SLIPS,
        initial=16,
    )


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = ManyFiles(attrs={"accept": "image/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(each, initial) for each in (given or [None])]


class PhotographsForm(forms.Form):
    photos = FilesField(
        label=_("Vos photos"),
        help_text=_(
            "Une page par photo, les quatre carrés noirs bien visibles. Quarante photos au plus, à l’endroit ou à l’envers."
        ),
    )


def _choices(row: Row) -> list[tuple[str, Any]]:
    if row.optional:
        return [("1", _("Cochée")), (NOTHING, _("Pas cochée"))]
    return [*((box.value, box.label) for box in row.boxes), (NOTHING, _("Rien de coché"))]


class RowsForm(forms.Form):
    """What is ticked: doubtful rows are asked, those that were plainly read are proposed."""

    def __init__(self, *args: Any, page: Page, boxes: Mapping[str, Mapping[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = {row.code: row for row in page.rows}
        self.doubts = {row.code for row in page.rows if boxes.get(row.code, {}).get("state") != "clear"}
        for row in page.rows:
            read = "" if row.code in self.doubts else boxes[row.code]["value"] or NOTHING
            self.fields[row.code] = _several(row, read) if row.most != 1 else _one(row, read)

    @property
    def asked(self) -> list[Any]:
        """Doubtful rows, in their order."""
        return [self[code] for code in self.rows if code in self.doubts]

    @property
    def proposed(self) -> list[Any]:
        return [self[code] for code in self.rows if code not in self.doubts]


def _one(row: Row, read: str) -> forms.Field:
    return forms.ChoiceField(
        label=row.title,
        choices=_choices(row),
        widget=forms.Select if read else forms.RadioSelect,
        initial=read or None,
        error_messages={"required": _("Dites ce qui est coché, ou que rien ne l’est.")},
    )


def _several(row: Row, read: str) -> forms.Field:
    return forms.MultipleChoiceField(
        label=row.title,
        choices=_choices(row),
        widget=forms.CheckboxSelectMultiple,
        initial=read.split(),
        error_messages={"required": _("Dites ce qui est coché, ou que rien ne l’est.")},
    )
