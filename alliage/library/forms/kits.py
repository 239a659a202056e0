"""Forms of kits that are run."""

from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.formats.documents import cut
from alliage.library.models import KitRun, Resource
from alliage.library.queries import kits as queries
from alliage.library.services.kits import LONGEST_NAME, Said
from alliage.library.services.rolling import Rolled
from alliage.library.templatetags.library import duration
from alliage.rooms.enums import Pace
from alliage.rooms.phases import LONGEST_PHASE, LONGEST_TITLE, MOST_PHASES
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


LONGEST_STEP = LONGEST_PHASE[Pace.LIVE]
# What a step is given when its kit does not say how long it lasts.
USUAL_STEP = 15
MEETING, CODEV = "reunion", "codev"


class RollForm(forms.Form):
    """A session made of a kit: what it is called, for whom, and how long each of its steps lasts there."""

    title = forms.CharField(label=_("Titre de la séance"), max_length=LONGEST_TITLE)
    use = forms.ChoiceField(
        label=_("Pour quelle séance"),
        choices=[
            (MEETING, _("Une réunion ou un atelier\u00a0: une animation, des personnes qui participent")),
            (CODEV, _("Une séance de codéveloppement\u00a0: une personne écoutée, les autres consultent")),
        ],
        initial=MEETING,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, kit: Resource, **options: Any) -> None:
        options["initial"] = {"title": cut(kit.title, LONGEST_TITLE)}
        super().__init__(*args, **options)
        self.items = kit.content["kit_items"]
        for rank, item in enumerate(self.items):
            self.fields[f"length_{item['key']}"] = forms.IntegerField(
                label=item["title"],
                help_text=_said_by_the_kit(item),
                initial=_usual(item) if rank < MOST_PHASES else None,
                min_value=1,
                max_value=LONGEST_STEP,
                required=False,
            )

    @property
    def lengths(self) -> list[Any]:
        return [self[f"length_{item['key']}"] for item in self.items]

    def said(self) -> Rolled:
        given = self.cleaned_data
        lengths = {item["key"]: minutes for item in self.items if (minutes := given[f"length_{item['key']}"])}
        return Rolled(given["title"], lengths, given["use"] == CODEV)


def _usual(item: dict[str, Any]) -> int | None:
    """Its minutes in the kit; none for what lasts longer than a meeting: it is done before, or after."""
    minutes = item["minutes"] or USUAL_STEP
    return minutes if minutes <= LONGEST_STEP else None


def _said_by_the_kit(item: dict[str, Any]) -> SafeString:
    """Escaped: pages show what helps to answer as it is."""
    minutes: int | None = item["minutes"]
    lasts = duration(minutes) if minutes else _now("durée non précisée par le kit")
    return escape(" · ".join(words for words in (lasts, item["role"]) if words))


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
