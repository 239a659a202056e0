"""Reads of availabilities: one's own week as a grid, with Paris time beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from alliage.accounts.time_zones import FRENCH
from alliage.codev.composing import slots, words
from alliage.codev.models import Availability
from alliage.notifications.timing import zone_of

PARIS = "Europe/Paris"
_PLACES = dict(FRENCH)


def of(member: Any) -> Availability | None:
    return Availability.objects.filter(member=member.pk).first()


def ticked(member: Any) -> int:
    found = of(member)
    return found.blocks if found else 0


def zone_name(member: Any) -> str:
    """The zone of an account; Paris when the account's means nothing."""
    return zone_of(member.time_zone).key


def place(zone: str) -> str:
    """« La Réunion »: where that clock is."""
    return str(_PLACES.get(zone, zone))


@dataclass(frozen=True)
class Cell:
    """One block to tick: `value` of the box, what a screen reader says of it."""

    value: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class Row:
    """The same two hours of each day; `paris`: what clocks show in Paris, empty where they agree."""

    hours: str
    paris: str
    cells: tuple[Cell, ...]


def grid(blocks: int, zone: str, on: date) -> list[Row]:
    """The week from 6 h to 22 h, one row per block."""
    return [
        Row(
            f"{words.hour(hour)} – {words.hour(hour + slots.BLOCK_HOURS)}",
            _paris(hour, zone, on),
            tuple(_cell(day, hour, blocks) for day in range(slots.DAYS)),
        )
        for hour in slots.BLOCK_STARTS
    ]


def _cell(day: int, hour: int, blocks: int) -> Cell:
    label = words.span(day, hour * 60, slots.BLOCK_HOURS * 60)
    return Cell(f"{day}-{hour}", label, bool(blocks >> slots.block_number(day, hour) & 1))


def _paris(hour: int, zone: str, on: date) -> str:
    shift = slots.offset_minutes(PARIS, on) - slots.offset_minutes(zone, on)
    if not shift:
        return ""
    there = hour * 60 + shift
    told = words.hour(*divmod(there % 1440, 60))
    if there < 0:
        return _("Paris %s, la veille") % told
    return _("Paris %s, le lendemain") % told if there >= 1440 else _("Paris %s") % told


def days() -> list[tuple[str, str]]:
    """The heads of the columns: short, whole."""
    return [(str(WEEKDAYS[day])[:2], str(WEEKDAYS[day])) for day in range(slots.DAYS)]


def said(blocks: int) -> list[str]:
    """The blocks ticked in words, those that follow one another as one."""
    found: list[str] = []
    for day in range(slots.DAYS):
        hours = [hour for hour in slots.BLOCK_STARTS if blocks >> slots.block_number(day, hour) & 1]
        while hours:
            first = last = hours.pop(0)
            while hours and hours[0] == last + slots.BLOCK_HOURS:
                last = hours.pop(0)
            found.append(words.span(day, first * 60, (last - first + slots.BLOCK_HOURS) * 60))
    return found


def export_of(member: Any) -> list[dict[str, Any]]:
    found = of(member)
    return [{"creneaux": said(found.blocks), "dites_le": found.changed_at}] if found else []
