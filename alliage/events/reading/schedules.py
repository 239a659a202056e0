"""A programme as `schedule.json` (frab, pretalx, ours). What it has no word for, contents and who leads, is in its `description`."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from alliage.events.enums import ItemKind, Part, SequenceKind, Standing
from alliage.events.reading import contents
from alliage.events.reading.plans import ItemPlan, PersonPlan, Plan, SequencePlan, TempsPlan, moment, written
from alliage.refusals import Refusal

MOST = 2000
_KINDS = {str(label): code for code, label in SequenceKind.choices}
_ITEMS = {str(label).lower(): code for code, label in ItemKind.choices}


class ScheduleRefused(Refusal):
    """It is no schedule."""


def looks_like(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def read(content: bytes, zone: ZoneInfo) -> Plan:
    """The plan, at the clock of the event that it is read into."""
    try:
        days = json.loads(content.decode("utf-8-sig"))["schedule"]["conference"]["days"]
        events = [
            (each, room) for day in days for room, held in (day.get("rooms") or {}).items() for each in held
        ]  # fmt: skip
        found = [_sequence(each, str(room), zone) for each, room in events[:MOST]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ScheduleRefused(
            _("Ce fichier n’est pas un schedule.json\u00a0: on n’y trouve ni jours, ni salles, ni séances.")
        ) from error
    found.sort(key=lambda pair: (pair[0].starts, pair[0].kind == SequenceKind.WORKSHOP))
    plan = Plan(sequences=[sequence for sequence, _track in found])
    for rank, sequence in enumerate(plan.sequences, start=1):
        sequence.rank = rank
    _temps(plan, [track for _sequence, track in found])
    _parents(plan)
    return plan


def _sequence(said: dict[str, Any], room: str, zone: ZoneInfo) -> tuple[SequencePlan, str]:
    starts = datetime.fromisoformat(said["date"]).astimezone(zone).replace(tzinfo=None)
    hours, _colon, minutes = str(said["duration"]).rpartition(":")
    *days, whole = hours.split(":")
    length = timedelta(days=int(days[0]) if days else 0, hours=int(whole or 0), minutes=int(minutes))
    kind = _KINDS.get(str(said.get("type") or ""), SequenceKind.PLENARY)
    made = SequencePlan(
        rank=0,
        title=re.sub(r"[ \t\r\n\0]+", " ", str(said["title"])).strip()[:200] or "–",
        starts=written(starts),
        ends=written(starts + max(length, timedelta(minutes=5))),
        kind=kind,
        track="" if _is_common(room, kind) else room[:80],
        takes_registrations=kind not in {SequenceKind.BREAK, SequenceKind.WORKSHOPS},
        text=str(said.get("abstract") or ""),
    )
    names = [str(each.get("public_name") or each.get("name")) for each in said.get("persons") or []]
    _describe(made, str(said.get("description") or ""), names)
    return made, str(said.get("track") or "")


def _is_common(room: str, kind: str) -> bool:
    """The rooms that our own schedule gives to what has none."""
    if kind == SequenceKind.WORKSHOP:
        return any(room == _("Atelier %(rank)d") % {"rank": rank} for rank in range(1, 31))
    return room == _("Séances communes")


# --- Temps, workshops ------------------------------------------------------------------------------------------------


def _temps(plan: Plan, tracks: list[str]) -> None:
    ranks: dict[str, int] = {}
    for sequence, track in zip(plan.sequences, tracks, strict=True):
        if not track:
            continue
        if track not in ranks:
            ranks[track] = len(plan.temps)
            plan.temps.append(TempsPlan(track[:200], sequence.starts, sequence.ends))
        temps = plan.temps[ranks[track]]
        temps.ends = max(temps.ends, sequence.ends)
        sequence.temps = ranks[track]


def _parents(plan: Plan) -> None:
    """A workshop is part of what gathers workshops at the same time."""
    gathering = [each for each in plan.sequences if each.kind == SequenceKind.WORKSHOPS]
    for each in plan.sequences:
        if each.kind == SequenceKind.WORKSHOP:
            inside = (one for one in gathering if moment(one.starts) <= moment(each.starts) < moment(one.ends))
            each.parent = next((one.rank for one in inside), None)


# --- Contents ------------------------------------------------------------------------------------------------------


def _describe(sequence: SequencePlan, description: str, names: list[str]) -> None:
    """Contents, one on each line, as our own schedule writes them; otherwise the description is a presentation."""
    lines = [line.strip() for line in description.splitlines() if line.strip()]
    items = [_item(line, names) for line in lines]
    if lines and all(items):
        sequence.items = [item for item in items if item is not None]
    elif lines:
        sequence.text = "\n\n".join(each for each in (sequence.text, description.strip()) if each)
    told = {person.shown for item in sequence.items for person in item.people}
    alone = [name for name in names if name not in told]
    if alone:
        people = [PersonPlan(name[:200], standing=Standing.CONFIRMED) for name in alone]
        sequence.items.append(ItemPlan(ItemKind.EXCHANGE, people=people))


def _item(line: str, names: list[str]) -> ItemPlan | None:
    """« Regards croisés – titre – Une, Deux (animés par Trois) »."""
    label, _dash, rest = line.partition(" – ")
    label, led = _led(label, names) if not rest else (label, [])
    kind = _ITEMS.get(label.strip().lower()) or contents.kind_of(label)
    if kind is None:
        return None
    if rest:
        rest, led = _led(rest, names)
    title, _dash, last = rest.rpartition(" – ")
    people = _people(last, names)
    if people is None:
        title, people = rest, []
    return ItemPlan(kind, title[:300], people=[*people, *led])


def _led(text: str, names: list[str]) -> tuple[str, list[PersonPlan]]:
    for words in (_("animés par"), _("animation\u00a0:")):
        before, found, after = text.rpartition(f" ({words} ")
        if found and after.endswith(")"):
            people = _people(after.removesuffix(")"), names)
            if people:
                for person in people:
                    person.part = Part.LEADS
                return before, people
    return text, []


def _people(text: str, names: list[str]) -> list[PersonPlan] | None:
    """Every name of the text is one of those that the schedule lists; None otherwise."""
    people: list[PersonPlan] = []
    rest = text.strip()
    mark = _("%(name)s (en cours de confirmation)") % {"name": ""}
    while rest:
        name = max((each for each in names if rest.startswith(each)), key=len, default="")
        if not name:
            return None
        rest = rest.removeprefix(name)
        expected = rest.startswith(mark)
        rest = rest.removeprefix(mark).removeprefix(", ")
        people.append(PersonPlan(name[:200], standing=Standing.EXPECTED if expected else Standing.CONFIRMED))
    return people or None
