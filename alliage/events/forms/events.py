"""What one says of an event, and how often it comes back. Moments are typed at the clock that the form names."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.time_zones import FRENCH, KNOWN
from alliage.directory.models import Entry
from alliage.events.enums import EventKind, Repeats, Venue
from alliage.events.forms.fields import ResourceField, moment
from alliage.events.models import Event, Sequence
from alliage.events.queries.events import resources_of
from alliage.events.recurrence import MOST
from alliage.events.services.events import LINES, Said
from alliage.events.services.series import Asked
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.forms import TerritoryField
from alliage.ui.fields import DayField, HourField

LONGEST_TEXT = 12_000
MOST_SEATS = 100_000
DAYS = ("day", "end_day", "until", "closes_on")
# Beyond, clocks and calendars lose their way.
FIRST_YEAR, LAST_YEAR = 2000, 2100
ONE, NEXT = "one", "next"
KINDS = [
    (EventKind.WEBINAR.value, _("Un webinaire\u00a0: on écoute, puis on pose des questions")),
    (EventKind.WORKSHOP.value, _("Un atelier\u00a0: on travaille ensemble")),
    (EventKind.CODEV.value, _("Une séance de codéveloppement ouverte")),
    (EventKind.MEETING.value, _("Une rencontre locale")),
]
RENCONTRE = (EventKind.RENCONTRE.value, _("La Rencontre annuelle du réseau\u00a0: son programme se prépare ensuite"))
REPEATS = [
    ("", _("Une seule fois")),
    (Repeats.WEEKDAY.value, _("Chaque mois, le même jour de la semaine (par exemple le 3e jeudi)")),
    (Repeats.DATE.value, _("Chaque mois, à la même date")),
    (Repeats.WEEKS.value, _("Chaque semaine, ou toutes les 2, 3… semaines")),
]
SCOPES = [(ONE, _("Cette date seulement")), (NEXT, _("Cette date et les suivantes du cycle"))]


class ResourcesField(forms.CharField):
    """Resources of the library, each by the address of its page, one on a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(settings.ORIGIN + each.get_absolute_url() for each in value)
        return value

    def clean(self, value: Any) -> Any:
        one = ResourceField()
        found = [one.clean(line) for line in super().clean(value).splitlines() if line.strip()]
        return list({each.pk: each for each in found}.values())


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=_("Qu’est-ce que c’est\u00a0?"), choices=KINDS, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Titre"), max_length=LINES["title"], widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    summary = forms.CharField(
        label=_("En une phrase"),
        help_text=_("Lue dans l’agenda\u00a0: pour qui, pour quoi faire."),
        max_length=LINES["summary"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    day = DayField(label=_("Jour"))
    hour = HourField(label=_("Heure de début"))
    end_hour = HourField(label=_("Heure de fin"))
    end_day = DayField(label=_("Jour de fin, si ce n’est pas le même"), required=False)
    zone = forms.ChoiceField(
        label=_("À quelle heure\u00a0?"),
        help_text=_("L’horloge des heures écrites ici. Chacun les lira à la sienne, et à celle de Paris."),
        choices=FRENCH,
    )
    repeats = forms.ChoiceField(label=_("Se répète"), choices=REPEATS, required=False, widget=forms.RadioSelect)
    every = forms.IntegerField(
        label=_("Tous les combien (de semaines ou de mois)"), min_value=1, max_value=12, required=False
    )
    times = forms.IntegerField(label=_("Nombre de dates"), min_value=2, max_value=MOST, required=False)
    until = DayField(label=_("Ou jusqu’au"), required=False)
    venue = forms.ChoiceField(
        label=_("Où"),
        choices=[(value, str(label).capitalize()) for value, label in Venue.choices],
        initial=Venue.ONLINE,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=_("Adresse du lieu"),
        help_text=_("Si l’on se retrouve sur place."),
        max_length=LINES["place"],
        required=False,
    )
    territory = TerritoryField(
        label=_("Territoire"),
        help_text=_("Commune, intercommunalité, département ou région. Vide\u00a0: toute la France."),
        required=False,
    )
    join_url = forms.URLField(
        label=_("Lien de visioconférence"),
        help_text=_("Donné aux personnes inscrites seulement\u00a0; à tout le monde si l’on vient sans s’inscrire."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    phone = forms.CharField(
        label=_("Numéro de téléphone de la réunion"),
        help_text=_("Pour qui n’a pas de réseau\u00a0: avec son code, s’il y en a un."),
        max_length=LINES["phone"],
        required=False,
    )
    is_open = forms.BooleanField(label=_("On vient sans s’inscrire"), required=False)
    capacity = forms.IntegerField(
        label=_("Nombre de places"),
        help_text=_("Vide\u00a0: pas de limite. Au-delà, une liste d’attente s’ouvre d’elle-même."),
        min_value=1,
        max_value=MOST_SEATS,
        required=False,
    )
    closes_on = DayField(
        label=_("Inscriptions jusqu’au"), help_text=_("Vide\u00a0: jusqu’au dernier moment."), required=False
    )
    host = forms.ChoiceField(label=_("Organisé par"), required=False)
    levers = forms.MultipleChoiceField(label=_("Leviers"), required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label=_("Présentation"),
        help_text=_("Le déroulé, les intervenants, ce qu’il faut préparer."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    resources = ResourcesField(
        label=_("Enregistrement, diaporama, kit"),
        help_text=_("Les adresses de leurs pages dans les Ressources, une par ligne."),
    )
    edition = forms.IntegerField(
        label=_("Numéro d’édition"),
        help_text=_("Pour la Rencontre annuelle."),
        min_value=1,
        max_value=999,
        required=False,
    )
    scope = forms.ChoiceField(label=_("Ce que je change"), choices=SCOPES, initial=ONE, widget=forms.RadioSelect)

    # What follows what is asked first: heading, fields, and whether it stays folded until something is said there.
    GROUPS = (
        (_("Quand"), ("day", "hour", "end_hour", "zone"), False),
        (
            _("Sur plusieurs jours, ou à plusieurs dates (facultatif)"),
            ("end_day", "repeats", "every", "times", "until"),
            True,
        ),
        (_("Où"), ("venue", "place", "territory", "join_url", "phone"), False),
        (_("Inscription"), ("is_open", "capacity", "closes_on"), False),
        (
            _("Préciser\u00a0: qui organise, leviers, présentation (facultatif)"),
            ("host", "levers", "text", "resources", "edition"),
            True,
        ),
    )

    def __init__(
        self, *args: Any, hosts: list[Entry], event: Event | None = None, sequence: Sequence | None = None,
        is_animator: bool = False, in_cycle: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        if event is not None:
            options["initial"] = _initial(event, sequence)
        else:
            options["initial"] = {"zone": _own_zone(), "kind": "", **options.get("initial", {})}
        super().__init__(*args, **options)
        self.event = event
        self.hosts = {entry.slug: entry for entry in hosts}
        if event is not None and event.host is not None:
            self.hosts.setdefault(event.host.slug, event.host)
        nobody = _("Le réseau") if is_animator else _("Moi, en mon nom")
        self._choices("host", [("", nobody), *((entry.slug, entry.name) for entry in self.hosts.values())])
        self._choices("levers", [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)])
        if is_animator and event is None:
            self._choices("kind", [*KINDS, RENCONTRE])
        gone = ["repeats", "every", "times", "until", "edition"] if event is not None else []
        gone += [] if is_animator or event is not None else ["edition"]
        gone += [] if in_cycle else ["scope"]
        for name in gone:
            del self.fields[name]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    @property
    def groups(self) -> list[tuple[Any, list[Any], bool, bool]]:
        """Heading, fields, whether they may be folded, whether they are open, as the page shows them."""
        found = [
            (title, [self[name] for name in names if name in self.fields], folds) for title, names, folds in self.GROUPS
        ]
        return [
            (title, fields, folds, any(field.errors or field.value() for field in fields))
            for title, fields, folds in found
            if fields
        ]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        for name in DAYS:
            if given.get(name) and not FIRST_YEAR <= given[name].year <= LAST_YEAR:
                self.add_error(name, _("Cette année est trop loin\u00a0: vérifiez la date."))
        if all(given.get(name) is not None for name in ("day", "hour", "end_hour", "zone")):
            self._moments(given)
        if given.get("repeats") and not given.get("times") and not given.get("until"):
            self.add_error("times", _("Dites combien de dates, ou jusqu’à quand."))
        if given.get("repeats") and given.get("kind") == EventKind.RENCONTRE:
            self.add_error("repeats", _("Une Rencontre se prépare une par une."))
        return given

    def _moments(self, given: dict[str, Any]) -> None:
        last, zone = given.get("end_day") or given["day"], ZoneInfo(given["zone"])
        for name, day, hour in (("starts_at", given["day"], "hour"), ("ends_at", last, "end_hour")):
            try:
                given[name] = moment(day, given[hour], zone)
            except forms.ValidationError as error:
                self.add_error(hour, error)
        if "starts_at" in given and "ends_at" in given and given["ends_at"] <= given["starts_at"]:
            self.add_error("end_hour", _("La fin doit venir après le début."))
        if given.get("closes_on"):
            given["closes_at"] = moment(given["closes_on"], time(23, 59), zone)

    def said(self) -> Said:
        """What the services write, once the form is valid."""
        given = self.cleaned_data
        levers = Term.objects.filter(vocabulary=Vocabulary.LEVIERS, code__in=given["levers"])
        closes_at = given.get("closes_at")
        return Said(
            title=given["title"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            kind=given["kind"],
            theme=self.event.theme if self.event is not None else "",
            summary=given["summary"],
            text=given["text"],
            zone=given["zone"],
            venue=given["venue"],
            place=given["place"],
            territory=given["territory"],
            host=self.hosts.get(given["host"]),
            levers=list(levers),
            join_url=given["join_url"],
            phone=given["phone"],
            is_open=given["is_open"],
            capacity=given["capacity"],
            closes_at=min(closes_at, given["ends_at"]) if closes_at else None,
            edition=given.get("edition"),
            resources=given["resources"],
        )

    def asked(self) -> Asked | None:
        """How often it comes back; None for once."""
        given = self.cleaned_data
        if not given.get("repeats"):
            return None
        return Asked(given["repeats"], given.get("every") or 1, given.get("until"), given.get("times"))


def _own_zone() -> str:
    name = timezone.get_current_timezone_name()
    return name if name in KNOWN else "Europe/Paris"


def _initial(event: Event, sequence: Sequence | None) -> dict[str, Any]:
    start, end = event.starts_at.astimezone(event.clock), event.ends_at.astimezone(event.clock)
    names = ("kind", "title", "summary", "zone", "venue", "place", "territory", "join_url", "phone", "is_open", "text")
    closes = event.registration_closes_at
    return {name: getattr(event, name) for name in names} | {
        "day": start.date(),
        "hour": start.time(),
        "end_hour": end.time(),
        "end_day": end.date() if end.date() != start.date() else None,
        "capacity": sequence.capacity if sequence else None,
        "closes_on": closes.astimezone(event.clock).date() if closes else None,
        "host": event.host.slug if event.host else "",
        "levers": [term.code for term in event.levers.all()],
        "resources": resources_of(sequence) if sequence else [],
        "scope": ONE,
    }
