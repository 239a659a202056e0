"""Writes of temps, the parts of a day."""
# ruff: noqa: ARG001 every service says who acts (`by`)

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events.models import Event, Temps
from alliage.events.services.programme import (
    ProgrammeRefused,
    check_hours,
    close_ranks,
    lock,
    next_rank,
    one_line,
    plain,
    refuse_stale,
    swap_ranks,
    touched,
)


@dataclass(frozen=True)
class TempsSaid:
    title: str
    starts_at: datetime
    ends_at: datetime
    announced: str = ""
    text: str = ""
    note: str = ""


@transaction.atomic
def add_temps(event: Event, said: TempsSaid, *, by: Any, now: datetime) -> Temps:
    row = lock(event.pk)
    temps = Temps(event=row, rank=next_rank(row.temps.all()))
    _write_temps(temps, said)
    touched(row, now=now)
    return temps


@transaction.atomic
def change_temps(temps: Temps, said: TempsSaid, *, by: Any, now: datetime, seen: str | None = None) -> Temps:
    event = lock(temps.event_id)
    row = Temps.objects.get(pk=temps.pk)
    refuse_stale(row, seen)
    _write_temps(row, said)
    touched(event, now=now)
    return row


def _write_temps(temps: Temps, said: TempsSaid) -> None:
    temps.title = one_line(said.title, 200)
    if not temps.title:
        raise ProgrammeRefused(_("Donnez un titre à ce temps."))
    check_hours(said.starts_at, said.ends_at)
    temps.starts_at, temps.ends_at = said.starts_at, said.ends_at
    temps.announced, temps.text, temps.note = one_line(said.announced, 300), plain(said.text), plain(said.note)
    temps.save()


@transaction.atomic
def move_temps(temps: Temps, step: int, *, by: Any, now: datetime) -> None:
    """Before (−1) or after (+1) its neighbour, on the page."""
    event = lock(temps.event_id)
    swap_ranks(event.temps.all(), Temps.objects.get(pk=temps.pk), step)
    touched(event, now=now)


@transaction.atomic
def remove_temps(temps: Temps, *, by: Any, now: datetime) -> None:
    """Its sequences stay, in no temps. Twice is once."""
    event = lock(temps.event_id)
    Temps.objects.filter(pk=temps.pk).delete()
    close_ranks(event.temps.all())
    touched(event, now=now)
