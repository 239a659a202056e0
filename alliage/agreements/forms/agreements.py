"""Forms of agreements: open one, say it otherwise, ask one more organisation, sign, close."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.agreements.models import Agreement, Partner
from alliage.agreements.models.agreements import LONGEST_SUBJECT
from alliage.agreements.services.agreements import LONGEST_OUTCOME, Said
from alliage.directory import queries as directory
from alliage.directory.enums import EntryKind
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.forms import TerritoryField
from alliage.ui.fields import DayField


class EntryField(forms.CharField):
    """An organisation or a team of the directory, by its name or the end of its address."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"})
        super().__init__(max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> Entry:
        name = super().clean(value)
        known = directory.visible(to_members=True).exclude(kind=EntryKind.CATALYST)
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


def ends_on_field() -> DayField:
    return DayField(
        label=_("Jusqu’au"),
        help_text=_(
            "Facultatif. La fin prévue, telle que la convention la dit\u00a0: «\u00a0Mon agenda\u00a0» vous la rappelle."
        ),
        required=False,
    )


class EndForm(forms.Form):
    """What still changes once it is signed."""

    ends_on = ends_on_field()


class EditForm(forms.Form):
    subject = forms.CharField(
        label=_("Ce que vous voulez faire ensemble"),
        help_text=_("En une ligne\u00a0: «\u00a0un atelier de réparation partagé\u00a0»."),
        max_length=LONGEST_SUBJECT,
    )
    territory = TerritoryField(
        label=_("Sur quel territoire"),
        help_text=_("Commune, intercommunalité, département, région… Son nom ou son code postal."),
        required=False,
    )
    ends_on = ends_on_field()
    levers = forms.MultipleChoiceField(label=_("Leviers"), required=False, widget=forms.CheckboxSelectMultiple)
    goals = forms.MultipleChoiceField(
        label=_("Objectifs de développement durable"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        levers = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
        goals = [(term.code, f"{term.code}. {term.label}") for term in taxonomy.terms(Vocabulary.ODD)]
        self.fields["levers"].choices = levers  # type: ignore[attr-defined]
        self.fields["goals"].choices = goals  # type: ignore[attr-defined]

    def said(self, alliance: Alliance | None = None) -> Said:
        given = self.cleaned_data
        named = [(Vocabulary.LEVIERS, code) for code in given["levers"]]
        named += [(Vocabulary.ODD, code) for code in given["goals"]]
        terms = [term for term in (taxonomy.term(*each) for each in named) if term is not None]
        return Said(given["subject"], given["territory"], terms, alliance, given["ends_on"])


class NewForm(EditForm):
    """`mine`: those in whose name this person speaks; `other`: the first one asked."""

    mine = forms.ModelChoiceField(
        label=_("Votre organisation"), queryset=Entry.objects.none(), empty_label=None, to_field_name="slug"
    )
    other = EntryField(
        label=_("L’autre organisation"),
        help_text=_("Son nom, tel qu’il est dans l’annuaire. Vous en inviterez d’autres ensuite."),
    )
    field_order = ("mine", "other", "subject", "territory", "ends_on", "levers", "goals")

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mine"].queryset = alliances.spoken_for(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("mine") is not None and given.get("mine") == given.get("other"):
            self.add_error("other", _("Choisissez une autre organisation\u00a0: un accord en unit au moins deux."))
        return given


class InviteForm(forms.Form):
    entry = EntryField(
        label=_("L’organisation à inviter"),
        help_text=_("Son nom, tel qu’il est dans l’annuaire. Ses personnes liront l’accord, et répondront."),
    )


class HoldForm(forms.Form):
    email = forms.EmailField(
        label=_("L’adresse de quelqu’un de cette organisation"),
        help_text=_("Elle reçoit un courriel à votre nom, qui ne dit rien de l’accord."),
        max_length=254,
    )


class InTheNameForm(forms.Form):
    """`partners`: those in whose name this person may do it; a choice when there are several."""

    partner = forms.ChoiceField(label=_("Au nom de"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, partners: Iterable[Partner], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {str(each.pk): each for each in partners}
        field: Any = self.fields["partner"]
        field.choices = [(key, each.name) for key, each in self.known.items()]
        if len(self.known) == 1:
            field.initial = next(iter(self.known))
            field.widget = forms.HiddenInput()

    def chosen(self) -> Partner:
        return self.known[self.cleaned_data["partner"]]


class SignForm(InTheNameForm):
    """`digest`: of the text shown; another one is refused."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agrees = forms.BooleanField(
        label=_("Nous avons lu ce texte et nous le signons"),
        error_messages={"required": _("Lisez la convention, puis cochez la case pour la signer.")},
    )


class CloseForm(forms.Form):
    outcome = forms.CharField(
        label=_("Ce qui en est sorti"),
        help_text=_("Ce que l’alliance a rendu possible, ce qui n’a pas marché. Lu par les partenaires."),
        max_length=LONGEST_OUTCOME,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    publish = forms.BooleanField(
        label=_("Écrire aussi ce texte sur la page de notre alliance, dans l’annuaire"),
        help_text=_("Facultatif. Tout le monde le lira."),
        required=False,
    )

    def __init__(self, *args: Any, can_publish: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not can_publish:
            del self.fields["publish"]


def initial(agreement: Agreement) -> dict[str, Any]:
    """What the form shows of an agreement that exists."""
    terms: list[Term] = list(agreement.terms.all())
    place = agreement.territory
    return {
        "subject": agreement.subject,
        "territory": f"{place.kind}:{place.code}" if place is not None else "",
        "ends_on": agreement.ends_on,
        "levers": [term.code for term in terms if term.vocabulary == Vocabulary.LEVIERS],
        "goals": [term.code for term in terms if term.vocabulary == Vocabulary.ODD],
    }
