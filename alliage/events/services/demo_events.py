"""The fictitious events of the demonstration, from a data file; dates count from the day of loading. Nobody is told: they are there
from the start. Safe to repeat: what has a date to come is left as it is.
"""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from alliage.accounts.models import Member
from alliage.directory.services import deeds
from alliage.events import recurrence
from alliage.events.enums import EventKind, EventState, Part, Repeats, SequenceKind, Standing, StewardRole
from alliage.events.models import Appearance, Event, Item, Sequence, Series, Speaker, Steward, Temps, Word
from alliage.events.queries.deeds import SEQUENCES
from alliage.events.services import events, registrations, series
from alliage.events.services.events import Said
from alliage.events.services.registrations import Said as Coming
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.lookup import find

FILE = Path(__file__).resolve().parent.parent / "data" / "demo_events.json"
HOST = "@demonstration.exemple.fr"
SOURCE = "demonstration-"
PARIS = "Europe/Paris"


def read(path: Path = FILE) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


@transaction.atomic
def load(said: dict[str, Any], *, now: datetime) -> int:
    """Add what is not there or is over; answers how many events."""
    people = {each.email.removesuffix(HOST): each for each in Member.objects.filter(is_demo=True, email__endswith=HOST)}
    added = sum(_event(row, people, now=now) for row in said["events"])
    added += _cycle(said["cycle"], people, now=now)
    return added + _Day(said["rencontre"], people, now=now).load()


def _wanted(row: dict[str, Any], people: dict[str, Member], *, now: datetime) -> bool:
    """Its owner is here, and it is not there with a date to come; what was past from the start is added once."""
    known = Event.objects.filter(is_demo=True, source_code=SOURCE + row["code"])
    there = known.exists() if row.get("in_days", 1) < 0 else known.filter(ends_at__gt=now).exists()
    return row["owner"] in people and not there


def _levers(row: dict[str, Any]) -> list[Term]:
    return list(Term.objects.filter(vocabulary=Vocabulary.LEVIERS, code__in=row.get("levers", ())))


def _day(now: datetime, zone: str, days: int) -> date:
    """So many days from today there, on a working day."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _said(row: dict[str, Any], starts_at: datetime, zone: str) -> Said:
    kind, _colon, code = row.get("territory", "").partition(":")
    return Said(
        title=row["title"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=row["minutes"]),
        kind=row["kind"],
        summary=row["summary"],
        text=row["text"],
        zone=zone,
        venue=row.get("venue", "online"),
        place=row.get("place", ""),
        territory=find(kind, code) if code else None,
        levers=_levers(row),
        join_url=row.get("join_url", ""),
        phone=row.get("phone", ""),
        is_open=row.get("is_open", False),
        capacity=row.get("capacity"),
    )


def _made(row: dict[str, Any], said: Said, owner: Member, *, now: datetime) -> Event:
    """A row of the agenda, as if it had been proposed some days before: before today, or before its day when it is over."""
    known_on = min(now, said.starts_at)
    event = events.make(said, by=owner, now=known_on - timedelta(days=30))
    state = (
        EventState.CANCELLED if row.get("cancelled") else EventState.DRAFT if row.get("draft") else EventState.PUBLISHED
    )
    event.state, event.is_demo, event.source_code = state, True, SOURCE + row["code"]
    event.published_at = None if row.get("draft") else known_on - timedelta(days=20)
    event.changed_at = event.published_at or event.created_at
    event.save()
    Sequence.objects.filter(event=event).update(is_cancelled=event.is_cancelled)
    return event


def _event(row: dict[str, Any], people: dict[str, Member], *, now: datetime) -> int:
    if not _wanted(row, people, now=now):
        return 0
    zone = row.get("zone", PARIS)
    starts_at = recurrence.moment(_day(now, zone, row["in_days"]), time.fromisoformat(row["hour"]), zone)
    event = _made(row, _said(row, starts_at, zone), people[row["owner"]], now=now)
    _come(event, [people[code] for code in row.get("come", ()) if code in people], now=now)
    for each in [people[code] for code in row.get("led_by", ()) if code in people]:
        _lead(event.sequences.get(), each, row["metier"], now=now)
    return 1


def _lead(sequence: Sequence, member: Member, metier: str, *, now: datetime) -> None:
    """They facilitated it, and sorted it under a métier among their « preuves », unless the network has it no more."""
    Steward.objects.create(sequence=sequence, member=member, role=StewardRole.FACILITATOR)
    if taxonomy.term(Vocabulary.METIERS, metier) is not None:
        deeds.change(deeds.Said(metiers={(SEQUENCES, str(sequence.pk)): metier}), by=member, now=now)


def _come(event: Event, people: list[Member], *, now: datetime) -> None:
    """Some are registered already, in this order."""
    for person in people:
        wanted = event.sequences.filter(takes_registrations=True, kind=SequenceKind.PLENARY)
        pks = frozenset((wanted if event.is_rencontre else event.sequences.all()).values_list("pk", flat=True))
        said = Coming(person.email, person.name, time_zone=person.time_zone, sequences=pks)
        registrations.register(event, said, by=person, now=now)
    Word.objects.filter(attendee__event=event).delete()


def _cycle(row: dict[str, Any], people: dict[str, Member], *, now: datetime) -> int:
    if not _wanted(row, people, now=now):
        return 0
    today = now.astimezone(ZoneInfo(PARIS)).date()
    rule = recurrence.Rule(Repeats.WEEKDAY, today + timedelta(days=1), weekday=row["weekday"], nth=row["nth"], times=1)
    first = recurrence.moment(recurrence.days(rule)[0], time.fromisoformat(row["hour"]), PARIS)
    owner = people[row["owner"]]
    made: Series = series.plan(
        _said(row, first, PARIS), series.Asked(Repeats.WEEKDAY, times=row["times"]), by=owner, now=now
    )
    dates = Event.objects.filter(occurrence__series=made)
    return dates.update(
        state=EventState.PUBLISHED,
        is_demo=True,
        source_code=SOURCE + row["code"],
        published_at=now - timedelta(days=20),
    )


class _Day:
    """The Rencontre to come: temps, sequences, workshops side by side, one mirror on the eve, at the hour of Cayenne."""

    def __init__(self, row: dict[str, Any], people: dict[str, Member], *, now: datetime) -> None:
        self.row, self.people, self.now = row, people, now
        self.on = _day(now, PARIS, row["in_days"])
        self.speakers: dict[str, Speaker] = {}
        self.sequences: dict[str, Sequence] = {}

    def at(self, clock: str) -> datetime:
        return recurrence.moment(self.on, time.fromisoformat(clock), PARIS)

    def load(self) -> int:
        row = self.row
        if not _wanted(row, self.people, now=self.now):
            return 0
        starts_at = self.at(row["starts"])
        minutes = (self.at(row["ends"]) - starts_at).total_seconds() // 60
        said = _said(row | {"kind": EventKind.RENCONTRE, "minutes": minutes}, starts_at, PARIS)
        self.event = _made(row, said, self.people[row["owner"]], now=self.now)
        self.event.theme = row["theme"]
        self.event.save(update_fields=["theme"])
        self.temps = {
            each["code"]: Temps.objects.create(
                event=self.event, rank=rank, title=each["title"], announced=each["announced"],
                starts_at=self.at(each["starts"]), ends_at=self.at(each["ends"]),
            )
            for rank, each in enumerate(row["temps"], start=1)
        }  # fmt: skip
        for rank, each in enumerate(row["sequences"], start=1):
            self._sequence(rank, each)
        _come(self.event, [self.people[code] for code in row["come"] if code in self.people], now=self.now)
        return 1

    def _hours(self, said: dict[str, Any]) -> tuple[datetime, datetime]:
        if "eve" not in said:
            return self.at(said["starts"]), self.at(said["ends"])
        starts_at = recurrence.moment(self.on - timedelta(days=1), time.fromisoformat(said["eve"]), said["zone"])
        return starts_at, starts_at + timedelta(minutes=said["minutes"])

    def _sequence(self, rank: int, said: dict[str, Any]) -> None:
        starts_at, ends_at = self._hours(said)
        made = Sequence.objects.create(
            event=self.event, rank=rank, title=said["title"], kind=said.get("kind", SequenceKind.PLENARY),
            number=said.get("number"), temps=self.temps.get(said.get("temps", "")), starts_at=starts_at, ends_at=ends_at,
            parent=self.sequences.get(said.get("parent", "")), mirror_of=self.sequences.get(said.get("mirror_of", "")),
            track=said.get("track", ""), capacity=said.get("capacity"), takes_registrations=not said.get("unregistered"),
        )  # fmt: skip
        self.sequences[said["code"]] = made
        made.levers.set(_levers(said))
        for place, each in enumerate(said.get("items", ()), start=1):
            item = Item.objects.create(sequence=made, rank=place, kind=each["kind"], title=each["title"])
            for name in each.get("speakers", ()):
                Appearance.objects.create(
                    item=item, speaker=self._speaker(name), part=Part.SPEAKS, standing=Standing.CONFIRMED
                )

    def _speaker(self, name: str) -> Speaker:
        if name not in self.speakers:
            self.speakers[name] = Speaker.objects.create(
                event=self.event, name=name, role="personne fictive de démonstration"
            )
        return self.speakers[name]
