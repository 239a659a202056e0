"""The short forms of those who contribute: begin, the card, links for partners. The whole form is in forms/writing.py."""

from typing import Any, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliage.library import kinds
from alliage.library.content import LONGEST, Content
from alliage.library.enums import LICENCES, Language, Licence, ResourceKind
from alliage.library.services.previews import LASTS
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

AnyForm = TypeVar("AnyForm", bound=forms.Form)
LONGEST_URL = 600
LONGEST_TEXT = 4000
# What each kind is for, beside the choice of one.
KIND_HINTS: dict[str, Any] = {
    ResourceKind.PRACTICE: _("ce qu’un territoire a fait, et ce qu’il en a tiré"),
    ResourceKind.FEEDBACK: _("un moment raconté, y compris ce qui n’a pas marché"),
    ResourceKind.KIT: _("une suite d’étapes à dérouler"),
    ResourceKind.GUIDE: _("des questions et des conseils, dans l’ordre où ils aident"),
    ResourceKind.TOOL: _("un modèle, une grille, un questionnaire à réutiliser"),
    ResourceKind.STUDY: _("une question, une méthode, des résultats"),
    ResourceKind.LETTER: _("un courrier, un plaidoyer"),
    ResourceKind.REPLAY: _("ce qui s’y est dit, à revoir ou à écouter"),
    ResourceKind.LINK: _("une page d’un autre site"),
}


def kind_choices() -> list[tuple[str, str]]:
    """Short enough for the menu of a phone; what each is for is beside it."""
    return [(str(kind), str(capfirst(ResourceKind(kind).label))) for kind in KIND_HINTS]


def kind_help() -> SafeString:
    """What each kind is for, one gesture away."""
    lines = ((capfirst(ResourceKind(kind).label), hint) for kind, hint in KIND_HINTS.items())
    said = format_html_join("", "<li><strong>{}</strong>\u00a0: {}</li>", lines)
    question = _("Laquelle choisir\u00a0?")
    return format_html('<details><summary>{}</summary><ul class="list list--plain">{}</ul></details>', question, said)


KIND_HELP: Any = lazy(kind_help, SafeString)()


# What one may do with each licence, said beside it.
LICENCE_HINTS: dict[str, Any] = {
    Licence.CC_BY_SA: _("réutiliser et adapter, en citant, et en partageant l’adaptation de la même façon"),
    Licence.CC_BY: _("réutiliser et adapter, en citant"),
    Licence.ETALAB: _("réutiliser et adapter, en citant la source et la date\u00a0; habituelle des administrations"),
    Licence.CC0: _("réutiliser et adapter, sans rien demander ni citer"),
    Licence.RESERVED: _("lire seulement\u00a0; à choisir quand l’œuvre est d’un autre, ou si l’on ne sait pas"),
}


def licence_choices() -> list[tuple[str, str]]:
    return [
        (
            str(licence),
            _("%(name)s\u00a0: %(hint)s") % {"name": capfirst(LICENCES[Licence(licence)].short), "hint": hint},
        )
        for licence, hint in LICENCE_HINTS.items()
    ]


class LinkForm(forms.Form):
    """From a page of the web."""

    url = forms.URLField(
        label=_("Adresse de la page"),
        max_length=LONGEST_URL,
        assume_scheme="https",
        help_text=_("Nous lisons son titre et son résumé\u00a0; vous corrigez."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )


class FileForm(forms.Form):
    """From a document."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF, texte (docx, odt), tableau ou image, de 25 Mo au plus. Vous seul le voyez pour l’instant."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt,.xlsx,.ods,.csv,image/*"}),
        error_messages={"required": _("Choisissez un fichier.")},
    )


class BlankForm(forms.Form):
    """From the template of a kind."""

    kind = forms.ChoiceField(
        label=_("Sorte de ressource"), choices=kind_choices, initial=ResourceKind.PRACTICE, help_text=KIND_HELP
    )
    title = forms.CharField(label=_("Titre"), max_length=LONGEST["title"], help_text=_("Vous pourrez le changer."))


class CardForm(forms.Form):
    """What is enough to propose a resource; the rest may come later."""

    title = forms.CharField(label=_("Titre"), max_length=LONGEST["title"])
    kind = forms.ChoiceField(label=_("Sorte"), choices=kind_choices, help_text=KIND_HELP)
    summary = forms.CharField(
        label=_("Résumé"),
        max_length=LONGEST["summary"],
        required=False,
        help_text=_("Une ou deux phrases\u00a0: ce que l’on y trouve, à qui cela sert."),
        widget=forms.Textarea(attrs={"rows": 3, "data-counted": str(LONGEST["summary"])}),
    )
    text = forms.CharField(
        label=_("Ce que l’on y apprend"),
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("Facultatif\u00a0: quelques phrases ou une liste, avec vos mots."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Langue"), choices=Language.choices, initial=Language.FR)
    year = forms.CharField(
        label=_("Année"),
        max_length=4,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "4"}),
    )
    leviers = forms.MultipleChoiceField(label=_("Leviers"), required=False, widget=forms.CheckboxSelectMultiple)
    licence = forms.ChoiceField(
        label=_("Ce que l’on peut en faire"),
        choices=licence_choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une licence\u00a0: sans elle, personne ne sait s’il peut réutiliser.")
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
        self.fields["leviers"].choices = choices  # type: ignore[attr-defined]

    def over(self, content: Content) -> Content:
        """The content with what the card says."""
        said = self.cleaned_data
        first = kinds.sections(said["kind"])[0].code
        sections = {**content["sections"], **({first: said["text"]} if said["text"].strip() else {})}
        names = ("title", "kind", "summary", "language", "year", "leviers", "licence")
        return content | {name: said[name] for name in names} | {"sections": sections}


def typed_of_card(posted: Any) -> dict[str, list[str]]:
    """What was typed in a card, as the whole form holds it: a card may be left unfinished."""
    form = CardForm()
    found = {
        name: [str(text).replace("\0", "") for text in posted.getlist(name)] for name in form.fields if name in posted
    }
    kind = next(iter(found.get("kind", [])), "")
    if kind in kinds.TEMPLATES and "text" in found:
        found[f"s_{kinds.sections(kind)[0].code}"] = found["text"]
    found.pop("text", None)
    return found


def shown(form: AnyForm) -> AnyForm:
    """A form that holds what was typed, before anything is judged."""
    form._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined] # noqa: SLF001 Django's own name for « judged, and nothing wrong »
    form.cleaned_data = {}
    return form


def card_of(content: Content, found: dict[str, Any], *, chosen: bool) -> dict[str, Any]:
    """What the card holds when it is shown: what was read, over what we guessed; `chosen` when a person already wrote it."""
    first = kinds.sections(content["kind"])[0].code
    held = {name: content[name] for name in ("title", "kind", "summary", "language", "year", "leviers")}
    held |= {"text": content["sections"].get(first, ""), "licence": content["licence"] if chosen else ""}
    if chosen:
        return held
    read = {
        name: found[name] for name in ("title", "kind", "summary", "language", "year", "licence") if found.get(name)
    }
    if content["links"] and not read.get("licence"):
        read["licence"] = Licence.RESERVED.value
    return held | read


class PreviewForm(forms.Form):
    """For whom a link is made, and for how long."""

    label = forms.CharField(
        label=_("Pour qui est ce lien\u00a0?"),
        max_length=120,
        required=False,
        help_text=_("Pour vous y retrouver\u00a0: «\u00a0la mairie\u00a0», «\u00a0notre partenaire\u00a0»."),
    )
    days = forms.TypedChoiceField(
        label=_("Le lien reste ouvert"),
        choices=[(days, _("%(count)d jours") % {"count": days}) for days in LASTS],
        initial=30,
        coerce=int,
    )


def as_posted(data: dict[str, list[str]]) -> MultiValueDict[str, str]:
    """A draft or a content, as if it had just been typed."""
    return MultiValueDict(data)
