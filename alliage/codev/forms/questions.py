"""One text is enough to ask; the rest is proposed from it, and corrected in one tap."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev.help_enums import QuestionKind, Readers
from alliage.codev.queries import questions, suggested
from alliage.codev.services.questions import LONGEST, Said
from alliage.directory.queries import understanding
from alliage.taxonomy.models import Term
from alliage.territories import grammar
from alliage.territories.forms import TerritoryField
from alliage.territories.lookup import find
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot

NOWHERE = "aucun"
MOST_CHIPS = 12
READERS = [
    (Readers.MEMBERS.value, _("Les membres du réseau\u00a0: il faut un compte pour la lire")),
    (Readers.PUBLIC.value, _("Tout le monde\u00a0: chacun peut la lire sans compte, avec votre nom et les réponses")),
]


class AskForm(forms.Form):
    """`text` alone is required."""

    text = forms.CharField(
        label=_("Votre question, avec vos mots"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
        error_messages={"required": _("Écrivez quelques mots\u00a0: une phrase suffit.")},
    )
    kind = forms.ChoiceField(choices=QuestionKind.choices, required=False, widget=forms.HiddenInput)
    readers = forms.ChoiceField(
        label=_("Qui pourra la lire\u00a0?"), choices=READERS, required=False, widget=forms.RadioSelect
    )
    place = TerritoryField(
        label=_("Un autre territoire"), required=False, help_text=_("Commune, intercommunalité, département, région.")
    )

    def said(self, about: "About") -> Said:
        """What the services write, once the form is valid."""
        asked = self.cleaned_data
        return Said(
            text=asked["text"],
            kind=asked["kind"] or QuestionKind.HELP,
            readers=asked["readers"] or Readers.MEMBERS,
            terms=about.terms,
            territory=asked.get("place") or about.territory(),
        )


class WidenForm(AskForm):
    """A question of a group, said again for the network: reread once before it goes."""

    reread = forms.BooleanField(
        label=_("J’ai relu : rien n’y vient des autres du groupe, et personne n’y est reconnu sans son accord."),
        error_messages={"required": _("Relisez votre texte, puis cochez cette case.")},
    )


@dataclass(frozen=True)
class Chip:
    """A subject or a territory that is proposed; `words` are those of the text that named it."""

    value: str
    label: str
    chosen: bool
    words: str = ""


@dataclass
class About:
    """What a text is about: `chips` to tick, `spots` to choose one of, as the form shows them and as it gives them back."""

    chips: list[Chip] = field(default_factory=list)
    spots: list[Chip] = field(default_factory=list)

    @property
    def terms(self) -> list[Term]:
        found = (understanding.by_code(chip.value) for chip in self.chips if chip.chosen)
        return [term for term in found if term is not None]

    def territory(self) -> Territory | None:
        chosen = next((spot.value for spot in self.spots if spot.chosen and spot.value != NOWHERE), "")
        kind, colon, code = chosen.partition(":")
        return find(kind, code) if colon else None


def about_ticked(data: Any) -> About:
    """From a form that showed what a question is about: what is ticked, and nothing that nobody saw."""
    return about_typed(data, "")


def about_typed(data: Any, text: str) -> About:
    """From a form: what was ticked and unticked stays so; what its text newly names is added."""
    seen, chosen = _codes(data, "vu"), _codes(data, "avec")
    refused = [code for code in seen if code not in chosen]
    found = suggested.about(text, chosen=chosen, refused=refused)
    chips = [Chip(one.code, one.term.label, chosen=True, words=", ".join(one.words)) for one in found.terms]
    chips += [Chip(code, term.label, chosen=False) for code in refused if (term := understanding.by_code(code))]
    places = {f"{one.kind}:{one.code}": one.label for one in found.places}
    asked = str(data.get("ou", "")).replace("\0", "")[:60] if data else ""
    kind, _colon, code = asked.partition(":")
    known = snapshot().by_code.get((kind, code))
    if known is not None:
        places.setdefault(asked, grammar.title(known))
    return About(chips[:MOST_CHIPS], _spots(places, asked))


def _codes(data: Any, name: str) -> list[str]:
    values = data.getlist(name) if data else []
    return [str(value).replace("\0", "")[:80] for value in values][:MOST_CHIPS]


def _spots(places: dict[str, str], asked: str) -> list[Chip]:
    """The places that a text names, and nowhere; the first is chosen until someone chooses."""
    if not places:
        return []
    chosen = asked if asked in places or asked == NOWHERE else next(iter(places))
    spots = [Chip(value, label, chosen=value == chosen) for value, label in places.items()]
    return [*spots, Chip(NOWHERE, str(_("aucun lieu en particulier")), chosen=chosen == NOWHERE)]


def about_question(terms: Iterable[Term], territory: Territory | None) -> About:
    """From a question that exists."""
    place = {f"{territory.kind}:{territory.code}": grammar.title(territory)} if territory is not None else {}
    return About([Chip(questions.code_of(term), term.label, chosen=True) for term in terms], _spots(place, ""))
