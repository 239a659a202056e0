"""What one says of an alliance."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliage.directory import queries
from alliage.directory.enums import EntryKind
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances
from alliage.directory.services.alliances import Said
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import suggestions
from alliage.territories.lookup import find
from alliage.territories.models import Territory

FIRST_YEAR = 1900
LONGEST = 3000


class AllianceForm(forms.Form):
    mine = forms.ModelChoiceField(
        label=_("Votre organisation"), queryset=Entry.objects.none(), empty_label=None, to_field_name="slug"
    )
    other = forms.CharField(
        label=_("L’autre organisation"),
        help_text=_("Son nom, tel qu’il est dans l’annuaire."),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )
    subject = forms.CharField(
        label=_("Ce que vous faites ensemble"),
        help_text=_("En une ligne\u00a0: «\u00a0un atelier partagé\u00a0»."),
        max_length=160,
    )
    since = forms.IntegerField(label=_("Depuis quelle année"), min_value=FIRST_YEAR, max_value=2100)
    until = forms.IntegerField(
        label=_("Jusqu’à quelle année"),
        help_text=_("Laissez vide si cela continue."),
        min_value=FIRST_YEAR,
        max_value=2100,
        required=False,
    )
    partnership = forms.ChoiceField(label=_("Type de partenariat"), required=False)
    goals = forms.MultipleChoiceField(
        label=_("Objectifs de développement durable"), required=False, widget=forms.CheckboxSelectMultiple
    )
    place = forms.CharField(
        label=_("Sur quel territoire"),
        help_text=_("Commune, intercommunalité, département ou région."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    outcome = forms.CharField(
        label=_("Ce qui en est sorti"),
        help_text=_("Ce que l’alliance a rendu possible, ce qui n’a pas marché. Vous pourrez compléter plus tard."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, user: Any, alliance: Alliance | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.alliance = user, alliance
        mine = self.fields["mine"]
        assert isinstance(mine, forms.ModelChoiceField)
        mine.queryset = alliances.spoken_for(user)
        partnerships = self.fields["partnership"]
        assert isinstance(partnerships, forms.ChoiceField)
        partnerships.choices = [("", _now("Je ne sais pas")), *_choices(Vocabulary.PARTNERSHIPS)]
        goals = self.fields["goals"]
        assert isinstance(goals, forms.MultipleChoiceField)
        goals.choices = [(term.code, f"{term.code}. {term.label}") for term in taxonomy.terms(Vocabulary.ODD)]
        if alliance is not None:
            del self.fields["mine"], self.fields["other"]

    def clean_other(self) -> Entry:
        name = self.cleaned_data["other"].strip()
        known = queries.visible(to_members=True).exclude(kind=EntryKind.CATALYST)
        found = list(known.filter(name__iexact=name)[:2]) or list(known.filter(slug=name)[:1])
        if len(found) > 1:
            raise forms.ValidationError(
                _("Plusieurs fiches portent ce nom\u00a0: ouvrez la bonne et copiez la fin de son adresse.")
            )
        if not found:
            raise forms.ValidationError(
                _("Aucune organisation de l’annuaire ne porte ce nom\u00a0: choisissez-la dans la liste proposée.")
            )
        return found[0]

    def clean_place(self) -> Territory | None:
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return None
        if self.alliance and self.alliance.territory and self.alliance.territory.name == typed:
            return self.alliance.territory
        meant = suggestions.find(typed, limit=1)
        if not meant:
            raise forms.ValidationError(_("Nous ne connaissons pas ce territoire\u00a0: essayez avec un code postal."))
        return find(meant[0].kind, meant[0].code)

    def said(self) -> Said:
        """What the services write, once the form is valid."""
        asked = self.cleaned_data
        return Said(
            subject=asked["subject"],
            since=asked["since"],
            until=asked["until"],
            partnership=_stored(Vocabulary.PARTNERSHIPS, [asked["partnership"]]).first(),
            goals=list(_stored(Vocabulary.ODD, asked["goals"])),
            territory=asked["place"],
            outcome=asked["outcome"],
        )


def _choices(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    return [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _stored(vocabulary: Vocabulary, codes: list[str]) -> Any:
    return Term.objects.filter(vocabulary=vocabulary, code__in=codes)


def initial(alliance: Alliance) -> dict[str, Any]:
    """What the form shows of an alliance that exists."""
    return {
        "subject": alliance.subject,
        "since": alliance.since,
        "until": alliance.until,
        "partnership": alliance.partnership.code if alliance.partnership else "",
        "goals": [term.code for term in alliance.goals.all()],
        "place": alliance.territory.name if alliance.territory else "",
        "outcome": alliance.outcome,
    }
