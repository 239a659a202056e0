"""What one says of a need, an offer or a call; and the little that ends it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import NeedKind, NeedSide
from alliage.directory.models import Entry, Need
from alliage.directory.services.needs import NeedRefused, Said, refuse_address
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import suggestions
from alliage.territories.folding import fold, search_key
from alliage.territories.lookup import find
from alliage.territories.models import Territory
from alliage.ui.honeypot import HoneypotMixin

LONGEST_TEXT = 3000
MOST_CHOICES = 6
SIDES = [
    (NeedSide.NEED.value, _("Un besoin : je cherche")),
    (NeedSide.OFFER.value, _("Une offre : je propose")),
    (NeedSide.CALL.value, _("Un appel : je soutiens des projets")),
]
# What stays folded: who wants may say more.
MORE = ("partnership", "goals", "leviers")


class NeedForm(HoneypotMixin, forms.Form):
    """Six questions at most before « Préciser »; two of them only for who speaks in no entry's name."""

    mine = forms.ChoiceField(label=_("Au nom de qui"), required=False)
    origin = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput())
    side = forms.ChoiceField(label=_("Que voulez-vous dire ?"), choices=SIDES, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("De quoi s’agit-il ?"))
    title = forms.CharField(
        label=_("En une ligne"),
        help_text=_("Par exemple : « un local de 50 m² pour un atelier de réparation »."),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Ce qu’il faut savoir"),
        help_text=_(
            "Pour quoi faire, pour quand, ce que vous avez déjà. N’écrivez ni adresse ni téléphone : on vous joint par un formulaire."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(
        label=_("Pour quel territoire"),
        help_text=_("Commune, intercommunalité, département ou région. Vide : toute la France."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    place_code = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput(attrs={"data-code": ""}))
    partnership = forms.ChoiceField(label=_("Type de partenariat"), required=False)
    goals = forms.MultipleChoiceField(
        label=_("Objectifs de développement durable"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leviers = forms.MultipleChoiceField(label=_("Leviers"), required=False, widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(
        label=_("Votre nom, ou celui de votre organisation"),
        help_text=_("Il est montré avec votre annonce."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Elle n’est montrée à personne : vous y recevez un lien pour confirmer, puis les réponses."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "data-no-draft": ""}),
    )

    def __init__(self, *args: Any, speakers: list[Entry], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speakers = {entry.slug: entry for entry in speakers}
        self._choices("mine", [(entry.slug, entry.name) for entry in speakers])
        self._choices("kind", [(value, str(label).capitalize()) for value, label in NeedKind.choices])
        self._choices("partnership", [("", _now("Je ne sais pas")), *_terms(Vocabulary.PARTNERSHIPS)])
        self._choices("goals", [(term.code, f"{term.code}. {term.label}") for term in taxonomy.terms(Vocabulary.ODD)])
        self._choices("leviers", _terms(Vocabulary.LEVIERS))
        for name in ("name", "email"):
            if speakers or not is_new:
                del self.fields[name]
            else:
                self.fields[name].required = True
        if not is_new or len(speakers) < 2:
            del self.fields["mine"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    @property
    def first(self) -> list[Any]:
        """Fields that are always there."""
        return [field for field in self.visible_fields() if field.name not in MORE and field.name != "place"]

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in MORE]

    @property
    def says_more(self) -> bool:
        """Whether what is folded holds something."""
        return any(field.value() or field.errors for field in self.more)

    def clean_title(self) -> str:
        return _without_address(" ".join(self.cleaned_data["title"].split()))

    def clean_text(self) -> str:
        return _without_address(self.cleaned_data["text"])

    def clean(self) -> Any:
        cleaned = super().clean()
        if "place" in self.cleaned_data:
            try:
                self.territory = _territory(self.cleaned_data["place"], self.cleaned_data.get("place_code", ""))
            except forms.ValidationError as error:
                self.add_error("place", error)
        return cleaned

    def speaker(self) -> Entry | None:
        """The entry in whose name it is posted, once the form is valid."""
        chosen = self.cleaned_data.get("mine")
        return self.speakers[chosen] if chosen else next(iter(self.speakers.values()), None)

    def said(self) -> Said:
        """What the services write, once the form is valid."""
        asked = self.cleaned_data
        terms = Term.objects.filter(vocabulary=Vocabulary.ODD, code__in=asked["goals"]) | Term.objects.filter(
            vocabulary=Vocabulary.LEVIERS, code__in=asked["leviers"]
        )
        partnerships = Term.objects.filter(vocabulary=Vocabulary.PARTNERSHIPS, code=asked["partnership"])
        return Said(
            side=asked["side"],
            kind=asked["kind"],
            title=asked["title"],
            text=asked["text"],
            partnership=partnerships.first() if asked["partnership"] else None,
            terms=list(terms),
            territory=self.territory,
        )


def _without_address(text: str) -> str:
    try:
        return refuse_address(text)
    except NeedRefused as refused:
        raise forms.ValidationError(refused.message) from refused


def _terms(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    return [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _territory(typed: str, code: str) -> Territory | None:
    """The territory chosen in the list, or the only one that what was typed can mean."""
    typed = " ".join(typed.split())
    if not typed:
        return None
    kind, _colon, number = code.partition(":")
    chosen = find(kind, number[:40]) if number else None
    if chosen is not None and fold(chosen.name) in fold(typed):
        return chosen
    proposed = suggestions.find(typed, limit=MOST_CHOICES)
    asked = search_key(typed)
    named = [one for one in proposed if asked in (search_key(one.label), search_key(one.name), one.code.lower())]
    candidates = named or proposed
    if len(candidates) == 1:
        return find(candidates[0].kind, candidates[0].code)
    if not candidates:
        raise forms.ValidationError(_("Nous ne connaissons pas ce territoire : essayez avec un code postal."))
    labels = " ; ".join(one.label for one in candidates)
    raise forms.ValidationError(_("Lequel est-ce ? Écrivez-le ainsi : %(labels)s."), params={"labels": labels})


def initial(need: Need) -> dict[str, Any]:
    """What the form shows of a need that exists."""
    place = need.territory
    codes: dict[str, list[str]] = {Vocabulary.ODD: [], Vocabulary.LEVIERS: []}
    for term in need.terms.all():
        codes.setdefault(term.vocabulary, []).append(term.code)
    return {
        "side": need.side,
        "kind": need.kind,
        "title": need.title,
        "text": need.text,
        "place": place.name if place else "",
        "place_code": f"{place.kind}:{place.code}" if place else "",
        "partnership": need.partnership.code if need.partnership else "",
        "goals": codes[Vocabulary.ODD],
        "leviers": codes[Vocabulary.LEVIERS],
    }


class EndForm(forms.Form):
    outcome = forms.CharField(
        label=_("Ce qui en est sorti"),
        help_text=_(
            "En une ligne, montrée à tous : « un local prêté par la mairie depuis mars ». Vide si rien n’a abouti."
        ),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
