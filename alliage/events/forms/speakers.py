"""Forms of speakers: as organisers write them, and as they write themselves by their link."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from alliage.accounts import when
from alliage.events.enums import Standing
from alliage.events.forms.fields import OrganisationField, moment
from alliage.events.forms.organising import SeenMixin
from alliage.events.models import Event, Rehearsal, Sheet, Speaker
from alliage.events.organising_enums import Recording
from alliage.events.services.sheets import LONGEST_BIO, LONGEST_LINK, LONGEST_MESSAGE, MOST_LINKS, SheetSaid
from alliage.events.services.speakers import SpeakerSaid
from alliage.ui.fields import DayField, HourField


class SpeakerForm(SeenMixin, forms.Form):
    """As the organiser knows them."""

    name = forms.CharField(label=_("Nom"), max_length=200)
    role = forms.CharField(label=_("Fonction"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("Adresse électronique"), required=False,
        help_text=_("Pour l’inviter. Elle n’est montrée à personne. Une autre adresse ferme le lien envoyé à la première."),
    )  # fmt: skip
    organisation = OrganisationField(label=_("Son organisation"), help_text=_("Son nom dans l’annuaire, s’il y est."))
    is_organisation = forms.BooleanField(label=_("C’est une organisation, sans personne nommée"), required=False)

    def __init__(self, *args: Any, row: Speaker | None = None, **options: Any) -> None:
        if row is not None:
            names = ("name", "role", "email", "organisation", "is_organisation")
            options["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **options)
        if row is not None:
            self._carry(row)

    def said(self) -> SpeakerSaid:
        given = self.cleaned_data
        return SpeakerSaid(
            given["name"], given["role"], given["email"], given["organisation"], given["is_organisation"]
        )


class ContactForm(forms.Form):
    contact = forms.EmailField(label=_("Adresse électronique du partenaire"))


class RehearsalForm(forms.Form):
    day = DayField(label=_("Jour"))
    hour = HourField(label=_("Heure"))
    minutes = forms.IntegerField(label=_("Durée en minutes"), min_value=5, max_value=240, initial=15)
    seats = forms.IntegerField(label=_("Nombre de personnes"), min_value=1, max_value=50, initial=1)
    join_url = forms.URLField(label=_("Lien de visioconférence"), required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        self.event = event
        super().__init__(*args, **options)

    def clean(self) -> Any:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given.get("hour"):
            try:
                given["starts_at"] = moment(given["day"], given["hour"], self.event.clock)
            except forms.ValidationError as error:
                self.add_error("hour", error)
        return given


class LinksField(forms.CharField):
    """One address on each line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=2000, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        typed = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        links = [each if "://" in each else f"https://{each}" for each in typed]
        if len(links) > MOST_LINKS:
            raise forms.ValidationError(_("%(count)s liens au plus.") % {"count": MOST_LINKS})
        check = URLValidator(["http", "https"])
        for link in links:
            if len(link) > LONGEST_LINK:
                raise forms.ValidationError(_("Ce lien est trop long."))
            check(link)
        return links


class SheetForm(forms.Form):
    """What a speaker or a partner says. Nothing is required: it is filled in several times."""

    answer = forms.ChoiceField(
        label=_("Votre présence"), widget=forms.RadioSelect,
        choices=(
            (Standing.CONFIRMED, _("Je viens")),
            (Standing.EXPECTED, _("Je ne sais pas encore")),
            (Standing.DECLINED, _("Je ne viendrai pas")),
        ),
    )  # fmt: skip
    bio = forms.CharField(
        label=_("Votre présentation"), required=False, max_length=LONGEST_BIO,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Trois ou quatre phrases. Elle est publiée à côté de votre nom."),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Votre photo"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("Publiée à côté de votre nom. Le lieu et la date de la prise de vue en sont retirés."),
    )  # fmt: skip
    removes_photo = forms.BooleanField(label=_("Retirer ma photo"), required=False)
    slides = forms.FileField(
        label=_("Vos diapositives"),
        required=False,
        help_text=_("En PDF de préférence (DOCX et ODT acceptés), 20 Mo au plus. L’organisation les reçoit."),
    )
    removes_slides = forms.BooleanField(label=_("Retirer mes diapositives"), required=False)
    shares_slides = forms.BooleanField(label=_("Elles peuvent être publiées avec les actes"), required=False)
    links = LinksField(label=_("Vos liens"), help_text=_("Une adresse par ligne\u00a0: site, article, page du projet."))
    recording = forms.ChoiceField(
        label=_("Enregistrement"), required=False, widget=forms.RadioSelect,
        choices=(
            (Recording.YES, _("J’accepte")),
            (Recording.NO, _("Je n’accepte pas")),
            (Recording.UNSAID, _("Je répondrai plus tard")),
        ),
    )  # fmt: skip
    rehearsal = forms.ModelChoiceField(
        label=_("Votre créneau de répétition"),
        queryset=Rehearsal.objects.none(),
        required=False,
        empty_label=_("aucun"),
    )
    message = forms.CharField(
        label=_("Un mot à l’organisation"), required=False, max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Lu par l’organisation seule."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, sheet: Sheet, event: Event, now: datetime, draft: dict[str, Any] | None = None, **options: Any
    ) -> None:
        names = ("answer", "bio", "links", "shares_slides", "recording", "rehearsal", "message")
        initial = {name: getattr(sheet, name) for name in names} | _from_draft(draft)
        options["initial"] = initial
        super().__init__(*args, **options)
        if sheet.partner_id is not None:
            for name in ("slides", "removes_slides", "shares_slides", "recording", "rehearsal"):
                del self.fields[name]
            self.fields["photo"].label = _("Votre logo")
        else:
            self._offer(sheet, event, now)
        if not sheet.photo_id:
            del self.fields["removes_photo"]
        if not sheet.slides_id:
            self.fields.pop("removes_slides", None)

    def _offer(self, sheet: Sheet, event: Event, now: datetime) -> None:
        """Those that are free, and one's own."""
        free = [each for each in event.rehearsals.filter(starts_at__gt=now) if not each.is_full]
        mine = [sheet.rehearsal] if sheet.rehearsal and sheet.rehearsal not in free else []
        if not (free or mine):
            del self.fields["rehearsal"]
            return
        field: Any = self.fields["rehearsal"]
        field.queryset = Rehearsal.objects.filter(pk__in=[each.pk for each in (*mine, *free)])
        field.label_from_instance = lambda each: when.said(each.starts_at, each.minutes)

    def said(self) -> SheetSaid:
        given = self.cleaned_data
        names = SheetSaid.__dataclass_fields__.keys() & given.keys()
        return SheetSaid(**{name: given[name] for name in names})


def _from_draft(draft: dict[str, Any] | None) -> dict[str, Any]:
    if draft is None:
        return {}
    kept: dict[str, Any] = {name: values[-1] for name, values in draft["data"].items() if values}
    kept["shares_slides"] = "shares_slides" in kept
    return kept
