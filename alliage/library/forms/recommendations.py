"""The form that recommends resources to somebody."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.library.models import Resource
from alliage.library.queries.resources import shown
from alliage.library.services.recommendations import LONGEST_NOTE, To
from alliage.search.forms import ThingField


class RecommendForm(forms.Form):
    """To whom, what, and a word: one of the two ways to say whom, resources or a word or both."""

    entry = ThingField(
        label=_("À une équipe, une organisation ou une personne de l’annuaire"),
        help_text=_("Commencez à écrire son nom. Celles et ceux qui tiennent la fiche le reçoivent."),
        codes=(EntryKind.TEAM.value, EntryKind.CATALYST.value, EntryKind.ORGANISATION.value),
        required=False,
    )
    address = forms.EmailField(
        label=_("Ou à une adresse électronique"),
        help_text=_("Elle sert à cet envoi. Nous l’effaçons au bout de trois mois."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "data-no-draft": ""}),
    )
    resources = forms.MultipleChoiceField(label=_("Ressources"), required=False, widget=forms.CheckboxSelectMultiple)
    another = ThingField(label=_("Une autre ressource"), codes=("resource",), required=False)
    note = forms.CharField(
        label=_("Un mot de votre part"),
        help_text=_("Lu par la personne qui reçoit, et par vous. Il n’est jamais dans le courriel."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, member: Any, offered: Sequence[Resource], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = {str(each.pk): each for each in offered}
        listed: Any = self.fields["resources"]
        listed.choices = [(pk, each.title) for pk, each in self.offered.items()]
        if not offered:
            del self.fields["resources"]
        for name in ("entry", "another"):
            self.fields[name].viewer = member  # type: ignore[attr-defined]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        named, address = given.get("entry"), given.get("address")
        if named and address:
            self.add_error("address", _("Choisissez l’un ou l’autre\u00a0: une fiche, ou une adresse."))
        elif not (named or address) and not ({"entry", "address"} & set(self.errors)):
            self.add_error("entry", _("Dites à qui\u00a0: une fiche de l’annuaire, ou une adresse électronique."))
        return given

    def to(self) -> To:
        named = self.cleaned_data["entry"]
        return To(Entry.objects.get(pk=named.id)) if named else To(address=self.cleaned_data["address"])

    def chosen(self) -> list[Resource]:
        """Those that are ticked, then the one that was looked for."""
        found = [self.offered[pk] for pk in self.cleaned_data.get("resources", ())]
        another = self.cleaned_data["another"]
        if another:
            found += [each for each in shown().filter(pk=another.id) if each not in found]
        return found
