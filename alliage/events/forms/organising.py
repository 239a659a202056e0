"""Forms of those who prepare a Rencontre: temps, sequences, contents. Hours are at the event's own clock."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import ItemKind, Part, PartnerKind, SequenceKind, Standing, StewardRole, Venue
from alliage.events.forms.fields import OrganisationField, ResourceField, hours, moment
from alliage.events.models import Event, Item, Sequence, Speaker, Temps
from alliage.events.queries.grid import Programme
from alliage.events.services.contents import ItemSaid, PartnerSaid
from alliage.events.services.events import Said
from alliage.events.services.programme import SequenceSaid, mark_of
from alliage.events.services.temps import TempsSaid
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.ui.fields import DayField, HourField
from alliage.ui.templatetags.ui import date_fr


def text_field(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": rows})
    )


class SeenMixin:
    """What the page showed of the row, so that two windows do not undo each other (`programme.mark_of`)."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    data: Any
    add_error: Any

    def _carry(self, row: Any) -> None:
        self.fields["seen"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
        self.fields["seen"].initial = mark_of(row)

    def show_again(self, mark: str, words: str) -> None:
        """Somebody changed the row: what was typed stays, the next sending replaces what is there now."""
        self.data = self.data.copy()
        self.data["seen"] = mark
        self.add_error(None, words)

    @property
    def seen(self) -> str:
        return str(self.cleaned_data.get("seen") or "")


class HoursForm(forms.Form):
    """A day, two hours, at the event's clock."""

    day = DayField(label=_("Jour"))
    start = HourField(label=_("Début"))
    end = HourField(label=_("Fin"))

    def __init__(self, *args: Any, event: Event, row: Any = None, **options: Any) -> None:
        self.event = event
        begins: datetime = (row or event).starts_at.astimezone(event.clock)
        initial: dict[str, Any] = {"day": begins.date()}
        if row is not None:
            initial |= {"start": begins.time(), "end": row.ends_at.astimezone(event.clock).time()}
        options["initial"] = initial | options.get("initial", {})
        super().__init__(*args, **options)

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given.get("start") and given.get("end"):
            try:
                given["starts_at"], given["ends_at"] = hours(given, self.event.clock)
            except forms.ValidationError as error:
                self.add_error("start", error)
        return given


class TempsForm(SeenMixin, HoursForm):
    title = forms.CharField(label=_("Titre du temps"), max_length=200)
    announced = forms.CharField(
        label=_("Ce qui est annoncé"),
        max_length=300,
        required=False,
        help_text=_("Par exemple «\u00a03 séquences\u00a0»."),
    )
    text = text_field(_("Présentation"))
    field_order = ("title", "day", "start", "end", "announced", "text")

    def __init__(self, *args: Any, event: Event, row: Temps | None = None, **options: Any) -> None:
        if row is not None:
            options["initial"] = {name: getattr(row, name) for name in ("title", "announced", "text")}
        super().__init__(*args, event=event, row=row, **options)
        self.note = row.note if row is not None else ""
        if row is not None:
            self._carry(row)

    def said(self) -> TempsSaid:
        given = self.cleaned_data
        return TempsSaid(
            given["title"], given["starts_at"], given["ends_at"], given["announced"], given["text"], self.note
        )


class RencontreForm(SeenMixin, HoursForm):
    """What a Rencontre says of itself."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    theme = forms.CharField(label=_("Thème"), max_length=200, required=False)
    edition = forms.IntegerField(label=_("Numéro d’édition"), required=False, min_value=1, max_value=999)
    summary = forms.CharField(label=_("En une phrase"), max_length=400, required=False)
    text = text_field(_("Présentation"), rows=8)
    venue = forms.ChoiceField(label=_("Où"), choices=Venue.choices)
    place = forms.CharField(label=_("Adresse du lieu"), max_length=300, required=False)
    join_url = forms.URLField(
        label=_("Lien de visioconférence"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Pour les séquences qui n’ont pas le leur. Montré aux personnes inscrites."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Numéro de téléphone de secours"), required=False, max_length=60)
    closes_on = DayField(label=_("Dernier jour pour s’inscrire"), required=False)
    copied = ("title", "theme", "edition", "summary", "text", "venue", "place", "join_url", "phone")
    field_order = ("title", "theme", "edition", "summary", "day", "start", "end", *copied[4:], "closes_on")

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        closes = event.registration_closes_at
        initial = {name: getattr(event, name) for name in self.copied}
        initial["closes_on"] = closes.astimezone(event.clock).date() if closes else None
        super().__init__(*args, event=event, row=event, initial=initial, **options)
        self._carry(event)

    def said(self) -> Said:
        given, event = self.cleaned_data, self.event
        closes_on = given["closes_on"]
        closes_at = moment(closes_on, time(23, 59), event.clock) if closes_on else None
        return Said(
            **{name: given[name] for name in (*self.copied, "starts_at", "ends_at")},
            kind=event.kind, zone=event.zone, territory=event.territory, host=event.host, is_open=event.is_open,
            levers=list(event.levers.all()), closes_at=min(closes_at, given["ends_at"]) if closes_at else None,
        )  # fmt: skip


class QuickForm(SeenMixin, HoursForm):
    """What is changed in the grid itself: a title, hours, a track, a temps."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    track = forms.CharField(label=_("Salle"), max_length=80, required=False)
    temps = forms.ModelChoiceField(
        label=_("Temps"), queryset=Temps.objects.none(), required=False, empty_label=_("aucun")
    )
    field_order: tuple[str, ...] = ("title", "day", "start", "end", "track", "temps")
    copied: tuple[str, ...] = ("title", "track", "temps")

    def __init__(self, *args: Any, event: Event, row: Sequence | None = None, **options: Any) -> None:
        self.row = row
        if row is not None:
            options["initial"] = {name: getattr(row, name) for name in self.copied}
        super().__init__(*args, event=event, row=row, **options)
        temps: Any = self.fields["temps"]
        temps.queryset = Temps.objects.filter(event=event).order_by("rank")
        if row is not None:
            self._carry(row)

    def said(self) -> SequenceSaid:
        """What is typed, the rest as it is."""
        given, names = self.cleaned_data, ("title", "starts_at", "ends_at", *self.copied)
        said = {name: given[name] for name in names}
        if self.row is not None:
            rest = SequenceSaid.__dataclass_fields__.keys() - said.keys() - {"levers"}
            said |= {name: getattr(self.row, name) for name in rest}
            said.setdefault("levers", list(self.row.levers.all()))
        return SequenceSaid(**said)


class PlaceForm(SeenMixin, forms.Form):
    """A sequence at another hour, in another track, as long as it is: filled by hand, or by a drop on the grid.

    A choice says what the page showed of its sequence beside its number: « 12:3f2a… ».
    """

    sequence = forms.CharField(label=_("Séquence"), max_length=60, widget=forms.Select)
    day = DayField(label=_("Jour"))
    start = HourField(label=_("Début"))
    track = forms.ChoiceField(label=_("Salle"), required=False)

    def __init__(self, *args: Any, event: Event, programme: Programme, **options: Any) -> None:
        self.event = event
        self.rows = {str(each.pk): each for each in programme.sequences}
        first = min((each.starts_at for each in programme.sequences), default=event.starts_at)
        options |= {"initial": {"day": first.astimezone(event.clock).date()}, "auto_id": "placer-%s"}
        super().__init__(*args, **options)
        self._list({pk: choice_of(row) for pk, row in self.rows.items()})
        fields: dict[str, Any] = self.fields
        fields["track"].choices = [(each, each or _("Sans salle particulière")) for each in programme.tracks]

    def _list(self, values: dict[str, str]) -> None:
        choices = [
            (values[pk], f"{date_fr(row.starts_at.astimezone(self.event.clock), 'time')}\u00a0: {row.title}")
            for pk, row in self.rows.items()
        ]
        self.fields["sequence"].widget.choices = choices

    def clean_sequence(self) -> Sequence:
        pk, _colon, self.mark = self.cleaned_data["sequence"].partition(":")
        if pk not in self.rows:
            raise forms.ValidationError(_("Cette séquence n’est plus au programme."))
        return self.rows[pk]

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given.get("start"):
            try:
                given["starts_at"] = moment(given["day"], given["start"], self.event.clock)
            except forms.ValidationError as error:
                self.add_error("start", error)
        return given

    @property
    def seen(self) -> str:
        return self.mark

    def show_again(self, mark: str, words: str) -> None:
        """The choice that was made stays, with what is there now."""
        chosen = self.cleaned_data["sequence"]
        value = f"{chosen.pk}:{mark}"
        self.data = {**self.data.dict(), "sequence": value}
        self._list({pk: value if row.pk == chosen.pk else choice_of(row) for pk, row in self.rows.items()})
        self.add_error(None, words)


def choice_of(row: Sequence) -> str:
    return f"{row.pk}:{mark_of(row)}"


class SequenceForm(QuickForm):
    """Everything of a sequence."""

    kind = forms.ChoiceField(label=_("Nature"), choices=SequenceKind.choices)
    number = forms.IntegerField(label=_("Numéro au programme"), required=False, min_value=1, max_value=999)
    parent = forms.ModelChoiceField(
        label=_("Fait partie de"), queryset=Sequence.objects.none(), required=False, empty_label=_("aucune séquence"),
        help_text=_("Pour un atelier tenu en parallèle\u00a0: la séquence qui réunit les ateliers."),
    )  # fmt: skip
    mirror_of = forms.ModelChoiceField(
        label=_("Séance miroir de"), queryset=Sequence.objects.none(), required=False, empty_label=_("aucune"),
        help_text=_("Le même atelier à une autre heure, pour d’autres fuseaux\u00a0: il remplit le même tableau."),
    )  # fmt: skip
    text = text_field(_("Présentation"), rows=5)
    takes_registrations = forms.BooleanField(label=_("On s’y inscrit"), required=False, initial=True)
    capacity = forms.IntegerField(
        label=_("Nombre de places"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Vide\u00a0: sans limite."),
    )
    join_url = forms.URLField(
        label=_("Lien de visioconférence"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Montré aux personnes inscrites, à l’heure de la séquence."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Numéro de téléphone de secours"), required=False, max_length=60)
    # By their codes: a number too large for the database is no code, and is refused as one.
    levers = forms.ModelMultipleChoiceField(
        label=_("Leviers"), queryset=Term.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )  # fmt: skip
    field_order = (
        "title", "kind", "day", "start", "end", "track", "temps", "parent", "mirror_of", "number", "text",
        "takes_registrations", "capacity", "join_url", "phone", "levers",
    )  # fmt: skip
    copied: tuple[str, ...] = (
        "title", "track", "temps", "kind", "number", "parent", "mirror_of", "text", "takes_registrations", "capacity",
        "join_url", "phone", "levers",
    )  # fmt: skip

    def __init__(
        self, *args: Any, event: Event, row: Sequence | None = None, programme: Programme | None = None, **options: Any
    ) -> None:
        super().__init__(*args, event=event, row=row, **options)
        if row is not None:
            self.initial["levers"] = [term.code for term in row.levers.all()]
        others = Sequence.objects.filter(event=event).order_by("starts_at", "rank")
        others = others.exclude(pk=row.pk) if row is not None else others
        fields: dict[str, Any] = self.fields
        fields["parent"].queryset = others.filter(parent=None)
        fields["mirror_of"].queryset = others
        fields["levers"].queryset = Term.objects.filter(vocabulary=Vocabulary.LEVIERS, parent=None)
        fields["levers"].choices = [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)]
        if programme is not None:
            self._choose_among(programme)

    def _choose_among(self, programme: Programme) -> None:
        """What is at hand already is not asked again."""
        fields: dict[str, Any] = self.fields
        others = [each for each in programme.sequences if self.row is None or each.pk != self.row.pk]
        for name, rows in (
            ("temps", programme.temps),
            ("parent", [each for each in others if each.parent_id is None]),
            ("mirror_of", others),
        ):
            fields[name].choices = [("", fields[name].empty_label), *((each.pk, each.title) for each in rows)]


class ItemForm(SeenMixin, forms.Form):
    kind = forms.ChoiceField(label=_("Nature"), choices=ItemKind.choices)
    title = forms.CharField(label=_("Titre"), max_length=300, required=False)
    minutes = forms.IntegerField(label=_("Durée en minutes"), required=False, min_value=1, max_value=600)
    text = text_field(_("Texte"))
    resource = ResourceField(
        label=_("Ressource de la bibliothèque"), help_text=_("Pour une pastille\u00a0: l’adresse de sa page.")
    )

    def __init__(self, *args: Any, row: Item | None = None, **options: Any) -> None:
        names = ("kind", "title", "minutes", "text", "resource")
        if row is not None:
            options["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **options)
        if row is not None:
            self._carry(row)

    def said(self) -> ItemSaid:
        return ItemSaid(**{name: self.cleaned_data[name] for name in ("kind", "title", "text", "minutes", "resource")})


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Nom du partenaire"), max_length=200)
    kind = forms.ChoiceField(label=_("Titre"), choices=PartnerKind.choices)
    organisation = OrganisationField(label=_("Sa fiche dans l’annuaire"), help_text=_("Son nom exact, s’il y est."))

    def said(self) -> PartnerSaid:
        given = self.cleaned_data
        return PartnerSaid(given["name"], given["kind"], given["organisation"])


class StewardForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique de son compte"),
        help_text=_("Une personne de l’équipe, qui organise, ou inscrite à la Rencontre."),
    )
    role = forms.ChoiceField(label=_("Rôle"), choices=StewardRole.choices)


class AppearanceForm(forms.Form):
    """Somebody in a content: one who is already of the day, or a new name."""

    speaker = forms.ModelChoiceField(
        label=_("Intervenant"), queryset=Speaker.objects.none(), required=False, empty_label=_("une autre personne")
    )
    name = forms.CharField(label=_("Ou un nouveau nom"), max_length=200, required=False)
    part = forms.ChoiceField(label=_("Rôle"), choices=Part.choices)
    standing = forms.ChoiceField(label=_("Présence"), choices=Standing.choices)

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        speaker: Any = self.fields["speaker"]
        speaker.queryset = Speaker.objects.filter(event=event).order_by("name", "pk")

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if not given.get("speaker") and not (given.get("name") or "").strip():
            self.add_error("name", _("Choisissez quelqu’un dans la liste, ou écrivez un nom."))
        return given
