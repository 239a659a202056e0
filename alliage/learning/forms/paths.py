"""What one says of a path, of each of its steps, and of how one follows it."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.forms.fields import ResourceField
from alliage.events.models import Event
from alliage.events.queries import coming
from alliage.learning import quizzes
from alliage.learning.enums import Length, StepKind
from alliage.learning.models import Path, Step, TerritoryFile
from alliage.learning.services.paths import LINES, LONGEST_MINUTES, LONGEST_TEXT, Said, SaidStep
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

_SLUG = re.compile(r"/(?:agenda|rencontres)/([-\w]{1,120})/?")
_TEXTS = {
    StepKind.TEXT: _("Le texte à lire"),
    StepKind.EXERCISE: _("La consigne"),
}


def _long(label: Any, help_text: Any = "", *, rows: int = 6, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PathForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"), max_length=LINES["title"], widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    summary = forms.CharField(
        label=_("En une phrase"),
        help_text=_("Lue dans la liste\u00a0: pour qui, pour quoi faire."),
        max_length=LINES["summary"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    goal = _long(_("Ce que l’on saura faire"), _("Une ligne par chose, avec un tiret devant."), rows=4)
    lever = forms.ChoiceField(label=_("Levier"), required=False)
    level = forms.TypedChoiceField(
        label=_("À quel niveau il s’adresse"),
        choices=[(0, _("Tous")), *((level, _("Niveau %(level)s") % {"level": level}) for level in range(1, 5))],
        coerce=int,
        required=False,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Pour qui"),
        help_text=_("Rien de coché\u00a0: pour tout le monde."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, path: Path | None = None, **options: Any) -> None:
        options["initial"] = _path_said(path) if path else {}
        super().__init__(*args, **options)
        levers = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
        self.fields["lever"].choices = [("", _("Aucun en particulier")), *levers]  # type: ignore[attr-defined]
        audiences = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.CATEGORIES)]
        self.fields["audiences"].choices = audiences  # type: ignore[attr-defined]

    def said(self) -> Said:
        given = self.cleaned_data
        audiences = (taxonomy.term(Vocabulary.CATEGORIES, code) for code in given["audiences"])
        return Said(
            given["title"], given["summary"], given["goal"], taxonomy.term(Vocabulary.LEVIERS, given["lever"]),
            given["level"] or 0, [term for term in audiences if term is not None],
        )  # fmt: skip


def _path_said(path: Path) -> dict[str, Any]:
    return {
        "title": path.title, "summary": path.summary, "goal": path.goal, "level": path.level,
        "lever": path.lever.code if path.lever else "", "audiences": [term.code for term in path.audiences.all()],
    }  # fmt: skip


class EventField(forms.CharField):
    """An event of the agenda, by the address of its page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=400, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.get_absolute_url() if isinstance(value, Event) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        slug = _SLUG.search(typed)
        found = coming.public().filter(slug=slug[1]).first() if slug else None
        if found is None:
            raise forms.ValidationError(_("Copiez ici l’adresse de la page d’un rendez-vous publié."))
        return found


class StepForm(forms.Form):
    """The fields are those of the kind: an address for a resource or an event, questions for a quiz."""

    title = forms.CharField(
        label=_("Titre de l’étape"), max_length=LINES["title"], widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    text = _long(_("Ce qu’il faut savoir avant"), _("Une ligne vide entre deux paragraphes, un tiret devant chaque point d’une liste."))  # fmt: skip
    resource = ResourceField(
        label=_("La ressource"),
        help_text=_("L’adresse de sa page dans la bibliothèque. Si elle est remplacée, l’étape le dira d’elle-même."),
    )
    event = EventField(
        label=_("Le rendez-vous"),
        help_text=_(
            "L’adresse de sa page. Vide, ou une fois passé\u00a0: l’étape montre le prochain rendez-vous du levier."
        ),
    )
    quiz = forms.CharField(
        label=_("Les questions"),
        help_text=_(
            "Une question par paragraphe. En dessous, une réponse par ligne\u00a0: «\u00a0+\u00a0» devant celles qui sont justes, "
            "«\u00a0-\u00a0» devant les autres. Une dernière ligne, avec «\u00a0=\u00a0», dit pourquoi."
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    length = forms.ChoiceField(
        label=_("Dans quelle version"),
        help_text=_("Une étape de deux heures est aussi dans les versions plus longues."),
        choices=[(value, str(label).capitalize()) for value, label in Length.choices],
        initial=Length.SHORT,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST_MINUTES, initial=15)

    def __init__(self, *args: Any, kind: str, step: Step | None = None, **options: Any) -> None:
        options["initial"] = _step_said(step) if step else {}
        super().__init__(*args, **options)
        self.kind = kind
        for name, owner in (("resource", StepKind.RESOURCE), ("event", StepKind.EVENT), ("quiz", StepKind.QUIZ)):
            if kind != owner:
                del self.fields[name]
        text = self.fields["text"]
        text.required = kind == StepKind.TEXT
        text.label = _TEXTS.get(StepKind(kind), text.label)
        if kind == StepKind.EXERCISE:
            text.help_text = _("Chaque ligne qui commence par un tiret devient une question de la fiche à remplir.")

    def clean_quiz(self) -> str:
        text = str(self.cleaned_data["quiz"])
        try:
            quizzes.read(text)
        except quizzes.QuizRefused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return text

    def said(self) -> SaidStep:
        given = self.cleaned_data
        return SaidStep(
            self.kind, given["title"], given["text"], given["length"], given["minutes"], given.get("resource"),
            given.get("event"), given.get("quiz", ""),
        )  # fmt: skip


def _step_said(step: Step) -> dict[str, Any]:
    quiz = quizzes.write(step.quiz.read(), step.right) if step.quiz else ""
    return {
        "title": step.title, "text": step.text, "length": step.length, "minutes": step.minutes,
        "resource": step.resource, "event": step.event, "quiz": quiz,
    }  # fmt: skip


class FollowForm(forms.Form):
    """Which version, and for which territory when one has a file."""

    length = forms.ChoiceField(label=_("Combien de temps avez-vous\u00a0?"), widget=forms.RadioSelect)
    file = forms.ChoiceField(
        label=_("Pour quel territoire\u00a0?"),
        help_text=_("Les exercices commencent alors avec ce que l’on sait de lui."),
        required=False,
    )

    def __init__(
        self, *args: Any, versions: Sequence[tuple[str, str]], files: Sequence[TerritoryFile], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["length"].choices = versions  # type: ignore[attr-defined]
        self._files = {str(file.pk): file for file in files}
        if files:
            named = [(pk, file.territory.name) for pk, file in self._files.items()]
            self.fields["file"].choices = [("", _("Pour moi, sans territoire")), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["file"]

    def chosen_file(self) -> TerritoryFile | None:
        return self._files.get(self.cleaned_data.get("file", ""))
