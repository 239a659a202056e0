"""Forms of plans: an action, what narrows the table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.learning import things
from alliage.learning.enums import ActionState
from alliage.learning.models import Action, Diagnostic, FileMember, TerritoryFile
from alliage.learning.queries.plans import BY_DATE, ORDERS, Filters
from alliage.learning.services import actions
from alliage.search.forms import ThingField
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui.fields import DayField

_COPIED = ("title", "text", "reason", "owner_name", "starts_on", "due_on")


def levers() -> list[tuple[str, str]]:
    return [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS) if term.parent_id is None]


class ActionForm(forms.Form):
    """A new action, or one said otherwise. Only its title is asked for."""

    title = forms.CharField(
        label=_("Ce que vous allez faire"),
        help_text=_("Une phrase qui commence par un verbe."),
        max_length=actions.LONGEST_TITLE,
    )
    due_on = DayField(label=_("Pour le"), required=False)
    person = forms.ChoiceField(label=_("Portée par"), required=False)
    owner_name = forms.CharField(
        label=_("Ou quelqu’un d’autre"), max_length=actions.LONGEST_NAME, required=False,
        help_text=_("Un nom, un service, une association\u00a0: sans compte ici."),
    )  # fmt: skip
    lever = forms.ChoiceField(label=_("Levier"), required=False)
    reason = forms.CharField(label=_("Pourquoi"), max_length=actions.LONGEST_WORDS, required=False)
    text = forms.CharField(
        label=_("Précisions"), max_length=actions.LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    starts_on = DayField(label=_("Commence le"), required=False)
    resource = ThingField(label=_("Ressource qui aide"), codes=things.CODES[:1], required=False)
    entry = ThingField(label=_("Personne ou organisation qui aide"), codes=things.ENTRIES, required=False)
    event = ThingField(label=_("Rendez-vous qui aide"), codes=things.CODES[-1:], required=False)
    diagnostic = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        file: TerritoryFile,
        people: Sequence[FileMember],
        viewer: Any,
        row: Action | None = None,
        **options: Any,
    ) -> None:
        self.file, self.row = file, row
        self.people = {str(each.member_id): each.member for each in people}
        if row is not None:
            options["initial"] = _initial(row)
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        names = [(key, member.get_full_name()) for key, member in self.people.items()]
        fields["person"].choices = [("", _("personne encore")), *names]
        fields["lever"].choices = [("", _("aucun en particulier")), *levers()]
        for name in ("resource", "entry", "event"):
            fields[name].viewer = viewer

    @property
    def first(self) -> list[Any]:
        return [self[name] for name in ("title", "due_on", "person", "owner_name", "lever")]

    @property
    def more(self) -> list[Any]:
        return [self[name] for name in ("reason", "text", "starts_on", "resource", "entry", "event")]

    @property
    def shows_more(self) -> bool:
        """What is said there, or refused there, is not folded away."""
        return any(field.errors or field.value() for field in self.more)

    def clean_diagnostic(self) -> Diagnostic | None:
        """One of this file; a number that is none of them says nothing."""
        number = self.cleaned_data["diagnostic"]
        if not number or not 0 < number < 2**63:
            return None
        return Diagnostic.objects.filter(file=self.file, pk=number).first()

    def said(self) -> actions.Said:
        given = self.cleaned_data
        linked: dict[str, Any] = {}
        for name in ("resource", "entry", "event"):
            was = getattr(self.row, name) if self.row is not None else None
            # What members no longer read is not in the form: it stays, and shows again if it comes back.
            hidden = was is not None and not things.is_live(was) and not given[name]
            linked[name] = was if hidden else things.chosen(given[name])
        return actions.Said(
            **{name: given[name] for name in _COPIED},
            lever=taxonomy.term(Vocabulary.LEVIERS, given["lever"]) if given["lever"] else None,
            owner=self.people.get(given["person"]),
            diagnostic=given["diagnostic"],
            **linked,
        )


def _initial(row: Action) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in _COPIED}
    linked = {name: things.code_of(each) for name in ("resource", "entry", "event") if (each := getattr(row, name))}
    return (
        said
        | linked
        | {
            "person": str(row.owner_id or ""),
            "lever": row.lever.code if row.lever is not None else "",
            "diagnostic": row.diagnostic_id,
            "seen": actions.mark_of(row),
        }
    )


def prefilled(posted: Mapping[str, str]) -> dict[str, str]:
    """What another page says of an action to add: words, a lever's code, numbers of what helps; the form checks them all."""
    said = {
        name: posted.get(name, "").replace("\x00", "")[:400] for name in ("title", "reason", "text", "lever", "due_on")
    }
    said["diagnostic"] = posted.get("diagnostic", "")
    found = {"resource": things.CODES[0], "event": things.CODES[-1]}
    for name, code in found.items():
        if _is_number(posted.get(name, "")):
            said[name] = f"{code}:{posted[name]}"
    if _is_number(posted.get("entry", "")):
        said["entry"] = things.entry_code(int(posted["entry"]))
    return said


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


class FilterForm(forms.Form):
    """In the address: `?etat=`, `?levier=`, `?retard=1`."""

    etat = forms.ChoiceField(label=_("Avancement"), required=False, choices=[("", _("tous")), *ActionState.choices])
    levier = forms.ChoiceField(label=_("Levier"), required=False)
    retard = forms.BooleanField(label=_("En retard seulement"), required=False)

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__(asked)
        fields: dict[str, Any] = self.fields
        fields["levier"].choices = [("", _("tous")), *levers()]

    def filters(self, order: str) -> Filters:
        """What means nothing narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            given.get("etat", ""),
            given.get("levier", ""),
            bool(given.get("retard")),
            order if order in ORDERS else BY_DATE,
        )
