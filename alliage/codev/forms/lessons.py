"""Forms of lessons: the text, what becomes of each name, the signature."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.forms.sessions import area
from alliage.codev.masking import KEEP, LONGEST_WORD, MASK, Finding
from alliage.codev.models import Lesson
from alliage.codev.services.lessons import LONGEST_SECTION, SECTIONS, WORDING, Signature
from alliage.library import kinds
from alliage.library.content import LONGEST
from alliage.library.enums import Licence, ResourceKind


class LessonForm(forms.Form):
    """The parts of a « retour d’expérience », as the library has them."""

    title = forms.CharField(
        label=_("Titre"),
        help_text=_("Ce que l’on y apprend, sans nom de personne ni de lieu."),
        max_length=LONGEST["title"],
    )

    def __init__(self, *args: Any, lesson: Lesson, **options: Any) -> None:
        options["initial"] = lesson.texts
        super().__init__(*args, **options)
        labels = {section.code: section for section in kinds.TEMPLATES[ResourceKind.FEEDBACK]}
        for code in SECTIONS:
            section = labels[code]
            self.fields[code] = forms.CharField(
                label=section.label,
                help_text=section.help,
                max_length=LONGEST_SECTION,
                required=False,
                widget=area(7),
            )


class MaskForm(forms.Form):
    """One name found: masked under other words, or kept."""

    do = forms.ChoiceField(choices=[(MASK, _("Masquer")), (KEEP, _("Garder tel quel"))], widget=forms.RadioSelect)
    word = forms.CharField(label=_("Écrire à la place"), max_length=LONGEST_WORD, required=False)

    def __init__(self, data: Any, *, finding: Finding, decisions: Any, rank: int) -> None:
        said = decisions.get(finding.key, {})
        initial = {"do": said.get("do", ""), "word": said.get("word") or finding.instead}
        super().__init__(data, prefix=f"n{rank}", initial=initial)
        self.finding = finding
        self.fields["do"].label = finding.text


class SignForm(forms.Form):
    is_named = forms.ChoiceField(
        label=_("Sous quel nom"),
        choices=[
            ("", _("Sans mon nom\u00a0: les lecteurs ne savent ni qui, ni où")),
            ("1", _("Sous mon nom")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    licence = forms.ChoiceField(
        label=_("Ce que l’on pourra en faire"), choices=Licence.choices, initial=Licence.CC_BY_SA.value
    )
    agrees = forms.BooleanField(
        label=_("J’ai relu ce texte en entier et j’accepte qu’il soit proposé à la bibliothèque."),
        error_messages={"required": _("Cochez la case pour signer\u00a0: rien n’est parti.")},
    )
    wording = forms.IntegerField(widget=forms.HiddenInput, initial=WORDING)

    def signature(self) -> Signature:
        given = self.cleaned_data
        return Signature(given["agrees"], given["wording"], bool(given["is_named"]), given["licence"])
