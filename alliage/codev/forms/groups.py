"""Forms of groups: what a group says of itself, what one accepts on coming in, whom one invites."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.codev import charter
from alliage.codev.enums import CODEV_MOST, Access, GroupKind, Rhythm
from alliage.codev.models import Group
from alliage.codev.services.groups import LONGEST_CHARTER, LONGEST_NAME, LONGEST_TEXT, Said
from alliage.codev.services.memberships import LONGEST_WORD, Pledge
from alliage.search.forms import ThingField
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary


class GroupForm(forms.Form):
    """What everyone reads of a group, then what its members alone read."""

    kind = forms.ChoiceField(label=_("Quel groupe"), choices=GroupKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Nom du groupe"), max_length=LONGEST_NAME)
    text = forms.CharField(
        label=_("De quoi il s’agit"),
        help_text=_(
            "Tout le monde le lit. Dites à qui le groupe s’adresse et ce que l’on y fait, jamais ce qui s’y dit."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    access = forms.ChoiceField(label=_("Comment on y entre"), choices=Access.choices, widget=forms.RadioSelect)
    seats = forms.IntegerField(
        label=_("Nombre de places"),
        help_text=_("De 5 à 8 pour un groupe de codéveloppement, facilitation comprise."),
        min_value=2,
        max_value=400,
    )
    rhythm = forms.TypedChoiceField(
        label=_("Rythme"),
        help_text=_("En codéveloppement, toutes les quatre à six semaines."),
        choices=Rhythm.choices,
        coerce=int,
    )
    excluded_categories = forms.MultipleChoiceField(
        label=_("Catégories qui n’entrent pas dans ce groupe"),
        help_text=_("Ne cochez rien pour accueillir tout le monde."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    charter = forms.CharField(
        label=_("Charte"),
        help_text=_("Chaque membre l’accepte en entrant, et de nouveau si vous la changez."),
        max_length=LONGEST_CHARTER,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    video_url = forms.URLField(
        label=_("Lien de visioconférence"),
        help_text=_("L’outil de votre choix. Les membres du groupe sont seuls à le voir."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, group: Group | None = None, **options: Any) -> None:
        options.setdefault("initial", _initial(group))
        super().__init__(*args, **options)
        listed: Any = self.fields["excluded_categories"]
        listed.choices = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.CATEGORIES)]
        self.group = group
        if group is not None:
            del self.fields["kind"]

    def said(self) -> Said:
        given = self.cleaned_data
        kind = given["kind"] if self.group is None else self.group.kind
        return Said(**{**given, "kind": kind})


def _initial(group: Group | None) -> dict[str, Any]:
    if group is None:
        return {
            "kind": GroupKind.CODEV,
            "access": Access.REQUEST,
            "seats": CODEV_MOST,
            "rhythm": Rhythm.FIVE,
            "charter": charter.starting_text(),
        }
    names = ("name", "text", "access", "seats", "rhythm", "excluded_categories", "charter", "video_url")
    return {name: getattr(group, name) for name in names}


class JoinForm(forms.Form):
    """The charter of the group, read just above; the declaration that codev asks; a word for who facilitates."""

    charter_version = forms.IntegerField(widget=forms.HiddenInput)
    accepts = forms.BooleanField(label=_("J’ai lu la charte du groupe et je l’accepte"))
    no_hierarchy = forms.BooleanField(
        label=_("Je déclare n’avoir pas de lien hiérarchique avec les autres membres"), required=False
    )
    text = forms.CharField(
        label=_("Un mot pour la facilitation"),
        help_text=_("Ce qui vous amène, en deux phrases. Effacé dès que la réponse est donnée."),
        max_length=LONGEST_WORD,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_shown = forms.BooleanField(
        label=_("Tout le monde peut lire mon nom sur la page du groupe"),
        help_text=_("Sans cela, seuls les membres du groupe vous voient. Vous changez d’avis quand vous voulez."),
        required=False,
    )

    def __init__(self, *args: Any, group: Group, asks: bool, **options: Any) -> None:
        options.setdefault("initial", {"charter_version": group.charter_version})
        super().__init__(*args, **options)
        if group.is_codev:
            self.fields["no_hierarchy"].required = True
        else:
            del self.fields["no_hierarchy"]
        if not asks:
            del self.fields["text"]

    def pledge(self) -> Pledge:
        given = self.cleaned_data
        return Pledge(
            charter_version=given["charter_version"],
            no_hierarchy=given.get("no_hierarchy", False),
            is_shown=given["is_shown"],
            text=given.get("text", ""),
        )


class CharterForm(forms.Form):
    """The charter changed: accept it as it is now."""

    charter_version = forms.IntegerField(widget=forms.HiddenInput)
    accepts = forms.BooleanField(label=_("J’ai relu la charte et je l’accepte"))


class InviteForm(forms.Form):
    person = ThingField(
        label=_("Qui invitez-vous"),
        help_text=_("Commencez à écrire son nom. La personne reçoit l’invitation sans que vous voyiez son adresse."),
        codes=("catalyst",),
    )

    def __init__(self, *args: Any, viewer: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].viewer = viewer  # type: ignore[attr-defined]
