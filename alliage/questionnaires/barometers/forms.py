"""Forms of barometers: what one is, a figure read elsewhere, a figure counted here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.questionnaires.barometers.counted import Counted
from alliage.questionnaires.barometers.services import Described, Figure
from alliage.questionnaires.models import Barometer, PublishedFigure
from alliage.questionnaires.models.barometers import PERCENT
from alliage.ui.fields import DayField
from alliage.ui.templatetags.ui import french_number


class BarometerForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=200)
    summary = forms.CharField(label=_("En une phrase"), max_length=400, required=False)
    text = forms.CharField(
        label=_("D’où il vient"),
        help_text=_("Qui interroge qui, depuis quand, comment."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, barometer: Barometer | None = None, **options: Any) -> None:
        if barometer is not None:
            options["initial"] = {"title": barometer.title, "summary": barometer.summary, "text": barometer.text}
        super().__init__(*args, **options)

    def said(self) -> Described:
        return Described(**self.cleaned_data)


class FigureForm(forms.Form):
    """Source and date are asked for; n too, or why it is not known."""

    value = forms.DecimalField(label=_("Chiffre"), max_digits=14, decimal_places=2, localize=True)
    unit = forms.CharField(label=_("Unité"), max_length=40, required=False, initial=PERCENT)
    statement = forms.CharField(
        label=_("Ce qu’il dit"),
        help_text=_("Avec les mots de la source\u00a0: la phrase se lit après le chiffre."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    part_of = forms.ChoiceField(
        label=_("Est une part de"), help_text=_("«\u00a081\u00a0%, dont 29\u00a0%\u00a0»."), required=False
    )
    population = forms.CharField(label=_("Qui a répondu"), max_length=200, required=False)
    n = forms.IntegerField(label=_("Nombre de réponses (n)"), min_value=1, max_value=2_000_000_000, required=False)
    source = forms.CharField(label=_("Source"), help_text=_("L’enquête, qui l’a faite, pour qui."), max_length=300)
    source_url = forms.URLField(label=_("Adresse de la source"), max_length=500, required=False, assume_scheme="https")
    date = forms.CharField(
        label=_("Date"), help_text=_("Comme la source la dit\u00a0: «\u00a0mai 2020\u00a0»."), max_length=40
    )
    dated_on = DayField(
        label=_("Jour qui sert à ranger"),
        help_text=_("Le premier du mois si la source ne dit que le mois."),
    )
    caveat = forms.CharField(
        label=_("À savoir avant de le citer"),
        help_text=_("Si le nombre de réponses n’est pas connu, dites-le ici."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, barometer: Barometer, figure: PublishedFigure | None = None, **options: Any) -> None:
        if figure is not None:
            names = [name for name in self.base_fields if name != "part_of"]
            options["initial"] = {name: getattr(figure, name) for name in names} | {"part_of": figure.part_of_id or ""}
        super().__init__(*args, **options)
        wholes = barometer.figures.filter(part_of=None)
        if figure is not None:
            wholes = wholes.exclude(pk=figure.pk)
        choices = [
            (str(each.pk), f"{french_number(each.value)}\u00a0{each.unit} {each.statement}"[:120]) for each in wholes
        ]
        self.fields["part_of"].choices = [("", _("de rien\u00a0: un chiffre à part entière")), *choices]  # type: ignore[attr-defined]
        if figure is not None and figure.opening_id is not None:
            for name in ("value", "unit", "n"):
                self.fields[name].disabled = True

    def said(self) -> Figure:
        said = dict(self.cleaned_data)
        said["part_of"] = int(said["part_of"]) if said["part_of"] else None
        return Figure(**said)


class CountedForm(forms.Form):
    figure = forms.ChoiceField(label=_("Le chiffre à publier"), widget=forms.RadioSelect)
    caveat = forms.CharField(
        label=_("À savoir avant de le citer"),
        help_text=_("Qui a été interrogé, comment, et ce que l’on ne peut pas en conclure."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, counted: Iterable[Counted], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["figure"].choices = [(each.code, _words(each)) for each in counted]  # type: ignore[attr-defined]


def _words(each: Counted) -> str:
    unit = f"\u00a0{each.unit}" if each.unit else ""
    answers = _("%(n)s réponses") % {"n": french_number(each.n)}
    return f"{each.statement}\u00a0: {french_number(each.value)}{unit} ({answers})"
