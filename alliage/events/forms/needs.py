"""Forms of needs: three blanks read as one sentence, then what goes with it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.models.needs import LONGEST
from alliage.events.services.merging import MOST_PARTS
from alliage.events.services.needs import Said, Signed, given


def _blank(label: Any, name: str, *, rows: int = 0, required: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=LONGEST[name], required=required, help_text=help_text, widget=widget, strip=True
    )


class NeedForm(forms.Form):
    """« En tant que … j’ai besoin de … afin de … », and the details, which may wait."""

    role = _blank(_("En tant que"), "role")
    wish = _blank(_("j’ai besoin de"), "wish", rows=2, required=True)
    aim = _blank(_("afin de"), "aim", rows=2)
    example = _blank(_("Un exemple"), "example", rows=2, help_text=_("Ce qui existe déjà, ici ou ailleurs."))
    constraint = _blank(_("Une contrainte"), "constraint", rows=2, help_text=_("Droit, budget, accès, temps."))
    needed_data = _blank(_("Une donnée nécessaire"), "needed_data", rows=2)
    open_point = _blank(_("Un point non tranché"), "open_point", rows=2)
    objection = _blank(_("Une objection"), "objection", rows=2)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)
    act_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {})
        options["initial"] = {"act_key": uuid4(), **options["initial"]}
        super().__init__(*args, **options)
        self.fields["wish"].error_messages["required"] = _(
            "Dites de quoi vous avez besoin\u00a0: les deux autres parties peuvent attendre."
        )

    @property
    def blanks(self) -> list[Any]:
        return [self[name] for name in ("role", "wish", "aim")]

    @property
    def details(self) -> list[Any]:
        return [self[name] for name in ("example", "constraint", "needed_data", "open_point", "objection")]

    @property
    def has_details(self) -> bool:
        return any(field.value() or field.errors for field in self.details)

    def said(self) -> Said:
        return given(self.cleaned_data)


class NewNeedForm(NeedForm):
    """With the name under which it is said, and the sub-group where it was."""

    subgroup = forms.ChoiceField(label=_("Dit dans"), required=False)
    name = forms.CharField(
        label=_("Votre nom, tel qu’il sera lu"),
        max_length=120,
        required=False,
        help_text=_("Lu par les personnes inscrites. Effacez-le pour ne pas être nommé."),
    )
    is_public = forms.BooleanField(
        label=_("Mon nom peut figurer dans le cahier des charges publié"), required=False, initial=False
    )

    def __init__(self, *args: Any, subgroups: Any = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subgroup"].choices = [("", _("l’atelier")), *((str(each.pk), each.title) for each in subgroups)]  # type: ignore[attr-defined]

    def signed(self) -> Signed:
        return Signed(self.cleaned_data["name"], is_public=self.cleaned_data["is_public"])


class SplitForm(forms.Form):
    """Several needs from one: each is three blanks; those left empty are not made."""

    act_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int = 2, **options: Any) -> None:
        options.setdefault("initial", {})
        options["initial"] = {"act_key": uuid4(), **options["initial"]}
        super().__init__(*args, **options)
        self.count = max(2, min(count, MOST_PARTS))
        for rank in range(self.count):
            self.fields[f"role-{rank}"] = _blank(_("En tant que"), "role")
            self.fields[f"wish-{rank}"] = _blank(_("j’ai besoin de"), "wish", rows=2)
            self.fields[f"aim-{rank}"] = _blank(_("afin de"), "aim", rows=2)

    @property
    def parts(self) -> list[list[Any]]:
        return [[self[f"{name}-{rank}"] for name in ("role", "wish", "aim")] for rank in range(self.count)]

    def said(self) -> list[Said]:
        found = [
            Said(
                wish=self.cleaned_data[f"wish-{rank}"],
                role=self.cleaned_data[f"role-{rank}"],
                aim=self.cleaned_data[f"aim-{rank}"],
            )
            for rank in range(self.count)
        ]
        return [each for each in found if each.wish or each.role or each.aim]
