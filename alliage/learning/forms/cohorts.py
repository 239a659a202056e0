"""Forms of cohorts: describe one, date it, ask for a place, write in it, note something, make a binôme."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliage.learning.enums import Held
from alliage.learning.forms.paths import EventField
from alliage.learning.models import Cohort, CohortPlace, Path, TerritoryFile
from alliage.learning.queries import paths as path_queries
from alliage.learning.services.cohort_later import LONGEST as LONGEST_ANSWER
from alliage.learning.services.cohort_later import Answer
from alliage.learning.services.cohort_space import LONGEST
from alliage.learning.services.cohorts import FEWEST_SEATS, LONGEST_SUMMARY, LONGEST_TITLE, MOST_SEATS, Said
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.ui.fields import DayField


class CohortForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    summary = forms.CharField(
        label=_("En une phrase"),
        help_text=_("Lue par tous\u00a0: pour quels territoires, pour arriver à quoi."),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    opens_on = DayField(label=_("Commence le"))
    closes_on = DayField(
        label=_("Finit le"), help_text=_("Quelques mois\u00a0: le temps de faire, pas seulement d’entendre.")
    )
    seats = forms.IntegerField(
        label=_("Combien de territoires"),
        help_text=_("Huit à douze se connaissent encore."),
        min_value=FEWEST_SEATS,
        max_value=MOST_SEATS,
        initial=10,
    )
    lever = forms.ChoiceField(label=_("Levier"), required=False)
    paths = forms.MultipleChoiceField(
        label=_("Parcours suivis ensemble"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cohort: Cohort | None = None, **options: Any) -> None:
        if cohort is not None:
            options["initial"] = _said(cohort)
        super().__init__(*args, **options)
        levers = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
        self.fields["lever"].choices = [("", _("Aucun en particulier")), *levers]  # type: ignore[attr-defined]
        self.known: dict[str, Path] = {path.slug: path for path in path_queries.proposed().order_by("title")}
        self.fields["paths"].choices = [(slug, path.title) for slug, path in self.known.items()]  # type: ignore[attr-defined]

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            given["title"],
            given["opens_on"],
            given["closes_on"],
            summary=given["summary"],
            seats=given["seats"],
            lever=taxonomy.term(Vocabulary.LEVIERS, given["lever"]),
            paths=[self.known[slug] for slug in given["paths"]],
        )


def _said(cohort: Cohort) -> dict[str, Any]:
    return {
        **{name: getattr(cohort, name) for name in ("title", "summary", "opens_on", "closes_on", "seats")},
        "lever": cohort.lever.code if cohort.lever else "",
        "paths": [path.slug for path in cohort.paths.all()],
    }


class DateForm(forms.Form):
    title = forms.CharField(
        label=_("Quoi"),
        help_text=_("Vide, le titre du rendez-vous est repris."),
        max_length=LONGEST_TITLE,
        required=False,
    )
    day = DayField(
        label=_("Quel jour"), help_text=_("Inutile si vous donnez un rendez-vous de l’agenda."), required=False
    )
    event = EventField(
        label=_("Le rendez-vous"),
        help_text=_("L’adresse de sa page dans l’agenda\u00a0: son jour est suivi de lui-même."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Beside the cohort's own form: its fields have names of their own in the page."""
        super().__init__(*args, **options)
        self.auto_id = "date_%s"


class AskForm(forms.Form):
    """`files`: those that this person writes and that are not in the cohort."""

    file = forms.ChoiceField(label=_("Pour quel territoire"))
    is_shown = forms.BooleanField(
        label=_("Le nom de notre territoire peut être dit sur la page publique de la cohorte"),
        help_text=_("Facultatif. Sans cela, seules les équipes de la cohorte le connaissent."),
        required=False,
    )
    agrees = forms.BooleanField(
        label=_("Nous avons lu ce qui sera vu, et par qui"),
        error_messages={"required": _("Lisez ce qui sera vu, puis cochez la case.")},
    )

    def __init__(self, *args: Any, files: Iterable[TerritoryFile], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(file.pk): file for file in files}
        choices = [(key, grammar.title(file.territory)) for key, file in self.known.items()]
        self.fields["file"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> TerritoryFile:
        return self.known[self.cleaned_data["file"]]


class WordsForm(forms.Form):
    """A message, or a note."""

    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text


class LaterForm(forms.Form):
    """Three questions, one year after."""

    held = forms.ChoiceField(
        label=_("Ce que vous aviez choisi a-t-il tenu ?"),
        choices=[(code, capfirst(label)) for code, label in Held.choices],
        widget=forms.RadioSelect,
    )
    helped = forms.CharField(
        label=_("Qu’est-ce qui a aidé ?"),
        help_text=_("Facultatif. Quelques lignes."),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    otherwise = forms.CharField(
        label=_("Que feriez-vous autrement ?"),
        help_text=_("Facultatif. Quelques lignes."),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_shared = forms.BooleanField(
        label=_("D’autres cohortes peuvent lire nos mots"),
        help_text=_(
            "Facultatif. Sans le nom du territoire, ni date, ni ordre, et dès que cinq territoires ont répondu. N’y nommez personne."
        ),
        required=False,
    )

    def answer(self) -> Answer:
        return Answer(**self.cleaned_data)


class PairForm(forms.Form):
    first = forms.ChoiceField(label=_("Un territoire"))
    second = forms.ChoiceField(label=_("Un autre"))

    def __init__(self, *args: Any, places: Iterable[CohortPlace], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.pk, grammar.title(each.file.territory)) for each in places]
        for name in ("first", "second"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
