"""Forms of translations: the language, the text side by side with the original, the word of who sends it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.library.content import LONGEST, LONGEST_SECTION
from alliage.library.models import Translation
from alliage.library.queries.translations import pairs
from alliage.library.services.translations import LONGEST_CREDIT, LONGEST_WORD


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Vers quelle langue ?"))

    def __init__(self, *args: Any, languages: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


class TranslationForm(forms.Form):
    """Everything may stay empty while one writes: only proposing asks for a title and a part."""

    title = forms.CharField(label=_("Titre"), max_length=LONGEST["title"], required=False)
    summary = forms.CharField(
        label=_("Résumé"), max_length=LONGEST["summary"], required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, translation: Translation, **options: Any) -> None:
        written = translation.written
        initial = {
            "title": written.get("title", ""),
            "summary": written.get("summary", ""),
            "credit": written.get("credit", translation.credit),
        }
        self.pairs = pairs(translation.resource.content, written)
        initial |= {f"s_{pair.code}": pair.text for pair in self.pairs}
        super().__init__(*args, **options)
        self.initial = initial
        for pair in self.pairs:
            self.fields[f"s_{pair.code}"] = forms.CharField(
                label=pair.label, max_length=LONGEST_SECTION, required=False, widget=forms.Textarea(attrs={"rows": 8})
            )
        for name in self.fields:
            self.fields[name].widget.attrs |= {"lang": translation.language}
        self.fields["credit"] = forms.CharField(
            label=_("Votre nom, comme les lecteurs le verront"),
            max_length=LONGEST_CREDIT,
            required=False,
            help_text=_("Laissez vide pour ne pas être nommé."),
        )

    def beside(self) -> list[tuple[Any, str]]:
        """Each field of the text, with what the original says."""
        return [(self[f"s_{pair.code}"], pair.original) for pair in self.pairs]

    def raw(self) -> dict[str, Any]:
        said = self.cleaned_data
        sections = {pair.code: said[f"s_{pair.code}"] for pair in self.pairs}
        return {"title": said["title"], "summary": said["summary"], "sections": sections}


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("Ce qui est à reprendre"), max_length=LONGEST_WORD, widget=forms.Textarea(attrs={"rows": 3})
    )
