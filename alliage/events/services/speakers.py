"""Writes of speakers, and of what they do in a programme."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliage.directory.models import Entry
from alliage.events.enums import Part, Standing
from alliage.events.models import Appearance, Event, Item, Speaker
from alliage.events.services import sheets
from alliage.events.services.programme import ProgrammeRefused, lock, one_line, refuse_stale, touched


@dataclass(frozen=True)
class SpeakerSaid:
    name: str
    role: str = ""
    email: str = ""
    organisation: Entry | None = None
    is_organisation: bool = False


@transaction.atomic
def add_speaker(event: Event, said: SpeakerSaid, *, by: Any, now: datetime) -> Speaker:
    row = lock(event.pk)
    speaker = Speaker(event=row)
    _write(speaker, said)
    touched(row, now=now)
    return speaker


@transaction.atomic
def change_speaker(speaker: Speaker, said: SpeakerSaid, *, by: Any, now: datetime, seen: str | None = None) -> Speaker:
    """Another address ends the link that the first one had: what was sent there opens nothing any more."""
    event = lock(speaker.event_id)
    row = Speaker.objects.get(pk=speaker.pk)
    refuse_stale(row, seen)
    before = row.email
    _write(row, said)
    if before and row.email.lower() != before.lower():
        sheets.renew_link(row)
    touched(event, now=now)
    return row


def _write(speaker: Speaker, said: SpeakerSaid) -> None:
    speaker.name = one_line(said.name, 200)
    if not speaker.name:
        raise ProgrammeRefused(_("Écrivez le nom de cette personne, ou de l’organisation."))
    speaker.role, speaker.email = one_line(said.role, 200), said.email.strip()
    speaker.organisation, speaker.is_organisation = said.organisation, said.is_organisation
    speaker.save()


@transaction.atomic
def remove_speaker(speaker: Speaker, *, by: Any, now: datetime) -> None:
    """Out of the day, with what they gave: picture and slides too. Twice is once."""
    event = lock(speaker.event_id)
    sheets.forget_files(speaker)
    Speaker.objects.filter(pk=speaker.pk).delete()
    touched(event, now=now)


@transaction.atomic
def add_appearance(
    item: Item, speaker: Speaker, *, by: Any, now: datetime, part: str = Part.SPEAKS, standing: str | None = None
) -> Appearance:
    """The speaker is in this content. Who already answered for the day is as they answered. Twice is once."""
    event = lock(item.sequence.event_id)
    if speaker.event_id != event.pk:
        raise ProgrammeRefused(_("Cette personne intervient dans un autre événement."))
    last = Appearance.objects.filter(item=item).aggregate(last=Max("rank"))["last"]
    defaults = {"standing": Standing(standing or _standing_of(speaker)), "rank": (last or 0) + 1}
    appearance, made = Appearance.objects.get_or_create(item=item, speaker=speaker, part=Part(part), defaults=defaults)
    if made:
        touched(event, now=now)
    return appearance


def _standing_of(speaker: Speaker) -> str:
    sheet = sheets.of(speaker)
    return sheet.answer if sheet is not None else Standing.EXPECTED


@transaction.atomic
def set_standing(appearance: Appearance, standing: str, *, by: Any, now: datetime) -> None:
    """The organiser knows by another way whether they come."""
    event = lock(appearance.speaker.event_id)
    Appearance.objects.filter(pk=appearance.pk).update(standing=Standing(standing))
    touched(event, now=now)


@transaction.atomic
def remove_appearance(appearance: Appearance, *, by: Any, now: datetime) -> None:
    """Twice is once."""
    event = lock(appearance.speaker.event_id)
    Appearance.objects.filter(pk=appearance.pk).delete()
    touched(event, now=now)
