"""Fields that the forms of organisers share: an organisation by its name, a resource by its address; moments at an event's clock."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.directory.services.entries import folded
from alliage.library.models import Resource
from alliage.library.queries import resources

_NUMBER = re.compile(r"/ressources/(\d{1,18})\b")


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """At the event's own clock; a ValidationError when that clock never shows it."""
    found = datetime.combine(day, hour, tzinfo=zone)
    if found.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != datetime.combine(day, hour):
        raise forms.ValidationError(
            _("Ce jour-là, cette heure n’existe pas (passage à l’heure d’été)\u00a0: changez-la.")
        )
    return found


def hours(given: dict[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From `day`, `start`, `end`: an end before the start is the next day."""
    starts_at = moment(given["day"], given["start"], zone)
    ends_at = moment(given["day"], given["end"], zone)
    if ends_at <= starts_at:
        ends_at = moment(given["day"] + timedelta(days=1), given["end"], zone)
    return starts_at, ends_at


class OrganisationField(forms.CharField):
    """The name of an organisation or a team of the directory, whatever its accents; None when nothing is typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        options.setdefault("required", False)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Entry) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        entries = Entry.objects.filter(visibility=Visibility.PUBLIC, is_hidden=False).exclude(kind=EntryKind.CATALYST)
        found = entries.filter(sort_name=folded(typed)["sort_name"]).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(
                _("Aucune fiche de l’annuaire ne porte ce nom. Vérifiez-le, ou laissez vide\u00a0: le texte suffit.")
            )
        return found


class ResourceField(forms.CharField):
    """A resource of the library, by the address of its page."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 400)
        options.setdefault("required", False)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return value.get_absolute_url() if isinstance(value, Resource) else value

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        number = _NUMBER.search(typed)
        found = resources.shown().filter(pk=int(number[1])).first() if number else None
        if found is None:
            raise forms.ValidationError(_("Copiez ici l’adresse de la page d’une ressource publiée."))
        return found
