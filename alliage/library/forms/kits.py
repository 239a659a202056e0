"""Forms of kits that are run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.library.models import KitRun
from alliage.library.queries import kits as queries
from alliage.library.services.kits import LONGEST_NAME, Said
from alliage.territories.forms import TerritoryField


class RunForm(forms.Form):
    """What a run is called, where it takes place, with whom, and what the page of the kit may say of it."""

    name = forms.CharField(
        label=_("Nom de ce lancement"),
        help_text=_(
            "Pour vous y retrouver\u00a0: «\u00a0Réunion du 12 mars\u00a0», «\u00a0Vallée de la Bruche\u00a0»."
        ),
        max_length=LONGEST_NAME,
    )
    territory = TerritoryField(
        label=_("Territoire"),
        help_text=_("Commune, intercommunalité, département, région ou territoire de projet."),
        required=False,
    )
    team = forms.ModelChoiceField(
        label=_("Avec qui"),
        help_text=_("Toutes les personnes de l’équipe ou de l’organisation choisie cochent et notent avec vous."),
        queryset=Entry.objects.none(),
        empty_label=_("Personne\u00a0: je suis seule ou seul à le voir"),
        required=False,
    )
    is_named = forms.BooleanField(
        label=_("La page du kit peut dire que ce territoire l’a lancé"),
        help_text=_("Seul le nom du territoire y est écrit, jamais vos notes ni votre nom."),
        required=False,
    )

    def __init__(self, *args: Any, member: Any, run: KitRun | None = None, **options: Any) -> None:
        if run is not None:
            options["initial"] = {
                "name": run.name, "territory": run.territory, "team": run.team_id, "is_named": run.is_named
            }  # fmt: skip
        super().__init__(*args, **options)
        groups = list(queries.groups_of(member))
        if run is not None and run.team is not None and run.team not in groups:
            groups.append(run.team)
        team: Any = self.fields["team"]
        team.queryset = Entry.objects.filter(pk__in=[group.pk for group in groups])
        if not groups:
            del self.fields["team"]

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(given["name"], given["territory"], given.get("team"), given["is_named"])

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("is_named") and not given.get("territory") and "territory" not in self.errors:
            self.add_error("territory", _("Pour dire où ce kit est lancé, choisissez un territoire."))
        return given


class PlainField(forms.CharField):
    """Text that is never refused: what a database cannot hold is left out."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value or "").replace("\0", ""))


class StepsForm(forms.Form):
    """What is typed on the page of a run: always valid."""

    def __init__(self, *args: Any, keys: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for key in keys:
            self.fields[f"note_{key}"] = PlainField(required=False)
            self.fields[f"was_{key}"] = PlainField(required=False)
            self.fields[f"reason_{key}"] = PlainField(required=False)
        self.fields["act"] = PlainField(required=False)
