"""The Rencontre of the founding document: written once, then left to those who hold it.

Loading again adds what was missing the first time (an organisation of the directory, a resource of the library), as long as nobody has
changed the event.
"""

import json
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from alliage.directory.models import Entry
from alliage.events import searchable
from alliage.events.enums import EventKind, EventState, Part, PartnerKind, SequenceKind, Standing, Venue
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Speaker, Temps
from alliage.events.queries import taking_part
from alliage.library.models import Resource
from alliage.library.services.loading import MARK

FILE = Path(__file__).resolve().parent.parent / "data" / "rencontre_2020.json"


class Outcome(StrEnum):
    ADDED = "added"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


def read(path: Path = FILE) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


@transaction.atomic
def load(said: dict[str, Any], *, now: datetime) -> Outcome:
    """Write the day if it is not there; tie it to what was not loaded yet if nobody has changed it; otherwise keep it as it is."""
    known = Event.objects.select_for_update().filter(slug=said["event"]["slug"]).first()
    if known is None:
        day = _Day(said, now=now)
        day.write()
        searchable.told(day.event, now=now)
        transaction.on_commit(taking_part.forget)
        return Outcome.ADDED
    if known.changed_at != known.created_at:
        return Outcome.KEPT
    if not _Day(said, now=now).tie(known):
        return Outcome.UNCHANGED
    transaction.on_commit(taking_part.forget)
    return Outcome.COMPLETED


class _Day:
    """One reading of the file, with what it names in the directory and in the library at hand."""

    def __init__(self, said: dict[str, Any], *, now: datetime) -> None:
        self.said, self.now = said, now
        self.on = date.fromisoformat(said["event"]["date"])
        self.zone = ZoneInfo(said["event"]["zone"])
        slugs, codes = set[str](), set[str]()
        for each in _pieces(said):
            slugs |= {each["organisation"]} if "organisation" in each else set()
            codes |= {f"{MARK}{each['resource']}"} if "resource" in each else set()
        slugs.add(said["event"]["host"])
        self.entries = dict(Entry.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        resources = Resource.objects.filter(source_code="", external_id__in=codes).values_list("external_id", "pk")
        self.resources = {code.removeprefix(MARK): pk for code, pk in resources}
        self.speakers: dict[str, Speaker] = {}
        self.rank = 0

    def at(self, clock: str) -> datetime:
        return datetime.combine(self.on, time.fromisoformat(clock), self.zone)

    # --- Writing -----------------------------------------------------------------------------------------------------

    def write(self) -> None:
        said = self.said["event"]
        self.event = Event.objects.create(
            kind=EventKind.RENCONTRE,
            state=EventState.PUBLISHED,
            venue=Venue.ONLINE,
            starts_at=self.at(said["starts"]),
            ends_at=self.at(said["ends"]),
            host_id=self.entries.get(said["host"]),
            source=self.said["source"],
            source_code=said["slug"],
            created_at=self.now,
            changed_at=self.now,
            published_at=self.now,
            **{name: said[name] for name in ("slug", "edition", "title", "theme", "summary", "text", "note", "zone")},
        )
        for rank, each in enumerate(self.said["temps"], 1):
            temps = self._temps(each, rank) if "title" in each else None
            for sequence in each["sequences"]:
                self._sequence(sequence, temps)

    def _temps(self, said: dict[str, Any], rank: int) -> Temps:
        temps = Temps.objects.create(
            event=self.event,
            rank=rank,
            title=said["title"],
            announced=said["announced"],
            note=said.get("note", ""),
            starts_at=self.at(said["starts"]),
            ends_at=self.at(said["ends"]),
        )
        self._partners(said.get("partners", []), PartnerKind.PARTNER, temps=temps)
        self._partners(said.get("support", []), PartnerKind.SUPPORT, temps=temps)
        return temps

    def _sequence(self, said: dict[str, Any], temps: Temps | None, parent: Sequence | None = None) -> None:
        self.rank += 1
        sequence = Sequence.objects.create(
            event=self.event,
            temps=temps,
            parent=parent,
            kind=said.get("kind", SequenceKind.PLENARY),
            rank=self.rank,
            number=said["number"],
            title=said["title"],
            text=said.get("text", ""),
            note=said.get("note", ""),
            starts_at=self.at(said["starts"]),
            ends_at=self.at(said["ends"]),
            takes_registrations=said.get("takes_registrations", True),
        )
        self._partners(said.get("partners", []), PartnerKind.PARTNER, sequence=sequence)
        for rank, item in enumerate(said["items"], 1):
            self._item(item, sequence, rank)
        for workshop in said.get("workshops", []):
            self._sequence(workshop, temps, sequence)

    def _item(self, said: dict[str, Any], sequence: Sequence, rank: int) -> None:
        item = Item.objects.create(
            sequence=sequence,
            rank=rank,
            kind=said["kind"],
            title=said["title"],
            text=said["words"],
            minutes=said.get("minutes"),
            resource_id=self.resources.get(said.get("resource", "")),
        )
        for place, each in enumerate(said["people"], 1):
            Appearance.objects.create(
                item=item,
                speaker=self._speaker(each),
                part=each.get("part", Part.SPEAKS),
                standing=each.get("standing", Standing.CONFIRMED),
                rank=place,
            )

    def _speaker(self, said: dict[str, Any]) -> Speaker:
        if said["name"] not in self.speakers:
            self.speakers[said["name"]] = Speaker.objects.create(
                event=self.event,
                name=said["name"],
                role=said.get("role", ""),
                organisation_id=self.entries.get(said.get("organisation", "")),
                is_organisation=said.get("is_organisation", False),
            )
        return self.speakers[said["name"]]

    def _partners(self, said: list[dict[str, Any]], kind: str, **of: Any) -> None:
        for rank, each in enumerate(said, 1):
            entry = self.entries.get(each["organisation"])
            Partner.objects.create(name=each["name"], organisation_id=entry, kind=kind, rank=rank, **of)

    # --- What was missing --------------------------------------------------------------------------------------------

    def tie(self, event: Event) -> int:
        """Tie what has no page yet to the page that is there now; how many ties were made."""
        made = 0
        if event.host_id is None and self.said["event"]["host"] in self.entries:
            made += Event.objects.filter(pk=event.pk).update(host=self.entries[self.said["event"]["host"]])
        slugs = {each["name"]: each["organisation"] for each in _pieces(self.said) if "organisation" in each}
        codes = {each["words"]: each["resource"] for each in _pieces(self.said) if "resource" in each}
        loose = {"organisation": None}
        partners = Partner.objects.filter(**loose)
        for found in (
            Speaker.objects.filter(event=event, **loose),
            partners.filter(temps__event=event),
            partners.filter(sequence__event=event),
        ):
            for each in found:
                each.organisation_id = self.entries.get(slugs.get(each.name, ""))
                if each.organisation_id:
                    each.save(update_fields=["organisation"])
                    made += 1
        for item in Item.objects.filter(sequence__event=event, resource=None, text__in=codes):
            item.resource_id = self.resources.get(codes[item.text])
            if item.resource_id:
                item.save(update_fields=["resource"])
                made += 1
        return made


def _pieces(said: Any) -> list[dict[str, Any]]:
    """Every object of the file, however deep."""
    inside = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return ([said] if isinstance(said, dict) else []) + [piece for each in inside for piece in _pieces(each)]
